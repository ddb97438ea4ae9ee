import { checkSizes } from './composite.ts'
import type { Mask, Picture } from './picture.ts'

/** How much two pictures of one size differ: at each pixel the largest difference of a channel. @throws ImageError */
export function differenceMap(one: Picture, other: Picture): Mask {
  checkSizes('difference', one, other)
  const data = new Uint8Array(one.width * one.height)
  for (let i = 0; i < data.length; i++)
    for (let c = 3 * i; c < 3 * i + 3; c++)
      data[i] = Math.max(data[i]!, Math.abs(one.data[c]! - other.data[c]!))
  return { width: one.width, height: one.height, data }
}
