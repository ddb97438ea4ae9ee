import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { ParameterSource } from '../graph/index.ts'
import {
  type AutoencoderConfig,
  inferAutoencoderConfig,
  inferStep1xEditConfig,
  type Qwen25VLConfig,
  type Step1xEditConfig,
  type Variant,
} from '../models/index.ts'
import type { Runtime } from '../onnx/index.ts'
import {
  type AdapterFile,
  type Checkpoint,
  openAdapter,
  openCheckpoint,
  type QuantizeProgress,
  quantizeCheckpoint,
  WeightsError,
  withLora,
} from '../weights/index.ts'
import { defaultCache } from './cache.ts'
import { checkAutoencoder, checkLanguageModel, checkTransformer } from './complete.ts'
import { readMllmConfig } from './condition/conditioner.ts'
import type { CheckpointFolder } from './folder.ts'
import { type Identities, joinedIdentity } from './identity.ts'
import { inOfficialLayout } from './layout.ts'
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

/** A LoRA file and how strongly it is applied. */
export interface LoraChoice {
  readonly file: string
  readonly strength: number
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
  /** Where quantised copies are kept. */
  readonly cache?: string | undefined
  readonly onQuantize?: ((progress: QuantizeProgress) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/** Opens the parts of a checkpoint, quantised into the cache where that is asked for. */
export async function openWeights(found: CheckpointFolder, options: WeightsOptions): Promise<ModelWeights> {
  const open: (Checkpoint | AdapterFile)[] = []
  const close = async () => {
    await Promise.all(open.map((each) => each.close()))
  }
  const keep = async <T extends Checkpoint | AdapterFile>(opening: Promise<T>): Promise<T> => {
    const opened = await opening
    open.push(opened)
    return opened
  }
  try {
    const openPart = async (path: string) => inOfficialLayout(await keep(openCheckpoint(path)))
    const base = await openPart(await atPrecision('transformer', found.dit, options))
    const vae = await openPart(found.vae)
    const mllm = await openPart(await atPrecision('language model', found.mllm, options))
    const applied = []
    for (const { file, strength } of options.loras)
      applied.push({ adapter: await keep(openAdapter(file)), strength })
    const dit = applied.length > 0 ? withLora(base, applied, runtimeProduct(options.runtime)) : base
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
 * What was asked for; else what the folder says; else v1.1 where there is no factor for the pooled vector, which v1.1
 * has not; else what the file's name says.
 */
function variantOf(
  { hints, namedVariant }: CheckpointFolder,
  hasFactor: boolean,
  asked: Variant | undefined,
): Variant {
  return asked ?? hints.variant ?? (hasFactor ? (namedVariant ?? 'v1.0') : 'v1.1')
}

/** The path of a checkpoint in a precision: itself, or a copy in the cache that is made when it is first needed. */
async function atPrecision(
  part: 'transformer' | 'language model',
  path: string,
  options: WeightsOptions,
): Promise<string> {
  const bits = { fp32: undefined, int8: 8, int4: 4 } as const
  const wanted = bits[options.precision[part]]
  const checkpoint = await openCheckpoint(path)
  const done = checkpoint.quantized.size > 0
  const hasInt8 = [...checkpoint.scaled.values()].some(({ stored }) => stored.dtype === 'I8')
  await checkpoint.close()
  // Weights that come in int8 are put into this program's own layout, exactly; the others stay as they are.
  const onlyInt8 = wanted === undefined && hasInt8
  if (done || (wanted === undefined && !hasInt8)) return path
  const isWeights = (name: string) =>
    (name === part || name.startsWith(`${part}/`)) && !name.endsWith('.json')
  const key = joinedIdentity(options.identities, isWeights).slice(0, 32)
  const folder = join(options.cache ?? defaultCache(), 'quantized')
  const target = join(
    folder,
    `${basename(path, '.safetensors')}-${key}.${onlyInt8 ? 'kept' : `int${wanted}`}.safetensors`,
  )
  if (existsSync(target)) return target
  await mkdir(folder, { recursive: true })
  await quantizeCheckpoint(path, target, {
    bits: wanted ?? 8,
    ...(onlyInt8 && { select: () => 'kept as it is' }),
    ...(options.onQuantize && { onProgress: options.onQuantize }),
    ...(options.signal && { signal: options.signal }),
  })
  return target
}
