import type { TensorValue } from '../../graph/index.ts'
import { type Mask, type Picture, resizePicture } from '../../image/index.ts'
import type { Box } from '../tool.ts'

/** A mask of another size, smoothly. */
export function resizeMask(mask: Mask, width: number, height: number): Mask {
  if (mask.width === width && mask.height === height) return mask
  const data = new Uint8Array(3 * mask.data.length)
  for (let i = 0; i < mask.data.length; i++) data.fill(mask.data[i]!, 3 * i, 3 * i + 3)
  const resized = resizePicture({ ...mask, data }, { width, height, filter: 'bilinear' })
  return { width, height, data: Uint8Array.from({ length: width * height }, (_, i) => resized.data[3 * i]!) }
}

/** The whole pixels of a box that lie in the picture; at least one. */
export function wholeBox({ x, y, width, height }: Box, within: { width: number; height: number }): Box {
  const left = clamp(Math.floor(x), 0, within.width - 1)
  const top = clamp(Math.floor(y), 0, within.height - 1)
  const right = clamp(Math.ceil(x + width), left + 1, within.width)
  const bottom = clamp(Math.ceil(y + height), top + 1, within.height)
  return { x: left, y: top, width: right - left, height: bottom - top }
}

/** What lies in a box of whole pixels inside the picture. */
export function crop(picture: Picture, { x, y, width, height }: Box): Picture {
  const data = new Uint8Array(3 * width * height)
  for (let row = 0; row < height; row++) {
    const from = 3 * ((y + row) * picture.width + x)
    data.set(picture.data.subarray(from, from + 3 * width), 3 * row * width)
  }
  return { width, height, data }
}

/** A number held within two others. */
export function clamp(x: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, x))
}

/** The numbers of a model's output. */
export function floatsOf(value: TensorValue | undefined): Float32Array {
  if (!(value?.data instanceof Float32Array)) throw new Error('internal: the model gave no f32 output')
  return value.data
}

/** A picture scaled to fit into the top left of a black square. `scale`: pixels of the square for one of the picture. */
export function letterbox(
  picture: Picture,
  side: number,
): { readonly square: Picture; readonly scale: number } {
  const scale = side / Math.max(picture.width, picture.height)
  const width = Math.max(1, Math.round(picture.width * scale))
  const height = Math.max(1, Math.round(picture.height * scale))
  const fitted = resizePicture(picture, { width, height, filter: 'bilinear' })
  const data = new Uint8Array(3 * side * side)
  for (let y = 0; y < height; y++)
    data.set(fitted.data.subarray(3 * width * y, 3 * width * (y + 1)), 3 * side * y)
  return { square: { width: side, height: side, data }, scale }
}
