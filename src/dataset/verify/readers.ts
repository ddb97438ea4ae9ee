import { createReadStream } from 'node:fs'
import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type AsyncBuffer, parquetMetadataAsync, parquetReadObjects } from 'hyparquet'
import { extract } from 'tar-stream'
import { fixedColumns } from '../export/columns.ts'
import type { ExportFile } from '../export/files.ts'
import type { Format } from '../export/format.ts'
import { multiTurnColumns } from '../export/multiTurn.ts'
import { preferenceColumns } from '../export/preference.ts'
import type { Provenance } from '../export/row.ts'
import { type FoundTriplet, type Problem, sha256Of } from './problem.ts'

/** Reads a file of an export back, triplet by triplet; what cannot be read is told, not thrown. */
export type Reader = (
  folder: string,
  file: ExportFile,
  say: (problem: Problem) => void,
  /** Columns that the manifest names. */
  columns?: readonly string[],
) => AsyncIterable<FoundTriplet>

const groupRows = 50

/** Rows of a Parquet file that has the columns of its manifest. */
async function* parquetRows(
  folder: string,
  path: string,
  { wanted, say }: { readonly wanted: readonly string[]; readonly say: (problem: Problem) => void },
): AsyncGenerator<Record<string, unknown>> {
  const handle = await open(join(folder, path))
  try {
    const { size } = await handle.stat()
    const file: AsyncBuffer = {
      byteLength: size,
      async slice(start, end = size) {
        const { buffer } = await handle.read(Buffer.alloc(end - start), 0, end - start, start)
        return buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + buffer.byteLength) as ArrayBuffer
      },
    }
    const metadata = await parquetMetadataAsync(file)
    const found = metadata.schema[0]!.num_children
    const names = new Set(metadata.schema.map(({ name }) => name))
    const missing = wanted.filter((name) => !names.has(name))
    if (missing.length > 0 || found !== wanted.length) {
      say({
        where: path,
        what: `columns: expected ${wanted.length}, got ${found}; missing ${missing.join(', ') || 'none'}`,
      })
      return
    }
    const rows = Number(metadata.num_rows)
    for (let start = 0; start < rows; start += groupRows) {
      const part = { file, metadata, rowStart: start, rowEnd: Math.min(rows, start + groupRows), utf8: false }
      yield* await parquetReadObjects(part)
    }
  } finally {
    await handle.close()
  }
}

const splitOf = (path: string): string => /(?:^|\/)(\w+)-\d+\.parquet$/.exec(path)?.[1] ?? ''

async function* readParquet(
  folder: string,
  { path }: ExportFile,
  say: (problem: Problem) => void,
  columns: readonly string[] = fixedColumns,
): AsyncIterable<FoundTriplet> {
  for await (const row of parquetRows(folder, path, { wanted: columns, say }))
    yield parquetTriplet(path, splitOf(path), row)
}

/** Of both edits of a preference pair: the chosen one is a triplet, the refused one has to be the picture that was made. */
async function* readPreference(
  folder: string,
  { path }: ExportFile,
  say: (problem: Problem) => void,
): AsyncIterable<FoundTriplet> {
  const wanted = preferenceColumns.map(({ name }) => name)
  for await (const row of parquetRows(folder, path, { wanted, say })) {
    const renamed = {
      ...row,
      target: row.chosen,
      target_sha256: row.chosen_sha256,
      instruction_en: row.prompt,
      instruction_cn: row.prompt_cn,
    }
    const found = parquetTriplet(path, splitOf(path), renamed)
    const refused = (row.rejected as { bytes?: unknown } | null)?.bytes
    if (!(refused instanceof Uint8Array) || sha256Of(refused) !== row.rejected_sha256)
      say({ where: found.where, what: 'rejected: is not the picture that was made (its SHA-256 differs)' })
    yield found
  }
}

