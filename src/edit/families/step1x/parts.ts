import { basename } from 'node:path'
import type { ParameterSource, TensorValue } from '../../../graph/index.ts'
import type { Picture } from '../../../image/index.ts'
import { type Encode, type LanguageModel, languageModelOn } from '../../../language/index.ts'
import { type EditConfig, editNetwork, isV12, pixelsPerLatent, type Variant } from '../../../models/index.ts'
import { choosePlan, freeAll, type Plan, type Profile, type Runtime } from '../../../onnx/index.ts'
import { Autoencoder } from '../../autoencoder/autoencoder.ts'
import { featureKeys, type Identities } from '../../checkpoint/identity.ts'
import type { AppliedLora } from '../../checkpoint/lora.ts'
import { precisionOf } from '../../checkpoint/precision.ts'
import { type Condition, Conditioner } from '../../condition/conditioner.ts'
import type { PromptFormat, Quotes } from '../../condition/prompt.ts'
import { tileWithin } from '../../memory.ts'
import { editOptions } from '../../options.ts'
import { Profiles } from '../../profiles.ts'
import { firstNoise, pack, type Size, schedule, unpack } from '../../sampling/sampling.ts'
import type { ModelDefaults, PartFacts } from '../family.ts'
import { Denoiser } from './denoise.ts'
import type { CheckpointFolder } from './folder.ts'
import { freedOf, type ModelWeights } from './weights.ts'

/** The actual precision and plan of the parts of Step1X-Edit. */
export type Step1xFacts = Readonly<Record<'transformer' | 'languageModel' | 'autoencoder', PartFacts>>

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

/** The parts of a checkpoint, usable independently, for example by a trainer. Calls of one part are serialised. */
export interface EditParts {
  readonly checkpoint: CheckpointFolder
  /** Of the checkpoint's files. */
  readonly identities: Identities
  readonly loras: readonly AppliedLora[]
  /** Names for all that decides what `encode` and `condition` give: keys for keeping their results. */
  readonly keys: { readonly encode: string; readonly condition: string }
  readonly variant: Variant
  readonly facts: Step1xFacts
  readonly defaults: ModelDefaults
  readonly config: EditConfig
  readonly transformer: ParameterSource
  readonly runtime: Runtime
  /** Picture pixels on a side of a token. */
  readonly pixelsPerToken: number
  /** Latent tokens [1, N, channels] of a picture whose sides are multiples of {@link pixelsPerToken}. */
  encode(picture: Picture): Promise<TensorValue>
  /** The language model's features of a picture and an instruction, which may be empty. */
  condition(picture: Picture, instruction: string): Promise<Condition>
  /** Makes one edit from noise. */
  sample(request: SampleRequest): Promise<Picture>
  /** The picture of latent tokens. */
  decode(tokens: TensorValue, grid: Size): Promise<Picture>
  /** Frees the memory of language model and autoencoder until they are needed again. */
  release(): Promise<void>
  /** Waits for the work under way and frees everything. May be called twice. */
  close(): Promise<void>
}

/** The runtime and weights of a model's parts, which close them. */
export interface Opened {
  readonly checkpoint: CheckpointFolder
  readonly identities: Identities
  readonly quotes: Quotes
  readonly runtime: Runtime
  readonly weights: ModelWeights
  readonly encode: Encode
  readonly format: PromptFormat
  readonly budget: number
  /** Where they are asked for. */
  readonly plans: Readonly<Record<'transformer' | 'languageModel', Plan | undefined>>
  readonly profile: boolean | undefined
}

/** What loads sessions of its own. */
type PartName = 'conditioner' | 'denoiser' | 'autoencoder' | 'thinker'

/** The opened parts of a model, with what stays loaded between edits. */
export class ModelParts implements EditParts {
  readonly checkpoint: CheckpointFolder
  readonly identities: Identities
  readonly loras: readonly AppliedLora[]
  readonly keys: EditParts['keys']
  readonly variant: Variant
  readonly facts: Step1xFacts
  readonly defaults: ModelDefaults
  readonly config: EditConfig
  readonly transformer: ParameterSource
  readonly runtime: Runtime
  readonly pixelsPerToken: number
  readonly conditioner: Conditioner
  readonly denoiser: Denoiser
  readonly autoencoder: Autoencoder
  /** Whether all parts may stay loaded at once. */
  readonly hasRoomForAll: boolean
  readonly #opened: Opened
  readonly #profiles: Profiles | undefined
  #languageModel: Promise<LanguageModel> | undefined
  #closing: Promise<void> | undefined

  constructor(opened: Opened) {
    const { checkpoint, runtime, weights, encode, format, budget } = opened
    const { dit, mllm, vae } = weights
    this.#opened = opened
    const profiles = opened.profile ? new Profiles() : undefined
    this.#profiles = profiles
    this.checkpoint = checkpoint
    this.identities = opened.identities
    this.loras = weights.loras
    this.variant = weights.variant
    this.defaults = modelDefaults(checkpoint)
    this.config = weights.config
    this.transformer = dit
    this.runtime = runtime
    this.pixelsPerToken = 2 * pixelsPerLatent(weights.vaeConfig)
    const room = budget + freedOf(weights)
    this.facts = {
      transformer: { precision: precisionOf(dit), plan: opened.plans.transformer ?? choosePlan([dit], room) },
      languageModel: {
        precision: precisionOf(mllm),
        plan: opened.plans.languageModel ?? choosePlan([mllm], budget),
      },
      autoencoder: { precision: precisionOf(vae), plan: 'whole' },
    }
    this.keys = featureKeys(opened.identities, {
      ...this.facts.languageModel,
      provider: runtime.provider,
      quotes: opened.quotes,
    })
    this.hasRoomForAll = choosePlan([dit, mllm, vae], room) === 'whole'
    const { plan } = this.facts.languageModel
    this.conditioner = new Conditioner({
      runtime,
      source: mllm,
      config: weights.mllmConfig,
      encode,
      plan,
      format,
      profiles,
    })
    this.denoiser = this.#denoiserOf(dit)
    const tile = tileWithin(weights.vaeConfig, budget)
    this.autoencoder = new Autoencoder({
      runtime,
      source: vae,
      config: weights.vaeConfig,
      tile,
      rounded: isV12(weights.variant),
      profiles,
    })
  }

