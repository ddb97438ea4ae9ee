import type { TensorValue } from '../graph/index.ts'
import { editNetwork } from '../models/index.ts'
import type { Profile, Runtime } from '../onnx/index.ts'
import { collate, drawExample } from './batch.ts'
import type { EncodedTriplet, ExampleInfo, TrainingData } from './data.ts'
import { Descent, type RunWeights } from './descent.ts'
import type { LoraOptions } from './lora.ts'
import { initialWeights, type TrainableModel } from './model.ts'
import { checkOptions, fingerprintOf, type TrainingOptions, type TrainingSettings } from './options.ts'
import { BatchOrder } from './order.ts'
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
  /** Mean loss of the held-out triplets after this step, where they were evaluated. */
  readonly heldOutLoss?: number
}

/** What a run reports, and how it is stopped; the run waits for each call. */
export interface TrainingHooks {
  onStart?(run: { readonly step: number; readonly parameters: number }): void | Promise<void>
  onStep?(metrics: StepMetrics): void | Promise<void>
  /** Every `sampleEvery` steps, and after the last one. */
  onSample?(run: RunWeights): void | Promise<void>
  /** Where the time of the first steps went, after {@link profiledSteps} of them or the last. Profiled steps are slower. */
  onProfile?(profile: Profile): void | Promise<void>
  /** After a state was written. */
  onSave?(run: { readonly step: number; readonly folder: string }): void | Promise<void>
  /** Seconds, from any start. */
  readonly clock?: (() => number) | undefined
  readonly signal?: AbortSignal | undefined
}

/** A run: a model, triplets, and how. */
export interface TrainingJob {
  readonly runtime: Runtime
  readonly model: TrainableModel
  readonly data: TrainingData
  /** Triplets that are not trained on, for the loss of `evaluateEvery`. Default: none. */
  readonly heldOut?: TrainingData | undefined
  readonly lora?: LoraOptions | undefined
  readonly options?: TrainingOptions | undefined
  /** Where states are kept; without it nothing is. */
  readonly states?: string | undefined
  /** Initial values that replace the model's, by path: for example the branches of a continued LoRA. */
  readonly initial?: ReadonlyMap<string, TensorValue> | undefined
  /** Continues from the newest state there. Default: false, which refuses a folder that has one. */
  readonly resume?: boolean | undefined
}

/**
 * Trains by rectified flow (paper, section 3.2): connector and transformer jointly, or a LoRA.
 * @throws TrainError: `diverged` with the step and the triplets of its batch, `cancelled` after saving
 */
export async function train(job: TrainingJob, hooks: TrainingHooks = {}): Promise<RunWeights> {
  const run = await Run.open(job, checkOptions(job.options ?? {}), hooks)
  try {
    return await run.toTheEnd()
  } finally {
    await run.close()
  }
}

/** Steps that are profiled: the events of all would fill memory and disk. */
export const profiledSteps = 5

/** Times and noises that a held-out triplet is evaluated at, at least. */
const drawsOfEvaluation = 4

/** The triplets of a batch. */
interface Batch {
  readonly infos: readonly ExampleInfo[]
  readonly triplets: readonly { readonly name: string; readonly triplet: EncodedTriplet }[]
}

/** A run under way. */
class Run {
  readonly #job: TrainingJob
  readonly #settings: TrainingSettings
  readonly #hooks: TrainingHooks
  readonly #step: TrainingStep
  readonly #descent: Descent
  readonly #order: BatchOrder
  #ahead: Promise<Batch> | undefined
  #batches: number
  /** Steps taken by this process. */
  #taken = 0
  #secondsPerStep: number | undefined

  static async open(job: TrainingJob, settings: TrainingSettings, hooks: TrainingHooks): Promise<Run> {
    const { runtime, model, lora, data } = job
    const step = new TrainingStep(runtime, model, {
      batch: settings.batch,
      lora,
      checkpointing: settings.checkpointing,
      balance: settings.balance,
      trains: settings.trains,
      sessions: settings.sessions,
      arena: settings.arena,
      profile: hooks.onProfile !== undefined,
    })
    const fingerprint = fingerprintOf(settings, { data: data.fingerprint, lora, model: model.identity ?? '' })
    const states = { folder: job.states, resume: job.resume ?? false, fingerprint }
    const descent = await Descent.open(settings, states, [...step.trained.keys()], async () => {
      const first = await initialWeights(step.trained, model.source, settings.seed)
      return new Map([...first, ...(job.initial ?? [])])
    })
    return new Run({ job, settings, hooks, step, descent })
  }

