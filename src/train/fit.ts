import {
  Graph,
  grad,
  type ParameterSource,
  Parameters,
  program,
  type Tensor,
  type TensorValue,
} from '../graph/index.ts'
import type { Runtime, Session } from '../onnx/index.ts'
import { AdamW } from './adamw.ts'
import { WeightAverage } from './average.ts'
import { TrainError } from './error.ts'
import type { RunWeights } from './loop.ts'
import { loadState, saveState } from './state.ts'

/** A loss of one number over some inputs, and how it is made small. */
export interface Fit {
  readonly runtime: Runtime
  /** Builds the loss, a scalar; parameters that have no first value in `initial` stay as their source has them. */
  readonly loss: (w: Parameters) => Tensor
  /** First values of all that is trained. */
  readonly initial: ReadonlyMap<string, TensorValue>
  /** Of the parameters that are not trained. */
  readonly source?: ParameterSource
  /** The inputs of a step, which depend on its number alone. */
  readonly batch: (step: number) => Promise<Readonly<Record<string, TensorValue>>>
  readonly options: FitOptions
  /** Where states are kept; a run goes on from the newest one there. */
  readonly states?: string | undefined
}

/** How a loss is made small. */
export interface FitOptions {
  readonly steps: number
  readonly learningRate: number
  /** Steps over which the rate rises from 0; it then falls along a cosine to a hundredth. */
  readonly warmup?: number
  readonly weightDecay?: number
  /** The gradient is shortened to this length; 1 unless given. */
  readonly clip?: number
  /** Decay of the moving average that is given back; 0 for none. */
  readonly average?: number
  readonly saveEvery?: number
  /** Names data and loss, so that a run is not resumed on others. */
  readonly fingerprint: string
}

/** What a fit tells of itself. */
export interface FitHooks {
  onStep?(step: { readonly step: number; readonly loss: number; readonly gradientNorm: number }): void
  readonly signal?: AbortSignal
}

/**
 * Makes any loss small with AdamW: the plain loop beside `train`, for parts that are not trained by flow. Resumed, it
 * gives what an unbroken run gives. @throws TrainError: `diverged` at a loss that is no number, `cancelled` after saving
 */
export async function fitLoss(job: Fit, hooks: FitHooks = {}): Promise<RunWeights> {
  const { options, states } = job
  const { steps, learningRate, warmup = 0, clip = 1, average: decay = 0, saveEvery = 200 } = options
  const found = states === undefined ? undefined : await loadState(states)
  if (found && found.record.fingerprint.fit !== options.fingerprint)
    throw new TrainError(
      'state',
      `${states}: holds a run on ${found.record.fingerprint.fit}, got ${options.fingerprint}; give another folder`,
    )
  const optimizer = new AdamW(found ? Object.entries(found.weights) : job.initial, {
    learningRate,
    weightDecay: options.weightDecay ?? 0,
  })
  if (found) optimizer.restore(found.optimizer)
  const average = decay > 0 ? new WeightAverage(found?.average ?? optimizer.weights, decay) : undefined
  const session = await openSession(job)
  let done = found?.step ?? 0
  const save = async () => {
    if (states === undefined) return
    const record = {
      batches: done,
      seed: 0,
      smoothedLoss: null,
      lowestLoss: null,
      fingerprint: { fit: options.fingerprint },
    }
    const { weights } = optimizer
    await saveState(
      states,
      { step: done, weights, optimizer: optimizer.state(), average: average?.weights, record },
      1,
    )
  }
  try {
    while (done < steps) {
      if (hooks.signal?.aborted) {
        await save()
        throw new TrainError('cancelled', `fit: stopped at step ${done}; the same call goes on`)
      }
      const feeds = { ...(await job.batch(done)), ...optimizer.weights }
      const { loss } = await session.run(feeds, { into: optimizer.gradients })
      const value = Number(loss!.data[0])
      const gradientNorm = optimizer.gradientNorm()
      if (!Number.isFinite(value) || !Number.isFinite(gradientNorm))
        throw new TrainError(
          'diverged',
          `fit: step ${done + 1}: the loss is ${value}; lower the learning rate`,
        )
      const rise = Math.min(1, (done + 1) / Math.max(1, warmup))
      const fall = 0.01 + 0.99 * 0.5 * (1 + Math.cos((Math.PI * done) / steps))
      optimizer.learningRate = learningRate * rise * fall
      optimizer.step(clip > 0 && gradientNorm > clip ? clip / gradientNorm : 1)
      done++
      average?.update(optimizer.weights, done)
      hooks.onStep?.({ step: done, loss: value, gradientNorm })
      if (done % saveEvery === 0 || done === steps) await save()
    }
    return { step: done, weights: average?.weights ?? optimizer.weights }
  } finally {
    await session.release()
  }
}

async function openSession({ runtime, loss, initial, source }: Fit): Promise<Session> {
  const w = new Parameters(new Graph(), source ? { source } : {})
  const value = loss(w)
  const { parameters } = program({ loss: value })
  const wrt = new Map<string, Tensor>()
  for (const path of initial.keys()) {
    const parameter = parameters.get(path)
    if (!parameter)
      throw new TrainError('input', `fit: ${path} is to be trained, but the loss does not depend on it`)
    wrt.set(path, parameter)
  }
  return runtime.load<string>(
    { ...grad(value, wrt), loss: value },
    { ...(source && { source }), fed: (path) => initial.has(path), attention: 'plain' },
  )
}
