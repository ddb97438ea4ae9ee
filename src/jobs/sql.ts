import type { Database, Session } from './database/database.ts'
import { JobError } from './error.ts'

export type { Session }

/**
 * The store's database, for layers with their own tables. A statement may run twice if the answer to the first try was
 * lost, so statements must be idempotent.
 */
export interface Sql extends Session {
  /** The schema of the tables: statements name them `${schema}.table`. */
  readonly schema: string
  /** All or nothing; like every call, it waits while the database is unreachable. */
  transaction<Result>(run: (session: Session) => Promise<Result>): Promise<Result>
  /**
   * Brings the tables of a layer to this version, each step in a transaction, exclusively. Steps are only ever
   * appended. @throws JobError `version` for tables of a newer version
   */
  migrate(layer: string, steps: readonly ((schema: string) => string)[]): Promise<void>
}

/** Brings a layer's tables up to date. Must not run in two processes at once. */
export async function migrateLayer(
  database: Database,
  { schema, where }: { readonly schema: string; readonly where: string },
  layer: string,
  steps: readonly ((schema: string) => string)[],
): Promise<void> {
  await database.query(
    `CREATE TABLE IF NOT EXISTS ${schema}.layers (
       layer text NOT NULL, number integer NOT NULL, applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
       PRIMARY KEY (layer, number))`,
  )
  const [row] = await database.query<{ last: number }>(
    `SELECT coalesce(max(number), 0) AS last FROM ${schema}.layers WHERE layer = $1`,
    [layer],
  )
  const last = row?.last ?? 0
  if (last > steps.length)
    throw new JobError(
      'version',
      `${where}: expected tables of ${layer} up to version ${steps.length}, got ${last}, use the newer pentimento that wrote them`,
    )
  for (let number = last + 1; number <= steps.length; number++)
    await database.script(
      `BEGIN; ${steps[number - 1]!(schema)}; INSERT INTO ${schema}.layers (layer, number) VALUES ('${layer}', ${number}); COMMIT`,
    )
}
