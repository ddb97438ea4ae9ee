import { type Mask, resizeMask } from '../../image/index.ts'
import type { Box } from '../../tools/index.ts'

/** A rectangle as shares of width and height. */
export type ShareArea = readonly [left: number, top: number, right: number, bottom: number]

/** The longer side of the raster in which rectangles are looked for. */
const cells = 72

/**
 * The largest rectangles that a mask covers wholly and no box lies in, the largest first, apart from one another.
 * @param least the least share of the picture that one takes
 */
export function freeRooms(
  mask: Mask,
  boxes: readonly Box[],
  { least, most }: { readonly least: number; readonly most: number },
): readonly ShareArea[] {
  const scale = cells / Math.max(mask.width, mask.height)
  const [width, height] = [
    Math.max(4, Math.round(mask.width * scale)),
    Math.max(4, Math.round(mask.height * scale)),
  ]
  const small = resizeMask(mask, { width, height, filter: 'bilinear' })
  const free = Uint8Array.from(small.data, (value) => (value >= 235 ? 1 : 0))
  for (const { x, y, width: w, height: h } of boxes) {
    const [left, right] = [Math.floor((x / mask.width) * width), Math.ceil(((x + w) / mask.width) * width)]
    const [top, bottom] = [
      Math.floor((y / mask.height) * height),
      Math.ceil(((y + h) / mask.height) * height),
    ]
    for (let v = Math.max(0, top); v < Math.min(height, bottom); v++)
      free.fill(0, v * width + Math.max(0, left), v * width + Math.min(width, Math.max(0, right)))
  }
  const found: ShareArea[] = []
  while (found.length < most) {
    const best = largestRectangle(free, width, height)
    if (best === undefined || best.width * best.height < least * width * height) break
    for (let v = best.y; v < best.y + best.height; v++)
      free.fill(0, v * width + best.x, v * width + best.x + best.width)
    found.push([
      best.x / width,
      best.y / height,
      (best.x + best.width) / width,
      (best.y + best.height) / height,
    ])
  }
  return found
}

/** The largest rectangle of ones, by the largest rectangle under the heights of each row's columns. */
function largestRectangle(free: Uint8Array, width: number, height: number): Box | undefined {
  const heights = new Int32Array(width + 1)
  let best: Box | undefined
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) heights[x] = free[y * width + x] === 1 ? heights[x]! + 1 : 0
    const open: number[] = []
    for (let x = 0; x <= width; x++) {
      while (open.length > 0 && heights[open.at(-1)!]! >= heights[x]!) {
        const tall = heights[open.pop()!]!
        const left = open.length === 0 ? 0 : open.at(-1)! + 1
        if (best === undefined || tall * (x - left) > best.width * best.height)
          best = { x: left, y: y - tall + 1, width: x - left, height: tall }
      }
      open.push(x)
    }
  }
  return best && best.width > 0 && best.height > 0 ? best : undefined
}
