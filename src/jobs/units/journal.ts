import type { Database } from '../database/database.ts'
import { checkName, jsonText, originalKey, storedKey } from '../names.ts'
import type { JournalEntry, JournalRow, Json } from '../store.ts'
import { lock, type Tables } from './tables.ts'

const pageRows = 500

/** Adds entries with new keys to a journal, all or none. @returns how many were new */
export async function appendEntries(
  database: Database,
  tables: Tables,
  journal: string,
  entries: readonly JournalEntry[],
): Promise<{ readonly added: number; readonly known: number }> {
  checkName('journal', journal)
  const keys = entries.map(({ key }) => storedKey(key))
  const contents = entries.map(({ content }) => jsonText('content', content))
  const added = await database.transaction(async (session) => {
    // One after another, so that a reader who continues after an entry misses none added before it.
    await lock(session, tables, 'journal')
    const rows = await session.query(
      `INSERT INTO ${tables.schema}.entries (journal, key, content)
       SELECT $1, new.key, new.content::json
         FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS new (key, content, place)
        ORDER BY new.place
       ON CONFLICT (journal, key) DO NOTHING
       RETURNING number::float8 AS number`,
      [journal, keys, contents],
    )
    return rows.length
  })
  return { added, known: entries.length - added }
}

interface Row {
  readonly number: number
  readonly stored: string
  readonly content: string
  readonly at: string
}

/** A page of a journal's entries after a number, in order. */
export async function pageOfEntries(
  database: Database,
  { schema }: Tables,
  journal: string,
  prefix: string,
  after: number,
): Promise<{ readonly rows: readonly JournalRow[]; readonly last?: number }> {
  const rows = await database.query<Row>(
    `SELECT number::float8 AS number, key AS stored, content::text AS content,
            to_char(added_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at
       FROM ${schema}.entries
      WHERE journal = $1 AND number > $2::bigint AND starts_with(key, $3)
      ORDER BY number LIMIT ${pageRows}`,
    [journal, after, prefix === '' ? '' : storedKey(prefix)],
  )
  const last = rows.at(-1)?.number
  return {
    rows: rows.map(({ number, stored, content, at }) => ({
      number,
      key: originalKey(stored),
      content: JSON.parse(content) as Json,
      at,
    })),
    ...(last !== undefined && rows.length === pageRows && { last }),
  }
}
