import type { Database, Session } from '../database/database.ts'
import { originalKey } from '../names.ts'
import type { Json } from '../store.ts'
import { byIndex } from '../tickets.ts'
import type { Tables } from './tables.ts'

/** A unit that this store has taken, until it is finished under the same claim. */
export interface Claimed {
  readonly unit: number
  readonly claim: string
  readonly key: string
  readonly payload: Json
  readonly attempt: number
}

/** Who takes a unit, and by which limits. */
export interface Taker {
  readonly holder: string
  readonly worker: string
  readonly queue: string
  /** Units that may use a tool at a time. */
  readonly limits: Readonly<Record<string, number>>
}

interface Lane {
  readonly lane: number
  /** Those of its tools that have a limit. */
  readonly limited: readonly string[]
}

/** Makes the rows of limited tools that are not there yet. */
export async function openSlots(
  database: Database,
  { schema }: Tables,
  limits: Readonly<Record<string, number>>,
): Promise<void> {
  await database.query(
    `INSERT INTO ${schema}.slots (tool, number)
     SELECT limits.tool, number
       FROM unnest($1::text[], $2::int[]) AS limits (tool, most), generate_series(1, limits.most) AS number
     ON CONFLICT DO NOTHING`,
    [Object.keys(limits), Object.values(limits)],
  )
}

/**
 * Takes the waiting unit of the highest priority whose tools are free, under a claim (a UUID) that was not used
 * before. Gives nothing where none can be taken now.
 */
export async function claimUnit(
  database: Database,
  tables: Tables,
  taker: Taker,
  claim: string,
): Promise<Claimed | undefined> {
  // Nothing is locked while a lane is looked for, so another may be quicker; then the next one is tried.
  for (const lane of await freeLanes(database, tables, taker)) {
    const claimed = await database.transaction((session) => takeFrom(session, tables, taker, lane, claim))
    if (claimed !== undefined) return claimed
  }
  return undefined
}

/** The unit that was taken under a claim, if it was: for when the answer to {@link claimUnit} was lost. */
export async function claimedUnit(
  session: Session,
  { schema }: Tables,
  claim: string,
): Promise<Claimed | undefined> {
  const [row] = await session.query<Row>(
    `SELECT id::float8 AS unit, key, payload::text AS payload, attempts AS attempt
       FROM ${schema}.units WHERE state = 'active' AND claim = $1::uuid`,
    [claim],
  )
  return row && claimedOf(row, claim)
}

interface Row {
  readonly unit: number
  readonly key: string
  readonly payload: string
  readonly attempt: number
}

function claimedOf({ unit, key, payload, attempt }: Row, claim: string): Claimed {
  return { unit, claim, key: originalKey(key), payload: JSON.parse(payload) as Json, attempt }
}

/** Lanes of the queue in which a unit can be taken, the best first; none while the queue is paused. */
function freeLanes(session: Session, { schema }: Tables, { queue, limits }: Taker): Promise<Lane[]> {
  return session.query<Lane>(
    `WITH limits AS (SELECT * FROM unnest($2::text[], $3::int[]) AS limits (tool, most)),
          busy AS (
            SELECT tool FROM limits WHERE NOT EXISTS (
              SELECT FROM ${schema}.slots
               WHERE slots.tool = limits.tool AND number <= limits.most AND unit IS NULL))
     SELECT lanes.id AS lane,
            ARRAY(SELECT tool FROM limits WHERE tool = ANY (lanes.tools) ORDER BY tool) AS limited
       FROM ${schema}.queues JOIN ${schema}.lanes ON lanes.queue = queues.name
      CROSS JOIN LATERAL (
            SELECT priority, id FROM ${schema}.units
             WHERE units.lane = lanes.id AND state = 'waiting' AND run_after <= clock_timestamp()
             ORDER BY priority DESC, id LIMIT 1) AS first
      WHERE queues.name = $1 AND NOT queues.paused
        AND NOT EXISTS (SELECT FROM busy WHERE tool = ANY (lanes.tools))
      ORDER BY first.priority DESC, first.id`,
    [queue, Object.keys(limits), Object.values(limits)],
  )
}

async function takeFrom(
  session: Session,
  tables: Tables,
  { holder, worker, queue, limits }: Taker,
  { lane, limited }: Lane,
  claim: string,
): Promise<Claimed | undefined> {
  const { schema } = tables
  // Shared, so that a pause that has returned is seen by every later claim, and waits for those before; and so that
  // nobody takes a unit whom the others have just found dead.
  const [open] = await session.query(
    `SELECT ${byIndex} FROM ${schema}.queues, ${schema}.holders
      WHERE queues.name = $1 AND NOT paused AND holders.id = $2::uuid FOR SHARE`,
    [queue, holder],
  )
  if (open === undefined) return undefined
  const slots: number[] = []
  for (const tool of limited) {
    const number = await freeSlot(session, tables, tool, limits[tool] ?? 0)
    if (number === undefined) return undefined
    slots.push(number)
  }
  const unit = await tables.tickets.take(session, lane)
  if (unit === undefined) return undefined
  const [row] = await session.query<Row>(
    `UPDATE ${schema}.units
        SET state = 'active', attempts = attempts + 1, holder = $2::uuid, claim = $3::uuid, worker = $4,
            started_at = clock_timestamp(), finished_at = NULL
      WHERE id = $1::bigint AND state = 'waiting'
     RETURNING id::float8 AS unit, key, payload::text AS payload, attempts AS attempt`,
    [unit, holder, claim, worker],
  )
  // A ticket of a unit that was cancelled meanwhile: it is used up.
  if (row === undefined) return undefined
  if (slots.length > 0) {
    await session.query(
      `UPDATE ${schema}.slots SET unit = $1::bigint
         FROM unnest($2::text[], $3::int[]) AS taken (tool, number)
        WHERE slots.tool = taken.tool AND slots.number = taken.number`,
      [unit, limited, slots],
    )
  }
  return claimedOf(row, claim)
}

/** A free slot of a tool, kept from others until the transaction ends; nobody waits for another's. */
async function freeSlot(
  session: Session,
  { schema }: Tables,
  tool: string,
  most: number,
): Promise<number | undefined> {
  const [slot] = await session.query<{ number: number }>(
    `SELECT number FROM ${schema}.slots WHERE tool = $1 AND number <= $2 AND unit IS NULL
      ORDER BY number LIMIT 1 FOR UPDATE SKIP LOCKED`,
    [tool, most],
  )
  return slot?.number
}
