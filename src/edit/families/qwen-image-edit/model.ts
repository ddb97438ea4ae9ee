import { dataOf, type TensorValue } from '../../../graph/index.ts'
import { type Picture, resizePicture } from '../../../image/index.ts'
import { openTokenizer, type Tokenizer } from '../../../language/index.ts'
import type { Profile, Provider } from '../../../onnx/index.ts'
import { Autoencoder } from '../../autoencoder/autoencoder.ts'
import type { Identities } from '../../checkpoint/identity.ts'
import type { AppliedLora } from '../../checkpoint/lora.ts'
import { tileWithin } from '../../memory.ts'
import type { EditHooks, StageClock } from '../../progress.ts'
import { checkFinite } from '../../sampling/finite.ts'
import { firstNoise, mixed, pack, type Size, stepsFrom } from '../../sampling/sampling.ts'
import { decodeShown, latentOfTokens, type Shown, shownSteps } from '../drawing.ts'
import type { Drawing, DrawingModel, DrawJob, ModelDefaults, OpeningOptions, PartFacts } from '../family.ts'
import { factsOf, LoadedParts, type OpenedFolder, openFolder } from '../opened.ts'
import { qwenCodec } from './codec.ts'
import { QwenDenoiser, type QwenReference, type QwenRequest } from './denoiser.ts'
import { defaultsOf, type QwenFolder } from './folder.ts'
import { QwenReader } from './reader.ts'
import { areaSize, qwenSchedule } from './sampling.ts'
import { openWeights, type QwenSource, type QwenWeights } from './weights.ts'

/** Pictures that 2509 and 2511 were trained on beside the first. */
export const mostPictures = 2

/** The side of the square of pixels at which the language model of 2509 and 2511 sees a picture. */
const glanceSide = 384

const large: readonly QwenSource[] = ['transformer', 'languageModel']

/** Opens the parts of a folder. Frees everything when it fails. @throws EditError, WeightsError or ModelError */
export function openQwen(found: QwenFolder, options: OpeningOptions): Promise<QwenModel> {
  return openFolder(found, options, {
    large,
    open: (request) => openWeights(found, options, request),
    make: async (opened: OpenedFolder<QwenFolder, QwenWeights>) =>
      new QwenModel(opened, await openTokenizer(found.parts.tokenizer)),
  })
}

/** Qwen-Image-Edit's order of an edit. */
export class QwenModel implements DrawingModel {
  readonly checkpoint: QwenFolder
  readonly identities: Identities
  readonly variant: string
  readonly facts: Readonly<Record<QwenSource, PartFacts>>
  readonly mainPart = 'transformer'
  readonly mostPictures: number
  readonly provider: Provider
  readonly loras: readonly AppliedLora[]
  readonly defaults: ModelDefaults
  readonly #loaded: LoadedParts<'reader' | 'denoiser' | 'autoencoder'>
  readonly #reader: QwenReader
  readonly #denoiser: QwenDenoiser
  readonly #autoencoder: Autoencoder

