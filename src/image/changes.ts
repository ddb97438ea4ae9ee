import { ImageError } from './error.ts'
import type { Mask, Picture } from './picture.ts'

/** A rectangle of pixels. */
export interface Bounds {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** The largest difference of the three channels at each pixel. @throws ImageError when the sizes differ */
export function differenceMap(a: Picture, b: Picture): Mask {
  if (a.width !== b.width || a.height !== b.height)
    throw new ImageError(
      'size',
      `difference: expected pictures of one size, got ${a.width}×${a.height} and ${b.width}×${b.height}`,
    )
  const [from, to] = [a.data, b.data]
  const data = new Uint8Array(a.width * a.height)
  for (let i = 0, at = 0; i < data.length; i++, at += 3) {
    const red = Math.abs(from[at]! - to[at]!)
    const green = Math.abs(from[at + 1]! - to[at + 1]!)
    const blue = Math.abs(from[at + 2]! - to[at + 2]!)
    data[i] = red > green ? (red > blue ? red : blue) : green > blue ? green : blue
  }
  return { width: a.width, height: a.height, data }
}

/** How the pixels of a difference map are spread, in and out of a region. */
export interface DifferenceShares {
  /** Share of all pixels that differ by `visible` levels or more. */
  readonly changed: number
  /** Of the pixels outside of the region: the share that differs visibly, and the share that is bit-equal. */
  readonly leaked: number
  readonly equalOutside: number
  /** How many pixels lie outside. */
  readonly outside: number
}

/** Counts a difference map; `region` covers where it is above 0, and everything where there is none. */
export function differenceShares(difference: Mask, visible: number, region?: Mask): DifferenceShares {
  let [changed, outside, leaked, equal] = [0, 0, 0, 0]
  const { data } = difference
  for (let i = 0; i < data.length; i++) {
    const level = data[i]!
    if (level >= visible) changed++
    if (region === undefined || region.data[i]! > 0) continue
    outside++
    if (level >= visible) leaked++
    if (level === 0) equal++
  }
  return {
    changed: changed / data.length,
    leaked: outside === 0 ? 0 : leaked / outside,
    equalOutside: outside === 0 ? 1 : equal / outside,
    outside,
  }
}

/** The smallest rectangle around all that differs by `visible` levels or more; undefined where nothing does. */
export function changedBounds({ width, height, data }: Mask, visible: number): Bounds | undefined {
  let [left, top, right, bottom] = [width, height, -1, -1]
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++)
      if (data[i]! >= visible) {
        if (x < left) left = x
        if (x > right) right = x
        if (y < top) top = y
        bottom = y
      }
  return right < 0 ? undefined : { x: left, y: top, width: right - left + 1, height: bottom - top + 1 }
}

/** The region with everything within `reach` pixels of it (in a square) covered fully. */
export function widened({ width, height, data }: Mask, reach: number): Mask {
  const rows = new Uint8Array(data.length)
  for (let y = 0; y < height; y++) spread(data, rows, y * width, 1, width, reach)
  const out = new Uint8Array(data.length)
  for (let x = 0; x < width; x++) spread(rows, out, x, width, height, reach)
  return { width, height, data: out }
}

/** Along one line: 255 where something above 0 lies within reach. */
function spread(
  from: Uint8Array,
  to: Uint8Array,
  start: number,
  step: number,
  count: number,
  reach: number,
): void {
  let last = -Infinity
  for (let i = 0; i < count; i++) {
    if (from[start + i * step]! > 0) last = i
    if (i - last <= reach) to[start + i * step] = 255
  }
  let next = Infinity
  for (let i = count - 1; i >= 0; i--) {
    if (from[start + i * step]! > 0) next = i
    if (next - i <= reach) to[start + i * step] = 255
  }
}

/** A rectangle of a picture. @throws ImageError when it does not lie inside */
export function cropPicture(picture: Picture, { x, y, width, height }: Bounds): Picture {
  if (x < 0 || y < 0 || width < 1 || height < 1 || x + width > picture.width || y + height > picture.height)
    throw new ImageError(
      'size',
      `crop: expected a part of ${picture.width}×${picture.height}, got ${width}×${height} at ${x}, ${y}`,
    )
  const data = new Uint8Array(3 * width * height)
  for (let row = 0; row < height; row++) {
    const from = 3 * ((y + row) * picture.width + x)
    data.set(picture.data.subarray(from, from + 3 * width), 3 * width * row)
  }
  return { width, height, data }
}
