import type { Database, Session } from '../database/database.ts'
import { storedKey } from '../names.ts'
import type { Tables } from './tables.ts'

/** Units of the queue with these keys, or all, as a condition whose parameters are $1 and $2. */
const chosen = '(queue = $1 AND ($2::text[] IS NULL OR key = ANY ($2::text[])))'

function choice(queue: string, keys: readonly string[] | undefined): unknown[] {
  return [queue, keys?.map(storedKey) ?? null]
}

/** Cancels waiting units and marks active ones. @returns how many of both */
export function cancelUnits(
  database: Database,
  tables: Tables,
  queue: string,
  keys?: readonly string[],
): Promise<number> {
  const { schema } = tables
  return counted(
    database,
    `UPDATE ${schema}.units
        SET state = CASE state WHEN 'waiting' THEN 'cancelled' ELSE state END,
            reason = CASE state WHEN 'waiting' THEN 'cancelled' ELSE reason END,
            cancelling = state = 'active'
      WHERE ${chosen} AND state IN ('waiting', 'active') AND NOT cancelling`,
    choice(queue, keys),
  )
}

/** Cancels waiting units of earlier plans. @returns how many */
export function putAside(
  database: Database,
  { schema }: Tables,
  queue: string,
  plan: number,
): Promise<number> {
  return counted(
    database,
    `UPDATE ${schema}.units SET state = 'cancelled', reason = 'no longer wanted'
      WHERE queue = $1 AND state = 'waiting' AND plan < $2`,
    [queue, plan],
  )
}

/** Requeues dead and cancelled units with all their retries. @returns how many */
export function retryUnits(
  database: Database,
  tables: Tables,
  queue: string,
  filter: { readonly state?: 'dead' | 'cancelled'; readonly keys?: readonly string[] } = {},
): Promise<number> {
  const { schema } = tables
  const states = filter.state === undefined ? ['dead', 'cancelled'] : [filter.state]
  return counted(
    database,
    `UPDATE ${schema}.units
        SET state = 'waiting', failures = 0, deaths = 0, run_after = clock_timestamp()
      WHERE ${chosen} AND state = ANY ($3::text[])`,
    [...choice(queue, filter.keys), states],
  )
}

/** Deletes units that have ended. @returns how many */
export function forgetUnits(
  database: Database,
  { schema }: Tables,
  queue: string,
  keys: readonly string[],
): Promise<number> {
  return counted(
    database,
    `DELETE FROM ${schema}.units WHERE ${chosen} AND state IN ('done', 'dead', 'cancelled')`,
    choice(queue, keys),
  )
}

/** Runs an update and returns how many rows it changed, without reading them. */
async function counted(session: Session, update: string, values: readonly unknown[]): Promise<number> {
  const [row] = await session.query<{ changed: number }>(
    `WITH changed AS (${update} RETURNING 1) SELECT count(*)::int AS changed FROM changed`,
    values,
  )
  return row?.changed ?? 0
}

/** Pauses or resumes a queue, even one without units. Waits for claims in progress. */
export async function setPaused(
  database: Database,
  { schema }: Tables,
  queue: string,
  paused: boolean,
): Promise<void> {
  await database.query(
    `INSERT INTO ${schema}.queues (name, paused) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET paused = $2`,
    [queue, paused],
  )
}

export async function isPaused(database: Database, { schema }: Tables, queue: string): Promise<boolean> {
  const [row] = await database.query<{ paused: boolean }>(
    `SELECT paused FROM ${schema}.queues WHERE name = $1`,
    [queue],
  )
  return row?.paused ?? false
}

/**
 * Lets all units be taken at once that wait for their time. For a database that has just been opened by the only process
 * that uses it: if the machine's clock was set back meanwhile, they would wait until it has caught up.
 */
export async function hastenUnits(database: Database, { schema }: Tables): Promise<void> {
  await database.query(
    `UPDATE ${schema}.units SET run_after = clock_timestamp()
      WHERE state = 'waiting' AND run_after > clock_timestamp()`,
  )
}
