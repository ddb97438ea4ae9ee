import { boxBlurPlane } from './blur.ts'
import type { Picture } from './picture.ts'

/** A picture as three planes of numbers in levels, 0 to 255, rows from the top. */
export interface LevelPlanes {
  readonly width: number
  readonly height: number
  readonly channels: readonly [Float32Array, Float32Array, Float32Array]
}

/**
 * For each pixel an affine map of its colour: for each of `outputs` numbers the weights of red, green and blue and an
 * offset, one after another.
 */
export interface AffineField {
  readonly width: number
  readonly height: number
  readonly outputs: number
  /** `4 · outputs` numbers a pixel. */
  readonly data: Float32Array
}

/** How {@link fitAffine} fits. */
export interface AffineFit {
  /** Windows are squares of `2 · radius + 1` pixels; infinite fits one map to the whole picture. */
  readonly radius: number
  /** Variance in levels² below which the guide counts as flat, and the map stays that of `start`. */
  readonly ridge: number
  /** How much each pixel counts, 0 to 1. */
  readonly weights?: Float32Array | undefined
  /** What the fit departs from: where there is too little to see, it stays. Default: maps to nothing. */
  readonly start?: AffineField | undefined
}

/** The picture as planes of levels. */
export function levelPlanes({ width, height, data }: Picture): LevelPlanes {
  const plane = (c: number) => Float32Array.from({ length: width * height }, (_, i) => data[3 * i + c]!)
  return { width, height, channels: [plane(0), plane(1), plane(2)] }
}

/** Planes as a picture: rounded, and clamped to 0 … 255. */
export function pictureOfLevels({ width, height, channels }: LevelPlanes): Picture {
  const data = new Uint8ClampedArray(3 * width * height)
  for (let i = 0; i < width * height; i++) for (let c = 0; c < 3; c++) data[3 * i + c] = channels[c]![i]!
  return { width, height, data: new Uint8Array(data.buffer) }
}

/** A field with the same map at every pixel, `4 · outputs` numbers. */
export function evenField(width: number, height: number, map: readonly number[]): AffineField {
  const data = new Float32Array(width * height * map.length)
  for (let at = 0; at < data.length; at += map.length)
    for (let k = 0; k < map.length; k++) data[at + k] = map[k]!
  return { width, height, outputs: map.length / 4, data }
}

/** The map that leaves colours as they are. */
export const identityMap: readonly number[] = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0]

/** What a field makes of the planes, a plane for each output. Both have the same size. */
export function applyField(
  field: AffineField,
  { channels: [red, green, blue] }: LevelPlanes,
): Float32Array[] {
  const { width, height, outputs, data } = field
  const found = Array.from({ length: outputs }, () => new Float32Array(width * height))
  for (const [output, plane] of found.entries())
    for (let i = 0, at = 4 * output; i < plane.length; i++, at += 4 * outputs)
      plane[i] = data[at]! * red[i]! + data[at + 1]! * green[i]! + data[at + 2]! * blue[i]! + data[at + 3]!
  return found
}

/**
 * The affine maps that best turn the guide's colours into the targets, each fitted to the pixels around it: the
 * guided filter with a colour guide, its result left as coefficients so that a larger guide can be put in.
 * Source: He, Sun and Tang, "Guided Image Filtering"; He and Sun, "Fast Guided Filter".
 */
export function fitAffine(guide: LevelPlanes, targets: readonly Float32Array[], fit: AffineFit): AffineField {
  const { width, height, channels } = guide
  const outputs = targets.length
  const start = fit.start ?? evenField(width, height, Array(4 * outputs).fill(0))
  const before = applyField(start, guide)
  const left = targets.map((target, k) => target.map((value, i) => value - before[k]![i]!))
  const around = (plane: Float32Array): Float32Array => meanAround(plane, guide, fit.radius)
  const moments = momentsOf(channels, left, fit.weights, around)
  const found = solveAll(moments, width * height, outputs, fit.ridge)
  const data = new Float32Array(start.data.length)
  for (let k = 0; k < 4 * outputs; k++) {
    const mean = around(found[k]!)
    for (let i = 0; i < width * height; i++)
      data[i * 4 * outputs + k] = start.data[i * 4 * outputs + k]! + mean[i]!
  }
  return { width, height, outputs, data }
}

function meanAround(
  plane: Float32Array,
  { width, height }: { readonly width: number; readonly height: number },
  radius: number,
): Float32Array {
  if (Number.isFinite(radius)) return boxBlurPlane(plane, width, height, radius)
  return new Float32Array(plane.length).fill(plane.reduce((sum, value) => sum + value, 0) / plane.length)
}

/** Weighted means over windows. */
interface Moments {
  readonly weight: Float32Array
  readonly guide: readonly Float32Array[]
  /** rr, rg, rb, gg, gb, bb. */
  readonly products: readonly Float32Array[]
  readonly targets: readonly Float32Array[]
  /** For each target its products with red, green and blue. */
  readonly cross: readonly (readonly Float32Array[])[]
}

function momentsOf(
  guide: readonly Float32Array[],
  targets: readonly Float32Array[],
  weights: Float32Array | undefined,
  around: (plane: Float32Array) => Float32Array,
): Moments {
  const ones = weights ?? new Float32Array(guide[0]!.length).fill(1)
  const weighted = (plane: Float32Array) => (weights ? times(plane, weights) : plane)
  const [r, g, b] = guide as [Float32Array, Float32Array, Float32Array]
  const pairs = [times(r, r), times(r, g), times(r, b), times(g, g), times(g, b), times(b, b)]
  return {
    weight: around(ones),
    guide: guide.map((plane) => around(weighted(plane))),
    products: pairs.map((plane) => around(weighted(plane))),
    targets: targets.map((plane) => around(weighted(plane))),
    cross: targets.map((plane) => guide.map((channel) => around(weighted(times(plane, channel))))),
  }
}

