import { ImageError } from './error.ts'
import type { Mask } from './picture.ts'

/** A rectangle of whole pixels, its corner at the top left. */
export interface Area {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** Half: what a mask covers as much or more counts as inside, where an operation is about inside and outside. */
const inside = 128

/** A mask with the same coverage everywhere. */
export function evenMask(width: number, height: number, coverage: number): Mask {
  return { width, height, data: new Uint8Array(width * height).fill(coverage) }
}

/** A mask that covers the part of a rectangle that lies within the size. */
export function boxMask(width: number, height: number, area: Area): Mask {
  const data = new Uint8Array(width * height)
  const [left, top] = [Math.max(0, Math.round(area.x)), Math.max(0, Math.round(area.y))]
  const right = Math.min(width, Math.round(area.x + area.width))
  const bottom = Math.min(height, Math.round(area.y + area.height))
  for (let y = top; y < bottom; y++) if (right > left) data.fill(255, y * width + left, y * width + right)
  return { width, height, data }
}

/** 255 where the mask is `least` or more, else 0. */
export function thresholdMask(mask: Mask, least: number = inside): Mask {
  return mapped(mask, (value) => (value >= least ? 255 : 0))
}

/** What the mask leaves uncovered. */
export function invertMask(mask: Mask): Mask {
  return mapped(mask, (value) => 255 - value)
}

/** What both cover: the product, exact where either is 0 or 255. @throws ImageError when sizes differ */
export function intersectMasks(one: Mask, other: Mask): Mask {
  return combined(one, other, (a, b) => Math.round((a * b) / 255))
}

/** What either covers: the larger. @throws ImageError when sizes differ */
export function uniteMasks(one: Mask, other: Mask): Mask {
  return combined(one, other, Math.max)
}

/** What the first covers without the second. @throws ImageError when sizes differ */
export function subtractMask(one: Mask, other: Mask): Mask {
  return intersectMasks(one, invertMask(other))
}

/** The sum of the coverage, in pixels. */
export function maskArea(mask: Mask): number {
  let sum = 0
  for (const value of mask.data) sum += value
  return sum / 255
}

/** The share of the picture that is covered, 0 to 1. */
export function maskShare(mask: Mask): number {
  return maskArea(mask) / (mask.width * mask.height)
}

/** The smallest rectangle around what is covered by `least` or more; undefined where nothing is. */
export function maskBox(mask: Mask, least: number = inside): Area | undefined {
  const { width, data } = mask
  let first = 0
  while (first < data.length && data[first]! < least) first++
  if (first === data.length) return undefined
  let last = data.length - 1
  while (data[last]! < least) last--
  const [top, bottom] = [Math.floor(first / width), Math.floor(last / width)]
  // Rows in between may widen the box: only what is next to it is read.
  let [left, right] = [first % width, first % width]
  for (let y = top; y <= bottom; y++) {
    const row = y * width
    for (let x = 0; x < left; x++) if (data[row + x]! >= least) left = x
    for (let x = width - 1; x > right; x--) if (data[row + x]! >= least) right = x
  }
  return { x: left, y: top, width: right - left + 1, height: bottom - top + 1 }
}

/**
 * The distance in pixels from each pixel to the nearest one inside (≥ 128), exactly; 0 inside and infinite where the
 * mask is empty. Source: Felzenszwalb and Huttenlocher, "Distance transforms of sampled functions".
 */
export function distanceToMask(mask: Mask): Float32Array {
  const { width, height } = mask
  const rows = columnDistances(mask)
  const space = {
    values: new Float64Array(width),
    sites: new Int32Array(width),
    bounds: new Float64Array(width + 1),
  }
  const out = new Float32Array(rows.length)
  for (let y = 0; y < height; y++) lowerEnvelope(rows, out, y * width, width, space)
  return out
}

/** The distance to the nearest pixel inside of the same column, row by row; infinite where there is none. */
function columnDistances({ width, height, data }: Mask): Float32Array {
  const out = new Float32Array(data.length)
  for (let i = 0; i < width; i++) out[i] = data[i]! >= inside ? 0 : Number.POSITIVE_INFINITY
  for (let i = width; i < out.length; i++) out[i] = data[i]! >= inside ? 0 : out[i - width]! + 1
  for (let i = width * (height - 1) - 1; i >= 0; i--) {
    const below = out[i + width]! + 1
    if (below < out[i]!) out[i] = below
  }
  return out
}

interface Envelope {
  readonly values: Float64Array
  /** Where the parabolas of the envelope have their lowest point. */
  readonly sites: Int32Array
  /** Where each parabola begins to be the lowest. */
  readonly bounds: Float64Array
}

/** Along a row: the root of the least of the parabolas (x − site)² + value(site), which are squares of distances. */
function lowerEnvelope(
  rows: Float32Array,
  out: Float32Array,
  start: number,
  count: number,
  { values, sites, bounds }: Envelope,
): void {
  let top = -1
  for (let i = 0; i < count; i++) {
    const value = rows[start + i]! ** 2
    values[i] = value
    if (value === Number.POSITIVE_INFINITY) continue
    let bound = Number.NEGATIVE_INFINITY
    while (top >= 0) {
      const site = sites[top]!
      bound = (value + i * i - values[site]! - site * site) / (2 * (i - site))
      if (bound > bounds[top]!) break
      top--
    }
    top++
    sites[top] = i
    bounds[top] = top === 0 ? Number.NEGATIVE_INFINITY : bound
  }
  if (top < 0) {
    out.fill(Number.POSITIVE_INFINITY, start, start + count)
    return
  }
  for (let i = 0, k = 0; i < count; i++) {
    while (k < top && bounds[k + 1]! < i) k++
    const site = sites[k]!
    out[start + i] = Math.sqrt((i - site) ** 2 + values[site]!)
  }
}

/** What is inside (≥ 128) and all within `radius` pixels of it, as 255 and 0. */
export function dilateMask(mask: Mask, radius: number): Mask {
  const distance = distanceToMask(mask)
  return mapped(mask, (_, i) => (distance[i]! <= radius ? 255 : 0))
}

/** What is inside and farther than `radius` pixels from all that is outside, as 255 and 0. */
export function erodeMask(mask: Mask, radius: number): Mask {
  const distance = distanceToMask(mapped(mask, (value) => (value >= inside ? 0 : 255)))
  return mapped(mask, (_, i) => (distance[i]! > radius ? 255 : 0))
}

/** A part of a mask that hangs together. */
export interface Component {
  /** In pixels. */
  readonly area: number
  readonly box: Area
  /** Their indices in the mask's rows. */
  readonly pixels: readonly number[]
}

/** The parts of what is inside (≥ 128) that hang together by sides or corners, the largest first. */
export function maskComponents(mask: Mask): Component[] {
  const seen = new Uint8Array(mask.data.length)
  const found: Component[] = []
  for (let start = 0; start < mask.data.length; start++)
    if (seen[start] === 0 && mask.data[start]! >= inside) found.push(flood(mask, start, seen))
  return found.sort((one, other) => other.area - one.area)
}

/** A mask of 255 at some pixels, given by their indices, and 0 elsewhere. */
export function maskOfPixels(width: number, height: number, pixels: Iterable<number>): Mask {
  const mask = evenMask(width, height, 0)
  for (const pixel of pixels) mask.data[pixel] = 255
  return mask
}

function flood({ width, height, data }: Mask, start: number, seen: Uint8Array): Component {
  const pixels = [start]
  let [left, top, right, bottom] = [width, height, 0, 0]
  seen[start] = 1
  for (let i = 0; i < pixels.length; i++) {
    const [x, y] = [pixels[i]! % width, Math.floor(pixels[i]! / width)]
    left = Math.min(left, x)
    right = Math.max(right, x)
    top = Math.min(top, y)
    bottom = Math.max(bottom, y)
    for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++)
      for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
        const next = v * width + u
        if (seen[next] === 1 || data[next]! < inside) continue
        seen[next] = 1
        pixels.push(next)
      }
  }
  const box = { x: left, y: top, width: right - left + 1, height: bottom - top + 1 }
  return { area: pixels.length, box, pixels }
}

