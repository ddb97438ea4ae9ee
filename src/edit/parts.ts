import type { ParameterSource, TensorValue } from '../graph/index.ts'
import type { Picture } from '../image/index.ts'
import { pixelsPerLatent, type Step1xEditConfig, type Variant } from '../models/index.ts'
import { openRuntime, type Runtime, type RuntimeOptions } from '../onnx/index.ts'
import { type QuantizeProgress, TorchGenerator } from '../weights/index.ts'
import { type AutoencoderOptions, decodeLatent, encodePicture } from './autoencoder.ts'
import { type Condition, Conditioner, openTokenizer } from './conditioner.ts'
import { Denoiser } from './denoise.ts'
import { type CheckpointFolder, findCheckpoint } from './folder.ts'
import { checkpointIdentities, featureKeys, type IdentifyOptions, type Identities } from './identity.ts'
import { choosePlan, freeMemory, loadedBytes, loadOptions } from './memory.ts'
import { type PromptFormat, promptFormat, type Quotes } from './prompt.ts'
import { pack, type Size, schedule, unpack } from './sampling.ts'
import { type ModelWeights, openWeights, type Precision, precisionOf } from './weights.ts'

/** How the parts of a checkpoint are opened. */
export interface PartsOptions extends RuntimeOptions, IdentifyOptions {
  readonly variant?: Variant | undefined
  readonly precision?: Precision | undefined
  /** Bytes that the weights and their work may take; four fifths of what is free unless given. */
  readonly memory?: number | undefined
  readonly quotes?: Quotes | undefined
  readonly onQuantize?: (progress: QuantizeProgress) => void
}

/** An edit whose picture and instruction have been read already. */
export interface SampleRequest {
  /** Another transformer in the place of the checkpoint's: one in training. */
  readonly transformer: ParameterSource
  readonly reference: TensorValue // [1, N, channels], the picture's tokens
  readonly grid: Size // in tokens
  readonly conditional: Condition
  readonly unconditional: Condition
  readonly steps: number
  readonly guidance: number
  readonly seed: number
}

/** The parts of a checkpoint, each by itself: what a trainer needs of an editor. */
export interface EditParts {
  readonly checkpoint: CheckpointFolder
  /** Of the checkpoint's files. */
  readonly identities: Identities
  /** Names for all that decides what `encode` and `condition` give: keys for keeping their results. */
  readonly keys: { readonly encode: string; readonly condition: string }
  readonly variant: Variant
  readonly config: Step1xEditConfig
  readonly transformer: ParameterSource
  readonly runtime: Runtime
  /** Picture pixels on a side of a token. */
  readonly pixelsPerToken: number
  /** Latent tokens [1, N, channels] of a picture whose sides are multiples of {@link pixelsPerToken}. */
  encode(picture: Picture): Promise<TensorValue>
  /** What the language model makes of a picture and an instruction, which may be empty. */
  condition(picture: Picture, instruction: string): Promise<Condition>
  /** Makes one edit from noise. */
  sample(request: SampleRequest): Promise<Picture>
  /** The picture of latent tokens. */
  decode(tokens: TensorValue, grid: Size): Promise<Picture>
  /** Gives back the memory of the language model until it is needed again. */
  release(): Promise<void>
  close(): Promise<void>
}

