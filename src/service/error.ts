import { PentimentoError } from '../error/index.ts'

/** What kind of thing went wrong. */
export type ServiceErrorCode =
  /** A request that cannot be met: a value, a combination of values. */
  | 'input'
  /** A file that is no picture, is of a kind that is not taken, or is larger than the limits. */
  | 'picture'
  /** Nothing of this name, or not of this owner. */
  | 'missing'
  /** No more edits are taken now; ask again later. */
  | 'full'
  /** What is asked for does not fit to the state: a name that is taken, a model in use. */
  | 'conflict'
  /** A file that holds no session, or a damaged one. */
  | 'session'

/** What the service refuses; one line: where, what, expected, got, what to do. */
export class ServiceError extends PentimentoError<ServiceErrorCode> {
  override readonly name = 'ServiceError'
  /** Of `full`: when asking again may help. */
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
