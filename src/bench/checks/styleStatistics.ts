import { blurPlane, labOfPicture, type Picture, repetitionOf } from '../../image/index.ts'

/** Statistics that identify the style of a picture. */
export interface StyleStatistics {
  /** Share of pixels around which lightness hardly varies. */
  readonly flat: number
  /** How many cells of colour cover nine tenths of the picture. */
  readonly colours: number
  /** Share of pixels near the most frequent lightness: the paper of a drawing. */
  readonly paper: number
  /** Share of pixels that are much darker or much lighter than what is around them: thin lines. */
  readonly lines: number
  /** Mean chroma in OKLab. */
  readonly chroma: number
  /** How far gradients around each pixel point one way, 0 to 1: strokes have a direction. */
  readonly direction: number
  /** How much steeper steps on the lines of the best square grid are than elsewhere. */
  readonly grid: number
  /** The height of the highest peak of the autocorrelation beside the middle, 0 to 1: a pattern that repeats. */
  readonly repeat: number
}

/** Measures a picture's manner; its own blur aside, sizes are for a longest side of 512 pixels. */
export function styleStatistics(picture: Picture): StyleStatistics {
  const { width, height } = picture
  const { lightness, a, b } = labOfPicture(picture)
  const scale = Math.max(width, height) / 512
  let chroma = 0
  for (let i = 0; i < a.length; i++) chroma += Math.hypot(a[i]!, b[i]!)
  return {
    flat: flatShare(lightness, width, height, scale),
    colours: coloursOf(lightness, a, b),
    paper: paperShare(lightness),
    lines: lineShare(lightness, width, height, scale),
    chroma: chroma / a.length,
    direction: directionOf(lightness, width, height, 3 * scale),
    grid: gridOf(lightness, width, height),
    repeat: repetitionOf({ width, height, data: lightness }),
  }
}

function flatShare(lightness: Float32Array, width: number, height: number, scale: number): number {
  const sigma = 1.5 * scale
  const mean = blurPlane(lightness, width, height, sigma)
  const squares = blurPlane(
    lightness.map((value) => value * value),
    width,
    height,
    sigma,
  )
  let flat = 0
  for (let i = 0; i < mean.length; i++) if (squares[i]! - mean[i]! ** 2 < 0.006 ** 2) flat++
  return flat / mean.length
}

function coloursOf(lightness: Float32Array, a: Float32Array, b: Float32Array): number {
  const counts = new Map<number, number>()
  for (let i = 0; i < a.length; i++) {
    const cell =
      Math.round(lightness[i]! * 24) * 10_000 +
      (Math.round(a[i]! * 40) + 50) * 100 +
      Math.round(b[i]! * 40) +
      50
    counts.set(cell, (counts.get(cell) ?? 0) + 1)
  }
  let [left, colours] = [0.9 * a.length, 0]
  for (const count of [...counts.values()].sort((one, other) => other - one)) {
    if (left <= 0) break
    left -= count
    colours++
  }
  return colours
}

function paperShare(lightness: Float32Array): number {
  const bins = new Float64Array(52)
  for (const value of lightness) bins[Math.min(50, Math.max(0, Math.floor(value * 50))) + 1]!++
  let most = 0
  for (let i = 1; i < 51; i++) most = Math.max(most, bins[i - 1]! + bins[i]! + bins[i + 1]!)
  return most / lightness.length
}

function lineShare(lightness: Float32Array, width: number, height: number, scale: number): number {
  const around = blurPlane(lightness, width, height, 4 * scale)
  let lines = 0
  for (let i = 0; i < lightness.length; i++) if (Math.abs(lightness[i]! - around[i]!) > 0.12) lines++
  return lines / lightness.length
}

/** Coherence of the structure tensor, weighed by its strength. */
function directionOf(lightness: Float32Array, width: number, height: number, sigma: number): number {
  const [xx, yy, xy] = [0, 0, 0].map(() => new Float32Array(width * height)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ]
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      const i = y * width + x
      const dx = lightness[i + 1]! - lightness[i - 1]!
      const dy = lightness[i + width]! - lightness[i - width]!
      xx[i] = dx * dx
      yy[i] = dy * dy
      xy[i] = dx * dy
    }
  const [p, q, r] = [xx, yy, xy].map((plane) => blurPlane(plane, width, height, sigma)) as (typeof xx)[]
  let [sum, weight] = [0, 0]
  for (let i = 0; i < xx.length; i++) {
    const total = p![i]! + q![i]!
    if (total < 1e-6) continue
    const strength = Math.sqrt(total)
    sum += (strength * Math.hypot(p![i]! - q![i]!, 2 * r![i]!)) / total
    weight += strength
  }
  return weight === 0 ? 0 : sum / weight
}

/** Over periods of 4 to 32 pixels: steps across the grid's lines by those elsewhere, in both directions. */
function gridOf(lightness: Float32Array, width: number, height: number): number {
  const [columns, rows] = [new Float64Array(width), new Float64Array(height)]
  for (let y = 0; y < height - 1; y++)
    for (let x = 0; x < width - 1; x++) {
      const i = y * width + x
      columns[x]! += Math.abs(lightness[i + 1]! - lightness[i]!)
      rows[y]! += Math.abs(lightness[i + width]! - lightness[i]!)
    }
  return Math.min(gridAlong(columns), gridAlong(rows))
}

function gridAlong(steps: Float64Array): number {
  const total = steps.reduce((sum, value) => sum + value, 0)
  let best = 0
  for (let period = 4; period <= 32; period += 0.25) {
    if (steps.length < 5 * period) break
    for (let phase = 0; phase < period; phase++) {
      let [on, count] = [0, 0]
      for (let at = phase; at < steps.length; at += period) {
        on += steps[Math.round(at)] ?? 0
        count++
      }
      const off = (total - on) / Math.max(1, steps.length - count)
      best = Math.max(best, on / count / Math.max(1e-9, off))
    }
  }
  return best
}