/** Opens the parts of a checkpoint folder. @throws EditError, WeightsError or ModelError in one line */
export async function openParts(folder: string, options: PartsOptions = {}): Promise<EditParts> {
  const found = await findCheckpoint(folder, options.variant)
  const identities = await checkpointIdentities(found, options)
  const runtime = await openRuntime(options)
  try {
    const encode = await openTokenizer(found.tokenizer)
    const precision = options.precision ?? 'fp32'
    const weights = await openWeights(found, { ...options, loras: [], identities, precision, runtime })
    const budget = options.memory ?? freeMemory()
    const plan = choosePlan(loadedBytes(weights.mllm), budget)
    const quotes = options.quotes ?? 'paired'
    const format = promptFormat(found.hints.prompt, quotes)
    const keys = featureKeys(identities, {
      quotes,
      precision: precisionOf(weights.mllm),
      provider: runtime.provider,
    })
    const conditioner = new Conditioner({
      runtime,
      source: weights.mllm,
      config: weights.mllmConfig,
      encode,
      plan,
      load: loadOptions(plan, precision !== 'fp32'),
      format,
    })
    return new Parts({ found, identities, keys, runtime, weights, conditioner, format, budget, precision })
  } catch (error) {
    await runtime.close()
    throw error
  }
}

interface Opened {
  readonly found: CheckpointFolder
  readonly identities: Identities
  readonly keys: EditParts['keys']
  readonly runtime: Runtime
  readonly weights: ModelWeights
  readonly conditioner: Conditioner
  readonly format: PromptFormat
  readonly budget: number
  readonly precision: Precision
}

class Parts implements EditParts {
  readonly checkpoint: CheckpointFolder
  readonly identities: Identities
  readonly keys: EditParts['keys']
  readonly variant: Variant
  readonly config: Step1xEditConfig
  readonly transformer: ParameterSource
  readonly runtime: Runtime
  readonly pixelsPerToken: number
  readonly #opened: Opened

  constructor(opened: Opened) {
    const { found, weights, runtime } = opened
    this.#opened = opened
    this.checkpoint = found
    this.identities = opened.identities
    this.keys = opened.keys
    this.variant = weights.variant
    this.config = weights.config
    this.transformer = weights.dit
    this.runtime = runtime
    this.pixelsPerToken = 2 * pixelsPerLatent(weights.vaeConfig)
  }

  async encode(picture: Picture): Promise<TensorValue> {
    return pack(await encodePicture(picture, this.#autoencoder()))
  }

  condition(picture: Picture, instruction: string): Promise<Condition> {
    return this.#opened.conditioner.condition(picture, instruction)
  }

  async sample({
    transformer,
    reference,
    grid,
    steps,
    guidance,
    seed,
    ...texts
  }: SampleRequest): Promise<Picture> {
    const { runtime, format, budget, precision } = this.#opened
    const plan = choosePlan(loadedBytes(transformer), budget)
    const denoiser = new Denoiser({
      runtime,
      source: transformer,
      config: this.config,
      variant: this.variant,
      plan,
      load: loadOptions(plan, precision !== 'fp32'),
      mostText: format.most,
      budget,
    })
    try {
      const size = { width: 2 * grid.width, height: 2 * grid.height }
      const elements = reference.shape[1]! * reference.shape[2]!
      const noise: TensorValue = {
        dtype: 'f32',
        shape: [1, this.config.dit.inChannels / 4, size.height, size.width],
        data: new TorchGenerator(seed).randn(elements),
      }
      const target = await denoiser.denoise({
        noisy: pack(noise),
        reference,
        grid,
        times: schedule(steps, grid.width * grid.height),
        conditional: texts.conditional,
        unconditional: guidance === 1 ? undefined : texts.unconditional,
        guidance,
        dampAbove: 1,
        interval: [0, 1],
      })
      return await this.decode(target, grid)
    } finally {
      await denoiser.release()
    }
  }

  decode(tokens: TensorValue, { width, height }: Size): Promise<Picture> {
    return decodeLatent(unpack(tokens, { width: 2 * width, height: 2 * height }), this.#autoencoder())
  }

  release(): Promise<void> {
    return this.#opened.conditioner.release()
  }

  async close(): Promise<void> {
    await this.release()
    await this.#opened.runtime.close()
    await this.#opened.weights.close()
  }

  #autoencoder(): AutoencoderOptions {
    const { runtime, weights } = this.#opened
    return { runtime, source: weights.vae, config: weights.vaeConfig, tile: 128 }
  }
}
