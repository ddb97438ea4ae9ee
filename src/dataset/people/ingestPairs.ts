import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { parseTable, readTextFile } from '../../files/index.ts'
import {
  colourSignature,
  encodeMask,
  encodeStored,
  type Mask,
  type Picture,
  type PictureFile,
  perceptualHash,
  pictureHash,
  readPicture,
  registerPictures,
  resizePicture,
  similarityWarp,
  warpPicture,
} from '../../image/index.ts'
import type { FileStore } from '../../jobs/index.ts'
import { facesIn } from '../../operations/index.ts'
import { Rejection, type Toolbox } from '../../tools/index.ts'
import type { Configuration } from '../configuration.ts'
import { DatasetError } from '../error.ts'
import { pairIdOf, pairSignatureOf } from '../pairs/identify.ts'
import type { Pair } from '../pairs/pair.ts'
import type { PairStore } from '../pairs/store.ts'
import { type SourceEntry, splitOf } from '../sources/catalog.ts'
import { workingSize } from '../sources/ingest.ts'
import { measureRetouching } from './retouchMeasures.ts'

/** Two files of one picture, before and after. */
export interface PairFiles {
  readonly before: string
  readonly after: string
}

/** The result for two files. */
export interface IngestedPair extends PairFiles {
  readonly pair?: string
  /** Why they were refused. */
  readonly refused?: string
}

/**
 * The pairs of a CSV with the columns `before` and `after` (paths from its folder), or of a folder in which names end
 * in `-before` and `-after`; of a picture without its partner, the partner's path is the one that is missing. @throws
 * DatasetError `source`
 */
export async function findPairs(place: string): Promise<readonly PairFiles[]> {
  if (place.toLowerCase().endsWith('.csv')) {
    const [header, ...rows] = parseTable(await readTextFile(place), ',').map(({ cells }) => cells)
    const [before, after] = ['before', 'after'].map((name) => header?.indexOf(name) ?? -1) as [number, number]
    if (before < 0 || after < 0)
      throw new DatasetError('source', `${place}: expected columns 'before' and 'after'`)
    const path = (name: string | undefined): string => resolve(dirname(place), name ?? '')
    return rows.map((row) => ({ before: path(row[before]), after: path(row[after]) }))
  }
  const names = await readdir(place).catch((error: NodeJS.ErrnoException) => {
    throw new DatasetError('source', `${place}: cannot be read (${error.code}); expected a folder or a CSV`)
  })
  const stems = new Map(names.map((name) => [name.replace(/\.\w+$/, ''), name]))
  const files = (stem: string, suffix: string): string => join(place, stems.get(stem) ?? `${stem}${suffix}`)
  const found = new Map<string, PairFiles>()
  for (const [stem, name] of stems) {
    const [, person] = /^(.*)-(?:before|after)$/.exec(stem) ?? []
    if (person === undefined) continue
    // A partner that is missing is refused when it is read.
    const suffix = extname(name)
    found.set(person, { before: files(`${person}-before`, suffix), after: files(`${person}-after`, suffix) })
  }
  if (found.size === 0)
    throw new DatasetError(
      'source',
      `${place}: no pairs; expected names like ann-before.jpg and ann-after.jpg`,
    )
  return [...found.values()]
}

/** The context of ingestion. */
export interface PairIngestion {
  readonly pairs: PairStore
  readonly files: FileStore
  readonly tools: Toolbox
  /** Working size as of other sources, and what decides sides. */
  readonly configuration: Pick<Configuration, 'size' | 'seed' | 'split'>
  /** Of all pictures. */
  readonly licence: string
  /** Called with the source of each pair before that is added. */
  addSource(entry: SourceEntry): Promise<void>
}

