import { type FileHandle, link, lstat, open, realpath, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { FileError, fileError } from './error.ts'
import { existing, makeFolder, partPath, syncFolder, type WriteOptions } from './place.ts'

/**
 * A file that appears under its name whole, or not at all. Write to `handle` in any order, then call `commit`; after
 * `abort`, or a crash before `commit`, what stood at the path is unchanged.
 */
export interface WholeFile {
  readonly path: string
  readonly handle: FileHandle
  /** Flushes to disk and moves the file to its name. @throws FileError */
  commit(): Promise<void>
  /** Discards what was written. Does nothing after `commit`. */
  abort(): Promise<void>
}

/**
 * Starts a file at `path`; missing folders are made. A symbolic link is followed, and the permissions of a file that
 * is replaced are kept. @throws FileError
 */
export async function openWholeFile(path: string, options: WriteOptions = {}): Promise<WholeFile> {
  const { overwrite = true, partsIn } = options
  try {
    const target = await placeOf(path, overwrite)
    const part = partPath(target.path, partsIn)
    const handle = await open(part, 'wx', target.mode)
    return new PartFile(path, target.path, part, handle, overwrite)
  } catch (error) {
    throw fileError(path, 'write it', error)
  }
}

/** Writes a file whole or not at all; missing folders are made. @throws FileError */
export async function writeFileWhole(
  path: string,
  content: string | Uint8Array,
  options: WriteOptions = {},
): Promise<void> {
  const file = await openWholeFile(path, options)
  try {
    await file.handle.writeFile(content)
    await file.commit()
  } catch (error) {
    await file.abort()
    throw fileError(path, 'write it', error)
  }
}

/**
 * Whether a file could be written at `path`, so that long work is not done for nothing. Leaves nothing behind, neither
 * file nor folder. @throws FileError
 */
export async function checkWritable(path: string, options: WriteOptions = {}): Promise<void> {
  const { overwrite = true } = options
  let folder = dirname(path)
  try {
    // The name itself must be allowed, not only a temporary one.
    const there = await existing(path)
    if (there) refuseReplacing(path, there.isDirectory(), overwrite)
    else if (!overwrite && (await isLink(path))) refuseReplacing(path, false, overwrite)
    const names = [basename(path)]
    for (; !(await existing(folder)); folder = dirname(folder)) names.push(basename(folder))
    // Below a folder that is still to be made, the system cannot be asked whether it takes a name.
    for (const name of names) await existing(join(folder, name))
    const probe = partPath(join(folder, basename(path)))
    await (await open(probe, 'wx')).close()
    await rm(probe, { force: true })
  } catch (error) {
    throw fileError(path, 'write it', error)
  }
}

class PartFile implements WholeFile {
  readonly path: string
  readonly handle: FileHandle
  readonly #target: string
  readonly #part: string
  readonly #overwrite: boolean
  #open = true

  constructor(path: string, target: string, part: string, handle: FileHandle, overwrite: boolean) {
    this.path = path
    this.handle = handle
    this.#target = target
    this.#part = part
    this.#overwrite = overwrite
  }

  async commit(): Promise<void> {
    try {
      await this.handle.sync()
      await this.handle.close()
      if (this.#overwrite) await rename(this.#part, this.#target)
      else await moveNew(this.#part, this.#target)
      this.#open = false
    } catch (error) {
      await this.abort()
      throw fileError(this.path, 'write it', error)
    }
    await syncFolder(dirname(this.#target))
  }

  async abort(): Promise<void> {
    if (!this.#open) return
    this.#open = false
    await this.handle.close().catch(() => undefined)
    await rm(this.#part, { force: true }).catch(() => undefined)
  }
}

/** Gives a file a name that must be free: a hard link fails where a rename would replace. */
async function moveNew(part: string, target: string): Promise<void> {
  try {
    await link(part, target)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error
    // No hard links on this file system; the check and the rename are then two steps.
    if (await existing(target)) throw new FileError('exists', `${target}: cannot write it, it exists already`)
    return rename(part, target)
  }
  await rm(part, { force: true })
}

/** Where the bytes go when links are followed, and the permissions they get. */
async function placeOf(path: string, overwrite: boolean): Promise<{ path: string; mode: number }> {
  const there = await existing(path)
  if (there) {
    refuseReplacing(path, there.isDirectory(), overwrite)
    return { path: await realpath(path), mode: there.mode & 0o777 }
  }
  if (!overwrite && (await isLink(path))) refuseReplacing(path, false, overwrite)
  await makeFolder(dirname(path))
  return { path, mode: 0o666 }
}

/** Whether a symbolic link stands at a path, of which `existing` says nothing if its target is missing. */
async function isLink(path: string): Promise<boolean> {
  const there = await lstat(path).catch(() => undefined)
  return there?.isSymbolicLink() ?? false
}

function refuseReplacing(path: string, isFolder: boolean, overwrite: boolean): void {
  if (isFolder) throw new FileError('exists', `${path}: cannot write it, it is a folder`)
  if (!overwrite) throw new FileError('exists', `${path}: cannot write it, it exists already`)
}
