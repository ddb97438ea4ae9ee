import { blurPlane, labOfPicture, type Picture } from '../../../image/index.ts'
import type { Box } from '../../../tools/index.ts'

/** Width of the blur that takes detail away, in widths of the face. */
const blur = 0.02

/**
 * The share of a face's contrast that is detail, 0 to 1: deviation of lightness from its blur, by its deviation from the
 * mean. Faces out of focus have less than 0.1, others more than 0.19.
 */
export function detailOf(picture: Picture, { x, y, width, height }: Box): number {
  const { lightness } = labOfPicture(picture)
  const soft = blurPlane(lightness, picture.width, picture.height, blur * width)
  let [count, sum, squares, fine] = [0, 0, 0, 0]
  for (let v = Math.max(0, Math.round(y)); v < Math.min(picture.height, y + height); v++)
    for (let u = Math.max(0, Math.round(x)); u < Math.min(picture.width, x + width); u++) {
      const i = v * picture.width + u
      count++
      sum += lightness[i]!
      squares += lightness[i]! ** 2
      fine += (lightness[i]! - soft[i]!) ** 2
    }
  const variance = squares / Math.max(1, count) - (sum / Math.max(1, count)) ** 2
  return variance < 1e-6 ? 0 : Math.sqrt(fine / count / variance)
}
