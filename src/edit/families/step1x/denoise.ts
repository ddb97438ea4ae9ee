import {
  dataOf,
  type Feeds,
  type ParameterSource,
  type Parameters,
  type Tensor,
  type TensorValue,
  tensorValue,
} from '../../../graph/index.ts'
import {
  type EditConfig,
  editNetwork,
  isV12,
  positionsOf,
  timeEmbedding,
  type Variant,
} from '../../../models/index.ts'
import { LoadCache, type Plan, type Runtime } from '../../../onnx/index.ts'
import type { Condition } from '../../condition/conditioner.ts'
import type { Profiles } from '../../profiles.ts'
import { type Flow, followFlow } from '../../sampling/flow.ts'
import type { DenoiseHooks } from '../../sampling/hooks.ts'
import { guide, type Size } from '../../sampling/sampling.ts'
import { StepSession } from '../../sampling/stepSession.ts'

export interface DenoiserOptions {
  readonly runtime: Runtime
  readonly source: ParameterSource
  readonly config: EditConfig
  readonly variant: Variant
  readonly plan: Plan
  /** The most tokens of a text. */
  readonly mostText: number
  /** Bytes that the weights and their work may take. */
  readonly budget: number
  /** Profiles each run, which makes it slower. */
  readonly profiles?: Profiles | undefined
}

/** What is denoised, and how. */
export interface DenoiseRequest {
  readonly noisy: TensorValue // [1, N, channels], target tokens at the first time
  readonly reference: TensorValue // [1, N, channels], the picture's own tokens, which stay clean
  readonly grid: Size // in tokens
  readonly times: readonly number[]
  readonly conditional: Condition
  /** Not needed if no step has guidance. */
  readonly unconditional: Condition | undefined
  readonly guidance: number
  /** Guidance is damped by the length of the change at times above this. */
  readonly dampAbove: number
  /** Times, from and to, between which the unconditional branch is computed; outside, there is no guidance. */
  readonly interval: readonly [number, number]
}

/** The transformer on pictures of one size at a time: its session stays loaded for the next picture of that size. */
export class Denoiser {
  readonly #options: DenoiserOptions
  readonly #session: LoadCache<number, StepSession>

  constructor(options: DenoiserOptions) {
    this.#options = options
    this.#session = new LoadCache({
      load: (tokens) => this.#load(tokens),
      free: (session) => session.release(),
    })
  }

  /**
   * Euler's method from the first time to the last. @returns target tokens [1, N, channels]
   * @throws EditError naming the step after which numbers are not finite
   */
  denoise(request: DenoiseRequest, hooks: DenoiseHooks = {}): Promise<TensorValue> {
    const tokens = 2 * request.noisy.shape[1]!
    return this.#session.use(tokens, (session) => this.#denoise(request, hooks, session))
  }

  /** Frees what is loaded; the next use loads it again. */
  release(): Promise<void> {
    return this.#session.release()
  }

  async #denoise(request: DenoiseRequest, hooks: DenoiseHooks, session: StepSession): Promise<TensorValue> {
    const { noisy, reference, times } = request
    const conditional = this.#still(request.conditional, request)
    const unconditional = request.unconditional && this.#still(request.unconditional, request)
    const { readsTime } = editNetwork(this.#options.config)
    const branchesAt = (now: number): Feeds[] => {
      const time = timeEmbedding([now])
      const moving = {
        time,
        connectorTime: time,
        ...(readsTime && { t: tensorValue('f32', [1, 1, 1], [now]) }),
      }
      const isGuided = now >= request.interval[0] && now <= request.interval[1]
      const branches = isGuided && unconditional ? [conditional, unconditional] : [conditional]
      return branches.map((still) => ({ ...still, ...moving }))
    }
    const run = session.over(times.slice(0, -1).map(branchesAt))
    const velocity: Flow['velocity'] = async (x, now, step) => {
      const results = await run(step, { image: joined(x, reference) }, (done, parts) =>
        hooks.onPart?.(step, done, parts),
      )
      return this.#velocity(results, x.length, request, now)
    }
    return followFlow({ noisy, times, velocity }, hooks)
  }

  /** Of the predictions those for the target tokens, with guidance. */
  #velocity(
    results: readonly TensorValue[],
    count: number,
    { guidance, dampAbove, noisy }: DenoiseRequest,
    now: number,
  ): Float32Array {
    const [conditional, unconditional] = results.map((velocity) => dataOf(velocity, 'f32').subarray(0, count))
    if (!unconditional) return conditional!
    return guide(
      { conditional: conditional!, unconditional },
      { guidance, damp: now > dampAbove, channels: noisy.shape[2]! },
    )
  }

  /** What stays the same from step to step. */
  #still(condition: Condition, { grid }: DenoiseRequest): Feeds {
    const { config, variant } = this.#options
    const { features, mask, repeats, embeddings, quoted, places } = condition
    const text = places ? positionsOf(places) : features.shape[1]!
    const size = { text, rows: grid.height, columns: grid.width }
    const still = { features, mask, ...editNetwork(config).places(size, variant) }
    return isV12(variant) ? { ...still, embeddings: embeddings!, quoted: quoted! } : { ...still, repeats }
  }

  /** The transformer for a number of image tokens, target and reference together. */
  #load(tokens: number): Promise<StepSession> {
    const { config, mostText, ...options } = this.#options
    const { width, firstBlock, isModulation } = editNetwork(config)
    return StepSession.load({
      ...options,
      tokens: tokens + mostText,
      width,
      firstBlock,
      isModulation,
      velocity: (w) => this.#velocityOf(w, tokens),
    })
  }

  #velocityOf(w: Parameters, tokens: number): Tensor {
    const { config, variant } = this.#options
    const { graph } = w
    const network = editNetwork(config)
    return network.velocity(w, {
      image: graph.input('image', 'f32', [1, tokens, network.channels]),
      features: graph.input('features', 'f32', [1, 'text', config.connector.inWidth]),
      mask: graph.input('mask', 'bool', [1, 'text']),
      time: graph.input('time', 'f32', [1, 256]),
      connectorTime: graph.input('connectorTime', 'f32', [1, 256]),
      ...network.placeInputs(graph, tokens / 2),
      // v1.2 reads its text without padding.
      ...(isV12(variant)
        ? {
            quoted: {
              embeddings: graph.input('embeddings', 'f32', [1, 'text', config.connector.inWidth]),
              mask: graph.input('quoted', 'bool', [1, 'text']),
            },
          }
        : { repeats: graph.input('repeats', 'f32', [1]) }),
      ...(network.readsTime && { t: graph.input('t', 'f32', [1, 1, 1]) }),
    })
  }
}

/** Target tokens, then the reference's: [1, 2N, channels]. */
function joined(x: Float32Array, reference: TensorValue): TensorValue {
  const [, tokens, channels] = reference.shape as [number, number, number]
  const data = new Float32Array(2 * x.length)
  data.set(x)
  data.set(reference.data as Float32Array, x.length)
  return { dtype: 'f32', shape: [1, 2 * tokens, channels], data }
}
