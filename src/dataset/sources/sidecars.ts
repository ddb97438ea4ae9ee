import { readFile } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import {
  folderSidecar,
  parseFolderSidecar,
  parseSidecar,
  type Sidecar,
  sidecarEnding,
} from '../annotations/sidecar.ts'

/** What the `scene.json` of a folder says, by the paths of the pictures that it names. */
export type Sidecars = ReadonlyMap<string, Sidecar>

/**
 * Reads a `scene.json`; undefined where there is none. @param name for messages
 * @throws DatasetError `source` where it is wrong
 */
export async function readFolderSidecar(file: string, name: string): Promise<Sidecars | undefined> {
  const text = await textOf(file)
  if (text === undefined) return undefined
  const told = parseFolderSidecar(name, text)
  return new Map(Object.entries(told).map(([picture, sidecar]) => [join(dirname(file), picture), sidecar]))
}

/**
 * The description of a picture: from `<name>.scene.json` beside it, else from the `scene.json` of its folder or one
 * above.
 */
export async function sidecarFor(path: string, told: readonly Sidecars[]): Promise<Sidecar | undefined> {
  const stem = path.slice(0, path.length - extname(path).length)
  for (const file of [`${path}${sidecarEnding}`, `${stem}${sidecarEnding}`]) {
    const text = await textOf(file)
    if (text !== undefined) return parseSidecar(basename(file), text)
  }
  return told.find((each) => each.has(path))?.get(path)
}

/** Whether a file is a sidecar. */
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
