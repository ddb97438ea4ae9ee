import type { Places } from './places.ts'
import type { Session, Sql } from './sql.ts'

/** Payload and output of a unit: any JSON value. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

/** A piece of work that is done at most once. */
export interface Unit {
  /** The hash of everything that determines its output; 1 to 1,000 bytes, unique in the store. */
  readonly key: string
  readonly queue: string
  readonly payload: Json
  /** Larger first; a whole number of 32 bits. Default: 0. */
  readonly priority?: number
  /** Tools that it uses; it counts towards their limits while it is active. */
  readonly tools?: readonly string[]
}

export type UnitState = 'waiting' | 'active' | 'done' | 'dead' | 'cancelled'

/** A unit as the store has it. */
export interface UnitRow {
  readonly key: string
  readonly queue: string
  readonly state: UnitState
  /** How often a handler was started on it. */
  readonly attempts: number
  readonly payload: Json
  /** The handler's result, for a unit that is done. */
  readonly output?: Json
  /** Why it is dead, or why its last attempt failed. */
  readonly reason?: string
  /** The name of the worker that had it last. */
  readonly worker?: string
  /** How long its last attempt took, by the database's clock. */
  readonly seconds?: number
}

/** A unit that is passed to a handler. */
export interface ActiveUnit {
  readonly key: string
  readonly payload: Json
  /** 1 for the first attempt. */
  readonly attempt: number
  /** Aborted when the unit is cancelled, exceeds its time limit, or is lost; the handler should then end soon. */
  readonly signal: AbortSignal
}

export interface WorkOptions {
  readonly queue: string
  /** Its result is stored as the unit's output, in one transaction with the state `done`. */
  readonly handler: (unit: ActiveUnit) => Promise<Json>
  /** How many handlers of this worker run at a time. */
  readonly concurrency: number
  /**
   * Number of units taken before a handler is free for them, so that short handlers need not wait for the database;
   * they are active, and count against limits. With it, a handler's place is free while its output is being stored, and
   * outputs are stored together every 50 ms: those of the last moment are lost with a killed process. Default: 0.
   */
  readonly ahead?: number
  /** How many active units may use a tool at a time, over all workers of the store; give all workers the same. */
  readonly limits?: Readonly<Record<string, number>>
  /**
   * Places shared with other workers of this process: each of their units takes one. Not with `ahead`. Default: none.
   */
  readonly places?: Places
  /** How often a unit is retried after a handler threw. Default: 3. */
  readonly retries?: number
  /** Seconds before the first retry, doubled for each further one up to an hour. Default: 1. */
  readonly backoffSeconds?: number
  /** Aborts the unit's signal after this time; the attempt has then failed. Default: no limit. */
  readonly timeLimitSeconds?: number
  /** How many workers a unit may crash (out of memory, faults) before it is dead. Default: 5. */
  readonly deaths?: number
  /** Ends when no unit of the queue is waiting or active any more, in any worker. */
  readonly drain?: boolean
  /** Name of the worker in the units' rows. Default: host and process id. */
  readonly name?: string
}

/** Running handlers. */
export interface Worker {
  /** Resolves when the worker ends; rejects if the database reports an error that waiting cannot solve. */
  readonly done: Promise<void>
  /**
   * Takes no more units and waits for those in flight. With `abort` it aborts their signals first; the units go back
   * to waiting, and the attempt does not count as a failure.
   */
  stop(options?: { readonly abort?: boolean }): Promise<void>
}

/** How units are added. */
export interface AddOptions {
  /** Number of the plan that wants them, for {@link JobStore.putAside}; increases from plan to plan. */
  readonly plan?: number
  /** Known units in these states wait again: those put aside, or done but lost. Default: none. */
  readonly again?: readonly ('cancelled' | 'done')[]
}

/** Something that happened, such as a vote. */
export interface JournalEntry {
  /** Its key: a second entry with the same key is not added. 1 to 1,000 bytes, unique in the journal. */
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

/** Units of work that survive their workers. The state machine is described in index.ts. */
export interface JobStore {
  /** Tables of other layers in the same database. */
  readonly sql: Sql
  /**
   * Adds units; those whose key the store already has, in any state, stay unchanged, except those that `again`
   * requeues, which count as added.
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
  /** Deletes units that have ended, and their keys. @returns how many */
  forget(queue: string, keys: readonly string[]): Promise<number>
  /** Cancels the queue's waiting units that a plan has not added again; says how many. */
  putAside(queue: string, plan: number): Promise<number>
  /** How many units of the queue are waiting, active and dead; units that are done cost nothing. */
  unfinished(queue: string): Promise<Readonly<Record<'waiting' | 'active' | 'dead', number>>>
  /** Runs handlers until stopped, or until nothing is left when `drain`. */
  work(options: WorkOptions): Promise<Worker>
  counts(queue: string): Promise<Readonly<Record<UnitState, number>>>
  /** The queue's units ordered by key (bytewise), read in pages while you iterate. */
  rows(queue: string, filter?: { readonly state?: UnitState }): AsyncIterable<UnitRow>
  /** Requeues dead and cancelled units with all their retries. @returns how many */
  retry(
    queue: string,
    filter?: { readonly state?: 'dead' | 'cancelled'; readonly keys?: readonly string[] },
  ): Promise<number>
  /** Once it has returned, no unit of the queue starts; those in flight continue. */
  pause(queue: string): Promise<void>
  resume(queue: string): Promise<void>
  isPaused(queue: string): Promise<boolean>
  /**
   * Cancels waiting units at once, active ones through their signal; returns how many of both. None of them becomes
   * done unless `retry` requeues it.
   */
  cancel(queue: string, keys?: readonly string[]): Promise<number>
  /**
   * Adds entries to a journal, all or none; existing keys stay unchanged. The database refuses to change or delete
   * entries.
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

/** Location and log of a job store. */
export type JobStoreOptions = {
  /** Gets one line when the database is lost, when it is back, and when a unit is taken over. */
  readonly log?: (line: string) => void
} & (
  | {
      /** A separate database in this folder, within this process; one process at a time. */
      readonly folder: string
      /** Opens it for reading only: another process may have it open. Default: false. */
      readonly readOnly?: boolean
      /** Whether statements run in a thread of their own, so that they hold nothing up. Default: false. */
      readonly inThread?: boolean | undefined
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
