import { distanceToMask, invertMask, type Mask, type Picture, thresholdMask } from '../../../image/index.ts'

/** How a mask is fitted to a picture's edges. */
export interface Refinement {
  /** How far from the mask's own edge the true one may lie, in pixels of the analysed picture. */
  readonly reach: number
  /** The variance of colours, 0 to 1, from which on something counts as an edge. */
  readonly epsilon?: number
  /** How often the edge is fitted; more than once where it is known roughly. Default: 1. */
  readonly rounds?: number
}

/**
 * A mask of the analysed picture at the picture's full size, its edge laid along the picture's own: around the edge the
 * coverage is fitted as a linear function of the colours nearby (the local model of closed-form matting, solved once
 * by a guided filter), and that function is evaluated on the full picture. Elsewhere the mask is 0 or 255.
 * Source: He, Sun and Tang, "Guided image filtering", and He and Sun, "Fast guided filter".
 */
export function refineMask(mask: Mask, seen: Picture, full: Picture, refinement: Refinement): Mask {
  const { reach, epsilon = 1e-4, rounds = 1 } = refinement
  if (rounds > 1) {
    const snapped = refineMask(mask, seen, seen, { reach, epsilon })
    // Twice as steep: what is more than half covered is drawn in, the rest pushed out.
    const data = snapped.data.map((value) => Math.min(255, Math.max(0, 2.5 * (value - 127.5) + 127.5)))
    const closer = { reach: Math.max(2, 0.7 * reach), epsilon, rounds: rounds - 1 }
    return refineMask({ ...snapped, data }, seen, full, closer)
  }
  const { width, height } = seen
  const rim = rimOf(mask, reach)
  if (rim === undefined) return enlarged(mask, full)
  const { near, box } = rim
  const part = fittedIn(mask, seen, rim, Math.max(2, Math.round(reach * 0.75)), epsilon)
  const out = new Uint8Array(full.width * full.height)
  const [across, down] = [width / full.width, height / full.height]
  const columns = columnsOf(part, box.x, across, full.width, width)
  const row = new Float32Array(4 * part.width)
  for (let y = 0; y < full.height; y++) {
    const v = (y + 0.5) * down - 0.5
    const nearest = Math.min(height - 1, Math.max(0, Math.round(v)))
    const isWithin = v >= box.y - 1 && v <= box.y + box.height
    if (isWithin) rowAt(part, v - box.y, row)
    const start = nearest * width
    for (let x = 0, to = y * full.width; x < full.width; x++, to++) {
      const at = start + columns.nearest[x]!
      if (!isWithin || near[at] === 0) {
        out[to] = mask.data[at]! >= 128 ? 255 : 0
        continue
      }
      const t = columns.share[x]!
      const one = columns.left[x]!
      const other = columns.right[x]!
      const red = row[one]! + t * (row[other]! - row[one]!)
      const green = row[one + 1]! + t * (row[other + 1]! - row[one + 1]!)
      const blue = row[one + 2]! + t * (row[other + 2]! - row[one + 2]!)
      const value =
        (red * full.data[3 * to]! + green * full.data[3 * to + 1]! + blue * full.data[3 * to + 2]!) / 255 +
        row[one + 3]! +
        t * (row[other + 3]! - row[one + 3]!)
      out[to] = levelOf(value)
    }
  }
  return { width: full.width, height: full.height, data: out }
}

/** Where the columns of the full picture lie: the nearest of the analysed one, and two of the fit with the share of the second. */
function columnsOf(part: Fit, left: number, across: number, count: number, width: number) {
  const columns = {
    nearest: new Int32Array(count),
    left: new Int32Array(count),
    right: new Int32Array(count),
    share: new Float64Array(count),
  }
  for (let x = 0; x < count; x++) {
    const u = (x + 0.5) * across - 0.5
    columns.nearest[x] = Math.min(width - 1, Math.max(0, Math.round(u)))
    const place = Math.min(part.width - 1, Math.max(0, u - left))
    const first = Math.min(Math.max(0, part.width - 2), Math.floor(place))
    columns.share[x] = place - first
    columns.left[x] = 4 * first
    columns.right[x] = 4 * Math.min(part.width - 1, first + 1)
  }
  return columns
}

