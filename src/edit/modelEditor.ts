import { createHash } from 'node:crypto'
import { carryEdit, cropPicture, type Picture, resizePicture } from '../image/index.ts'
import { type Plan, type Profile, type Provider, Queue, RuntimeError } from '../onnx/index.ts'
import { checkEdit, checkMore } from './checkEdit.ts'
import type { Identities } from './checkpoint/identity.ts'
import type { AppliedLora } from './checkpoint/lora.ts'
import { findModel, modelName } from './checkpoint/models.ts'
import type { Precision } from './checkpoint/precision.ts'
import type { Editor, EditRequest } from './editor.ts'
import { EditError } from './error.ts'
import type {
  Drawing,
  DrawingModel,
  DrawJob,
  ModelDefaults,
  ModelFacts,
  ModelFamily,
  ModelFolder,
  OpeningOptions,
} from './families/family.ts'
import { familyOf, findModelFolder, optionsOf } from './families/index.ts'
import { continueEdit, continueMap } from './frame.ts'
import type { EditOptions, EditSettings } from './options.ts'
import { type EditHooks, StageClock } from './progress.ts'
import { editAlgorithm } from './recipe.ts'
import { changesWithin, keepOutside } from './region.ts'
import { stepsFrom } from './sampling/sampling.ts'

/** The defaults of an edit's options. */
export type EditDefaults = ModelDefaults & Pick<EditSettings, 'detail'>

/** Options for opening an editor that runs a checkpoint. */
export type ModelEditorOptions = OpeningOptions

/**
 * Opens a checkpoint for editing: a folder of any family of models, `nano` (the small model of this package), or the
 * name of a pulled model. Nothing stays open when it fails.
 * @throws EditError, WeightsError, ModelError or RuntimeError in one line
 */
export async function openModelEditor(model: string, options: ModelEditorOptions = {}): Promise<ModelEditor> {
  const found = await findModelFolder(await findModel(model), options.variant)
  const family = familyOf(found)
  return new ModelEditor(family, await family.open(found, options), {
    // fp32 asks for the original's result.
    detail: options.precision !== 'fp32',
  })
}

/** An editor that runs a checkpoint on this machine: the part that all families of models share. */
export class ModelEditor implements Editor {
  readonly name: string
  readonly family: string
  readonly options: readonly (keyof EditOptions)[]
  readonly mostPictures: number
  readonly concurrency = 1
  readonly variant: string | undefined
  /** The actual precision of the weights of the part that draws, which may differ from the requested one. */
  readonly precision: Precision
  /** Loading plan of that part. */
  readonly plan: Plan
  /** Precision and loading plan of each part. */
  readonly facts: ModelFacts
  readonly provider: Provider
  readonly checkpoint: ModelFolder
  /** Of the checkpoint's files. */
  readonly identities: Identities
  readonly loras: readonly AppliedLora[]
  readonly defaults: EditDefaults
  readonly #family: ModelFamily
  readonly #model: DrawingModel
  readonly #queue = new Queue()
  #closing: Promise<void> | undefined

  constructor(family: ModelFamily, model: DrawingModel, { detail }: Pick<EditDefaults, 'detail'>) {
    this.#family = family
    this.#model = model
    this.name = modelName(model.checkpoint.folder)
    this.family = family.name
    this.mostPictures = model.mostPictures ?? family.mostPictures
    this.options = optionsOf({ ...family, mostPictures: this.mostPictures })
    this.variant = model.variant
    this.facts = model.facts
    const { precision, plan } = model.facts[model.mainPart]!
    this.precision = precision
    this.plan = plan
    this.provider = model.provider
    this.checkpoint = model.checkpoint
    this.identities = model.identities
    this.loras = model.loras
    this.defaults = { ...model.defaults, detail }
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
    const settings = this.#check(picture, instruction, request)
    const size = this.#family.sizeOf(picture, settings, this.checkpoint)
    const steps = request.init ? stepsFrom(settings.steps, request.init.strength) : settings.steps
    const clock = new StageClock(steps, request, () => this.#checkOpen())
    try {
      return await this.#queue.run(
        () =>
          this.#edit(
            {
              picture,
              more: request.more ?? [],
              instruction,
              size,
              settings,
              init: request.init,
            },
            request.region,
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

  /**
   * Where the time of the edits since the last call went, by part of the model; needs the option `profile`. Waits for
   * the edits before it, and frees what is loaded.
   * @throws EditError
   */
  profile(): Promise<Readonly<Record<string, Profile>>> {
    return this.#queue.run(async () => {
      this.#checkOpen()
      const profiles = await this.#model.profile()
      if (profiles) return profiles
      throw new EditError(
        'input',
        'profile: the editor was opened without { profile: true }; open it with that option',
      )
    })
  }

  close(): Promise<void> {
    this.#closing ??= Promise.resolve().then(() => {
      this.#queue.refuseWaiting(closedError())
      return this.#queue.run(() => this.#model.close())
    })
    return this.#closing
  }

  #checkOpen(): void {
    if (this.#closing) throw closedError()
  }

  #check(picture: Picture, instruction: string, request: EditRequest): EditSettings {
    checkMore(request, this)
    return checkEdit(picture, instruction, request, {
      defaults: this.defaults,
      taken: this.options,
      by: this.name,
    })
  }

  async #edit(
    job: DrawJob,
    region: EditOptions['region'],
    clock: StageClock,
    hooks: EditHooks,
  ): Promise<Picture> {
    try {
      const drawing = await this.#model.draw(job, clock, hooks)
      const finished = await this.#finish(job, drawing, region, clock, hooks)
      await clock.settle()
      return finished
    } catch (error) {
      // The loaded parts may be the reason for the lack of memory: the next edit starts with all of it.
      if (error instanceof RuntimeError) await this.#model.unload().catch(() => undefined)
      throw error
    }
  }

  /** The result at the picture's size, with the detail stage if enabled. */
  async #finish(
    { picture, settings }: DrawJob,
    { seen, result, frame, roundTrip }: Drawing,
    region: EditOptions['region'],
    clock: StageClock,
    { onChangeMap }: EditHooks,
  ): Promise<Picture> {
    const { detail, keepEditSize } = settings
    const isCarried = detail && !keepEditSize
    const within = (edited: Picture): Picture => (region ? keepOutside(picture, edited, region) : edited)
    const shown = frame ? cropPicture(picture, frame) : picture
    const whole = (edited: Picture): Picture => within(frame ? continueEdit(picture, edited, frame) : edited)
    const plain = (): Picture => (keepEditSize ? result : whole(resizePicture(result, shown)))
    if (!isCarried && !onChangeMap) return plain()
    return clock.stage('detail', async () => {
      const original = keepEditSize ? seen : shown
      const large = carryEdit({ original, result, seen, roundTrip: await roundTrip() })
      const map = frame && !keepEditSize ? continueMap(picture, large.changeMap, frame) : large.changeMap
      await onChangeMap?.(region ? changesWithin(map, region) : map)
      return isCarried ? whole(large.picture) : plain()
    })
  }
}

const closedError = (): EditError => new EditError('closed', 'edit: the editor is closed; open a new one')
