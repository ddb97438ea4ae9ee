/** What stopped an edit. */
export type EditErrorCode = 'input' | 'checkpoint' | 'memory' | 'cancelled' | 'recipe'

/** A refusal in one line: where, what, expected, got, what to do. */
export class EditError extends Error {
  override readonly name = 'EditError'
  readonly code: EditErrorCode

  constructor(code: EditErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