/** The mask with its holes closed: uncovered parts of at most `mostArea` pixels that touch no edge of the picture. */
export function fillHoles(mask: Mask, mostArea: number = Number.POSITIVE_INFINITY): Mask {
  const { width, height } = mask
  const out = mask.data.slice()
  for (const { area, box, pixels } of maskComponents(mapped(mask, (value) => (value >= inside ? 0 : 255)))) {
    const touches = box.x === 0 || box.y === 0 || box.x + box.width === width || box.y + box.height === height
    if (!touches && area <= mostArea) for (const pixel of pixels) out[pixel] = 255
  }
  return { width, height, data: out }
}

/** The mask without its parts smaller than `share` of the largest; what is left keeps its soft edge. */
export function largestParts(mask: Mask, share: number): Mask {
  const { width, height } = mask
  const parts = maskComponents(mask)
  const isLarge = ({ area }: Component): boolean => area >= parts[0]!.area * share
  if (parts.every(isLarge)) return mask
  const [kept, dropped] = [true, false].map((large) =>
    distanceToMask(
      maskOfPixels(
        width,
        height,
        parts.filter((part) => isLarge(part) === large).flatMap(({ pixels }) => pixels),
      ),
    ),
  ) as [Float32Array, Float32Array]
  return mapped(mask, (value, i) => (kept[i]! <= dropped[i]! ? value : 0))
}

function mapped(mask: Mask, map: (value: number, index: number) => number): Mask {
  return { width: mask.width, height: mask.height, data: mask.data.map(map) }
}

function combined(one: Mask, other: Mask, combine: (a: number, b: number) => number): Mask {
  if (one.width !== other.width || one.height !== other.height)
    throw new ImageError(
      'size',
      `masks: expected two of the same size, got ${one.width}×${one.height} and ${other.width}×${other.height}`,
    )
  return mapped(one, (value, i) => combine(value, other.data[i]!))
}
