import { PentimentoError } from '../error/index.ts'

/** What kind of thing went wrong. */
export type DatasetErrorCode =
  /** A tool that a recipe needs is not installed or not configured. */
  | 'tool-missing'
  /** A tool crashed, ran out of time, or gave what it should not. */
  | 'tool-failed'
  /** A server behind a tool could not be reached or refused. */
  | 'tool-server'
  /** A model will not answer: its maker's rules, or a filter, forbid it. */
  | 'tool-refused'
  /** A model answered something else than was asked for: broken JSON, or an answer that was cut off. */
  | 'tool-answer'
  | 'configuration'
  | 'workspace'
  | 'source'
  | 'export'
  | 'verify'
  | 'cancelled'

/** An error of the dataset pipeline; the message says where, what, expected, got and what to do. */
export class DatasetError extends PentimentoError<DatasetErrorCode> {
  override readonly name = 'DatasetError'
}

/**
 * Thrown by a recipe or a check that finds a source, or a result, not fit for a triplet. It is no fault: the
 * reason is recorded and counted in the funnel.
 */
export class Rejection extends Error {
  override readonly name = 'Rejection'
  /** A short name that the funnel counts by: `no-subject`, `unchanged`, `leaks`. */
  readonly reason: string
  /** The values that decided it. */
  readonly values: Readonly<Record<string, number | string>>

  constructor(reason: string, values: Readonly<Record<string, number | string>> = {}) {
    super(reason)
    this.reason = reason
    this.values = values
  }
}
