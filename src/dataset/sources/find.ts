import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { basename, extname, join, relative, resolve, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Sidecar } from '../annotations/sidecar.ts'
import type { Place } from '../configuration.ts'
import { DatasetError } from '../error.ts'
import { isSidecar, readSidecars, sidecarFor } from './sidecars.ts'

/** A file that may hold a source. */
export interface FoundFile {
  /** Where it lies on this machine. */
  readonly path: string
  /** The place of the configuration that it was found in, as that names it. */
  readonly place: string
  /** Its path below the place it was found in, with `/`; for a single file its name. */
  readonly name: string
  readonly licence: string
  readonly type: 'photo' | 'video'
  readonly bytes: number
  /** SHA-256 of its content. */
  readonly sha256: string
  /** What the file beside it says of it. */
  readonly sidecar?: Sidecar
}

/** A file or picture that became no source, and why. */
export interface SourceRejection {
  readonly name: string
  /** A short name that the funnel counts by: `damaged`, `tiny`, `duplicate`. */
  readonly reason: string
  /** In one line. */
  readonly detail: string
}

/** What a walk over some places gave. */
export interface Found {
  readonly files: readonly FoundFile[]
  readonly rejections: readonly SourceRejection[]
  /** Files with other endings. */
  readonly others: number
}

const endings: Readonly<Record<FoundFile['type'], ReadonlySet<string>>> = {
  photo: new Set([
    '.jpg',
    '.jpeg',
    '.png',
    '.webp',
    '.avif',
    '.gif',
    '.tif',
    '.tiff',
    '.heic',
    '.heif',
    '.bmp',
  ]),
  video: new Set(['.mp4', '.m4v', '.mov', '.avi', '.mkv', '.webm', '.mpg', '.mpeg']),
}

/** What a file's ending says that it holds. */
function typeOfFile(name: string): FoundFile['type'] | undefined {
  const ending = extname(name).toLowerCase()
  return endings.photo.has(ending) ? 'photo' : endings.video.has(ending) ? 'video' : undefined
}

/**
 * Finds the pictures and videos of some places, in the order of the places and of their names. Files of the same content
 * are taken once. @throws DatasetError `source` for a place that is not there
 */
export async function findFiles(folder: string, places: readonly Place[]): Promise<Found> {
  const files: FoundFile[] = []
  const rejections: SourceRejection[] = []
  const byContent = new Map<string, string>()
  let others = 0
  for (const place of places) {
    const root = resolve(folder, place.path)
    const found = await stat(root).catch((error: NodeJS.ErrnoException) => {
      throw new DatasetError(
        'source',
        `${place.path}: ${error.code === 'ENOENT' ? 'no such file or folder' : `cannot be read (${error.code})`}; ` +
          'sources are named relative to the workspace',
      )
    })
    const paths = found.isDirectory() ? await walk(root, rejections) : [root]
    const sidecars = await readSidecars(root, paths)
    for (const path of paths) {
      const name = found.isDirectory() ? relative(root, path).split(sep).join('/') : basename(path)
      if (!isWanted(name, place)) continue
      const type = typeOfFile(name)
      if (type === undefined) {
        if (!isSidecar(name)) others++
        continue
      }
      const read = await readFacts(path, {
        place: place.path,
        name,
        type,
        licence: place.licences[name] ?? place.licence,
      })
      const sidecar = await sidecarFor(path, sidecars)
      const file = sidecar === undefined || 'reason' in read ? read : { ...read, sidecar }
      if ('reason' in file) rejections.push(file)
      else {
        const known = byContent.get(file.sha256)
        if (known === undefined) {
          byContent.set(file.sha256, name)
          files.push(file)
        } else rejections.push({ name, reason: 'duplicate', detail: `${name}: the same file as ${known}` })
      }
    }
  }
  return { files, rejections, others }
}

/** All files below a folder, by name; hidden ones are left out. Links to folders are not followed. */
async function walk(root: string, rejections: SourceRejection[]): Promise<string[]> {
  const entries = await readdir(root, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    rejections.push({
      name: root,
      reason: 'unreadable',
      detail: `${root}: cannot be listed (${error.code ?? error.message})`,
    })
    return []
  })
  const sorted = entries
    .filter(({ name }) => !name.startsWith('.'))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  const paths: string[] = []
  for (const entry of sorted) {
    const path = join(root, entry.name)
    if (entry.isDirectory()) for (const below of await walk(path, rejections)) paths.push(below)
    else if (entry.isFile() || (entry.isSymbolicLink() && (await isFile(path)))) paths.push(path)
  }
  return paths
}

const isFile = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined))?.isFile() === true

async function readFacts(
  path: string,
  facts: Pick<FoundFile, 'place' | 'name' | 'type' | 'licence'>,
): Promise<FoundFile | SourceRejection> {
  const { name } = facts
  try {
    const { size } = await stat(path)
    if (size === 0) return { name, reason: 'empty', detail: `${name}: the file is empty` }
    const hash = createHash('sha256')
    await pipeline(createReadStream(path), hash)
    return { path, ...facts, bytes: size, sha256: hash.digest('hex') }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    return { name, reason: 'unreadable', detail: `${name}: cannot be read (${code ?? message})` }
  }
}

/** Where a file that was found lies on this machine. @throws DatasetError `source` where the place is not configured any more */
export async function pathOfFile(
  folder: string,
  places: readonly Place[],
  { place, name }: Pick<FoundFile, 'place' | 'name'>,
): Promise<string> {
  if (!places.some(({ path }) => path === place))
    throw new DatasetError('source', `${name}: its place ${place} is not in the configuration of this worker`)
  const root = resolve(folder, place)
  const found = await stat(root).catch(() => undefined)
  return found?.isFile() === true ? root : join(root, ...name.split('/'))
}

function isWanted(name: string, { include, exclude }: Place): boolean {
  const matches = (glob: string) => globPattern(glob).test(name)
  return (include.length === 0 || include.some(matches)) && !exclude.some(matches)
}

/** `*` and `?` within a name, `**` over folders; a glob without `/` is held against the last name alone. */
export function globPattern(glob: string): RegExp {
  const whole = glob.includes('/') ? glob : `**/${glob}`
  const source = whole.replace(/\*\*\/|\*\*|\*|\?|[.+^${}()|[\]\\]/g, (sign) => {
    if (sign === '**/') return '(?:.*/)?'
    if (sign === '**') return '.*'
    if (sign === '*') return '[^/]*'
    return sign === '?' ? '[^/]' : `\\${sign}`
  })
  return new RegExp(`^${source}$`, 'iu')
}