/** Of a chain the way from the source to the last picture is a triplet; those between have to be what was made. */
async function* readMultiTurn(
  folder: string,
  { path }: ExportFile,
  say: (problem: Problem) => void,
): AsyncIterable<FoundTriplet> {
  const wanted = multiTurnColumns.map(({ name }) => name)
  for await (const row of parquetRows(folder, path, { wanted, say })) {
    const hashes = Array.isArray(row.turns_sha256) ? (row.turns_sha256 as readonly string[]) : []
    const turns = Number(row.turns)
    const [en, cn] = [row.instructions_en, row.instructions_cn] as [string[]?, string[]?]
    const found = parquetTriplet(path, splitOf(path), {
      ...row,
      target: row[`turn_${turns}`],
      target_sha256: hashes.at(-1),
      instruction_en: en?.[0],
      instruction_cn: cn?.[0],
    })
    if (hashes.length !== turns || en?.length !== turns || cn?.length !== turns)
      say({ where: found.where, what: `turns: expected ${turns} pictures and instructions of each language` })
    for (const [i, hash] of hashes.entries()) {
      const bytes = (row[`turn_${i + 1}`] as { bytes?: unknown } | null)?.bytes
      if (!(bytes instanceof Uint8Array) || sha256Of(bytes) !== hash)
        say({
          where: found.where,
          what: `turn_${i + 1}: is not the picture that was made (its SHA-256 differs)`,
        })
    }
    yield found
  }
}

/* The values of a row of our schema; a wrong type shows in the checks that follow. */
function parquetTriplet(path: string, split: string, row: Record<string, unknown>): FoundTriplet {
  const text = (name: string): string => (typeof row[name] === 'string' ? row[name] : '')
  const list = (name: string): readonly string[] => (Array.isArray(row[name]) ? (row[name] as string[]) : [])
  const bytes = (name: string): Uint8Array => {
    const value = (row[name] as { bytes?: unknown } | null)?.bytes
    return value instanceof Uint8Array ? value : new Uint8Array(0)
  }
  const [en, cn] = [list('instructions_en'), list('instructions_cn')]
  const donors = JSON.parse(text('donors') || '[]') as readonly { readonly id: string }[]
  return {
    where: `${path} ${text('key').slice(0, 12)}`,
    key: text('key'),
    kind: text('kind'),
    split,
    instructions: [
      { en: text('instruction_en'), cn: text('instruction_cn') },
      ...en.map((each, i) => ({ en: each, cn: cn[i] ?? '' })),
    ],
    source: bytes('source'),
    target: bytes('target'),
    kept: row.kept !== 0,
    ...(row.mask ? { mask: bytes('mask') } : {}),
    width: Number(row.width),
    height: Number(row.height),
    sha256: {
      source: text('source_sha256'),
      target: text('target_sha256'),
      ...(text('mask_sha256') !== '' && { mask: text('mask_sha256') }),
    },
    origins: [text('source_id'), ...donors.map(({ id }) => id)],
  }
}

async function* readWebDataset(
  folder: string,
  { path }: ExportFile,
  say: (problem: Problem) => void,
): AsyncIterable<FoundTriplet> {
  const archive = extract()
  const stream = createReadStream(join(folder, path))
  stream.once('error', (error) => archive.destroy(error))
  stream.pipe(archive)
  let [key, parts]: [string, Map<string, Uint8Array>] = ['', new Map()]
  for await (const entry of archive) {
    const chunks: Buffer[] = []
    for await (const chunk of entry) chunks.push(chunk as Buffer)
    const { name } = entry.header
    if (name.includes('/') || name.includes('\\')) {
      say({ where: `${path} ${name}`, what: 'name: leads into a folder, expected a plain name' })
      continue
    }
    const dot = name.indexOf('.')
    if (name.slice(0, dot) !== key) {
      if (parts.size > 0) yield* sampleOf(path, key, parts, say)
      ;[key, parts] = [name.slice(0, dot), new Map()]
    }
    parts.set(name.slice(dot + 1), new Uint8Array(Buffer.concat(chunks)))
  }
  if (parts.size > 0) yield* sampleOf(path, key, parts, say)
}

