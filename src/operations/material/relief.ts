import { blurPlane, distanceToMask, invertMask, type LabPlanes, type Mask } from '../../image/index.ts'

/** The form of an object as far as one picture tells it; all planes have the picture's size. */
export interface Relief {
  /** The light that falls on the form, 1 on average: broad shading with most of the detail. */
  readonly shading: Float32Array
  /** Detail of the shading that is finer than the broad form, about −0.2 to 0.2. */
  readonly detail: Float32Array
  /** The direction that the surface faces: to the right and downward, −1 to 1. */
  readonly nx: Float32Array
  readonly ny: Float32Array
}

/**
 * Reads a form out of shading: the outline says where it curves away (it is taken for inflated), lightness says the
 * rest: darker is farther, at two scales. Colours of the object's own that are dark look like grooves; that suits
 * carving and casting. With `evened` what is painted on is told from shading and left out, and only its seams stay.
 */
export function reliefOf(
  lab: LabPlanes,
  mask: Mask,
  longer: number,
  { evened = false }: { readonly evened?: boolean } = {},
): Relief {
  const { width, height } = lab
  const lightness = evened ? unpainted(lab, mask, longer) : lab.lightness
  const inside = mask.data
  const weight = Float32Array.from(inside, (value) => (value >= 128 ? 1 : 0))
  const low = maskedBlur(lightness, weight, width, height, Math.max(2, longer * 0.045))
  const fine = maskedBlur(lightness, weight, width, height, Math.max(0.8, longer * 0.006))
  let [sum, count] = [0, 0]
  for (let i = 0; i < weight.length; i++)
    if (weight[i] === 1) {
      sum += low[i]!
      count++
    }
  const mean = Math.max(0.08, sum / Math.max(1, count))
  const shading = new Float32Array(weight.length)
  const detail = new Float32Array(weight.length)
  const form = inflated(mask, longer)
  const lines = evened ? linesOf(lab.lightness, weight, width, height, longer) : undefined
  for (let i = 0; i < weight.length; i++) {
    detail[i] = Math.min(0.22, Math.max(-0.22, lines?.[i] ?? fine[i]! - low[i]!))
    // Painted patterns are no shadows: the broad shading counts less where it is far off the mean.
    const broad = low[i]! / mean - 1
    shading[i] = 1 + broad / (1 + 0.9 * Math.abs(broad)) + (1.1 * detail[i]!) / mean
    form[i]! += 0.1 * longer * (low[i]! - mean) + 0.05 * longer * detail[i]!
  }
  const smooth = blurPlane(form, width, height, Math.max(1, longer * 0.008))
  const [nx, ny] = [new Float32Array(weight.length), new Float32Array(weight.length)]
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      const i = y * width + x
      if (weight[i] === 0) continue
      const [dx, dy] = [(smooth[i + 1]! - smooth[i - 1]!) / 2, (smooth[i + width]! - smooth[i - width]!) / 2]
      const length = Math.sqrt(1 + dx * dx + dy * dy)
      nx[i] = -dx / length
      ny[i] = -dy / length
    }
  return { shading, detail, nx, ny }
}

/** Fine lines and seams, lighter or darker than what is close beside them. */
function linesOf(
  lightness: Float32Array,
  weight: Float32Array,
  width: number,
  height: number,
  longer: number,
): Float32Array {
  const fine = maskedBlur(lightness, weight, width, height, Math.max(0.6, longer * 0.0025))
  const broad = maskedBlur(lightness, weight, width, height, Math.max(1.6, longer * 0.014))
  return fine.map((value, i) => value - broad[i]!)
}

/** Steps of lightness, and of colour, from which on they are paint and no shading. */
const [paintStep, paintChroma] = [0.035, 0.018]
/** The equation is solved in so many rounds, each with a relaxation near the best one. */
const [rounds, relaxation] = [160, 1.85]

/**
 * Lightness without what is painted on: steps between neighbouring pixels that are sharp or go with another colour are
 * paint, gentle ones are shading; what is left is put together again by the equation of Poisson within the mask.
 * Source: Land and McCann, "Lightness and retinex theory", and Horn, "Determining lightness from an image".
 */
function unpainted(lab: LabPlanes, mask: Mask, longer: number): Float32Array {
  const { width, height } = lab
  const sigma = Math.max(0.8, longer * 0.004)
  const [lightness, a, b] = [lab.lightness, lab.a, lab.b].map((plane) =>
    blurPlane(plane, width, height, sigma),
  )
  const inside = mask.data
  const isIn = (i: number): boolean => inside[i]! >= 128
  const stepTo = (from: number, to: number): number => {
    const step = lightness![to]! - lightness![from]!
    const chroma = Math.hypot(a![to]! - a![from]!, b![to]! - b![from]!)
    const paint = Math.max(Math.abs(step) / paintStep, chroma / paintChroma)
    return step * Math.exp(-((paint * sigma) ** 2))
  }
  const out = lab.lightness.slice()
  let [sum, count] = [0, 0]
  const places: number[] = []
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      const i = y * width + x
      if (!isIn(i)) continue
      places.push(i)
      sum += lab.lightness[i]!
      count++
    }
  const mean = sum / Math.max(1, count)
  const steps = new Float32Array(4 * places.length)
  const beside = [1, -1, width, -width]
  for (const [k, i] of places.entries()) {
    out[i] = mean
    for (const [d, to] of beside.entries()) steps[4 * k + d] = isIn(i + to) ? stepTo(i, i + to) : 0
  }
  const order = Int32Array.from(places)
  for (let round = 0; round < rounds; round++)
    for (let k = 0; k < order.length; k++) {
      const i = order[k]!
      let [wanted, neighbours] = [0, 0]
      for (let d = 0; d < 4; d++) {
        const to = i + beside[d]!
        if (inside[to]! < 128) continue
        wanted += out[to]! - steps[4 * k + d]!
        neighbours++
      }
      if (neighbours > 0) out[i] = out[i]! + relaxation * (wanted / neighbours - out[i]!)
    }
  return out
}

/** A height that rises from the outline like a pillow: steep at the rim, flat in the middle. */
function inflated(mask: Mask, longer: number): Float32Array {
  const distance = distanceToMask(invertMask(mask))
  const reach = 0.16 * longer
  return distance.map((value) => {
    const t = Math.min(1, value / reach)
    return reach * 0.75 * Math.sqrt(1 - (1 - t) ** 2)
  })
}

/** A blur that takes no account of what lies outside. */
function maskedBlur(
  plane: Float32Array,
  weight: Float32Array,
  width: number,
  height: number,
  sigma: number,
): Float32Array {
  const sums = blurPlane(
    plane.map((value, i) => value * weight[i]!),
    width,
    height,
    sigma,
  )
  const weights = blurPlane(weight, width, height, sigma)
  return sums.map((value, i) => (weights[i]! > 1e-4 ? value / weights[i]! : plane[i]!))
}