/** Nearly nothing is nothing, nearly all is all. */
function levelOf(value: number): number {
  const stretched = (value - 0.06) / 0.88
  return stretched <= 0.012 ? 0 : stretched >= 0.988 ? 255 : Math.round(255 * stretched)
}

interface Rim {
  /** 1 within reach of the mask's edge, or where it is soft. */
  readonly near: Uint8Array
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
}

function rimOf(mask: Mask, reach: number): Rim | undefined {
  const { width, height } = mask
  const hard = thresholdMask(mask)
  const [toInside, toOutside] = [distanceToMask(hard), distanceToMask(invertMask(hard))]
  const near = new Uint8Array(mask.data.length)
  let [left, top, right, bottom] = [width, height, -1, -1]
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const i = y * width + x
      const isSoft = mask.data[i]! > 12 && mask.data[i]! < 243
      if (!isSoft && Math.max(toInside[i]!, toOutside[i]!) > reach) continue
      near[i] = 1
      if (x < left) left = x
      if (x > right) right = x
      if (y < top) top = y
      bottom = y
    }
  return right < 0
    ? undefined
    : { near, box: { x: left, y: top, width: right - left + 1, height: bottom - top + 1 } }
}

/** Coverage as a linear function of red, green and blue (0 to 1) at each pixel of a part: four numbers each. */
interface Fit {
  readonly width: number
  readonly height: number
  readonly planes: readonly [Float32Array, Float32Array, Float32Array, Float32Array]
}

/** Pixels of a tile's side: its planes stay in the processor's cache. */
const tile = 128

/** The fit where the rim is, tile by tile; elsewhere 0. */
function fittedIn(mask: Mask, seen: Picture, { near, box }: Rim, radius: number, epsilon: number): Fit {
  const { width, height } = box
  const planes = Array.from({ length: 4 }, () => new Float32Array(width * height))
  // The fit is read between four pixels, and is a mean of fits to means.
  const margin = 2 * radius + 1
  for (let top = 0; top < height; top += tile)
    for (let left = 0; left < width; left += tile) {
      const [right, bottom] = [Math.min(width, left + tile), Math.min(height, top + tile)]
      if (
        !touches(near, seen, {
          left: box.x + left,
          top: box.y + top,
          right: box.x + right,
          bottom: box.y + bottom,
        })
      )
        continue
      const x = Math.max(0, box.x + left - margin)
      const y = Math.max(0, box.y + top - margin)
      const around = {
        x,
        y,
        width: Math.min(seen.width, box.x + right + margin) - x,
        height: Math.min(seen.height, box.y + bottom + margin) - y,
      }
      const part = fitted(mask, seen, around, radius, epsilon)
      for (let k = 0; k < 4; k++)
        for (let row = top; row < bottom; row++) {
          const from = (box.y + row - y) * around.width + box.x + left - x
          planes[k]!.set(part[k]!.subarray(from, from + right - left), row * width + left)
        }
    }
  return { width, height, planes: planes as unknown as Fit['planes'] }
}

/** Whether a pixel of the rim is in a tile or beside it. */
function touches(
  near: Uint8Array,
  { width, height }: Picture,
  {
    left,
    top,
    right,
    bottom,
  }: { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number },
): boolean {
  const [from, to] = [Math.max(0, left - 1), Math.min(width, right + 1)]
  for (let y = Math.max(0, top - 1); y < Math.min(height, bottom + 1); y++)
    for (let x = from; x < to; x++) if (near[y * width + x] === 1) return true
  return false
}

