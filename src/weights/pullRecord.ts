import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { writeFileWhole } from '../files/index.ts'
import { fileError } from './error.ts'
import type { HubFile } from './hub.ts'

/** What was pulled into a folder, as `.pentimento-pull.json` in it says. */
export interface PullRecord {
  /** False from the first byte that is downloaded until every file is there and has been checked. */
  readonly finished: boolean
  readonly sources: readonly PulledSource[]
}

/** The files of one repository at one commit. */
export interface PulledSource {
  readonly repo: string
  readonly revision: string | undefined
  readonly commit: string
  /** With their places in the folder. */
  readonly files: readonly (HubFile & { readonly target: string })[]
}

const fileName = '.pentimento-pull.json'

/** The record of a folder; undefined where nothing was pulled, or the record is damaged. @throws WeightsError */
export async function readPullRecord(folder: string): Promise<PullRecord | undefined> {
  const file = join(folder, fileName)
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
    throw fileError(file, 'read it', error)
  })
  if (text === undefined) return undefined
  try {
    const { format, ...record } = JSON.parse(text) as PullRecord & { readonly format: number }
    return format === 1 ? record : undefined
  } catch {
    return undefined
  }
}

export async function writePullRecord(folder: string, record: PullRecord): Promise<void> {
  await writeFileWhole(join(folder, fileName), `${JSON.stringify({ format: 1, ...record }, null, 2)}\n`)
}

/** The name of a file that is being downloaded: its own, the beginning of its checksum, `.part`. */
export function partName(target: string, { hash }: Pick<HubFile, 'hash'>): string {
  return `${target}.${hash.value.slice(0, 12)}.part`
}

// Hidden ones are files that another program of ours was writing.
const partPattern = /^[^.].*\.[0-9a-f]{12}\.part$/

/**
 * Whether a folder holds no pull that was broken off: its record says `finished`, or there is none and no file in it or
 * in its subfolders is a download under way. A folder that does not exist, or that was put together by hand, counts as
 * complete. @throws WeightsError when the folder cannot be read
 */
export async function isComplete(folder: string): Promise<boolean> {
  const record = await readPullRecord(folder)
  if (record) return record.finished
  if (!(await stat(folder).catch(() => undefined))?.isDirectory()) return true
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw fileError(folder, 'read it', error)
  })
  const below = entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => readdir(join(folder, name)).catch(() => [] as string[]))
  const names = [entries.map(({ name }) => name), ...(await Promise.all(below))].flat()
  return !names.some((name) => partPattern.test(name))
}

/**
 * How far a pull into a folder has come, in bytes, by its record and its files, and of which revision; undefined where nothing was pulled.
 * Contents are not checked. @throws WeightsError
 */
export async function pulledSoFar(
  folder: string,
): Promise<
  { readonly done: number; readonly total: number; readonly revision: string | undefined } | undefined
> {
  const record = await readPullRecord(folder)
  if (!record) return undefined
  let [done, total] = [0, 0]
  for (const file of record.sources.flatMap(({ files }) => files)) {
    const target = join(folder, file.target)
    const sizes = await Promise.all([sizeOf(target), sizeOf(partName(target, file))])
    done += Math.min(file.size, Math.max(...sizes))
    total += file.size
  }
  return { done, total, revision: record.sources[0]?.revision }
}

const sizeOf = (file: string): Promise<number> =>
  stat(file).then(
    ({ size }) => size,
    () => 0,
  )
