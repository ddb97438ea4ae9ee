import type { Picture } from './picture.ts'

/** Statistics that reveal broken pictures. Shares are 0 to 1. */
export interface PictureStatistics {
  /** Share of pixels with every channel at 0, or every channel at 255. */
  readonly clipped: number
  /** Share of 16×16 blocks whose luma hardly varies (a standard deviation below 1 level). */
  readonly flat: number
  /** Mean and standard deviation of the luma, 0 to 255. */
  readonly mean: number
  readonly deviation: number
}

const block = 16

/** Measures a picture's luma as a whole and in blocks. */
export function pictureStatistics({ width, height, data }: Picture): PictureStatistics {
  const columns = Math.ceil(width / block)
  const blocks = columns * Math.ceil(height / block)
  const [sums, squares, counts] = [
    new Float64Array(blocks),
    new Float64Array(blocks),
    new Float64Array(blocks),
  ]
  let clipped = 0
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i += 3) {
      const [r, g, b] = [data[i]!, data[i + 1]!, data[i + 2]!]
      if ((r === 0 && g === 0 && b === 0) || (r === 255 && g === 255 && b === 255)) clipped++
      const luma = 0.299 * r + 0.587 * g + 0.114 * b
      const at = (y >> 4) * columns + (x >> 4)
      sums[at]! += luma
      squares[at]! += luma * luma
      counts[at]!++
    }
  let [sum, square, flat] = [0, 0, 0]
  for (let at = 0; at < blocks; at++) {
    const mean = sums[at]! / counts[at]!
    if (squares[at]! / counts[at]! - mean * mean < 1) flat++
    sum += sums[at]!
    square += squares[at]!
  }
  const pixels = width * height
  const mean = sum / pixels
  return {
    clipped: clipped / pixels,
    flat: flat / blocks,
    mean,
    deviation: Math.sqrt(Math.max(0, square / pixels - mean * mean)),
  }
}
