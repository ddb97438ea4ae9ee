import { dataOf, elementCount, type TensorValue, tensorValue } from '../graph/index.ts'
import {
  type EditConfig,
  editNetwork,
  isV12,
  positionsOf,
  timeEmbedding,
  type Variant,
} from '../models/index.ts'
import type { EncodedTriplet, TextFeatures } from './data.ts'
import { TrainError } from './error.ts'
import { generatorAt } from './random.ts'
import { drawTime, type TimestepSampling } from './timesteps.ts'

/** Tensors by the names of the inputs of a step. */
export type Feeds = Readonly<Record<string, TensorValue>>

/** How times, noise and dropout are drawn. */
export interface DrawOptions {
  readonly seed: number
  readonly timesteps: TimestepSampling
  readonly shift: number
  /** Share of the examples whose instruction is left out. */
  readonly dropout: number
}

/** The random part of one example. */
export interface Draw {
  readonly time: number
  readonly isDropped: boolean
  readonly noise: Float32Array
}

/** Draws by seed, batch (how many came before) and slot (the example's place in it) alone. */
export function drawExample(
  { seed, timesteps, shift, dropout }: DrawOptions,
  place: { readonly batch: number; readonly slot: number },
  elements: number,
): Draw {
  const random = generatorAt(seed, 'draw', place.batch, place.slot)
  const time = drawTime(random, { sampling: timesteps, shift })
  const isDropped = random.rand(1)[0]! < dropout
  return { time, isDropped, noise: random.randn(elements) }
}

/** The inputs of one step for triplets of one grid. @throws TrainError naming a triplet that does not fit */
export function collate(
  triplets: readonly { readonly name: string; readonly triplet: EncodedTriplet }[],
  draws: readonly Draw[],
  grid: { readonly rows: number; readonly columns: number },
  { config, variant }: { readonly config: EditConfig; readonly variant: Variant },
): Feeds {
  const network = editNetwork(config)
  const shape = [1, grid.rows * grid.columns, network.channels]
  for (const { name, triplet } of triplets)
    for (const part of ['source', 'target'] as const)
      if (triplet[part].shape.join() !== shape.join())
        throw new TrainError(
          'data',
          `${name}: ${part}: expected tokens [${shape}], got [${triplet[part].shape}]; delete the cache`,
        )
  const texts = triplets.map(({ triplet }, i) => (draws[i]!.isDropped ? triplet.empty : triplet.text))
  const text = isV12(variant) ? onlyText(texts) : padTexts(texts)
  const { places, ...read } = text
  const times = draws.map(({ time }) => time)
  const embedded = timeEmbedding(times)
  return {
    source: stacked(triplets.map(({ triplet }) => triplet.source)),
    target: stacked(triplets.map(({ triplet }) => triplet.target)),
    noise: stacked(draws.map(({ noise }) => ({ dtype: 'f32', shape, data: noise }))),
    t: tensorValue('f32', [times.length, 1, 1], times),
    time: embedded,
    connectorTime: embedded,
    ...read,
    ...network.places({ text: places ? positionsOf(places) : text.features.shape[1]!, ...grid }, variant),
  }
}

/** v1.2 knows no padding, so that texts of different lengths have no batch. @throws TrainError */
function onlyText(texts: readonly TextFeatures[]): Omit<TextFeatures, 'repeats'> {
  const [text] = texts
  if (!text || texts.length > 1)
    throw new TrainError(
      'input',
      `batch: expected 1 for Step1X-Edit v1.2, whose texts are not padded, got ${texts.length}; accumulate batches instead`,
    )
  const { repeats: _, ...read } = text
  return read
}

/**
 * Texts of different lengths in one batch: rows of zeros up to the longest. The last row then stands for what is left
 * of the padding, which is the same for all, because all are padded to one length in the end.
 */
export function padTexts(texts: readonly TextFeatures[]): TextFeatures {
  const rows = Math.max(...texts.map(({ mask }) => mask.shape[1]!))
  const width = texts[0]!.features.shape[2]!
  const features = new Float32Array(texts.length * rows * width)
  const mask = new Uint8Array(texts.length * rows)
  const wholes = texts.map((text) => text.mask.shape[1]! - 1 + Number(text.repeats.data[0]))
  for (const [i, text] of texts.entries()) {
    features.set(dataOf(text.features, 'f32'), i * rows * width)
    mask.set(text.mask.data as Uint8Array, i * rows)
  }
  const [whole] = wholes
  if (wholes.some((other) => other !== whole))
    throw new TrainError(
      'data',
      `features: expected texts padded to one length, got ${wholes}; delete the cache`,
    )
  return {
    features: { dtype: 'f32', shape: [texts.length, rows, width], data: features },
    mask: { dtype: 'bool', shape: [texts.length, rows], data: mask },
    repeats: tensorValue('f32', [1], [whole! - rows + 1]),
  }
}

/** Values [1, …] as one [B, …]. */
function stacked(values: readonly TensorValue[]): TensorValue {
  const [, ...rest] = values[0]!.shape
  const each = elementCount(rest)
  const data = new Float32Array(values.length * each)
  for (const [i, value] of values.entries()) data.set(value.data as Float32Array, i * each)
  return { dtype: 'f32', shape: [values.length, ...rest], data }
}
