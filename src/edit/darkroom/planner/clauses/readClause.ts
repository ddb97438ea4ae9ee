import type { Clause, Outcome } from '../clause.ts'

/** A clause with what it was read as. */
export interface ReadClause {
  readonly clause: Clause
  readonly outcome: Outcome
  /** Whether it says how things are, rather than what is wished. */
  readonly told?: boolean
}
