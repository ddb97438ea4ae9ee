import { fileKind, ImageError, type InputFormat, readPicture } from '../../image/index.ts'
import type { StoredPicture } from '../edits.ts'
import { ServiceError } from '../error.ts'

/** Limits of a picture file. */
export interface PictureLimits {
  /** Bytes of the file. */
  readonly pictureBytes: number
  /** Of its first picture, which is the one that is edited. */
  readonly picturePixels: number
  /** Pictures in the file. */
  readonly pictureFrames: number
}

const types: Readonly<Record<Exclude<InputFormat, 'heic'>, StoredPicture['type']>> = {
  png: 'image/png',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  avif: 'image/avif',
  gif: 'image/gif',
  tiff: 'image/tiff',
}

/**
 * Recognises a picture file by its content and decodes it completely, so that every stored picture can be edited. A
 * file whose header exceeds the limits is refused before that. @throws ServiceError `picture`
 */
export async function examinePicture(
  name: string,
  bytes: Uint8Array,
  { pictureBytes, picturePixels, pictureFrames }: PictureLimits,
): Promise<Pick<StoredPicture, 'type' | 'width' | 'height'>> {
  if (bytes.length > pictureBytes)
    throw refused(
      name,
      `${bytes.length} bytes, expected at most ${pictureBytes}; save it smaller, or as JPEG`,
    )
  const kind = fileKind(bytes)
  if (bytes.length > 0 && !('format' in kind)) throw refused(name, `${kind.other}; ${kind.advice}`)
  if ('format' in kind && kind.format === 'heic')
    throw refused(
      name,
      'a HEIC picture, which browsers do not show; export it as JPEG or PNG (on an iPhone: Settings, Camera, Formats, Most Compatible)',
    )
  try {
    const most = { pixels: picturePixels, frames: pictureFrames }
    const { format, width, height } = await readPicture(bytes, { most })
    return { type: types[format as keyof typeof types], width, height }
  } catch (error) {
    if (!(error instanceof ImageError)) throw error
    throw refused(name, error.message.replace(/^picture: /, ''), error)
  }
}

function refused(name: string, why: string, cause?: unknown): ServiceError {
  return new ServiceError('picture', `${name}: ${why}`, { cause })
}

const mostNameLength = 200

/** A picture's name: the last part of a path, without invisible characters or ones that change the text direction. */
export function cleanName(name: string): string {
  const last = name.normalize('NFC').split(/[/\\]/).at(-1) ?? ''
  const seen = last.replaceAll(/[\p{Cc}\p{Cf}\p{Surrogate}\p{Zl}\p{Zp}]/gu, '').trim()
  const short = [...seen].slice(-mostNameLength).join('')
  return /^\.*$/.test(short) ? 'picture' : short
}

/** `photo.jpg` as `photo-edited.png`. */
export function resultName(name: string, format: string): string {
  const base = name.replace(/\.[A-Za-z0-9]{1,5}$/, '')
  const ending = `-edited.${format === 'jpeg' ? 'jpg' : format}`
  return `${[...base].slice(0, mostNameLength - ending.length).join('')}${ending}`
}
