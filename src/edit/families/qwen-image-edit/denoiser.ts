import {
  dataOf,
  type Feeds,
  type ParameterSource,
  type Parameters,
  type Tensor,
  type TensorValue,
} from '../../../graph/index.ts'
import {
  isQwenImageModulation,
  type QwenImageConfig,
  qwenImage,
  qwenImagePositions,
  rotaryTables,
  timeEmbedding,
} from '../../../models/index.ts'
import { LoadCache, type Plan, type Runtime } from '../../../onnx/index.ts'
import type { Profiles } from '../../profiles.ts'
import { type Flow, followFlow } from '../../sampling/flow.ts'
import type { DenoiseHooks } from '../../sampling/hooks.ts'
import type { Size } from '../../sampling/sampling.ts'
import { StepSession } from '../../sampling/stepSession.ts'
import { rescaledGuide } from './sampling.ts'

export interface QwenDenoiserOptions {
  readonly runtime: Runtime
  readonly source: ParameterSource
  readonly config: QwenImageConfig
  readonly plan: Plan
  /** Bytes that the weights and their work may take. */
  readonly budget: number
  /** Profiles each run, which makes it slower. */
  readonly profiles?: Profiles | undefined
}

/** A picture's tokens. */
export interface QwenReference {
  readonly tokens: TensorValue // [1, M, channels]
  readonly grid: Size // in tokens
}

/** What is denoised, and how. */
export interface QwenRequest {
  readonly noisy: TensorValue // [1, N, channels], target tokens at the first time
  readonly grid: Size // of the target, in tokens
  /** Stay clean. */
  readonly references: readonly QwenReference[]
  readonly times: readonly number[]
  readonly conditional: TensorValue // [1, T, width], of the language model
  /** Of the negative text; not needed if no step has guidance. */
  readonly unconditional: TensorValue | undefined
  readonly guidance: number
  /** Times, from and to, between which the unconditional branch is computed; outside, there is no guidance. */
  readonly interval: readonly [number, number]
}

/** Memory for text is planned in multiples of this, so that another instruction does not load the weights again. */
const textRoom = 512

/** The transformer on pictures of the same sizes: its session stays loaded for the next ones. */
export class QwenDenoiser {
  readonly #options: QwenDenoiserOptions
  readonly #session: LoadCache<string, StepSession>

  constructor(options: QwenDenoiserOptions) {
    this.#options = options
    this.#session = new LoadCache({
      load: (key) => {
        const [target, references, text] = key.split('+').map(Number) as [number, number, number]
        return this.#load(target, references, text)
      },
      free: (session) => session.release(),
    })
  }

  /**
   * Euler's method from the first time to the last. @returns target tokens [1, N, channels]
   * @throws EditError naming the step after which numbers are not finite
   */
  denoise(request: QwenRequest, hooks: DenoiseHooks = {}): Promise<TensorValue> {
    const references = request.references.reduce((sum, { tokens }) => sum + tokens.shape[1]!, 0)
    const text = Math.max(...[request.conditional, request.unconditional].map((each) => each?.shape[1] ?? 0))
    const key = `${request.noisy.shape[1]}+${references}+${Math.ceil(text / textRoom) * textRoom}`
    return this.#session.use(key, (session) => this.#denoise(request, hooks, session))
  }

  /** Frees what is loaded; the next use loads it again. */
  release(): Promise<void> {
    return this.#session.release()
  }

  async #denoise(request: QwenRequest, hooks: DenoiseHooks, session: StepSession): Promise<TensorValue> {
    const { noisy, times, unconditional, guidance, interval } = request
    const [conditional, negative] = [request.conditional, unconditional].map(
      (text) => text && this.#still(text, request),
    )
    const branchesAt = (now: number): Feeds[] => {
      const time = timeEmbedding([now])
      const isGuided = guidance !== 1 && now >= interval[0] && now <= interval[1]
      const branches = isGuided && negative ? [conditional, negative] : [conditional]
      return branches.map((still) => ({ ...still, time }))
    }
    const run = session.over(times.slice(0, -1).map(branchesAt))
    const velocity: Flow['velocity'] = async (x, _now, step) => {
      const results = await run(step, { image: this.#joined(x, request) }, (done, parts) =>
        hooks.onPart?.(step, done, parts),
      )
      const [wanted, unwanted] = results.map((each) => dataOf(each, 'f32').subarray(0, x.length))
      return unwanted
        ? rescaledGuide(
            { conditional: wanted!, unconditional: unwanted },
            { guidance, channels: noisy.shape[2]! },
          )
        : wanted!
    }
    return followFlow({ noisy, times, velocity }, hooks)
  }

  /** What stays the same from step to step. */
  #still(text: TensorValue, { grid, references }: QwenRequest): Feeds {
    const { config } = this.#options
    const cells = ({ width, height }: Size) => ({ rows: height, columns: width })
    const pictures = [grid, ...references.map((each) => each.grid)].map(cells)
    return {
      text,
      ...rotaryTables(qwenImagePositions(text.shape[1]!, pictures), config),
      ...(config.zeroCondT && { referenceTime: timeEmbedding([0]) }),
    }
  }

  /** Target tokens, then those of the references: [1, N + M, channels]. */
  #joined(x: Float32Array, { references }: QwenRequest): TensorValue {
    const { inChannels } = this.#options.config
    const parts = [x, ...references.map(({ tokens }) => dataOf(tokens, 'f32'))]
    const data = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0))
    let at = 0
    for (const part of parts) {
      data.set(part, at)
      at += part.length
    }
    return { dtype: 'f32', shape: [1, data.length / inChannels, inChannels], data }
  }

  /** The transformer for numbers of target and reference tokens, with room for text. */
  #load(target: number, references: number, text: number): Promise<StepSession> {
    const { config, ...options } = this.#options
    return StepSession.load({
      ...options,
      tokens: target + references + text,
      width: config.width,
      firstBlock: 'transformer_blocks.0.',
      isModulation: isQwenImageModulation,
      velocity: (w) => velocityOf(w, { target, references }, config),
    })
  }
}

/** A graph for numbers of target and reference tokens. */
function velocityOf(
  w: Parameters,
  { target, references }: { readonly target: number; readonly references: number },
  config: QwenImageConfig,
): Tensor {
  const { graph } = w
  const half = config.width / config.heads / 2
  const image = target + references
  const inputs = {
    image: graph.input('image', 'f32', [1, image, config.inChannels]),
    text: graph.input('text', 'f32', [1, 'text', config.textWidth]),
    time: graph.input('time', 'f32', [1, 256]),
    cosines: graph.input('cosines', 'f32', [`text + ${image}`, half]),
    sines: graph.input('sines', 'f32', [`text + ${image}`, half]),
    ...(config.zeroCondT && {
      references: { targetTokens: target, time: graph.input('referenceTime', 'f32', [1, 256]) },
    }),
  }
  return qwenImage(w, inputs, config).velocity
}
