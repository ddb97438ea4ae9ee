import type { Picture } from '../../../image/index.ts'

/** The largest step of a channel over a pixel's neighbours, in levels. */
export function gradientOf({ width, height, data }: Picture): Float32Array {
  const out = new Float32Array(width * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [left, right] = [Math.max(0, x - 1), Math.min(width - 1, x + 1)]
      const [above, below] = [Math.max(0, y - 1), Math.min(height - 1, y + 1)]
      let most = 0
      for (let c = 0; c < 3; c++) {
        const dx = data[3 * (y * width + right) + c]! - data[3 * (y * width + left) + c]!
        const dy = data[3 * (below * width + x) + c]! - data[3 * (above * width + x) + c]!
        most = Math.max(most, Math.hypot(dx, dy))
      }
      out[y * width + x] = most
    }
  return out
}

/** How many rows of each column are sky. */
export type Border = Int32Array

/** The border of the strength of edge at which sky and land are most even; undefined where a side has nothing. */
export function bestBorder(picture: Picture, gradient: Float32Array): Border | undefined {
  let best: { border: Border; energy: number } | undefined
  // A border lies nowhere above that of a weaker edge: the sums grow with it, in whole numbers.
  const all = sumsOf(picture)
  const sky = new Float64Array(10)
  let before: Border = new Int32Array(picture.width)
  for (let level = 6; level < 120; level *= 1.12) {
    const border = borderAt(picture, gradient, level)
    addBetween(sky, picture, before, border)
    before = border
    const energy = evenness(
      sky,
      all.map((sum, k) => sum - sky[k]!),
    )
    if (energy !== undefined && (!best || energy > best.energy)) best = { border, energy }
  }
  return best?.border
}

function borderAt({ width, height }: Picture, gradient: Float32Array, level: number): Border {
  const border = new Int32Array(width)
  for (let x = 0; x < width; x++) {
    let y = 1
    while (y < height && gradient[y * width + x]! < level) y++
    border[x] = y === 1 ? 0 : y
  }
  return border
}

/** Without the columns that slip through a gap in the land's edge: the highest of a window, then the lowest of those. */
export function opened(border: Border, reach: number): Border {
  const over = (from: Border, choose: (...values: number[]) => number): Border =>
    from.map((_, x) => choose(...from.subarray(Math.max(0, x - reach), x + reach + 1)))
  return over(
    over(border, (...values) => Math.min(...values)),
    (...values) => Math.max(...values),
  )
}

/** The more even the colours of both sides, the larger; undefined where a side is (nearly) empty. */
function evenness(sky: Float64Array, land: Float64Array): number | undefined {
  const all = sky[0]! + land[0]!
  if (sky[0]! < 0.015 * all || land[0]! < 0.02 * all) return undefined
  const [one, other] = [spread(sky), spread(land)]
  return 1 / (2 * one.determinant + other.determinant + 2 * one.largest + other.largest)
}

/** The count of pixels, and the sums of their colours and of the products of these: ten numbers. */
function sumsOf(picture: Picture): Float64Array {
  const { width, height } = picture
  const sums = new Float64Array(10)
  addBetween(sums, picture, new Int32Array(width), new Int32Array(width).fill(height))
  return sums
}

/** Adds the pixels below one border and above another to their sums. */
function addBetween(s: Float64Array, { width, data }: Picture, from: Border, to: Border): void {
  for (let x = 0; x < width; x++)
    for (let y = from[x]!; y < to[x]!; y++) {
      const at = 3 * (y * width + x)
      const r = data[at]!
      const g = data[at + 1]!
      const b = data[at + 2]!
      s[0]!++
      s[1]! += r
      s[2]! += g
      s[3]! += b
      s[4]! += r * r
      s[5]! += r * g
      s[6]! += r * b
      s[7]! += g * g
      s[8]! += g * b
      s[9]! += b * b
    }
}

/** Determinant and largest eigenvalue of a covariance of colours. */
function spread(s: Float64Array): { determinant: number; largest: number } {
  const n = s[0]!
  const [r, g, b] = [s[1]! / n, s[2]! / n, s[3]! / n]
  const [rr, rg, rb] = [s[4]! / n - r * r, s[5]! / n - r * g, s[6]! / n - r * b]
  const [gg, gb, bb] = [s[7]! / n - g * g, s[8]! / n - g * b, s[9]! / n - b * b]
  const determinant = rr * (gg * bb - gb * gb) - rg * (rg * bb - gb * rb) + rb * (rg * gb - gg * rb)
  let v = [1, 1, 1]
  let largest = 0
  for (let i = 0; i < 12; i++) {
    const [x, y, z] = v as [number, number, number]
    const next = [rr * x + rg * y + rb * z, rg * x + gg * y + gb * z, rb * x + gb * y + bb * z]
    largest = Math.hypot(...next)
    if (largest < 1e-9) break
    v = next.map((each) => each / largest)
  }
  return { determinant: Math.abs(determinant), largest }
}
