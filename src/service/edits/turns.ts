import type { Session } from '../../jobs/index.ts'
import type { Owner } from '../edits.ts'
import { queueOf } from './rows.ts'

/** An owner's state in a queue. */
interface Standing {
  waiting: number
  /** The start of the last edit. */
  last: number
}

/**
 * Whose turn it is in a queue, by start-time fair queueing (Goyal, Vin and Cheng, 1996) where every edit costs the same:
 * an edit starts at the later of the queue's time, which is the start of the edit that is next, and the start of its
 * owner's edit before it plus one. The earlier starts go first, so owners take turns, however many edits each has added,
 * and who added nothing for a while has saved nothing. A unit's priority is its start below zero.
 */
export class Turns {
  readonly #standings = new Map<Owner, Standing>()
  /** Start of the next edit. */
  #first: number | undefined
  /** Active units. */
  readonly active: number

  constructor(rows: readonly TurnRow[]) {
    for (const { owner, waiting, last } of rows) this.#standings.set(owner, { waiting, last })
    const firsts = rows.flatMap(({ first }) => first ?? [])
    if (firsts.length > 0) this.#first = Math.min(...firsts)
    this.active = rows.reduce((sum, { active }) => sum + active, 0)
  }

  /** Waiting edits of all owners. */
  get waiting(): number {
    return [...this.#standings.values()].reduce((sum, { waiting }) => sum + waiting, 0)
  }

  waitingOf(owner: Owner): number {
    return this.#standings.get(owner)?.waiting ?? 0
  }

  /** Adds an edit. @returns the priority of its unit */
  add(owner: Owner): number {
    const before = this.#standings.get(owner)
    // If nothing waits, the time is that of the active edits.
    const now = this.#first ?? Math.max(0, ...[...this.#standings.values()].map(({ last }) => last))
    const start = before ? Math.max(now, before.last + 1) : now
    this.#first ??= start
    this.#standings.set(owner, { waiting: (before?.waiting ?? 0) + 1, last: start })
    return -start
  }
}

interface TurnRow {
  readonly owner: Owner
  readonly waiting: number
  readonly active: number
  readonly first: number | null
  readonly last: number
}

/**
 * The state of the models' queues, read in the transaction that adds edits.
 * @param except ids of the edits being added, which already exist if the transaction is repeated
 */
export async function readTurns(
  session: Session,
  schema: string,
  models: readonly string[],
  except: readonly string[],
): Promise<ReadonlyMap<string, Turns>> {
  const rows = await session.query<TurnRow & { readonly queue: string }>(
    `SELECT u.queue, e.owner, (count(*) FILTER (WHERE u.state = 'waiting'))::int AS waiting,
            (count(*) FILTER (WHERE u.state = 'active'))::int AS active,
            -(max(u.priority) FILTER (WHERE u.state = 'waiting')) AS first, -min(u.priority) AS last
       FROM ${schema}.units AS u JOIN ${schema}.edits AS e ON e.id = u.key
      WHERE u.queue = ANY ($1::text[]) AND u.state IN ('waiting', 'active')
        AND NOT u.cancelling AND NOT u.key = ANY ($2::text[])
      GROUP BY u.queue, e.owner`,
    [models.map(queueOf), except],
  )
  return new Map(
    models.map((model) => [model, new Turns(rows.filter(({ queue }) => queue === queueOf(model)))]),
  )
}

/** Mean seconds of the last edits of a model; undefined if there are none. */
export async function recentSeconds(
  session: Session,
  schema: string,
  model: string,
): Promise<number | undefined> {
  const [row] = await session.query<{ seconds: number | null }>(
    `SELECT avg(seconds)::float8 AS seconds FROM (
       SELECT extract(epoch FROM u.finished_at - u.started_at) AS seconds
         FROM ${schema}.edits AS e JOIN ${schema}.units AS u ON u.key = e.id
        WHERE e.model = $1 AND u.state = 'done'
        ORDER BY e.number DESC LIMIT 20) AS recent`,
    [model],
  )
  return row?.seconds ?? undefined
}