  async encode(picture: Picture): Promise<TensorValue> {
    return pack(await this.autoencoder.encode(picture))
  }

  condition(picture: Picture, instruction: string): Promise<Condition> {
    return this.conditioner.condition(picture, instruction)
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
    const denoiser = this.#denoiserOf(transformer)
    const { channels } = editNetwork(this.config)
    try {
      const target = await denoiser.denoise({
        noisy: { ...reference, data: pack(firstNoise(seed, channels / 4, grid)).data },
        reference,
        grid,
        times: schedule(steps, grid.width * grid.height),
        conditional: texts.conditional,
        unconditional: guidance === 1 ? undefined : texts.unconditional,
        guidance,
        dampAbove: this.defaults.dampAbove ?? editOptions.dampAbove.default,
        interval: editOptions.guidanceInterval.default,
      })
      return await this.decode(target, grid)
    } finally {
      await denoiser.release()
    }
  }

  decode(tokens: TensorValue, grid: Size): Promise<Picture> {
    return this.autoencoder.decode(unpack(tokens, latentSize(grid)))
  }

  release(): Promise<void> {
    return freeAll([() => this.conditioner.release(), () => this.autoencoder.release()])
  }

  /** The checkpoint's language model as one that answers. @throws WeightsError where its head is missing */
  languageModel(): Promise<LanguageModel> {
    const { checkpoint, runtime, weights, budget } = this.#opened
    this.#languageModel ??= languageModelOn({
      name: basename(checkpoint.folder),
      folder: checkpoint.mllm,
      words: checkpoint.tokenizer,
      source: weights.mllm,
      runtime,
      budget,
      ...this.facts.languageModel,
    }).catch((error: unknown) => {
      this.#languageModel = undefined
      throw error
    })
    return this.#languageModel
  }

  /**
   * Frees every session except one part's, if memory does not hold all parts. The language model is there twice where it
   * reads and thinks; one of the two is freed where there is no room for that.
   */
  async keepOnly(part: PartName): Promise<void> {
    const { weights, budget } = this.#opened
    const { dit, mllm, vae } = weights
    const isOther = (name: PartName): boolean => name !== part
    if (!this.hasRoomForAll) return this.#release(isOther)
    const pair: readonly PartName[] = ['conditioner', 'thinker']
    const isTight = choosePlan([dit, mllm, mllm, vae], budget + freedOf(weights)) !== 'whole'
    if (isTight && pair.includes(part)) await this.#release((name) => isOther(name) && pair.includes(name))
  }

  #release(isMeant: (name: PartName) => boolean): Promise<void> {
    const parts: Readonly<Record<PartName, () => Promise<void>>> = {
      conditioner: () => this.conditioner.release(),
      denoiser: () => this.denoiser.release(),
      autoencoder: () => this.autoencoder.release(),
      thinker: async () => (await this.#languageModel)?.release(),
    }
    const names = Object.keys(parts) as PartName[]
    return freeAll(names.filter(isMeant).map((name) => parts[name]))
  }

  /** Frees every session; the next use of a part loads its own again. */
  unload(): Promise<void> {
    return this.#release(() => true)
  }

  /** Frees every session. @returns the profile of each part since the last call, with the option `profile` */
  async profile(): Promise<Readonly<Record<string, Profile>> | undefined> {
    await this.unload()
    return this.#profiles?.take()
  }

  close(): Promise<void> {
    const { runtime, weights } = this.#opened
    this.#closing ??= freeAll([() => this.unload(), () => runtime.close(), () => weights.close()])
    return this.#closing
  }

  #denoiserOf(source: ParameterSource): Denoiser {
    const { runtime, weights, format, budget, plans } = this.#opened
    const plan = plans.transformer ?? choosePlan([source], budget + freedOf({ ...weights, dit: source }))
    return new Denoiser({
      runtime,
      source,
      config: weights.config,
      variant: weights.variant,
      plan,
      mostText: format.most,
      budget,
      profiles: this.#profiles,
    })
  }
}

const latentSize = ({ width, height }: Size): Size => ({ width: 2 * width, height: 2 * height })

/** What v1.2's pipeline takes: its times run from 1000 to 0, so that 0.93 of them is never reached before the end. */
const ofV12 = { size: 1024, dampAbove: 0, vaeSample: true, reflect: true } as const

/** What the checkpoint's hints say of steps, guidance and size, else the original's. */
export function modelDefaults({
  hints: { defaults = {} },
  namedVariant,
}: Pick<CheckpointFolder, 'hints' | 'namedVariant'>): ModelDefaults {
  const own = isV12(namedVariant) ? ofV12 : undefined
  const guidance = namedVariant === 'v1.2-preview' ? 4 : editOptions.guidance.default
  return {
    steps: defaults.steps ?? editOptions.steps.default,
    guidance: defaults.guidance ?? guidance,
    size: defaults.size ?? own?.size ?? editOptions.size.default,
    ...(own && { dampAbove: own.dampAbove, vaeSample: own.vaeSample, reflect: own.reflect }),
  }
}
