import { createReadStream } from 'node:fs'
import { open, readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type AsyncBuffer, parquetMetadataAsync, parquetReadObjects } from 'hyparquet'
import { extract } from 'tar-stream'
import type { Facts } from '../instructions/index.ts'
import { DatasetError } from './error.ts'

/** A training triplet of a shard. */
export interface ShardTriplet {
  /** For messages: the shard and the row. */
  readonly name: string
  readonly kind: string
  /** Files of pictures. */
  readonly source: Uint8Array
  readonly target: Uint8Array
  /** In English and in Chinese; empty where there is none. */
  readonly instruction: { readonly en: string; readonly cn: string }
  /** Facts of the edit, if the shard has them. */
  readonly facts?: Facts
}

/** True for what {@link readShards} reads: a WebDataset shard or a Parquet file. */
export function isShard(path: string): boolean {
  return /\.(tar|parquet)$/i.test(path)
}

/**
 * The shards of one split below a folder as exports have them, in order: `train-000000.tar`,
 * `data/train-00000-of-00003.parquet`.
 */
export async function findShards(folder: string, split = 'train'): Promise<readonly string[]> {
  const found: string[] = []
  for (const part of ['', 'data']) {
    const names = await readdir(join(folder, part)).catch(() => [])
    for (const name of names.sort())
      if (isShard(name) && name.startsWith(`${split}-`)) found.push(join(folder, part, name))
  }
  return found
}

/**
 * Reads shards row by row, with one picture pair in memory at a time (of Parquet one small group).
 * @throws DatasetError that names file and row
 */
export async function* readShards(files: readonly string[]): AsyncIterable<ShardTriplet> {
  for (const file of files) {
    if (!(await stat(file).catch(() => undefined))?.isFile())
      throw new DatasetError('export', `${file}: no such file; check the path`)
    yield* /\.tar$/i.test(file) ? readTar(file) : readParquet(file)
  }
}

/** `<key>.source.png`, `<key>.target.png` and `<key>.json` stand beside each other, in any order. */
async function* readTar(file: string): AsyncIterable<ShardTriplet> {
  const archive = extract()
  const stream = createReadStream(file)
  stream.once('error', (error) => archive.destroy(error))
  stream.pipe(archive)
  let [key, parts] = ['', new Map<string, Uint8Array>()]
  try {
    for await (const entry of archive) {
      const name = basename(entry.header.name)
      const dot = name.indexOf('.')
      if (name.slice(0, dot) !== key) {
        if (parts.size > 0) yield sampleOf(file, key, parts)
        ;[key, parts] = [name.slice(0, dot), new Map()]
      }
      const chunks: Uint8Array[] = []
      for await (const chunk of entry) chunks.push(chunk as Uint8Array)
      parts.set(name.slice(dot + 1).toLowerCase(), new Uint8Array(Buffer.concat(chunks)))
    }
  } catch (error) {
    if (error instanceof DatasetError) throw error
    throw new DatasetError('export', `${file}: not a readable tar file (${(error as Error).message})`, {
      cause: error,
    })
  } finally {
    stream.destroy()
  }
  if (parts.size > 0) yield sampleOf(file, key, parts)
}

function sampleOf(file: string, key: string, parts: ReadonlyMap<string, Uint8Array>): ShardTriplet {
  const name = `${file}: ${key}`
  const picture = (side: string): Uint8Array => {
    const found = [...parts].find(([ending]) => ending.startsWith(`${side}.`))?.[1]
    if (found) return found
    throw new DatasetError('export', `${name}: no picture ${side}.png; got ${[...parts.keys()].join(', ')}`)
  }
  const json = parts.get('json')
  let record: Record<string, unknown> | undefined
  try {
    record = json && (JSON.parse(new TextDecoder().decode(json)) as Record<string, unknown>)
  } catch {
    record = undefined
  }
  if (!record) throw new DatasetError('export', `${name}: expected a .json with its instruction`)
  return tripletOf(name, record, { source: picture('source'), target: picture('target') })
}

/** Rows that are held in memory at once. */
const groupRows = 16

async function* readParquet(path: string): AsyncIterable<ShardTriplet> {
  const handle = await open(path)
  try {
    const { size } = await handle.stat()
    const file: AsyncBuffer = {
      byteLength: size,
      async slice(start, end = size) {
        const bytes = new Uint8Array(end - start)
        await handle.read(bytes, 0, bytes.length, start)
        return bytes.buffer
      },
    }
    const metadata = await parquetMetadataAsync(file).catch((error: Error) => {
      throw new DatasetError('export', `${path}: not a readable Parquet file (${error.message})`)
    })
    const rows = Number(metadata.num_rows)
    const wanted = ['key', 'kind', 'source', 'target', 'instruction_en', 'instruction_cn', 'facts']
    const there = new Set(metadata.schema.map(({ name }) => name))
    const missing = ['source', 'target'].filter((name) => !there.has(name))
    if (missing.length > 0)
      throw new DatasetError(
        'export',
        `${path}: no column ${missing.join(' and ')}; got ${[...there].join(', ')}`,
      )
    const columns = wanted.filter((name) => there.has(name))
    for (let start = 0; start < rows; start += groupRows) {
      const part = {
        file,
        metadata,
        columns,
        rowStart: start,
        rowEnd: Math.min(rows, start + groupRows),
        utf8: false,
      }
      for (const [i, row] of (await parquetReadObjects(part)).entries()) {
        const name = `${path}: row ${start + i + 1}`
        const picture = (side: string): Uint8Array => {
          const value = (row[side] as { bytes?: unknown } | null)?.bytes
          if (value instanceof Uint8Array && value.length > 0) return value
          throw new DatasetError('export', `${name}: ${side}: expected a picture's bytes, got none`)
        }
        yield tripletOf(name, row, { source: picture('source'), target: picture('target') })
      }
    }
  } finally {
    await handle.close()
  }
}

function tripletOf(
  name: string,
  row: Readonly<Record<string, unknown>>,
  pictures: Pick<ShardTriplet, 'source' | 'target'>,
): ShardTriplet {
  const text = (field: string): string => (typeof row[field] === 'string' ? row[field].trim() : '')
  const instruction = { en: text('instruction_en'), cn: text('instruction_cn') }
  if (instruction.en === '' && instruction.cn === '')
    throw new DatasetError('export', `${name}: expected instruction_en or instruction_cn, got neither`)
  const facts = factsOf(row.facts)
  return { name, kind: text('kind'), ...pictures, instruction, ...(facts && { facts }) }
}

/** As a WebDataset's JSON has them, or as the text of a Parquet column. */
function factsOf(value: unknown): Facts | undefined {
  try {
    const facts: unknown = typeof value === 'string' ? JSON.parse(value) : value
    return typeof facts === 'object' && facts !== null && 'kind' in facts ? (facts as Facts) : undefined
  } catch {
    return undefined
  }
}
