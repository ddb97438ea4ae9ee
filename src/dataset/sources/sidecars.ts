import { readFile } from 'node:fs/promises'
import { basename, dirname, extname, join, relative, sep } from 'node:path'
import {
  folderSidecar,
  parseFolderSidecar,
  parseSidecar,
  type Sidecar,
  sidecarEnding,
} from '../annotations/sidecar.ts'

/** What the `scene.json` of some folders say, by the paths of the pictures that they name. */
export type Sidecars = ReadonlyMap<string, Sidecar>

/**
 * Reads every `scene.json` among the files of a place, or beside a single file. A deeper one goes before those above it.
 * @throws DatasetError `source` where one is wrong
 */
export async function readSidecars(root: string, paths: readonly string[]): Promise<Sidecars> {
  const alone = paths.length === 1 && paths[0] === root
  const files = alone
    ? [join(dirname(root), folderSidecar)]
    : paths.filter((path) => basename(path) === folderSidecar)
  const found = new Map<string, Sidecar>()
  for (const file of files.sort((one, other) => one.split(sep).length - other.split(sep).length)) {
    const text = await textOf(file)
    if (text === undefined) continue
    const told = parseFolderSidecar(alone ? folderSidecar : relative(root, file), text)
    for (const [name, sidecar] of Object.entries(told)) found.set(join(dirname(file), name), sidecar)
  }
  return found
}

/** What is said of a picture: by `<name>.scene.json` beside it, else by the `scene.json` of its folder or one above. */
export async function sidecarFor(path: string, sidecars: Sidecars): Promise<Sidecar | undefined> {
  const stem = path.slice(0, path.length - extname(path).length)
  for (const file of [`${path}${sidecarEnding}`, `${stem}${sidecarEnding}`]) {
    const text = await textOf(file)
    if (text !== undefined) return parseSidecar(basename(file), text)
  }
  return sidecars.get(path)
}

/** Whether a file tells of pictures. */
export function isSidecar(name: string): boolean {
  return basename(name) === folderSidecar || name.endsWith(sidecarEnding)
}

/** Undefined where there is no such file. */
async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
