import type { Session } from '../database/database.ts'

/** The tables of units. */
export interface Tables {
  readonly schema: string
}

/** A unit that has just left or changed its state, as the statements below return it. */
export interface Moved {
  readonly unit: number
}

/** What statements over `units` return for {@link Moved}. */
export const moved = 'id::float8 AS unit'

/** Holds a lock over all processes until the transaction ends. */
export async function lock(session: Session, { schema }: Tables, what: string): Promise<void> {
  await session.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
    `pentimento ${schema} ${what}`,
  ])
}

/** Releases the tools of units that are no longer active. */
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
