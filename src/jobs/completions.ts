import type { Database } from './database/database.ts'
import type { Limit, Patience } from './database/patience.ts'
import { pause } from './pause.ts'
import { type Completed, complete } from './units/finish.ts'
import type { Tables } from './units/tables.ts'

/** Maximum characters of outputs in one statement. */
const batchText = 4 * 2 ** 20

/**
 * Stores outputs; those that arrive while others are being stored are stored together: a statement takes PGlite 2 ms of
 * the process, and not much more for thirty units.
 */
export class Completions {
  readonly #database: Database
  readonly #tables: Tables
  readonly #patience: Patience
  #waiting: { readonly completed: Completed; done(): void; fail(error: unknown): void }[] = []
  #isStoring = false
  readonly #gatherMilliseconds: number

  /** @param gatherMilliseconds during which outputs are collected before they are stored together */
  constructor(
    place: { readonly database: Database; readonly tables: Tables; readonly patience: Patience },
    gatherMilliseconds: number,
  ) {
    this.#gatherMilliseconds = gatherMilliseconds
    this.#database = place.database
    this.#tables = place.tables
    this.#patience = place.patience
  }

  /** Ends when the output is in the database. */
  add(completed: Completed, limit: Limit): Promise<void> {
    return new Promise((done, fail) => {
      this.#waiting.push({ completed, done, fail })
      if (!this.#isStoring) void this.#store(limit)
    })
  }

  async #store(limit: Limit): Promise<void> {
    this.#isStoring = true
    while (this.#waiting.length > 0) {
      if (this.#gatherMilliseconds > 0) await pause(this.#gatherMilliseconds)
      const batch = this.#waiting.splice(0, this.#count())
      try {
        await this.#patience.wait(
          () =>
            complete(
              this.#database,
              this.#tables,
              batch.map(({ completed }) => completed),
            ),
          limit,
        )
        for (const { done } of batch) done()
      } catch (error) {
        for (const { fail } of batch) fail(error)
      }
    }
    this.#isStoring = false
  }

  #count(): number {
    let text = 0
    let count = 0
    while (count < this.#waiting.length && text < batchText)
      text += this.#waiting[count++]!.completed.output.length
    return count
  }
}
