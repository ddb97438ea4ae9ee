import { JobError, type Json, type UnitRow } from '../jobs/index.ts'
import type { Pair } from './pairs/pair.ts'
import { mapOrdered } from './reading/ordered.ts'
import type { CutoutEntry, SourceEntry } from './sources/catalog.ts'
import type { Workspace } from './workspace.ts'

/** A file that a table row refers to. */
interface Named {
  readonly file: string
  readonly of: 'source' | 'cutout' | 'pair' | 'decision' | 'annotation'
  readonly id: string
}

const pageRows = 500

/**
 * Every file of the store that a row refers to; once per row.
 * @param ofPairs SQL condition on the pairs to include
 */
async function* namedFiles({ jobs, pairs }: Workspace, ofPairs = 'true'): AsyncGenerator<Named> {
  const { sql } = jobs
  async function* contents(
    table: string,
    key: string,
    where = 'true',
  ): AsyncGenerator<{ id: string; content: string }> {
    let after = ''
    for (;;) {
      const rows = await sql.query<{ id: string; content: string }>(
        `SELECT ${key} AS id, content::text AS content FROM ${sql.schema}.${table}
          WHERE ${key} > $1 AND ${where} ORDER BY ${key} LIMIT ${pageRows}`,
        [after],
      )
      yield* rows
      if (rows.length < pageRows) return
      after = rows.at(-1)!.id
    }
  }
  for await (const { id, content } of contents('sources', "unit || ' ' || at")) {
    const { picture, frames = [], id: source } = JSON.parse(content) as SourceEntry
    for (const file of [picture, ...frames]) yield { file, of: 'source', id: source ?? id }
  }
  for await (const { id, content } of contents('cutouts', 'unit'))
    yield { file: (JSON.parse(content) as CutoutEntry).picture, of: 'cutout', id }
  for await (const { id, content } of contents('annotations', 'unit')) {
    const { things = [] } = JSON.parse(content) as { things?: readonly { mask?: string }[] }
    for (const { mask } of things) if (mask !== undefined) yield { file: mask, of: 'annotation', id }
  }
  for await (const { id, content } of contents('pairs', 'id', ofPairs))
    for (const file of Object.values((JSON.parse(content) as Pair).pictures)) yield { file, of: 'pair', id }
  for await (const { mask, id } of pairs.decisions())
    if (mask !== undefined) yield { file: mask, of: 'decision', id }
}

/** The result of {@link redoLost}. */
export interface Redone {
  readonly files: number
  /** Names of files that are missing or damaged. */
  readonly lost: readonly string[]
  /** Drafts, sources and cut-outs that the next run makes again. */
  readonly drafts: number
  readonly sources: number
  readonly cutouts: number
  /** Files that no run can make again: those of people. */
  readonly hopeless: readonly string[]
}

/** Files that are read at a time. */
const ahead = 8

/**
 * Reads every file that a row names, and has the next run make again what is missing or damaged, and nothing else.
 * @throws JobError where the store itself cannot be read
 */
