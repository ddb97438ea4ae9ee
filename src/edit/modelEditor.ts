import { createHash } from 'node:crypto'
import { dataOf, type TensorValue } from '../graph/index.ts'
import { carryEdit, type Picture, resizePicture } from '../image/index.ts'
import type { Variant } from '../models/index.ts'
import { type Plan, type Profile, type Provider, Queue, RuntimeError } from '../onnx/index.ts'
import type { CheckpointFolder } from './checkpoint/folder.ts'
import type { Identities } from './checkpoint/identity.ts'
import type { AppliedLora } from './checkpoint/lora.ts'
import { modelName } from './checkpoint/models.ts'
import type { Precision } from './checkpoint/weights.ts'
import type { Editor, EditRequest } from './editor.ts'
import { EditError } from './error.ts'
import { openModelParts } from './open.ts'
import { checkEdit, type EditOptions, type EditSettings, editOptions } from './options.ts'
import type { ModelDefaults, ModelFacts, ModelParts, PartsOptions } from './parts.ts'
import { type EditHooks, StageClock } from './progress.ts'
import { editAlgorithm } from './recipe.ts'
import { changesWithin, keepOutside } from './region.ts'
import type { DenoiseRequest } from './sampling/denoise.ts'
import { checkFinite } from './sampling/finite.ts'
import {
  firstNoise,
  halved,
  mixed,
  pack,
  type Size,
  schedule,
  stepsFrom,
  unpack,
} from './sampling/sampling.ts'

/** What an edit takes where its options do not say. */
export type EditDefaults = ModelDefaults & Pick<EditSettings, 'detail'>

/** An editor that runs a checkpoint on this machine. */
export interface ModelEditor extends Editor {
  readonly variant: Variant
  /** The actual precision of the transformer's weights, which may differ from the requested one. */
  readonly precision: Precision
  /** How the transformer runs. */
  readonly plan: Plan
  /** How each part runs. */
  readonly facts: ModelFacts
  readonly provider: Provider
  readonly checkpoint: CheckpointFolder
  /** Of the checkpoint's files. */
  readonly identities: Identities
  readonly loras: readonly AppliedLora[]
  readonly defaults: EditDefaults
  /**
   * Where the time of the edits since the last call went, by part of the model; needs the option `profile`. Waits for
   * the edits before it, and frees what is loaded.
   * @throws EditError
   */
  profile(): Promise<Readonly<Record<string, Profile>>>
}

/** How an editor that runs a checkpoint is opened. */
export type ModelEditorOptions = PartsOptions

/**
 * Opens a checkpoint for editing: a folder, `nano` (the small model of this package), or the name of a pulled model.
 * Nothing stays open when it fails.
 * @throws EditError, WeightsError, ModelError or RuntimeError in one line
 */
export async function openModelEditor(model: string, options: ModelEditorOptions = {}): Promise<ModelEditor> {
  return new Step1xEditor(await openModelParts(model, options), {
    // fp32 asks for the original's result.
    detail: options.precision !== 'fp32',
  })
}

/** Options that every checkpoint takes. */
export const modelOptions: readonly (keyof EditOptions)[] = [
  ...(Object.keys(editOptions) as (keyof EditSettings)[]),
  'init',
  'region',
]

/** The order of an edit, over the parts of a model. */
export class Step1xEditor implements ModelEditor {
  readonly name: string
  readonly options: readonly (keyof EditOptions)[] = modelOptions
  readonly concurrency = 1
  readonly variant: Variant
  readonly precision: Precision
  readonly plan: Plan
  readonly facts: ModelFacts
  readonly provider: Provider
  readonly checkpoint: CheckpointFolder
  readonly identities: Identities
  readonly loras: readonly AppliedLora[]
  readonly defaults: EditDefaults
  readonly #parts: ModelParts
  readonly #queue = new Queue()
  #closing: Promise<void> | undefined

  constructor(parts: ModelParts, { detail }: Pick<EditDefaults, 'detail'>) {
    this.#parts = parts
    this.name = modelName(parts.checkpoint.folder)
    this.variant = parts.variant
    this.facts = parts.facts
    this.precision = parts.facts.transformer.precision
    this.plan = parts.facts.transformer.plan
    this.provider = parts.runtime.provider
    this.checkpoint = parts.checkpoint
    this.identities = parts.identities
    this.loras = parts.loras
    this.defaults = { ...parts.defaults, detail }
  }

  /** Weights, LoRAs, how they were really run, and the model's defaults. */
  identity(): Promise<string> {
    const { identities, facts, provider, defaults } = this
    const loras = this.loras.map(({ identity, strength }) => ({ identity, strength }))
    const made = { algorithm: editAlgorithm, identities, loras, facts, provider, defaults }
    return Promise.resolve(`${this.name} ${createHash('sha256').update(JSON.stringify(made)).digest('hex')}`)
  }

