import { createHash } from 'node:crypto'
import { encodePicture, type Picture, resizePicture } from '../../image/index.ts'
import type { EncodedPicture } from '../../tools/index.ts'
import type { Question } from './judge.ts'

/**
 * The pictures of a question, as the official script prepares them: an edited picture is stretched to the size of its
 * source, whatever its own proportions, by Pillow's `resize` with its default filter, bicubic.
 * Source: process_single_item of GEdit-Bench/test_gedit_score.py at 570eba6.
 */
export function questionPictures(question: Question): readonly Picture[] {
  switch (question.type) {
    case 'sc':
      return [question.source, stretched(question.edited, question.source)]
    case 'pq':
      return [stretched(question.edited, question.sourceSize)]
    case 'pair':
      return [
        question.source,
        stretched(question.first, question.source),
        stretched(question.second, question.source),
      ]
  }
}

function stretched(picture: Picture, { width, height }: { width: number; height: number }): Picture {
  return picture.width === width && picture.height === height
    ? picture
    : resizePicture(picture, { width, height, filter: 'bicubic' })
}

/** The file that is sent. Pillow's JPEG has quality 75 and half the colour; PNG loses nothing. */
export async function encoded(picture: Picture, format: 'jpeg' | 'png'): Promise<EncodedPicture> {
  return { format, bytes: await encodePicture(picture, format, { quality: 75, chroma: '4:2:0' }) }
}

/** SHA-256 in hexadecimal. */
export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}
