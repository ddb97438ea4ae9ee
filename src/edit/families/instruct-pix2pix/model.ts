import { dataOf, type TensorValue } from '../../../graph/index.ts'
import { type Picture, resizePicture } from '../../../image/index.ts'
import { type ClipTokenizer, openClipTokenizer } from '../../../language/index.ts'
import type { Profile, Provider } from '../../../onnx/index.ts'
import { TorchGenerator } from '../../../random/index.ts'
import { Autoencoder } from '../../autoencoder/autoencoder.ts'
import type { Identities } from '../../checkpoint/identity.ts'
import type { AppliedLora } from '../../checkpoint/lora.ts'
import { ClipReader } from '../../condition/clip.ts'
import { EditError } from '../../error.ts'
import { tileWithin } from '../../memory.ts'
import type { EditHooks, StageClock } from '../../progress.ts'
import { checkFinite } from '../../sampling/finite.ts'
import { type Sampling, samplers } from '../../sampling/samplers.ts'
import { stepsFrom } from '../../sampling/sampling.ts'
import { decodeShown, type Shown, shownSteps } from '../drawing.ts'
import type { Drawing, DrawingModel, DrawJob, ModelDefaults, OpeningOptions, PartFacts } from '../family.ts'
import { factsOf, LoadedParts, type OpenedFolder, openFolder, type WeightsRequest } from '../opened.ts'
import { isGuided, UnetDenoiser, type UnetRequest } from './denoiser.ts'
import { defaultsOf, type Pix2pixFolder, type Pix2pixVariant } from './folder.ts'
import { fitPicture } from './sizes.ts'
import { openWeights, type Pix2pixPart, type Pix2pixWeights } from './weights.ts'

/** Opens a folder that is found. Nothing stays open when it fails. @throws EditError, WeightsError or ModelError */
export async function openPix2pix(found: Pix2pixFolder, options: OpeningOptions): Promise<Pix2pixModel> {
  const tokenizer = await openClipTokenizer(found.parts.tokenizer)
  return openFolder(found, options, {
    large: ['unet'],
    open: (request: WeightsRequest<Pix2pixPart>) => openWeights(found, options, request),
    make: (opened) => new Pix2pixModel(opened, tokenizer),
  })
}

/** InstructPix2Pix's order of an edit. */
export class Pix2pixModel implements DrawingModel {
  readonly checkpoint: Pix2pixFolder
  readonly identities: Identities
  readonly variant: Pix2pixVariant
  readonly facts: Readonly<Record<Pix2pixPart, PartFacts>>
  readonly mainPart = 'unet'
  readonly provider: Provider
  readonly loras: readonly AppliedLora[]
  readonly defaults: ModelDefaults
  readonly #positions: number
  readonly #scale: number
  readonly #tokenizer: ClipTokenizer
  readonly #parts: LoadedParts<'texts' | 'denoiser' | 'autoencoder'>
  readonly #texts: ClipReader
  readonly #denoiser: UnetDenoiser
  readonly #autoencoder: Autoencoder

