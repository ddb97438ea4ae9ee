import { cropMask, cropPicture } from './crop.ts'
import { maskBox } from './mask.ts'
import type { Mask, Picture } from './picture.ts'
import { type ResizeFilter, resizeMask, resizePicture } from './resize.ts'

/** A picture with its own coverage. */
export interface Layer {
  readonly picture: Picture
  readonly alpha: Mask
}

/** The layer cropped to what it covers; undefined where that is nothing. */
export function cropLayer({ picture, alpha }: Layer): Layer | undefined {
  const area = maskBox(alpha, 1)
  return area && { picture: cropPicture(picture, area), alpha: cropMask(alpha, area) }
}

/** The layer in another size, by a factor of its sides; a pixel at least is left of each. */
export function scaleLayer({ picture, alpha }: Layer, factor: number, filter?: ResizeFilter): Layer {
  const size = {
    width: Math.max(1, Math.round(alpha.width * factor)),
    height: Math.max(1, Math.round(alpha.height * factor)),
    ...(filter && { filter }),
  }
  return { picture: resizePicture(picture, size), alpha: resizeMask(alpha, size) }
}
