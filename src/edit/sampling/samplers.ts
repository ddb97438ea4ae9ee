import type { TorchGenerator } from '../../random/index.ts'
import { EditError } from '../error.ts'

/** Samplers for models that predict the noise in a latent, as Stable Diffusion 1.x does. */
export const samplerNames = ['euler-ancestral', 'k-euler-ancestral', 'ddim', 'pndm'] as const
export type SamplerName = (typeof samplerNames)[number]

/** The noise schedule of a model's training. */
export interface TrainedNoise {
  readonly times: number
  /** Square roots of the betas grow evenly from that of the first to that of the last: `scaled_linear`. */
  readonly firstBeta: number
  readonly lastBeta: number
  /** Added to times that are counted up from 0. */
  readonly offset: number
  /** What is left of the picture at the end of all steps of `ddim` and `pndm`: as at the first time, or all of it. */
  readonly lastAlpha: 'first' | 'one'
}

/** Stable Diffusion 1.5's, and of its editors. */
export const stableDiffusionNoise: TrainedNoise = {
  times: 1000,
  firstBeta: 0.00085,
  lastBeta: 0.012,
  offset: 1,
  lastAlpha: 'first',
}

/** The result of one call of the model. */
export interface Predicted {
  /** The latent that {@link Sampling.input} was made of. */
  readonly x: Float32Array
  /** The noise that the model sees in it. */
  readonly noise: Float32Array
}

/** The steps of one edit, in order: a sampler may remember earlier predictions. */
export interface Sampling {
  /** When the model is called; `pndm` calls it once more than there are steps. */
  readonly times: readonly number[]
  /** The first latent: of noise alone, or with the steps before it skipped, of a clean latent in noise. */
  start(noise: Float32Array, clean?: Float32Array): Float32Array
  /** What the model sees of a latent at a call. */
  input(x: Float32Array, call: number): Float32Array
  /** The clean latent as the model now sees it. */
  clean(predicted: Predicted, call: number): Float32Array
  /** The next latent. Ancestral samplers add fresh noise from the generator, in their last step nothing of it. */
  step(predicted: Predicted, call: number, normal: Pick<TorchGenerator, 'randn'>): Float32Array
}

export interface SamplingOptions {
  readonly noise?: TrainedNoise | undefined
  /** Steps that are skipped at the beginning, for an edit that starts from a picture. Default: 0. */
  readonly skip?: number
}

/** A sampler for a number of steps. Source: the schedulers of diffusers 58eb52c, and k-diffusion's sampler. */
export type Sampler = (steps: number, options?: SamplingOptions) => Sampling

export const samplers: Readonly<Record<SamplerName, Sampler>> = {
  'euler-ancestral': (steps, options) => eulerAncestral(sigmasBetweenSigmas, steps, options),
  'k-euler-ancestral': (steps, options) => eulerAncestral(sigmasBetweenLogarithms, steps, options),
  ddim,
  pndm,
}

/** Share of the picture, squared, that is left at each time: the products of 1 − β, in f32 as torch keeps them. */
export function alphasOf({ times, firstBeta, lastBeta }: TrainedNoise): Float32Array {
  const { fround } = Math
  const [from, to] = [fround(Math.sqrt(firstBeta)), fround(Math.sqrt(lastBeta))]
  const step = fround(fround(to - from) / (times - 1))
  let product = 1
  return Float32Array.from({ length: times }, (_, i) => {
    // torch.linspace counts from both ends.
    const root = fround(i < times / 2 ? from + fround(step * i) : to - fround(step * (times - 1 - i)))
    product *= fround(1 - fround(root * root))
    return product
  })
}

/** As {@link alphasOf} in double precision, as the original code has them. */
function exactAlphas({ times, firstBeta, lastBeta }: TrainedNoise): readonly number[] {
  const [from, to] = [Math.sqrt(firstBeta), Math.sqrt(lastBeta)]
  let product = 1
  return Array.from({ length: times }, (_, i) => {
    product *= 1 - (from + ((to - from) * i) / (times - 1)) ** 2
    return product
  })
}

type SigmasAt = (noise: TrainedNoise, times: readonly number[]) => number[]

/** Deviation of the noise over that of the picture, linear between whole times: diffusers. */
const sigmasBetweenSigmas: SigmasAt = (noise, times) => {
  const table = Array.from(alphasOf(noise), (a) =>
    Math.fround(Math.sqrt(Math.fround(Math.fround(1 - a) / a))),
  )
  return times.map((t) => Math.fround(between(table, t)))
}

/** Linear in its logarithm: k-diffusion's `CompVisDenoiser`, in the original's command line. */
const sigmasBetweenLogarithms: SigmasAt = (noise, times) => {
  const table = exactAlphas(noise).map((a) => Math.log(Math.sqrt((1 - a) / a)))
  return times.map((t) => Math.exp(between(table, t)))
}

function between(table: readonly number[], at: number): number {
  const low = Math.floor(at)
  const share = at - low
  return share === 0 ? table[low]! : (1 - share) * table[low]! + share * table[low + 1]!
}

