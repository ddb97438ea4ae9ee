import { PentimentoError } from '../../error/index.ts'
import { JobError } from '../error.ts'
import { pause } from '../pause.ts'
import { isAway, isCollision } from './database.ts'

/** How long to wait for an unreachable database. */
export interface Limit {
  /** Default: for ever. */
  readonly seconds?: number
  /** Once aborted, the next failure is final. */
  readonly signal?: AbortSignal
}

/**
 * Repeats what fails because the database is unreachable, and logs one line when it is lost and one when it is back.
 */
export class Patience {
  readonly #where: string
  readonly #log: (line: string) => void
  #awaySince: number | undefined

  constructor(where: string, log: (line: string) => void) {
    this.#where = where
    this.#log = log
  }

  /**
   * Runs it until it succeeds or fails for another reason. A try whose answer was lost may have succeeded, so it must
   * be idempotent.
   */
  async wait<Result>(run: () => Promise<Result>, limit: Limit = {}): Promise<Result> {
    const started = performance.now()
    for (let tries = 0; ; tries++) {
      try {
        const result = await run()
        this.#isBack()
        return result
      } catch (error) {
        const away = isAway(error)
        if (!away && !(isCollision(error) && tries < 20)) throw refusal(this.#where, error)
        if (away) this.#isAway(error)
        const elapsed = (performance.now() - started) / 1000
        if (limit.signal?.aborted || (limit.seconds !== undefined && elapsed >= limit.seconds))
          throw refusal(this.#where, error)
      }
      // 0.1 s, doubled up to 2 s: a restart takes seconds, and ten workers that ask twice a second are no burden.
      await pause(Math.min(2000, 100 * 2 ** Math.min(tries, 5)), limit.signal)
    }
  }

  #isAway(error: unknown): void {
    if (this.#awaySince !== undefined) return
    this.#awaySince = performance.now()
    this.#log(`${this.#where}: the database is unreachable (${why(error)}); waiting for it`)
  }

  #isBack(): void {
    if (this.#awaySince === undefined) return
    const seconds = (performance.now() - this.#awaySince) / 1000
    this.#awaySince = undefined
    this.#log(`${this.#where}: the database is reachable again after ${seconds.toFixed(1)} s`)
  }
}

/** A driver's error in one line; PentimentoErrors of this layer or its caller are passed on unchanged. */
export function refusal(where: string, error: unknown): PentimentoError {
  if (error instanceof PentimentoError) return error
  const advice = isAway(error) ? 'check that it runs and has disk space' : 'check its rights and its version'
  return new JobError('database', `${where}: the database refused, got '${why(error)}', ${advice}`, {
    cause: error,
  })
}

function why(error: unknown): string {
  const first = error instanceof AggregateError ? error.errors[0] : error
  const text =
    first instanceof Error ? first.message || String((first as { code?: unknown }).code) : String(first)
  return text.split('\n')[0] ?? ''
}
