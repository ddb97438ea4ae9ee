import { cropPicture, type Picture, resizePicture } from '../../image/index.ts'
import type { Surface } from '../placing/surface.ts'

/** The middle of a picture, scaled so that it fills a size, and where its surfaces then are. */
export interface Cover {
  readonly picture: Picture
  surface(surface: Surface): Surface
}

/** Covers a size with a picture, as little as possible cut off on two sides alike. */
export function coverOf(picture: Picture, { width, height }: { width: number; height: number }): Cover {
  const scale = Math.max(width / picture.width, height / picture.height)
  const size = { width: Math.ceil(picture.width * scale), height: Math.ceil(picture.height * scale) }
  const [x, y] = [Math.floor((size.width - width) / 2), Math.floor((size.height - height) / 2)]
  const across = (share: number): number => (share * size.width - x) / width
  const down = (share: number): number => (share * size.height - y) / height
  return {
    picture: cropPicture(resizePicture(picture, size), { x, y, width, height }),
    surface: (surface) => {
      const [left, top, right, bottom] = surface.area
      return {
        ...surface,
        area: [across(left), down(top), across(right), down(bottom)],
        ...(surface.horizon !== undefined && { horizon: down(surface.horizon) }),
        ...(surface.across !== undefined && { across: (surface.across * width) / size.width }),
      }
    },
  }
}
