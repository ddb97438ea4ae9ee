import type { TensorValue } from '../graph/index.ts'
import { AdamW } from './adamw.ts'
import { WeightAverage } from './average.ts'
import { TrainError } from './error.ts'
import type { Fingerprint } from './options.ts'
import { learningRateAt, type ScheduleOptions } from './schedule.ts'
import { loadState, saveState, type TrainingState } from './state.ts'

/** The weights of a run at a step, or their average if enabled. The next step overwrites them. */
export interface RunWeights {
  readonly step: number
  readonly weights: Readonly<Record<string, TensorValue>>
}

/** The options of training on any loss. */
export interface DescentOptions extends ScheduleOptions {
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
  readonly weightDecay: number
  readonly clip: number
  readonly average: number
  readonly divergence: number
  readonly seed: number
  readonly keep: number
}

/** Where states are kept, and what they must match. */
export interface DescentStates {
  /** Without it nothing is kept. */
  readonly folder: string | undefined
  /** Continues from the newest state there. Otherwise a folder with a state is refused. */
  readonly resume: boolean
  readonly fingerprint: Fingerprint
}

/** What a step did. */
export interface Descended {
  /** Length of the gradient before clipping. */
  readonly gradientNorm: number
  readonly learningRate: number
  /** Running mean of the losses. */
  readonly smoothedLoss: number
}

/**
 * Step after step of AdamW, with schedule, clipping, average, checks and states: the rules that every training shares.
 * Let a run write into `gradients`, then take a {@link step}.
 */
export class Descent {
  readonly #options: DescentOptions
  readonly #states: DescentStates
  readonly #optimizer: AdamW
  readonly #average: WeightAverage | undefined
  #done: number
  #saved: number
  #smoothed: number | null
  #lowest: number | null
  /** Batches that the run had taken when the state was saved. */
  readonly batches: number

  /**
   * Starts with initial values of the weights at `paths`, or continues from the newest state. The order of the paths
   * determines the order of sums, and so the last bits of a result.
   * @throws TrainError if there is a state without `resume`, or a state of another run
   */
  static async open(
    options: DescentOptions,
    states: DescentStates,
    paths: readonly string[],
    initial: () => Promise<ReadonlyMap<string, TensorValue>>,
  ): Promise<Descent> {
    const state = await savedState(states)
    const values = state ? new Map(Object.entries(state.weights)) : await initial()
    return new Descent(options, states, state, inOrder(paths, values))
  }

