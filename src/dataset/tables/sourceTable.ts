import { canonicalJson, type Session, type Sql } from '../../jobs/index.ts'
import { DonorRings } from '../donors.ts'
import type { CutoutEntry, Sides, SourceEntry, Split } from '../sources/catalog.ts'
import type { IngestedSource } from '../sources/ingest.ts'
import { type CandidatePlace, fileKey, placesById } from './candidateTable.ts'
import { filesOfUnits, type ListedFile } from './fileTable.ts'
import { type EndedUnit, unitsByKey } from './unitTable.ts'

const rowsOfPage = 100

/** Their rows are short. */
const donorsOfPage = 5000

/** Adds the source of a pair that was made elsewhere. */
export function addOutsideSource(sql: Sql, entry: SourceEntry): Promise<void> {
  return sql.transaction((session) => insertSources(session, sql.schema, [entry], 'outside'))
}

/**
 * Makes the candidates the sources of the dataset: those that were and are not among them are gone. All or nothing, so
 * that readers see one catalogue; what stays as it was is not written.
 */
export async function replaceSources(
  sql: Sql,
  { plan, sides }: { readonly plan: number; readonly sides: Sides },
): Promise<void> {
  const { schema } = sql
  await sql.transaction(async (session) => {
    const within = { schema, query: session.query.bind(session) }
    await session.query(
      `UPDATE ${schema}.sources SET state = 'gone'
        WHERE state = 'used' AND NOT EXISTS (
          SELECT FROM ${schema}.candidates AS new
           WHERE new.id = sources.id AND new.file = sources.unit AND new.at = sources.at)`,
    )
    for await (const page of placesById(within)) {
      const units = [...new Set(page.map(({ unit }) => unit))]
      const files = await filesOfUnits(within, units, { purpose: 'source', plan })
      const made = await unitsByKey(within, units)
      await insertSources(
        session,
        schema,
        page.map((place) => entryOf(place, { files, made, sides })),
        'used',
      )
    }
    for await (const page of entries<SourceEntry>(within, 'sources', 'outside')) {
      const moved = page.map((entry): SourceEntry => ({ ...entry, ...sides.of(entry.id) }))
      await insertSources(session, schema, moved, 'outside')
    }
  })
}

function entryOf(
  { id, unit, at }: CandidatePlace,
  {
    files,
    made,
    sides,
  }: {
    readonly files: ReadonlyMap<string, ListedFile>
    readonly made: ReadonlyMap<string, EndedUnit>
    readonly sides: Sides
  },
): SourceEntry {
  const file = files.get(unit)
  const { sources = [] } = (made.get(unit)?.output ?? {}) as { readonly sources?: readonly IngestedSource[] }
  const source = sources.find((each) => each.at === at)
  if (file === undefined || source === undefined) throw new Error(`internal: the source ${id} is not told`)
  const { name, sha256, bytes, type, licence } = file
  return { ...source, name: name + at, type, licence, file: { name, sha256, bytes }, ...sides.of(id) }
}

/** Sources of the dataset in the order of their ids, a page at a time. */
export function sourcePages(sql: Sql): AsyncGenerator<readonly SourceEntry[]> {
  return entries<SourceEntry>(sql, 'sources', 'used')
}

async function* entries<Entry extends { readonly id: string }>(
  sql: Pick<Sql, 'query' | 'schema'>,
  table: 'sources' | 'cutouts',
  state: 'used' | 'outside',
): AsyncGenerator<readonly Entry[]> {
  for (let after = ''; ; ) {
    const rows = await sql.query<{ content: string }>(
      `SELECT content::text AS content FROM ${sql.schema}.${table}
        WHERE state = '${state}' AND id > $1 ORDER BY id LIMIT ${rowsOfPage}`,
      [after],
    )
    const page = rows.map(({ content }) => JSON.parse(content) as Entry)
    if (page.length > 0) yield page
    if (page.length < rowsOfPage) return
    after = page.at(-1)!.id
  }
}

/** The donors of each split. Memory holds 48 bytes a donor. */
export async function readDonors(sql: Sql): Promise<DonorRings> {
  const rings = new DonorRings()
  const { schema } = sql
  for (const [table, ring, only] of [
    ['sources', 'photos', "AND type = 'photo'"],
    ['cutouts', 'cutouts', ''],
  ] as const)
    for (let after = ''; ; ) {
      const rows = await sql.query<{ id: string; group: string; split: Split }>(
        `SELECT id, group_id AS "group", split FROM ${schema}.${table}
          WHERE state = 'used' AND id > $1 ${only} ORDER BY id LIMIT ${donorsOfPage}`,
        [after],
      )
      for (const { split, ...donor } of rows) rings.of(split)[ring].add(donor)
      if (rows.length < donorsOfPage) break
      after = rows.at(-1)!.id
    }
  return rings
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
            state = excluded.state
      WHERE sources.content::text <> excluded.content::text OR sources.state <> excluded.state`,
    [
      // Whatever its file is called, a picture from outside is there once.
      page.map(({ file, id }) => (state === 'outside' ? `outside ${id}` : fileKey(file))),
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

/** Those sources of the dataset that have these ids. */
export async function usedSources(
  sql: Pick<Sql, 'query' | 'schema'>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, SourceEntry>> {
  if (ids.length === 0) return new Map()
  const rows = await sql.query<{ id: string; content: string }>(
    `SELECT id, content::text AS content FROM ${sql.schema}.sources WHERE state = 'used' AND id = ANY ($1::text[])`,
    [ids],
  )
  return new Map(rows.map(({ id, content }) => [id, JSON.parse(content) as SourceEntry]))
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

/** The annotation of a source, by its key. */
export async function annotationOf(sql: Sql, key: string): Promise<unknown> {
  const [row] = await sql.query<{ content: string }>(
    `SELECT content::text AS content FROM ${sql.schema}.annotations WHERE unit = $1`,
    [key],
  )
  return row === undefined ? undefined : JSON.parse(row.content)
}

/** Stores an annotation. */
export async function addAnnotation(sql: Sql, key: string, source: string, content: unknown): Promise<void> {
  await sql.query(
    `INSERT INTO ${sql.schema}.annotations (unit, source, content) VALUES ($1, $2, $3::json) ON CONFLICT DO NOTHING`,
    [key, source, canonicalJson(content)],
  )
}
