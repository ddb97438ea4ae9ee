import type { TensorValue } from '../../../graph/index.ts'
import { type Picture, resizePicture } from '../../../image/index.ts'
import type { ClipTokenizer, Unigram } from '../../../language/index.ts'
import {
  type AutoencoderConfig,
  kontextReferenceSize,
  kontextTargetSize,
  pixelsPerLatent,
} from '../../../models/index.ts'
import type { Profile, Provider } from '../../../onnx/index.ts'
import { Autoencoder } from '../../autoencoder/autoencoder.ts'
import type { Identities } from '../../checkpoint/identity.ts'
import type { AppliedLora } from '../../checkpoint/lora.ts'
import { EditError } from '../../error.ts'
import { tileWithin } from '../../memory.ts'
import type { EditSettings } from '../../options.ts'
import type { EditHooks, StageClock } from '../../progress.ts'
import { checkFinite } from '../../sampling/finite.ts'
import { firstNoise, mixed, pack, type Size, schedule, stepsFrom } from '../../sampling/sampling.ts'
import { decodeShown, latentOfTokens, type Shown, shownSteps } from '../drawing.ts'
import type { Drawing, DrawingModel, DrawJob, ModelDefaults, PartFacts } from '../family.ts'
import { factsOf, LoadedParts, type OpenedFolder } from '../opened.ts'
import { KontextDenoiser, type KontextRequest, type KontextText } from './denoiser.ts'
import { defaultsOf, type KontextFolder, trainedLevel } from './folder.ts'
import { KontextTexts } from './texts.ts'
import { type KontextSource, type KontextWeights, large } from './weights.ts'

/** How texts become tokens. */
interface Tokenizers {
  readonly clip: ClipTokenizer
  readonly t5: Unigram
}

/** FLUX.1 Kontext's order of an edit. */
export class KontextModel implements DrawingModel {
  readonly checkpoint: KontextFolder
  readonly identities: Identities
  readonly variant = undefined
  readonly facts: Readonly<Record<KontextSource, PartFacts>>
  readonly mainPart = 'transformer'
  readonly provider: Provider
  readonly loras: readonly AppliedLora[]
  readonly defaults: ModelDefaults
  readonly #vaeConfig: AutoencoderConfig
  readonly #loaded: LoadedParts<'texts' | 'denoiser' | 'autoencoder'>
  readonly #texts: KontextTexts
  readonly #denoiser: KontextDenoiser
  readonly #autoencoder: Autoencoder

