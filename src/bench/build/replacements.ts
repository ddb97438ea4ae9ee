import { readdir, readFile, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { writeFileWhole } from '../../files/index.ts'
import { type Picture, readPicture } from '../../image/index.ts'
import { BenchError } from '../error.ts'
import { type Look, lookOf, unlikeness } from './likeness.ts'

/** A public picture that may replace a private one. */
export interface Candidate {
  /** Unique over all sources: `folder:beach/12.jpg`, `search:photo-77`. */
  readonly name: string
  readonly licence: string
  /** How unlike the private picture it is, 0 to 1. */
  readonly unlikeness: number
  /** Where it comes from, for the record. */
  readonly source: string
}

/** A search for replacements. */
export interface Wanted {
  readonly look: Look
  readonly picture: Picture
  /** The instructions that it is for, without what is personal in them. */
  readonly instructions: readonly string[]
  /** What the detector sees in it. */
  readonly labels: readonly string[]
}

/** A source of public pictures. */
export interface ReplacementSource {
  readonly name: string
  /** In descending order of likeness. */
  find(wanted: Wanted, signal: AbortSignal): Promise<readonly Candidate[]>
  /** The picture of a candidate of this source, by its name. */
  read(name: string, signal: AbortSignal): Promise<Picture>
}

/** A candidate that is at most this unlike is proposed. */
export const fitsBelow = 0.45
/** Candidates that are listed. */
const listed = 5

type Index = Record<string, readonly [size: number, modified: number, look: Look]>

/**
 * A folder of pictures that may be published, found by how they look. What they look like is kept in `memory`, so that
 * each is read once.
 */
export function folderSource(folder: string, licence: string, memory: string): ReplacementSource {
  let looks: Promise<ReadonlyMap<string, Look>> | undefined
  return {
    name: 'folder',
    async find({ look }) {
      looks ??= indexOf(folder, memory)
      return [...(await looks)]
        .map(([path, its]) => ({
          name: `folder:${path}`,
          licence,
          unlikeness: unlikeness(look, its),
          source: path,
        }))
        .sort((a, b) => a.unlikeness - b.unlikeness || (a.name < b.name ? -1 : 1))
        .slice(0, listed)
    },
    async read(name) {
      const { width, height, data } = await readPicture(
        join(folder, ...name.replace(/^folder:/, '').split('/')),
      )
      return { width, height, data }
    },
  }
}

async function indexOf(folder: string, memory: string): Promise<ReadonlyMap<string, Look>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: Error) => {
    throw new BenchError('suite', `${folder}: cannot read the replacements (${error.message})`)
  })
  const known = await readFile(memory, 'utf8').then(
    (text) => JSON.parse(text) as Index,
    () => ({}) as Index,
  )
  const next: Index = {}
  const looks = new Map<string, Look>()
  for (const entry of entries) {
    if (!entry.isFile() || !/\.(jpe?g|png|webp|avif|heic|gif|tiff?)$/i.test(entry.name)) continue
    const file = join(entry.parentPath, entry.name)
    const path = relative(folder, file).replaceAll('\\', '/')
    const { size, mtimeMs } = await stat(file)
    const before = known[path]
    // Damaged pictures are skipped.
    const look =
      before && before[0] === size && before[1] === mtimeMs
        ? before[2]
        : await readPicture(file).then(lookOf, () => undefined)
    if (!look) continue
    next[path] = [size, mtimeMs, look]
    looks.set(path, look)
  }
  await writeFileWhole(memory, JSON.stringify(next))
  return new Map([...looks].sort(([a], [b]) => (a < b ? -1 : 1)))
}