export async function redoLost(workspace: Workspace, signal?: AbortSignal): Promise<Redone> {
  const { jobs, files } = workspace
  const lost = new Map<string, Named[]>()
  let count = 0
  const look = async (named: Named): Promise<{ named: Named; fault?: string }> => {
    try {
      await files.get(named.file)
      return { named }
    } catch (error) {
      if (error instanceof JobError && ['file-missing', 'file-damaged'].includes(error.code))
        return { named, fault: error.code }
      throw error
    }
  }
  for await (const { named, fault } of mapOrdered(namedFiles(workspace), ahead, look)) {
    signal?.throwIfAborted()
    count++
    if (fault === undefined) continue
    lost.set(named.file, [...(lost.get(named.file) ?? []), named])
  }
  // Otherwise the damaged file would count as the new one.
  for (const file of lost.keys()) await files.delete(file)
  const named = [...lost.values()].flat()
  const idsOf = (of: Named['of']): string[] => [
    ...new Set(named.filter((each) => each.of === of).map(({ id }) => id)),
  ]
  const { sql } = jobs
  const pairs = idsOf('pair')
  const dropped = await sql.query<{ pair: string }>(
    `DELETE FROM ${sql.schema}.drafts WHERE pair = ANY ($1::text[]) RETURNING pair`,
    [pairs],
  )
  const drafted = new Set(dropped.map(({ pair }) => pair))
  const kept = new Set([...lost.keys()])
  const again = async (queue: 'sources' | 'cutouts'): Promise<number> => {
    const units: UnitRow[] = []
    for await (const row of jobs.rows(queue, { state: 'done' }))
      if (fileNames(row.output ?? null).some((name) => kept.has(name))) units.push(row)
    await jobs.add(
      units.map(({ key, payload }) => ({ key, queue, payload })),
      { again: ['done'] },
    )
    return units.length
  }
  return {
    files: count,
    lost: [...lost.keys()].sort(),
    drafts: dropped.length,
    sources: await again('sources'),
    cutouts: await again('cutouts'),
    hopeless: [...pairs.filter((pair) => !drafted.has(pair)), ...idsOf('decision')],
  }
}

/** The parts of a unit's output that may be file names. */
function fileNames(output: Json): string[] {
  if (typeof output === 'string') return /^[0-9a-f]{64}$/.test(output) ? [output] : []
  if (output === null || typeof output !== 'object') return []
  return Object.values(output as Readonly<Record<string, Json>>).flatMap(fileNames)
}

/** The result of {@link collectGarbage}: what it found, or deleted. */
export interface Garbage {
  readonly files: number
  readonly bytes: number
  /** Pairs that no plan wants and that have no decision. */
  readonly pairs: number
}

/**
 * Files that no row names, and pairs of earlier plans that nobody decided on with all that is known of them. Not while a
 * run goes on: its newest files are named a moment after they are written.
 * @param remove deletes them; otherwise they are only counted
 */
export async function collectGarbage(
  workspace: Workspace,
  { remove }: { readonly remove: boolean },
): Promise<Garbage> {
  const { jobs, files } = workspace
  const { sql } = jobs
  const isUnwanted = `NOT wanted AND NOT EXISTS (
    SELECT FROM ${sql.schema}.entries WHERE journal = 'decisions' AND key > pairs.id || '/' AND key < pairs.id || '0')`
  const unwanted = `SELECT id FROM ${sql.schema}.pairs WHERE ${isUnwanted}`
  const [old] = await sql.query<{ count: number }>(`SELECT count(*)::int AS count FROM (${unwanted}) AS old`)
  if (remove && old!.count > 0)
    await sql.transaction(async (session) => {
      for (const table of ['measures', 'captions', 'judgements', 'drafts'])
        await session.query(`DELETE FROM ${sql.schema}.${table} WHERE pair IN (${unwanted})`)
      await session.query(`DELETE FROM ${sql.schema}.pairs WHERE ${isUnwanted}`)
    })
  // Eight bytes a file: two that share them are both kept.
  let names = new BigUint64Array(1024)
  let size = 0
  for await (const { file } of namedFiles(workspace, `NOT (${isUnwanted})`)) {
    if (size === names.length) {
      const grown = new BigUint64Array(2 * size)
      grown.set(names)
      names = grown
    }
    names[size++] = placeOf(file)
  }
  const sorted = names.subarray(0, size).sort()
  let [count, bytes] = [0, 0]
  for await (const name of files.names()) {
    if (includes(sorted, placeOf(name))) continue
    count++
    bytes += await files.get(name).then(
      (content) => content.length,
      () => 0,
    )
    if (remove) await files.delete(name)
  }
  return { files: count, bytes, pairs: old!.count }
}

const placeOf = (name: string): bigint => BigInt(`0x${name.slice(0, 16)}`)

function includes(sorted: BigUint64Array, place: bigint): boolean {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle]! < place) low = middle + 1
    else high = middle
  }
  return sorted[low] === place
}
