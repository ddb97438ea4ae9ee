import type { Places } from './places.ts'
import type { Session, Sql } from './sql.ts'

/** What a unit is given and gives back: whatever JSON can say. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

/** A piece of work that is done at most once. */
export interface Unit {
  /** The hash of everything that decides its outputs; 1 to 1,000 bytes, unique in the store. */
  readonly key: string
  readonly queue: string
  readonly payload: Json
  /** Larger first; a whole number of 32 bits. Default: 0. */
  readonly priority?: number
  /** Tools it uses, against whose limits it counts while it is active. */
  readonly tools?: readonly string[]
}

export type UnitState = 'waiting' | 'active' | 'done' | 'dead' | 'cancelled'

/** What the store knows of a unit. */
export interface UnitRow {
  readonly key: string
  readonly queue: string
  readonly state: UnitState
  /** How often a handler was started on it. */
  readonly attempts: number
  readonly payload: Json
  /** The handler's result, of a unit that is done. */
  readonly output?: Json
  /** Why it is dead, or why its last attempt failed. */
  readonly reason?: string
  /** The name of the worker that had it last. */
  readonly worker?: string
  /** How long its last attempt took, by the database's clock. */
  readonly seconds?: number
}

/** A unit in the hands of a handler. */
export interface ActiveUnit {
  readonly key: string
  readonly payload: Json
  /** 1 for the first time. */
  readonly attempt: number
  /** Aborted when the unit is cancelled, runs out of time, or is lost; end soon then. */
  readonly signal: AbortSignal
}

export interface WorkOptions {
  readonly queue: string
  /** Its result is stored as the unit's output, in one transaction with the state `done`. */
  readonly handler: (unit: ActiveUnit) => Promise<Json>
  /** How many handlers of this worker run at a time. */
  readonly concurrency: number
  /**
   * How many units are taken before a handler is free for them, so that short handlers need not wait for the database;
   * they are active, and count against limits. With it, a handler's place is free while its output is being stored,
   * and outputs are stored together every 50 ms: those of the last moment are lost with a killed process. Default: 0.
   */
  readonly ahead?: number
  /** How many active units may use a tool at a time, over all workers of the store; give all workers the same. */
  readonly limits?: Readonly<Record<string, number>>
  /** What it shares with other workers of this process: a unit of any of them takes one. Not with `ahead`. Default: none. */
  readonly places?: Places
  /** How often a unit is tried again after a handler threw. Default: 3. */
  readonly retries?: number
  /** Seconds before the first retry, doubled for each further one up to an hour. Default: 1. */
  readonly backoffSeconds?: number
  /** Aborts the unit's signal after this long; the attempt has failed then. Default: no limit. */
  readonly timeLimitSeconds?: number
  /** How many workers a unit may take with it (out of memory, crashes) before it is dead. Default: 5. */
  readonly deaths?: number
  /** Ends when no unit of the queue is waiting or active any more, of this worker or others. */
  readonly drain?: boolean
  /** What rows say of who did them. Default: host and process id. */
  readonly name?: string
}

/** Running handlers. */
export interface Worker {
  /** Ends with the worker; fails if the database refuses something that waiting cannot mend. */
  readonly done: Promise<void>
  /**
   * Takes no more units and waits for those in flight. With `abort` it aborts their signals first; the units go back
   * to waiting, and the attempt does not count as a failure.
   */
  stop(options?: { readonly abort?: boolean }): Promise<void>
}

/** How units are added. */
export interface AddOptions {
  /** Number of the plan that wants them, for {@link JobStore.putAside}; each plan's is greater than the one before. */
  readonly plan?: number
  /** Known units in these states wait again: what was put aside, or what was done and lost. Default: none. */
  readonly again?: readonly ('cancelled' | 'done')[]
}

/** Something that happened, such as a vote. */
export interface JournalEntry {
  /** What it is an entry of: a second one of the same key is not added. 1 to 1,000 bytes, unique in the journal. */
  readonly key: string
  readonly content: Json
}

