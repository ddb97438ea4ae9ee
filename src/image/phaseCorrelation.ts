import { blurPlane } from './blur.ts'
import { emptySpectrum, fourier, type Spectrum } from './fourier.ts'
import { mapPlane, type Plane } from './plane.ts'

/** How far one square is moved against another, in pixels, and how high the peak that says so stands, 0 to 1. */
export interface Displacement {
  readonly x: number
  readonly y: number
  readonly peak: number
}

/** The spectrum of the square of a plane with this middle, faded to its mean towards the border; outside is the mean. */
export function spectrumAt(plane: Plane, middleX: number, middleY: number, side: number): Spectrum {
  const spectrum = emptySpectrum(side)
  const fade = hann(side)
  const [left, top] = [Math.round(middleX - side / 2), Math.round(middleY - side / 2)]
  let [sum, count] = [0, 0]
  for (let y = Math.max(0, -top); y < Math.min(side, plane.height - top); y++)
    for (let x = Math.max(0, -left); x < Math.min(side, plane.width - left); x++) {
      sum += plane.data[(top + y) * plane.width + left + x]!
      count++
    }
  const mean = sum / Math.max(1, count)
  for (let y = Math.max(0, -top); y < Math.min(side, plane.height - top); y++)
    for (let x = Math.max(0, -left); x < Math.min(side, plane.width - left); x++)
      spectrum.real[y * side + x] =
        (plane.data[(top + y) * plane.width + left + x]! - mean) * fade[x]! * fade[y]!
  fourier(spectrum)
  return spectrum
}

/**
 * How far the second square is moved against the first, by phase correlation: the inverse transform of the phases of the
 * cross-power spectrum, low frequencies weighed more, has its peak there. Half a side is the most that can be told.
 * Source: Kuglin and Hines, "The phase correlation image alignment method".
 */
export function displacementOf(first: Spectrum, second: Spectrum): Displacement {
  const { side } = first
  const product = emptySpectrum(side)
  const weights = lowPass(side)
  let total = 0
  for (let v = 0; v < side; v++)
    for (let u = 0; u < side; u++) {
      const i = v * side + u
      const re = second.real[i]! * first.real[i]! + second.imaginary[i]! * first.imaginary[i]!
      const im = second.imaginary[i]! * first.real[i]! - second.real[i]! * first.imaginary[i]!
      const size = Math.sqrt(re * re + im * im)
      const weight = weights[u]! * weights[v]!
      if (i === 0 || size < 1e-12) continue
      product.real[i] = (re / size) * weight
      product.imaginary[i] = (im / size) * weight
      total += weight
    }
  fourier(product, true)
  return highest(product.real, side, total / (side * side))
}

function highest(values: Float64Array, side: number, whole: number): Displacement {
  let best = 0
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i
  const [x, y] = [best % side, Math.floor(best / side)]
  const at = (u: number, v: number): number => values[((v + side) % side) * side + ((u + side) % side)]!
  const dx = summit(at(x - 1, y), at(x, y), at(x + 1, y))
  const dy = summit(at(x, y - 1), at(x, y), at(x, y + 1))
  const signed = (value: number): number => (value >= side / 2 ? value - side : value)
  return { x: signed(x) + dx, y: signed(y) + dy, peak: whole > 0 ? values[best]! / whole : 0 }
}

/** Where between its neighbours the top of the parabola through three values lies. */
function summit(before: number, middle: number, after: number): number {
  const bend = before - 2 * middle + after
  return bend >= 0 ? 0 : Math.max(-0.5, Math.min(0.5, (before - after) / (2 * bend)))
}

function hann(side: number): Float64Array {
  return Float64Array.from({ length: side }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / side))
}

/** A Gaussian over frequencies: those that noise and compression leave alone count. */
function lowPass(side: number): Float64Array {
  const deviation = side / 6
  return Float64Array.from({ length: side }, (_, i) => {
    const frequency = i < side / 2 ? i : i - side
    return Math.exp(-(frequency ** 2) / (2 * deviation ** 2))
  })
}

/**
 * How strongly fine structure repeats: the height of the highest peak of its autocorrelation by that at no shift, 0 to 1.
 * Shifts of 4 to 32 pixels are looked at, in the squares of 128 pixels of the plane; the middle one of them counts.
 */
export function repetitionOf(plane: Plane): number {
  const side = 128
  const fine = blurPlane(plane.data, plane.width, plane.height, 6)
  const detail = mapPlane(plane, (value, i) => value - fine[i]!)
  const found: number[] = []
  for (let y = side / 2; y <= Math.max(side / 2, plane.height - side / 2); y += side)
    for (let x = side / 2; x <= Math.max(side / 2, plane.width - side / 2); x += side)
      found.push(repetitionAt(detail, x, y, side))
  return found.sort((one, other) => one - other)[found.length >> 1]!
}

function repetitionAt(plane: Plane, x: number, y: number, side: number): number {
  const { real, imaginary } = spectrumAt(plane, x, y, side)
  const power = emptySpectrum(side)
  for (let i = 1; i < real.length; i++) power.real[i] = real[i]! ** 2 + imaginary[i]! ** 2
  fourier(power, true)
  const whole = power.real[0]!
  if (whole < 1e-9) return 0
  const at = (u: number, v: number): number => power.real[((v + side) % side) * side + ((u + side) % side)]!
  let best = 0
  for (let v = 0; v <= 32; v++)
    for (let u = -32; u <= 32; u++) {
      if (Math.hypot(u, v) < 4 || Math.hypot(u, v) > 32) continue
      const value = at(u, v)
      if (value <= best) continue
      // A peak stands above its neighbours; the slope of the middle does not.
      if (value > at(u - 1, v) && value > at(u + 1, v) && value > at(u, v - 1) && value > at(u, v + 1))
        best = value
    }
  return best / whole
}
