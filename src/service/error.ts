import { PentimentoError } from '../error/index.ts'

/** What kind of thing went wrong. */
export type ServiceErrorCode =
  /** An invalid value or combination in a request. */
  | 'input'
  /** A file that is not a picture, has an unsupported format, or exceeds the limits. */
  | 'picture'
  /** Nothing with this name, or it belongs to another owner. */
  | 'missing'
  /** The queue is full; try again later. */
  | 'full'
  /** Not possible in the current state: a name that is taken, a model in use. */
  | 'conflict'
  /** A file that contains no session, or a damaged one. */
  | 'session'

/** An error of the service; one line: where, what, expected, got, what to do. */
export class ServiceError extends PentimentoError<ServiceErrorCode> {
  override readonly name = 'ServiceError'
  /** For `full`: when to try again. */
  readonly retryAfterSeconds: number | undefined

  constructor(
    code: ServiceErrorCode,
    message: string,
    options: ErrorOptions & { readonly retryAfterSeconds?: number } = {},
  ) {
    super(code, message, options)
    this.retryAfterSeconds = options.retryAfterSeconds
  }
}
