import { stat } from 'node:fs/promises'
import { basename, extname, join, relative, resolve, sep } from 'node:path'
import type { Sidecar } from '../annotations/sidecar.ts'
import type { Place } from '../configuration.ts'
import { DatasetError } from '../error.ts'
import { type ClipList, type ClipTimes, clipsOf, readClips, stemOf } from './clips.ts'
import { type FileHashes, hashOf, isSettled, type StampedFile, stampOf } from './hashes.ts'
import { isSidecar, sidecarFor } from './sidecars.ts'
import { type WalkedFile, walkFiles } from './walk.ts'

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
  /** The content of its sidecar file. */
  readonly sidecar?: Sidecar
  /** Of a video, the parts that a list of clips names, in seconds. */
  readonly clips?: readonly ClipTimes[]
}

/** A file or picture that was rejected as a source, and why. */
export interface SourceRejection {
  readonly name: string
  /** A short name that the funnel counts by: `damaged`, `tiny`, `duplicate`. */
  readonly reason: string
  /** In one line. */
  readonly detail: string
}

/** A page of what some places hold. */
export interface FoundPage {
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

/** The type of a file by its ending. */
function typeOfFile(name: string): FoundFile['type'] | undefined {
  const ending = extname(name).toLowerCase()
  return endings.photo.has(ending) ? 'photo' : endings.video.has(ending) ? 'video' : undefined
}

/** A file of a place that has a wanted name. */
type Candidate = Pick<FoundFile, 'path' | 'place' | 'name' | 'type' | 'licence'> & Pick<WalkedFile, 'told'>

/** Files whose hashes are looked up at a time. */
const filesOfPage = 500

/** What finding files may ask. */
export interface FindOptions {
  /** Hashes of files that were read before: those that have not changed are not read again. */
  readonly hashes?: FileHashes
  /** Names of those files of earlier pages that have some contents, by their hashes. */
  firstOf(hashes: readonly string[]): Promise<ReadonlyMap<string, string>>
}

/**
 * Finds the pictures and videos of some places, in the order of the places and of their names. Files of the same content
 * are taken once. Memory holds the names in one folder.
 * @throws DatasetError `source` for a place that is not there
 */
export async function* findFiles(
  folder: string,
  places: readonly Place[],
  options: FindOptions,
): AsyncGenerator<FoundPage> {
  for (const place of places) {
    const { root, isFolder } = await openPlace(folder, place)
    const list = await clipsOfPlace(folder, place, root)
    let candidates: Candidate[] = []
    let rejections: SourceRejection[] = []
    let others = 0
    for await (const entry of walkFiles(root)) {
      if ('reason' in entry) {
        rejections.push(entry)
        continue
      }
      const { path, told } = entry
      const name = isFolder ? relative(root, path).split(sep).join('/') : basename(path)
      if (!isWanted(name, place)) continue
      const type = typeOfFile(name)
      if (type === undefined) {
        if (!isSidecar(name)) others++
        continue
      }
      const licence = place.licences[name] ?? place.licence
      candidates.push({ path, place: place.path, name, type, licence, told })
      if (candidates.length < filesOfPage) continue
      yield await pageOf(candidates, { rejections, others }, { place, list, options })
      candidates = []
      rejections = []
      others = 0
    }
    yield await pageOf(candidates, { rejections, others }, { place, list, options })
  }
}

/** @throws DatasetError `source` for a place that is not there */
export async function checkPlaces(folder: string, places: readonly Place[]): Promise<void> {
  for (const place of places) await openPlace(folder, place)
}

async function openPlace(
  folder: string,
  place: Place,
): Promise<{ readonly root: string; readonly isFolder: boolean }> {
  const root = resolve(folder, place.path)
  const found = await stat(root).catch((error: NodeJS.ErrnoException) => {
    throw new DatasetError(
      'source',
      `${place.path}: ${error.code === 'ENOENT' ? 'no such file or folder' : `cannot be read (${error.code})`}; ` +
        'sources are named relative to the workspace',
    )
  })
  return { root, isFolder: found.isDirectory() }
}

/** The list of clips of a place: of the videos that are there. */
async function clipsOfPlace(folder: string, place: Place, root: string): Promise<ClipList | undefined> {
  if (place.clips === undefined) return undefined
  const videos = new Set<string>()
  for await (const entry of walkFiles(root))
    if ('path' in entry && typeOfFile(entry.path) === 'video') videos.add(stemOf(entry.path))
  return readClips(resolve(folder, place.clips), videos)
}

/** Reads what is to be known of some files, in their order. */
async function pageOf(
  candidates: readonly Candidate[],
  { rejections: before, others }: Pick<FoundPage, 'rejections' | 'others'>,
  {
    place,
    list,
    options: { hashes, firstOf },
  }: { readonly place: Place; readonly list: ClipList | undefined; readonly options: FindOptions },
): Promise<FoundPage> {
  const files: FoundFile[] = []
  const rejections = [...before]
  const facts = await readFacts(candidates, hashes)
  const known = new Map(await firstOf(facts.flatMap((fact) => ('reason' in fact ? [] : [fact.sha256]))))
  for (const read of facts) {
    if ('reason' in read) {
      rejections.push(read)
      continue
    }
    const { told, ...rest } = read
    const sidecar = await sidecarFor(read.path, told)
    const clips = read.type === 'video' && list ? clipsOf(read.name, list) : undefined
    const file: FoundFile = { ...rest, ...(sidecar && { sidecar }), ...(clips && { clips }) }
    const { name, sha256 } = file
    if (clips?.length === 0) {
      const detail = `${name}: ${place.clips} names no clip of it`
      rejections.push({ name, reason: 'not-listed', detail })
      continue
    }
    const first = known.get(sha256)
    if (first !== undefined) {
      rejections.push({ name, reason: 'duplicate', detail: `${name}: the same file as ${first}` })
      continue
    }
    known.set(sha256, name)
    files.push(file)
  }
  return { files, rejections, others }
}

type ReadFile = Candidate & Pick<FoundFile, 'bytes' | 'sha256'>

/** The facts of some files, in their order. */
async function readFacts(
  candidates: readonly Candidate[],
  hashes: FileHashes | undefined,
): Promise<readonly (ReadFile | SourceRejection)[]> {
  const stamps = new Map<string, StampedFile | SourceRejection>()
  for (const { path, name } of candidates)
    stamps.set(path, await stampOf(path).catch((error: unknown) => unreadable(name, error)))
  const there = [...stamps.values()].filter((stamp): stamp is StampedFile => 'stamp' in stamp)
  const known = (await hashes?.known(there)) ?? new Map<string, string>()
  const fresh: (StampedFile & { readonly sha256: string })[] = []
  const facts: (ReadFile | SourceRejection)[] = []
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

/**
 * Where a file that was found lies on this machine. @throws DatasetError `source` where the place is not configured any
 * more
 */
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
