import type { TensorValue } from '../../../graph/index.ts'
import { type Picture, resizePicture } from '../../../image/index.ts'
import type { ClipTokenizer, Unigram } from '../../../language/index.ts'
import { kontextReferenceSize, kontextTargetSize, pixelsPerLatent } from '../../../models/index.ts'
import {
  choosePlan,
  freeAll,
  type Plan,
  type Profile,
  type Provider,
  type Runtime,
} from '../../../onnx/index.ts'
import { Autoencoder } from '../../autoencoder/autoencoder.ts'
import type { Identities } from '../../checkpoint/identity.ts'
import type { AppliedLora } from '../../checkpoint/lora.ts'
import { precisionOf } from '../../checkpoint/precision.ts'
import { EditError } from '../../error.ts'
import { tileWithin } from '../../memory.ts'
import type { EditSettings } from '../../options.ts'
import { Profiles } from '../../profiles.ts'
import type { EditHooks, StageClock } from '../../progress.ts'
import { checkFinite } from '../../sampling/finite.ts'
import {
  firstNoise,
  halved,
  mixed,
  pack,
  type Size,
  schedule,
  stepsFrom,
  unpack,
} from '../../sampling/sampling.ts'
import type { Drawing, DrawingModel, DrawJob, ModelDefaults, OpeningOptions, PartFacts } from '../family.ts'
import { KontextDenoiser, type KontextRequest, type KontextText } from './denoiser.ts'
import { defaultsOf, type KontextFolder, trainedLevel } from './folder.ts'
import { KontextTexts } from './texts.ts'
import type { KontextWeights } from './weights.ts'

/** What a model is made of; it closes it. */
export interface Opened {
  readonly found: KontextFolder
  readonly identities: Identities
  readonly runtime: Runtime
  readonly weights: KontextWeights
  readonly tokenizers: {
    readonly clip: ClipTokenizer
    readonly t5: Unigram
  }
  readonly budget: number
  readonly options: OpeningOptions
}

type KontextFacts = Readonly<
  Record<'transformer' | 'textEncoder' | 'textEncoder2' | 'autoencoder', PartFacts>
>

/** FLUX.1 Kontext's order of an edit. */
export class KontextModel implements DrawingModel {
  readonly checkpoint: KontextFolder
  readonly identities: Identities
  readonly variant = undefined
  readonly facts: KontextFacts
  readonly mainPart = 'transformer'
  readonly provider: Provider
  readonly loras: readonly AppliedLora[]
  readonly defaults: ModelDefaults
  readonly #opened: Opened
  readonly #profiles: Profiles | undefined
  readonly #texts: KontextTexts
  readonly #denoiser: KontextDenoiser
  readonly #autoencoder: Autoencoder
  /** Whether all parts may stay loaded at once. */
  readonly #hasRoomForAll: boolean
  #closing: Promise<void> | undefined