/** Takes beautification pairs, each by itself: aligned, measured, and named by what was measured, or refused. */
export async function ingestPair(files: PairFiles, parts: PairIngestion): Promise<IngestedPair> {
  try {
    const pair = await ingested(files, parts)
    await parts.pairs.add([pair])
    return { ...files, pair: pair.id }
  } catch (error) {
    const { message } = error as Error
    if (!(error instanceof Rejection)) return { ...files, refused: message }
    const values = Object.entries(error.values).map(([name, value]) => `${name} ${value}`)
    return { ...files, refused: `${files.after}: ${error.reason} (${values.join(', ')})` }
  }
}

async function ingested({ before, after }: PairFiles, parts: PairIngestion): Promise<Pair> {
  const [first, second] = [await readPicture(before), await readPicture(after)]
  const apart = Math.abs(Math.log(second.width / second.height / (first.width / first.height)))
  if (apart > 0.03)
    throw new Rejection('other-shape', {
      before: `${first.width}×${first.height}`,
      after: `${second.width}×${second.height}`,
    })
  const size = workingSize(first, parts.configuration.size)
  const source = resizePicture(first, { ...size, filter: 'lanczos' })
  const target = aligned(source, resizePicture(second, { ...size, filter: 'lanczos' }))
  const faces = parts.tools.get('faces')
  const [face, changed] = [(await facesIn(source, faces))[0], (await facesIn(target, faces))[0]]
  if (!face || !changed) throw new Rejection('no-face', { before: face ? 1 : 0, after: changed ? 1 : 0 })
  const { facts, region, values } = measureRetouching(source, target, face, changed)
  const entry = await sourceEntry(parts, source, first, before)
  await parts.addSource(entry)
  return stored(parts, entry, { source, target, region, facts, values })
}

/** The edited picture over the source, moved and zoomed as registration says. */
function aligned(source: Picture, edited: Picture): Picture {
  const found = registerPictures(source, edited)
  if (!found || found.agreement < 0.5)
    throw new Rejection('not-aligned', { agreement: Number((found?.agreement ?? 0).toFixed(2)) })
  const { shift, zoom } = found
  const { width, height } = source
  if (Math.hypot(...shift) < 0.5 && Math.abs(zoom - 1) < 0.002) return edited
  const middle = [width / 2, height / 2] as const
  const warp = similarityWarp({
    scale: 1 / zoom,
    center: [middle[0] + shift[0], middle[1] + shift[1]],
    to: middle,
  })
  return warpPicture(edited, warp, { width, height })
}

/** The picture before the edit as a source; the next run groups it with those that look alike. */
async function sourceEntry(
  { files, configuration, licence }: PairIngestion,
  source: Picture,
  { width, height, format }: PictureFile,
  file: string,
): Promise<SourceEntry> {
  const [name, bytes] = [basename(file), await readFile(file)]
  const id = pictureHash(source)
  return {
    id,
    at: '',
    width: source.width,
    height: source.height,
    original: { width, height, format },
    hash: perceptualHash(source),
    colours: colourSignature(source),
    picture: await files.put(await encodeStored(source)),
    name,
    type: 'photo',
    licence,
    file: { name, sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length },
    group: id,
    split: splitOf(id, configuration),
  }
}

interface Measured {
  readonly source: Picture
  readonly target: Picture
  readonly region: Mask
  readonly facts: Pair['facts']
  readonly values: Readonly<Record<string, number>>
}

async function stored(
  { files, tools }: PairIngestion,
  { id, split, picture }: SourceEntry,
  { source, target, region, facts, values }: Measured,
): Promise<Pair> {
  const { implementation, version } = tools.get('faces').facts
  return {
    id: pairIdOf({ source, target, mask: region }),
    kind: 'ps_human',
    source: id,
    split,
    origin: 'outside',
    donors: [],
    width: source.width,
    height: source.height,
    pictures: {
      source: picture,
      target: await files.put(await encodeStored(target)),
      mask: await files.put(await encodeMask(region)),
    },
    facts,
    parameters: values,
    tools: { faces: { implementation, version } },
    signature: pairSignatureOf({ source, target }),
  }
}
