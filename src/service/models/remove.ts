import { randomUUID } from 'node:crypto'
import { readdir, realpath, rename, rm, rmdir } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { fileError } from '../../files/index.ts'
import { ServiceError } from '../error.ts'

const prefix = '.deleted-'

/**
 * Deletes a folder below `root`: it is renamed at once, then its files are deleted. Links are never followed: a folder
 * that is a link, or is behind one, is refused.
 * @throws ServiceError `conflict`, `missing`; FileError
 */
export async function removeBelow(root: string, folder: string): Promise<void> {
  const way = relative(resolve(root), resolve(folder))
  if (way === '' || way.startsWith('..') || resolve(folder) !== resolve(root, way))
    throw new ServiceError('conflict', `${folder}: is outside ${root}, and is not deleted`)
  const real = await realpath(folder).catch(() => {
    throw new ServiceError('missing', `${way}: no longer exists`)
  })
  if (real !== join(await realpath(root), way))
    throw new ServiceError(
      'conflict',
      `${way.split(sep).join('/')}: is a link to another folder, and is not deleted; remove it yourself`,
    )
  const gone = join(root, `${prefix}${randomUUID()}`)
  try {
    await rename(folder, gone)
    await rm(gone, { recursive: true })
  } catch (error) {
    throw fileError(folder, 'delete it', error)
  }
  // The folder of its owner or versions, if it was the last in it.
  if (dirname(resolve(folder)) !== resolve(root)) await rmdir(dirname(folder)).catch(() => undefined)
}

/** Completes an interrupted deletion. */
export async function finishRemovals(root: string): Promise<void> {
  const names = await readdir(root).catch(() => [])
  for (const name of names)
    if (name.startsWith(prefix)) await rm(join(root, name), { recursive: true, force: true })
}
