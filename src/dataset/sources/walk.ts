import { opendir, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { folderSidecar } from '../annotations/sidecar.ts'
import type { SourceRejection } from './find.ts'
import { readFolderSidecar, type Sidecars } from './sidecars.ts'

/** A file below a place. */
export interface WalkedFile {
  readonly path: string
  /** What the `scene.json` of its folder and of those above say of pictures, the deepest first. */
  readonly told: readonly Sidecars[]
}

/**
 * A place's file, or all files below its folder, by name; hidden ones are left out. Links to folders are not followed.
 * @throws DatasetError `source` for a sidecar that is wrong
 */
export async function* walkFiles(root: string): AsyncGenerator<WalkedFile | SourceRejection> {
  if ((await stat(root)).isDirectory()) {
    yield* walkFolder(root, root, [])
    return
  }
  const told = await readFolderSidecar(join(root, '..', folderSidecar), folderSidecar)
  yield { path: root, told: told === undefined ? [] : [told] }
}

async function* walkFolder(
  root: string,
  folder: string,
  above: readonly Sidecars[],
): AsyncGenerator<WalkedFile | SourceRejection> {
  const names: string[] = []
  const [folders, links] = [new Set<string>(), new Set<string>()]
  try {
    for await (const entry of await opendir(folder, { bufferSize: 256 })) {
      const { name } = entry
      if (name.startsWith('.')) continue
      if (entry.isDirectory()) folders.add(name)
      else if (entry.isSymbolicLink()) links.add(name)
      else if (!entry.isFile()) continue
      names.push(name)
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    yield { name: folder, reason: 'unreadable', detail: `${folder}: cannot be listed (${code ?? message})` }
    return
  }
  names.sort((a, b) => (a < b ? -1 : 1))
  const here = names.includes(folderSidecar)
    ? await readFolderSidecar(join(folder, folderSidecar), relative(root, join(folder, folderSidecar)))
    : undefined
  const told = here === undefined ? above : [here, ...above]
  for (const name of names) {
    const path = join(folder, name)
    if (folders.has(name)) yield* walkFolder(root, path, told)
    else if (!links.has(name) || (await isFile(path))) yield { path, told }
  }
}

const isFile = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined))?.isFile() === true
