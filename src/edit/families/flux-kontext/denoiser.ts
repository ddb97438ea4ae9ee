import {
  dataOf,
  type Feeds,
  type ParameterSource,
  type Parameters,
  type Tensor,
  type TensorValue,
} from '../../../graph/index.ts'
import {
  type DitConfig,
  isFluxModulation,
  kontext,
  kontextPositions,
  rotaryTables,
  timeEmbedding,
} from '../../../models/index.ts'
import { LoadCache, type Plan, type Runtime } from '../../../onnx/index.ts'
import type { Profiles } from '../../profiles.ts'
import { type Flow, followFlow } from '../../sampling/flow.ts'
import type { DenoiseHooks } from '../../sampling/hooks.ts'
import { guide, type Size } from '../../sampling/sampling.ts'
import { StepSession } from '../../sampling/stepSession.ts'

export interface KontextDenoiserOptions {
  readonly runtime: Runtime
  readonly source: ParameterSource
  readonly config: DitConfig
  readonly plan: Plan
  /** Bytes that the weights and their work may take. */
  readonly budget: number
  /** Profiles each run, which makes it slower. */
  readonly profiles?: Profiles | undefined
}

/** An instruction as the transformer reads it. */
export interface KontextText {
  readonly text: TensorValue // [1, T, contextWidth], of T5
  readonly pooled: TensorValue // [1, vectorWidth], of CLIP
}

/** What is denoised, and how. */
export interface KontextRequest {
  readonly noisy: TensorValue // [1, N, channels], target tokens at the first time
  readonly grid: Size // of the target, in tokens
  readonly reference: TensorValue // [1, M, channels], which stays clean
  readonly referenceGrid: Size
  readonly times: readonly number[]
  readonly conditional: KontextText
  /** The negative text; not needed without true guidance. */
  readonly unconditional: KontextText | undefined
  /** What the model was distilled for: a number that it reads. */
  readonly guidance: number
  /** The scale between negative and instruction, each evaluated on its own; 1 leaves the negative out. */
  readonly trueGuidance: number
  /** True guidance is damped by the length of the change at times above this. */
  readonly dampAbove: number
  /** Times, from and to, between which true guidance applies. */
  readonly interval: readonly [number, number]
}

/** The transformer on pictures of one size at a time: its session stays loaded for the next of that size. */
export class KontextDenoiser {
  readonly #options: KontextDenoiserOptions
  readonly #session: LoadCache<string, StepSession>

  constructor(options: KontextDenoiserOptions) {
    this.#options = options
    this.#session = new LoadCache({
      load: (key) => {
        const [text, image] = key.split('+').map(Number) as [number, number]
        return this.#load(text, image)
      },
      free: (session) => session.release(),
    })
  }

  /**
   * Euler's method from the first time to the last. @returns target tokens [1, N, channels]
   * @throws EditError naming the step after which numbers are not finite
   */
  denoise(request: KontextRequest, hooks: DenoiseHooks = {}): Promise<TensorValue> {
    const image = request.noisy.shape[1]! + request.reference.shape[1]!
    const key = `${request.conditional.text.shape[1]}+${image}`
    return this.#session.use(key, (session) => this.#denoise(request, hooks, session))
  }

  /** Frees what is loaded; the next use loads it again. */
  release(): Promise<void> {
    return this.#session.release()
  }

  async #denoise(request: KontextRequest, hooks: DenoiseHooks, session: StepSession): Promise<TensorValue> {
    const { noisy, reference, times, trueGuidance, unconditional, interval } = request
    const still = this.#still(request)
    const textsAt = (now: number): Feeds[] => {
      const time = timeEmbedding([now])
      const isGuided = trueGuidance !== 1 && now >= interval[0] && now <= interval[1]
      const texts = isGuided && unconditional ? [request.conditional, unconditional] : [request.conditional]
      return texts.map(({ text, pooled }) => ({ text, pooled, ...still, time }))
    }
    const run = session.over(times.slice(0, -1).map(textsAt))
    const velocity: Flow['velocity'] = async (x, now, step) => {
      const results = await run(step, { image: joined(x, reference) }, (done, parts) =>
        hooks.onPart?.(step, done, parts),
      )
      return velocityOf(results, x.length, request, now)
    }
    return followFlow({ noisy, times, velocity }, hooks)
  }

  /** What stays the same from step to step. */
  #still({ conditional, grid, referenceGrid, guidance }: KontextRequest): Feeds {
    const cells = ({ width, height }: Size) => ({ rows: height, columns: width })
    const positions = kontextPositions(conditional.text.shape[1]!, cells(grid), cells(referenceGrid))
    return { guidance: timeEmbedding([guidance]), ...rotaryTables(positions, this.#options.config) }
  }

  /** The transformer for numbers of text and image tokens, target and reference together. */
  #load(text: number, image: number): Promise<StepSession> {
    const { config, ...options } = this.#options
    return StepSession.load({
      ...options,
      tokens: text + image,
      width: config.width,
      firstBlock: 'double_blocks.0.',
      isModulation: isFluxModulation,
      velocity: (w) => kontextOf(w, { text, image }, config),
    })
  }
}

/** A graph for numbers of text and image tokens. */
function kontextOf(
  w: Parameters,
  { text, image }: { readonly text: number; readonly image: number },
  config: DitConfig,
): Tensor {
  const { graph } = w
  const half = config.width / config.heads / 2
  const inputs = {
    image: graph.input('image', 'f32', [1, image, config.inChannels]),
    text: graph.input('text', 'f32', [1, text, config.contextWidth]),
    pooled: graph.input('pooled', 'f32', [1, config.vectorWidth]),
    time: graph.input('time', 'f32', [1, 256]),
    guidance: graph.input('guidance', 'f32', [1, 256]),
    cosines: graph.input('cosines', 'f32', [text + image, half]),
    sines: graph.input('sines', 'f32', [text + image, half]),
  }
  return kontext(w, inputs, config)
}

/** Of the predictions those for the target tokens, with true guidance. */
function velocityOf(
  results: readonly TensorValue[],
  count: number,
  { trueGuidance, dampAbove, noisy }: KontextRequest,
  now: number,
): Float32Array {
  const [conditional, unconditional] = results.map((velocity) => dataOf(velocity, 'f32').subarray(0, count))
  if (!unconditional) return conditional!
  return guide(
    { conditional: conditional!, unconditional },
    { guidance: trueGuidance, damp: now > dampAbove, channels: noisy.shape[2]! },
  )
}

/** Target tokens, then the reference's: [1, N + M, channels]. */
function joined(x: Float32Array, reference: TensorValue): TensorValue {
  const [, tokens, channels] = reference.shape as [number, number, number]
  const data = new Float32Array(x.length + tokens * channels)
  data.set(x)
  data.set(dataOf(reference, 'f32'), x.length)
  return { dtype: 'f32', shape: [1, data.length / channels, channels], data }
}
