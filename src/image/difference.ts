import { checkSizes } from './composite.ts'
import type { Mask, Picture } from './picture.ts'

/** How much two pictures of one size differ: at each pixel the largest difference of a channel. @throws ImageError */
export function differenceMap(one: Picture, other: Picture): Mask {
  checkSizes('difference', one, other)
  const [from, to] = [one.data, other.data]
  const data = new Uint8Array(one.width * one.height)
  for (let i = 0, at = 0; i < data.length; i++, at += 3) {
    const red = Math.abs(from[at]! - to[at]!)
    const green = Math.abs(from[at + 1]! - to[at + 1]!)
    const blue = Math.abs(from[at + 2]! - to[at + 2]!)
    data[i] = red > green ? (red > blue ? red : blue) : green > blue ? green : blue
  }
  return { width: one.width, height: one.height, data }
}
