import type { EditProgress } from '../../edit/index.ts'
import { encodePicture, type Picture } from '../../image/index.ts'
import type { Sql } from '../../jobs/index.ts'
import type { Owner } from '../edits.ts'
import type { PictureStore } from '../pictures/pictureStore.ts'

/** Minimum time between two reports of progress. */
const reportMilliseconds = 250

/** Number of previews kept while an edit runs, for clients that were just told of the previous one. */
const keptPreviews = 2

/** Number of an edit's attempt. */
export interface Attempt {
  readonly id: string
  readonly owner: Owner
  readonly number: number
}

/** Writes an edit's progress into its row, no more often than people can notice; the last state is always written. */
export class AttemptReporter {
  readonly #sql: Sql
  readonly #store: PictureStore
  readonly #attempt: Attempt
  readonly #touch: () => void
  readonly #previews: string[] = []
  #waiting: EditProgress | undefined
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<unknown> = Promise.resolve()
  #written = 0

  /** @param touch called when the row has changed */
  constructor(
    { sql, store, touch }: { readonly sql: Sql; readonly store: PictureStore; readonly touch: () => void },
    attempt: Attempt,
  ) {
    this.#sql = sql
    this.#store = store
    this.#touch = touch
    this.#attempt = attempt
  }

  /** Before the edit: clears the progress of an attempt whose worker died. */
  async begin(): Promise<void> {
    if (this.#attempt.number > 1) await this.#dropPreviews()
  }

  progress(progress: EditProgress): void {
    this.#waiting = progress
    const wait = reportMilliseconds - (performance.now() - this.#written)
    this.#timer ??= setTimeout(() => this.#write(), Math.max(0, wait))
  }

  /** A small picture for watchers. */
  async preview(picture: Picture): Promise<void> {
    const { owner, id } = this.#attempt
    const bytes = await encodePicture(picture, 'webp', { quality: 75 })
    const { width, height } = picture
    const kept = await this.#store.keep(owner, bytes, {
      name: 'preview.webp',
      type: 'image/webp',
      width,
      height,
      kind: 'preview',
      edit: id,
    })
    if (this.#previews.at(-1) !== kept.id) this.#previews.push(kept.id)
    await this.#update('preview = $3', kept.id)
    if (this.#previews.length > keptPreviews) {
      const old = this.#previews.shift()
      if (!this.#previews.includes(old!))
        await this.#store.drop("owner = $1 AND id = $2 AND kind = 'preview'", [owner, old])
    }
  }

  /** After the edit, whatever its result. */
  async end(): Promise<void> {
    clearTimeout(this.#timer)
    await this.#writing
    if (this.#previews.length > 0) await this.#dropPreviews()
  }

  #dropPreviews(): Promise<number> {
    return this.#store.drop("edit = $1 AND kind = 'preview'", [this.#attempt.id])
  }

  #write(): void {
    this.#timer = undefined
    this.#written = performance.now()
    const progress = JSON.stringify(this.#waiting)
    // A failure to report progress does not end an edit.
    this.#writing = this.#writing.then(() => this.#update('progress = $3::json', progress)).catch(() => {})
  }

  /** Of the running attempt only. */
  async #update(change: string, value: string): Promise<void> {
    const { schema } = this.#sql
    const { id, number } = this.#attempt
    const other = change.startsWith('preview') ? 'progress' : 'preview'
    await this.#sql.query(
      `UPDATE ${schema}.edits
          SET ${change}, ${other} = CASE WHEN attempt = $2::int THEN ${other} END,
              attempt = $2::int, revision = revision + 1
        WHERE id = $1 AND coalesce(attempt, 0) <= $2::int`,
      [id, number, value],
    )
    this.#touch()
  }
}
