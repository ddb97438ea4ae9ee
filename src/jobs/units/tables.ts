import type { Session } from '../database/database.ts'
import type { Ticket, Tickets } from '../tickets.ts'

/** Where units are kept: our tables' schema, and the tickets of those that wait. */
export interface Tables {
  readonly schema: string
  readonly tickets: Tickets
}

/** A unit that has just left or changed its state, as the statements below return it. */
export interface Moved {
  readonly unit: number
  readonly lane: number
  readonly priority: number
  readonly state: string
  /** Until it may be taken, where it waits. */
  readonly seconds: number
}

/** What statements over `units` return for {@link Moved}. */
export const moved = `id::float8 AS unit, lane, priority, state,
  greatest(0, extract(epoch FROM run_after - clock_timestamp()))::float8 AS seconds`

/** Gives tickets to those of the units that wait again. */
export async function queueAgain(
  session: Session,
  { tickets }: Tables,
  units: readonly Moved[],
): Promise<void> {
  const waiting: Ticket[] = units.filter(({ state }) => state === 'waiting')
  await tickets.add(session, waiting)
}

/** Holds a lock over all processes until the transaction ends. */
export async function lock(session: Session, { schema }: Tables, what: string): Promise<void> {
  await session.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
    `pentimento ${schema} ${what}`,
  ])
}

/** Lets others use the tools of units that are active no longer. */
export async function freeSlots(
  session: Session,
  { schema }: Tables,
  units: readonly Moved[],
): Promise<void> {
  if (units.length === 0) return
  await session.query(`UPDATE ${schema}.slots SET unit = NULL WHERE unit = ANY ($1::bigint[])`, [
    units.map(({ unit }) => unit),
  ])
}
