import type { Database, Session } from '../database/database.ts'
import { originalKey } from '../names.ts'
import type { Json } from '../store.ts'
import type { Tables } from './tables.ts'

/**
 * Selected in a transaction before units are taken, it makes Postgres read them in the order of their index. Without
 * statistics, which PGlite never has and a server not at once, it would rather sort all that wait. Up to version 17 a
 * plan that sorts all the same counts as so dear that it would be compiled first, for longer than it runs.
 */
const byIndex = "set_config('enable_sort', 'off', true), set_config('jit', 'off', true)"

/** A unit claimed by this store, until it is finished under the same claim. */
export interface Claimed {
  readonly unit: number
  readonly claim: string
  readonly key: string
  readonly payload: Json
  readonly attempt: number
}

/** The worker that claims units, and its limits. */
export interface Taker {
  readonly holder: string
  readonly worker: string
  readonly queue: string
  /** Units that may use a tool at a time. */
  readonly limits: Readonly<Record<string, number>>
}

interface Lane {
  readonly lane: number
  /** How many of the next units to claim are in it; 0 for a lane that is only used if others are faster elsewhere. */
  readonly share: number
  /** Those of its tools that have a limit. */
  readonly limited: readonly string[]
}

/** Creates missing rows of limited tools. */
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
 * Takes up to as many waiting units as there are claims (UUIDs that were not used before), those of the highest
 * priority first whose tools are free. Gives fewer where no more can be taken now.
 */
export async function claimUnits(
  database: Database,
  tables: Tables,
  taker: Taker,
  claims: readonly string[],
): Promise<readonly Claimed[]> {
  // Nothing is locked while lanes are selected, so another worker may be faster; then the next lane is tried.
  const taken: Claimed[] = []
  for (const lane of await freeLanes(database, tables, taker, claims.length)) {
    const most = lane.share > 0 ? lane.share : taken.length === 0 ? 1 : 0
    const left = claims.slice(taken.length, taken.length + most)
    if (left.length === 0) break
    taken.push(...(await database.transaction((session) => takeFrom(session, tables, taker, lane, left))))
  }
  return taken
}

/** The units that were taken under claims, if they were: for when the answer to {@link claimUnits} was lost. */
export async function claimedUnits(
  session: Session,
  { schema }: Tables,
  claims: readonly string[],
): Promise<readonly Claimed[]> {
  const rows = await session.query<Row>(
    `SELECT id::float8 AS unit, key, payload::text AS payload, attempts AS attempt, claim::text AS claim
       FROM ${schema}.units WHERE state = 'active' AND claim = ANY ($1::uuid[])`,
    [claims],
  )
  return rows.map(claimedOf)
}

interface Row {
  readonly unit: number
  readonly key: string
  readonly payload: string
  readonly attempt: number
  readonly claim: string
}

function claimedOf({ unit, key, payload, attempt, claim }: Row): Claimed {
  return { unit, claim, key: originalKey(key), payload: JSON.parse(payload) as Json, attempt }
}

/**
 * Lanes of the queue in which units can be taken, the best first, each with its share of the next `count` units; none
 * while the queue is paused.
 */
function freeLanes(
  session: Session,
  { schema }: Tables,
  { queue, limits }: Taker,
  count: number,
): Promise<Lane[]> {
  return session.query<Lane>(
    `WITH limits AS (SELECT * FROM unnest($2::text[], $3::int[]) AS limits (tool, most)),
          busy AS (
            SELECT tool FROM limits WHERE NOT EXISTS (
              SELECT FROM ${schema}.slots
               WHERE slots.tool = limits.tool AND number <= limits.most AND unit IS NULL)),
          next AS (
            SELECT lanes.id AS lane, lanes.tools, first.priority, first.id,
                   row_number() OVER (ORDER BY first.priority DESC, first.id) AS place
              FROM ${schema}.queues JOIN ${schema}.lanes ON lanes.queue = queues.name
             CROSS JOIN LATERAL (
                   SELECT priority, id FROM ${schema}.units
                    WHERE units.lane = lanes.id AND state = 'waiting' AND run_after <= clock_timestamp()
                    ORDER BY priority DESC, id LIMIT $4) AS first
             WHERE queues.name = $1 AND NOT queues.paused
               AND NOT EXISTS (SELECT FROM busy WHERE tool = ANY (lanes.tools)))
     SELECT lane, (count(*) FILTER (WHERE place <= $4))::int AS share,
            ARRAY(SELECT tool FROM limits WHERE tool = ANY (next.tools) ORDER BY tool) AS limited
       FROM next GROUP BY lane, next.tools
      ORDER BY min(place)`,
    [queue, Object.keys(limits), Object.values(limits), count],
  )
}

async function takeFrom(
  session: Session,
  tables: Tables,
  { holder, worker, queue, limits }: Taker,
  { lane, limited }: Lane,
  claims: readonly string[],
): Promise<readonly Claimed[]> {
  const { schema } = tables
  // Shared, so that a pause that has returned is seen by every later claim, and waits for those before; and so that
  // nobody takes a unit whom the others have just found dead.
  const [open] = await session.query(
    `SELECT ${byIndex} FROM ${schema}.queues, ${schema}.holders
      WHERE queues.name = $1 AND NOT paused AND holders.id = $2::uuid FOR SHARE`,
    [queue, holder],
  )
  if (open === undefined) return []
  let most = claims.length
  const slots = new Map<string, readonly number[]>()
  for (const tool of limited) {
    const numbers = await freeSlots(session, tables, tool, limits[tool] ?? 0, most)
    if (numbers.length === 0) return []
    slots.set(tool, numbers)
    most = numbers.length
  }
  const rows = await session.query<Row & { readonly priority: number }>(
    `WITH next AS MATERIALIZED (
       SELECT id FROM ${schema}.units
        WHERE lane = $1 AND state = 'waiting' AND run_after <= clock_timestamp()
        ORDER BY priority DESC, id LIMIT $2 FOR UPDATE SKIP LOCKED),
     taken AS (SELECT id AS unit, ($3::uuid[])[row_number() OVER ()] AS claim FROM next)
     UPDATE ${schema}.units
        SET state = 'active', attempts = attempts + 1, holder = $4::uuid, claim = taken.claim, worker = $5,
            started_at = clock_timestamp(), finished_at = NULL
       FROM taken WHERE id = taken.unit
     RETURNING id::float8 AS unit, key, payload::text AS payload, attempts AS attempt, units.claim::text AS claim,
       priority`,
    [lane, most, claims.slice(0, most), holder, worker],
  )
  if (rows.length === 0) return []
  for (const [tool, numbers] of slots)
    await session.query(
      `UPDATE ${schema}.slots SET unit = taken.unit
         FROM unnest($2::int[], $3::bigint[]) AS taken (number, unit)
        WHERE slots.tool = $1 AND slots.number = taken.number`,
      [tool, numbers.slice(0, rows.length), rows.map(({ unit }) => unit)],
    )
  return rows.sort((a, b) => b.priority - a.priority || a.unit - b.unit).map(claimedOf)
}

/** Free slots of a tool, reserved until the transaction ends; nobody waits for another's reservation. */
async function freeSlots(
  session: Session,
  { schema }: Tables,
  tool: string,
  limit: number,
  most: number,
): Promise<readonly number[]> {
  const slots = await session.query<{ number: number }>(
    `SELECT number FROM ${schema}.slots WHERE tool = $1 AND number <= $2 AND unit IS NULL
      ORDER BY number LIMIT $3 FOR UPDATE SKIP LOCKED`,
    [tool, limit, most],
  )
  return slots.map(({ number }) => number)
}
