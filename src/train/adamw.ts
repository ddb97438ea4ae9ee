import { elementCount, type TensorValue } from '../graph/index.ts'

/** Decoupled weight decay (Loshchilov and Hutter, arXiv:1711.05101), with PyTorch's defaults. */
export interface AdamWOptions {
  readonly learningRate?: number
  readonly beta1?: number
  readonly beta2?: number
  readonly epsilon?: number
  readonly weightDecay?: number
  /** Which parameters decay; all unless given. */
  readonly decays?: (path: string, shape: readonly number[]) => boolean
}

/** Where a parameter lies in the blocks. */
interface Place {
  readonly start: number
  readonly end: number
  readonly decays: boolean
}

/**
 * The weights of a model in training, f32, in one block of memory, with their gradients and running means.
 * Give {@link weights} to each run, let it write into {@link gradients}, then take a {@link step}.
 */
export class AdamW {
  /** Views of the weights by path: every step changes them in place. */
  readonly weights: Readonly<Record<string, TensorValue>>
  /** Views of the gradients by path, to be written by a run (`into`). */
  readonly gradients: Readonly<Record<string, TensorValue>>
  /** May be changed between steps, for schedules. */
  learningRate: number
  readonly #options: Required<Omit<AdamWOptions, 'decays' | 'learningRate'>>
  readonly #places: readonly Place[]
  readonly #weight: Float32Array
  readonly #gradient: Float32Array
  /** Running mean of the gradient. */
  readonly #mean: Float32Array
  /** Running mean of the gradient's square. */
  readonly #square: Float32Array
  #steps = 0

  /** Copies the initial weights. @throws RangeError naming those that are not f32. */
  constructor(
    initial: Iterable<readonly [path: string, value: TensorValue]>,
    { decays = () => true, learningRate = 1e-3, ...options }: AdamWOptions = {},
  ) {
    const given = [...initial]
    const wrong = given
      .filter(([, { dtype }]) => dtype !== 'f32')
      .map(([path, { dtype }]) => `${path} is ${dtype}`)
    if (wrong.length > 0)
      throw new RangeError(`AdamW: expected weights of f32, got ${wrong.join(', ')}; cast them first`)
    this.learningRate = learningRate
    this.#options = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01, ...options }
    const total = given.reduce((sum, [, { shape }]) => sum + elementCount(shape), 0)
    const block = (): Float32Array => new Float32Array(total)
    ;[this.#weight, this.#gradient, this.#mean, this.#square] = [block(), block(), block(), block()]
    const weights: Record<string, TensorValue> = {}
    const gradients: Record<string, TensorValue> = {}
    const places: Place[] = []
    let start = 0
    for (const [path, { shape, data }] of given) {
      const end = start + elementCount(shape)
      this.#weight.set(data as Float32Array, start)
      weights[path] = { dtype: 'f32', shape, data: this.#weight.subarray(start, end) }
      gradients[path] = { dtype: 'f32', shape, data: this.#gradient.subarray(start, end) }
      places.push({ start, end, decays: decays(path, shape) })
      start = end
    }
    this.weights = weights
    this.gradients = gradients
    this.#places = places
  }

  /**
   * Moves the weights against the gradients, in float64 between one load and one store of each number: one pass
   * over memory, where the twelve elementwise ops of a graph would be twelve.
   */
  step(): void {
    this.#steps++
    for (const place of this.#places) this.#update(place)
  }

  #update({ start, end, decays }: Place): void {
    const { beta1, beta2, epsilon, weightDecay } = this.#options
    const [weight, gradient, mean, square] = [this.#weight, this.#gradient, this.#mean, this.#square]
    const rate = this.learningRate / (1 - beta1 ** this.#steps)
    const keep = decays ? 1 - this.learningRate * weightDecay : 1
    const correction = 1 / Math.sqrt(1 - beta2 ** this.#steps)
    for (let i = start; i < end; i++) {
      const g = gradient[i]!
      const m = mean[i]! * beta1 + g * (1 - beta1)
      const s = square[i]! * beta2 + g * g * (1 - beta2)
      mean[i] = m
      square[i] = s
      weight[i] = weight[i]! * keep - (rate * m) / (Math.sqrt(s) * correction + epsilon)
    }
  }
}
