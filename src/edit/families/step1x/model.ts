import { dataOf, type TensorValue } from '../../../graph/index.ts'
import { type Picture, resizedPlanes, resizePicture } from '../../../image/index.ts'
import { isV12, type Variant } from '../../../models/index.ts'
import type { Profile, Provider } from '../../../onnx/index.ts'
import { TorchGenerator } from '../../../random/index.ts'
import type { Identities } from '../../checkpoint/identity.ts'
import type { AppliedLora } from '../../checkpoint/lora.ts'
import type { EditHooks, StageClock } from '../../progress.ts'
import { checkFinite } from '../../sampling/finite.ts'
import { firstNoise, mixed, noiseOf, pack, type Size, schedule, stepsFrom } from '../../sampling/sampling.ts'
import { decodeShown, latentOfTokens, type Shown, shownSteps } from '../drawing.ts'
import type { Drawing, DrawingModel, DrawJob, ModelDefaults } from '../family.ts'
import type { DenoiseRequest } from './denoise.ts'
import type { CheckpointFolder } from './folder.ts'
import type { ModelParts, Step1xFacts } from './parts.ts'
import { drawThinking } from './thinking.ts'

/** Step1X-Edit's order of an edit, over the parts of a checkpoint. */
export class Step1xModel implements DrawingModel {
  readonly checkpoint: CheckpointFolder
  readonly identities: Identities
  readonly variant: Variant | undefined
  readonly facts: Step1xFacts
  readonly mainPart = 'transformer'
  readonly provider: Provider
  readonly loras: readonly AppliedLora[]
  readonly defaults: ModelDefaults
  readonly #parts: ModelParts

  constructor(parts: ModelParts) {
    this.#parts = parts
    this.checkpoint = parts.checkpoint
    this.identities = parts.identities
    this.variant = 'sd3' in parts.config ? undefined : parts.variant
    this.facts = parts.facts
    this.provider = parts.runtime.provider
    this.loras = parts.loras
    this.defaults = parts.defaults
  }

  async draw(job: DrawJob, clock: StageClock, hooks: EditHooks): Promise<Drawing> {
    if (!isV12(this.variant)) return this.#try(job, drawsOf(job), clock, hooks)
    const draws = drawsOfV12(job)
    return drawThinking({
      job,
      clock,
      hooks,
      isPreview: this.variant === 'v1.2-preview',
      languageModel: async () => {
        await this.#parts.keepOnly('thinker')
        return this.#parts.languageModel()
      },
      attempt: (each) => this.#try(each, draws, clock, hooks),
    })
  }

  /** One edit from noise. */
  async #try(job: DrawJob, draws: Draws, clock: StageClock, hooks: EditHooks): Promise<Drawing> {
    const parts = this.#parts
    const isNew = isV12(this.variant)
    const seen = resizePicture(job.picture, { ...job.size, ...(isNew && { filter: 'lanczos' }) })
    await parts.keepOnly('conditioner')
    const texts = await clock.stage('read', () => this.#read(seen, job, clock, hooks))
    await parts.keepOnly('autoencoder')
    // v1.2's autoencoder does not get what its language model sees.
    const input = isNew ? resizedPlanes(job.picture, job.size) : seen
    const start = await clock.stage('encode', () => this.#encode(input, job, draws, clock))
    await parts.keepOnly('denoiser')
    const target = await clock.stage('denoise', () => this.#denoise({ ...start, ...texts }, job, clock))
    await parts.keepOnly('autoencoder')
    const result = await clock.stage('decode', () =>
      decodeShown(latentOfTokens(target, start.grid), this.#shown(clock)),
    )
    const roundTrip = async (): Promise<Picture> => {
      await parts.keepOnly('autoencoder')
      return decodeShown(latentOfTokens(start.reference, start.grid), this.#shown(clock))
    }
    return { seen, result, roundTrip }
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

  /** Features of both branches; of the unconditional one only where guidance reads it. */
  async #read(
    seen: Picture,
    { instruction, settings }: DrawJob,
    clock: StageClock,
    { onInstruction }: EditHooks,
  ): Promise<Texts> {
    const { guidance, negative } = settings
    const wanted = guidance === 1 ? [instruction] : [instruction, negative]
    const onPart = (fraction: number): void => clock.part(fraction)
    const [conditional, unconditional] = await this.#parts.conditioner.conditions(seen, wanted, {
      onPart,
      onInstruction,
    })
    for (const each of [conditional, unconditional])
      if (each) checkFinite(dataOf(each.features, 'f32'), 'reading picture and instruction')
    return { conditional: conditional!, unconditional }
  }

  /** The reference's tokens, the first noisy ones, and the times from there. */
  async #encode(
    input: Picture | TensorValue,
    { settings, init, size }: DrawJob,
    draws: Draws,
    clock: StageClock,
  ): Promise<Start> {
    const { steps } = settings
    const encode = async (picture: Picture | TensorValue): Promise<TensorValue> => {
      const latent = await this.#parts.autoencoder.encode(picture, draws.sample)
      checkFinite(latent.data as Float32Array, 'encoding the picture')
      return latent
    }
    const reference = await encode(input)
    const [, channels, height, width] = reference.shape as [number, number, number, number]
    const grid = { width: width / 2, height: height / 2 }
    const noise = draws.noise(channels, grid)
    const times = schedule(steps, grid.width * grid.height)
    if (!init) return { noisy: pack(noise), reference: pack(reference), grid, times }
    clock.part(0.5)
    const start = await encode(resizePicture(init.picture, { ...size, filter: 'nearest' }))
    const left = times.slice(steps - stepsFrom(steps, init.strength))
    return { noisy: pack(mixed(noise, start, left[0]!)), reference: pack(reference), grid, times: left }
  }

  #denoise(start: Start & Texts, { settings }: DrawJob, clock: StageClock): Promise<TensorValue> {
    const { guidance, dampAbove, guidanceInterval: interval } = settings
    return this.#parts.denoiser.denoise(
      { ...start, guidance, dampAbove, interval },
      shownSteps(this.#shown(clock), (clean) => latentOfTokens(clean, start.grid)),
    )
  }

  #shown(clock: StageClock): Shown {
    const { autoencoder, hasRoomForAll } = this.#parts
    return { clock, autoencoder, hasRoomForAll }
  }
}

type Texts = Pick<DenoiseRequest, 'conditional' | 'unconditional'>
type Start = Pick<DenoiseRequest, 'noisy' | 'reference' | 'grid' | 'times'>

/** The random numbers of an edit. */
interface Draws {
  /** Of sampled latents. */
  readonly sample: bigint | TorchGenerator | undefined
  /** As a latent [1, channels, 2·height, 2·width] of a grid of tokens. */
  noise(channels: number, grid: Size): TensorValue
}

/** The noise takes the seed itself; a sampled latent takes the next, so that the two are not alike. */
function drawsOf({ settings: { seed, vaeSample } }: DrawJob): Draws {
  return {
    sample: vaeSample ? nextSeed(seed) : undefined,
    noise: (channels, grid) => firstNoise(seed, channels, grid),
  }
}

/** One generator goes on through all tries, the picture's latent first. */
function drawsOfV12({ settings: { seed, vaeSample } }: DrawJob): Draws {
  const generator = new TorchGenerator(seed)
  return {
    sample: vaeSample ? generator : undefined,
    noise: (channels, grid) => noiseOf(generator, channels, grid),
  }
}

/** The seed after another; the last one is followed by 0. */
function nextSeed(seed: number | bigint): bigint {
  return (BigInt(seed) + 1n) % 2n ** 64n
}
