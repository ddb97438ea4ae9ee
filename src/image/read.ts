import { open } from 'node:fs/promises'
import sharp from 'sharp'
import { ImageError } from './error.ts'
import type { Picture } from './picture.ts'

/** What is known of a picture's file beside its pixels. */
export interface PictureFile extends Picture {
  /** Such as `jpeg`, `png`. */
  readonly format: string
  /** Pictures in the file; the first is taken. */
  readonly frames: number
  readonly hadAlpha: boolean
}

/** Larger pictures are refused: a tenth of a gigapixel. */
const mostPixels = 100_000_000

/**
 * Reads a picture file of any common format as 8-bit sRGB: upright by its EXIF orientation, converted by its colour
 * profile, the first of several frames. Alpha is dropped, as Pillow's `convert('RGB')` does.
 * @throws ImageError that says in one line what is wrong with the file
 */
export async function readPicture(file: string | Uint8Array): Promise<PictureFile> {
  const name = typeof file === 'string' ? file : 'picture'
  const bytes = typeof file === 'string' ? await readBytes(file) : file
  if (bytes.length === 0) throw new ImageError('empty', `${name}: the file is empty, expected a picture`)
  const { format, pages = 1, hasAlpha } = await metadataOf(name, bytes)
  try {
    const { data, info } = await sharp(bytes, { failOn: 'truncated', limitInputPixels: mostPixels })
      .rotate()
      .toColourspace('srgb')
      .removeAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true })
    const rgb = info.channels === 3 ? data : threeChannels(data, info.channels)
    return {
      width: info.width,
      height: info.height,
      data: new Uint8Array(rgb.buffer, rgb.byteOffset, rgb.length),
      format,
      frames: pages,
      hadAlpha: hasAlpha,
    }
  } catch (error) {
    throw new ImageError(
      'damaged',
      `${name}: the ${format} data is damaged or cut short (${reasonOf(error)}); get the file anew`,
      { cause: error },
    )
  }
}

async function metadataOf(name: string, bytes: Uint8Array) {
  const { format, pages, hasAlpha, width, height } = await sharp(bytes, { limitInputPixels: false })
    .metadata()
    .catch((error: unknown) => {
      throw new ImageError(
        'format',
        `${name}: not a picture that can be read (${reasonOf(error)}); expected JPEG, PNG, WebP, AVIF, GIF or TIFF`,
        { cause: error },
      )
    })
  if (width * height > mostPixels)
    throw new ImageError(
      'size',
      `${name}: ${width}×${height} pixels, expected at most ${mostPixels / 1e6} million; make it smaller first`,
    )
  return { format, pages, hasAlpha }
}

/** Of a grey picture every channel is the same. */
function threeChannels(data: Buffer, channels: number): Uint8Array {
  const pixels = data.length / channels
  const out = new Uint8Array(3 * pixels)
  for (let i = 0; i < pixels; i++) out.fill(data[i * channels]!, 3 * i, 3 * i + 3)
  return out
}

/** A file's bytes. @throws ImageError */
export async function readBytes(file: string): Promise<Uint8Array> {
  try {
    const handle = await open(file)
    try {
      return await handle.readFile()
    } finally {
      await handle.close()
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') throw new ImageError('missing', `${file}: no such file`, { cause: error })
    if (code === 'EISDIR')
      throw new ImageError('missing', `${file}: a folder, expected a picture file`, { cause: error })
    throw new ImageError('missing', `${file}: cannot be read (${reasonOf(error)})`, { cause: error })
  }
}

/** The first line of what a library says. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return message.split('\n')[0]!.trim()
}
