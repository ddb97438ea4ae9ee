import type { Session } from '../../jobs/index.ts'
import type { Owner } from '../edits.ts'
import { queueOf } from './rows.ts'

/** How a queue stands for who adds to it. */
export interface Turns {
  /** Of everyone, and of the owner. */
  readonly waiting: number
  readonly own: number
  /** Units in work. */
  readonly active: number
  /** The first priority of the owner's next edits; each further one has one less. */
  readonly next: number
}

/**
 * Whose turn it is, by start-time fair queueing (Goyal, Vin and Cheng, 1996) where every edit costs the same: an edit
 * starts at the later of the queue's time, which is the start of the edit that is next, and the start of its owner's
 * edit before it plus one. The earlier starts go first, so owners take turns, however many edits each has added, and who
 * added nothing for a while has saved nothing. A unit's priority is its start below zero. To be asked in the transaction
 * that adds the edits.
 * @param except ids of the edits that are being added, which are there already where the transaction is run again
 */
export async function readTurns(
  session: Session,
  schema: string,
  { model, owner, except }: { model: string; owner: Owner; except: readonly string[] },
): Promise<Turns> {
  const rows = await session.query<{
    owner: Owner
    waiting: number
    active: number
    first: number | null
    last: number
  }>(
    `SELECT e.owner, (count(*) FILTER (WHERE u.state = 'waiting'))::int AS waiting,
            (count(*) FILTER (WHERE u.state = 'active'))::int AS active,
            -(max(u.priority) FILTER (WHERE u.state = 'waiting')) AS first, -min(u.priority) AS last
       FROM ${schema}.units AS u JOIN ${schema}.edits AS e ON e.id = u.key
      WHERE u.queue = $1 AND u.state IN ('waiting', 'active') AND NOT u.cancelling AND NOT u.key = ANY ($2::text[])
      GROUP BY e.owner`,
    [queueOf(model), except],
  )
  const sum = (of: (row: (typeof rows)[number]) => number): number =>
    rows.reduce((total, row) => total + of(row), 0)
  const mine = rows.find((row) => row.owner === owner)
  const firsts = rows.flatMap(({ first }) => first ?? [])
  // With nothing waiting, the time is that of what is in work.
  const now = firsts.length > 0 ? Math.min(...firsts) : Math.max(0, ...rows.map(({ last }) => last))
  return {
    waiting: sum((row) => row.waiting),
    own: mine?.waiting ?? 0,
    active: sum((row) => row.active),
    next: -Math.max(now, mine ? mine.last + 1 : now),
  }
}

/** Seconds that the last edits of a model took, on average; undefined where there are none. */
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
