import type { Mask } from './picture.ts'

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

/** Counts a difference map; `region` covers where it is above 0, and everything if there is none. */
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
