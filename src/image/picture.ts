import { createHash } from 'node:crypto'
import type { TensorValue } from '../graph/index.ts'
import { ImageError } from './error.ts'

/** A picture in memory: 8-bit sRGB, rows from the top, three bytes a pixel. */
export interface Picture {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

/** How much of each pixel something covers: 0 to 255, one byte a pixel, rows from the top. */
export interface Mask {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

/** Refuses a picture whose data are not three bytes a pixel. @throws ImageError `size` */
export function checkPicture(where: string, { width, height, data }: Picture): void {
  const isWhole = Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0
  if (!isWhole || data.length !== 3 * width * height)
    throw new ImageError(
      'size',
      `${where}: picture of ${width}×${height} with ${data.length} bytes, expected ${isWhole ? `${3 * width * height} (three a pixel)` : 'whole sizes above 0'}`,
    )
}

/** Levels in −1 … 1. */
const signedLevels: Float32Array = Float32Array.from(
  { length: 256 },
  (_, level) => Math.fround(Math.fround(level / 255) * 2) - 1,
)

/**
 * The picture as [1, 3, h, w] in −1 … 1, with the original's roundings in f32: x/255, then 2·x − 1.
 * Source: ImageGenerator.load_image and generate_image of the original's inference.py.
 */
export function toPlanes(picture: Picture): TensorValue {
  checkPicture('toPlanes', picture)
  const { width, height, data } = picture
  const plane = width * height
  const planes = new Float32Array(3 * plane)
  for (let i = 0, at = 0; i < plane; i++, at += 3) {
    planes[i] = signedLevels[data[at]!]!
    planes[i + plane] = signedLevels[data[at + 1]!]!
    planes[i + 2 * plane] = signedLevels[data[at + 2]!]!
  }
  return { dtype: 'f32', shape: [1, 3, height, width], data: planes }
}

/**
 * Planes [1, 3, h, w] in −1 … 1 (clamped to it) as a picture. Levels are truncated, as torchvision's `to_pil_image` does,
 * or rounded, as the pipelines of diffusers do it.
 */
export function fromPlanes(
  planes: TensorValue,
  { rounded = false }: { readonly rounded?: boolean | undefined } = {},
): Picture {
  const [batch, channels, height, width] = planes.shape as [number, number, number, number]
  if (batch !== 1 || channels !== 3 || !(planes.data instanceof Float32Array))
    throw new ImageError(
      'size',
      `fromPlanes: expected f32 [1, 3, h, w], got ${planes.dtype} [${planes.shape}]`,
    )
  const plane = width * height
  const data = new Uint8Array(3 * plane)
  for (let i = 0; i < plane; i++)
    for (let c = 0; c < 3; c++) {
      const x = Math.min(1, Math.max(-1, planes.data[c * plane + i]!))
      const level = Math.fround(Math.fround(Math.fround(x * 0.5) + 0.5) * 255)
      data[3 * i + c] = rounded ? Math.round(level) : level
    }
  return { width, height, data }
}

/** SHA-256 of size and pixels, in hexadecimal: the same for the same picture in any file format. */
export function pictureHash(picture: Picture): string {
  checkPicture('pictureHash', picture)
  const { width, height, data } = picture
  return createHash('sha256').update(`${width}x${height}:`).update(data).digest('hex')
}
