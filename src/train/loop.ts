import type { TensorValue } from '../graph/index.ts'
import type { Runtime } from '../onnx/index.ts'
import { AdamW } from './adamw.ts'
import { WeightAverage } from './average.ts'
import { collate, drawExample } from './batch.ts'
import type { EncodedTriplet, ExampleInfo, TrainingData } from './data.ts'
import { TrainError } from './error.ts'
import { initialWeights, type LoraOptions, type TrainedModel } from './model.ts'
import { checkOptions, fingerprintOf, rateAt, type TrainingOptions, type TrainingWish } from './options.ts'
import { BatchOrder } from './order.ts'
import { loadState, type StateRecord, saveState, type TrainingState } from './state.ts'
import { TrainingStep } from './step.ts'

/** What one step gave. */
export interface StepMetrics {
  readonly step: number
  /** Of how many steps. */
  readonly steps: number
  /** Mean over the batch, all runs of an accumulated one. */
  readonly loss: number
  /** Running mean of the losses. */
  readonly smoothedLoss: number
  /** Length of the gradient before clipping. */
  readonly gradientNorm: number
  readonly learningRate: number
  readonly seconds: number
  readonly samplesPerSecond: number
  /** Estimate for the steps that are left. */
  readonly secondsLeft: number
}

/** The weights of a run at a step; those of the average where there is one. They change with the next step. */
export interface RunWeights {
  readonly step: number
  readonly weights: Readonly<Record<string, TensorValue>>
}

/** What a run tells of itself; it waits for each. */
export interface TrainingHooks {
  onStart?(run: { readonly step: number; readonly parameters: number }): void | Promise<void>
  onStep?(metrics: StepMetrics): void | Promise<void>
  /** Every `sampleEvery` steps, and after the last one. */
  onSample?(run: RunWeights): void | Promise<void>
  /** After a state was written. */
  onSave?(run: { readonly step: number; readonly folder: string }): void | Promise<void>
  /** Seconds, from any start. */
  readonly clock?: () => number
  readonly signal?: AbortSignal
}

/** A run: a model, triplets, and how. */
export interface TrainingJob {
  readonly runtime: Runtime
  readonly model: TrainedModel
  readonly data: TrainingData
  readonly lora?: LoraOptions | undefined
  readonly options?: TrainingWish
  /** Where states are kept; without it nothing is. */
  readonly states?: string | undefined
  /** First values that take the place of the model's, by path: those of branches, for a LoRA that goes on. */
  readonly initial?: ReadonlyMap<string, TensorValue> | undefined
  /** Goes on from the newest state there; the default begins anew and refuses where there is one. */
  readonly resume?: boolean
}

/**
 * Trains by rectified flow (paper, section 3.2): connector and transformer jointly, or a LoRA.
 * @throws TrainError: `diverged` with the step and the triplets of its batch, `cancelled` after saving
 */
export async function train(job: TrainingJob, hooks: TrainingHooks = {}): Promise<RunWeights> {
  const options = checkOptions(job.options ?? {})
  const run = await Run.open(job, options, hooks)
  try {
    return await run.toTheEnd()
  } finally {
    await run.close()
  }
}

/** A batch as it was read. */
interface Batch {
  readonly infos: readonly ExampleInfo[]
  readonly triplets: readonly { readonly name: string; readonly triplet: EncodedTriplet }[]
}

/** A run under way. */
class Run {
  readonly #job: TrainingJob
  readonly #options: TrainingOptions
  readonly #hooks: TrainingHooks
  readonly #step: TrainingStep
  readonly #optimizer: AdamW
  readonly #average: WeightAverage | undefined
  readonly #order: BatchOrder
  readonly #fingerprint: StateRecord['fingerprint']
  #ahead: Promise<Batch> | undefined
  #done: number
  #batches: number
  #smoothed: number | null
  #lowest: number | null
  #saved: number
  #secondsPerStep: number | undefined

  static async open(job: TrainingJob, options: TrainingOptions, hooks: TrainingHooks): Promise<Run> {
    const { runtime, model, lora, data } = job
    const step = new TrainingStep(runtime, model, {
      batch: options.batch,
      lora,
      checkpointing: options.checkpointing,
      balance: options.balance,
      trains: options.trains,
      sessions: options.sessions,
      arena: options.arena,
    })
    const fingerprint = fingerprintOf(options, { data: data.fingerprint, lora, model: model.identity ?? '' })
    const state = await savedState(job, fingerprint)
    const initial = state
      ? Object.entries(state.weights)
      : [...(await initialWeights(step.trained, model.source, options.seed)), ...(job.initial ?? [])]
    return new Run({ job, options, hooks, step, fingerprint, state, initial })
  }

