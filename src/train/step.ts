import {
  Graph,
  grad,
  type ParameterSource,
  Parameters,
  program,
  reduceMean,
  type TensorValue,
} from '../graph/index.ts'
import { editNetwork } from '../models/index.ts'
import {
  type LoadOptions,
  type Profile,
  type ProfileEvent,
  profileOf,
  type Runtime,
  type Session,
} from '../onnx/index.ts'
import type { Feeds } from './batch.ts'
import { TrainError } from './error.ts'
import { isBranch, type LoraOptions, lowRankRule } from './lora.ts'
import { type Balance, balancedLoss, flowInputs, flowLosses, type StepShape } from './loss.ts'
import type { TrainableModel } from './model.ts'

/** How steps are computed. */
export interface StepOptions {
  readonly batch: number
  /** Trains low-rank branches of frozen weights instead of the weights. */
  readonly lora?: LoraOptions | undefined
  /** Keeps only what enters each segment and computes the rest again in the backward pass: less memory, more time. */
  readonly checkpointing?: boolean | undefined
  /** How triplets are balanced in the gradient; Default: `mean`. */
  readonly balance?: Balance | undefined
  /** Which weights are trained, without a LoRA. Default: all. */
  readonly trains?: ((path: string) => boolean) | undefined
  /** Grids whose sessions are kept at a time. Default: 4. */
  readonly sessions?: number | undefined
  /** Whether sessions hold on to the memory of their runs. Default: false. */
  readonly arena?: boolean | undefined
  /** Whether times are collected for {@link TrainingStep.endProfile}. Default: false. */
  readonly profile?: boolean | undefined
}

/** Which parameters a run trains: branches and what begins new, or the chosen weights. */
function trainedPaths(
  { config, isNew = () => false }: TrainableModel,
  { lora, trains = () => true }: StepOptions,
): (path: string) => boolean {
  if (lora) return (path) => isBranch(path) || isNew(path)
  const { isTrainable } = editNetwork(config)
  return (path) => isTrainable(path) && trains(path)
}

/** Loss and gradients of batches, a session for each grid of tokens. */
export class TrainingStep {
  /** The parameters that are trained, in the order of the model. */
  readonly trained: ReadonlyMap<string, { readonly shape: readonly number[] }>
  readonly #runtime: Runtime
  readonly #model: TrainableModel
  readonly #options: StepOptions
  readonly #isTrained: (path: string) => boolean
  readonly #sessions = new Map<number, Session>()
  /** Undefined where no times are collected. */
  #events: ProfileEvent[] | undefined

  /** @throws GraphError when the model's source lacks a weight, TrainError for options that mean nothing */
  constructor(runtime: Runtime, model: TrainableModel, options: StepOptions) {
    this.#runtime = runtime
    this.#model = model
    this.#options = options
    this.#events = options.profile ? [] : undefined
    this.#isTrained = trainedPaths(model, options)
    const { parameters } = program({ losses: this.#losses({ batch: 1, tokens: 1 }).losses })
    this.trained = new Map(
      [...parameters].flatMap(([path, { shape }]) =>
        this.#isTrained(path) ? [[path, { shape: shape as readonly number[] }] as const] : [],
      ),
    )
    if (this.trained.size === 0)
      throw new TrainError(
        'input',
        options.lora
          ? `lora targets: no linear layer of ${model.source.name} matches`
          : `trains: selects no weight of ${model.source.name}`,
      )
    for (const path of this.trained.keys())
      if (model.source.describe(path)?.quantization)
        throw new TrainError(
          'input',
          `${model.source.name}: ${path} is quantised and cannot be trained; train a LoRA on it, or the original weights`,
        )
  }

  /** @param gradients where those of the trained weights are written */
  async run(
    feeds: Feeds,
    weights: Readonly<Record<string, TensorValue>>,
    gradients: Readonly<Record<string, TensorValue>>,
  ): Promise<{ readonly loss: number; readonly losses: readonly number[] }> {
    const [batch, tokens] = feeds.target!.shape as [number, number]
    const session = await this.#sessionFor({ batch, tokens })
    const { loss, losses } = await session.run({ ...feeds, ...weights }, { into: gradients })
    return { loss: Number(loss!.data[0]), losses: Array.from(losses!.data, Number) }
  }

  /** Where the time of the runs so far went; later ones are not profiled, and no slower for it. */
  async endProfile(): Promise<Profile> {
    for (const session of this.#sessions.values()) await this.#collect(session)
    const profile = profileOf(this.#events ?? [])
    this.#events = undefined
    return profile
  }

  async release(): Promise<void> {
    const sessions = [...this.#sessions.values()]
    this.#sessions.clear()
    for (const session of sessions) await session.release()
  }

  async #collect(session: Session): Promise<void> {
    this.#events?.push(...(await session.profile()).events)
  }

  async #sessionFor(shape: StepShape): Promise<Session> {
    const known = this.#sessions.get(shape.tokens)
    if (known) {
      // The one used last is let go last.
      this.#sessions.delete(shape.tokens)
      this.#sessions.set(shape.tokens, known)
      return known
    }
    const most = this.#options.sessions ?? 4
    while (this.#sessions.size >= most) {
      const [oldest] = this.#sessions.keys()
      const session = this.#sessions.get(oldest!)!
      this.#sessions.delete(oldest!)
      await this.#collect(session)
      await session.release()
    }
    const session = await this.#load(shape)
    this.#sessions.set(shape.tokens, session)
    return session
  }

  async #load(shape: StepShape): Promise<Session> {
    const { losses, t } = this.#losses(shape)
    const loss = reduceMean(losses)
    const balanced = balancedLoss(losses, t, this.#options.balance ?? 'mean')
    const { parameters } = program({ loss })
    const wrt = new Map([...this.trained.keys()].map((path) => [path, parameters.get(path)!]))
    const { checkpointing = false } = this.#options
    const gradients = grad(balanced, wrt, {
      recompute: checkpointing ? (segment) => segment !== 'embed' : undefined,
    })
    return this.#runtime.load<string>({ ...gradients, loss, losses }, this.#loading())
  }

  #losses(shape: StepShape) {
    const graph = new Graph()
    const { lora } = this.#options
    const w = new Parameters(graph, {
      source: this.#described(),
      lowRank: lora && lowRankRule(lora),
    })
    const inputs = flowInputs(graph, shape, this.#model.config, this.#model.variant)
    return { losses: flowLosses(w, inputs, this.#model.config), t: inputs.t }
  }

  /** Trained weights are f32, for any stored dtype. */
  #described(): Pick<ParameterSource, 'describe' | 'name'> {
    const { source } = this.#model
    return {
      name: source.name,
      describe: (path) => {
        const info = source.describe(path)
        return info && this.#isTrained(path) ? { dtype: 'f32', shape: info.shape } : info
      },
    }
  }

  #loading(): LoadOptions {
    return {
      source: this.#model.source,
      fed: this.#isTrained,
      // Frozen weights in half precision are widened one at a time.
      widenWeights: 'use',
      // Sessions of several grids would each hold on to the memory of its runs.
      arena: this.#options.arena ?? false,
      profile: this.#events !== undefined,
      // The backward pass needs the scores anyway, and plain products leave theirs to it.
      ...(!this.#options.checkpointing && { attention: 'plain' as const }),
    }
  }
}
