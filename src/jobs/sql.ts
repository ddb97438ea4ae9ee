import type { Database, Session } from './database/database.ts'
import { JobError } from './error.ts'

export type { Session }

/**
 * The store's database for layers that keep tables of their own beside the units. What is run may run twice, where the
 * answer to the first try was lost: statements have to be harmless when done again.
 */
export interface Sql extends Session {
  /** Where the tables stand: statements name them `${schema}.table`. */
  readonly schema: string
  /** All or nothing; waits for a database that is away like every call. */
  transaction<Result>(run: (session: Session) => Promise<Result>): Promise<Result>
  /**
   * Brings the tables of a layer to this version, each step in a transaction, while nobody else does the same. Steps
   * are only ever appended. @throws JobError `version` for tables of a newer version
   */
  migrate(layer: string, steps: readonly ((schema: string) => string)[]): Promise<void>
}

/** Brings a layer's tables up to date. To be called while no other process does the same. */
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
