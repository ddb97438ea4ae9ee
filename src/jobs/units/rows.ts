import type { Database } from '../database/database.ts'
import { originalKey } from '../names.ts'
import type { Json, UnitRow, UnitState } from '../store.ts'
import type { Tables } from './tables.ts'

const pageRows = 100

interface Row {
  readonly stored: string
  readonly queue: string
  readonly state: UnitState
  readonly attempts: number
  readonly payload: string
  readonly output: string | null
  readonly reason: string | null
  readonly worker: string | null
  readonly seconds: number | null
}

/** How many units of the queue are in each state. */
export async function countUnits(
  database: Database,
  { schema }: Tables,
  queue: string,
): Promise<Record<UnitState, number>> {
  const rows = await database.query<{ state: UnitState; number: number }>(
    `SELECT state, count(*)::int AS number FROM ${schema}.units WHERE queue = $1 GROUP BY state`,
    [queue],
  )
  const counts = { waiting: 0, active: 0, done: 0, dead: 0, cancelled: 0 }
  for (const { state, number } of rows) counts[state] = number
  return counts
}

/** How many units of the queue are waiting, active and dead: by an index in which those that are done are not. */
export async function countUnfinished(
  database: Database,
  { schema }: Tables,
  queue: string,
): Promise<Record<'waiting' | 'active' | 'dead', number>> {
  const rows = await database.query<{ state: 'waiting' | 'active' | 'dead'; number: number }>(
    `SELECT state, count(*)::int AS number FROM ${schema}.units
      WHERE queue = $1 AND state IN ('waiting', 'active', 'dead') GROUP BY state`,
    [queue],
  )
  const counts = { waiting: 0, active: 0, dead: 0 }
  for (const { state, number } of rows) counts[state] = number
  return counts
}

/** Whether any unit of the queue is waiting or active. */
export async function isOpen(database: Database, { schema }: Tables, queue: string): Promise<boolean> {
  const rows = await database.query(
    `SELECT FROM ${schema}.units WHERE queue = $1 AND state IN ('waiting', 'active') LIMIT 1`,
    [queue],
  )
  return rows.length > 0
}

/** A page of the queue's units after a key, in the order of their stored keys. */
export async function pageOfRows(
  database: Database,
  { schema }: Tables,
  queue: string,
  state: UnitState | undefined,
  after: string,
): Promise<{ readonly rows: readonly UnitRow[]; readonly last?: string }> {
  const rows = await database.query<Row>(
    `SELECT key AS stored, queue, state, attempts, payload::text AS payload, output::text AS output, reason, worker,
            extract(epoch FROM finished_at - started_at)::float8 AS seconds
       FROM ${schema}.units
      WHERE queue = $1 AND key > $2 COLLATE "C" AND ($3::text IS NULL OR state = $3)
      ORDER BY key LIMIT ${pageRows}`,
    [queue, after, state ?? null],
  )
  const last = rows.at(-1)?.stored
  return { rows: rows.map(unitRow), ...(last !== undefined && rows.length === pageRows && { last }) }
}

function unitRow({ stored, queue, state, attempts, payload, output, reason, worker, seconds }: Row): UnitRow {
  return {
    key: originalKey(stored),
    queue,
    state,
    attempts,
    payload: JSON.parse(payload) as Json,
    ...(output !== null && { output: JSON.parse(output) as Json }),
    ...(reason !== null && { reason }),
    ...(worker !== null && { worker }),
    ...(seconds !== null && { seconds }),
  }
}
