import { PentimentoError } from '../error/index.ts'

/** What is wrong with a picture or its file. */
export type ImageErrorCode = 'missing' | 'empty' | 'format' | 'damaged' | 'size' | 'recipe' | 'option'

/** A refusal in one line: where, what, expected, got, what to do. */
export class ImageError extends PentimentoError<ImageErrorCode> {
  override readonly name = 'ImageError'
}
