import { PentimentoError } from '../error/index.ts'

/** What kind of thing went wrong. */
export type JobErrorCode =
  /** A unit, a queue's name or an option that is not what it should be. */
  | 'option'
  /** Another process has the workspace's database open. */
  | 'locked'
  /** The database cannot be reached, or rejected the query. */
  | 'database'
  /** The database was written by another version of this package. */
  | 'version'
  /** The store is already closed. */
  | 'closed'
  /** A unit was cancelled while it ran. */
  | 'cancelled'
  /** A unit exceeded its time limit. */
  | 'time-limit'
  /** The worker is stopping, or lost the unit to another. */
  | 'stopped'
  /** A file is not in the store. */
  | 'file-missing'
  /** A file's content does not match its name. */
  | 'file-damaged'
  /** The disk is full. */
  | 'disk-full'
  /** The folder or the bucket rejected the operation. */
  | 'storage'

/** An error of the job store or the file store; one line: where, what, expected, got, what to do. */
export class JobError extends PentimentoError<JobErrorCode> {
  override readonly name = 'JobError'
}

/** Thrown by a handler for what no retry can correct: the unit is dead at once, with the message as its reason. */
export class Unworkable extends Error {
  override readonly name = 'Unworkable'
}
