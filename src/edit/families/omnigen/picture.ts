import {
  type Area,
  cropPicture,
  type Picture,
  type ResizeFilter,
  resizePicture,
} from '../../../image/index.ts'
import { EditError } from '../../error.ts'
import type { Size } from '../../sampling/sampling.ts'

/** Pixels on a side of a token: 8 a latent pixel, 2 latent pixels a patch. */
export const pixelsPerPatch = 16

/** How a picture is made to fit: resized one time after another, then cropped round its centre. */
interface Fit {
  readonly resizes: readonly (Size & { readonly filter: ResizeFilter })[]
  readonly crop: Area
}

/** To the nearest whole number, halves to the even one, as Python rounds. */
function roundEven(x: number): number {
  const low = Math.floor(x)
  if (x - low !== 0.5) return Math.round(x)
  return low % 2 === 0 ? low : low + 1
}

/**
 * Source: `crop_arr` of OmniGen's processor.py: halved while the short side is at least twice `most`, shrunk to a long
 * side of `most`, enlarged to a short side of 16, cropped to multiples of 16.
 * @throws EditError when the picture is so long and thin that a side would vanish
 */
function fitOf(picture: Size, most: number): Fit {
  const resizes: Fit['resizes'][number][] = []
  let { width, height } = picture
  const resize = (size: Size, filter: ResizeFilter): void => {
    if (Math.min(size.width, size.height) < 1)
      throw new EditError(
        'input',
        `picture of ${picture.width}×${picture.height}: the aspect ratio is too extreme for size ${most}; crop it`,
      )
    width = size.width
    height = size.height
    resizes.push({ width, height, filter })
  }
  const scaled = (scale: number): Size => ({
    width: roundEven(width * scale),
    height: roundEven(height * scale),
  })
  while (Math.min(width, height) >= 2 * most)
    resize({ width: Math.floor(width / 2), height: Math.floor(height / 2) }, 'box')
  if (Math.max(width, height) > most) resize(scaled(most / Math.max(width, height)), 'bicubic')
  if (Math.min(width, height) < pixelsPerPatch)
    resize(scaled(pixelsPerPatch / Math.min(width, height)), 'bicubic')
  const [right, below] = [width % pixelsPerPatch, height % pixelsPerPatch]
  return {
    resizes,
    crop: {
      x: Math.floor(right / 2),
      y: Math.floor(below / 2),
      width: width - right,
      height: height - below,
    },
  }
}

/** The size at which a picture is seen and drawn. @param most pixels of its long side @throws EditError */
export function omnigenSize(picture: Size, most: number): Size {
  const { width, height } = fitOf(picture, most).crop
  return { width, height }
}

/** The picture as the model sees it. @throws EditError */
export function omnigenPicture(picture: Picture, most: number): Picture {
  const { resizes, crop } = fitOf(picture, most)
  const resized = resizes.reduce((from, size) => resizePicture(from, size), picture)
  return cropPicture(resized, crop)
}

/**
 * The part of a picture that {@link omnigenPicture} shows, in the picture's own pixels; undefined where it is all.
 * @throws EditError
 */
export function omnigenFrame(picture: Size, most: number): Area | undefined {
  const { resizes, crop } = fitOf(picture, most)
  const { width, height } = resizes.at(-1) ?? picture
  if (crop.width === width && crop.height === height) return undefined
  const [across, down] = [picture.width / width, picture.height / height]
  const [x, y] = [Math.round(crop.x * across), Math.round(crop.y * down)]
  return {
    x,
    y,
    width: Math.round((crop.x + crop.width) * across) - x,
    height: Math.round((crop.y + crop.height) * down) - y,
  }
}
