import type { History } from '../history.ts'
import { type HistoryParts, TableHistory } from './tableHistory.ts'
import { migrateHistory } from './tables.ts'

/** Opens the history of sessions in the database of a job store, and creates missing tables. */
export async function openHistory(parts: HistoryParts): Promise<History> {
  await migrateHistory(parts.sql)
  return new TableHistory(parts)
}
