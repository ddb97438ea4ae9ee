import { readFile } from 'node:fs/promises'
import { systemReason } from '../error/index.ts'
import { onGround } from './alpha.ts'
import type { Rgb } from './colour.ts'
import { type DecodeLimits, decodeFile } from './decode.ts'
import { ImageError } from './error.ts'
import type { InputFormat } from './fileKind.ts'
import type { PictureMetadata } from './metadata.ts'
import type { Mask, Picture } from './picture.ts'
import { isPlainPng } from './pngFile.ts'

/** A picture with its format, frames, alpha and metadata. */
export interface PictureFile extends Picture {
  readonly format: InputFormat
  /** Pictures in the file; the first is taken. */
  readonly frames: number
  /** How much of each pixel is covered, where not all are. */
  readonly alpha?: Mask | undefined
  readonly metadata: PictureMetadata
}

/** A picture and, where it came from a plain PNG, that file: who needs one writes none anew. */
export interface FilePicture extends Picture {
  readonly png?: Uint8Array
}

/** How a picture is read. */
export interface ReadOptions {
  /** The colour on which transparent parts are set. Default: white. */
  readonly ground?: Rgb | undefined
  /** The most that the file may hold, so that one from strangers cannot take all memory. */
  readonly most?: DecodeLimits | undefined
  /** What messages call a picture that is given as bytes. Default: `picture`. */
  readonly name?: string | undefined
}

/**
 * Reads a picture file (JPEG, PNG, WebP, AVIF, HEIC, GIF, TIFF) as 8-bit sRGB: turned upright by its EXIF orientation,
 * converted by its colour profile, the first of several frames, transparent parts set on a ground. The format is
 * recognised by content, not by name.
 * @throws ImageError that says in one line what is wrong with the file
 */
export async function readPicture(
  file: string | Uint8Array,
  { ground, most, name: given }: ReadOptions = {},
): Promise<PictureFile> {
  const { name, bytes } = await openBytes(file, given)
  const { picture, alpha, format, frames, metadata } = await decodeFile(name, bytes, most)
  return {
    ...onGround(picture, alpha, ground),
    format,
    frames,
    ...(alpha && { alpha }),
    metadata,
  }
}

/** Reads a picture as {@link readPicture} does, without its metadata but with its file. @throws ImageError */
export async function readFilePicture(file: string | Uint8Array): Promise<FilePicture> {
  const { name, bytes } = await openBytes(file)
  const { picture, alpha } = await decodeFile(name, bytes)
  const { width, height, data } = onGround(picture, alpha)
  return { width, height, data, ...(isPlainPng(bytes) && { png: bytes }) }
}

/** A file's bytes, and what messages call it. @throws ImageError */
export async function openBytes(
  file: string | Uint8Array,
  given = 'picture',
): Promise<{ readonly name: string; readonly bytes: Uint8Array }> {
  if (typeof file !== 'string') return { name: given, bytes: file }
  try {
    return { name: file, bytes: await readFile(file) }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const what =
      code === 'ENOENT'
        ? 'no such file'
        : code === 'EISDIR'
          ? 'a folder, expected a picture file'
          : `cannot be read (${systemReason(error)})`
    throw new ImageError('missing', `${file}: ${what}`, { cause: error })
  }
}
