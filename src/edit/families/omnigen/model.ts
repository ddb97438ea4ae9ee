import type { TensorValue } from '../../../graph/index.ts'
import { type Picture, resizePicture } from '../../../image/index.ts'
import { type Encode, openTokenizer } from '../../../language/index.ts'
import type { Profile, Provider } from '../../../onnx/index.ts'
import { TorchGenerator } from '../../../random/index.ts'
import { Autoencoder, type Normal } from '../../autoencoder/autoencoder.ts'
import type { Identities } from '../../checkpoint/identity.ts'
import type { AppliedLora } from '../../checkpoint/lora.ts'
import { tileWithin } from '../../memory.ts'
import type { EditHooks, StageClock } from '../../progress.ts'
import { checkFinite } from '../../sampling/finite.ts'
import { mixed, stepsFrom } from '../../sampling/sampling.ts'
import { decodeShown, type Shown, shownSteps } from '../drawing.ts'
import type { Drawing, DrawingModel, DrawJob, ModelDefaults, OpeningOptions, PartFacts } from '../family.ts'
import { factsOf, LoadedParts, type OpenedFolder, openFolder, type WeightsRequest } from '../opened.ts'
import { type OmnigenBranches, OmnigenDenoiser, omnigenTimes } from './denoiser.ts'
import type { OmnigenFolder } from './folder.ts'
import { omnigenFrame, omnigenPicture, pixelsPerPatch } from './picture.ts'
import { type OmnigenText, omnigenNegative, omnigenText, picturesAlone, withPictures } from './prompt.ts'
import { type OmnigenPart, type OmnigenWeights, openWeights } from './weights.ts'

/** What the checkpoint's hints say, else the card and the code of the original. */
export function omnigenDefaults({ hints: { defaults = {} } }: Pick<OmnigenFolder, 'hints'>): ModelDefaults {
  return {
    steps: defaults.steps ?? 50,
    guidance: defaults.guidance ?? 2.5,
    pictureGuidance: defaults.pictureGuidance ?? 1.6,
    size: defaults.size ?? 1024,
    negative: omnigenNegative,
    vaeSample: true,
  }
}

/** Opens a folder that is found. Nothing stays open when it fails. @throws EditError, WeightsError or ModelError */
export async function openOmnigen(found: OmnigenFolder, options: OpeningOptions): Promise<OmnigenModel> {
  const { encode } = await openTokenizer(found.tokenizerFolder)
  return openFolder(found, options, {
    large: ['transformer'],
    open: (request: WeightsRequest<OmnigenPart>) => openWeights(found, options, request),
    make: (opened) => new OmnigenModel(opened, encode),
  })
}

/** OmniGen's order of an edit. */
export class OmnigenModel implements DrawingModel {
  readonly checkpoint: OmnigenFolder
  readonly identities: Identities
  readonly variant = undefined
  readonly facts: Readonly<Record<OmnigenPart, PartFacts>>
  readonly mainPart = 'transformer'
  readonly provider: Provider
  readonly loras: readonly AppliedLora[]
  readonly defaults: ModelDefaults
  readonly #encodeText: Encode
  readonly #parts: LoadedParts<'denoiser' | 'autoencoder'>
  readonly #denoiser: OmnigenDenoiser
  readonly #autoencoder: Autoencoder

