import {
  blurPlane,
  invertMask,
  type LabPlanes,
  labOfPicture,
  type Mask,
  type Picture,
  type Plane,
  widened,
} from '../../image/index.ts'

/** The differences of two pictures of one size, beyond the effects of noise, compression and resampling. */
export interface Comparison {
  /** OKLab of both, lightly softened, so that noise and JPEG's blocks average out. */
  readonly source: LabPlanes
  readonly edited: LabPlanes
  /** Distance in softened OKLab, times 100: 2 is just visible. */
  readonly deltaE: Plane
  /** How much of it resampling and compression may make there: more on edges and texture than on plain parts. */
  readonly tolerance: Plane
  /** 255 where more than the tolerance changed, specks left out. */
  readonly changed: Mask
}

/** Of the softening, for a longest side of 512 pixels. */
const softness = 0.9
/** What is tolerated on plain parts in ΔE, and how much of the local contrast beside. */
const [plain, ofContrast] = [2.6, 0.22]

/** Compares two pictures of one size. */
export function comparePictures(one: Picture, other: Picture): Comparison {
  const { width, height } = one
  const sigma = Math.max(0.6, (softness * Math.max(width, height)) / 512)
  const [source, edited] = [softLab(one, sigma), softLab(other, sigma)]
  const deltaE = new Float32Array(width * height)
  for (let i = 0; i < deltaE.length; i++) {
    const lightness = source.lightness[i]! - edited.lightness[i]!
    const [a, b] = [source.a[i]! - edited.a[i]!, source.b[i]! - edited.b[i]!]
    deltaE[i] = 100 * Math.sqrt(lightness * lightness + a * a + b * b)
  }
  const contrast = localContrast(source, 2.5 * sigma)
  const tolerance = contrast.map((value) => plain + 100 * ofContrast * value)
  const changed = new Uint8Array(width * height)
  for (let i = 0; i < changed.length; i++) changed[i] = deltaE[i]! > tolerance[i]! ? 255 : 0
  return {
    source,
    edited,
    deltaE: { width, height, data: deltaE },
    tolerance: { width, height, data: tolerance },
    changed: withoutSpecks({ width, height, data: changed }),
  }
}

function softLab(picture: Picture, sigma: number): LabPlanes {
  const { width, height, lightness, a, b } = labOfPicture(picture)
  const soft = (plane: Float32Array): Float32Array => blurPlane(plane, width, height, sigma)
  return { width, height, lightness: soft(lightness), a: soft(a), b: soft(b) }
}

/** The standard deviation of lightness around each pixel. */
export function localContrast({ width, height, lightness }: LabPlanes, sigma: number): Float32Array {
  const mean = blurPlane(lightness, width, height, sigma)
  const squares = blurPlane(
    lightness.map((value) => value * value),
    width,
    height,
    sigma,
  )
  return squares.map((value, i) => Math.sqrt(Math.max(0, value - mean[i]! ** 2)))
}

/** Opened by two pixels: what is thinner is noise; what is left has its own border. */
function withoutSpecks(mask: Mask): Mask {
  const seeds = invertMask(widened(invertMask(mask), 1))
  const near = widened(seeds, 2)
  return { ...mask, data: mask.data.map((value, i) => (near.data[i]! > 0 ? value : 0)) }
}

/** The share of a mask in which something is set, by pixels that both cover by half or more; 0 where the mask is empty. */
export function shareWithin(where: Mask, what: Mask): number {
  let [inside, both] = [0, 0]
  for (let i = 0; i < where.data.length; i++) {
    if (where.data[i]! < 128) continue
    inside++
    if (what.data[i]! >= 128) both++
  }
  return inside === 0 ? 0 : both / inside
}

/** The mean of a plane over what a mask covers by half or more; NaN where that is nothing. */
export function meanWithin(where: Mask, { data }: Pick<Plane, 'data'>): number {
  let [sum, count] = [0, 0]
  for (let i = 0; i < data.length; i++) {
    if (where.data[i]! < 128) continue
    sum += data[i]!
    count++
  }
  return sum / count
}

/** Pearson's correlation of two planes over what a mask covers by half or more; 0 where one of them does not vary. */
export function correlationWithin(where: Mask | undefined, one: Float32Array, other: Float32Array): number {
  let [n, sx, sy, sxx, syy, sxy] = [0, 0, 0, 0, 0, 0]
  for (let i = 0; i < one.length; i++) {
    if (where && where.data[i]! < 128) continue
    const [x, y] = [one[i]!, other[i]!]
    n++
    sx += x
    sy += y
    sxx += x * x
    syy += y * y
    sxy += x * y
  }
  const [vx, vy] = [n * sxx - sx * sx, n * syy - sy * sy]
  return vx <= 1e-12 || vy <= 1e-12 ? 0 : (n * sxy - sx * sy) / Math.sqrt(vx * vy)
}

/** By how much one plane grows with another over what a mask covers by half or more: the slope of the straight line through both; 0 where that one does not vary. */
export function slopeWithin(where: Mask, of: Float32Array, growing: Float32Array): number {
  let [n, sx, sy, sxx, sxy] = [0, 0, 0, 0, 0]
  for (let i = 0; i < of.length; i++) {
    if (where.data[i]! < 128) continue
    const [x, y] = [of[i]!, growing[i]!]
    n++
    sx += x
    sy += y
    sxx += x * x
    sxy += x * y
  }
  const vx = n * sxx - sx * sx
  return vx <= 1e-12 ? 0 : (n * sxy - sx * sy) / vx
}
