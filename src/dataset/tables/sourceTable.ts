import { canonicalJson, type Session, type Sql } from '../../jobs/index.ts'
import type { Catalog, CutoutEntry, SourceEntry } from '../sources/catalog.ts'

const rowsOfStatement = 1000

/** Adds the source of a pair that was made elsewhere. */
export function addOutsideSource(sql: Sql, entry: SourceEntry): Promise<void> {
  return sql.transaction((session) => insertSources(session, sql.schema, [entry], 'outside'))
}

/** Sources of pairs that were made elsewhere. */
export async function outsideSources(sql: Sql): Promise<readonly SourceEntry[]> {
  const rows = await sql.query<{ content: string }>(
    `SELECT content::text AS content FROM ${sql.schema}.sources WHERE state = 'outside' ORDER BY id`,
  )
  return rows.map(({ content }) => JSON.parse(content) as SourceEntry)
}

/**
 * Makes these the sources and cut-outs of the dataset: those that were and are not among them are gone. All or nothing,
 * so that readers see one catalogue.
 */
export async function replaceCatalog(sql: Sql, { sources, cutouts, outside = [] }: Catalog): Promise<void> {
  await sql.transaction(async (session) => {
    for (const table of ['sources', 'cutouts'])
      await session.query(`UPDATE ${sql.schema}.${table} SET state = 'gone' WHERE state = 'used'`)
    for (const page of pages(sources)) await insertSources(session, sql.schema, page, 'used')
    for (const page of pages(outside)) await insertSources(session, sql.schema, page, 'outside')
    for (const page of pages(cutouts)) await insertCutouts(session, sql.schema, page)
  })
}

async function insertSources(
  session: Session,
  schema: string,
  page: readonly SourceEntry[],
  state: 'used' | 'outside',
): Promise<void> {
  await session.query(
    `INSERT INTO ${schema}.sources (unit, at, id, content, pixels, hash, name, type, group_id, split, state)
     SELECT unit, at, id, content::json, pixels, hash, name, type, group_id, split, $11
       FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::text[], $8::text[],
                   $9::text[], $10::text[])
         AS new (unit, at, id, content, pixels, hash, name, type, group_id, split)
     ON CONFLICT (unit, at) DO UPDATE
        SET id = excluded.id, content = excluded.content, pixels = excluded.pixels, hash = excluded.hash,
            name = excluded.name, type = excluded.type, group_id = excluded.group_id, split = excluded.split,
            state = excluded.state`,
    [
      // Whatever its file is called, a picture from outside is there once.
      page.map(({ file, id }) => (state === 'outside' ? `outside ${id}` : `${file.sha256} ${file.name}`)),
      page.map(({ at }) => at),
      page.map(({ id }) => id),
      page.map(canonicalJson),
      page.map(({ original }) => original.width * original.height),
      page.map(({ hash }) => hash),
      page.map(({ name }) => name),
      page.map(({ type }) => type),
      page.map(({ group }) => group),
      page.map(({ split }) => split),
      state,
    ],
  )
}

async function insertCutouts(session: Session, schema: string, page: readonly CutoutEntry[]): Promise<void> {
  await session.query(
    `INSERT INTO ${schema}.cutouts (unit, id, content, name, licence, group_id, split, state)
     SELECT id, id, content::json, name, licence, group_id, split, 'used'
       FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
         AS new (id, content, name, licence, group_id, split)
     ON CONFLICT (unit) DO UPDATE
        SET content = excluded.content, name = excluded.name, licence = excluded.licence,
            group_id = excluded.group_id, split = excluded.split, state = 'used'`,
    [
      page.map(({ id }) => id),
      page.map(canonicalJson),
      page.map(({ name }) => name.en),
      page.map(({ licence }) => licence),
      page.map(({ group }) => group),
      page.map(({ split }) => split),
    ],
  )
}

/** Sources by their ids, used or gone: a pair that is there names what it was made of. */
export async function sourcesById(
  sql: Sql,
  ids: readonly string[],
): Promise<ReadonlyMap<string, SourceEntry>> {
  return await entriesById<SourceEntry>(sql, 'sources', ids)
}

/** Cut-outs by their ids, used or gone. */
export async function cutoutsById(
  sql: Sql,
  ids: readonly string[],
): Promise<ReadonlyMap<string, CutoutEntry>> {
  return await entriesById<CutoutEntry>(sql, 'cutouts', ids)
}

async function entriesById<Entry>(
  sql: Sql,
  table: 'sources' | 'cutouts',
  ids: readonly string[],
): Promise<ReadonlyMap<string, Entry>> {
  if (ids.length === 0) return new Map()
  const rows = await sql.query<{ id: string; content: string }>(
    `SELECT id, content::text AS content FROM ${sql.schema}.${table}
      WHERE id = ANY ($1::text[]) ORDER BY state = 'used'`,
    [ids],
  )
  return new Map(rows.map(({ id, content }) => [id, JSON.parse(content) as Entry]))
}

/** What was found out of a source, by the key of its annotation. */
export async function annotationOf(sql: Sql, key: string): Promise<unknown> {
  const [row] = await sql.query<{ content: string }>(
    `SELECT content::text AS content FROM ${sql.schema}.annotations WHERE unit = $1`,
    [key],
  )
  return row === undefined ? undefined : JSON.parse(row.content)
}

/** Keeps an annotation. */
export async function addAnnotation(sql: Sql, key: string, source: string, content: unknown): Promise<void> {
  await sql.query(
    `INSERT INTO ${sql.schema}.annotations (unit, source, content) VALUES ($1, $2, $3::json) ON CONFLICT DO NOTHING`,
    [key, source, canonicalJson(content)],
  )
}

function* pages<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += rowsOfStatement)
    yield items.slice(start, start + rowsOfStatement)
}
