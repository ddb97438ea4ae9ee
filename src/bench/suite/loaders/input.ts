import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, readdir, stat } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { extract } from 'tar-stream'
import { fileError } from '../../../files/index.ts'
import { BenchError } from '../../error.ts'
import { staysInside } from '../schema.ts'
import { type Columns, isTable, tableRows } from '../tables/table.ts'
import type { Loader, LoaderInput } from './loader.ts'
import { Row } from './row.ts'

/** Files at hand: single ones, or a folder. @throws BenchError `suite`, FileError */
export async function inputAtHand(
  loader: Loader,
  paths: readonly string[],
  scratch: string,
): Promise<LoaderInput> {
  const tables: string[] = []
  let folder: string | undefined
  for (const path of paths) {
    const found = await stat(path).catch((error: unknown) => {
      throw fileError(path, 'read it', error)
    })
    if (found.isDirectory()) {
      folder ??= path
      tables.push(...(await tablesIn(loader, path)))
    } else if (isTable(path)) tables.push(path)
    else if (/\.tar$/i.test(path)) folder ??= await unpacked(path, join(scratch, basename(path, '.tar')))
    else
      throw new BenchError(
        'suite',
        `${path}: expected a folder, a .tar, or a table (.parquet, .arrow, .jsonl)${/\.(zip|gz|tgz)$/i.test(path) ? '; unpack it first' : ''}`,
      )
  }
  return {
    rows: (columns) => rowsOf(loader, tables, columns),
    folder: async () => folder,
  }
}

/** Files of the hub, which come one after another when they are asked for. */
export function inputOfHub(
  loader: Loader,
  names: readonly string[],
  bring: (name: string) => Promise<string>,
  scratch: string,
): LoaderInput {
  return {
    async *rows(columns) {
      for (const name of names) if (isTable(name)) yield* rowsOf(loader, [await bring(name)], columns)
    },
    async folder() {
      let folder: string | undefined
      for (const name of names)
        if (/\.tar$/i.test(name)) folder ??= await unpacked(await bring(name), join(scratch, 'unpacked'))
      return folder
    },
  }
}

/** The first pattern of a loader that fits some names decides; in the order of names. */
export function chosenFiles(patterns: readonly RegExp[], names: readonly string[]): readonly string[] {
  for (const pattern of patterns) {
    const found = names.filter((name) => pattern.test(name))
    if (found.length > 0) return found.sort()
  }
  return []
}

/** The tables of a suite in a folder: those named as on the hub, else all. */
async function tablesIn(loader: Loader, folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const names = entries
    .filter((entry) => entry.isFile() && isTable(entry.name))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
  const chosen = chosenFiles(loader.hub?.files ?? [], names)
  const shards = /^cache-|(^|\/)cache-/
  return (chosen.length > 0 ? chosen : names.filter((name) => !shards.test(name)).sort()).map((name) =>
    join(folder, name),
  )
}

async function* rowsOf(loader: Loader, files: readonly string[], columns: Columns): AsyncGenerator<Row> {
  if (files.length === 0)
    throw new BenchError(
      'suite',
      `${loader.name}: expected tables (.parquet, .arrow, .jsonl), found none; check what was given`,
    )
  for (const file of files) for await (const row of tableRows(file, columns)) yield new Row(row)
}

/** Unpacks a tar file, but nothing of it that leads out of its folder. @returns the folder */
async function unpacked(file: string, folder: string): Promise<string> {
  const archive = extract()
  const stream = createReadStream(file)
  stream.once('error', (error) => archive.destroy(error))
  stream.pipe(archive)
  try {
    for await (const entry of archive) {
      const { name, type } = entry.header
      const path = name.replace(/^\.\//, '')
      if (type === 'file' && staysInside(path)) {
        const target = join(folder, ...path.split('/'))
        await mkdir(dirname(target), { recursive: true })
        await pipeline(entry, createWriteStream(target))
      } else for await (const _ of entry);
    }
  } catch (error) {
    throw new BenchError('suite', `${file}: not a readable tar file (${(error as Error).message})`, {
      cause: error,
    })
  } finally {
    stream.destroy()
  }
  return folder
}
