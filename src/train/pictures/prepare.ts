import { stat } from 'node:fs/promises'
import type { Condition, EditParts } from '../../edit/index.ts'
import { systemReason } from '../../error/index.ts'
import { cropPicture, type Picture, pictureHash, readPicture, resizePicture } from '../../image/index.ts'
import { type BucketSize, bucketSizes, nearestBucket } from '../buckets.ts'
import { type CachedExample, cachedData, FeatureCache } from '../cache.ts'
import type { TrainingData } from '../data.ts'
import { TrainError } from '../error.ts'
import type { Triplet } from '../triplets.ts'
import type { TripletSource } from './options.ts'

/** How triplets are prepared. */
export interface PrepareOptions {
  /** What the triplets are, for messages. */
  readonly name: string
  readonly size: number
  readonly features: FeatureCache
  /** How often triplets of a kind are seen. Default: 1. */
  readonly kinds?: Readonly<Record<string, number>> | undefined
  /** Triplets whose pictures are kept to be shown. Default: 0. */
  readonly shown?: number | undefined
  readonly onProgress?: ((progress: PrepareProgress) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/** Progress of preparation: first every picture is checked, then new ones are encoded. */
export interface PrepareProgress {
  readonly stage: 'check' | 'encode'
  readonly done: number
  /** Undefined if the source does not know its length. */
  readonly total: number | undefined
}

/** A triplet with its pictures at the size that they are trained at. */
export interface ShownTriplet extends CachedExample {
  readonly pictures: { readonly source: Picture; readonly target: Picture }
}

/** Triplets that were checked and are known by content; {@link encodeTriplets} makes what is missing. */
export interface CheckedTriplets {
  readonly data: TrainingData
  readonly examples: readonly CachedExample[]
  /** The first ones. */
  readonly shown: readonly ShownTriplet[]
  /** Names of triplets whose source and target have the same pixels. */
  readonly equal: readonly string[]
}

/** Raised when the model's code gives other latents or features for the same inputs: kept ones are then not used. */
const featureVersion = 2

/** The name of a row in messages. */
const rowName = (triplet: Triplet, index: number): string => triplet.name ?? `triplet ${index + 1}`

/**
 * Checks that the files of all triplets exist and no instruction is empty, without reading a picture.
 * @returns how many triplets there are
 * @throws TrainError that names the first row which cannot be used, and how many more there are
 */
export async function checkRows(triplets: Iterable<Triplet>): Promise<number> {
  const wrong: string[] = []
  let count = 0
  for (const triplet of triplets) {
    const reason = await reasonAgainst(triplet)
    if (reason !== undefined) wrong.push(`${rowName(triplet, count)}: ${reason}`)
    count++
  }
  if (count === 0) throw new TrainError('data', 'triplets: expected at least one, got none')
  if (wrong.length > 0)
    throw new TrainError(
      'data',
      `${wrong[0]}; correct or remove the row${wrong.length > 1 ? ` and ${wrong.length - 1} more like it` : ''}`,
    )
  return count
}

async function reasonAgainst({
  source,
  target,
  instruction,
  weight = 1,
}: Triplet): Promise<string | undefined> {
  if (instruction.trim() === '') return 'instruction: expected a text, got none'
  if (!(Number.isFinite(weight) && weight >= 0))
    return `weight: expected a number of at least 0, got ${weight}`
  for (const [part, file] of Object.entries({ source, target })) {
    if (typeof file !== 'string') continue
    try {
      if ((await stat(file)).isDirectory()) return `${part}: ${file}: a folder, expected a picture file`
    } catch (error) {
      return `${part}: ${file}: ${systemReason(error)}`
    }
  }
  return undefined
}

/**
 * Reads every picture and names what is made of it by content: pixels, instruction, weights, and how they run. Nothing
 * is encoded. @throws TrainError naming a row that cannot be used
 */
export async function checkTriplets(
  triplets: TripletSource,
  parts: Pick<EditParts, 'keys' | 'pixelsPerToken'>,
  total: number | undefined,
  options: PrepareOptions,
): Promise<CheckedTriplets> {
  const { name, size, features, kinds = {}, shown: most = 0 } = options
  const sizes = bucketSizes({ size, multiple: parts.pixelsPerToken })
  const examples: CachedExample[] = []
  const shown: ShownTriplet[] = []
  const equal: string[] = []
  const unseen = new Set(Object.keys(kinds))
  for await (const triplet of triplets) {
    report(options, { stage: 'check', done: examples.length, total })
    const row = rowName(triplet, examples.length)
    const reason = await reasonAgainst(triplet)
    if (reason !== undefined) throw new TrainError('data', `${row}: ${reason}; correct or remove the row`)
    const { pictures, bucket } = await fittedPictures(row, triplet, sizes)
    const hashes = { source: pictureHash(pictures.source), target: pictureHash(pictures.target) }
    if (hashes.source === hashes.target) equal.push(row)
    unseen.delete(triplet.kind ?? '')
    const latent = (hash: string) => FeatureCache.keyOf('latent', featureVersion, parts.keys.encode, hash)
    const text = (instruction: string) =>
      FeatureCache.keyOf('text', featureVersion, parts.keys.condition, hashes.source, instruction)
    const example: CachedExample = {
      name: row,
      grid: { rows: bucket.height / parts.pixelsPerToken, columns: bucket.width / parts.pixelsPerToken },
      weight: (triplet.weight ?? 1) * (kinds[triplet.kind ?? ''] ?? 1),
      source: latent(hashes.source),
      target: latent(hashes.target),
      text: text(triplet.instruction),
      empty: text(''),
    }
    examples.push(example)
    if (shown.length < most) shown.push({ ...example, pictures })
  }
  if (!examples.some(({ weight = 1 }) => weight > 0))
    throw new TrainError(
      'data',
      `${name}: expected at least one triplet${examples.length > 0 ? ' with a weight above 0' : ''}, got none`,
    )
  if (unseen.size > 0)
    throw new TrainError('data', `kinds: no triplet has the kind ${[...unseen].join(' or ')}; check the name`)
  return { data: cachedData(name, examples, features), examples, shown, equal }
}

/** Encodes the pictures and instructions that are not kept yet, then frees the memory of what encodes. */
export async function encodeTriplets(
  triplets: TripletSource,
  parts: EditParts,
  { examples }: CheckedTriplets,
  options: PrepareOptions,
): Promise<void> {
  const { features, size } = options
  const isKept = ({ source, target, text, empty }: CachedExample) =>
    [source, target, text, empty].every((key) => features.has(key))
  const sizes = bucketSizes({ size, multiple: parts.pixelsPerToken })
  let index = 0
  if (!examples.every(isKept))
    for await (const triplet of triplets) {
      report(options, { stage: 'encode', done: index, total: examples.length })
      const example = examples[index++]
      if (!example) break
      if (isKept(example)) continue
      const { pictures } = await fittedPictures(example.name, triplet, sizes)
      for (const part of ['source', 'target'] as const)
        if (!features.has(example[part]))
          await features.write(example[part], { tokens: await parts.encode(pictures[part]) })
      for (const [part, instruction] of [
        ['text', triplet.instruction],
        ['empty', ''],
      ] as const)
        if (!features.has(example[part]))
          await features.write(example[part], { ...(await parts.condition(pictures.source, instruction)) })
    }
  report(options, { stage: 'encode', done: examples.length, total: examples.length })
  await parts.release()
}

/** @throws TrainError when the run was cancelled */
function report({ onProgress, signal }: PrepareOptions, progress: PrepareProgress): void {
  if (signal?.aborted)
    throw new TrainError(
      'cancelled',
      'training: stopped while preparing the triplets; finished latents and features are cached',
    )
  onProgress?.(progress)
}

/** Most that the shapes of source and target may differ: a few pixels of rounding, no crop. */
const mostOff = 0.03

/** Both pictures of a triplet at the size that they are trained at. @throws TrainError naming the row */
async function fittedPictures(
  row: string,
  { source, target }: Triplet,
  sizes: readonly BucketSize[],
): Promise<{
  readonly pictures: { readonly source: Picture; readonly target: Picture }
  readonly bucket: BucketSize
}> {
  const read = async (part: string, file: string | Uint8Array) =>
    readPicture(file).catch((error: Error) => {
      throw new TrainError('data', `${row}: ${part}: ${error.message}`, { cause: error })
    })
  const [from, to] = [await read('source', source), await read('target', target)]
  if (Math.abs(Math.log(from.width / from.height) - Math.log(to.width / to.height)) > mostOff)
    throw new TrainError(
      'data',
      `${row}: expected source and target of one shape, got ${from.width}×${from.height} and ${to.width}×${to.height}; correct or remove the row`,
    )
  const bucket = nearestBucket(from, sizes)
  return { pictures: { source: fitted(from, bucket), target: fitted(to, bucket) }, bucket }
}

/** The middle of a picture in the shape of a size, at that size. */
function fitted(picture: Picture, size: BucketSize): Picture {
  const scale = Math.min(picture.width / size.width, picture.height / size.height)
  const width = Math.min(picture.width, Math.round(size.width * scale))
  const height = Math.min(picture.height, Math.round(size.height * scale))
  const [left, top] = [(picture.width - width) >> 1, (picture.height - height) >> 1]
  return resizePicture(cropPicture(picture, { x: left, y: top, width, height }), size)
}

/** A text of the features as edits take it. */
export async function conditionOf(features: FeatureCache, key: string): Promise<Condition> {
  return (await features.read(key)) as unknown as Condition
}
