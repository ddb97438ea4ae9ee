import { pastePicture } from './crop.ts'
import type { Picture } from './picture.ts'
import { onlyPixels } from './pngFile.ts'
import { resizePicture } from './resize.ts'
import { encodeStored } from './stored.ts'

/**
 * PNG files by which nobody can tell who made them but by looking: all of one size in pixels and of one length in bytes,
 * with pixels and nothing else in them. Pictures of other proportions than the first one's stand in the middle on grey.
 * @param most what the longer side has at most, in pixels
 */
export async function encodeAlike(
  pictures: readonly Picture[],
  { most = 2048 }: { readonly most?: number } = {},
): Promise<{ readonly width: number; readonly height: number; readonly files: readonly Uint8Array[] }> {
  const [first] = pictures
  if (!first) return { width: 0, height: 0, files: [] }
  const scale = Math.min(1, most / Math.max(first.width, first.height))
  const frame = { width: sideOf(first.width * scale), height: sideOf(first.height * scale) }
  const plain = await Promise.all(pictures.map((each) => encodeStored(framed(each, frame))))
  const bare = plain.map((each) => onlyPixels(each))
  const length = Math.max(...bare.map((each) => each.length))
  return { ...frame, files: plain.map((each) => onlyPixels(each, length)) }
}

const sideOf = (pixels: number): number => Math.max(1, Math.round(pixels))

function framed(picture: Picture, { width, height }: { width: number; height: number }): Picture {
  if (picture.width === width && picture.height === height) return picture
  const scale = Math.min(width / picture.width, height / picture.height)
  const size = {
    width: Math.min(width, sideOf(picture.width * scale)),
    height: Math.min(height, sideOf(picture.height * scale)),
  }
  const resized = resizePicture(picture, { ...size, filter: 'lanczos' })
  if (size.width === width && size.height === height) return resized
  const ground = { width, height, data: new Uint8Array(3 * width * height).fill(128) }
  const x = Math.floor((width - size.width) / 2)
  return pastePicture(ground, resized, x, Math.floor((height - size.height) / 2))
}
