import {
  blurPlane,
  labOfPicture,
  type Mask,
  maskBox,
  type Picture,
  thresholdMask,
} from '../../image/index.ts'

/** Colours on both sides of an outline that are nearer than this in OKLab show no edge. */
const leastStep = 0.055
/** So far from the outline, as a share of the longer side, the colours of either side are looked at. */
const stepShare = 0.011

/**
 * The share of an outline along which the picture shows no edge, 0 to 1: there the mask ends in the middle of something,
 * or of what has the same colour as what is beside it. Where the picture's border cuts the mask off is no outline.
 */
export function unseenOutline(picture: Picture, mask: Mask): number {
  const outline = outlineOf(picture, mask)
  return outline.length === 0 ? 0 : outline.filter(({ isSeen }) => !isSeen).length / outline.length
}

/** A side of a mask's box is straight where so much of it is outline, and a cut where so much of that shows no edge. */
const [straightShare, cutShare] = [0.3, 0.6]

/** Whether a mask ends in a straight line along a side of its box where the picture shows no edge: a tool's box cut it. */
export function isCutByBox(picture: Picture, mask: Mask): boolean {
  const box = maskBox(mask, 128)
  if (box === undefined) return false
  const outline = outlineOf(picture, mask)
  const [right, bottom] = [box.x + box.width - 1, box.y + box.height - 1]
  const sides = [
    { along: box.height, of: outline.filter(({ x }) => x <= box.x + 1) },
    { along: box.height, of: outline.filter(({ x }) => x >= right - 1) },
    { along: box.width, of: outline.filter(({ y }) => y <= box.y + 1) },
    { along: box.width, of: outline.filter(({ y }) => y >= bottom - 1) },
  ]
  return sides.some(
    ({ along, of }) =>
      of.length > straightShare * along && of.filter(({ isSeen }) => !isSeen).length > cutShare * of.length,
  )
}

/** A pixel of an outline, and whether colours change across it there. */
interface OutlinePixel {
  readonly x: number
  readonly y: number
  readonly isSeen: boolean
}

function outlineOf(picture: Picture, mask: Mask): readonly OutlinePixel[] {
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
  const outline: OutlinePixel[] = []
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
      const step = Math.hypot(
        planes[0]![within]! - planes[0]![beyond]!,
        1.5 * (planes[1]![within]! - planes[1]![beyond]!),
        1.5 * (planes[2]![within]! - planes[2]![beyond]!),
      )
      outline.push({ x, y, isSeen: step >= leastStep })
    }
  return outline
}
