import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { FullWorkOptions, Workplace } from './attempt.ts'
import { ClockWatch } from './clock.ts'
import type { Database } from './database/database.ts'
import { Patience } from './database/patience.ts'
import type { Presence } from './database/presence.ts'
import { JobError } from './error.ts'
import { migrate } from './migrations/migrate.ts'
import { checkName, checkNumber } from './names.ts'
import { migrateLayer, type Session, type Sql } from './sql.ts'
import type {
  AddOptions,
  JobStore,
  JournalEntry,
  JournalRow,
  Unit,
  UnitRow,
  UnitState,
  Worker,
  WorkOptions,
} from './store.ts'
import { addDecided, addUnits, type Lanes } from './units/add.ts'
import { openSlots } from './units/claim.ts'
import {
  cancelUnits,
  forgetUnits,
  hastenUnits,
  isPaused,
  putAside,
  retryUnits,
  setPaused,
} from './units/control.ts'
import { appendEntries, pageOfEntries } from './units/journal.ts'
import { countUnfinished, countUnits, pageOfRows } from './units/rows.ts'
import type { Tables } from './units/tables.ts'
import { QueueWorker } from './worker.ts'

/** How long calls from outside wait for a database that is away. Workers wait for ever. */
const callPatience = { seconds: 30 }

/** What differs between a database in this process and one elsewhere. */
export interface JobStoreParts {
  readonly database: Database
  readonly schema: string
  /** The database for messages. */
  readonly where: string
  readonly leaseSeconds: number
  readonly log: (line: string) => void
  /** Whether no other process uses the database. */
  readonly isAlone: boolean
  /** Whether another process has it open, which determines the version of its tables. */
  readonly isReadOnly?: boolean
  /** Keeps this store's workers marked as alive; `onLost` is called if that failed. */
  readonly show: (holder: string, onLost: () => void) => Promise<Presence>
}

/** Brings the tables of a database to this version. To be called once, before {@link DatabaseJobStore} is used. */
export async function prepare({ database, schema, where, isAlone }: JobStoreParts): Promise<void> {
  await database.alone(() => migrate(database, schema, where))
  if (isAlone) await hastenUnits(database, { schema })
}

/** The job store over a Postgres, wherever that runs. */
export class DatabaseJobStore implements JobStore {
  readonly #parts: JobStoreParts
  readonly #tables: Tables
  readonly #patience: Patience
  readonly #holder = randomUUID()
  readonly #lanes: Lanes = new Map()
  readonly #workers = new Set<QueueWorker>()
  readonly #clock = new ClockWatch()
  readonly sql: Sql
  #presence: Promise<Presence> | undefined
  #held = true
  #closing: Promise<void> | undefined

  constructor(parts: JobStoreParts) {
    this.#parts = parts
    this.#tables = { schema: parts.schema }
    this.#patience = new Patience(parts.where, parts.log)
    this.sql = {
      schema: parts.schema,
      query: (sql, values) => this.#call((database) => database.query(sql, values)),
      transaction: (run) => this.#call((database) => database.transaction(run)),
      migrate: (layer, steps) =>
        parts.isReadOnly
          ? Promise.resolve()
          : this.#call((database) => database.alone(() => migrateLayer(database, parts, layer, steps))),
    }
  }

  async add(
    units: readonly Unit[],
    options: AddOptions = {},
  ): Promise<{ readonly added: number; readonly known: number }> {
    const found = await this.#call((database) =>
      addUnits(database, this.#tables, this.#lanes, units, options),
    )
    this.#wake()
    return found
  }

  async addDecided(
    decide: (session: Session) => Promise<readonly Unit[]>,
  ): Promise<{ readonly added: number; readonly known: number }> {
    const found = await this.#call((database) => addDecided(database, this.#tables, this.#lanes, decide))
    this.#wake()
    return found
  }

  forget(queue: string, keys: readonly string[]): Promise<number> {
    return this.#call((database) => forgetUnits(database, this.#tables, queue, keys))
  }

  putAside(queue: string, plan: number): Promise<number> {
    return this.#call((database) => putAside(database, this.#tables, queue, plan))
  }

  unfinished(queue: string): Promise<Readonly<Record<'waiting' | 'active' | 'dead', number>>> {
    return this.#call((database) => countUnfinished(database, this.#tables, queue))
  }