function fitted(
  mask: Mask,
  seen: Picture,
  box: Rim['box'],
  radius: number,
  epsilon: number,
): readonly Float32Array[] {
  const { width, height } = box
  const size = width * height
  const planes = Array.from({ length: 13 }, () => new Float32Array(size))
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const from = (box.y + y) * seen.width + box.x + x
      const at = y * width + x
      const p = mask.data[from]! / 255
      const r = seen.data[3 * from]! / 255
      const g = seen.data[3 * from + 1]! / 255
      const b = seen.data[3 * from + 2]! / 255
      planes[0]![at] = p
      planes[1]![at] = r
      planes[2]![at] = g
      planes[3]![at] = b
      planes[4]![at] = p * r
      planes[5]![at] = p * g
      planes[6]![at] = p * b
      planes[7]![at] = r * r
      planes[8]![at] = r * g
      planes[9]![at] = r * b
      planes[10]![at] = g * g
      planes[11]![at] = g * b
      planes[12]![at] = b * b
    }
  const [p, r, g, b, pr, pg, pb, rr, rg, rb, gg, gb, bb] = planes.map((each) =>
    means(each, width, height, radius),
  )
  const slopes = [0, 1, 2, 3].map(() => new Float32Array(size))
  for (let i = 0; i < size; i++) {
    const [mp, mr, mg, mb] = [p![i]!, r![i]!, g![i]!, b![i]!]
    // The covariance of the colours, and theirs with the coverage.
    const a11 = rr![i]! - mr * mr + epsilon
    const a12 = rg![i]! - mr * mg
    const a13 = rb![i]! - mr * mb
    const a22 = gg![i]! - mg * mg + epsilon
    const a23 = gb![i]! - mg * mb
    const a33 = bb![i]! - mb * mb + epsilon
    const c1 = pr![i]! - mp * mr
    const c2 = pg![i]! - mp * mg
    const c3 = pb![i]! - mp * mb
    const m11 = a22 * a33 - a23 * a23
    const m12 = a13 * a23 - a12 * a33
    const m13 = a12 * a23 - a13 * a22
    const determinant = a11 * m11 + a12 * m12 + a13 * m13
    const s1 = (m11 * c1 + m12 * c2 + m13 * c3) / determinant
    const s2 = (m12 * c1 + (a11 * a33 - a13 * a13) * c2 + (a12 * a13 - a11 * a23) * c3) / determinant
    const s3 = (m13 * c1 + (a12 * a13 - a11 * a23) * c2 + (a11 * a22 - a12 * a12) * c3) / determinant
    slopes[0]![i] = s1
    slopes[1]![i] = s2
    slopes[2]![i] = s3
    slopes[3]![i] = mp - s1 * mr - s2 * mg - s3 * mb
  }
  return slopes.map((data) => means(data, width, height, radius))
}

/** Means over squares, of what of them lies within the part. */
function means(data: Float32Array, width: number, height: number, radius: number): Float32Array {
  const rows = new Float32Array(data.length)
  const reach = Math.min(radius, width)
  for (let y = 0; y < height; y++) {
    const start = y * width
    let sum = 0
    for (let x = 0; x < reach; x++) sum += data[start + x]!
    for (let x = 0; x < width; x++) {
      if (x + radius < width) sum += data[start + x + radius]!
      if (x > radius) sum -= data[start + x - radius - 1]!
      rows[start + x] = sum / (Math.min(width, x + radius + 1) - Math.max(0, x - radius))
    }
  }
  const out = new Float32Array(data.length)
  const sums = new Float64Array(width)
  for (let y = 0; y < Math.min(radius, height); y++)
    for (let x = 0; x < width; x++) sums[x]! += rows[y * width + x]!
  for (let y = 0; y < height; y++) {
    const here = y * width
    const count = Math.min(height, y + radius + 1) - Math.max(0, y - radius)
    const enters = y + radius < height ? here + radius * width : -1
    const leaves = y > radius ? here - (radius + 1) * width : -1
    for (let x = 0; x < width; x++) {
      let sum = sums[x]!
      if (enters >= 0) sum += rows[enters + x]!
      if (leaves >= 0) sum -= rows[leaves + x]!
      sums[x] = sum
      out[here + x] = sum / count
    }
  }
  return out
}

/** The four numbers of each pixel of a row between two rows. */
function rowAt({ width, height, planes }: Fit, y: number, row: Float32Array): void {
  const place = Math.min(height - 1, Math.max(0, y))
  const top = Math.floor(place)
  const [t, upper, lower] = [place - top, top * width, Math.min(height - 1, top + 1) * width]
  for (let k = 0; k < 4; k++) {
    const data = planes[k]!
    for (let x = 0; x < width; x++)
      row[4 * x + k] = data[upper + x]! + t * (data[lower + x]! - data[upper + x]!)
  }
}

/** A mask without edges at another size. */
function enlarged(mask: Mask, { width, height }: Picture): Mask {
  return { width, height, data: new Uint8Array(width * height).fill(mask.data[0]! >= 128 ? 255 : 0) }
}
