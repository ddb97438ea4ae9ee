import { stat } from 'node:fs/promises'
import { Graph, type ParameterSource, Parameters, program, type Tensor } from '../graph/index.ts'
import {
  type AutoencoderConfig,
  buildSegments,
  decoderSegments,
  encoderSegments,
  inferAutoencoderConfig,
  inferConnectorConfig,
  inferDitConfig,
  type Qwen25VLConfig,
  type Step1xEditConfig,
  step1xEdit,
  textLogits,
  textSegments,
  type Variant,
  visionSegments,
} from '../models/index.ts'
import { type Checkpoint, checkParameters, openAdapter, openCheckpoint } from '../weights/index.ts'
import { readMllmConfig } from './conditioner.ts'
import { findCheckpoint, type Hints } from './folder.ts'
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
    await inspectPart(whole.mllm, whole.hints),
  ]
  const { connector } = (parts[0]!.config ?? {}) as Partial<Step1xEditConfig>
  const variant =
    whole.hints.variant ?? (connector?.scaleFactor === false ? 'v1.1' : (whole.namedVariant ?? 'v1.0'))
  return { path, variant, parts }
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
    if (/lora_(down|up|A|B)/.test(path)) return 'LoRA'
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
      const config = {
        dit: inferDitConfig(source, hints.dit),
        connector: inferConnectorConfig(source, hints.connector),
      }
      checkParameters(
        parametersOf(source, (w) => ({ velocity: step1xEditWith(w, config) })),
        source,
      )
      return config
    }
    case 'autoencoder': {
      const config = inferAutoencoderConfig(source, hints.vae)
      checkParameters(
        parametersOf(source, (w) => autoencoderWith(w, config)),
        source,
      )
      return config
    }
    case 'language model': {
      const config = await readMllmConfig(path)
      checkParameters(
        parametersOf(source, (w) => ({ features: mllmWith(w, config) })),
        source,
      )
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

function parametersOf(source: ParameterSource, build: (w: Parameters) => Readonly<Record<string, Tensor>>) {
  return program(build(new Parameters(new Graph(), { source }))).parameters
}

/** The smallest picture and text that the models take: only their weights are wanted. */
function step1xEditWith(w: Parameters, config: Step1xEditConfig): Tensor {
  const { graph } = w
  const half = config.dit.width / config.dit.heads / 2
  return step1xEdit(
    w,
    {
      image: graph.input('image', 'f32', [1, 2, config.dit.inChannels]),
      features: graph.input('features', 'f32', [1, 2, config.connector.inWidth]),
      mask: graph.input('mask', 'bool', [1, 2]),
      time: graph.input('time', 'f32', [1, 256]),
      connectorTime: graph.input('time', 'f32', [1, 256]),
      cosines: graph.input('cosines', 'f32', [4, half]),
      sines: graph.input('sines', 'f32', [4, half]),
      ...(config.dit.prediction === 'change' && { t: graph.input('t', 'f32', [1, 1, 1]) }),
    },
    config,
  )
}

function autoencoderWith(w: Parameters, config: AutoencoderConfig): Readonly<Record<string, Tensor>> {
  const x = w.graph.input('x', 'f32', [1, 3, 64, 64])
  const { moments } = buildSegments(w, encoderSegments(config), { x })
  const latent = w.graph.input('latent', 'f32', [1, config.latentChannels, 2, 2])
  return { moments: moments!, picture: buildSegments(w, decoderSegments(config), { latent }).picture! }
}

function mllmWith(w: Parameters, config: Qwen25VLConfig): Tensor {
  const { graph } = w
  const { vision } = config
  const grid = { rows: vision.merge, columns: vision.merge }
  const patches = vision.merge ** 2
  const half = vision.width / vision.heads / 2
  const textHalf = config.width / config.heads / 2
  const { hidden } = buildSegments(w, [...visionSegments(config, grid), ...textSegments(config)], {
    pixels: graph.input('pixels', 'f32', [patches, vision.channels * vision.frames * vision.patch ** 2]),
    windowOrder: graph.input('windowOrder', 'i64', [1]),
    rasterOrder: graph.input('rasterOrder', 'i64', [1]),
    patchCosines: graph.input('patchCosines', 'f32', [patches, half]),
    patchSines: graph.input('patchSines', 'f32', [patches, half]),
    before: graph.input('before', 'i64', [1, 1]),
    after: graph.input('after', 'i64', [1, 1]),
    visible: graph.input('visible', 'bool', [1, 1, 1, 3]),
    cosines: graph.input('cosines', 'f32', [3, textHalf]),
    sines: graph.input('sines', 'f32', [3, textHalf]),
  })
  // Edits read the hidden states alone; without a table of its own the model scores tokens with that of its words.
  return w.has('lm_head.weight') ? textLogits(w, hidden!, config) : hidden!
}
