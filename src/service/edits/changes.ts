import type { Sql } from '../../jobs/index.ts'
import type { Edit, Owner } from '../edits.ts'
import { joinPositions, position, positions, readEdits } from './rows.ts'

/** Interval of database queries for changes by other processes; this process's own changes are reported immediately. */
const pollMilliseconds = 250

/** Minimum time between two queries. */
const leastMilliseconds = 40

/** Interval of reports of edits of which only the position has changed. */
const positionMilliseconds = 1000

/** Edits of an owner that are being watched. */
class Watcher {
  readonly owner: Owner
  readonly #ids: ReadonlySet<string> | undefined
  /** The newest state of each edit until it is read: a slow reader misses intermediate states but takes no memory. */
  readonly #news = new Map<string, Edit>()
  #wake: (() => void) | undefined
  #failure: { readonly error: unknown } | undefined

  constructor(owner: Owner, ids?: readonly string[]) {
    this.owner = owner
    this.#ids = ids && new Set(ids)
  }

  tell(edit: Edit): void {
    if (this.#ids && !this.#ids.has(edit.id)) return
    this.#news.set(edit.id, edit)
    this.#wake?.()
  }

  fail(error: unknown): void {
    this.#failure = { error }
    this.#wake?.()
  }

  /** New states, as soon as there are any; empty once the signal is aborted. */
  async next(signal?: AbortSignal): Promise<readonly Edit[]> {
    while (this.#news.size === 0 && !signal?.aborted) {
      if (this.#failure) throw this.#failure.error
      await new Promise<void>((resolve) => {
        const end = (): void => {
          signal?.removeEventListener('abort', end)
          this.#wake = undefined
          resolve()
        }
        this.#wake = end
        signal?.addEventListener('abort', end)
      })
    }
    const news = signal?.aborted ? [] : [...this.#news.values()]
    this.#news.clear()
    return news
  }
}

interface Mark {
  readonly id: string
  readonly owner: Owner
  readonly number: number
  /** Changes with the edit, except for its position. */
  readonly state: string
  readonly position: number | null
  readonly isOpen: boolean
}

/** What was last reported of an edit. */
interface Told extends Pick<Mark, 'state' | 'position'> {
  readonly at: number
}

/**
 * Reports changes of edits to their watchers: one database query for all watchers of a process, a few times a second
 * and whenever this process changes something. Without watchers there are no queries.
 */
export class Changes {
  readonly #sql: Sql
  readonly #watchers = new Set<Watcher>()
  readonly #told = new Map<string, Told>()
  /** The newest edit seen so far: later ones are new. */
  #last = 0
  #timer: NodeJS.Timeout | undefined
  #looking: Promise<void> | undefined
  #again = false
  #looked = 0
  #isClosed = false

  constructor(sql: Sql) {
    this.#sql = sql
  }

  /** Something has changed here. */
  touch(): void {
    if (this.#watchers.size === 0) return
    if (this.#looking) this.#again = true
    else this.#plan(Math.max(0, leastMilliseconds - (performance.now() - this.#looked)))
  }

  /**
   * Changes of an owner's edits, or of some of them, from the first query on, after which `ready` is called. Ends with
   * the signal.
   */
  async *of(
    owner: Owner,
    { ids, signal, ready }: { ids?: readonly string[]; signal?: AbortSignal; ready?: () => void } = {},
  ): AsyncIterable<Edit> {
    const watcher = new Watcher(owner, ids)
    await this.#join(watcher)
    try {
      ready?.()
      for (;;) {
        const news = await watcher.next(signal)
        if (signal?.aborted || this.#isClosed) return
        yield* news
      }
    } finally {
      this.#watchers.delete(watcher)
      if (this.#watchers.size === 0) this.#rest()
    }
  }

  close(): void {
    this.#isClosed = true
    for (const watcher of this.#watchers) watcher.fail(new Error('the service is closed'))
    this.#rest()
  }

  /** For owners without watchers until now, existing edits are not reported. */
  async #join(watcher: Watcher): Promise<void> {
    const isNew = ![...this.#watchers].some(({ owner }) => owner === watcher.owner)
    if (this.#watchers.size === 0) {
      const [row] = await this.#sql.query<{ last: number }>(
        `SELECT coalesce(max(number), 0)::float8 AS last FROM ${this.#sql.schema}.edits`,
      )
      // Other watchers may have joined meanwhile and have seen more.
      this.#last = Math.max(this.#last, row?.last ?? 0)
    }
    if (isNew)
      for (const mark of await this.#marks([watcher.owner], this.#last))
        if (!this.#told.has(mark.id) && mark.number <= this.#last) this.#note(mark)
    this.#watchers.add(watcher)
    this.#plan(pollMilliseconds)
  }

  #rest(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#told.clear()
  }

  #plan(milliseconds: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#looking = this.#look()
        .catch((error: unknown) => {
          for (const watcher of this.#watchers) watcher.fail(error)
        })
        .finally(() => {
          this.#looking = undefined
          this.#looked = performance.now()
          const wait = this.#again ? leastMilliseconds : pollMilliseconds
          this.#again = false
          if (this.#watchers.size > 0 && !this.#isClosed) this.#plan(wait)
        })
    }, milliseconds)
    this.#timer.unref()
  }

  async #look(): Promise<void> {
    const owners = [...new Set([...this.#watchers].map(({ owner }) => owner))]
    const marks = await this.#marks(owners, this.#last)
    const now = performance.now()
    const changed: string[] = []
    for (const mark of marks) {
      this.#last = Math.max(this.#last, mark.number)
      const told = this.#told.get(mark.id)
      const isMoved = told?.position !== mark.position
      if (told && told.state === mark.state && !(isMoved && now - told.at > positionMilliseconds)) continue
      changed.push(mark.id)
      this.#note(mark)
    }
    if (changed.length === 0) return
    const { schema } = this.#sql
    for (const { owner, ...edit } of await readEdits(this.#sql, schema, 'e.id = ANY ($1::text[])', [changed]))
      for (const watcher of this.#watchers) if (watcher.owner === owner) watcher.tell(edit)
  }

  /** Ended edits are no longer queried. */
  #note({ id, state, position, isOpen }: Mark): void {
    if (isOpen) this.#told.set(id, { state, position, at: performance.now() })
    else this.#told.delete(id)
  }

  /** Edits that are open, were open when last seen, or are newer. */
  #marks(owners: readonly Owner[], last: number): Promise<Mark[]> {
    const { schema } = this.#sql
    return this.#sql.query(
      `WITH ${positions(schema)},
            ids AS (
              SELECT key AS id FROM ${schema}.units WHERE state IN ('waiting', 'active')
               UNION SELECT unnest($2::text[])
               UNION SELECT id FROM ${schema}.edits WHERE number > $3::bigint)
       SELECT e.id, e.owner, e.number::float8 AS number,
              concat(u.state, ' ', u.attempts, ' ', e.revision) AS state,
              u.state IN ('waiting', 'active') AS "isOpen", ${position} AS position
         FROM ids JOIN ${schema}.edits AS e ON e.id = ids.id JOIN ${schema}.units AS u ON u.key = e.id
              ${joinPositions}
        WHERE e.owner = ANY ($1::text[])`,
      [owners, [...this.#told.keys()], last],
    )
  }
}
