import { dataOf, type TensorValue } from '../../../graph/index.ts'
import { type Picture, resizePicture } from '../../../image/index.ts'
import type { Variant } from '../../../models/index.ts'
import type { Profile, Provider } from '../../../onnx/index.ts'
import type { Identities } from '../../checkpoint/identity.ts'
import type { AppliedLora } from '../../checkpoint/lora.ts'
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
import type { Drawing, DrawingModel, DrawJob, ModelDefaults } from '../family.ts'
import type { DenoiseRequest } from './denoise.ts'
import type { CheckpointFolder } from './folder.ts'
import type { ModelParts, Step1xFacts } from './parts.ts'

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
    const parts = this.#parts
    const seen = resizePicture(job.picture, job.size)
    await parts.keepOnly('conditioner')
    const texts = await clock.stage('read', () => this.#read(seen, job, clock, hooks))
    await parts.keepOnly('autoencoder')
    const start = await clock.stage('encode', () => this.#encode(seen, job, clock))
    await parts.keepOnly('denoiser')
    const target = await clock.stage('denoise', () => this.#denoise({ ...start, ...texts }, job, clock))
    await parts.keepOnly('autoencoder')
    const result = await clock.stage('decode', () => this.#decode(target, start.grid, clock))
    return { seen, result, roundTrip: () => this.#decode(start.reference, start.grid, clock) }
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
  async #encode(seen: Picture, { settings, init }: DrawJob, clock: StageClock): Promise<Start> {
    const { seed, steps, vaeSample } = settings
    const encode = async (picture: Picture): Promise<TensorValue> => {
      // The noise takes the seed itself; a sampled latent takes the next, so that the two are not alike.
      const latent = await this.#parts.autoencoder.encode(picture, vaeSample ? nextSeed(seed) : undefined)
      checkFinite(latent.data as Float32Array, 'encoding the picture')
      return latent
    }
    const reference = await encode(seen)
    const [, channels, height, width] = reference.shape as [number, number, number, number]
    const grid = { width: width / 2, height: height / 2 }
    const noise = firstNoise(seed, channels, grid)
    const times = schedule(steps, grid.width * grid.height)
    if (!init) return { noisy: pack(noise), reference: pack(reference), grid, times }
    clock.part(0.5)
    const start = await encode(resizePicture(init.picture, { ...seen, filter: 'nearest' }))
    const left = times.slice(steps - stepsFrom(steps, init.strength))
    return { noisy: pack(mixed(noise, start, left[0]!)), reference: pack(reference), grid, times: left }
  }

  #denoise(start: Start & Texts, { settings }: DrawJob, clock: StageClock): Promise<TensorValue> {
    const { guidance, dampAbove, guidanceInterval: interval } = settings
    return this.#parts.denoiser.denoise(
      { ...start, guidance, dampAbove, interval },
      {
        onPart: (step, done, parts) => clock.step(step + done / parts),
        onStep: (step, clean) =>
          clock.endStep(step + 1, async () => {
            // At half its size the work is a quarter.
            const picture = await this.#decode(clean(), start.grid, clock, halved)
            if (!this.#parts.hasRoomForAll) await this.#parts.autoencoder.release()
            return picture
          }),
      },
    )
  }

  /** The picture of tokens. Its tiles are parts of the stage `decode`; elsewhere they only hear of a stop. */
  #decode(
    tokens: TensorValue,
    grid: Size,
    clock: StageClock,
    change: (latent: TensorValue) => TensorValue = (latent) => latent,
  ): Promise<Picture> {
    return this.#parts.autoencoder.decode(change(unpack(tokens, latentSize(grid))), (done, total) =>
      clock.tile(done / total),
    )
  }
}

const latentSize = ({ width, height }: Size): Size => ({ width: 2 * width, height: 2 * height })

type Texts = Pick<DenoiseRequest, 'conditional' | 'unconditional'>
type Start = Pick<DenoiseRequest, 'noisy' | 'reference' | 'grid' | 'times'>

/** The seed after another; the last one is followed by 0. */
function nextSeed(seed: number | bigint): bigint {
  return (BigInt(seed) + 1n) % 2n ** 64n
}
