import { ImageError } from './error.ts'

/** A square of complex numbers, rows from the top; its side is a power of two. */
export interface Spectrum {
  readonly side: number
  readonly real: Float64Array
  readonly imaginary: Float64Array
}

/** A square of zeros. @throws ImageError where the side is no power of two */
export function emptySpectrum(side: number): Spectrum {
  if (!Number.isInteger(Math.log2(side)))
    throw new ImageError('size', `fourier: expected a side that is a power of two, got ${side}`)
  return { side, real: new Float64Array(side * side), imaginary: new Float64Array(side * side) }
}

/**
 * The discrete Fourier transform over both axes, in place; the inverse divides by the number of values. Source: Cooley
 * and Tukey's algorithm of radix two.
 */
export function fourier({ side, real, imaginary }: Spectrum, inverse = false): void {
  const turns = turnsOf(side, inverse)
  const order = reversedBits(side)
  for (let y = 0; y < side; y++) transformLine(real, imaginary, y * side, 1, side, turns, order)
  for (let x = 0; x < side; x++) transformLine(real, imaginary, x, side, side, turns, order)
  if (!inverse) return
  const share = 1 / (side * side)
  for (let i = 0; i < real.length; i++) {
    real[i]! *= share
    imaginary[i]! *= share
  }
}

/** Cosines and sines of the first half turn. */
function turnsOf(side: number, inverse: boolean): { cos: Float64Array; sin: Float64Array } {
  const [cos, sin] = [new Float64Array(side / 2), new Float64Array(side / 2)]
  for (let k = 0; k < side / 2; k++) {
    const angle = ((inverse ? 2 : -2) * Math.PI * k) / side
    cos[k] = Math.cos(angle)
    sin[k] = Math.sin(angle)
  }
  return { cos, sin }
}

function reversedBits(side: number): Uint32Array {
  const out = new Uint32Array(side)
  const bits = Math.log2(side)
  for (let i = 0; i < side; i++)
    for (let bit = 0; bit < bits; bit++) if (i & (1 << bit)) out[i]! |= 1 << (bits - 1 - bit)
  return out
}

function transformLine(
  real: Float64Array,
  imaginary: Float64Array,
  start: number,
  step: number,
  side: number,
  { cos, sin }: { readonly cos: Float64Array; readonly sin: Float64Array },
  order: Uint32Array,
): void {
  for (let i = 0; i < side; i++) {
    const j = order[i]!
    if (j <= i) continue
    const [p, q] = [start + i * step, start + j * step]
    const [re, im] = [real[p]!, imaginary[p]!]
    real[p] = real[q]!
    imaginary[p] = imaginary[q]!
    real[q] = re
    imaginary[q] = im
  }
  for (let length = 2; length <= side; length *= 2) {
    const [half, stride] = [length / 2, side / length]
    for (let first = 0; first < side; first += length)
      for (let k = 0; k < half; k++) {
        const p = start + (first + k) * step
        const q = p + half * step
        const [c, s] = [cos[k * stride]!, sin[k * stride]!]
        const re = real[q]! * c - imaginary[q]! * s
        const im = real[q]! * s + imaginary[q]! * c
        real[q] = real[p]! - re
        imaginary[q] = imaginary[p]! - im
        real[p]! += re
        imaginary[p]! += im
      }
  }
}