/** An entry as the store keeps it. */
export interface JournalRow extends JournalEntry {
  /** Greater than that of every entry before it. */
  readonly number: number
  /** When it was added, by the database's clock, ISO 8601. */
  readonly at: string
}

/** Units of work that outlive their workers. The state machine is described in index.ts. */
export interface JobStore {
  /** Tables of other layers in the same database. */
  readonly sql: Sql
  /**
   * Adds units; those whose key the store knows, in whatever state, are left as they are, but for those that `again`
   * has wait once more: they count as added.
   */
  add(
    units: readonly Unit[],
    options?: AddOptions,
  ): Promise<{ readonly added: number; readonly known: number }>
  /**
   * Adds units that are decided within the transaction that adds them, together with rows of other layers that `decide`
   * writes: all or nothing. One such transaction runs at a time over all processes, so what is counted in it holds. It
   * may run twice, where the answer to the first try was lost.
   */
  addDecided(
    decide: (session: Session) => Promise<readonly Unit[]>,
  ): Promise<{ readonly added: number; readonly known: number }>
  /** Deletes units that have ended; their keys are as if they had never been. Says how many. */
  forget(queue: string, keys: readonly string[]): Promise<number>
  /** Cancels the queue's waiting units that a plan has not added again; says how many. */
  putAside(queue: string, plan: number): Promise<number>
  /** How many units of the queue are waiting, active and dead, whatever number is done. */
  unfinished(queue: string): Promise<Readonly<Record<'waiting' | 'active' | 'dead', number>>>
  /** Runs handlers until stopped, or until nothing is left when `drain`. */
  work(options: WorkOptions): Promise<Worker>
  counts(queue: string): Promise<Readonly<Record<UnitState, number>>>
  /** The queue's units ordered by key (bytewise), read in pages while you iterate. */
  rows(queue: string, filter?: { readonly state?: UnitState }): AsyncIterable<UnitRow>
  /** Brings dead and cancelled units back to waiting with their retries whole; says how many. */
  retry(
    queue: string,
    filter?: { readonly state?: 'dead' | 'cancelled'; readonly keys?: readonly string[] },
  ): Promise<number>
  /** Once it has returned no unit of the queue starts; those in flight go on. */
  pause(queue: string): Promise<void>
  resume(queue: string): Promise<void>
  isPaused(queue: string): Promise<boolean>
  /**
   * Cancels waiting units at once, active ones through their signal; says how many of both. None of them becomes
   * done, unless it is brought back by `retry`.
   */
  cancel(queue: string, keys?: readonly string[]): Promise<number>
  /**
   * Adds entries to a journal, all or none; those whose key the journal knows are left as they are. The database refuses
   * to change or delete what a journal holds.
   */
  append(
    journal: string,
    entries: readonly JournalEntry[],
  ): Promise<{ readonly added: number; readonly known: number }>
  /** A journal's entries in the order in which they were added, read in pages while you iterate. */
  entries(
    journal: string,
    filter?: { readonly prefix?: string; readonly after?: number },
  ): AsyncIterable<JournalRow>
  /** Stops its workers, waits for units in flight and closes connections. */
  close(): Promise<void>
}

/** Where a job store lies, and what it says. */
export type JobStoreOptions = {
  /** Gets one line each when the database is lost and found again, and when a unit is taken over. */
  readonly log?: (line: string) => void
} & (
  | {
      /** A database of its own in this folder, in this process; one process at a time. */
      readonly folder: string
      /** Only to be read: then another process may have it open. Default: false. */
      readonly readOnly?: boolean
    }
  | {
      /** `postgres://user:password@host:port/database`; any number of processes and machines. */
      readonly url: string
      /** Letters, digits and underscores. Default: `pentimento`. */
      readonly schema?: string
      /** Seconds that a worker keeps its units when it cannot reach the database. Default: 15. */
      readonly leaseSeconds?: number
    }
)
