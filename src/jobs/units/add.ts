import type { Database, Session } from '../database/database.ts'
import { checkUnit, jsonText, storedKey } from '../names.ts'
import type { AddOptions, Unit } from '../store.ts'
import { lock, type Tables } from './tables.ts'

/** Numbers of lanes by queue and tools. A lane is never deleted, so a cached number stays valid. */
export type Lanes = Map<string, number>

interface NewUnit {
  readonly key: string
  readonly lane: number
  readonly payload: string
  readonly priority: number
}

/** Maximum number of units, and of characters of their payloads, in one transaction. */
const batchUnits = 1000
const batchText = 4 * 2 ** 20

/** Adds the units whose keys are not known yet, in their order; all are checked before the first is added. */
export async function addUnits(
  database: Database,
  tables: Tables,
  lanes: Lanes,
  units: readonly Unit[],
  { plan = 0, again = [] }: AddOptions = {},
): Promise<{ readonly added: number; readonly known: number }> {
  const fresh = new Map<string, NewUnit>()
  for (const unit of units) {
    checkUnit(unit)
    const key = storedKey(unit.key)
    const payload = jsonText('payload', unit.payload)
    if (!fresh.has(key)) {
      const lane = await laneOf(database, tables, lanes, unit)
      fresh.set(key, { key, lane, payload, priority: unit.priority ?? 0 })
    }
  }
  let added = 0
  for (const batch of batches([...fresh.values()]))
    added += await addBatch(database, tables, batch, { plan, again })
  return { added, known: units.length - added }
}

/** One batch, all or nothing. Adds run one after another: two with the same keys would wait for each other. */
function addBatch(
  database: Database,
  tables: Tables,
  batch: readonly NewUnit[],
  { plan, again }: Required<AddOptions>,
): Promise<number> {
  const { schema } = tables
  return database.transaction(async (session) => {
    await lock(session, tables, 'add')
    const inserted = await insertUnits(session, tables, batch, plan)
    const keys = batch.map(({ key }) => key)
    let revived = 0
    if (inserted < batch.length && plan > 0)
      await session.query(
        `UPDATE ${schema}.units SET plan = $2::int WHERE key = ANY ($1::text[]) AND plan < $2::int
            AND state IN ('waiting', 'active')`,
        [keys, plan],
      )
    if (inserted < batch.length && again.length > 0)
      revived = (
        await session.query(
          `UPDATE ${schema}.units
              SET state = 'waiting', plan = greatest(plan, $2::int), output = NULL, reason = NULL, failures = 0,
                  deaths = 0, run_after = clock_timestamp()
            WHERE key = ANY ($1::text[]) AND state = ANY ($3::text[])
           RETURNING 1`,
          [keys, plan, again],
        )
      ).length
    return inserted + revived
  })
}

/**
 * Adds units that are decided within the transaction that adds them, whose other statements `decide` makes: all or
 * nothing, one such transaction at a time over all processes.
 */
export async function addDecided(
  database: Database,
  tables: Tables,
  lanes: Lanes,
  decide: (session: Session) => Promise<readonly Unit[]>,
): Promise<{ readonly added: number; readonly known: number }> {
  // Lanes created by this transaction are visible to others, and to this store, only once it has ended.
  const fresh: Lanes = new Map(lanes)
  const found = await database.transaction(async (session) => {
    await lock(session, tables, 'add')
    const units = await decide(session)
    const rows = new Map<string, NewUnit>()
    for (const unit of units) {
      checkUnit(unit)
      const key = storedKey(unit.key)
      const lane = fresh.get(laneName(unit)) ?? (await makeLane(session, tables, unit))
      fresh.set(laneName(unit), lane)
      rows.set(key, {
        key,
        lane,
        payload: jsonText('payload', unit.payload),
        priority: unit.priority ?? 0,
      })
    }
    const added = await insertUnits(session, tables, [...rows.values()], 0)
    return { added, known: units.length - added }
  })
  for (const [name, lane] of fresh) lanes.set(name, lane)
  return found
}

/** Adds those whose keys are not known yet. @returns how many */
async function insertUnits(
  session: Session,
  { schema }: Tables,
  units: readonly NewUnit[],
  plan: number,
): Promise<number> {
  const rows = await session.query(
    `INSERT INTO ${schema}.units (key, queue, lane, payload, priority, plan)
     SELECT new.key, lanes.queue, new.lane, new.payload::json, new.priority, $5::int
       FROM unnest($1::text[], $2::int[], $3::text[], $4::int[])
            WITH ORDINALITY AS new (key, lane, payload, priority, place)
       JOIN ${schema}.lanes ON lanes.id = new.lane
      WHERE NOT EXISTS (SELECT FROM ${schema}.units WHERE units.key = new.key)
      ORDER BY new.place
     RETURNING 1`,
    [
      units.map(({ key }) => key),
      units.map(({ lane }) => lane),
      units.map(({ payload }) => payload),
      units.map(({ priority }) => priority),
      plan,
    ],
  )
  return rows.length
}

function* batches(units: readonly NewUnit[]): Iterable<NewUnit[]> {
  let batch: NewUnit[] = []
  let text = 0
  for (const unit of units) {
    batch.push(unit)
    text += unit.payload.length
    if (batch.length === batchUnits || text >= batchText) {
      yield batch
      batch = []
      text = 0
    }
  }
  if (batch.length > 0) yield batch
}

const toolsOf = (unit: Unit): readonly string[] => [...new Set(unit.tools)].sort()
const laneName = (unit: Unit): string => JSON.stringify([unit.queue, toolsOf(unit)])

/** The number of the unit's lane, which is created on first use. */
async function laneOf(database: Database, tables: Tables, lanes: Lanes, unit: Unit): Promise<number> {
  const name = laneName(unit)
  const known = lanes.get(name)
  if (known !== undefined) return known
  const made = await database.transaction((session) => makeLane(session, tables, unit))
  lanes.set(name, made)
  return made
}

async function makeLane(session: Session, { schema }: Tables, unit: Unit): Promise<number> {
  const { queue } = unit
  const tools = toolsOf(unit)
  await session.query(`INSERT INTO ${schema}.queues (name) VALUES ($1) ON CONFLICT DO NOTHING`, [queue])
  await session.query(
    `INSERT INTO ${schema}.lanes (queue, tools) VALUES ($1, $2::text[]) ON CONFLICT DO NOTHING`,
    [queue, tools],
  )
  const [row] = await session.query<{ id: number }>(
    `SELECT id FROM ${schema}.lanes WHERE queue = $1 AND tools = $2::text[]`,
    [queue, tools],
  )
  if (row === undefined) throw new Error('internal: a lane that was just made is missing')
  return row.id
}