function* sampleOf(
  path: string,
  key: string,
  parts: ReadonlyMap<string, Uint8Array>,
  say: (problem: Problem) => void,
): Iterable<FoundTriplet> {
  const where = `${path} ${key.slice(0, 12)}`
  const [json, source, target] = ['json', 'source.png', 'target.png'].map((name) => parts.get(name))
  if (!json || !source || !target) {
    const missing = ['json', 'source.png', 'target.png'].filter((name) => !parts.has(name))
    say({ where, what: `missing ${missing.join(' and ')}` })
    return
  }
  const provenance = parsed(new TextDecoder().decode(json)) as Partial<Provenance> | undefined
  if (provenance?.sha256 === undefined || provenance.key !== key) {
    say({ where, what: 'json: is not the record of this triplet' })
    return
  }
  const mask = parts.get('mask.png')
  yield {
    where,
    key,
    kind: String(provenance.kind),
    split: String(provenance.split),
    kept: provenance.kept !== false,
    instructions: provenance.instructions ?? [],
    source,
    target,
    ...(mask ? { mask } : {}),
    width: Number(provenance.width),
    height: Number(provenance.height),
    sha256: provenance.sha256,
    origins: [provenance.origin?.id ?? '', ...(provenance.donors ?? []).map(({ id }) => id)],
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

async function* readOfficial(
  folder: string,
  { path }: ExportFile,
  say: (problem: Problem) => void,
): AsyncIterable<FoundTriplet> {
  const rows = parsed(await readFile(join(folder, path), 'utf8'))
  if (rows === null || typeof rows !== 'object') {
    say({ where: path, what: 'not a JSON object' })
    return
  }
  for (const [target, row] of Object.entries(rows as Record<string, Record<string, unknown>>)) {
    const { ref_image_path: source, caption } = row
    const where = `${path} ${target}`
    const outside = [target, source].find((each) => typeof each !== 'string' || leadsOutside(each))
    if (
      outside !== undefined ||
      typeof source !== 'string' ||
      typeof caption !== 'string' ||
      caption === ''
    ) {
      say({
        where,
        what: outside === undefined ? 'caption: missing' : `path: '${String(outside)}' leads outside`,
      })
      continue
    }
    const [key, kind] = [target.split('/').at(-1)!.replace('.png', ''), target.split('/').at(-2) ?? '']
    const bytes = await Promise.all(
      [source, target].map((each) => readFile(join(folder, each)).catch(() => undefined)),
    )
    if (!bytes[0] || !bytes[1]) {
      say({ where, what: `missing picture ${bytes[0] ? target : source}` })
      continue
    }
    yield officialTriplet({ where, key, kind, split: path.replace('.json', ''), caption }, bytes[0], bytes[1])
  }
}

/** The layout has neither sizes nor hashes nor origins: the manifest's hashes stand for them. */
function officialTriplet(
  { caption, ...rest }: Pick<FoundTriplet, 'where' | 'key' | 'kind' | 'split'> & { readonly caption: string },
  source: Uint8Array,
  target: Uint8Array,
): FoundTriplet {
  const size = (png: Uint8Array, at: number): number =>
    png.length < 24 ? 0 : new DataView(png.buffer, png.byteOffset).getUint32(at)
  const both = /\p{Script=Han}/u.test(caption)
  return {
    ...rest,
    instructions: both ? [{ en: 'in Chinese', cn: caption }] : [{ en: caption, cn: '英文' }],
    source,
    target,
    width: size(source, 16),
    height: size(source, 20),
    sha256: { source: sha256Of(source), target: sha256Of(target) },
    origins: [],
  }
}

/** Whether a path does not stay below its folder. */
export const leadsOutside = (path: string): boolean =>
  path.startsWith('/') || /^[a-z]:/i.test(path) || path.includes('\\') || path.split('/').includes('..')

/** A reader a format; which files it reads, and how. */
export const readers: { readonly [F in Format]: { readonly reads: RegExp; readonly read: Reader } } = {
  parquet: { reads: /\.parquet$/, read: readParquet },
  webdataset: { reads: /\.tar$/, read: readWebDataset },
  'step1x-edit': { reads: /^(?!manifest)\w+\.json$/, read: readOfficial },
  preference: { reads: /\.parquet$/, read: readPreference },
  'multi-turn': { reads: /\.parquet$/, read: readMultiTurn },
}
