import { blurPlane, labOfPicture, type Mask, type Picture, thresholdMask } from '../../image/index.ts'

/** Colours on both sides of an outline that are nearer than this in OKLab show no edge. */
const leastStep = 0.055
/** So far from the outline, as a share of the longer side, the colours of either side are looked at. */
const stepShare = 0.011

/**
 * The share of an outline along which the picture shows no edge, 0 to 1: there the mask ends in the middle of something, or of what has
 * the same colour as what is beside it. Where the picture's border cuts the mask off is no outline.
 */
export function unseenOutline(picture: Picture, mask: Mask): number {
  const { width, height } = picture
  const lab = labOfPicture(picture)
  const reach = Math.max(3, Math.round(stepShare * Math.max(width, height)))
  const hard = thresholdMask(mask)
  const slope = blurPlane(
    Float32Array.from(hard.data, (value) => value / 255),
    width,
    height,
    reach / 2,
  )
  const planes = [lab.lightness, lab.a, lab.b].map((plane) => blurPlane(plane, width, height, 0.8))
  let [unseen, all] = [0, 0]
  for (let y = reach + 1; y < height - reach - 1; y++)
    for (let x = reach + 1; x < width - reach - 1; x++) {
      const i = y * width + x
      if (hard.data[i] !== 255) continue
      const beside = hard.data[i - 1]! + hard.data[i + 1]! + hard.data[i - width]! + hard.data[i + width]!
      if (beside === 4 * 255) continue
      const [dx, dy] = [slope[i + 1]! - slope[i - 1]!, slope[i + width]! - slope[i - width]!]
      const length = Math.hypot(dx, dy)
      if (length < 1e-4) continue
      const [u, v] = [Math.round((reach * dx) / length), Math.round((reach * dy) / length)]
      const [within, beyond] = [(y + v) * width + x + u, (y - v) * width + x - u]
      all++
      const step = Math.hypot(
        planes[0]![within]! - planes[0]![beyond]!,
        1.5 * (planes[1]![within]! - planes[1]![beyond]!),
        1.5 * (planes[2]![within]! - planes[2]![beyond]!),
      )
      if (step < leastStep) unseen++
    }
  return all === 0 ? 0 : unseen / all
}
