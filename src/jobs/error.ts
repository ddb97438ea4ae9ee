import { PentimentoError } from '../error/index.ts'

/** What kind of thing went wrong. */
export type JobErrorCode =
  /** A unit, a queue's name or an option that is not what it should be. */
  | 'option'
  /** Another process has the workspace's database open. */
  | 'locked'
  /** The database cannot be reached, or refused. */
  | 'database'
  /** The database was written by another version of this package. */
  | 'version'
  /** The store was closed already. */
  | 'closed'
  /** A unit was cancelled while it ran. */
  | 'cancelled'
  /** A unit ran out of its time. */
  | 'time-limit'
  /** The worker stops, or has lost the unit to another. */
  | 'stopped'
  /** A file is not in the store. */
  | 'file-missing'
  /** A file's content does not match its name. */
  | 'file-damaged'
  /** The disk is full. */
  | 'disk-full'
  /** The folder or the bucket refused. */
  | 'storage'

/** What the job store and the file store refuse; one line: where, what, expected, got, what to do. */
export class JobError extends PentimentoError<JobErrorCode> {
  override readonly name = 'JobError'
}

/** Throw it in a handler for what no retry can mend: the unit is dead at once, with the message as its reason. */
export class Unworkable extends Error {
  override readonly name = 'Unworkable'
}
