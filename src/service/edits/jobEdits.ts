import { randomUUID } from 'node:crypto'
import type { JobStore, Session } from '../../jobs/index.ts'
import { forgetEdit } from '../clean.ts'
import type { Edit, EditService, EditState, EditTask, Owner } from '../edits.ts'
import { ServiceError } from '../error.ts'
import type { Models, ServiceModel } from '../models.ts'
import type { PictureStore } from '../pictures/pictureStore.ts'
import { isShown } from '../pictures/uses.ts'
import type { Changes } from './changes.ts'
import { checkChoices } from './checkTask.ts'
import type { ModelList } from './modelList.ts'
import { queueOf, readEdits } from './rows.ts'
import { type QueueLimits, Submissions } from './submissions.ts'

/** Dependencies of edits. */
export interface EditParts {
  readonly jobs: JobStore
  readonly store: PictureStore
  readonly models: Pick<Models, 'loras'>
  readonly list: ModelList
  readonly changes: Changes
  readonly limits: QueueLimits
}

/** {@link EditService} over units of the job store. */
export class JobEdits implements EditService {
  readonly #parts: EditParts
  readonly #submissions: Submissions

  constructor(parts: EditParts) {
    this.#parts = parts
    this.#submissions = new Submissions(parts.jobs, parts.store, parts.limits)
  }

  async submit(
    owner: Owner,
    tasks: readonly EditTask[],
    record?: (session: Session, ids: readonly string[]) => Promise<void>,
  ): Promise<readonly Edit[]> {
    if (tasks.length === 0) throw new ServiceError('input', 'tasks: expected at least one, got none')
    const { changes, models } = this.#parts
    const loras = tasks.some((task) => task.loras?.length) ? await models.loras() : []
    const byName = new Map<string, ServiceModel>()
    for (const { model } of tasks) byName.set(model, await this.#parts.list.usable(model))
    for (const task of tasks) checkChoices(task, byName.get(task.model)!, loras)
    const made = tasks.map((task) => ({ id: randomUUID(), task }))
    const ids = made.map(({ id }) => id)
    await this.#submissions.add({ owner, edits: made, models: byName, record })
    changes.touch()
    const rows = await this.find(owner, ids)
    return ids.map((id) => rows.find((edit) => edit.id === id)!)
  }

  async get(owner: Owner, id: string): Promise<Edit> {
    const [edit] = await this.#read('e.owner = $1 AND e.id = $2', [owner, id])
    if (edit === undefined) throw missing(id)
    return edit
  }

  find(owner: Owner, ids: readonly string[]): Promise<readonly Edit[]> {
    return this.#read('e.owner = $1 AND e.id = ANY ($2::text[])', [owner, ids])
  }

  async list(
    owner: Owner,
    {
      state,
      before,
      most = 50,
    }: { readonly state?: EditState; readonly before?: string; readonly most?: number } = {},
  ): Promise<readonly Edit[]> {
    const { schema } = this.#parts.jobs.sql
    if (before !== undefined) await this.get(owner, before)
    return this.#read(
      `e.owner = $1 AND ($2::text IS NULL OR ${stateIs('$2')})
         AND ($3::text IS NULL OR e.number < (SELECT number FROM ${schema}.edits WHERE id = $3))
       ORDER BY e.number DESC LIMIT $4::int`,
      [owner, state ?? null, before ?? null, most],
    )
  }

  async *watch(owner: Owner, ids: readonly string[], signal?: AbortSignal): AsyncIterable<Edit> {
    const open = new Set(ids)
    const ended = new AbortController()
    const stop = signal ? AbortSignal.any([signal, ended.signal]) : ended.signal
    const news = this.#parts.changes.of(owner, { ids, signal: stop })[Symbol.asyncIterator]()
    try {
      // Started before the edits are read, so that no change is missed.
      let next = news.next()
      next.catch(() => undefined)
      for (const id of ids) {
        const edit = await this.get(owner, id)
        if (hasEnded(edit)) open.delete(id)
        yield edit
      }
      while (open.size > 0) {
        const { done, value } = await next
        if (done) return
        next = news.next()
        next.catch(() => undefined)
        if (!open.has(value.id)) continue
        if (hasEnded(value)) open.delete(value.id)
        yield value
      }
    } finally {
      ended.abort()
      await news.return?.()
    }
  }

  changes(owner: Owner, signal: AbortSignal): AsyncIterable<Edit> {
    return this.#parts.changes.of(owner, { signal })
  }

  async cancel(owner: Owner, id: string): Promise<Edit> {
    const { jobs, changes, store } = this.#parts
    const { task, state } = await this.get(owner, id)
    if (state !== 'waiting' && state !== 'active') return this.get(owner, id)
    if ((await jobs.cancel(queueOf(task.model), [id])) > 0)
      await jobs.sql.query(
        `UPDATE ${jobs.sql.schema}.edits SET cancelled_at = coalesce(cancelled_at, clock_timestamp())
          WHERE id = $1`,
        [id],
      )
    const edit = await this.get(owner, id)
    // Edits left by a worker that died.
    if (hasEnded(edit)) await store.drop("edit = $1 AND kind = 'preview'", [id])
    changes.touch()
    return edit
  }

  async delete(owner: Owner, id: string): Promise<void> {
    const { jobs, store } = this.#parts
    const edit = await this.get(owner, id)
    const short = id.slice(0, 8)
    if (!hasEnded(edit))
      throw new ServiceError('conflict', `edit ${short}: has not ended; cancel it, then delete it`)
    const { sql } = jobs
    const [shown] = await sql.query(
      `SELECT FROM ${sql.schema}.edits AS e WHERE id = $1 AND ${isShown(sql.schema)}`,
      [id],
    )
    if (shown !== undefined)
      throw new ServiceError('conflict', `edit ${short}: a session uses it; delete the session first`)
    await store.drop("edit = $1 AND kind = 'preview'", [id])
    await forgetEdit(jobs, id, edit.task.model)
  }

  async #read(where: string, values: readonly unknown[]): Promise<Edit[]> {
    const { sql } = this.#parts.jobs
    return (await readEdits(sql, sql.schema, where, values)).map(({ owner: _, ...edit }) => edit)
  }
}

const hasEnded = ({ state }: Edit): boolean => state !== 'waiting' && state !== 'active'

/** A condition on the state of an edit, as {@link readEdits} returns it. */
const stateIs = (parameter: string): string => `
  ${parameter} = CASE WHEN u.state = 'dead' OR (u.state = 'done' AND u.output->'error' IS NOT NULL) THEN 'failed'
                      ELSE u.state END`

const missing = (id: string): ServiceError =>
  new ServiceError('missing', `edit ${JSON.stringify(id.slice(0, 80))}: no such edit`)