  private constructor(
    options: DescentOptions,
    states: DescentStates,
    state: TrainingState | undefined,
    initial: Iterable<readonly [string, TensorValue]>,
  ) {
    this.#options = options
    this.#states = states
    this.#optimizer = new AdamW(initial, options)
    if (state) this.#optimizer.restore(state.optimizer)
    if (options.average > 0)
      this.#average = new WeightAverage(state?.average ?? this.#optimizer.weights, options.average)
    this.#done = state?.step ?? 0
    checkSteps(this.#done, options.steps)
    this.#saved = this.#done
    this.batches = state?.record.batches ?? 0
    this.#smoothed = state?.record.smoothedLoss ?? null
    this.#lowest = state?.record.lowestLoss ?? null
  }

  /** Steps taken. */
  get done(): number {
    return this.#done
  }

  /** The weights to give to a run. */
  get weights(): Readonly<Record<string, TensorValue>> {
    return this.#optimizer.weights
  }

  /** Where a run writes the gradients of {@link weights}. */
  get gradients(): Readonly<Record<string, TensorValue>> {
    return this.#optimizer.gradients
  }

  /** Keeps the gradients of a run, to step along the mean of several. */
  accumulate(): void {
    this.#optimizer.accumulate()
  }

  /**
   * Takes a step along the gradients, shortened to `clip`. @param batch for messages: what the loss is of
   * @throws TrainError `diverged` when loss or gradient is no number, or the mean loss has risen too far
   */
  step(loss: number, batch: string): Descended {
    const { clip } = this.#options
    const gradientNorm = this.#optimizer.gradientNorm()
    if (!Number.isFinite(loss)) throw this.#diverged(this.#done + 1, `the loss is ${loss}`, batch)
    if (!Number.isFinite(gradientNorm))
      throw this.#diverged(this.#done + 1, `the gradient's length is ${gradientNorm}`, batch)
    this.#done++
    const learningRate = learningRateAt(this.#done, this.#options)
    this.#optimizer.learningRate = learningRate
    this.#optimizer.step(clip > 0 && gradientNorm > clip ? clip / gradientNorm : 1)
    this.#average?.update(this.#optimizer.weights, this.#done)
    return { gradientNorm, learningRate, smoothedLoss: this.#smooth(loss, batch) }
  }

  /** Writes a state, whole or not at all. @returns its folder, undefined where nothing is kept */
  async save(batches: number): Promise<string | undefined> {
    const { folder, fingerprint } = this.#states
    if (folder === undefined) return undefined
    const { seed, keep } = this.#options
    const state: TrainingState = {
      step: this.#done,
      weights: this.#optimizer.weights,
      optimizer: this.#optimizer.state(),
      average: this.#average?.weights,
      record: {
        batches,
        seed,
        smoothedLoss: this.#smoothed,
        lowestLoss: this.#lowest,
        fingerprint,
      },
    }
    const saved = await saveState(folder, state, keep)
    this.#saved = this.#done
    return saved
  }

  /** Saves what was not saved yet. @returns the error that ends a run which was cancelled */
  async cancelled(batches: number): Promise<TrainError> {
    if (this.#done > this.#saved) await this.save(batches)
    const kept = this.#states.folder === undefined ? 'nothing was kept' : `step ${this.#done} is kept`
    return new TrainError('cancelled', `training: stopped, ${kept}; resume it to continue`)
  }

  /** The current weights of the run, or their average if enabled. */
  result(): RunWeights {
    return { step: this.#done, weights: this.#average?.weights ?? this.#optimizer.weights }
  }

  #smooth(loss: number, batch: string): number {
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
        batch,
      )
    return smoothed
  }

  #diverged(step: number, what: string, batch: string): TrainError {
    const kept = this.#saved > 0 ? `the state of step ${this.#saved} is kept` : 'no state was kept yet'
    return new TrainError(
      'diverged',
      `step ${step}: ${what}; the batch was ${batch}; ${kept}; lower the learning rate, or check this batch`,
    )
  }
}

/** What differs between two runs. Of triplets and model the fingerprint has only a hash. */
function changeOf(name: string, before: unknown, now: unknown): string {
  if (name === 'data') return 'other triplets'
  if (name === 'model') return 'another model, or the same at another precision'
  return `${name} ${before ?? 'default'}, got ${now ?? 'default'}`
}

/** @throws TrainError when values are missing, or too many */
function inOrder(
  paths: readonly string[],
  values: ReadonlyMap<string, TensorValue>,
): (readonly [string, TensorValue])[] {
  const missing = paths.find((path) => !values.has(path))
  if (missing !== undefined || values.size !== paths.length)
    throw new TrainError(
      'state',
      `weights: expected the ${paths.length} that are trained, got ${values.size}${missing === undefined ? '' : `, ${missing} is missing`}; they are of another model`,
    )
  return paths.map((path) => [path, values.get(path)!] as const)
}

/** @throws TrainError when a run is beyond the last step already */
export function checkSteps(done: number, steps: number): void {
  if (done > steps)
    throw new TrainError('state', `steps: expected at least ${done}, the step of the saved run, got ${steps}`)
}

async function savedState({
  folder,
  resume,
  fingerprint,
}: DescentStates): Promise<TrainingState | undefined> {
  if (folder === undefined) return undefined
  const state = await loadState(folder)
  if (!state) return undefined
  checkResumed(folder, { step: state.step, fingerprint: state.record.fingerprint }, { resume, fingerprint })
  return state
}

/** @throws TrainError if the folder has a run without `resume`, or a run with other settings */
export function checkResumed(
  folder: string,
  saved: { readonly step: number; readonly fingerprint: Fingerprint },
  { resume, fingerprint }: Pick<DescentStates, 'resume' | 'fingerprint'>,
): void {
  if (!resume)
    throw new TrainError(
      'state',
      `${folder}: contains a run at step ${saved.step}; resume it, or choose another folder`,
    )
  const before = saved.fingerprint
  const changed = Object.keys({ ...before, ...fingerprint }).filter(
    // States of earlier versions do not say which step was the last.
    (name) => before[name] !== fingerprint[name] && !(name === 'decaySteps' && !(name in before)),
  )
  if (changed.length > 0) {
    const changes = changed.map((name) => changeOf(name, before[name], fingerprint[name]))
    throw new TrainError(
      'state',
      `${folder}: its run has ${changes.join(' and ')}; resume it with the same settings, or choose another folder`,
    )
  }
}
