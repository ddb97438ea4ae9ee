import { randomBytes } from 'node:crypto'
import type { Stats } from 'node:fs'
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { fileError } from './error.ts'

/** How a file is put in its place. */
export interface WriteOptions {
  /** Whether a file of that name may be replaced. Default: true. */
  readonly overwrite?: boolean | undefined
  /** An existing folder on the same file system for what is being written. Default: the folder of the path itself. */
  readonly partsIn?: string | undefined
}

/** A hidden name for what is still being written. Unique, and never longer than the system allows. */
export function partPath(path: string, folder: string = dirname(path)): string {
  return join(folder, `.${shortened(basename(path))}.${randomBytes(6).toString('hex')}.part`)
}

const partName = /^\..+\.[0-9a-f]{12}\.part$/

/**
 * Removes what killed processes left in a folder: unfinished files and folders whose last change is at least `age`
 * milliseconds old. @throws FileError
 */
export async function removeParts(folder: string, age: number): Promise<void> {
  try {
    for (const name of (await readdir(folder)).filter((each) => partName.test(each))) {
      const path = join(folder, name)
      const there = await existing(path)
      if (there && Date.now() - there.mtimeMs >= age) await rm(path, { recursive: true, force: true })
    }
  } catch (error) {
    throw fileError(folder, 'remove unfinished files', error)
  }
}

/** At most 200 bytes of UTF-8, cut between characters; names may have 255. */
function shortened(name: string): string {
  let short = name
  while (Buffer.byteLength(short) > 200) short = [...short].slice(0, -1).join('')
  return short
}

/** Makes a folder and those above it; one that exists is fine. @throws FileError */
export async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true }).catch((error: unknown) => {
    throw fileError(path, 'make the folder', error)
  })
}

/** Makes names in a folder survive a power cut, where the system can do that. */
export async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r').catch(() => undefined)
  if (handle === undefined) return
  await handle.sync().catch(() => undefined)
  await handle.close().catch(() => undefined)
}

/** What stands at a path, links followed; undefined where nothing does. */
export async function existing(path: string): Promise<Stats | undefined> {
  return stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
}
