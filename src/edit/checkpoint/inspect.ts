import { stat } from 'node:fs/promises'
import type { ParameterSource } from '../../graph/index.ts'
import { openTokenizer } from '../../language/index.ts'
import {
  inferAutoencoderConfig,
  inferStep1xEditConfig,
  type Step1xEditConfig,
  type Variant,
} from '../../models/index.ts'
import { type Checkpoint, openAdapter, openCheckpoint } from '../../weights/index.ts'
import { readMllmConfig } from '../condition/conditioner.ts'
import { checkAutoencoder, checkLanguageModel, checkTransformer } from './complete.ts'
import { findCheckpoint, type Hints, isCheckpointFolder } from './folder.ts'
import { inOfficialLayout } from './layout.ts'

/** What a file or folder of weights holds. */
export interface PartReport {
  readonly path: string
  readonly kind: 'transformer and connector' | 'autoencoder' | 'language model' | 'LoRA' | 'unknown'
  readonly tensors: number
  readonly parameters: number
  readonly bytes: number
  /** Parameters by the type that they are stored in; quantised ones as `int8` or `int4`. */
  readonly types: Readonly<Record<string, number>>
  /** The sizes of the architecture that was found. */
  readonly config?: object
  /** What does not fit, in one line; nothing when the weights are complete. */
  readonly problem?: string
}

/** What a checkpoint folder or a weights file holds. */
export interface WeightsReport {
  readonly path: string
  readonly variant?: Variant
  readonly parts: readonly PartReport[]
}

/** Inspects a checkpoint folder, or one file or folder of weights. Only headers are read. @throws WeightsError, EditError */
export async function inspectWeights(path: string): Promise<WeightsReport> {
  const isFolder = (await stat(path).catch(() => undefined))?.isDirectory() ?? false
  const whole = isFolder ? await findCheckpoint(path).catch((error: Error) => error) : undefined
  if (whole instanceof Error && (await isCheckpointFolder(path))) throw whole
  if (whole === undefined || whole instanceof Error) {
    const part = await inspectPart(path, {}).catch((error: unknown) => {
      // Of a folder that is not one part, what it misses as a whole says more.
      throw whole ?? error
    })
    return { path, parts: [part] }
  }
  const parts = [
    await inspectPart(whole.dit, whole.hints),
    await inspectPart(whole.vae, whole.hints),
    withTokenizer(await inspectPart(whole.mllm, whole.hints), await tokenizerProblem(whole.tokenizer)),
  ]
  const { connector } = (parts[0]!.config ?? {}) as Partial<Step1xEditConfig>
  const variant =
    whole.hints.variant ?? (connector?.scaleFactor === false ? 'v1.1' : (whole.namedVariant ?? 'v1.0'))
  return { path, variant, parts }
}

async function tokenizerProblem(folder: string): Promise<string | undefined> {
  try {
    await openTokenizer(folder)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

function withTokenizer(part: PartReport, problem: string | undefined): PartReport {
  const problems = [part.problem, problem].filter((each) => each !== undefined)
  return problems.length === 0 ? part : { ...part, problem: problems.join('; ') }
}

async function inspectPart(path: string, hints: Hints): Promise<PartReport> {
  const checkpoint = await openCheckpoint(path)
  try {
    const official = inOfficialLayout(checkpoint)
    const kind = kindOf(official)
    const counted = countOf(checkpoint)
    try {
      const config = await checkPart(path, kind, official, hints)
      return { path, kind, ...counted, ...(config && { config }) }
    } catch (error) {
      return { path, kind, ...counted, problem: (error as Error).message }
    }
  } finally {
    await checkpoint.close()
  }
}

function kindOf(checkpoint: ParameterSource): PartReport['kind'] {
  const has = (path: string) => checkpoint.describe(path) !== undefined
  if (has('img_in.weight') && has('double_blocks.0.img_attn.qkv.weight')) return 'transformer and connector'
  if (has('decoder.conv_in.weight')) return 'autoencoder'
  for (const path of checkpoint.paths()) {
    if (path === 'model.embed_tokens.weight') return 'language model'
    if (/\.lora_(down|up|A|B|mid)\b|_lora\d*\.|\.(lokr|hada)_|\.dora_scale$/.test(path)) return 'LoRA'
  }
  return 'unknown'
}

function countOf(checkpoint: Checkpoint): Pick<PartReport, 'tensors' | 'parameters' | 'bytes' | 'types'> {
  const types: Record<string, number> = {}
  let [tensors, parameters, bytes] = [0, 0, 0]
  const add = (type: string, count: number) => {
    types[type] = (types[type] ?? 0) + count
    tensors++
    parameters += count
  }
  for (const path of checkpoint.paths()) {
    const quantized = checkpoint.quantized.get(path)
    const stored = checkpoint.stored(path)
    const count = (quantized ?? stored)!.shape.reduce((product, size) => product * size, 1)
    add(quantized ? `int${quantized.bits}` : stored!.dtype, count)
  }
  for (const file of checkpoint.files) for (const { byteLength } of file.tensors.values()) bytes += byteLength
  return { tensors, parameters, bytes, types }
}

/** The architecture, once all its weights are found to be there. @throws WeightsError or ModelError */
async function checkPart(
  path: string,
  kind: PartReport['kind'],
  source: ParameterSource,
  hints: Hints,
): Promise<object | undefined> {
  switch (kind) {
    case 'transformer and connector': {
      const config = inferStep1xEditConfig(source, hints)
      checkTransformer(source, config)
      return config
    }
    case 'autoencoder': {
      const config = inferAutoencoderConfig(source, hints.vae)
      checkAutoencoder(source, config)
      return config
    }
    case 'language model': {
      const config = await readMllmConfig(path)
      checkLanguageModel(source, config)
      return config
    }
    case 'LoRA': {
      const adapter = await openAdapter(path)
      await adapter.close()
      return { layers: adapter.layers.length, ranks: [...new Set(adapter.layers.map(({ rank }) => rank))] }
    }
    case 'unknown':
      return undefined
  }
}
