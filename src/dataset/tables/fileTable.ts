import { canonicalJson, type Sql } from '../../jobs/index.ts'
import type { FoundFile } from '../sources/find.ts'

/** What the files of a place are for. */
export type Purpose = 'source' | 'cutout'

/** A file as the table keeps it: a workspace may move. */
export type ListedFile = Omit<FoundFile, 'path'>

const pageRows = 500

/** Keeps files that the run of a plan found, with the units that take them in. */
export async function addFiles(
  sql: Sql,
  files: readonly { readonly file: ListedFile; readonly unit?: string }[],
  { purpose, plan }: { readonly purpose: Purpose; readonly plan: number },
): Promise<void> {
  if (files.length === 0) return
  await sql.query(
    `INSERT INTO ${sql.schema}.files (purpose, sha256, name, unit, content, plan)
     SELECT $1, sha256, name, unit, content::json, $2
       FROM unnest($3::text[], $4::text[], $5::text[], $6::text[]) AS new (sha256, name, unit, content)
     ON CONFLICT (purpose, sha256) DO UPDATE
        SET name = excluded.name, unit = excluded.unit, content = excluded.content, plan = excluded.plan`,
    [
      purpose,
      plan,
      files.map(({ file }) => file.sha256),
      files.map(({ file }) => file.name),
      files.map(({ unit }) => unit ?? null),
      files.map(({ file }) => canonicalJson(file)),
    ],
  )
}

/** Names of the files of some contents that this run found, by their hashes. */
export async function namesByContent(
  sql: Sql,
  hashes: readonly string[],
  { purpose, plan }: { readonly purpose: Purpose; readonly plan: number },
): Promise<ReadonlyMap<string, string>> {
  const rows = await sql.query<{ sha256: string; name: string }>(
    `SELECT sha256, name FROM ${sql.schema}.files WHERE purpose = $1 AND plan = $2 AND sha256 = ANY ($3::text[])`,
    [purpose, plan, hashes],
  )
  return new Map(rows.map(({ sha256, name }) => [sha256, name]))
}

/** Files that some units take in, by the units' keys. */
export async function filesOfUnits(
  sql: Pick<Sql, 'query' | 'schema'>,
  units: readonly string[],
  { purpose, plan }: { readonly purpose: Purpose; readonly plan: number },
): Promise<ReadonlyMap<string, ListedFile>> {
  const rows = await sql.query<{ unit: string; content: string }>(
    `SELECT unit, content::text AS content FROM ${sql.schema}.files
      WHERE purpose = $1 AND plan = $2 AND unit = ANY ($3::text[])`,
    [purpose, plan, units],
  )
  return new Map(rows.map(({ unit, content }) => [unit, JSON.parse(content) as ListedFile]))
}

/** Keys of the units of all files of a purpose, in their order, a page at a time. */
export async function* unitsOfFiles(
  sql: Sql,
  { purpose, plan }: { readonly purpose: Purpose; readonly plan: number },
): AsyncGenerator<readonly string[]> {
  for (let after = ''; ; ) {
    const rows = await sql.query<{ unit: string }>(
      `SELECT unit FROM ${sql.schema}.files WHERE purpose = $1 AND unit > $2 AND plan = $3
        ORDER BY unit LIMIT ${pageRows}`,
      [purpose, after, plan],
    )
    if (rows.length > 0) yield rows.map(({ unit }) => unit)
    if (rows.length < pageRows) return
    after = rows.at(-1)!.unit
  }
}

/** Forgets files that only earlier plans found. */
export async function forgetOtherFiles(sql: Sql, plan: number): Promise<void> {
  await sql.query(`DELETE FROM ${sql.schema}.files WHERE plan <> $1`, [plan])
}
