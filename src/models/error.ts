/** What is wrong with a model's configuration or with what it is given. */
export type ModelErrorCode = 'config' | 'input'

/** A refusal in one line: where, what, expected, got, what to do. */
export class ModelError extends Error {
  override readonly name = 'ModelError'
  readonly code: ModelErrorCode

  constructor(code: ModelErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
