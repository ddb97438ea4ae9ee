import { ImageError } from './error.ts'
import type { Area } from './mask.ts'
import { checkPicture, type Mask, type Picture } from './picture.ts'

/** How pixels are weighed: as Pillow's filters of these names; `nearest` as torch's `interpolate` does it. */
export type ResizeFilter = 'nearest' | 'box' | 'bilinear' | 'bicubic' | 'lanczos'

interface Kernel {
  /** Half its width, in pixels of the source when enlarging. */
  readonly support: number
  weight(x: number): number
}

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x))

const kernels: { readonly [F in Exclude<ResizeFilter, 'nearest'>]: Kernel } = {
  box: { support: 0.5, weight: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  bilinear: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  // Keys' kernel with a = −0.5.
  bicubic: {
    support: 2,
    weight: (signed) => {
      const [x, a] = [Math.abs(signed), -0.5]
      if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1
      return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0
    },
  },
  lanczos: { support: 3, weight: (x) => (Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0) },
}

/**
 * The picture in another size, in Pillow's arithmetic to the bit: rows first, then columns, levels rounded to 8 bits
 * between, weights in fixed point of 22 bits, and the kernel widened when shrinking. A size of its own gives the same
 * picture. With `of` it is a part of the picture, whose sides may lie between pixels; not with `nearest`.
 * Source of the arithmetic: Pillow's src/libImaging/Resample.c.
 */
export function resizePicture(
  picture: Picture,
  {
    width,
    height,
    filter = 'bicubic',
    of = { x: 0, y: 0, width: picture.width, height: picture.height },
  }: { width: number; height: number; filter?: ResizeFilter; of?: Area },
): Picture {
  checkPicture('resize', picture)
  for (const size of [width, height])
    if (!Number.isInteger(size) || size < 1)
      throw new ImageError('size', `resize: expected whole sizes above 0, got ${width}×${height}`)
  if (filter === 'nearest') return resizeNearest(picture, width, height)
  let { data } = picture
  const side = (from: number, at: number, length: number, to: number): Contributions | undefined =>
    to === from && at === 0 && length === from
      ? undefined
      : contributions({ from, at, length }, to, kernels[filter])
  const rows = side(picture.width, of.x, of.width, width)
  if (rows) data = resampleRows(data, picture, rows)
  const columns = side(picture.height, of.y, of.height, height)
  if (columns) data = resampleColumns(data, { width, height: picture.height }, columns)
  return { width, height, data: data === picture.data ? data.slice() : data }
}

const precisionBits = 32 - 8 - 2

/** For each target pixel where its source pixels begin, how many they are, and their fixed-point weights. */
interface Contributions {
  readonly size: number
  readonly starts: Int32Array
  readonly counts: Int32Array
  /** `most` weights a target pixel. */
  readonly weights: Int32Array
  readonly most: number
}

function contributions(
  { from, at, length }: { readonly from: number; readonly at: number; readonly length: number },
  to: number,
  { support, weight }: Kernel,
): Contributions {
  const scale = length / to
  const stretch = Math.max(1, scale)
  const reach = support * stretch
  const most = Math.ceil(reach) * 2 + 1
  const starts = new Int32Array(to)
  const counts = new Int32Array(to)
  const weights = new Int32Array(to * most)
  for (let target = 0; target < to; target++) {
    const center = at + (target + 0.5) * scale
    const start = Math.max(0, Math.trunc(center - reach + 0.5))
    const count = Math.min(from, Math.trunc(center + reach + 0.5)) - start
    const raw = Array.from({ length: count }, (_, i) => weight((i + start - center + 0.5) / stretch))
    const total = raw.reduce((sum, w) => sum + w, 0)
    for (const [i, w] of raw.entries()) {
      const share = (total === 0 ? w : w / total) * 2 ** precisionBits
      weights[target * most + i] = Math.trunc(share + (share < 0 ? -0.5 : 0.5))
    }
    starts[target] = start
    counts[target] = count
  }
  return { size: to, starts, counts, weights, most }
}

const half = 1 << (precisionBits - 1)

/** A weighted sum in fixed point as a level. */
function level(sum: number): number {
  const value = sum >> precisionBits
  return value < 0 ? 0 : value > 255 ? 255 : value
}

function resampleRows(
  data: Uint8Array,
  { width, height }: Pick<Picture, 'width' | 'height'>,
  { size, starts, counts, weights, most }: Contributions,
): Uint8Array {
  const out = new Uint8Array(size * height * 3)
  for (let x = 0; x < size; x++) {
    const [start, count, first] = [starts[x]!, counts[x]!, x * most]
    for (let y = 0; y < height; y++) {
      let from = (y * width + start) * 3
      let [r, g, b] = [half, half, half]
      for (let i = first; i < first + count; i++, from += 3) {
        const w = weights[i]!
        r += data[from]! * w
        g += data[from + 1]! * w
        b += data[from + 2]! * w
      }
      const to = (y * size + x) * 3
      out[to] = level(r)
      out[to + 1] = level(g)
      out[to + 2] = level(b)
    }
  }
  return out
}

function resampleColumns(
  data: Uint8Array,
  { width }: Pick<Picture, 'width' | 'height'>,
  { size, starts, counts, weights, most }: Contributions,
): Uint8Array {
  const row = width * 3
  const out = new Uint8Array(size * row)
  const sums = new Int32Array(row)
  for (let y = 0; y < size; y++) {
    sums.fill(half)
    for (let i = 0; i < counts[y]!; i++) {
      const w = weights[y * most + i]!
      const from = (starts[y]! + i) * row
      for (let x = 0; x < row; x++) sums[x]! += data[from + x]! * w
    }
    for (let x = 0; x < row; x++) out[y * row + x] = level(sums[x]!)
  }
  return out
}

function resizeNearest({ width: from, height: rows, data }: Picture, width: number, height: number): Picture {
  const out = new Uint8Array(width * height * 3)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = Math.floor((y * rows) / height) * from + Math.floor((x * from) / width)
      out.set(data.subarray(3 * at, 3 * at + 3), 3 * (y * width + x))
    }
  return { width, height, data: out }
}

/** The mask in another size, in the same arithmetic. @throws ImageError */
export function resizeMask(mask: Mask, size: { width: number; height: number; filter?: ResizeFilter }): Mask {
  const grey = new Uint8Array(3 * mask.data.length)
  for (let i = 0; i < mask.data.length; i++) grey[3 * i] = grey[3 * i + 1] = grey[3 * i + 2] = mask.data[i]!
  const { width, height, data } = resizePicture({ width: mask.width, height: mask.height, data: grey }, size)
  const resized = new Uint8Array(width * height)
  for (let i = 0; i < resized.length; i++) resized[i] = data[3 * i]!
  return { width, height, data: resized }
}
