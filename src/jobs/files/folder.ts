/**
 * Files in a folder, as `ab/abcdef…`: 256 folders of some thousand files each are quick to list and to copy.
 *
 * A file is forced to the disk before it gets its name, and so is the name. So a name that is there has all its bytes,
 * whenever the process was killed or the power cut, and a unit that a database on another machine calls done has its
 * files.
 */
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { systemReason } from '../../error/index.ts'
import { FileError, makeFolder, writeFileWhole } from '../../files/index.ts'
import { JobError } from '../error.ts'
import type { FileStore } from '../files.ts'
import { checkBytes, checkFileName, isName, missing, nameOf } from './name.ts'

/** Where files are written before they are renamed. */
const unfinished = 'unfinished'

/** Files that killed processes left here are deleted after this time; no write takes a day. */
const oldestUnfinished = 24 * 3600 * 1000

/** Opens a store in the folder, which is created if missing. */
export async function openFolderFileStore(folder: string): Promise<FileStore> {
  await guarded(folder, 'make the folder', async () => {
    await makeFolder(join(folder, unfinished))
    await clean(join(folder, unfinished))
  })
  return new FolderFileStore(folder)
}

class FolderFileStore implements FileStore {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  async put(bytes: Uint8Array): Promise<string> {
    const name = nameOf(bytes)
    const path = this.#path(name)
    await guarded(path, 'write', async () => {
      // A file of another size was damaged from outside; it is written again.
      const there = await stat(path).catch(() => undefined)
      if (there?.size === bytes.length) return
      await writeFileWhole(path, bytes, { partsIn: join(this.#folder, unfinished) })
    })
    return name
  }

  async get(name: string): Promise<Uint8Array> {
    const path = this.#path(checkFileName(name))
    const bytes = await guarded(path, 'read', () => readFile(path))
    return checkBytes(path, name, new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length))
  }

  async has(name: string): Promise<boolean> {
    const path = this.#path(checkFileName(name))
    try {
      return (await guarded(path, 'look up', () => stat(path))).isFile()
    } catch (error) {
      if (error instanceof JobError && error.code === 'file-missing') return false
      throw error
    }
  }

  async delete(name: string): Promise<void> {
    const path = this.#path(checkFileName(name))
    await guarded(path, 'delete', () => rm(path, { force: true }))
  }

  async *names(): AsyncIterable<string> {
    const folders = await guarded(this.#folder, 'list', () => readdir(this.#folder))
    for (const folder of folders.filter((each) => /^[0-9a-f]{2}$/.test(each)).sort()) {
      const files = await guarded(this.#folder, 'list', () => readdir(join(this.#folder, folder)))
      yield* files.filter(isName).sort()
    }
  }

  #path(name: string): string {
    return join(this.#folder, name.slice(0, 2), name)
  }
}

async function clean(folder: string): Promise<void> {
  for (const each of await readdir(folder)) {
    const path = join(folder, each)
    const age = Date.now() - ((await stat(path).catch(() => undefined))?.mtimeMs ?? Date.now())
    if (age > oldestUnfinished) await rm(path, { force: true })
  }
}

/** The system's errors in one line. */
async function guarded<Result>(path: string, doing: string, run: () => Promise<Result>): Promise<Result> {
  try {
    return await run()
  } catch (error) {
    const { code } = error as { readonly code?: string }
    if (code === 'ENOENT' && (doing === 'read' || doing === 'look up')) throw missing(path)
    const reason = error instanceof FileError && error.cause ? error.cause : error
    if (error instanceof FileError && error.code === 'full')
      throw new JobError('disk-full', `${path}: cannot ${doing}, ${systemReason(reason)}, free some space`, {
        cause: error,
      })
    throw new JobError(
      'storage',
      `${path}: cannot ${doing}, ${systemReason(reason)}, check path and rights`,
      {
        cause: error,
      },
    )
  }
}
