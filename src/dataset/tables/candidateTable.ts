import type { Sql } from '../../jobs/index.ts'
import type { FoundFile } from '../sources/find.ts'
import type { IngestedSource } from '../sources/ingest.ts'
import type { ListedFile } from './fileTable.ts'

/** A picture or clip that may become a source of a run. */
export interface Candidate {
  /** The order in which it was added, from 0 on. */
  readonly number: number
  readonly id: string
  readonly hash: string
  readonly colours: string
  readonly aspect: number
  readonly name: string
  readonly type: FoundFile['type']
}

/** Where a candidate's source is told in full. */
export interface CandidatePlace {
  readonly id: string
  /** Key of the unit that made it. */
  readonly unit: string
  readonly at: string
}

const pageRows = 500

/** A file's unit, and what it made of it. */
export interface UnitSources {
  readonly unit: string
  readonly file: ListedFile
  readonly sources: readonly IngestedSource[]
}

/** The file of a source, as the table of sources names it. */
export const fileKey = ({ sha256, name }: { readonly sha256: string; readonly name: string }): string =>
  `${sha256} ${name}`

/** Begins anew. */
export async function clearCandidates(sql: Sql): Promise<void> {
  await sql.query(`TRUNCATE ${sql.schema}.candidates`)
}

/** Adds candidates with the numbers from `first` on. @returns the next number */
export async function addCandidates(sql: Sql, units: readonly UnitSources[], first: number): Promise<number> {
  const rows = units.flatMap(({ unit, file, sources }) => sources.map((source) => ({ unit, file, source })))
  if (rows.length === 0) return first
  await sql.query(
    `INSERT INTO ${sql.schema}.candidates (number, unit, file, at, id, hash, colours, pixels, aspect, name, type)
     SELECT $1::int - 1 + row_number() OVER (ORDER BY place), unit, file, at, id, hash, colours, pixels, aspect, name, type
       FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[], $9::float8[],
                   $10::text[], $11::text[])
            WITH ORDINALITY AS new (unit, file, at, id, hash, colours, pixels, aspect, name, type, place)
     ON CONFLICT DO NOTHING`,
    [
      first,
      rows.map(({ unit }) => unit),
      rows.map(({ file }) => fileKey(file)),
      rows.map(({ source }) => source.at),
      rows.map(({ source }) => source.id),
      rows.map(({ source }) => source.hash),
      rows.map(({ source }) => source.colours),
      rows.map(({ source: { original } }) => original.width * original.height),
      rows.map(({ source: { original } }) => original.width / original.height),
      rows.map(({ file, source }) => file.name + source.at),
      rows.map(({ file }) => file.type),
    ],
  )
  return first + rows.length
}

const columns = 'number, id, hash, colours, aspect, name, type'

/** All candidates, those of the largest files first, then by name. */
export async function* largestFirst(sql: Sql): AsyncGenerator<readonly Candidate[]> {
  let after: readonly [pixels: string | number, name: string, number: number] = [
    '-9000000000000000000',
    '',
    -1,
  ]
  for (;;) {
    const rows = await sql.query<Candidate & { smallness: string | number }>(
      `SELECT ${columns}, -pixels AS smallness FROM ${sql.schema}.candidates
        WHERE ((-pixels), name, number) > ($1::bigint, $2::text COLLATE "C", $3::int)
        ORDER BY (-pixels), name, number LIMIT ${pageRows}`,
      after,
    )
    if (rows.length > 0) yield rows
    if (rows.length < pageRows) return
    const last = rows.at(-1)!
    after = [last.smallness, last.name, last.number]
  }
}

/** Candidates by their numbers. */
export async function candidatesByNumber(
  sql: Sql,
  numbers: readonly number[],
): Promise<ReadonlyMap<number, Candidate>> {
  if (numbers.length === 0) return new Map()
  const rows = await sql.query<Candidate>(
    `SELECT ${columns} FROM ${sql.schema}.candidates WHERE number = ANY ($1::int[])`,
    [numbers],
  )
  return new Map(rows.map((row) => [row.number, row]))
}

/** Takes candidates out. */
export async function dropCandidates(sql: Sql, numbers: readonly number[]): Promise<void> {
  if (numbers.length > 0)
    await sql.query(`DELETE FROM ${sql.schema}.candidates WHERE number = ANY ($1::int[])`, [numbers])
}

/** Ids and hashes of all candidates and of the sources from outside, each once, in the order of the ids. */
export async function* hashesById(
  sql: Sql,
): AsyncGenerator<readonly { readonly id: string; readonly hash: string }[]> {
  const { schema } = sql
  for (let after = ''; ; ) {
    const rows = await sql.query<{ id: string; hash: string }>(
      `SELECT id, min(hash) AS hash FROM (
         (SELECT id, hash FROM ${schema}.candidates WHERE id > $1 ORDER BY id LIMIT ${pageRows})
         UNION ALL
         (SELECT id, hash FROM ${schema}.sources WHERE state = 'outside' AND id > $1 ORDER BY id LIMIT ${pageRows})
       ) AS known GROUP BY id ORDER BY id LIMIT ${pageRows}`,
      [after],
    )
    if (rows.length > 0) yield rows
    if (rows.length < pageRows) return
    after = rows.at(-1)!.id
  }
}

/** Clips of videos, those of one video after another. */
export async function* clipsByVideo(
  sql: Sql,
): AsyncGenerator<readonly { readonly unit: string; readonly id: string }[]> {
  for (let after: readonly [unit: string, id: string] = ['', '']; ; ) {
    const rows = await sql.query<{ unit: string; id: string }>(
      `SELECT unit, id FROM ${sql.schema}.candidates
        WHERE type = 'video' AND (unit, id) > ($1::text COLLATE "C", $2::text COLLATE "C")
        ORDER BY unit, id LIMIT ${pageRows}`,
      after,
    )
    if (rows.length > 0) yield rows
    if (rows.length < pageRows) return
    const last = rows.at(-1)!
    after = [last.unit, last.id]
  }
}

/** Where the candidates are told, in the order of their ids. */
export async function* placesById(
  sql: Pick<Sql, 'query' | 'schema'>,
): AsyncGenerator<readonly CandidatePlace[]> {
  for (let after = ''; ; ) {
    const rows = await sql.query<CandidatePlace>(
      `SELECT id, unit, at FROM ${sql.schema}.candidates WHERE id > $1 ORDER BY id LIMIT ${pageRows}`,
      [after],
    )
    if (rows.length > 0) yield rows
    if (rows.length < pageRows) return
    after = rows.at(-1)!.id
  }
}
