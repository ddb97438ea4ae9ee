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
 * between, weights in fixed point of 22 bits, and the kernel widened when shrinking. The picture's own size returns the
 * same picture. With `of` it is a part of the picture, whose sides may lie between pixels; not with `nearest`. Source
 * of the arithmetic: Pillow's src/libImaging/Resample.c.
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
  checkTarget(width, height)
  const data =
    filter === 'nearest'
      ? nearest(picture, { width, height }, 3)
      : resampled(picture, { width, height }, kernels[filter], of, 3)
  return { width, height, data }
}

/** Levels of one or three channels in another size; always a copy. */
function resampled(
  source: Picture | Mask,
  { width, height }: Size,
  kernel: Kernel,
  of: Area,
  channels: 1 | 3,
): Uint8Array {
  let { data } = source
  const side = (from: number, at: number, length: number, to: number): Contributions | undefined =>
    to === from && at === 0 && length === from ? undefined : contributions({ from, at, length }, to, kernel)
  const rows = side(source.width, of.x, of.width, width)
  if (rows) data = resampleRows(data, source, rows, channels)
  const columns = side(source.height, of.y, of.height, height)
  if (columns) data = resampleColumns(data, { width, height: source.height }, columns, channels)
  return data === source.data ? data.slice() : data
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

type Size = Pick<Picture, 'width' | 'height'>

/** Row by row, so that memory is read in its order; sums in whole numbers of 32 bits. */
function resampleRows(
  data: Uint8Array,
  { width, height }: Size,
  { size, starts, counts, weights, most }: Contributions,
  channels: 1 | 3,
): Uint8Array {
  const out = new Uint8Array(size * height * channels)
  let to = 0
  for (let y = 0; y < height; y++) {
    const row = y * width
    for (let x = 0; x < size; x++) {
      const first = x * most
      const end = first + counts[x]!
      let from = (row + starts[x]!) * channels
      let r = half
      if (channels === 1) {
        for (let i = first; i < end; i++) r = (r + Math.imul(data[from++]!, weights[i]!)) | 0
        out[to++] = level(r)
        continue
      }
      let g = half
      let b = half
      for (let i = first; i < end; i++, from += 3) {
        const w = weights[i]!
        r = (r + Math.imul(data[from]!, w)) | 0
        g = (g + Math.imul(data[from + 1]!, w)) | 0
        b = (b + Math.imul(data[from + 2]!, w)) | 0
      }
      out[to] = level(r)
      out[to + 1] = level(g)
      out[to + 2] = level(b)
      to += 3
    }
  }
  return out
}

function resampleColumns(
  data: Uint8Array,
  { width }: Size,
  { size, starts, counts, weights, most }: Contributions,
  channels: 1 | 3,
): Uint8Array {
  const row = width * channels
  const out = new Uint8Array(size * row)
  const sums = new Int32Array(row)
  for (let y = 0; y < size; y++) {
    const [start, count, first] = [starts[y]!, counts[y]!, y * most]
    // Four rows at a time: enlarging needs no more.
    let n = 0
    sums.fill(half)
    for (; n + 4 <= count; n += 4) {
      const [w0, w1, w2, w3] = [
        weights[first + n]!,
        weights[first + n + 1]!,
        weights[first + n + 2]!,
        weights[first + n + 3]!,
      ]
      const from = (start + n) * row
      for (let x = 0, at = from; x < row; x++, at++)
        sums[x] =
          (sums[x]! +
            Math.imul(data[at]!, w0) +
            Math.imul(data[at + row]!, w1) +
            Math.imul(data[at + 2 * row]!, w2) +
            Math.imul(data[at + 3 * row]!, w3)) |
          0
    }
    for (; n < count; n++) {
      const w = weights[first + n]!
      const from = (start + n) * row
      for (let x = 0; x < row; x++) sums[x] = (sums[x]! + Math.imul(data[from + x]!, w)) | 0
    }
    for (let x = 0, to = y * row; x < row; x++, to++) out[to] = level(sums[x]!)
  }
  return out
}

function nearest(
  { width: from, height: rows, data }: Picture | Mask,
  { width, height }: Size,
  channels: 1 | 3,
): Uint8Array {
  const out = new Uint8Array(width * height * channels)
  const across = Int32Array.from({ length: width }, (_, x) => channels * Math.floor((x * from) / width))
  let to = 0
  for (let y = 0; y < height; y++) {
    const row = Math.floor((y * rows) / height) * from * channels
    for (let x = 0; x < width; x++)
      for (let c = 0, at = row + across[x]!; c < channels; c++) out[to++] = data[at++]!
  }
  return out
}

/** The mask in another size, in the same arithmetic. @throws ImageError */
export function resizeMask(
  mask: Mask,
  { width, height, filter = 'bicubic' }: { width: number; height: number; filter?: ResizeFilter },
): Mask {
  checkTarget(width, height)
  const of = { x: 0, y: 0, width: mask.width, height: mask.height }
  const data =
    filter === 'nearest'
      ? nearest(mask, { width, height }, 1)
      : resampled(mask, { width, height }, kernels[filter], of, 1)
  return { width, height, data }
}

/** @throws ImageError */
function checkTarget(...sizes: readonly number[]): void {
  if (sizes.some((size) => !Number.isInteger(size) || size < 1))
    throw new ImageError('size', `resize: expected whole sizes above 0, got ${sizes.join('×')}`)
}
