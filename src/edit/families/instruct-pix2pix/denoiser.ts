import { dataOf, Graph, type ParameterSource, Parameters, type TensorValue } from '../../../graph/index.ts'
import { type UnetConfig, unet, unetTime } from '../../../models/index.ts'
import type { Plan, Runtime, Session } from '../../../onnx/index.ts'
import { LoadCache, loadedBytes } from '../../../onnx/index.ts'
import type { Normal } from '../../autoencoder/autoencoder.ts'
import { keptBytes } from '../../memory.ts'
import type { Profiles } from '../../profiles.ts'
import { checkFinite } from '../../sampling/finite.ts'
import type { DenoiseHooks } from '../../sampling/hooks.ts'
import { guideByPicture, type PictureGuidance } from '../../sampling/pictureGuidance.ts'
import type { Sampling } from '../../sampling/samplers.ts'

export interface UnetDenoiserOptions {
  readonly runtime: Runtime
  readonly source: ParameterSource
  readonly config: UnetConfig
  readonly plan: Plan
  /** Bytes that the weights and their work may take. */
  readonly budget: number
  /** Profiles each run, which makes it slower. */
  readonly profiles?: Profiles | undefined
}

/** What is denoised, and how. */
export interface UnetRequest extends PictureGuidance {
  readonly noisy: TensorValue // [1, outChannels, h, w], the first latent of the sampling
  /** [1, channels, h, w], the mode of the picture's distribution, not scaled. */
  readonly picture: TensorValue
  readonly text: TensorValue // [1, T, contextWidth], states of the instruction
  /** Of the negative prompt; not needed without guidance. */
  readonly negative: TensorValue | undefined
  readonly sampling: Sampling
  /** Of the fresh noise. */
  readonly normal: Normal
}

/** Whether guidance applies; without it the model is called with instruction and picture alone. */
export function isGuided({ guidance, pictureGuidance }: PictureGuidance): boolean {
  return guidance > 1 && pictureGuidance >= 1
}

/** The UNet on pictures of one size at a time: its session stays loaded for the next picture of that size. */
export class UnetDenoiser {
  readonly #options: UnetDenoiserOptions
  readonly #session: LoadCache<string, Session<'noise'>>

  constructor(options: UnetDenoiserOptions) {
    this.#options = options
    const { profiles } = options
    this.#session = new LoadCache({
      load: (key) => this.#load(key.split('×').map(Number) as [number, number, number]),
      free: (session) => profiles?.free('unet', session) ?? session.release(),
    })
  }

  /**
   * All calls of the sampling. @returns the latent, scaled as the noise's is [1, outChannels, h, w]
   * @throws EditError naming the call after which numbers are not finite
   */
  denoise(request: UnetRequest, hooks: DenoiseHooks = {}): Promise<TensorValue> {
    const [, , height, width] = request.noisy.shape
    const key = `${height}×${width}×${request.text.shape[1]}`
    return this.#session.use(key, (session) => this.#denoise(request, hooks, session))
  }

  /** Frees what is loaded; the next use loads it again. */
  release(): Promise<void> {
    return this.#session.release()
  }

  async #denoise(request: UnetRequest, hooks: DenoiseHooks, session: Session<'noise'>): Promise<TensorValue> {
    const { noisy, picture, text, negative, sampling, normal } = request
    const { config } = this.#options
    const seen = dataOf(picture, 'f32')
    const nothing = new Float32Array(seen.length)
    const branches =
      isGuided(request) && negative
        ? [
            { context: text, picture: seen },
            { context: negative, picture: seen },
            { context: negative, picture: nothing },
          ]
        : [{ context: text, picture: seen }]
    const [, , height, width] = noisy.shape as [number, number, number, number]
    let x: Float32Array = dataOf(noisy, 'f32')
    for (const [call, now] of sampling.times.entries()) {
      // Only the noisy half is scaled to the sampler's level, not the picture.
      const input = sampling.input(x, call)
      const time = unetTime([now], config.channels[0]!)
      const results = await session.runAll(
        branches.map((branch) => {
          const data = new Float32Array(input.length + seen.length)
          data.set(input)
          data.set(branch.picture, input.length)
          const sample = { dtype: 'f32' as const, shape: [1, config.inChannels, height, width], data }
          return { sample, time, context: branch.context }
        }),
        { onSegment: (done, parts) => hooks.onPart?.(call, done, parts) },
      )
      const [both, alone, none] = results.map((result) => dataOf(result.noise, 'f32'))
      const noise = alone && none ? guideByPicture({ both: both!, picture: alone, none }, request) : both!
      checkFinite(noise, `denoising, call ${call + 1} of ${sampling.times.length}`)
      const predicted = { x, noise }
      await hooks.onStep?.(call, () => ({ ...noisy, data: sampling.clean(predicted, call) }))
      x = sampling.step(predicted, call, normal)
    }
    return { ...noisy, data: x }
  }

  #load([height, width, tokens]: readonly [number, number, number]): Promise<Session<'noise'>> {
    const { runtime, source, config, plan, budget, profiles } = this.#options
    const graph = new Graph()
    const noise = unet(
      new Parameters(graph, { source }),
      {
        sample: graph.input('sample', 'f32', [1, config.inChannels, height, width]),
        time: graph.input('time', 'f32', [1, config.channels[0]!]),
        context: graph.input('context', 'f32', [1, tokens, config.contextWidth]),
      },
      config,
    )
    const blockBytes = loadedBytes(source, (path) => path.startsWith('mid_block.'))
    const keep = keptBytes(budget, { tokens: height * width, width: 2 * config.channels[0]!, blockBytes })
    return runtime.load({ noise }, { source, plan, keep, profile: profiles !== undefined })
  }
}