  async work(options: WorkOptions): Promise<Worker> {
    const full = fullOptions(options)
    await this.#call((database) => openSlots(database, this.#tables, full.limits))
    this.#presence ??= this.#parts.show(this.#holder, () => this.#lose())
    const presence = await this.#presence
    if (this.#closing) throw closedError(this.#parts.where)
    const { database, leaseSeconds, log } = this.#parts
    const place: Workplace = {
      database,
      tables: this.#tables,
      patience: this.#patience,
      holder: this.#holder,
      leaseSeconds,
      isHeld: () => presence.held,
      log,
      ...(this.#parts.isAlone && { beforeTaking: () => this.#hasten() }),
    }
    const worker = new QueueWorker(place, full)
    this.#workers.add(worker)
    const forget = (): boolean => this.#workers.delete(worker)
    worker.done.then(forget, forget)
    return worker
  }

  counts(queue: string): Promise<Readonly<Record<UnitState, number>>> {
    return this.#call((database) => countUnits(database, this.#tables, queue))
  }

  async *rows(queue: string, filter: { readonly state?: UnitState } = {}): AsyncIterable<UnitRow> {
    let after: string | undefined = ''
    while (after !== undefined) {
      const from: string = after
      const page = await this.#call((database) =>
        pageOfRows(database, this.#tables, queue, filter.state, from),
      )
      yield* page.rows
      after = page.last
    }
  }

  async retry(
    queue: string,
    filter?: { readonly state?: 'dead' | 'cancelled'; readonly keys?: readonly string[] },
  ): Promise<number> {
    const found = await this.#call((database) => retryUnits(database, this.#tables, queue, filter))
    this.#wake()
    return found
  }

  pause(queue: string): Promise<void> {
    return this.#call((database) => setPaused(database, this.#tables, checkName('queue', queue), true))
  }

  async resume(queue: string): Promise<void> {
    await this.#call((database) => setPaused(database, this.#tables, checkName('queue', queue), false))
    this.#wake()
  }

  isPaused(queue: string): Promise<boolean> {
    return this.#call((database) => isPaused(database, this.#tables, queue))
  }

  async cancel(queue: string, keys?: readonly string[]): Promise<number> {
    const found = await this.#call((database) => cancelUnits(database, this.#tables, queue, keys))
    for (const worker of this.#workers) worker.look()
    return found
  }

  append(
    journal: string,
    entries: readonly JournalEntry[],
  ): Promise<{ readonly added: number; readonly known: number }> {
    return this.#call((database) => appendEntries(database, this.#tables, journal, entries))
  }

  async *entries(
    journal: string,
    { prefix = '', after = 0 }: { readonly prefix?: string; readonly after?: number } = {},
  ): AsyncIterable<JournalRow> {
    let from: number | undefined = after
    while (from !== undefined) {
      const behind: number = from
      const page = await this.#call((database) =>
        pageOfEntries(database, this.#tables, journal, prefix, behind),
      )
      yield* page.rows
      from = page.last
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    await Promise.all([...this.#workers].map((worker) => worker.stop()))
    await (await this.#presence)?.stop()
    await this.#parts.database.close()
  }

  #call<Result>(run: (database: Database) => Promise<Result>): Promise<Result> {
    if (this.#closing) return Promise.reject(closedError(this.#parts.where))
    return this.#patience.wait(() => run(this.#parts.database), callPatience)
  }

  #wake(): void {
    for (const worker of this.#workers) worker.wake()
  }

  /** Otherwise units would wait until a clock that was set back has caught up. */
  async #hasten(): Promise<void> {
    if (this.#clock.wasSetBack()) await hastenUnits(this.#parts.database, this.#tables)
  }

  /** Others may take over this store's units from now on, so it gives them up. */
  #lose(): void {
    const { where, leaseSeconds, log } = this.#parts
    log(`${where}: could not be reached for ${leaseSeconds} s, giving up the units in flight`)
    const reason = new JobError('stopped', `${where}: could not be reached for ${leaseSeconds} s`)
    for (const worker of this.#workers) worker.abort(reason)
  }
}

function closedError(where: string): JobError {
  return new JobError('closed', `${where}: expected an open job store, got a closed one, open it again`)
}

function fullOptions(options: WorkOptions): FullWorkOptions {
  const full = {
    limits: {},
    ahead: 0,
    retries: 3,
    backoffSeconds: 1,
    deaths: 5,
    drain: false,
    name: `${hostname()}:${process.pid}`,
    ...options,
  }
  checkName('queue', full.queue)
  checkName('name', full.name)
  checkNumber('concurrency', full.concurrency, 'whole', 1)
  checkNumber('ahead', full.ahead, 'whole', 0)
  checkNumber('retries', full.retries, 'whole', 0)
  checkNumber('deaths', full.deaths, 'whole', 0)
  checkNumber('backoffSeconds', full.backoffSeconds, 'positive', 0)
  if (full.timeLimitSeconds !== undefined)
    checkNumber('timeLimitSeconds', full.timeLimitSeconds, 'positive', 0.001)
  for (const [tool, most] of Object.entries(full.limits)) {
    checkName('tool', tool)
    checkNumber(`limits: tool '${tool}'`, most, 'whole', 1)
  }
  return full
}