  async edit(picture: Picture, instruction: string, request: EditRequest = {}): Promise<Picture> {
    const { signal } = request
    this.#checkOpen()
    const { settings, size } = checkEdit(picture, instruction, request, this.defaults)
    const steps = request.init ? stepsFrom(settings.steps, request.init.strength) : settings.steps
    const clock = new StageClock(steps, request, () => this.#checkOpen())
    try {
      return await this.#queue.run(
        () =>
          this.#edit(
            { picture, instruction, size, settings, init: request.init, region: request.region },
            clock,
            request,
          ),
        signal,
      )
    } catch (error) {
      if (signal?.aborted && error === signal.reason)
        throw new EditError('cancelled', 'edit: cancelled, nothing was written', { cause: error })
      throw error
    }
  }

  profile(): Promise<Readonly<Record<string, Profile>>> {
    return this.#queue.run(async () => {
      this.#checkOpen()
      const profiles = await this.#parts.profile()
      if (profiles) return profiles
      throw new EditError('input', 'profile: the editor was opened without { profile: true }')
    })
  }

  close(): Promise<void> {
    this.#closing ??= Promise.resolve().then(() => {
      this.#queue.refuseWaiting(closedError())
      return this.#queue.run(() => this.#parts.close())
    })
    return this.#closing
  }

  #checkOpen(): void {
    if (this.#closing) throw closedError()
  }

  async #edit(job: EditJob, clock: StageClock, hooks: EditHooks): Promise<Picture> {
    const { picture, size } = job
    const parts = this.#parts
    try {
      const seen = resizePicture(picture, size)
      await parts.keepOnly('conditioner')
      const texts = await clock.stage('read', () => this.#read(seen, job, clock, hooks))
      await parts.keepOnly('autoencoder')
      const start = await clock.stage('encode', () => this.#encode(seen, job, clock))
      await parts.keepOnly('denoiser')
      const target = await clock.stage('denoise', () => this.#denoise({ ...start, ...texts }, job, clock))
      await parts.keepOnly('autoencoder')
      const result = await clock.stage('decode', () => this.#decode(target, start.grid, clock))
      const finished = await this.#finish({ ...job, seen, result, reference: start }, clock, hooks)
      await clock.settle()
      return finished
    } catch (error) {
      // What is loaded may be what left too little memory: the next edit starts with all of it.
      if (error instanceof RuntimeError) await parts.unload().catch(() => undefined)
      throw error
    }
  }

  /** Features of both branches; of the unconditional one only where guidance reads it. */
  async #read(
    seen: Picture,
    { instruction, settings }: EditJob,
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
  async #encode(seen: Picture, { settings, init }: EditJob, clock: StageClock): Promise<Start> {
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

  #denoise(start: Start & Texts, { settings }: EditJob, clock: StageClock): Promise<TensorValue> {
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

  /** The result at the picture's size, with the detail stage if enabled. */
  async #finish(
    { picture, seen, result, reference, settings, region }: Unfinished,
    clock: StageClock,
    { onChangeMap }: EditHooks,
  ): Promise<Picture> {
    const { detail, keepEditSize } = settings
    const isCarried = detail && !keepEditSize
    const within = (edited: Picture): Picture => (region ? keepOutside(picture, edited, region) : edited)
    const plain = (): Picture => within(keepEditSize ? result : resizePicture(result, picture))
    if (!isCarried && !onChangeMap) return plain()
    return clock.stage('detail', async () => {
      const roundTrip = await this.#decode(reference.reference, reference.grid, clock)
      const large = carryEdit({ original: keepEditSize ? seen : picture, result, seen, roundTrip })
      await onChangeMap?.(region ? changesWithin(large.changeMap, region) : large.changeMap)
      return isCarried ? within(large.picture) : plain()
    })
  }
}

const latentSize = ({ width, height }: Size): Size => ({ width: 2 * width, height: 2 * height })

const closedError = (): EditError => new EditError('closed', 'edit: the editor is closed; open a new one')

/** An edit that has been checked. */
interface EditJob {
  readonly picture: Picture
  readonly instruction: string
  /** At which it is made. */
  readonly size: Size
  readonly settings: EditSettings
  readonly init: EditOptions['init']
  /** Outside of it the picture stays as it is. */
  readonly region: EditOptions['region']
}

type Texts = Pick<DenoiseRequest, 'conditional' | 'unconditional'>
type Start = Pick<DenoiseRequest, 'noisy' | 'reference' | 'grid' | 'times'>

/** A decoded edit and what it was made of. */
interface Unfinished extends EditJob {
  /** The picture at the edit's size. */
  readonly seen: Picture
  readonly result: Picture
  readonly reference: Start
}

/** The seed after another; the last one is followed by 0. */
function nextSeed(seed: number | bigint): bigint {
  return (BigInt(seed) + 1n) % 2n ** 64n
}
