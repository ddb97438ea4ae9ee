import { type ActiveUnit, type JobStore, type Json, Places, type Worker } from '../../jobs/index.ts'
import type { Changes } from '../edits/changes.ts'
import type { ModelList } from '../edits/modelList.ts'
import { type EditOutput, queueOf } from '../edits/rows.ts'
import type { ServiceModel } from '../models.ts'
import type { PictureStore } from '../pictures/pictureStore.ts'
import { AttemptReporter } from './attemptReporter.ts'
import { failureOf } from './failures.ts'
import { makeEdit, type StoredEdit } from './makeEdit.ts'
import type { EditorPool } from './pool.ts'

/** Options of a worker. */
export interface EditWorkOptions {
  /** Names of models. Default: all that are ready on this machine, also those that come later. */
  readonly models?: readonly string[] | undefined
  /** Number of simultaneous edits of different local models, which share the cores. Default: 1. */
  readonly atOnce?: number | undefined
  /** Seconds after which an edit fails. Default: no limit. */
  readonly timeLimitSeconds?: number | undefined
  /** Called for each edit that this process has ended. */
  readonly onEnded?: ((ended: EndedEdit) => void) | undefined
}

/** An edit that has ended, for metrics. */
export interface EndedEdit {
  readonly model: string
  readonly state: 'done' | 'failed' | 'cancelled'
  /** Since it was taken. */
  readonly seconds: number
}

/** Dependencies of a worker. */
export interface WorkParts {
  readonly jobs: JobStore
  readonly store: PictureStore
  readonly list: ModelList
  readonly changes: Changes
  readonly pool: EditorPool
  readonly log: (line: string) => void
}

/** How often the list of models is refreshed. */
const lookMilliseconds = 15_000

/** Simultaneous edits of one remote service; the remote editor itself limits them to its configured number. */
const remoteAtOnce = 8

/** How often an edit is tried that fails for reasons outside of it. */
const tries = 2

/** Makes edits of this machine's models, one at a time per model. */
export class ServiceWorker {
  readonly #parts: WorkParts
  readonly #models: readonly string[] | undefined
  readonly #places: Places
  readonly #timeLimit: number | undefined
  readonly #onEnded: (ended: EndedEdit) => void
  readonly #workers = new Map<string, Worker>()
  #timer: NodeJS.Timeout | undefined
  #looking: Promise<void> = Promise.resolve()
  #isStopped = false

  constructor(
    parts: WorkParts,
    { models, atOnce = 1, timeLimitSeconds, onEnded = () => undefined }: EditWorkOptions,
  ) {
    this.#parts = parts
    this.#timeLimit = timeLimitSeconds
    this.#onEnded = onEnded
    this.#models = models
    this.#places = new Places(atOnce)
  }

  /** Starts working; resolves when it has started. */
  async start(): Promise<void> {
    await this.#look()
    this.#planLook()
  }

  /** Takes no more edits and waits for active ones; with `abort` these return to the queue for other workers. */
  async stop(options?: { readonly abort?: boolean }): Promise<void> {
    this.#isStopped = true
    clearTimeout(this.#timer)
    await this.#looking
    await Promise.all([...this.#workers.values()].map((worker) => worker.stop(options)))
    this.#workers.clear()
  }

  #planLook(): void {
    if (this.#isStopped) return
    this.#timer = setTimeout(() => {
      this.#looking = this.#look()
        .catch((error: unknown) => this.#parts.log(`models: cannot be listed, ${(error as Error).message}`))
        .then(() => this.#planLook())
    }, lookMilliseconds)
    this.#timer.unref()
  }

  /** Starts workers for models that are ready, and stops those of models that are not. */
  async #look(): Promise<void> {
    const all = await this.#parts.list.look()
    const ready = all.filter(({ name, state }) => state === 'ready' && (this.#models?.includes(name) ?? true))
    for (const model of ready)
      if (!this.#workers.has(model.name) && !this.#isStopped) await this.#startOn(model)
    for (const [name, worker] of this.#workers)
      if (!ready.some((model) => model.name === name)) {
        this.#workers.delete(name)
        void worker.stop()
      }
  }

  async #startOn({ name, kind }: ServiceModel): Promise<void> {
    const worker = await this.#parts.jobs.work({
      queue: queueOf(name),
      handler: (unit) => this.#handle(unit, kind),
      concurrency: kind === 'remote' ? remoteAtOnce : 1,
      ...(kind !== 'remote' && { places: this.#places }),
      retries: tries - 1,
      deaths: 2,
    })
    this.#workers.set(name, worker)
    worker.done.catch((error: unknown) => {
      this.#parts.log(`model '${name}': its worker ended, ${(error as Error).message}`)
      this.#workers.delete(name)
    })
  }

  async #handle(unit: ActiveUnit, kind: ServiceModel['kind']): Promise<Json> {
    const { key, attempt } = unit
    const limit = this.#timeLimit === undefined ? undefined : AbortSignal.timeout(1000 * this.#timeLimit)
    const signal = limit ? AbortSignal.any([unit.signal, limit]) : unit.signal
    const started = performance.now()
    const { store, pool, changes, jobs, log } = this.#parts
    const edit = await this.#read(key)
    if (edit === undefined) return asJson({ error: { code: 'internal', message: 'its row is missing' } })
    const touch = (): void => changes.touch()
    touch()
    const { owner, task } = edit
    const reporter = new AttemptReporter({ sql: jobs.sql, store, touch }, { id: key, owner, number: attempt })
    const tell = (state: EndedEdit['state']): void =>
      this.#onEnded({ model: task.model, state, seconds: (performance.now() - started) / 1000 })
    try {
      await reporter.begin()
      const output = await pool.use(
        { name: task.model, loras: task.loras ?? [], isModel: kind === 'model' },
        (editor) => makeEdit(edit, editor, { store, reporter, signal }),
        (error) => signal.aborted || failureOf(error).isSound,
      )
      tell('done')
      return asJson(output)
    } catch (error) {
      if (unit.signal.aborted) {
        if ((unit.signal.reason as { code?: unknown }).code === 'cancelled') tell('cancelled')
        throw error
      }
      if (limit?.aborted) {
        tell('failed')
        const message = `exceeded the time limit of ${this.#timeLimit} s; choose a smaller size or fewer steps, or raise --time-limit`
        return asJson({ error: { code: 'time-limit', message } })
      }
      const { error: told, isFinal } = failureOf(error)
      if (told.code === 'internal') log(`edit ${key}: ${(error as Error).stack ?? String(error)}`)
      if (!isFinal && attempt < tries) throw error
      tell('failed')
      return asJson({ error: told })
    } finally {
      await reporter.end()
      // The state is stored after this; watchers query a moment later.
      setTimeout(touch, 20).unref()
    }
  }

  async #read(id: string): Promise<StoredEdit | undefined> {
    const { sql } = this.#parts.jobs
    const [row] = await sql.query<StoredEdit>(
      `SELECT id, owner, task, names FROM ${sql.schema}.edits WHERE id = $1`,
      [id],
    )
    return row
  }
}

const asJson = (output: EditOutput): Json => JSON.parse(JSON.stringify(output)) as Json