  constructor(opened: OpenedFolder<QwenFolder, QwenWeights>, { encode }: Pick<Tokenizer, 'encode'>) {
    const { found, runtime, weights, budget, identities } = opened
    const { sources, config, languageConfig, vaeConfig, loras } = weights
    this.checkpoint = found
    this.identities = identities
    this.variant = found.hints.variant
    this.facts = factsOf(opened, large)
    this.mostPictures = this.#isFirst ? 0 : mostPictures
    this.provider = runtime.provider
    this.loras = loras
    this.defaults = defaultsOf(found)
    this.#loaded = new LoadedParts(opened)
    const shared = { runtime, profiles: this.#loaded.profiles }
    this.#reader = new QwenReader({
      ...shared,
      source: sources.languageModel,
      config: languageConfig,
      encode,
      plan: this.facts.languageModel.plan,
      bounds: found.hints.bounds,
      numbered: !this.#isFirst,
    })
    this.#denoiser = new QwenDenoiser({
      ...shared,
      source: sources.transformer,
      config,
      plan: this.facts.transformer.plan,
      budget,
    })
    this.#autoencoder = new Autoencoder({
      ...shared,
      source: sources.autoencoder,
      config: qwenCodec(vaeConfig),
      tile: tileWithin({ ...vaeConfig, patch: 1 }, budget),
      rounded: true,
    })
    this.#loaded.hold({
      reader: this.#reader,
      denoiser: this.#denoiser,
      autoencoder: this.#autoencoder,
    })
  }

  async draw(job: DrawJob, clock: StageClock, hooks: EditHooks): Promise<Drawing> {
    const seen = resizePicture(job.picture, { ...job.size, filter: 'lanczos' })
    await this.#loaded.keepOnly('reader')
    const texts = await clock.stage('read', () => this.#read(seen, job, clock, hooks))
    await this.#loaded.keepOnly('autoencoder')
    const start = await clock.stage('encode', () => this.#encode(seen, job, clock))
    await this.#loaded.keepOnly('denoiser')
    const target = await clock.stage('denoise', () => this.#denoise({ ...start, ...texts }, job, clock))
    await this.#loaded.keepOnly('autoencoder')
    const result = await clock.stage('decode', () =>
      decodeShown(latentOfTokens(target, start.grid), this.#shown(clock)),
    )
    const [{ tokens, grid }] = start.references as [QwenReference]
    return { seen, result, roundTrip: () => decodeShown(latentOfTokens(tokens, grid), this.#shown(clock)) }
  }

  unload(): Promise<void> {
    return this.#loaded.unload()
  }

  profile(): Promise<Readonly<Record<string, Profile>> | undefined> {
    return this.#loaded.profile()
  }

  close(): Promise<void> {
    return this.#loaded.close()
  }

  get #isFirst(): boolean {
    return this.checkpoint.hints.variant === 'first'
  }

  /** Both texts with the pictures; the negative one only where guidance reads it. */
  async #read(
    seen: Picture,
    { picture, more, instruction, settings }: DrawJob,
    clock: StageClock,
    { onInstruction }: EditHooks,
  ): Promise<Texts> {
    const wanted = settings.guidance === 1 ? [instruction] : [instruction, settings.negative]
    const pictures = this.#isFirst ? [seen] : [picture, ...more].map((each) => sized(each, glanceSide))
    const onPart = (fraction: number): void => clock.part(fraction)
    const texts = await this.#reader.read(pictures, wanted, { onPart, onInstruction })
    for (const text of texts) checkFinite(dataOf(text, 'f32'), 'reading picture and instruction')
    return { conditional: texts[0]!, unconditional: texts[1] }
  }

  /** The tokens of all pictures, the first noisy ones, and the times from there. */
  async #encode(
    seen: Picture,
    { more, settings: { seed, steps, size }, init }: DrawJob,
    clock: StageClock,
  ): Promise<Start> {
    const encode = async (each: Picture): Promise<TensorValue> => {
      const latent = await this.#autoencoder.encode(each)
      checkFinite(latent.data as Float32Array, 'encoding the picture')
      return latent
    }
    const pictures = [seen, ...more.map((each) => sized(each, size))]
    const total = pictures.length + (init ? 1 : 0)
    const references: QwenReference[] = []
    for (const each of pictures) {
      const latent = await encode(each)
      references.push({ tokens: pack(latent), grid: gridOf(latent) })
      clock.part(references.length / total)
    }
    const [{ tokens, grid }] = references as [QwenReference]
    const noise = firstNoise(seed, tokens.shape[2]! / 4, grid)
    const times = qwenSchedule(steps, grid.width * grid.height, this.checkpoint.hints.scheduler)
    if (!init) return { noisy: pack(noise), grid, references, times }
    const start = await encode(resizePicture(init.picture, { ...sizeOf(seen), filter: 'lanczos' }))
    const left = times.slice(steps - stepsFrom(steps, init.strength))
    return { noisy: pack(mixed(noise, start, left[0]!)), grid, references, times: left }
  }

  #denoise(start: Start & Texts, { settings }: DrawJob, clock: StageClock): Promise<TensorValue> {
    const { guidance, guidanceInterval: interval } = settings
    return this.#denoiser.denoise(
      { ...start, guidance, interval },
      shownSteps(this.#shown(clock), (clean) => latentOfTokens(clean, start.grid)),
    )
  }

  #shown(clock: StageClock): Shown {
    const { hasRoomForAll } = this.#loaded
    return { clock, autoencoder: this.#autoencoder, hasRoomForAll }
  }
}

type Texts = Pick<QwenRequest, 'conditional' | 'unconditional'>
type Start = Pick<QwenRequest, 'noisy' | 'grid' | 'references' | 'times'>

const sizeOf = ({ width, height }: Size): Size => ({ width, height })

/** A picture with about side² pixels. */
function sized(picture: Picture, side: number): Picture {
  return resizePicture(picture, { ...areaSize(picture, side), filter: 'lanczos' })
}

/** The grid of tokens of a latent. */
function gridOf({ shape }: TensorValue): Size {
  return { width: shape[3]! / 2, height: shape[2]! / 2 }
}
