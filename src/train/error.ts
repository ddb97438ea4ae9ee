/** What stopped a training run. */
export type TrainErrorCode = 'input' | 'data' | 'state' | 'diverged' | 'cancelled'

/** A refusal in one line: where, what, expected, got, what to do. */
export class TrainError extends Error {
  override readonly name = 'TrainError'
  readonly code: TrainErrorCode

  constructor(code: TrainErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