  constructor(opened: OpenedFolder<Pix2pixFolder, Pix2pixWeights>, tokenizer: ClipTokenizer) {
    const { found, runtime, weights, budget } = opened
    const { sources, config, clipConfig, vaeConfig } = weights
    if (tokenizer.size > clipConfig.vocabulary)
      throw new EditError(
        'checkpoint',
        `${found.parts.tokenizer}: has ${tokenizer.size} tokens, expected at most ${clipConfig.vocabulary}, which the text encoder knows; take the one of the checkpoint`,
      )
    this.checkpoint = found
    this.identities = opened.identities
    this.variant = found.variant
    this.provider = runtime.provider
    this.loras = weights.loras
    this.defaults = defaultsOf(found)
    this.facts = factsOf<Pix2pixPart>(opened, ['unet'])
    this.#positions = clipConfig.positions
    this.#scale = vaeConfig.scale
    this.#tokenizer = tokenizer
    this.#parts = new LoadedParts(opened)
    const { profiles } = this.#parts
    this.#texts = new ClipReader({
      runtime,
      source: sources.textEncoder,
      config: clipConfig,
      tokenizer,
      profiles,
    })
    this.#denoiser = new UnetDenoiser({
      runtime,
      source: sources.unet,
      config,
      plan: this.facts.unet.plan,
      budget,
      profiles,
    })
    this.#autoencoder = new Autoencoder({
      runtime,
      source: sources.autoencoder,
      config: vaeConfig,
      tile: tileWithin(vaeConfig, budget),
      rounded: found.hints.defaults?.sampler !== 'k-euler-ancestral',
      profiles,
    })
    this.#parts.hold({ texts: this.#texts, denoiser: this.#denoiser, autoencoder: this.#autoencoder })
  }

  async draw(job: DrawJob, clock: StageClock, hooks: EditHooks): Promise<Drawing> {
    const { picture, size, settings } = job
    // What goes back to the size of the picture must be all of it; the original cuts what its sizes leave over.
    const seen = settings.keepEditSize
      ? fitPicture(picture, size)
      : resizePicture(picture, { ...size, filter: 'lanczos' })
    await this.#parts.keepOnly('texts')
    const texts = await clock.stage('read', () => this.#read(job, clock, hooks))
    await this.#parts.keepOnly('autoencoder')
    const start = await clock.stage('encode', () => this.#encode(seen, job, clock))
    await this.#parts.keepOnly('denoiser')
    const latent = await clock.stage('denoise', () => this.#denoise({ ...start, ...texts }, job, clock))
    await this.#parts.keepOnly('autoencoder')
    const result = await clock.stage('decode', () => decodeShown(latent, this.#shown(clock)))
    const own = dataOf(start.picture, 'f32').map((value) => this.#scale * value)
    return { seen, result, roundTrip: () => decodeShown({ ...start.picture, data: own }, this.#shown(clock)) }
  }

  unload(): Promise<void> {
    return this.#parts.unload()
  }

  profile(): Promise<Readonly<Record<string, Profile>> | undefined> {
    return this.#parts.profile()
  }

  close(): Promise<void> {
    return this.#parts.close()
  }

  /** The states of the instruction, and those of the negative prompt where guidance reads it. */
  async #read(
    { instruction, settings }: DrawJob,
    clock: StageClock,
    { onInstruction }: EditHooks,
  ): Promise<Pick<UnetRequest, 'text' | 'negative'>> {
    const { tokens, read } = this.#tokenizer.encode(instruction, this.#positions)
    onInstruction?.({ tokens, read })
    const states = async (text: string): Promise<TensorValue> => {
      const { states } = await this.#texts.read(text)
      checkFinite(dataOf(states, 'f32'), 'reading the instruction')
      return states
    }
    const text = await states(instruction)
    clock.part(0.5)
    return { text, negative: isGuided(settings) ? await states(settings.negative) : undefined }
  }

  /** The picture's latent, the first noisy one, and the steps from there. */
  async #encode(seen: Picture, { settings, size, init }: DrawJob, clock: StageClock): Promise<Start> {
    const { seed, steps, sampler } = settings
    const picture = await this.#autoencoder.encodePlain(seen)
    checkFinite(picture.data as Float32Array, 'encoding the picture')
    const normal = new TorchGenerator(seed)
    const skip = init ? steps - stepsFrom(steps, init.strength) : 0
    const sampling = samplers[sampler](steps, { noise: this.checkpoint.hints.noise, skip })
    const noise = normal.randn(picture.data.length)
    if (!init) return { picture, noisy: { ...picture, data: sampling.start(noise) }, sampling, normal }
    clock.part(0.5)
    const resized = resizePicture(init.picture, { ...size, filter: 'nearest' })
    const clean = await this.#autoencoder.encode(resized)
    const isAll = sampling.times.length > 0
    const noisy = isAll ? { ...clean, data: sampling.start(noise, dataOf(clean, 'f32')) } : clean
    return { picture, noisy, sampling, normal }
  }

  #denoise(
    start: Start & Pick<UnetRequest, 'text' | 'negative'>,
    { settings, init }: DrawJob,
    clock: StageClock,
  ): Promise<TensorValue> {
    const { guidance, pictureGuidance, steps: all } = settings
    const steps = init ? stepsFrom(all, init.strength) : all
    // A sampler may need a call more than it has steps: the first step is done after two.
    const extra = start.sampling.times.length - steps
    const told = shownSteps(this.#shown(clock))
    return this.#denoiser.denoise(
      { ...start, guidance, pictureGuidance },
      {
        onPart: (call, done, parts) => told.onPart(Math.max(0, call - extra), call < extra ? 0 : done, parts),
        onStep: async (call, clean) => {
          if (call >= extra) await told.onStep(call - extra, clean)
        },
      },
    )
  }

  #shown(clock: StageClock): Shown {
    const { hasRoomForAll } = this.#parts
    return { clock, autoencoder: this.#autoencoder, hasRoomForAll }
  }
}

type Start = Pick<UnetRequest, 'picture' | 'noisy' | 'normal'> & { readonly sampling: Sampling }
