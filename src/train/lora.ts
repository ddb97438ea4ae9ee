import {
  bytesOf,
  type LowRankRule,
  lowRankPart,
  lowRankPaths,
  type ParameterSource,
  type TensorValue,
  tensorValue,
} from '../graph/index.ts'
import {
  type Adapter,
  adapterFactors,
  fromFloat32,
  readAdapter,
  type TrainedLayer,
  withLoraBranches,
} from '../weights/index.ts'
import { TrainError } from './error.ts'

/** A LoRA to be trained on frozen weights. */
export interface LoraOptions {
  readonly rank: number
  /** The change counts alpha / rank times. */
  readonly alpha: number
  /** Regular expressions of which one must be found in a layer's path; Default: {@link defaultTargets}. */
  readonly targets?: readonly string[] | undefined
}

/** Every linear layer of the transformer's blocks, modulation included; nothing of the connector. */
export const defaultTargets: readonly string[] = ['^(double|single|transformer)_blocks\\.']

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

/** True for the parameters of a low-rank branch. */
export function isBranch(path: string): boolean {
  return lowRankPart(path) !== undefined
}

/** The branches of a run as the layers of a LoRA file. */
export function trainedLayers(weights: Readonly<Record<string, TensorValue>>): TrainedLayer[] {
  return Object.entries(weights).flatMap(([path, down]) => {
    const { layer, part } = lowRankPart(path) ?? {}
    return layer !== undefined && part === 'down'
      ? [{ layer, down, up: weights[lowRankPaths(layer).up]! }]
      : []
  })
}

/** The weights of a model in training: the run's weights instead of the base's, and the branches of a LoRA. */
export async function trainedWeights(
  base: ParameterSource,
  weights: Readonly<Record<string, TensorValue>>,
  lora: LoraOptions | undefined,
): Promise<ParameterSource> {
  const wholes = replacing(base, weights)
  if (!lora) return wholes
  return withLoraBranches(wholes, [{ adapter: await trainedAdapter(weights, lora), strength: 1 }])
}

/** The branches of a run as an adapter. */
export async function trainedAdapter(
  weights: Readonly<Record<string, TensorValue>>,
  lora: LoraOptions,
): Promise<Adapter> {
  const branches = Object.entries(weights).filter(([path]) => isBranch(path))
  const layers = trainedLayers(weights)
  const alphas = layers.map(({ layer }) => [`${layer}.alpha`, tensorValue('f32', [], [lora.alpha])] as const)
  const values = new Map([...branches, ...alphas])
  return readAdapter({
    name: 'the LoRA in training',
    paths: () => values.keys(),
    describe: (path) => values.get(path),
    locate: () => undefined,
    read: async (path) => bytesOf(values.get(path)!),
  })
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
        `${adapter.source.name}: ${layer}: expected rank ${rank}, got ${factors.rank}; train with this rank`,
      )
    const ratio = scale / (alpha / rank)
    const paths = lowRankPaths(layer)
    values.set(paths.up, {
      dtype: 'f32',
      shape: [out, rank],
      data: up.map((value) => value * ratio),
    })
    values.set(paths.down, { dtype: 'f32', shape: [rank, inner], data: down.slice() })
  }
  return values
}

/** The base with weights replaced by those of a run, f32. */
export function replacing(
  base: ParameterSource,
  weights: Readonly<Record<string, TensorValue>>,
): ParameterSource {
  return {
    name: `${base.name}, trained`,
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