  constructor(opened: Opened) {
    const { found, runtime, weights, tokenizers, budget, options } = opened
    const { transformer, clip, t5, autoencoder } = weights
    this.#opened = opened
    this.checkpoint = found
    this.identities = opened.identities
    this.provider = runtime.provider
    this.loras = weights.loras
    this.defaults = defaultsOf(found)
    const planOf = (name: 'transformer' | 'textEncoder2', source: KontextWeights['t5']): Plan =>
      options.parts?.[name]?.plan ?? options.plan ?? choosePlan([source], budget)
    this.facts = {
      transformer: { precision: precisionOf(transformer), plan: planOf('transformer', transformer) },
      textEncoder: { precision: precisionOf(clip), plan: 'whole' },
      textEncoder2: { precision: precisionOf(t5), plan: planOf('textEncoder2', t5) },
      autoencoder: { precision: precisionOf(autoencoder), plan: 'whole' },
    }
    this.#hasRoomForAll = choosePlan([transformer, clip, t5, autoencoder], budget) === 'whole'
    const profiles = options.profile ? new Profiles() : undefined
    this.#profiles = profiles
    const shared = { runtime, profiles }
    this.#texts = new KontextTexts({
      clip: { ...shared, source: clip, config: weights.clipConfig, tokenizer: tokenizers.clip },
      t5: {
        ...shared,
        source: t5,
        config: weights.t5Config,
        tokenizer: tokenizers.t5,
        plan: this.facts.textEncoder2.plan,
        length: found.hints.textTokens ?? 512,
      },
    })
    const { plan } = this.facts.transformer
    this.#denoiser = new KontextDenoiser({
      ...shared,
      source: transformer,
      config: weights.config,
      plan,
      budget,
    })
    this.#autoencoder = new Autoencoder({
      ...shared,
      source: autoencoder,
      config: weights.vaeConfig,
      tile: tileWithin(weights.vaeConfig, budget),
      rounded: true,
    })
  }

  async draw(job: DrawJob, clock: StageClock, hooks: EditHooks): Promise<Drawing> {
    const seen = resizePicture(job.picture, { ...job.size, filter: 'lanczos' })
    const texts = await clock.stage('read', () => this.#read(job, clock, hooks))
    await this.#keepOnly('autoencoder')
    const start = await clock.stage('encode', () => this.#encode(job, clock))
    await this.#keepOnly('denoiser')
    const target = await clock.stage('denoise', () => this.#denoise({ ...start, ...texts }, job, clock))
    await this.#keepOnly('autoencoder')
    const result = await clock.stage('decode', () => this.#decode(target, start.grid, clock))
    const roundTrip = async (): Promise<Picture> =>
      this.#autoencoder.decode(await this.#autoencoder.encode(seen))
    return { seen, result, roundTrip }
  }

  unload(): Promise<void> {
    return freeAll([this.#texts, this.#denoiser, this.#autoencoder].map((each) => () => each.release()))
  }

  async profile(): Promise<Readonly<Record<string, Profile>> | undefined> {
    await this.unload()
    return this.#profiles?.take()
  }

  close(): Promise<void> {
    const { runtime, weights } = this.#opened
    this.#closing ??= freeAll([() => this.unload(), () => runtime.close(), () => weights.close()])
    return this.#closing
  }

  /** Frees every session except one part's, if memory does not hold all parts. */
  async #keepOnly(part: 'texts' | 'denoiser' | 'autoencoder'): Promise<void> {
    if (this.#hasRoomForAll) return
    const all = { texts: this.#texts, denoiser: this.#denoiser, autoencoder: this.#autoencoder }
    const others = Object.entries(all).filter(([name]) => name !== part)
    await freeAll(
      others.map(
        ([, each]) =>
          () =>
            each.release(),
      ),
    )
  }

  /** Both texts; the negative one only where true guidance reads it. */
  async #read(
    { instruction, settings }: DrawJob,
    clock: StageClock,
    { onInstruction }: EditHooks,
  ): Promise<Texts> {
    const { trueGuidance, negative } = settings
    const wanted = trueGuidance === 1 ? [instruction] : [instruction, negative]
    if (!this.#texts.has(wanted)) await this.#keepOnly('texts')
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
    const perToken = 2 * pixelsPerLatent(this.#opened.weights.vaeConfig)
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
      {
        onPart: (step, done, parts) => clock.step(step + done / parts),
        onStep: (step, clean) =>
          clock.endStep(step + 1, async () => {
            // At half its size the work is a quarter.
            const picture = await this.#decode(clean(), start.grid, clock, halved)
            if (!this.#hasRoomForAll) await this.#autoencoder.release()
            return picture
          }),
      },
    )
  }

  /** The picture of tokens. Its tiles are parts of the stage `decode`; elsewhere they only hear of a stop. */
  #decode(
    tokens: TensorValue,
    { width, height }: Size,
    clock: StageClock,
    change: (latent: TensorValue) => TensorValue = (latent) => latent,
  ): Promise<Picture> {
    const latent = change(unpack(tokens, { width: 2 * width, height: 2 * height }))
    return this.#autoencoder.decode(latent, (done, total) => clock.tile(done / total))
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
export function referenceSize(picture: Size, { size: level }: Pick<EditSettings, 'size'>): Size {
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
