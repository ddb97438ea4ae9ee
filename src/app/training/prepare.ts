import { dirname, join } from 'node:path'
import type { Condition, EditParts } from '../../edit/index.ts'
import { type Picture, pictureHash, readPicture, resizePicture } from '../../image/index.ts'
import {
  bucketSizes,
  type CachedExample,
  cachedData,
  FeatureCache,
  nearestBucket,
  TrainError,
  type TrainingData,
  type Triplet,
} from '../../train/index.ts'
import type { TripletSource } from './triplets.ts'

/** How triplets are made ready. */
export interface PrepareOptions {
  readonly size: number
  /** Folder of the cache. */
  readonly cache: string
  /** How often triplets of a kind are seen; 1 unless given. */
  readonly kinds: Readonly<Record<string, number>>
  /** Triplets whose pictures are kept to be shown. */
  readonly shown: number
  readonly onProgress: (done: number, total: number | undefined) => void
  readonly signal: AbortSignal
}

/** A triplet that is ready, with its pictures at the size that they are trained at. */
export interface ShownTriplet extends CachedExample {
  readonly pictures: { readonly source: Picture; readonly target: Picture }
}

/** Triplets that are ready, to train on and to show. */
export interface Prepared {
  readonly data: TrainingData
  /** The first ones. */
  readonly shown: readonly ShownTriplet[]
  readonly cache: FeatureCache
}

/** Where latents and features of a list are kept unless told. */
export function cacheBeside(list: string): string {
  return join(dirname(list), '.pentimento-cache')
}

/**
 * Encodes pictures and instructions that are not in the cache yet. What takes the language model and the autoencoder
 * is done once: the model in training is never among it. @throws TrainError naming a row that cannot be used
 */
export async function prepare(
  name: string,
  { triplets, total }: TripletSource,
  parts: EditParts,
  options: PrepareOptions,
): Promise<Prepared> {
  const cache = new FeatureCache(options.cache)
  const sizes = bucketSizes({ size: options.size, multiple: parts.pixelsPerToken })
  const ready: CachedExample[] = []
  const shown: ShownTriplet[] = []
  for await (const triplet of triplets) {
    if (options.signal.aborted)
      throw new TrainError('cancelled', 'train: stopped while the data was made ready; what is ready is kept')
    options.onProgress(ready.length, total)
    const { source, target } = await picturesOf(triplet)
    const size = nearestBucket(source, sizes)
    const [from, to] = [fitted(source, size), fitted(target, size)]
    const latent = async (picture: Picture) => {
      const key = FeatureCache.keyOf('latent', parts.keys.encode, pictureHash(picture))
      if (!cache.has(key)) await cache.write(key, { tokens: await parts.encode(picture) })
      return key
    }
    const text = async (instruction: string) => {
      const key = FeatureCache.keyOf('text', parts.keys.condition, pictureHash(from), instruction)
      if (!cache.has(key)) await cache.write(key, { ...(await parts.condition(from, instruction)) })
      return key
    }
    const weight = (triplet.weight ?? 1) * (options.kinds[triplet.kind ?? ''] ?? 1)
    const example = {
      name: triplet.name,
      grid: { rows: size.height / parts.pixelsPerToken, columns: size.width / parts.pixelsPerToken },
      weight,
      source: await latent(from),
      target: await latent(to),
      text: await text(triplet.instruction),
      empty: await text(''),
    }
    ready.push(example)
    if (shown.length < options.shown) shown.push({ ...example, pictures: { source: from, target: to } })
  }
  options.onProgress(ready.length, ready.length)
  await parts.release()
  return { data: cachedData(name, ready, cache), shown, cache }
}

/** Most that the shapes of source and target may differ: a few pixels of rounding, no crop. */
const mostOff = 0.03

/** @throws TrainError naming the row */
async function picturesOf({
  name,
  source,
  target,
}: Triplet): Promise<{ readonly source: Picture; readonly target: Picture }> {
  const read = async (part: string, file: string | Uint8Array) =>
    readPicture(file).catch((error: Error) => {
      throw new TrainError('data', `${name}: ${part}: ${error.message}`, { cause: error })
    })
  const pictures = { source: await read('source', source), target: await read('target', target) }
  const [a, b] = [pictures.source, pictures.target]
  if (Math.abs(Math.log(a.width / a.height) - Math.log(b.width / b.height)) > mostOff)
    throw new TrainError(
      'data',
      `${name}: expected source and target of one shape, got ${a.width}×${a.height} and ${b.width}×${b.height}; mend or remove the row`,
    )
  return pictures
}

/** The middle of a picture in the shape of a size, at that size. */
function fitted(picture: Picture, size: { readonly width: number; readonly height: number }): Picture {
  const scale = Math.min(picture.width / size.width, picture.height / size.height)
  const width = Math.min(picture.width, Math.round(size.width * scale))
  const height = Math.min(picture.height, Math.round(size.height * scale))
  const [left, top] = [(picture.width - width) >> 1, (picture.height - height) >> 1]
  const data = new Uint8Array(3 * width * height)
  for (let y = 0; y < height; y++) {
    const from = 3 * ((top + y) * picture.width + left)
    data.set(picture.data.subarray(from, from + 3 * width), 3 * y * width)
  }
  return resizePicture({ width, height, data }, size)
}

/** A text out of the cache as edits take it. */
export async function conditionOf(cache: FeatureCache, key: string): Promise<Condition> {
  const { features, mask, repeats } = await cache.read(key)
  return { features: features!, mask: mask!, repeats: repeats! }
}
