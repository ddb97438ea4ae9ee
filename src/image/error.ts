/** What is wrong with a picture or its file. */
export type ImageErrorCode = 'missing' | 'empty' | 'format' | 'damaged' | 'size' | 'recipe' | 'write'

/** A refusal in one line: where, what, expected, got, what to do. */
export class ImageError extends Error {
  override readonly name = 'ImageError'
  readonly code: ImageErrorCode

  constructor(code: ImageErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
