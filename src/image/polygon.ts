import type { Mask } from './picture.ts'
import type { Spot } from './warp.ts'

/** Rows and columns that each pixel is looked at. */
const fine = 4

/** Coverage of a polygon given by its corners in pixels, by the even-odd rule; borders are smooth. */
export function polygonMask(width: number, height: number, corners: readonly Spot[]): Mask {
  const counts = new Float32Array(width * height)
  const ys = corners.map(([, y]) => y)
  const [top, bottom] = [
    Math.max(0, Math.floor(Math.min(...ys))),
    Math.min(height, Math.ceil(Math.max(...ys))),
  ]
  for (let row = top * fine; row < bottom * fine; row++) {
    const y = (row + 0.5) / fine
    const crossings = corners
      .flatMap(([x, y0], i) => {
        const [x1, y1] = corners[(i + 1) % corners.length]!
        return y0 <= y === y1 <= y ? [] : [x + ((y - y0) / (y1 - y0)) * (x1 - x)]
      })
      .sort((one, other) => one - other)
    for (let k = 0; k + 1 < crossings.length; k += 2)
      cover(counts, Math.floor(row / fine) * width, width, crossings[k]!, crossings[k + 1]!)
  }
  return {
    width,
    height,
    data: Uint8Array.from(counts, (count) => Math.round((255 * Math.min(fine, count)) / fine)),
  }
}

/** Adds to each pixel of a row the share of it that lies between two places. */
function cover(counts: Float32Array, start: number, width: number, from: number, to: number): void {
  for (let x = Math.max(0, Math.floor(from)); x < Math.min(width, Math.ceil(to)); x++)
    counts[start + x]! += Math.max(0, Math.min(x + 1, to) - Math.max(x, from))
}