function times(a: Float32Array, b: Float32Array): Float32Array {
  const out = new Float32Array(a.length)
  for (let i = 0; i < a.length; i++) out[i] = a[i]! * b[i]!
  return out
}

/** Share of a window's pixels at which the fit counts half. */
const fewPixels = 0.05

/** For each window and output (Σ + ridge)⁻¹·cov and the offset, drawn toward nothing where few pixels count. */
function solveAll(moments: Moments, size: number, outputs: number, ridge: number): Float32Array[] {
  const { weight, guide, products, targets, cross } = moments
  const found = Array.from({ length: 4 * outputs }, () => new Float32Array(size))
  for (let i = 0; i < size; i++) {
    const w = weight[i]!
    if (w < 1e-6) continue
    const trust = (w / (w + fewPixels)) * (1 + fewPixels)
    const [r, g, b] = [guide[0]![i]! / w, guide[1]![i]! / w, guide[2]![i]! / w]
    // The covariance, symmetric, and its inverse by cofactors.
    const xx = products[0]![i]! / w - r * r + ridge
    const xy = products[1]![i]! / w - r * g
    const xz = products[2]![i]! / w - r * b
    const yy = products[3]![i]! / w - g * g + ridge
    const yz = products[4]![i]! / w - g * b
    const zz = products[5]![i]! / w - b * b + ridge
    const [cxx, cxy, cxz] = [yy * zz - yz * yz, xz * yz - xy * zz, xy * yz - xz * yy]
    const [cyy, cyz, czz] = [xx * zz - xz * xz, xy * xz - xx * yz, xx * yy - xy * xy]
    const inverse = trust / (xx * cxx + xy * cxy + xz * cxz)
    for (let k = 0; k < outputs; k++) {
      const mean = targets[k]![i]! / w
      const tr = cross[k]![0]![i]! / w - mean * r
      const tg = cross[k]![1]![i]! / w - mean * g
      const tb = cross[k]![2]![i]! / w - mean * b
      const ar = (cxx * tr + cxy * tg + cxz * tb) * inverse
      const ag = (cxy * tr + cyy * tg + cyz * tb) * inverse
      const ab = (cxz * tr + cyz * tg + czz * tb) * inverse
      found[4 * k]![i] = ar
      found[4 * k + 1]![i] = ag
      found[4 * k + 2]![i] = ab
      found[4 * k + 3]![i] = trust * mean - ar * r - ag * g - ab * b
    }
  }
  return found
}

/** The field in another size, interpolated between pixel centres. */
export function resizeField(field: AffineField, width: number, height: number): AffineField {
  if (width === field.width && height === field.height) return field
  const each = 4 * field.outputs
  const data = new Float32Array(width * height * each)
  const line = new Float32Array(field.width * each)
  const columns = Array.from({ length: width }, (_, x) => between(x, width, field.width))
  for (let y = 0; y < height; y++) {
    mixRows(line, field.data, between(y, height, field.height))
    for (let x = 0; x < width; x++) {
      const [left, right, share] = columns[x]!
      const at = (y * width + x) * each
      for (let k = 0; k < each; k++) {
        const first = line[left * each + k]!
        data[at + k] = first + share * (line[right * each + k]! - first)
      }
    }
  }
  return { width, height, outputs: field.outputs, data }
}

/** A row of numbers between two of `data`; `into` has the length of one. */
export function mixRows(
  into: Float32Array,
  data: Float32Array,
  [top, bottom, share]: readonly [number, number, number],
): void {
  const above = top * into.length
  const below = bottom * into.length
  for (let i = 0; i < into.length; i++)
    into[i] = data[above + i]! + share * (data[below + i]! - data[above + i]!)
}

/** The two pixels of a line of `from` between which the centre of one of `to` lies, and how far from the first. */
export function between(
  position: number,
  to: number,
  from: number,
): [first: number, second: number, share: number] {
  const at = Math.min(from - 1, Math.max(0, ((position + 0.5) * from) / to - 0.5))
  const first = Math.min(Math.floor(at), Math.max(0, from - 2))
  return [first, Math.min(from - 1, first + 1), at - first]
}

/** Planes of means over squares of `factor` pixels. */
export function shrinkPlanes(planes: LevelPlanes, factor: number): LevelPlanes {
  if (factor === 1) return planes
  const { width, height, channels } = planes
  const [red, green, blue] = channels.map((plane) => shrinkPlane(plane, width, height, factor)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ]
  return { width: shrunk(width, factor), height: shrunk(height, factor), channels: [red, green, blue] }
}

/** Means over squares of `factor` pixels; what is left over at the right and bottom joins the last ones. */
export function shrinkPlane(
  plane: Float32Array,
  width: number,
  height: number,
  factor: number,
): Float32Array {
  const [columns, rows] = [shrunk(width, factor), shrunk(height, factor)]
  const sums = new Float32Array(columns * rows)
  const counts = new Float32Array(columns * rows)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = Math.floor((y * rows) / height) * columns + Math.floor((x * columns) / width)
      sums[at]! += plane[y * width + x]!
      counts[at]!++
    }
  return sums.map((sum, i) => sum / counts[i]!)
}

/** The side of what {@link shrinkPlane} gives. */
function shrunk(side: number, factor: number): number {
  return Math.max(1, Math.floor(side / factor))
}