  constructor(opened: OpenedFolder<KontextFolder, KontextWeights>, tokenizers: Tokenizers) {
    const { found, runtime, weights, budget } = opened
    const { sources } = weights
    this.checkpoint = found
    this.identities = opened.identities
    this.provider = runtime.provider
    this.loras = weights.loras
    this.defaults = defaultsOf(found)
    this.facts = factsOf(opened, large)
    this.#vaeConfig = weights.vaeConfig
    this.#loaded = new LoadedParts(opened)
    const shared = { runtime, profiles: this.#loaded.profiles }
    this.#texts = new KontextTexts({
      clip: {
        ...shared,
        source: sources.textEncoder,
        config: weights.clipConfig,
        tokenizer: tokenizers.clip,
      },
      t5: {
        ...shared,
        source: sources.textEncoder2,
        config: weights.t5Config,
        tokenizer: tokenizers.t5,
        plan: this.facts.textEncoder2.plan,
        length: found.hints.textTokens ?? 512,
      },
    })
    const { plan } = this.facts.transformer
    const { config } = weights
    this.#denoiser = new KontextDenoiser({ ...shared, source: sources.transformer, config, plan, budget })
    this.#autoencoder = new Autoencoder({
      ...shared,
      source: sources.autoencoder,
      config: weights.vaeConfig,
      tile: tileWithin(weights.vaeConfig, budget),
      rounded: true,
    })
    this.#loaded.hold({ texts: this.#texts, denoiser: this.#denoiser, autoencoder: this.#autoencoder })
  }

  async draw(job: DrawJob, clock: StageClock, hooks: EditHooks): Promise<Drawing> {
    const seen = resizePicture(job.picture, { ...job.size, filter: 'lanczos' })
    const texts = await clock.stage('read', () => this.#read(job, clock, hooks))
    await this.#loaded.keepOnly('autoencoder')
    const start = await clock.stage('encode', () => this.#encode(job, clock))
    await this.#loaded.keepOnly('denoiser')
    const target = await clock.stage('denoise', () => this.#denoise({ ...start, ...texts }, job, clock))
    await this.#loaded.keepOnly('autoencoder')
    const result = await clock.stage('decode', () =>
      decodeShown(latentOfTokens(target, start.grid), this.#shown(clock)),
    )
    const roundTrip = async (): Promise<Picture> =>
      this.#autoencoder.decode(await this.#autoencoder.encode(seen))
    return { seen, result, roundTrip }
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

  /** Both texts; the negative one only where true guidance reads it. */
  async #read(
    { instruction, settings }: DrawJob,
    clock: StageClock,
    { onInstruction }: EditHooks,
  ): Promise<Texts> {
    const { trueGuidance, negative } = settings
    const wanted = trueGuidance === 1 ? [instruction] : [instruction, negative]
    if (!this.#texts.has(wanted)) await this.#loaded.keepOnly('texts')
    const onPart = (fraction: number): void => clock.part(fraction)
    const [conditional, unconditional] = await this.#texts.read(wanted, { onPart, onInstruction })
    return { conditional: conditional!, unconditional }
  }

  /** The reference's tokens, the first noisy ones, and the times from there. */
  async #encode({ picture, size, settings, init }: DrawJob, clock: StageClock): Promise<Start> {
    const { seed, steps, vaeSample } = settings
    const encode = async (each: Picture, to: Size): Promise<TensorValue> => {
      const seen = resizePicture(each, { ...to, filter: 'lanczos' })
      // The noise takes the seed itself; a sampled latent takes the next, so that the two are not alike.
      const latent = await this.#autoencoder.encode(seen, vaeSample ? nextSeed(seed) : undefined)
      checkFinite(latent.data as Float32Array, 'encoding the picture')
      return latent
    }
    const latent = await encode(picture, referenceSize(picture, settings))
    const reference = pack(latent)
    const referenceGrid = gridOf(latent)
    const perToken = 2 * pixelsPerLatent(this.#vaeConfig)
    const grid = { width: size.width / perToken, height: size.height / perToken }
    const noise = firstNoise(seed, latent.shape[1]!, grid)
    const times = schedule(steps, grid.width * grid.height)
    if (!init) return { noisy: pack(noise), grid, reference, referenceGrid, times }
    clock.part(0.5)
    const start = await encode(init.picture, size)
    const left = times.slice(steps - stepsFrom(steps, init.strength))
    return { noisy: pack(mixed(noise, start, left[0]!)), grid, reference, referenceGrid, times: left }
  }

  #denoise(start: Start & Texts, { settings }: DrawJob, clock: StageClock): Promise<TensorValue> {
    const { guidance, trueGuidance, dampAbove, guidanceInterval: interval } = settings
    return this.#denoiser.denoise(
      { ...start, guidance, trueGuidance, dampAbove, interval },
      shownSteps(this.#shown(clock), (clean) => latentOfTokens(clean, start.grid)),
    )
  }

  #shown(clock: StageClock): Shown {
    const { hasRoomForAll } = this.#loaded
    return { clock, autoencoder: this.#autoencoder, hasRoomForAll }
  }
}

type Texts = { readonly conditional: KontextText; readonly unconditional: KontextText | undefined }
type Start = Pick<KontextRequest, 'noisy' | 'grid' | 'reference' | 'referenceGrid' | 'times'>

/** The grid of tokens of a latent. */
function gridOf({ shape }: TensorValue): Size {
  return { width: shape[3]! / 2, height: shape[2]! / 2 }
}

/**
 * The size of the result: about size² pixels in the picture's shape.
 * @throws EditError where a side would vanish, or a negative text would not be read
 */
export function targetSize(picture: Size, { size: level, negative, trueGuidance }: EditSettings): Size {
  if (negative !== '' && trueGuidance === 1)
    throw new EditError(
      'input',
      'negative: FLUX.1 Kontext reads it with true guidance alone, expected trueGuidance above 1; set it, or leave the negative prompt out',
    )
  return sized(picture, level)
}

/** That of the reference: one of the training's at its level, else the picture's own shape. */
function referenceSize(picture: Size, { size: level }: Pick<EditSettings, 'size'>): Size {
  return level === trainedLevel ? kontextReferenceSize(picture) : sized(picture, level)
}

function sized(picture: Size, level: number): Size {
  const size = kontextTargetSize(picture, level ** 2)
  if (Math.min(size.width, size.height) < 16)
    throw new EditError(
      'input',
      `picture of ${picture.width}×${picture.height}: the aspect ratio is too extreme for size ${level}; crop it`,
    )
  return size
}

/** The seed after another; the last one is followed by 0. */
function nextSeed(seed: number | bigint): bigint {
  return (BigInt(seed) + 1n) % 2n ** 64n
}
