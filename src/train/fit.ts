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
import { type Descended, Descent, type RunWeights } from './descent.ts'
import { TrainError } from './error.ts'
import { checkOptions, type TrainingSettings } from './options.ts'

/** A loss of one number over some inputs, and how it is made small. */
export interface Fit {
  readonly runtime: Runtime
  /** Builds the loss, a scalar; parameters that have no first value in `initial` stay as their source has them. */
  readonly loss: (w: Parameters) => Tensor
  /** First values of all that is trained. */
  readonly initial: ReadonlyMap<string, TensorValue>
  /** Of the parameters that are not trained. */
  readonly source?: ParameterSource | undefined
  /** The inputs of a step, which depend on its number alone, counted from 0. */
  readonly batch: (step: number) => Promise<Readonly<Record<string, TensorValue>>>
  readonly options?: FitOptions | undefined
  /** Names loss and data, so that a run is not resumed on others. */
  readonly fingerprint: string
  /** Folder of the states; without it nothing is kept. */
  readonly states?: string | undefined
  /** Continues from the newest state. Default: false, which refuses a folder that has one. */
  readonly resume?: boolean | undefined
}

type FitOptionName =
  | 'steps'
  | 'learningRate'
  | 'warmup'
  | 'decayTo'
  | 'decay'
  | 'beta1'
  | 'beta2'
  | 'epsilon'
  | 'weightDecay'
  | 'clip'
  | 'average'
  | 'divergence'
  | 'saveEvery'
  | 'keep'

/** The options of a run that have nothing to do with triplets; ranges and defaults are those of `trainingOptions`. */
export type FitOptions = { readonly [Name in FitOptionName]?: TrainingSettings[Name] | undefined }

/** What a fit reports, and how it is stopped. */
export interface FitHooks {
  onStep?(step: Descended & { readonly step: number; readonly loss: number }): void
  readonly signal?: AbortSignal | undefined
}

/**
 * Makes any loss small with AdamW: the loop of `train` for parts that are not trained by flow, under the same rules of
 * schedule, clipping, divergence and states. Resumed, it gives what an unbroken run gives.
 * @throws TrainError: `diverged` at a loss that is no number or rises too far, `cancelled` after saving, `state`
 */
export async function fitLoss(job: Fit, hooks: FitHooks = {}): Promise<RunWeights> {
  const settings = checkOptions(job.options ?? {})
  const { steps, saveEvery } = settings
  const states = {
    folder: job.states,
    resume: job.resume ?? false,
    fingerprint: fitFingerprint(job.fingerprint, settings),
  }
  const descent = await Descent.open(settings, states, [...job.initial.keys()], async () => job.initial)
  const session = await openSession(job)
  try {
    while (descent.done < steps) {
      if (hooks.signal?.aborted) throw await descent.cancelled(descent.done)
      const feeds = { ...(await job.batch(descent.done)), ...descent.weights }
      const { loss } = await session.run(feeds, { into: descent.gradients })
      const value = Number(loss!.data[0])
      const descended = descent.step(value, `that of step ${descent.done + 1}`)
      hooks.onStep?.({ step: descent.done, loss: value, ...descended })
      if (descent.done === steps || (saveEvery > 0 && descent.done % saveEvery === 0))
        await descent.save(descent.done)
    }
    return descent.result()
  } finally {
    await session.release()
  }
}

/** The settings that a resumed fit must share. */
function fitFingerprint(fit: string, settings: TrainingSettings) {
  const { learningRate, warmup, decayTo, decay, steps, beta1, beta2, epsilon, weightDecay } = settings
  const { clip, average } = settings
  const falling = decayTo !== 1 && { decayTo, decay, decaySteps: steps }
  return { fit, learningRate, warmup, ...falling, beta1, beta2, epsilon, weightDecay, clip, average }
}

async function openSession({ runtime, loss, initial, source }: Fit): Promise<Session> {
  const w = new Parameters(new Graph(), source ? { source } : {})
  const value = loss(w)
  const { parameters } = program({ loss: value })
  const wrt = new Map<string, Tensor>()
  for (const path of initial.keys()) {
    const parameter = parameters.get(path)
    if (!parameter)
      throw new TrainError('input', `fit: the loss does not depend on ${path}, which is to be trained`)
    wrt.set(path, parameter)
  }
  return runtime.load<string>(
    { ...grad(value, wrt), loss: value },
    { ...(source && { source }), fed: (path) => initial.has(path), attention: 'plain' },
  )
}
