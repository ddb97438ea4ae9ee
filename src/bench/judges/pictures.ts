import { createHash } from 'node:crypto'
import { encodePicture, type Picture, resizePicture } from '../../image/index.ts'
import type { EncodedPicture } from '../../tools/index.ts'
import type { Question } from './judge.ts'

/** A picture as it is sent. */
export interface SentPicture extends EncodedPicture {
  readonly hash: string
}

/**
 * The pictures of questions, as the official script prepares them: an edited picture is stretched to the size of its source,
 * whatever its own proportions, by Pillow's `resize` with its default filter, bicubic.
 * Source: process_single_item of GEdit-Bench/test_gedit_score.py at 570eba6. What was made of a picture is kept as long as
 * the caller keeps the picture: most are asked about twice.
 */
export class JudgePictures {
  private readonly sized = new WeakMap<Picture, Picture>()
  private readonly files = new WeakMap<Picture, Promise<SentPicture>>()

  /** In the order in which the judge gets them. */
  of(question: Question): readonly Picture[] {
    switch (question.type) {
      case 'sc':
        return [question.source, this.stretched(question.edited, question.source)]
      case 'pq':
        return [this.stretched(question.edited, question.sourceSize)]
      case 'pair':
        return [
          question.source,
          this.stretched(question.first, question.source),
          this.stretched(question.second, question.source),
        ]
    }
  }

  /** The file that is sent. Pillow's JPEG has quality 75 and half the colour; PNG loses nothing. */
  async file(picture: Picture, format: 'jpeg' | 'png'): Promise<SentPicture> {
    const known = this.files.get(picture)
    if (known) return known
    const made = encodePicture(picture, format, { quality: 75, chroma: '4:2:0' }).then((bytes) => ({
      format,
      bytes,
      hash: sha256(bytes),
    }))
    this.files.set(picture, made)
    return made
  }

  private stretched(picture: Picture, { width, height }: { width: number; height: number }): Picture {
    if (picture.width === width && picture.height === height) return picture
    const known = this.sized.get(picture)
    if (known?.width === width && known.height === height) return known
    const made = resizePicture(picture, { width, height, filter: 'bicubic' })
    this.sized.set(picture, made)
    return made
  }
}

/** SHA-256 in hexadecimal. */
export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}
