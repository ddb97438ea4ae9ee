import { basename, join } from 'node:path'
import { defaultCache } from '../../files/index.ts'
import type { ParameterSource } from '../../graph/index.ts'
import {
  type AutoencoderConfig,
  inferAutoencoderConfig,
  inferStep1xEditConfig,
  type Qwen25VLConfig,
  type Step1xEditConfig,
  type Variant,
} from '../../models/index.ts'
import type { Runtime } from '../../onnx/index.ts'
import {
  type Checkpoint,
  openCached,
  openCheckpoint,
  type QuantizeProgress,
  quantizeCheckpoint,
  WeightsError,
} from '../../weights/index.ts'
import { readMllmConfig } from '../condition/conditioner.ts'
import { checkAutoencoder, checkLanguageModel, checkTransformer } from './complete.ts'
import type { CheckpointFolder } from './folder.ts'
import { type Identities, joinedIdentity } from './identity.ts'
import { inOfficialLayout } from './layout.ts'
import { type AppliedLora, applyLoras, type LoraChoice, type MergeProgress } from './lora.ts'
import { runtimeProduct } from './runtimeProduct.ts'

/** How the weights of linear layers are kept. */
export type Precision = 'fp32' | 'int8' | 'int4'

/** How the linear weights of an opened source are kept: the fewest bits that any of them has. */
export function precisionOf(source: ParameterSource): Precision {
  let fewest = 32
  for (const path of source.paths())
    fewest = Math.min(fewest, source.describe(path)?.quantization?.bits ?? 32)
  return fewest === 32 ? 'fp32' : fewest === 8 ? 'int8' : 'int4'
}

/** An opened checkpoint: sources of all parts with their sizes. */
export interface ModelWeights {
  readonly dit: ParameterSource
  readonly vae: ParameterSource
  readonly mllm: ParameterSource
  readonly config: Step1xEditConfig
  readonly vaeConfig: AutoencoderConfig
  readonly mllmConfig: Qwen25VLConfig
  readonly variant: Variant
  readonly loras: readonly AppliedLora[]
  close(): Promise<void>
}

export interface WeightsOptions {
  readonly runtime: Runtime
  /** Of the transformer and of the language model. */
  readonly precision: Readonly<Record<'transformer' | 'language model', Precision>>
  readonly variant?: Variant | undefined
  readonly loras: readonly LoraChoice[]
  /** Of the checkpoint's files: the key of what is kept in the cache. */
  readonly identities: Identities
  /** Where quantised and merged copies are kept. */
  readonly cache?: string | undefined
  readonly onQuantize?: ((progress: QuantizeProgress) => void) | undefined
  readonly onMerge?: ((progress: MergeProgress) => void) | undefined
  /** Called with a line for each assumption, ignored tensor or rebuilt cache file. */
  readonly onWarning?: ((line: string) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/** Opens the parts of a checkpoint, with quantised copies in the cache if requested. */
export async function openWeights(found: CheckpointFolder, options: WeightsOptions): Promise<ModelWeights> {
  const open: Checkpoint[] = []
  const close = async () => {
    await Promise.all(open.map((each) => each.close()))
  }
  const keep = async (opening: Promise<Checkpoint>): Promise<Checkpoint> => {
    const opened = await opening
    open.push(opened)
    return opened
  }
  try {
    const base = inOfficialLayout(await keep(openAtPrecision('transformer', found.dit, options)))
    const vae = inOfficialLayout(await keep(openCheckpoint(found.vae)))
    const mllm = inOfficialLayout(await keep(openAtPrecision('language model', found.mllm, options)))
    const { hints } = found
    const config = inferStep1xEditConfig(base, hints)
    const { connector } = config
    const variant = variantOf(found, connector.scaleFactor, options.variant)
    const vaeConfig = inferAutoencoderConfig(vae, hints.vae)
    const mllmConfig = await readMllmConfig(found.mllm)
    checkAll([
      () => checkTransformer(base, config),
      () => checkAutoencoder(vae, vaeConfig),
      () => checkLanguageModel(mllm, mllmConfig),
    ])
    const product = runtimeProduct(options.runtime)
    const named = JSON.stringify([partIdentity('transformer', options), options.precision.transformer])
    const { source: dit, file, loras } = await applyLoras(base, { ...options, base: named, product })
    if (file) open.push(file)
    return {
      dit,
      vae,
      mllm,
      config: {
        ...config,
        connector: { ...connector, scaleFactor: variant === 'v1.0' && connector.scaleFactor },
      },
      vaeConfig,
      mllmConfig,
      variant,
      loras,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** Makes all checks, and throws one error for all that failed. */
function checkAll(checks: readonly (() => void)[]): void {
  const failures: WeightsError[] = []
  for (const check of checks)
    try {
      check()
    } catch (error) {
      if (!(error instanceof WeightsError)) throw error
      failures.push(error)
    }
  const [first, ...others] = failures
  if (!first) return
  if (others.length === 0) throw first
  throw new WeightsError(first.code, failures.map(({ message }) => message).join('; '))
}

/**
 * The requested variant; else the folder's; else v1.1 where there is no factor for the pooled vector, which v1.1
 * has not; else what the file's name says.
 */
function variantOf(
  { hints, namedVariant }: CheckpointFolder,
  hasFactor: boolean,
  asked: Variant | undefined,
): Variant {
  return asked ?? hints.variant ?? (hasFactor ? (namedVariant ?? 'v1.0') : 'v1.1')
}

/** A checkpoint in a precision: the original, or a copy in the cache that is made on first use. */
async function openAtPrecision(
  part: 'transformer' | 'language model',
  path: string,
  options: WeightsOptions,
): Promise<Checkpoint> {
  const bits = { fp32: undefined, int8: 8, int4: 4 } as const
  const wanted = bits[options.precision[part]]
  const checkpoint = await openCheckpoint(path)
  const hasInt8 = [...checkpoint.scaled.values()].some(({ stored }) => stored.dtype === 'I8')
  // Weights that come in int8 are put into this program's own layout, exactly; the others stay as they are.
  const onlyInt8 = wanted === undefined && hasInt8
  if (checkpoint.quantized.size > 0 || (wanted === undefined && !hasInt8)) return checkpoint
  await checkpoint.close()
  const key = partIdentity(part, options).slice(0, 32)
  const kind = onlyInt8 ? 'kept' : `int${wanted}`
  const name = `${basename(path, '.safetensors')}-${key}.${kind}.safetensors`
  const target = join(options.cache ?? defaultCache(), 'quantized', name)
  const make = () =>
    quantizeCheckpoint(path, target, {
      bits: wanted ?? 8,
      ...(onlyInt8 && { select: () => 'kept as it is' }),
      ...(options.onQuantize && { onProgress: options.onQuantize }),
      ...(options.signal && { signal: options.signal }),
    })
  return openCached(target, make, options.onWarning)
}

/** Of the weights of a part. */
function partIdentity(part: string, { identities }: WeightsOptions): string {
  return joinedIdentity(
    identities,
    (name) => (name === part || name.startsWith(`${part}/`)) && !name.endsWith('.json'),
  )
}
