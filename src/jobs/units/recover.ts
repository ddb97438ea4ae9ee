import type { Database } from '../database/database.ts'
import { type Moved, moved, type Tables } from './tables.ts'

/**
 * Makes units of the queue wait again whose worker is dead; those that took `deaths` workers before are dead. Gives
 * how many there were. Whoever works on the queue does this for all; the tools of dead workers on other queues are
 * let go too.
 *
 * A holder is dead when its time is over and its lock is free (see presence.ts). After a restart of the server all
 * have lost their locks, and get one more lease to come back.
 */
export function recoverUnits(
  database: Database,
  tables: Tables,
  options: {
    readonly queue: string
    readonly holder: string
    readonly deaths: number
    readonly leaseSeconds: number
  },
): Promise<number> {
  const { schema } = tables
  const { queue, holder, deaths, leaseSeconds } = options
  return database.transaction(async (session) => {
    await session.query(
      `WITH late AS MATERIALIZED (
         SELECT id FROM ${schema}.holders
          WHERE id <> $1::uuid AND alive_until < clock_timestamp()
            AND pg_postmaster_start_time() < clock_timestamp() - $2::float8 * interval '1 second'
          FOR UPDATE SKIP LOCKED),
       dead AS MATERIALIZED (
         SELECT id FROM late WHERE pg_try_advisory_xact_lock(hashtextextended(id::text, 0)))
       DELETE FROM ${schema}.holders USING dead WHERE holders.id = dead.id`,
      [holder, leaseSeconds],
    )
    const orphaned = `state = 'active' AND holder <> $1::uuid
       AND NOT EXISTS (SELECT FROM ${schema}.holders WHERE holders.id = units.holder)`
    await session.query(
      `UPDATE ${schema}.slots SET unit = NULL FROM ${schema}.units WHERE slots.unit = units.id AND ${orphaned}`,
      [holder],
    )
    const rows = await session.query<Moved>(
      `UPDATE ${schema}.units
          SET state = CASE WHEN cancelling THEN 'cancelled' WHEN deaths >= $3::int THEN 'dead' ELSE 'waiting' END,
              reason = CASE WHEN cancelling THEN 'cancelled'
                            WHEN deaths >= $3::int THEN format('its worker died each of %s times', deaths + 1)
                            ELSE 'its worker died' END,
              deaths = deaths + 1, run_after = clock_timestamp(),
              cancelling = false, holder = NULL, finished_at = clock_timestamp()
        WHERE queue = $2 AND ${orphaned}
       RETURNING ${moved}`,
      [holder, queue, deaths],
    )
    return rows.length
  })
}

/** The database's state of the units that a store holds. */
export interface Held {
  readonly unit: number
  readonly claim: string
  readonly cancelling: boolean
}

/** The units of a queue that a store holds: to find which of them were cancelled, and which are lost. */
export function heldUnits(
  database: Database,
  { schema }: Tables,
  holder: string,
  queue: string,
): Promise<Held[]> {
  return database.query<Held>(
    `SELECT id::float8 AS unit, claim::text AS claim, cancelling
       FROM ${schema}.units WHERE state = 'active' AND holder = $1::uuid AND queue = $2`,
    [holder, queue],
  )
}