  private constructor(parts: {
    readonly job: TrainingJob
    readonly options: TrainingOptions
    readonly hooks: TrainingHooks
    readonly step: TrainingStep
    readonly fingerprint: StateRecord['fingerprint']
    readonly state: TrainingState | undefined
    readonly initial: readonly (readonly [string, TensorValue])[]
  }) {
    const { job, options, state, step } = parts
    this.#job = job
    this.#options = options
    this.#hooks = parts.hooks
    this.#step = step
    this.#fingerprint = parts.fingerprint
    const initial = new Map(parts.initial)
    const missing = [...step.trained.keys()].filter((path) => !initial.has(path))
    if (missing.length > 0 || initial.size !== step.trained.size)
      throw new TrainError(
        'state',
        `state: expected ${step.trained.size} trained weights, got ${initial.size}${missing[0] ? `, ${missing[0]} is missing` : ''}; it is of another model`,
      )
    this.#optimizer = new AdamW(
      [...step.trained.keys()].map((path) => [path, initial.get(path)!]),
      {
        learningRate: options.learningRate,
        beta1: options.beta1,
        beta2: options.beta2,
        epsilon: options.epsilon,
        weightDecay: options.weightDecay,
      },
    )
    if (state) this.#optimizer.restore(state.optimizer)
    if (options.average > 0)
      this.#average = new WeightAverage(state?.average ?? this.#optimizer.weights, options.average)
    this.#done = state?.step ?? 0
    this.#saved = this.#done
    this.#batches = state?.record.batches ?? 0
    this.#smoothed = state?.record.smoothedLoss ?? null
    this.#lowest = state?.record.lowestLoss ?? null
    const { batch, seed } = options
    this.#order = new BatchOrder(job.data.examples, { batch, seed, start: this.#batches })
  }

  async toTheEnd(): Promise<RunWeights> {
    const { steps, saveEvery, sampleEvery } = this.#options
    const parameters = [...this.#step.trained.values()].reduce(
      (sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1),
      0,
    )
    await this.#hooks.onStart?.({ step: this.#done, parameters })
    while (this.#done < steps) {
      await this.#stopIfAsked()
      await this.#hooks.onStep?.(await this.#takeStep())
      const isLast = this.#done === steps
      if (isLast || (saveEvery > 0 && this.#done % saveEvery === 0)) await this.#save()
      if (isLast || (sampleEvery > 0 && this.#done % sampleEvery === 0))
        await this.#hooks.onSample?.(this.#weights())
    }
    return this.#weights()
  }

  async close(): Promise<void> {
    await this.#ahead?.catch(() => {})
    await this.#step.release()
  }

  async #takeStep(): Promise<StepMetrics> {
    const { batch, accumulate, clip, steps } = this.#options
    const clock = this.#hooks.clock ?? (() => performance.now() / 1000)
    const started = clock()
    let loss = 0
    const names: string[] = []
    for (let run = 0; run < accumulate; run++) {
      const result = await this.#runBatch(this.#done + 1 === steps && run + 1 === accumulate)
      names.push(...result.names)
      loss += result.loss / accumulate
      if (accumulate > 1) this.#optimizer.accumulate()
    }
    const gradientNorm = this.#optimizer.gradientNorm()
    this.#checkFinite(loss, gradientNorm, names)
    const step = this.#done + 1
    this.#optimizer.learningRate = rateAt(step, this.#options)
    this.#optimizer.step(clip > 0 && gradientNorm > clip ? clip / gradientNorm : 1)
    this.#average?.update(this.#optimizer.weights, step)
    this.#done = step
    const smoothedLoss = this.#smooth(loss, names)
    const seconds = clock() - started
    // The first step of a grid loads its session; the estimate forgets it.
    this.#secondsPerStep =
      this.#secondsPerStep === undefined ? seconds : 0.9 * this.#secondsPerStep + 0.1 * seconds
    return {
      step,
      steps,
      loss,
      smoothedLoss,
      gradientNorm,
      learningRate: this.#optimizer.learningRate,
      seconds,
      samplesPerSecond: (batch * accumulate) / seconds,
      secondsLeft: (steps - step) * this.#secondsPerStep,
    }
  }

  /** Loss and gradients of the next batch. */
  async #runBatch(isLast: boolean): Promise<{ readonly loss: number; readonly names: readonly string[] }> {
    const { config, variant } = this.#job.model
    const { infos, triplets } = await (this.#ahead ?? this.#read())
    // What is read by other threads is there when this batch is done.
    this.#ahead = isLast ? undefined : this.#read()
    this.#ahead?.catch(() => {})
    const { grid } = infos[0]!
    const elements = grid.rows * grid.columns * config.dit.inChannels
    const place = { batch: this.#batches++ }
    const draws = infos.map((_, slot) => drawExample(this.#options, { ...place, slot }, elements))
    const feeds = collate(triplets, draws, grid, { config, variant })
    const { weights, gradients } = this.#optimizer
    const { loss, losses } = await this.#step.run(feeds, weights, gradients)
    const names = infos.map(({ name }, i) => `${name} (${losses[i]!.toPrecision(3)})`)
    return { loss, names }
  }

  async #read(): Promise<Batch> {
    const { data } = this.#job
    const indices = this.#order.next()
    const infos = indices.map((index) => data.examples[index]!)
    const triplets = await Promise.all(
      indices.map(async (index, i) => ({ name: infos[i]!.name, triplet: await data.read(index) })),
    )
    return { infos, triplets }
  }

  #checkFinite(loss: number, gradientNorm: number, names: readonly string[]): void {
    if (Number.isFinite(loss) && Number.isFinite(gradientNorm)) return
    throw this.#diverged(
      this.#done + 1,
      Number.isFinite(loss) ? `the gradient's length is ${gradientNorm}` : `the loss is ${loss}`,
      names,
    )
  }

  /** @throws TrainError when the mean loss has risen far above the best it was */
  #smooth(loss: number, names: readonly string[]): number {
    const decay = 0.98
    const smoothed = this.#smoothed === null ? loss : decay * this.#smoothed + (1 - decay) * loss
    const lowest = Math.min(this.#lowest ?? Number.POSITIVE_INFINITY, smoothed)
    this.#smoothed = smoothed
    this.#lowest = lowest
    const { divergence } = this.#options
    if (divergence > 0 && this.#done > 20 && smoothed > divergence * lowest)
      throw this.#diverged(
        this.#done,
        `the mean loss has risen to ${smoothed.toPrecision(3)} from ${lowest.toPrecision(3)}`,
        names,
      )
    return smoothed
  }

  #diverged(step: number, what: string, names: readonly string[]): TrainError {
    const kept = this.#saved > 0 ? `the state of step ${this.#saved} is kept` : 'no state was kept yet'
    return new TrainError(
      'diverged',
      `step ${step}: ${what}; the batch was ${names.join(', ')}; ${kept}; lower the learning rate, or look at these triplets`,
    )
  }

  async #stopIfAsked(): Promise<void> {
    if (!this.#hooks.signal?.aborted) return
    if (this.#done > this.#saved) await this.#save()
    const kept = this.#job.states === undefined ? 'nothing was kept' : `step ${this.#done} is kept`
    throw new TrainError('cancelled', `train: stopped, ${kept}; --resume goes on`)
  }

  async #save(): Promise<void> {
    const { states } = this.#job
    if (states === undefined) return
    const state: TrainingState = {
      step: this.#done,
      weights: this.#optimizer.weights,
      optimizer: this.#optimizer.state(),
      average: this.#average?.weights,
      record: {
        batches: this.#batches,
        seed: this.#options.seed,
        smoothedLoss: this.#smoothed,
        lowestLoss: this.#lowest,
        fingerprint: this.#fingerprint,
      },
    }
    const folder = await saveState(states, state, this.#options.keep)
    this.#saved = this.#done
    await this.#hooks.onSave?.({ step: this.#done, folder })
  }

  #weights(): RunWeights {
    return { step: this.#done, weights: this.#average?.weights ?? this.#optimizer.weights }
  }
}

/** The state to go on from. @throws TrainError when there is one and nobody asked, or one of another run */
async function savedState(
  { states, resume = false }: TrainingJob,
  fingerprint: StateRecord['fingerprint'],
): Promise<TrainingState | undefined> {
  if (states === undefined) return undefined
  const state = await loadState(states)
  if (!state) return undefined
  if (!resume)
    throw new TrainError(
      'state',
      `${states}: holds a run at step ${state.step}; go on with --resume, or give another output`,
    )
  const before = state.record.fingerprint
  const changed = Object.keys({ ...before, ...fingerprint }).filter((key) => before[key] !== fingerprint[key])
  if (changed.length > 0)
    throw new TrainError(
      'state',
      `${states}: the run there has ${changed.map((key) => `${key} ${before[key]}`).join(', ')}, got ${changed.map((key) => `${fingerprint[key]}`).join(', ')}; go on with the same, or give another output`,
    )
  return state
}
