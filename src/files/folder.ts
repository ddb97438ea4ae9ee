import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { FileError, fileError } from './error.ts'
import { makeFolder, partPath, syncFolder, type WriteOptions } from './place.ts'

/**
 * Fills a new folder and puts it at `path` in one step: `fill` gets the path of an empty folder beside it. On an error
 * what stood at the path stays; a folder that is replaced is moved aside first, and back if the swap fails.
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
  const there = await stat(path).catch(() => undefined)
  if (there && !there.isDirectory())
    throw new FileError('exists', `${path}: cannot write the folder, a file has that name`)
  if (there && !overwrite)
    throw new FileError('exists', `${path}: cannot write the folder, it exists already`)
  // A folder that is not empty cannot be renamed over.
  const old = there && partPath(path)
  if (old) await rename(path, old)
  try {
    await rename(part, path)
  } catch (error) {
    if (old) await rename(old, path)
    throw error
  }
  if (old) await rm(old, { recursive: true, force: true })
}
