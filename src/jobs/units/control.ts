import type { Database, Session } from '../database/database.ts'
import { storedKey } from '../names.ts'
import { type Moved, moved, queueAgain, type Tables } from './tables.ts'

interface Place {
  readonly unit: number
  readonly lane: number
}

/** Units of the queue with these keys, or all, as a condition whose parameters are $1 and $2. */
const chosen = '(queue = $1 AND ($2::text[] IS NULL OR key = ANY ($2::text[])))'

function choice(queue: string, keys: readonly string[] | undefined): unknown[] {
  return [queue, keys?.map(storedKey) ?? null]
}

/** Cancels waiting units, and marks active ones; says how many of both. */
export function cancelUnits(
  database: Database,
  tables: Tables,
  queue: string,
  keys?: readonly string[],
): Promise<number> {
  const { schema } = tables
  return database.transaction(async (session) => {
    const places = await session.query<Place>(
      `SELECT id::float8 AS unit, lane FROM ${schema}.units WHERE ${chosen} AND state = 'waiting'`,
      choice(queue, keys),
    )
    await dropTickets(session, tables, places)
    const rows = await session.query(
      `UPDATE ${schema}.units
          SET state = CASE state WHEN 'waiting' THEN 'cancelled' ELSE state END,
              reason = CASE state WHEN 'waiting' THEN 'cancelled' ELSE reason END,
              cancelling = state = 'active'
        WHERE ${chosen} AND state IN ('waiting', 'active') AND NOT cancelling
       RETURNING 1`,
      choice(queue, keys),
    )
    return rows.length
  })
}

/** Makes dead and cancelled units wait again, with all their retries; says how many. */
export function retryUnits(
  database: Database,
  tables: Tables,
  queue: string,
  filter: { readonly state?: 'dead' | 'cancelled'; readonly keys?: readonly string[] } = {},
): Promise<number> {
  const { schema } = tables
  const states = filter.state === undefined ? ['dead', 'cancelled'] : [filter.state]
  return database.transaction(async (session) => {
    const rows = await session.query<Moved>(
      `UPDATE ${schema}.units
          SET state = 'waiting', failures = 0, deaths = 0, run_after = clock_timestamp()
        WHERE ${chosen} AND state = ANY ($3::text[])
       RETURNING ${moved}`,
      [...choice(queue, filter.keys), states],
    )
    await queueAgain(session, tables, rows)
    return rows.length
  })
}

/**
 * Takes tickets back. Claims take the ticket first and the unit second, and so does who calls this, so that neither
 * waits for the other in a ring.
 */
async function dropTickets(session: Session, { tickets }: Tables, places: readonly Place[]): Promise<void> {
  const lanes = new Map<number, number[]>()
  for (const { unit, lane } of places) {
    const units = lanes.get(lane)
    if (units === undefined) lanes.set(lane, [unit])
    else units.push(unit)
  }
  for (const [lane, units] of lanes) await tickets.drop(session, lane, units)
}

/** Pauses a queue, also one that has no units yet, or lets it go on. Waits for claims that are being made. */
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
export async function hastenUnits(database: Database, { schema, tickets }: Tables): Promise<void> {
  await database.transaction(async (session) => {
    await session.query(
      `UPDATE ${schema}.units SET run_after = clock_timestamp()
        WHERE state = 'waiting' AND run_after > clock_timestamp()`,
    )
    await tickets.hasten(session)
  })
}
