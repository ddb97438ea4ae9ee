import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type EditParts, openParts } from 'pentimento/edit'
import type { TensorValue } from 'pentimento/graph'
import { TorchGenerator } from 'pentimento/random'
import {
  type EncodedTriplet,
  type LoraOptions,
  type StepMetrics,
  type TrainingData,
  train,
  trainedWeights,
} from 'pentimento/train'
import { smallConfig, writeSmallTransformer } from './smallModel.ts'
import { writeTinyCheckpoint } from './tinyCheckpoint.ts'

/** What a run over eight triplets gave. */
export interface Overfit {
  readonly losses: readonly number[]
  /** Peak signal-to-noise ratio in dB of each sampled edit against its target, both through the same decoder. */
  readonly psnr: readonly number[]
}

/** How long and what is trained. */
export interface OverfitOptions {
  readonly steps: number
  readonly batch: number
  /** Default: all weights are trained. */
  readonly lora?: LoraOptions
  readonly isNew?: ((path: string) => boolean) | undefined
  readonly onStep?: (metrics: StepMetrics) => void
}

const grid = { width: 2, height: 2 }

/**
 * Trains a small connector and transformer from nothing on eight triplets, whose pictures have nothing in common, and
 * samples them all.
 */
export async function overfit(folder: string, options: OverfitOptions): Promise<Overfit> {
  await writeTinyCheckpoint(folder)
  await writeSmallTransformer(join(folder, 'step1x-edit-i1258.safetensors'), smallConfig, 1)
  const hints = JSON.parse(await readFile(join(folder, 'pentimento.json'), 'utf8')) as { dit: object }
  const { heads } = smallConfig.dit
  const dit = { ...hints.dit, numHeads: heads }
  await writeFile(join(folder, 'pentimento.json'), JSON.stringify({ ...hints, dit }))
  const parts = await openParts(folder, { provider: 'cpu', threads: 1 })
  try {
    return await learnEight(parts, options)
  } finally {
    await parts.close()
  }
}

/** Trains the transformer and connector of a small model on eight triplets, and samples them all. */
export async function learnEight(parts: EditParts, options: OverfitOptions): Promise<Overfit> {
  const { batch, steps, lora, isNew } = options
  const triplets = eightTriplets()
  const losses: number[] = []
  let weights: Readonly<Record<string, TensorValue>> = {}
  // The second run, at a sixth of the rate, goes on from the first one's average.
  for (const [share, learningRate] of [
    [0.75, 3e-3],
    [0.25, 5e-4],
  ] as const) {
    const run = await train(
      {
        runtime: parts.runtime,
        model: { config: parts.config, variant: parts.variant, source: parts.transformer, isNew },
        data: dataOf(triplets),
        lora,
        initial: new Map(Object.entries(weights)),
        options: {
          batch,
          steps: Math.round(steps * share),
          learningRate,
          warmup: 30,
          average: 0.99,
          dropout: 0,
          weightDecay: 0,
        },
      },
      {
        onStep: (metrics) => {
          losses.push(metrics.loss)
          options.onStep?.(metrics)
        },
      },
    )
    weights = run.weights
  }
  const transformer = await trainedWeights(parts.transformer, weights, lora)
  const psnr: number[] = []
  for (const [i, { source, target, text, empty }] of triplets.entries()) {
    const texts = { conditional: text, unconditional: empty }
    const request = { transformer, reference: source, grid, ...texts, steps: 20, guidance: 1, seed: i }
    const [edit, wanted] = [await parts.sample(request), await parts.decode(target, grid)]
    psnr.push(decibels(edit.data, wanted.data))
  }
  return { losses, psnr }
}

function dataOf(triplets: readonly EncodedTriplet[]): TrainingData {
  const { width: columns, height: rows } = grid
  return {
    name: 'eight triplets',
    fingerprint: 'eight',
    examples: triplets.map((_, i) => ({ name: `triplet ${i}`, grid: { rows, columns } })),
    read: async (index) => triplets[index]!,
  }
}

function eightTriplets(): readonly EncodedTriplet[] {
  const random = new TorchGenerator(1)
  const normal = (shape: readonly number[]): TensorValue => ({
    dtype: 'f32',
    shape,
    data: random.randn(shape.reduce((product, size) => product * size, 1)),
  })
  const text = (): EncodedTriplet['text'] => ({
    features: normal([1, 4, 64]),
    mask: { dtype: 'bool', shape: [1, 4], data: Uint8Array.of(1, 1, 1, 0) },
    repeats: { dtype: 'f32', shape: [1], data: Float32Array.of(2) },
  })
  const empty = text()
  return Array.from({ length: 8 }, () => ({
    source: normal([1, 4, 64]),
    target: normal([1, 4, 64]),
    text: text(),
    empty,
  }))
}

function decibels(found: Uint8Array, wanted: Uint8Array): number {
  const squares = found.reduce((sum, level, i) => sum + (level - wanted[i]!) ** 2, 0)
  return 10 * Math.log10(255 ** 2 / (squares / found.length))
}
