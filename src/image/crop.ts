import { ImageError } from './error.ts'
import type { Area } from './mask.ts'
import type { Mask, Picture } from './picture.ts'

/** The part of a picture in a rectangle. @throws ImageError when the rectangle is not whole or not within it */
export function cropPicture(picture: Picture, area: Area): Picture {
  return { width: area.width, height: area.height, data: cropped(picture, area, 3) }
}

/** The part of a mask in a rectangle. @throws ImageError when the rectangle is not whole or not within it */
export function cropMask(mask: Mask, area: Area): Mask {
  return { width: area.width, height: area.height, data: cropped(mask, area, 1) }
}

/** The picture with another laid over it, its corner at (x, y); what lies outside is cut off. */
export function pastePicture(picture: Picture, patch: Picture, x: number, y: number): Picture {
  return { width: picture.width, height: picture.height, data: pasted(picture, patch, x, y, 3) }
}

/** The mask with another in its place, its corner at (x, y); what lies outside is cut off. */
export function pasteMask(mask: Mask, patch: Mask, x: number, y: number): Mask {
  return { width: mask.width, height: mask.height, data: pasted(mask, patch, x, y, 1) }
}

function cropped({ width, height, data }: Picture | Mask, area: Area, channels: 1 | 3): Uint8Array {
  const isWhole = [area.x, area.y, area.width, area.height].every(Number.isInteger)
  const isWithin =
    area.x >= 0 && area.y >= 0 && area.x + area.width <= width && area.y + area.height <= height
  if (!isWhole || !isWithin || area.width < 1 || area.height < 1)
    throw new ImageError(
      'size',
      `crop: expected a rectangle of whole pixels within ${width}×${height}, ` +
        `got ${area.width}×${area.height} at ${area.x}, ${area.y}`,
    )
  const out = new Uint8Array(channels * area.width * area.height)
  for (let y = 0; y < area.height; y++) {
    const from = channels * ((area.y + y) * width + area.x)
    out.set(data.subarray(from, from + channels * area.width), channels * y * area.width)
  }
  return out
}

function pasted(
  { width, height, data }: Picture | Mask,
  patch: Picture | Mask,
  x: number,
  y: number,
  channels: 1 | 3,
): Uint8Array {
  if (!Number.isInteger(x) || !Number.isInteger(y))
    throw new ImageError('size', `paste: expected a whole position, got ${x}, ${y}`)
  const out = data.slice()
  const [left, right] = [Math.max(0, -x), Math.min(patch.width, width - x)]
  if (right <= left) return out
  for (let row = Math.max(0, -y); row < Math.min(patch.height, height - y); row++)
    out.set(
      patch.data.subarray(channels * (row * patch.width + left), channels * (row * patch.width + right)),
      channels * ((y + row) * width + x + left),
    )
  return out
}
