import type { JobStore } from '../jobs/index.ts'
import { queueOf } from './edits/rows.ts'
import type { PictureStore } from './pictures/pictureStore.ts'
import { isShown, isUsed } from './pictures/uses.ts'

/** Edits and pictures that are deleted at a time. */
const batch = 50

/** What was deleted. */
export interface Cleaned {
  readonly edits: number
  readonly pictures: number
}

/** Deletes an edit that has ended, with its unit. Its pictures stay. */
export async function forgetEdit(jobs: JobStore, id: string, model: string): Promise<void> {
  await jobs.sql.query(`DELETE FROM ${jobs.sql.schema}.edits WHERE id = $1`, [id])
  await jobs.forget(queueOf(model), [id])
}

/**
 * Deletes unused data: edits that ended before a given time and are in no session, then equally old pictures that
 * neither an edit nor a session uses; and leftovers of killed processes. Never a picture that is in use. Any number of
 * processes may do it at a time.
 */
export async function clean(
  { jobs, store }: { readonly jobs: JobStore; readonly store: PictureStore },
  { keepDays }: { readonly keepDays: number | undefined },
): Promise<Cleaned> {
  const { sql } = jobs
  const { schema } = sql
  await store.sweep(24 * 3600)
  const isOver = `kind = 'preview' AND touched_at < clock_timestamp() - interval '1 minute' AND NOT EXISTS (
    SELECT FROM ${schema}.units WHERE units.key = pictures.edit AND units.state = 'active')`
  while ((await store.drop(isOver, [], batch)) > 0);
  if (keepDays === undefined) return { edits: 0, pictures: 0 }
  const isOld = (time: string): string => `${time} < clock_timestamp() - $1::float8 * interval '1 day'`
  let edits = 0
  for (;;) {
    const old = await sql.query<{ id: string; model: string }>(
      `SELECT e.id, e.model FROM ${schema}.edits AS e JOIN ${schema}.units AS u ON u.key = e.id
        WHERE u.state IN ('done', 'dead', 'cancelled') AND ${isOld('coalesce(e.cancelled_at, u.finished_at)')}
          AND NOT ${isShown(schema)}
        ORDER BY e.number LIMIT ${batch}`,
      [keepDays],
    )
    for (const { id, model } of old) await forgetEdit(jobs, id, model)
    edits += old.length
    if (old.length < batch) break
  }
  let pictures = 0
  for (;;) {
    const dropped = await store.drop(
      `state = 'here' AND kind <> 'preview' AND ${isOld('touched_at')} AND NOT ${isUsed(schema)}`,
      [keepDays],
      batch,
    )
    pictures += dropped
    if (dropped < batch) return { edits, pictures }
  }
}
