import type { Database } from '../database/database.ts'
import { JobError } from '../error.ts'
import { sql as first } from './0001.ts'
import { sql as journals } from './0002.ts'
import { sql as plans } from './0003.ts'
import { sql as unchecked } from './0004.ts'

/** Every change of the tables since the first version, in order. Append only; never change a published one. */
const migrations: readonly ((schema: string) => string)[] = [first, journals, plans, unchecked]

/** Brings the tables to this version, each step in a transaction. Must not run in two processes at once. */
export async function migrate(database: Database, schema: string, where: string): Promise<void> {
  await database.query(`CREATE SCHEMA IF NOT EXISTS ${schema}`)
  await database.query(
    `CREATE TABLE IF NOT EXISTS ${schema}.migrations (
       number integer PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT clock_timestamp())`,
  )
  const [row] = await database.query<{ last: number }>(
    `SELECT coalesce(max(number), 0) AS last FROM ${schema}.migrations`,
  )
  const last = row?.last ?? 0
  if (last > migrations.length) {
    throw new JobError(
      'version',
      `${where}: expected tables up to version ${migrations.length}, got ${last}, use the newer pentimento that wrote them`,
    )
  }
  for (let number = last + 1; number <= migrations.length; number++) {
    const sql = migrations[number - 1]?.(schema)
    await database.script(
      `BEGIN; ${sql}; INSERT INTO ${schema}.migrations (number) VALUES (${number}); COMMIT`,
    )
  }
}