  private constructor(parts: {
    readonly job: TrainingJob
    readonly settings: TrainingSettings
    readonly hooks: TrainingHooks
    readonly step: TrainingStep
    readonly descent: Descent
  }) {
    const { job, settings, descent } = parts
    this.#job = job
    this.#settings = settings
    this.#hooks = parts.hooks
    this.#step = parts.step
    this.#descent = descent
    this.#batches = descent.batches
    const { batch, seed } = settings
    this.#order = new BatchOrder(job.data.examples, { batch, seed, start: this.#batches })
  }

  async toTheEnd(): Promise<RunWeights> {
    const { steps, saveEvery, sampleEvery, evaluateEvery } = this.#settings
    const descent = this.#descent
    const parameters = [...this.#step.trained.values()].reduce(
      (sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1),
      0,
    )
    await this.#hooks.onStart?.({ step: descent.done, parameters })
    while (descent.done < steps) {
      if (this.#hooks.signal?.aborted) throw await descent.cancelled(this.#batches)
      const metrics = await this.#takeStep()
      await this.#reportProfile()
      const isLast = descent.done === steps
      const isEvaluated = isLast || descent.done % evaluateEvery === 0
      const heldOutLoss = evaluateEvery > 0 && isEvaluated ? await this.#evaluate() : undefined
      await this.#hooks.onStep?.({ ...metrics, ...(heldOutLoss !== undefined && { heldOutLoss }) })
      if (isLast || (saveEvery > 0 && descent.done % saveEvery === 0)) await this.#save()
      if (isLast || (sampleEvery > 0 && descent.done % sampleEvery === 0))
        await this.#hooks.onSample?.(descent.result())
    }
    return descent.result()
  }

  async close(): Promise<void> {
    await this.#ahead?.catch(() => {})
    await this.#step.release()
  }

  async #takeStep(): Promise<StepMetrics> {
    const { batch, accumulate, steps } = this.#settings
    const clock = this.#hooks.clock ?? (() => performance.now() / 1000)
    const started = clock()
    let loss = 0
    const names: string[] = []
    for (let run = 0; run < accumulate; run++) {
      const result = await this.#runBatch(this.#descent.done + 1 === steps && run + 1 === accumulate)
      names.push(...result.names)
      loss += result.loss / accumulate
      if (accumulate > 1) this.#descent.accumulate()
    }
    const descended = this.#descent.step(loss, names.join(', '))
    const step = this.#descent.done
    const seconds = clock() - started
    // The first step of a grid loads its session; the estimate forgets it.
    this.#secondsPerStep =
      this.#secondsPerStep === undefined ? seconds : 0.9 * this.#secondsPerStep + 0.1 * seconds
    return {
      step,
      steps,
      loss,
      ...descended,
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
    const elements = grid.rows * grid.columns * editNetwork(config).channels
    const place = { batch: this.#batches++ }
    const draws = infos.map((_, slot) => drawExample(this.#settings, { ...place, slot }, elements))
    const feeds = collate(triplets, draws, grid, { config, variant })
    const { weights, gradients } = this.#descent
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

  async #reportProfile(): Promise<void> {
    const { onProfile } = this.#hooks
    this.#taken++
    const isLast = this.#descent.done === this.#settings.steps
    const isDue = this.#taken === profiledSteps || (isLast && this.#taken < profiledSteps)
    if (onProfile && isDue) await onProfile(await this.#step.endProfile())
  }

  /**
   * Mean loss of the held-out triplets, at the same times and noise whenever it is asked for. It runs the session that
   * is there, gradients and all: another one would need a copy of the frozen weights.
   */
  async #evaluate(): Promise<number | undefined> {
    const { heldOut } = this.#job
    if (!heldOut || heldOut.examples.length === 0) return undefined
    const { config, variant } = this.#job.model
    const { batch } = this.#settings
    const settings = { ...this.#settings, dropout: 0 }
    const { weights } = this.#descent.result()
    let sum = 0
    for (const [index, { name, grid }] of heldOut.examples.entries()) {
      const triplet = await heldOut.read(index)
      const elements = grid.rows * grid.columns * editNetwork(config).channels
      const runs = Math.ceil(drawsOfEvaluation / batch)
      for (let run = 0; run < runs; run++) {
        // Places before the first batch, which training never draws from.
        const draws = Array.from({ length: batch }, (_, i) =>
          drawExample(settings, { batch: -1 - index, slot: run * batch + i }, elements),
        )
        const copies = draws.map(() => ({ name, triplet }))
        const feeds = collate(copies, draws, grid, { config, variant })
        sum += (await this.#step.run(feeds, weights, this.#descent.gradients)).loss / runs
      }
    }
    return sum / heldOut.examples.length
  }

  async #save(): Promise<void> {
    const folder = await this.#descent.save(this.#batches)
    if (folder !== undefined) await this.#hooks.onSave?.({ step: this.#descent.done, folder })
  }
}
