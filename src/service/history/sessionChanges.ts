import type { Sql } from '../../jobs/index.ts'
import type { Owner } from '../edits.ts'
import type { SessionChange } from '../history.ts'

/** Interval of database queries for changes by other processes; this process's own changes are reported immediately. */
const pollMilliseconds = 500

/** A watched owner. */
interface Watched {
  /** Version of the newest reported change. */
  last: number
  readonly watchers: Set<Watcher>
}

/** Unread changes: the newest of each session. */
interface Watcher {
  readonly news: Map<string, SessionChange>
  wake: () => void
}

/** Reports changes of sessions to their watchers: one database query for all watchers of a process. */
export class SessionChanges {
  readonly #sql: Sql
  readonly #watched = new Map<Owner, Watched>()
  #timer: NodeJS.Timeout | undefined
  #looking: Promise<void> = Promise.resolve()

  constructor(sql: Sql) {
    this.#sql = sql
  }

  /** Something has changed here. */
  touch(): void {
    if (this.#watched.size > 0) this.#plan(0)
  }

  async *of(owner: Owner, signal: AbortSignal): AsyncIterable<SessionChange> {
    const watcher: Watcher = { news: new Map(), wake: () => {} }
    const stop = (): void => watcher.wake()
    signal.addEventListener('abort', stop)
    try {
      await this.#join(owner, watcher)
      while (!signal.aborted) {
        const news = [...watcher.news.values()]
        watcher.news.clear()
        yield* news
        if (watcher.news.size === 0 && !signal.aborted)
          await new Promise<void>((wake) => {
            watcher.wake = wake
          })
      }
    } finally {
      signal.removeEventListener('abort', stop)
      this.#leave(owner, watcher)
    }
  }

  async #join(owner: Owner, watcher: Watcher): Promise<void> {
    const [row] = await this.#sql.query<{ version: number }>(
      `SELECT version::float8 AS version FROM ${this.#sql.schema}.history_owners WHERE owner = $1`,
      [owner],
    )
    const watched = this.#watched.get(owner) ?? { last: row?.version ?? 0, watchers: new Set() }
    watched.watchers.add(watcher)
    this.#watched.set(owner, watched)
    this.#plan(pollMilliseconds)
  }

  #leave(owner: Owner, watcher: Watcher): void {
    const watched = this.#watched.get(owner)
    watched?.watchers.delete(watcher)
    if (watched?.watchers.size === 0) this.#watched.delete(owner)
    if (this.#watched.size > 0) return
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #plan(milliseconds: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      // One after another, so that the newest reported version only grows. If the database is unreachable, the query is
      // repeated.
      this.#looking = this.#looking
        .then(() => this.#look())
        .catch(() => undefined)
        .finally(() => {
          if (this.#watched.size > 0 && this.#timer === undefined) this.#plan(pollMilliseconds)
        })
    }, milliseconds)
    this.#timer.unref()
  }

  async #look(): Promise<void> {
    const owners = [...this.#watched]
    const rows = await this.#sql.query<{ owner: Owner; id: string; version: number; deleted: boolean }>(
      `SELECT s.owner, s.id, s.version::float8 AS version, s.deleted_at IS NOT NULL AS deleted
         FROM ${this.#sql.schema}.history_sessions AS s
         JOIN unnest($1::text[], $2::bigint[]) AS watched (owner, last)
           ON watched.owner = s.owner AND s.version > watched.last
        ORDER BY s.version`,
      [owners.map(([owner]) => owner), owners.map(([, { last }]) => last)],
    )
    for (const { owner, id, version, deleted } of rows) {
      const watched = this.#watched.get(owner)
      if (!watched) continue
      watched.last = Math.max(watched.last, version)
      for (const watcher of watched.watchers) {
        watcher.news.set(id, { id, version, ...(deleted && { deleted }) })
        watcher.wake()
      }
    }
  }
}
