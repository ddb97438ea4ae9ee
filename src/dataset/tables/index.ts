import type { JobStore } from '../../jobs/index.ts'
import type { PairStore } from '../pairs/store.ts'
import { migrations } from './migrations/index.ts'
import { TablePairStore } from './pairStore.ts'

/** Brings the tables of a dataset to this version and opens its pairs. @throws JobError */
export async function openPairStore(jobs: JobStore): Promise<PairStore> {
  await jobs.sql.migrate('dataset', migrations)
  return new TablePairStore(jobs)
}
