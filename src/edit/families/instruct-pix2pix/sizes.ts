import { type Picture, resizePicture } from '../../../image/index.ts'
import type { Size } from '../../sampling/sampling.ts'

/** Sides of an edit are multiples of this. */
const step = 64

/**
 * The size at which a picture is edited: with the long side at about `level`, the short one goes up to the next multiple
 * of 64, and the long one as far as that takes it, down to one. Source: edit_cli.py of the original.
 */
export function pix2pixSize({ width, height }: Size, level: number): Size {
  const short = Math.min(width, height)
  const shrunk = short * (level / Math.max(width, height))
  const factor = (Math.ceil(shrunk / step) * step) / short
  const even = (side: number): number => Math.max(step, Math.floor((side * factor) / step) * step)
  return { width: even(width), height: even(height) }
}

/**
 * A picture in another shape: as much of its middle as the shape holds, resized. As Pillow's ImageOps.fit, with which
 * the original cuts pictures.
 */
export function fitPicture(picture: Picture, { width, height }: Size): Picture {
  const [own, wanted] = [picture.width / picture.height, width / height]
  const part =
    own >= wanted
      ? { width: wanted * picture.height, height: picture.height }
      : { width: picture.width, height: picture.width / wanted }
  const of = { x: (picture.width - part.width) * 0.5, y: (picture.height - part.height) * 0.5, ...part }
  return resizePicture(picture, { width, height, filter: 'lanczos', of })
}
