import { createHash } from 'node:crypto'
import { encodePicture, type FilePicture } from '../image/index.ts'
import type { EncodedPicture } from '../tools/index.ts'

/** A picture as it is sent. */
export interface SentPicture extends EncodedPicture {
  readonly hash: string
}

/** Files of pictures, kept as long as the caller keeps the picture: most are asked about more than once. */
export class PictureFiles {
  readonly #files = new WeakMap<FilePicture, Promise<SentPicture>>()

  /**
   * The file that is sent. Pillow's JPEG has quality 75 and half the colour; PNG loses nothing, and one that is there
   * is sent as it is.
   */
  of(picture: FilePicture, format: 'jpeg' | 'png'): Promise<SentPicture> {
    const known = this.#files.get(picture)
    if (known) return known
    const made = encoded(picture, format).then((bytes) => ({ format, bytes, hash: sha256(bytes) }))
    this.#files.set(picture, made)
    return made
  }
}

async function encoded(picture: FilePicture, format: 'jpeg' | 'png'): Promise<Uint8Array> {
  if (format === 'png' && picture.png) return picture.png
  return encodePicture(picture, format, { quality: 75, chroma: '4:2:0' })
}

/** SHA-256 in hexadecimal. */
export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}
