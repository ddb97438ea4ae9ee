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

/** What an optimizer knows beside the weights: with it, it goes on as if it had never stopped. */
export interface AdamWState {
  /** Steps taken. */
  readonly steps: number
  /** Running means of the gradients by path. */
  readonly mean: Readonly<Record<string, TensorValue>>
  /** Running means of the gradients' squares by path. */
  readonly square: Readonly<Record<string, TensorValue>>
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
  /** Sum of the gradients of several runs; made when it is first needed. */
  #sum: Float32Array | undefined
  #runs = 0
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

  /** Steps taken so far. */
  get steps(): number {
    return this.#steps
  }

  /** Keeps the gradients of a run, to step along the mean of several; `gradients` may then be written again. */
  accumulate(): void {
    this.#sum ??= new Float32Array(this.#gradient.length)
    const [sum, gradient] = [this.#sum, this.#gradient]
    if (this.#runs++ === 0) sum.set(gradient)
    else for (let i = 0; i < sum.length; i++) sum[i]! += gradient[i]!
  }

  /** Length of the gradient as one vector: of the mean of what was accumulated, or else of the last run's. */
  gradientNorm(): number {
    const gradient = this.#runs > 0 ? this.#sum! : this.#gradient
    let total = 0
    for (let i = 0; i < gradient.length; i++) total += gradient[i]! * gradient[i]!
    return Math.sqrt(total) / Math.max(1, this.#runs)
  }

  /**
   * Moves the weights against the gradients, in float64 between one load and one store of each number: one pass
   * over memory, where the twelve elementwise ops of a graph would be twelve.
   * @param clip multiplies the gradients: below 1 it shortens them
   */
  step(clip = 1): void {
    this.#steps++
    const gradient = this.#runs > 0 ? this.#sum! : this.#gradient
    for (const place of this.#places) this.#update(place, gradient, clip / Math.max(1, this.#runs))
    this.#runs = 0
  }

  /** Views of what it knows, to be written to a file. */
  state(): AdamWState {
    return { steps: this.#steps, mean: this.#views(this.#mean), square: this.#views(this.#square) }
  }

  /** Goes on from a state. @throws RangeError naming a parameter that it lacks or has in another shape */
  restore({ steps, mean, square }: AdamWState): void {
    for (const [path, { shape }] of Object.entries(this.weights))
      for (const part of [mean, square])
        if (part[path]?.dtype !== 'f32' || part[path].shape.join() !== shape.join())
          throw new RangeError(`AdamW: expected a state of ${path} f32 [${shape}], got ${part[path]?.shape}`)
    const [means, squares] = [this.#views(this.#mean), this.#views(this.#square)]
    for (const path of Object.keys(this.weights)) {
      ;(means[path]!.data as Float32Array).set(mean[path]!.data as Float32Array)
      ;(squares[path]!.data as Float32Array).set(square[path]!.data as Float32Array)
    }
    this.#steps = steps
  }

  #views(block: Float32Array): Record<string, TensorValue> {
    const views = Object.entries(this.weights).map(([path, { dtype, shape }], i) => {
      const { start, end } = this.#places[i]!
      return [path, { dtype, shape, data: block.subarray(start, end) }] as const
    })
    return Object.fromEntries(views)
  }

  #update({ start, end, decays }: Place, gradient: Float32Array, scale: number): void {
    const { beta1, beta2, epsilon, weightDecay } = this.#options
    const [weight, mean, square] = [this.#weight, this.#mean, this.#square]
    const rate = this.learningRate / (1 - beta1 ** this.#steps)
    const keep = decays ? 1 - this.learningRate * weightDecay : 1
    const correction = 1 / Math.sqrt(1 - beta2 ** this.#steps)
    for (let i = start; i < end; i++) {
      const g = gradient[i]! * scale
      const m = mean[i]! * beta1 + g * (1 - beta1)
      const s = square[i]! * beta2 + g * g * (1 - beta2)
      mean[i] = m
      square[i] = s
      weight[i] = weight[i]! * keep - (rate * m) / (Math.sqrt(s) * correction + epsilon)
    }
  }
}
