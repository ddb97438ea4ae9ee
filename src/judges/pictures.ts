import { createHash } from 'node:crypto'
import { encodePicture, type Picture } from '../image/index.ts'
import type { EncodedPicture } from '../tools/index.ts'

/** A picture as it is sent. */
export interface SentPicture extends EncodedPicture {
  readonly hash: string
}

/** Files of pictures, kept as long as the caller keeps the picture: most are asked about more than once. */
export class PictureFiles {
  readonly #files = new WeakMap<Picture, Promise<SentPicture>>()

  /** The file that is sent. Pillow's JPEG has quality 75 and half the colour; PNG loses nothing. */
  of(picture: Picture, format: 'jpeg' | 'png'): Promise<SentPicture> {
    const known = this.#files.get(picture)
    if (known) return known
    const made = encodePicture(picture, format, { quality: 75, chroma: '4:2:0' }).then((bytes) => ({
      format,
      bytes,
      hash: sha256(bytes),
    }))
    this.#files.set(picture, made)
    return made
  }
}

/** SHA-256 in hexadecimal. */
export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}
