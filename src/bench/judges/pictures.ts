import { type FilePicture, resizePicture } from '../../image/index.ts'
import type { EditQuestion } from './judge.ts'

/**
 * The pictures of questions, as the official script prepares them: an edited picture is stretched to the size of its source,
 * whatever its own proportions, by Pillow's `resize` with its default filter, bicubic.
 * Source: process_single_item of GEdit-Bench/test_gedit_score.py at 570eba6. What was made of a picture is kept as long as
 * the caller keeps the picture: most are asked about twice.
 */
export class JudgePictures {
  private readonly sized = new WeakMap<FilePicture, FilePicture>()

  /** In the order in which the judge gets them. */
  of(question: EditQuestion): readonly FilePicture[] {
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

  private stretched(picture: FilePicture, { width, height }: { width: number; height: number }): FilePicture {
    if (picture.width === width && picture.height === height) return picture
    const known = this.sized.get(picture)
    if (known?.width === width && known.height === height) return known
    const made = resizePicture(picture, { width, height, filter: 'bicubic' })
    this.sized.set(picture, made)
    return made
  }
}
