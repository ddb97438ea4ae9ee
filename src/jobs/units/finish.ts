import type { Database } from '../database/database.ts'
import { freeSlots, type Moved, moved, type Tables } from './tables.ts'

/** One attempt at a unit. A claim that others have taken over finishes nothing. */
export interface Attempt {
  readonly unit: number
  readonly claim: string
}

/** What a failed attempt means for the unit. */
export interface Failure {
  readonly reason: string
  /** No retry can correct it. */
  readonly unworkable: boolean
  readonly retries: number
  readonly backoffSeconds: number
}

/** An attempt that gave an output, as JSON text. */
export interface Completed extends Attempt {
  readonly output: string
}

/**
 * Stores outputs and the state `done` in one statement, or `cancelled` without it. Units that this store no longer
 * holds stay unchanged.
 */
export async function complete(
  database: Database,
  { schema }: Tables,
  completed: readonly Completed[],
): Promise<void> {
  await database.query(
    `WITH finished AS (
       UPDATE ${schema}.units
          SET state = CASE WHEN cancelling THEN 'cancelled' ELSE 'done' END,
              output = CASE WHEN cancelling THEN NULL ELSE made.output::json END,
              reason = CASE WHEN cancelling THEN 'cancelled' END,
              cancelling = false, holder = NULL, finished_at = clock_timestamp()
         FROM unnest($1::bigint[], $2::uuid[], $3::text[]) AS made (unit, claim, output)
        WHERE id = made.unit AND units.claim = made.claim AND state = 'active'
       RETURNING id)
     UPDATE ${schema}.slots SET unit = NULL FROM finished WHERE slots.unit = finished.id`,
    [
      completed.map(({ unit }) => unit),
      completed.map(({ claim }) => claim),
      completed.map(({ output }) => output),
    ],
  )
}

/** The unit waits for its next try, or is dead when it has none left. */
export async function fail(
  database: Database,
  tables: Tables,
  { unit, claim }: Attempt,
  { reason, unworkable, retries, backoffSeconds }: Failure,
): Promise<void> {
  const { schema } = tables
  await database.transaction(async (session) => {
    const rows = await session.query<Moved>(
      `UPDATE ${schema}.units
          SET state = CASE WHEN cancelling THEN 'cancelled' WHEN $4 OR failures >= $5::int THEN 'dead' ELSE 'waiting' END,
              reason = CASE WHEN cancelling THEN 'cancelled' ELSE $3 END,
              failures = failures + 1,
              -- Up to a quarter more, by chance: what failed together shall not come back together.
              run_after = clock_timestamp() + interval '1 second'
                * least(3600, $6::float8 * 2 ^ least(failures, 30)) * (1 + random() / 4),
              cancelling = false, holder = NULL, finished_at = clock_timestamp()
        WHERE id = $1::bigint AND claim = $2::uuid AND state = 'active'
       RETURNING ${moved}`,
      [unit, claim, reason, unworkable, retries, backoffSeconds],
    )
    await freeSlots(session, tables, rows)
  })
}

/** The unit waits again as if it had not been tried, because its worker is stopping. */
export async function giveBack(database: Database, tables: Tables, { unit, claim }: Attempt): Promise<void> {
  const { schema } = tables
  await database.transaction(async (session) => {
    const rows = await session.query<Moved>(
      `UPDATE ${schema}.units
          SET state = CASE WHEN cancelling THEN 'cancelled' ELSE 'waiting' END,
              reason = CASE WHEN cancelling THEN 'cancelled' ELSE reason END,
              run_after = clock_timestamp(), cancelling = false, holder = NULL, finished_at = clock_timestamp()
        WHERE id = $1::bigint AND claim = $2::uuid AND state = 'active'
       RETURNING ${moved}`,
      [unit, claim],
    )
    await freeSlots(session, tables, rows)
  })
}
