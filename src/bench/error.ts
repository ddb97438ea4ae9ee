import { PentimentoError } from '../error/index.ts'

/** What kind of thing went wrong. */
export type BenchErrorCode =
  /** A suite cannot be read, or is not what it says. */
  | 'suite'
  /** A system under test cannot be opened or asked. */
  | 'system'
  /** A bench's folder. */
  | 'workspace'
  /** Results from elsewhere that do not fit. */
  | 'import'
  | 'export'
  | 'study'
  | 'cancelled'

/** An error of the benchmark; the message says where, what, expected, got and what to do. */
export class BenchError extends PentimentoError<BenchErrorCode> {
  override readonly name = 'BenchError'
}
