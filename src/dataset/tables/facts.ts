import { canonicalJson, type Sql } from '../../jobs/index.ts'

/** Stores a fact of the last run under a name. */
export async function writeFact(sql: Sql, name: string, content: unknown): Promise<void> {
  await sql.query(
    `INSERT INTO ${sql.schema}.facts (name, content) VALUES ($1, $2::json)
     ON CONFLICT (name) DO UPDATE SET content = excluded.content`,
    [name, canonicalJson(content)],
  )
}

/** A fact of the last run; undefined where there was none. */
export async function readFact<T>(sql: Sql, name: string): Promise<T | undefined> {
  const [row] = await sql.query<{ content: string }>(
    `SELECT content::text AS content FROM ${sql.schema}.facts WHERE name = $1`,
    [name],
  )
  return row === undefined ? undefined : (JSON.parse(row.content) as T)
}
