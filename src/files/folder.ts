import { mkdir, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { FileError, fileError } from './error.ts'
import { existing, makeFolder, partPath, syncFolder, type WriteOptions } from './place.ts'

/**
 * Fills a new folder and puts it at `path` in one step: `fill` gets the path of an empty folder beside it. On an error
 * what stood at the path stays; a folder that is replaced is moved aside first, and back if the swap fails. Of several
 * that write the same folder at once, the last wins.
 * @throws FileError
 */
export async function writeFolderWhole<T>(
  path: string,
  fill: (folder: string) => Promise<T>,
  options: WriteOptions = {},
): Promise<T> {
  const { overwrite = true } = options
  await makeFolder(dirname(path))
  const part = partPath(path)
  try {
    await mkdir(part)
    const result = await fill(part)
    await syncFolder(part)
    await putInPlace(part, path, overwrite)
    await syncFolder(dirname(path))
    return result
  } catch (error) {
    await rm(part, { recursive: true, force: true }).catch(() => undefined)
    throw fileError(path, 'write the folder', error)
  }
}

async function putInPlace(part: string, path: string, overwrite: boolean): Promise<void> {
  const replaced: string[] = []
  try {
    while (!(await moved(part, path, overwrite, replaced)));
  } catch (error) {
    const last = replaced.pop()
    if (last) await rename(last, path)
    throw error
  } finally {
    for (const old of replaced) await rm(old, { recursive: true, force: true })
  }
}

/** One try to move a folder to its place; false where another writer has put one there in the meantime. */
async function moved(part: string, path: string, overwrite: boolean, replaced: string[]): Promise<boolean> {
  const there = await existing(path)
  if (there && !there.isDirectory())
    throw new FileError('exists', `${path}: cannot write the folder, a file has that name`)
  if (there && !overwrite)
    throw new FileError('exists', `${path}: cannot write the folder, it exists already`)
  // A folder that is not empty cannot be renamed over.
  if (there) {
    const old = partPath(path)
    if (!(await renamed(path, old, ['ENOENT']))) return false
    replaced.push(old)
  }
  return renamed(part, path, ['ENOTEMPTY', 'EEXIST'])
}

/** False where the system refuses with one of these codes. */
async function renamed(from: string, to: string, expected: readonly string[]): Promise<boolean> {
  try {
    await rename(from, to)
    return true
  } catch (error) {
    if (expected.includes((error as NodeJS.ErrnoException).code ?? '')) return false
    throw error
  }
}
