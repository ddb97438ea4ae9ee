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
 * carving and casting.
 */
export function reliefOf(lab: LabPlanes, mask: Mask, longer: number): Relief {
  const { width, height, lightness } = lab
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
  for (let i = 0; i < weight.length; i++) {
    detail[i] = Math.min(0.22, Math.max(-0.22, fine[i]! - low[i]!))
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