  constructor(opened: OpenedFolder<OmnigenFolder, OmnigenWeights>, encode: Encode) {
    const { found, runtime, weights, budget } = opened
    const { sources, config, vaeConfig } = weights
    this.#encodeText = encode
    this.checkpoint = found
    this.identities = opened.identities
    this.provider = runtime.provider
    this.loras = weights.loras
    this.defaults = omnigenDefaults(found)
    this.facts = factsOf<OmnigenPart>(opened, ['transformer'])
    this.#parts = new LoadedParts(opened)
    const { profiles } = this.#parts
    const { plan } = this.facts.transformer
    const { joint } = found.hints
    this.#denoiser = new OmnigenDenoiser({
      runtime,
      source: sources.transformer,
      config,
      plan,
      budget,
      joint,
      profiles,
    })
    this.#autoencoder = new Autoencoder({
      runtime,
      source: sources.autoencoder,
      config: vaeConfig,
      tile: tileWithin(vaeConfig, budget),
      profiles,
    })
    this.#parts.hold({ denoiser: this.#denoiser, autoencoder: this.#autoencoder })
  }

  async draw(job: DrawJob, clock: StageClock, hooks: EditHooks): Promise<Drawing> {
    const { settings } = job
    const pictures = [job.picture, ...job.more].map((each) => omnigenPicture(each, settings.size))
    const seen = pictures[0]!
    const texts = await clock.stage('read', async () => this.#read(pictures, job, hooks))
    await this.#parts.keepOnly('autoencoder')
    const { latents, ...start } = await clock.stage('encode', () => this.#encode(pictures, texts, job, clock))
    await this.#parts.keepOnly('denoiser')
    const latent = await clock.stage('denoise', () => {
      const branches: OmnigenBranches = {
        whole: { text: texts.whole, latents: latents.whole },
        nothing: { text: texts.nothing, latents: [] },
        pictures: { text: texts.pictures, latents: latents.pictures },
      }
      return this.#denoise({ ...start, branches }, job, clock)
    })
    await this.#parts.keepOnly('autoencoder')
    const result = await clock.stage('decode', () => decodeShown(latent, this.#shown(clock)))
    return {
      seen,
      result,
      frame: omnigenFrame(job.picture, settings.size),
      roundTrip: () => decodeShown(latents.seen, this.#shown(clock)),
    }
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

  /** The texts of the three branches. */
  #read(
    pictures: readonly Picture[],
    { instruction, settings }: DrawJob,
    { onInstruction }: EditHooks,
  ): Record<keyof OmnigenBranches, OmnigenText> {
    const encode = this.#encodeText
    const patches = pictures.map(({ width, height }) => (width * height) / pixelsPerPatch ** 2)
    const { length } = encode(instruction)
    onInstruction?.({ read: length, tokens: length })
    return {
      whole: omnigenText(encode, withPictures(instruction, pictures.length), patches),
      nothing: omnigenText(encode, settings.negative, []),
      pictures: omnigenText(encode, picturesAlone(pictures.length), patches),
    }
  }

  /**
   * The latents of the pictures where they stand in the texts, sampled anew for each place as the original does, the first
   * noisy latent, and the times from there.
   */
  async #encode(
    pictures: readonly Picture[],
    texts: Readonly<Record<keyof OmnigenBranches, OmnigenText>>,
    { settings, init }: DrawJob,
    clock: StageClock,
  ): Promise<Start> {
    const { seed, steps, vaeSample } = settings
    // The noise takes the seed itself; sampled latents take the next, so that the two are not alike.
    const normal = vaeSample ? new TorchGenerator((BigInt(seed) + 1n) % 2n ** 64n) : undefined
    const places = [...texts.whole.pictures, ...texts.pictures.pictures]
    const total = places.length + (init ? 1 : 0)
    const made: TensorValue[] = []
    for (const { picture } of places) {
      // The mean is the same in every place.
      const same = places.findIndex((each) => each.picture === picture)
      made.push(
        normal || same === made.length ? await this.#encodeOne(pictures[picture]!, normal) : made[same]!,
      )
      clock.part(made.length / total)
    }
    const latents = {
      whole: made.slice(0, texts.whole.pictures.length),
      pictures: made.slice(texts.whole.pictures.length),
      seen: made[places.findIndex(({ picture }) => picture === 0)]!,
    }
    const { shape } = latents.seen
    const count = shape.reduce((product, size) => product * size, 1)
    const noise: TensorValue = { dtype: 'f32', shape, data: new TorchGenerator(seed).randn(count) }
    const times = omnigenTimes(steps)
    if (!init) return { latents, noisy: noise, times }
    const { width, height } = pictures[0]!
    const from = await this.#encodeOne(
      resizePicture(init.picture, { width, height, filter: 'nearest' }),
      normal,
    )
    const left = times.slice(steps - stepsFrom(steps, init.strength))
    return { latents, noisy: mixed(noise, from, 1 - left[0]!), times: left }
  }

  async #encodeOne(picture: Picture, normal: Normal | undefined): Promise<TensorValue> {
    const latent = await this.#autoencoder.encode(picture, normal)
    checkFinite(latent.data as Float32Array, 'encoding the picture')
    return latent
  }

  #denoise(
    start: Pick<Start, 'noisy' | 'times'> & { readonly branches: OmnigenBranches },
    { settings }: DrawJob,
    clock: StageClock,
  ): Promise<TensorValue> {
    const { guidance, pictureGuidance, guidanceInterval: interval } = settings
    return this.#denoiser.denoise(
      { ...start, guidance, pictureGuidance, interval },
      {
        onRead: () => clock.step(0),
        ...shownSteps(this.#shown(clock)),
      },
    )
  }

  #shown(clock: StageClock): Shown {
    const { hasRoomForAll } = this.#parts
    return { clock, autoencoder: this.#autoencoder, hasRoomForAll }
  }
}

interface Start {
  readonly latents: {
    readonly whole: readonly TensorValue[]
    readonly pictures: readonly TensorValue[]
    /** Of the edited picture. */
    readonly seen: TensorValue
  }
  readonly noisy: TensorValue // [1, channels, h, w]
  readonly times: readonly number[]
}
