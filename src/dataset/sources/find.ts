import { readdir, stat } from 'node:fs/promises'
import { basename, extname, join, relative, resolve, sep } from 'node:path'
import type { Sidecar } from '../annotations/sidecar.ts'
import type { Place } from '../configuration.ts'
import { DatasetError } from '../error.ts'
import { type ClipTimes, clipsOf, readClips } from './clips.ts'
import { type FileHashes, hashOf, isSettled, type StampedFile, stampOf } from './hashes.ts'
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
  /** Of a video, the parts that a list of clips names, in seconds. */
  readonly clips?: readonly ClipTimes[]
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

/** A file of a place that has a wanted name. */
type Candidate = Pick<FoundFile, 'path' | 'place' | 'name' | 'type' | 'licence'>

/** Files whose hashes are looked up at a time. */
const filesOfPage = 500

/**
 * Finds the pictures and videos of some places, in the order of the places and of their names. Files of the same content
 * are taken once. @param hashes of files that were read before: those that have not changed are not read again
 * @throws DatasetError `source` for a place that is not there
 */
export async function findFiles(
  folder: string,
  places: readonly Place[],
  hashes?: FileHashes,
): Promise<Found> {
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
    const list = place.clips === undefined ? undefined : await readClips(resolve(folder, place.clips))
    const candidates: Candidate[] = []
    for (const path of paths) {
      const name = found.isDirectory() ? relative(root, path).split(sep).join('/') : basename(path)
      if (!isWanted(name, place)) continue
      const type = typeOfFile(name)
      if (type !== undefined)
        candidates.push({
          path,
          place: place.path,
          name,
          type,
          licence: place.licences[name] ?? place.licence,
        })
      else if (!isSidecar(name)) others++
    }
    for (let start = 0; start < candidates.length; start += filesOfPage) {
      for (const read of await readFacts(candidates.slice(start, start + filesOfPage), hashes)) {
        if ('reason' in read) {
          rejections.push(read)
          continue
        }
        const sidecar = await sidecarFor(read.path, sidecars)
        const clips = read.type === 'video' && list ? clipsOf(read.name, list) : undefined
        const file: FoundFile = { ...read, ...(sidecar && { sidecar }), ...(clips && { clips }) }
        const { name } = file
        if (clips?.length === 0) {
          rejections.push({
            name,
            reason: 'not-listed',
            detail: `${name}: ${place.clips} names no clip of it`,
          })
          continue
        }
        if (byContent.has(file.sha256)) {
          const detail = `${name}: the same file as ${byContent.get(file.sha256)}`
          rejections.push({ name, reason: 'duplicate', detail })
        } else {
          byContent.set(file.sha256, name)
          files.push(file)
        }
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

/** The facts of some files, in their order. */
async function readFacts(
  candidates: readonly Candidate[],
  hashes: FileHashes | undefined,
): Promise<readonly (FoundFile | SourceRejection)[]> {
  const stamps = new Map<string, StampedFile | SourceRejection>()
  for (const { path, name } of candidates)
    stamps.set(path, await stampOf(path).catch((error: unknown) => unreadable(name, error)))
  const there = [...stamps.values()].filter((stamp): stamp is StampedFile => 'stamp' in stamp)
  const known = (await hashes?.known(there)) ?? new Map<string, string>()
  const fresh: (StampedFile & { readonly sha256: string })[] = []
  const facts: (FoundFile | SourceRejection)[] = []
  for (const candidate of candidates) {
    const { path, name } = candidate
    const stamp = stamps.get(path)!
    if ('reason' in stamp) facts.push(stamp)
    else if (stamp.bytes === 0) facts.push({ name, reason: 'empty', detail: `${name}: the file is empty` })
    else
      try {
        const sha256 = known.get(path) ?? (await hashOf(path))
        if (!known.has(path) && isSettled(stamp)) fresh.push({ ...stamp, sha256 })
        facts.push({ ...candidate, bytes: stamp.bytes, sha256 })
      } catch (error) {
        facts.push(unreadable(name, error))
      }
  }
  if (fresh.length > 0) await hashes?.remember(fresh)
  return facts
}

function unreadable(name: string, error: unknown): SourceRejection {
  const { code, message } = error as NodeJS.ErrnoException
  return { name, reason: 'unreadable', detail: `${name}: cannot be read (${code ?? message})` }
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
