import {
  bytesOf,
  type LowRankRule,
  type ParameterSource,
  type TensorValue,
  tensorValue,
} from '../graph/index.ts'
import type { Step1xEditConfig, Variant } from '../models/index.ts'
import {
  type Adapter,
  adapterFactors,
  type FloatDType,
  fromFloat32,
  type Initializer,
  initialize,
  kaimingUniform,
  type LowRankProduct,
  readAdapter,
  type TrainedLayer,
  toFloat32,
  withLora,
  zeros,
} from '../weights/index.ts'
import { TrainError } from './error.ts'

/** A model to be trained: its sizes, and where its weights come from, a checkpoint or initialisers. */
export interface TrainedModel {
  readonly config: Step1xEditConfig
  readonly variant: Variant
  readonly source: ParameterSource
  /** A name for the content of the weights, so that a run is not resumed on others. */
  readonly identity?: string
}

/** A LoRA to be trained on frozen weights. */
export interface LoraOptions {
  readonly rank: number
  /** The change counts alpha / rank times. */
  readonly alpha: number
  /** Regular expressions of which one must be found in a layer's path; the original's targets unless given. */
  readonly targets?: readonly string[]
}

/** Every linear layer of the double and single blocks, modulation included; nothing of the connector. */
export const defaultTargets: readonly string[] = ['^(double|single)_blocks\\.']

/**
 * First weights of a training from nothing: gates and the last layer begin at zero, so that every block begins as no
 * change. The rest is for the caller to say, or as PyTorch's layers begin.
 */
export function zeroGates(path: string): Initializer | undefined {
  const isZero =
    path === 'connector.scale_factor' ||
    /(mod\.lin|modulation\.lin|adaLN_modulation\.1|final_layer\.linear)\.weight$/.test(path)
  return isZero ? zeros : undefined
}

/** Which layers get a branch, and of what size. @throws TrainError when an option means nothing */
export function lowRankRule({ rank, alpha, targets = defaultTargets }: LoraOptions): LowRankRule {
  if (!Number.isInteger(rank) || rank < 1)
    throw new TrainError('input', `lora rank: expected a whole number above 0, got ${rank}`)
  if (!(Number.isFinite(alpha) && alpha > 0))
    throw new TrainError('input', `lora alpha: expected a number above 0, got ${alpha}`)
  const patterns = targets.map((text) => {
    try {
      return new RegExp(text)
    } catch {
      throw new TrainError('input', `lora targets: expected regular expressions, got '${text}'`)
    }
  })
  return (layer) =>
    patterns.some((pattern) => pattern.test(layer)) ? { rank, scale: alpha / rank } : undefined
}

const branch = /\.lora_(down|up)\.weight$/

/** True for the parameters of a branch beside a linear layer. */
export function isBranch(path: string): boolean {
  return branch.test(path)
}

/**
 * First values of the parameters that are trained: branches begin as no change at all (the up matrix is zero, the down
 * matrix random by the seed), weights as their source has them.
 */
export async function initialWeights(
  trained: ReadonlyMap<string, { readonly shape: readonly number[] }>,
  source: ParameterSource,
  seed: number,
): Promise<Map<string, TensorValue>> {
  const branches = new Map(
    [...trained].flatMap(([path, { shape }]) =>
      isBranch(path) ? [[path, { dtype: 'f32' as const, shape }] as const] : [],
    ),
  )
  const made = initialize(branches, {
    seed,
    rule: (path) => (path.endsWith('.lora_up.weight') ? zeros : kaimingUniform()),
  })
  const values = new Map<string, TensorValue>()
  for (const [path, { shape }] of trained) {
    const from = isBranch(path) ? made : source
    const info = from.describe(path)
    if (!info) throw new TrainError('input', `${from.name}: no tensor ${path}; train a complete checkpoint`)
    if (info.quantization)
      throw new TrainError(
        'input',
        `${from.name}: ${path} is quantised and has fixed levels; train a LoRA on it, or the weights it was made from`,
      )
    const bytes = await from.read(path)
    const data = toFloat32(bytes, info.dtype as FloatDType).slice()
    values.set(path, { dtype: 'f32', shape, data })
  }
  return values
}

/** A source whose weights are those of a run, over another that has the rest; in the dtypes of that one. */
function trainedSource(
  base: ParameterSource,
  weights: Readonly<Record<string, TensorValue>>,
  name = `${base.name}, trained`,
): ParameterSource {
  return {
    name,
    paths: () => base.paths(),
    describe: (path) => {
      const info = base.describe(path)
      return info && weights[path] ? { dtype: 'f32', shape: info.shape } : info
    },
    locate: (path) => (weights[path] ? undefined : base.locate(path)),
    read: async (path) => {
      const own = weights[path]
      return own ? fromFloat32(own.data as Float32Array, 'f32') : base.read(path)
    },
  }
}

/** The branches of a run as the layers of a LoRA file. */
export function trainedLayers(weights: Readonly<Record<string, TensorValue>>): TrainedLayer[] {
  return Object.entries(weights).flatMap(([path, down]) => {
    if (!path.endsWith('.lora_down.weight')) return []
    const layer = path.slice(0, -'.lora_down.weight'.length)
    return [{ layer, down, up: weights[`${layer}.lora_up.weight`]! }]
  })
}

/** A model as a run has it by now: its weights over the source's, or its branches merged into them. */
export async function trainedModel(
  source: ParameterSource,
  weights: Readonly<Record<string, TensorValue>>,
  lora: LoraOptions | undefined,
  product?: LowRankProduct,
): Promise<ParameterSource> {
  if (!lora) return trainedSource(source, weights)
  const layers = trainedLayers(weights)
  const alphas = layers.map(({ layer }) => [`${layer}.alpha`, tensorValue('f32', [], [lora.alpha])] as const)
  const values = new Map([...Object.entries(weights), ...alphas])
  const adapter = await readAdapter({
    name: 'the LoRA in training',
    paths: () => values.keys(),
    describe: (path) => values.get(path),
    locate: () => undefined,
    read: async (path) => bytesOf(values.get(path)!),
  })
  return withLora(source, [{ adapter, strength: 1 }], product)
}

/**
 * First values of the branches from a LoRA that was trained before. Its scale goes into the up matrices where it is not
 * that of the run. @throws TrainError when the ranks differ
 */
export async function branchesOf(
  source: ParameterSource,
  adapter: Adapter,
  { rank, alpha }: LoraOptions,
): Promise<Map<string, TensorValue>> {
  const values = new Map<string, TensorValue>()
  for (const [layer, factors] of await adapterFactors(source, adapter)) {
    const { up, down, out, inner, scale } = factors
    if (factors.rank !== rank)
      throw new TrainError(
        'input',
        `${adapter.source.name}: ${layer}: expected rank ${rank}, got ${factors.rank}; give this rank to the run`,
      )
    const ratio = scale / (alpha / rank)
    values.set(`${layer}.lora_up.weight`, {
      dtype: 'f32',
      shape: [out, rank],
      data: up.map((value) => value * ratio),
    })
    values.set(`${layer}.lora_down.weight`, { dtype: 'f32', shape: [rank, inner], data: down.slice() })
  }
  return values
}