function eulerAncestral(
  sigmasAt: SigmasAt,
  steps: number,
  { noise = stableDiffusionNoise, skip = 0 }: SamplingOptions = {},
): Sampling {
  const last = noise.times - 1
  const all = Array.from({ length: steps }, (_, i) => (steps === 1 ? 0 : last - (last * i) / (steps - 1)))
  const times = all.slice(skip)
  const sigmas = [...sigmasAt(noise, times), 0]
  return {
    times,
    start: (first, clean) => first.map((n, i) => sigmas[0]! * n + (clean?.[i] ?? 0)),
    input(x, call) {
      const scale = 1 / Math.sqrt(sigmas[call]! ** 2 + 1)
      return x.map((value) => scale * value)
    },
    clean: ({ x, noise: seen }, call) => x.map((value, i) => value - sigmas[call]! * seen[i]!),
    step({ x, noise: seen }, call, normal) {
      const [now, next] = [sigmas[call]!, sigmas[call + 1]!]
      // Down past the next level, and up to it again by fresh noise.
      const up = Math.sqrt((next ** 2 * (now ** 2 - next ** 2)) / now ** 2)
      const down = Math.sqrt(next ** 2 - up ** 2)
      const fresh = normal.randn(x.length)
      return x.map((value, i) => value + (down - now) * seen[i]! + up * fresh[i]!)
    },
  }
}

/** Times from low to high, evenly apart from the offset on: the spacing called `leading`. */
function leadingTimes(name: SamplerName, steps: number, { times, offset }: TrainedNoise): number[] {
  const apart = Math.floor(times / steps)
  if (offset + (steps - 1) * apart >= times)
    throw new EditError('input', `steps: expected at most ${times - offset} with ${name}, got ${steps}`)
  return Array.from({ length: steps }, (_, i) => offset + i * apart)
}

/** What {@link ddim} and {@link pndm} share: latents keep their deviation of 1. */
function preserving(
  noise: TrainedNoise,
  times: readonly number[],
): Pick<Sampling, 'times' | 'start' | 'input' | 'clean'> & { readonly alphaAt: (time: number) => number } {
  const alphas = alphasOf(noise)
  const alphaAt = (time: number): number =>
    time >= 0 ? alphas[time]! : noise.lastAlpha === 'one' ? 1 : alphas[0]!
  return {
    times,
    alphaAt,
    start(first, clean) {
      if (!clean) return first.slice()
      const a = alphaAt(times[0]!)
      return first.map((n, i) => Math.sqrt(1 - a) * n + Math.sqrt(a) * clean[i]!)
    },
    input: (x) => x,
    clean({ x, noise: seen }, call) {
      const a = alphaAt(times[call]!)
      return x.map((value, i) => (value - Math.sqrt(1 - a) * seen[i]!) / Math.sqrt(a))
    },
  }
}

/** DDIM with η = 0. */
function ddim(steps: number, { noise = stableDiffusionNoise, skip = 0 }: SamplingOptions = {}): Sampling {
  const apart = Math.floor(noise.times / steps)
  const times = leadingTimes('ddim', steps, noise).toReversed().slice(skip)
  const { alphaAt, ...shared } = preserving(noise, times)
  return {
    ...shared,
    step(predicted, call) {
      const next = alphaAt(times[call]! - apart)
      const clean = shared.clean(predicted, call)
      return clean.map((value, i) => Math.sqrt(next) * value + Math.sqrt(1 - next) * predicted.noise[i]!)
    },
  }
}

/** Weights of the last predictions, the newest first, of Adams and Bashforth's methods of order 2 to 4. */
const adamsBashforth = [
  [3 / 2, -1 / 2],
  [23 / 12, -16 / 12, 5 / 12],
  [55 / 24, -59 / 24, 37 / 24, -9 / 24],
] as const

/** PNDM without Runge and Kutta's steps (`skip_prk_steps`): the first step is made twice, then from the mean. */
function pndm(steps: number, { noise = stableDiffusionNoise, skip = 0 }: SamplingOptions = {}): Sampling {
  const apart = Math.floor(noise.times / steps)
  const down = leadingTimes('pndm', steps, noise).toReversed().slice(skip)
  const times = down.length > 1 ? [down[0]!, down[1]!, ...down.slice(1)] : down
  const { alphaAt, ...shared } = preserving(noise, times)
  let earlier: readonly Float32Array[] = []
  let first: Float32Array = new Float32Array()
  return {
    ...shared,
    step({ x, noise: seen }, call) {
      if (call === 0) {
        earlier = [seen]
        first = x
        return moved(x, seen, alphaAt(times[0]!), alphaAt(times[0]! - apart))
      }
      if (call === 1) {
        const mean = seen.map((value, i) => (value + earlier[0]![i]!) / 2)
        return moved(first, mean, alphaAt(times[1]! + apart), alphaAt(times[1]!))
      }
      earlier = [seen, ...earlier].slice(0, 4)
      const weights = adamsBashforth[earlier.length - 2]!
      const joined = seen.map((_, i) => weights.reduce((sum, w, k) => sum + w * earlier[k]![i]!, 0))
      return moved(x, joined, alphaAt(times[call]!), alphaAt(times[call]! - apart))
    },
  }
}

/** From the share of the picture `a` to `next` along a prediction. Formula 9 of arXiv:2202.09778. */
function moved(x: Float32Array, noise: Float32Array, a: number, next: number): Float32Array {
  const denominator = a * Math.sqrt(1 - next) + Math.sqrt(a * (1 - a) * next)
  const [keep, add] = [Math.sqrt(next / a), (next - a) / denominator]
  return x.map((value, i) => keep * value - add * noise[i]!)
}
