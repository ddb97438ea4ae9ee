import { blurPlane } from './blur.ts'
import type { Mask, Picture } from './picture.ts'
import { sameSize } from './plane.ts'
import { slopeOf } from './slope.ts'

/** Deviations of the two blurs between which an edge's steepness is compared, for a longest side of 512 pixels. */
const [fine, broad] = [0.8, 3.2]
/** The share of pixels that counts as the steepest edges. */
const steepest = 0.02
/** Below this steepness there is no edge. */
const leastEdge = 0.005

/**
 * How wide the steepest edges are, as the deviation of the blur that made them, in pixels at a longest side of 512: 0 for
 * steps. Their contrast does not matter. Of the whole picture, or of what a mask covers by half or more; undefined where
 * there are no edges. Edges that are blurred twice have the sum of both variances.
 * @throws ImageError when sizes differ
 */
export function edgeWidth({ width, height, data }: Picture, where?: Mask): number | undefined {
  if (where) sameSize('edge width', { width, height }, where)
  const scale = Math.max(width, height) / 512
  const luma = new Float32Array(width * height)
  for (let i = 0; i < luma.length; i++)
    luma[i] = (0.299 * data[3 * i]! + 0.587 * data[3 * i + 1]! + 0.114 * data[3 * i + 2]!) / 255
  const steepnessAfter = (sigma: number): Float32Array =>
    slopeOf({ width, height, data: blurPlane(luma, width, height, sigma * scale) }).data
  const [near, far] = [steepnessAfter(fine), steepnessAfter(broad)]
  const isMeant = (i: number): boolean => where === undefined || where.data[i]! >= 128
  const [counts, step] = [new Uint32Array(2048), 1 / 2048]
  let total = 0
  for (let i = 0; i < luma.length; i++) {
    if (!isMeant(i)) continue
    counts[Math.min(2047, Math.floor(near[i]! / step))]!++
    total++
  }
  const wanted = Math.ceil(total * steepest)
  if (wanted < 16) return undefined
  let [bin, above] = [2047, counts[2047]!]
  while (above < wanted) above += counts[--bin]!
  const least = bin * step
  if (least < leastEdge) return undefined
  let [sumNear, sumFar] = [0, 0]
  for (let i = 0; i < luma.length; i++) {
    if (near[i]! < least || !isMeant(i)) continue
    sumNear += near[i]!
    sumFar += far[i]!
  }
  // An edge of deviation s has a slope as 1/√(s² + σ²) after a blur of σ.
  const ratio = (sumNear / sumFar) ** 2
  return ratio <= 1 ? broad : Math.sqrt(Math.max(0, (broad ** 2 - ratio * fine ** 2) / (ratio - 1)))
}
