import type { JobStore, Session, Unit } from '../../jobs/index.ts'
import type { EditTask, Owner, StoredPicture } from '../edits.ts'
import { ServiceError } from '../error.ts'
import type { ServiceModel } from '../models.ts'
import type { PictureStore } from '../pictures/pictureStore.ts'
import { checkFit, picturesOf } from './checkTask.ts'
import { queueOf } from './rows.ts'
import { readTurns, recentSeconds, type Turns } from './turns.ts'

/** How many edits may wait. */
export interface QueueLimits {
  /** Of each model. */
  readonly waiting: number
  /** Of these, of one owner. */
  readonly waitingOfOwner: number
}

/** Edits that are submitted together: all are queued, or none. */
export interface Submission {
  readonly owner: Owner
  readonly edits: readonly { readonly id: string; readonly task: EditTask }[]
  readonly models: ReadonlyMap<string, ServiceModel>
  /** Writes the caller's rows in the same transaction. */
  readonly record?: ((session: Session, ids: readonly string[]) => Promise<void>) | undefined
}

interface Waiting {
  readonly submission: Submission
  done(): void
  fail(error: unknown): void
}

/** Maximum number of submissions in one transaction, which takes a dozen queries however many there are. */
const mostTogether = 100

/**
 * Queues edits. Only one transaction does so at a time over all processes, so submissions that arrive while one runs
 * are queued together by the next; an invalid submission does not delay the others.
 */
export class Submissions {
  readonly #jobs: JobStore
  readonly #store: PictureStore
  readonly #limits: QueueLimits
  #waiting: Waiting[] = []
  #isRunning = false

  constructor(jobs: JobStore, store: PictureStore, limits: QueueLimits) {
    this.#jobs = jobs
    this.#store = store
    this.#limits = limits
  }

  /** Resolves when its edits are queued. @throws ServiceError `missing`, `input`, `full` */
  add(submission: Submission): Promise<void> {
    return new Promise((done, fail) => {
      this.#waiting.push({ submission, done, fail })
      if (!this.#isRunning) void this.#run()
    })
  }

  async #run(): Promise<void> {
    this.#isRunning = true
    while (this.#waiting.length > 0) {
      const together = this.#next()
      const refused = new Map<Waiting, unknown>()
      try {
        await this.#jobs.addDecided((session) => this.#queue(session, together, refused))
        for (const each of together) {
          if (refused.has(each)) each.fail(refused.get(each))
          else each.done()
        }
      } catch (error) {
        for (const each of together) each.fail(error)
      }
    }
    this.#isRunning = false
  }

  /** A submission with the caller's rows is queued alone: an error in these rolls the transaction back. */
  #next(): readonly Waiting[] {
    const alone = this.#waiting.findIndex(({ submission }) => submission.record !== undefined)
    const count = alone < 0 ? mostTogether : Math.max(1, alone)
    return this.#waiting.splice(0, Math.min(count, mostTogether))
  }

  /** Rows of new edits, and their units, in the transaction that adds them. */
  async #queue(
    session: Session,
    together: readonly Waiting[],
    refused: Map<Waiting, unknown>,
  ): Promise<readonly Unit[]> {
    refused.clear()
    const { schema } = this.#jobs.sql
    const all = together.map(({ submission }) => submission)
    const wanted = new Map<Owner, string[]>()
    for (const { owner, edits } of all)
      for (const { task } of edits) wanted.set(owner, [...(wanted.get(owner) ?? []), ...picturesOf(task)])
    const held = await this.#store.holdAll(session, wanted)
    const models = [...new Set(all.flatMap((each) => [...each.models.keys()]))]
    const ids = all.flatMap(({ edits }) => edits.map(({ id }) => id))
    const turns = await readTurns(session, schema, models, ids)
    const units: Unit[] = []
    const rows: EditRow[] = []
    for (const each of together) {
      const { owner, edits, models: its } = each.submission
      try {
        const made = edits.map(({ id, task }) => {
          const pictures = held(owner, picturesOf(task))
          checkFit(task, its.get(task.model)!, pictures)
          return { id, owner, task, pictures }
        })
        for (const model of its.keys())
          await this.#checkRoom(session, model, turns.get(model)!, {
            owner,
            count: edits.filter(({ task }) => task.model === model).length,
          })
        rows.push(...made)
        for (const { id, task } of edits)
          units.push({
            key: id,
            queue: queueOf(task.model),
            payload: null,
            priority: turns.get(task.model)!.add(owner),
          })
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error
        refused.set(each, error)
      }
    }
    await insertEdits(session, schema, rows)
    const [first] = together
    if (first?.submission.record && !refused.has(first))
      await first.submission.record(
        session,
        rows.map(({ id }) => id),
      )
    return units
  }

  /** @throws ServiceError `full` */
  async #checkRoom(
    session: Session,
    model: string,
    turns: Turns,
    { owner, count }: { readonly owner: Owner; readonly count: number },
  ): Promise<void> {
    const { waiting: most, waitingOfOwner: mostOfOwner } = this.#limits
    const own = turns.waitingOf(owner)
    const tooMany = Math.max(turns.waiting + count - most, own + count - mostOfOwner)
    if (tooMany <= 0) return
    const isOwn = own + count > mostOfOwner
    const seconds = (await recentSeconds(session, this.#jobs.sql.schema, model)) ?? 10
    throw new ServiceError(
      'full',
      `model '${model}': ${isOwn ? `${own} of your` : turns.waiting} edits are waiting, and ${count} more would exceed the limit of ${isOwn ? mostOfOwner : most}; try again when some have finished`,
      { retryAfterSeconds: Math.min(3600, Math.max(1, (tooMany * seconds) / Math.max(1, turns.active))) },
    )
  }
}

interface EditRow {
  readonly id: string
  readonly owner: Owner
  readonly task: EditTask
  readonly pictures: ReadonlyMap<string, StoredPicture>
}

/** Edits and the pictures that they use, in their order. */
async function insertEdits(session: Session, schema: string, rows: readonly EditRow[]): Promise<void> {
  if (rows.length === 0) return
  const used = rows.flatMap(({ id, owner, pictures }) =>
    [...pictures.keys()].map((each) => [id, owner, each]),
  )
  await session.query(
    `WITH used AS (
       INSERT INTO ${schema}.uses (edit, owner, picture)
       SELECT * FROM unnest($6::text[], $7::text[], $8::text[]) ON CONFLICT DO NOTHING)
     INSERT INTO ${schema}.edits (id, owner, model, task, names)
     SELECT new.id, new.owner, new.model, new.task::json, new.names::json
       FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
            WITH ORDINALITY AS new (id, owner, model, task, names, place)
      ORDER BY new.place
     ON CONFLICT DO NOTHING`,
    [
      rows.map(({ id }) => id),
      rows.map(({ owner }) => owner),
      rows.map(({ task }) => task.model),
      rows.map(({ task }) => JSON.stringify(task)),
      rows.map(({ pictures }) => JSON.stringify(namesOf(pictures))),
      ...[0, 1, 2].map((column) => used.map((each) => each[column])),
    ],
  )
}

const namesOf = (pictures: ReadonlyMap<string, StoredPicture>): Record<string, string> =>
  Object.fromEntries([...pictures].map(([id, { name }]) => [id, name]))
