import type { EditPlan, EditProgress, EditUsage } from '../../edit/index.ts'
import type { Session, Sql } from '../../jobs/index.ts'
import type { Edit, EditState, EditTask, Owner, StoredPicture } from '../edits.ts'
import { isoTime } from '../tables.ts'

/** The output of an edit's unit. An edit that failed finally is a unit that is done, with an error. */
export interface EditOutput {
  readonly result?: StoredPicture | undefined
  readonly changeMap?: string | undefined
  readonly plan?: EditPlan | undefined
  readonly did?: readonly string[] | undefined
  readonly usage?: EditUsage | undefined
  readonly notes?: readonly string[] | undefined
  readonly error?: { readonly code: string; readonly message: string } | undefined
}

/** The queue of a model's edits. */
export const queueOf = (model: string): string => `edit ${model}`

/** Edits of a model that have not ended. */
export interface QueueState {
  readonly model: string
  readonly waiting: number
  readonly active: number
}

/** The queues of edits that are not empty, in the order of their models' names. */
export function readQueues({ schema, query }: Sql): Promise<QueueState[]> {
  return query(
    `SELECT substr(queue, length($1) + 1) AS model,
            (count(*) FILTER (WHERE state = 'waiting'))::int AS waiting,
            (count(*) FILTER (WHERE state = 'active'))::int AS active
       FROM ${schema}.units WHERE state IN ('waiting', 'active') AND starts_with(queue, $1)
      GROUP BY queue ORDER BY queue`,
    [queueOf('')],
  )
}

interface Row {
  readonly id: string
  readonly owner: Owner
  readonly task: EditTask
  readonly state: 'waiting' | 'active' | 'done' | 'dead' | 'cancelled'
  readonly position: number | null
  readonly progress: EditProgress | null
  readonly preview: string | null
  readonly output: EditOutput | null
  readonly reason: string | null
  readonly lost: boolean
  readonly createdAt: string
  readonly startedAt: string | null
  readonly endedAt: string | null
}

/**
 * Common table expressions for the number of edits before a waiting one: active ones, and those that are taken earlier,
 * in the order of units_next.
 */
export const positions = (schema: string): string => `
  places AS MATERIALIZED (
    SELECT id, row_number() OVER (PARTITION BY lane ORDER BY priority DESC, id) - 1 AS before
      FROM ${schema}.units WHERE state = 'waiting'),
  busy AS MATERIALIZED (
    SELECT queue, count(*) AS active FROM ${schema}.units WHERE state = 'active' GROUP BY queue)`

/** The joins of {@link positions} with a unit `u`, and the position itself. */
export const joinPositions =
  "LEFT JOIN places ON places.id = u.id AND u.state = 'waiting' LEFT JOIN busy ON busy.queue = u.queue"
export const position = '(places.before + coalesce(busy.active, 0))::int'

/** Edits with their units, by a condition over `e` and `u`, in the order given at the end of the condition. */
export async function readEdits(
  session: Session,
  schema: string,
  where: string,
  values: readonly unknown[],
): Promise<(Edit & { readonly owner: Owner })[]> {
  const isNow = "u.state = 'active' AND e.attempt = u.attempts"
  const rows = await session.query<Row>(
    `WITH ${positions(schema)}
     SELECT e.id, e.owner, e.task, u.state, ${position} AS position,
            CASE WHEN ${isNow} THEN e.progress END AS progress,
            CASE WHEN ${isNow} THEN e.preview END AS preview,
            u.output, u.reason, u.deaths > u.failures AS lost,
            ${isoTime('e.created_at')} AS "createdAt",
            CASE WHEN u.state <> 'waiting' THEN ${isoTime('u.started_at')} END AS "startedAt",
            ${isoTime('coalesce(e.cancelled_at, u.finished_at)')} AS "endedAt"
       FROM ${schema}.edits AS e JOIN ${schema}.units AS u ON u.key = e.id ${joinPositions}
      WHERE ${where}`,
    values,
  )
  return rows.map(editOf)
}

function stateOf({ state, output }: Row): EditState {
  if (state === 'dead' || (state === 'done' && output?.error)) return 'failed'
  return state
}

/** Why a unit is dead: it crashed its workers, or its handler failed each time. */
const deadError = ({ lost, reason }: Row): Edit['error'] => ({
  code: lost ? 'worker-lost' : 'internal',
  message: reason ?? 'the edit failed',
})

function editOf(row: Row): Edit & { readonly owner: Owner } {
  const state = stateOf(row)
  const { id, owner, task, position, progress, preview, createdAt, startedAt, endedAt } = row
  const output = row.state === 'done' ? row.output : undefined
  const isOver = state !== 'waiting' && state !== 'active'
  return {
    id,
    owner,
    task,
    state,
    ...(position !== null && { position }),
    ...(progress !== null && { progress }),
    ...(preview !== null && { preview }),
    ...output,
    ...(row.state === 'dead' && { error: deadError(row) }),
    createdAt,
    ...(startedAt !== null && { startedAt }),
    ...(isOver && endedAt !== null && { endedAt }),
  }
}
