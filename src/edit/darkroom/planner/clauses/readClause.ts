import type { Clause, Outcome } from '../clause.ts'

/** A clause with its reading. */
export interface ReadClause {
  readonly clause: Clause
  readonly outcome: Outcome
  /** Whether it is a statement rather than a request. */
  readonly told?: boolean
}
