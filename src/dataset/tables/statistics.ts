import type { Sql } from '../../jobs/index.ts'

/**
 * Renews what the database knows of the sizes and values in all tables of a workspace. Without it a table that was filled
 * just now is read through for every page: a server counts a minute later, a database in a folder never does.
 */
export async function renewStatistics(sql: Sql): Promise<void> {
  const tables = await sql.query<{ name: string }>(
    `SELECT tablename::text AS name FROM pg_tables WHERE schemaname = $1 ORDER BY 1`,
    [sql.schema],
  )
  for (const { name } of tables) await sql.query(`ANALYZE ${sql.schema}.${name}`)
}
