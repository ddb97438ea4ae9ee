import { PentimentoError } from '../error/index.ts'

/** The category of an error. */
export type BenchErrorCode =
  /** A suite cannot be read, or does not match its description. */
  | 'suite'
  /** A system under test cannot be opened or asked. */
  | 'system'
  /** A bench's folder. */
  | 'workspace'
  /** Imported results do not match the bench. */
  | 'import'
  | 'export'
  | 'study'
  | 'cancelled'

/** An error of the benchmark; the message says where, what, expected, got and what to do. */
export class BenchError extends PentimentoError<BenchErrorCode> {
  override readonly name = 'BenchError'
}
