import { lowRankPart, type ParameterSource, type TensorValue } from '../graph/index.ts'
import type { EditConfig, Variant } from '../models/index.ts'
import {
  type FloatDType,
  type Initializer,
  initialize,
  kaimingUniform,
  toFloat32,
  zeros,
} from '../weights/index.ts'
import { TrainError } from './error.ts'
import { isBranch } from './lora.ts'

/** A model to be trained: its sizes, and where its weights come from, a checkpoint or initialisers. */
export interface TrainableModel {
  readonly config: EditConfig
  readonly variant: Variant
  readonly source: ParameterSource
  /** A name for the content of the weights, so that a run is not resumed on others. */
  readonly identity?: string | undefined
  /** Weights that begin new and are trained whole even where a LoRA is trained. Default: none. */
  readonly isNew?: ((path: string) => boolean) | undefined
}

/**
 * Initialisers for training from nothing: gates and the last layer are zero, so that every block begins as the identity.
 * Undefined for other weights, which then begin as PyTorch's layers do.
 */
export function zeroGates(path: string): Initializer | undefined {
  const isZero =
    path === 'connector.scale_factor' ||
    /(mod\.lin|modulation\.lin|adaLN_modulation\.1|final_layer\.linear)\.weight$/.test(path)
  return isZero ? zeros : undefined
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
    rule: (path) => (lowRankPart(path)?.part === 'up' ? zeros : kaimingUniform()),
  })
  const values = new Map<string, TensorValue>()
  for (const [path, { shape }] of trained) {
    const from = isBranch(path) ? made : source
    const info = from.describe(path)
    if (!info)
      throw new TrainError('input', `${from.name}: no tensor ${path}; expected a complete checkpoint`)
    const bytes = await from.read(path)
    const data = toFloat32(bytes, info.dtype as FloatDType).slice()
    values.set(path, { dtype: 'f32', shape, data })
  }
  return values
}
