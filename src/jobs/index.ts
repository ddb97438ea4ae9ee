/**
 * Durable units of work, and the files that they make. It knows nothing of pictures.
 *
 * A unit is **waiting** once it is added. A worker takes it: it is **active**, and nobody else has it. When the
 * handler returns, the unit is **done**, and its output is stored by the same statement; it is never taken again. When
 * the handler throws, the unit is waiting again, after a time that doubles with each failure, until its retries are
 * used up: then it is **dead**, with the reason. An `Unworkable` makes it dead at once. When the worker itself dies
 * (power cut, kill -9, out of memory), the unit is waiting again as soon as the others notice; one that takes too many
 * workers with it is dead. `cancel` makes a waiting unit **cancelled** at once, and an active one as soon as its
 * handler heeds the signal. `retry` makes dead and cancelled units waiting again. A key is known for ever: adding it
 * a second time, in whatever state it is, does nothing.
 *
 * Beside units the store keeps journals: entries that are added once a key, read in their order, and never changed.
 */
export { canonicalJson, digestOf, unitOf } from './canonical.ts'
export { JobError, type JobErrorCode, Unworkable } from './error.ts'
export { type BucketObjects, openBucketObjects } from './files/objects.ts'
export type { FileStore, FileStoreOptions } from './files.ts'
export { isDiskFull, orAborted, untilAborted } from './handling.ts'
export { openFileStore, openJobStore } from './open.ts'
export { Places } from './places.ts'
export type { Session, Sql } from './sql.ts'
export type {
  ActiveUnit,
  AddOptions,
  JobStore,
  JobStoreOptions,
  JournalEntry,
  JournalRow,
  Json,
  Unit,
  UnitRow,
  UnitState,
  Worker,
  WorkOptions,
} from './store.ts'
export type { BucketChoice, StoreChoice, Stores } from './stores.ts'
export { openStoreObjects, openStores } from './stores.ts'
export { wantUnits } from './want.ts'
