import { dataOf, elementCount, type TensorValue } from '../graph/index.ts'
import { TrainError } from './error.ts'
import { type Kernel, openKernel } from './kernel.ts'
import { checkOption } from './options.ts'

/** Decoupled weight decay (Loshchilov and Hutter, arXiv:1711.05101), with PyTorch's defaults. */
export interface AdamWOptions {
  readonly learningRate?: number | undefined
  readonly beta1?: number | undefined
  readonly beta2?: number | undefined
  readonly epsilon?: number | undefined
  readonly weightDecay?: number | undefined
  /** Which parameters decay. Default: all. */
  readonly decays?: ((path: string, shape: readonly number[]) => boolean) | undefined
}

/** The state of an optimizer in addition to the weights; with it, training continues exactly. */
export interface AdamWState {
  /** Steps taken. */
  readonly steps: number
  /** Running means of the gradients by path. */
  readonly mean: Readonly<Record<string, TensorValue>>
  /** Running means of the gradients' squares by path. */
  readonly square: Readonly<Record<string, TensorValue>>
}

/** Where a parameter lies in the four blocks of its kernel's memory, in numbers from their start. */
interface Place {
  readonly path: string
  readonly shape: readonly number[]
  readonly arena: Arena
  readonly start: number
  readonly count: number
  readonly decays: boolean
}

/** Memory of some parameters: weights, gradients, means and squares, `length` numbers each, one after another. */
interface Arena {
  readonly kernel: Kernel
  readonly length: number
}

type Block = 'weight' | 'gradient' | 'mean' | 'square'

const blocks: readonly Block[] = ['weight', 'gradient', 'mean', 'square']

/** Numbers of one arena's block, unless a single parameter has more: a WebAssembly memory ends at 4 GiB. */
const arenaLength = 2 ** 26

/**
 * The weights of a model in training, f32, with their gradients and running means.
 * Give {@link weights} to each run, let it write into {@link gradients}, then take a {@link step}.
 */
export class AdamW {
  /** Views of the weights by path: every step changes them in place. */
  readonly weights: Readonly<Record<string, TensorValue>>
  /** Views of the gradients by path, to be written by a run (`into`). */
  readonly gradients: Readonly<Record<string, TensorValue>>
  /** May be changed between steps, for schedules. */
  learningRate: number
  readonly #options: {
    readonly beta1: number
    readonly beta2: number
    readonly epsilon: number
    readonly weightDecay: number
  }
  readonly #places: readonly Place[]
  readonly #arenas: readonly Arena[]
  /** Sums of the gradients of several runs, one for each arena; made when they are first needed. */
  #sums: readonly Float32Array[] | undefined
  #runs = 0
  #steps = 0

  /** Copies the initial weights. @throws TrainError naming those that are not f32, or an option out of range */
  constructor(
    initial: Iterable<readonly [path: string, value: TensorValue]>,
    {
      learningRate = 1e-3,
      beta1 = 0.9,
      beta2 = 0.999,
      epsilon = 1e-8,
      weightDecay = 0.01,
      decays = () => true,
    }: AdamWOptions = {},
  ) {
    const numbers = { learningRate, beta1, beta2, epsilon, weightDecay } as const
    for (const [name, value] of Object.entries(numbers)) checkOption(name as keyof typeof numbers, value)
    const given = [...initial]
    const wrong = given
      .filter(([, { dtype }]) => dtype !== 'f32')
      .map(([path, { dtype }]) => `${path} is ${dtype}`)
    if (wrong.length > 0)
      throw new TrainError(
        'input',
        `AdamW: expected weights of f32, got ${wrong.join(', ')}; cast them first`,
      )
    this.learningRate = learningRate
    this.#options = { beta1, beta2, epsilon, weightDecay }
    const { places, arenas } = layOut(given, decays)
    this.#places = places
    this.#arenas = arenas
    this.weights = this.#views('weight')
    this.gradients = this.#views('gradient')
    for (const [path, { data }] of given) dataOf(this.weights[path]!, 'f32').set(data as Float32Array)
  }

  /** Steps taken so far. */
  get steps(): number {
    return this.#steps
  }

  /** Keeps the gradients of a run, to step along the mean of several; `gradients` may then be written again. */
  accumulate(): void {
    this.#sums ??= this.#arenas.map(({ length }) => new Float32Array(length))
    for (const [i, arena] of this.#arenas.entries()) {
      const [sum, gradient] = [this.#sums[i]!, blockOf(arena, 'gradient')]
      if (this.#runs === 0) sum.set(gradient)
      else for (let at = 0; at < sum.length; at++) sum[at]! += gradient[at]!
    }
    this.#runs++
  }

  /** Length of the gradient as one vector: of the mean of what was accumulated, or else of the last run's. */
  gradientNorm(): number {
    this.#takeMean()
    let total = 0
    for (const { kernel, length } of this.#arenas)
      total += kernel.sumOfSquares(placeOf('gradient', length, 0), placeOf('gradient', length, length))
    return Math.sqrt(total)
  }

  /**
   * Moves the weights against the gradients: one pass over memory, where the twelve elementwise ops of a graph would be
   * twelve. @param clip multiplies the gradients: below 1 it shortens them
   */
  step(clip = 1): void {
    this.#takeMean()
    this.#steps++
    const { beta1, beta2, epsilon, weightDecay } = this.#options
    const factors = {
      rate: this.learningRate / (1 - beta1 ** this.#steps),
      correction: 1 / Math.sqrt(1 - beta2 ** this.#steps),
      scale: clip,
      beta1,
      beta2,
      epsilon,
    }
    for (const { arena, start, count, decays } of this.#places) {
      const [weight, gradient, mean, square] = blocks.map((block) => placeOf(block, arena.length, start))
      const keep = decays ? 1 - this.learningRate * weightDecay : 1
      arena.kernel.adamw(
        {
          weight: weight!,
          gradient: gradient!,
          mean: mean!,
          square: square!,
          end: placeOf('weight', arena.length, start + padded(count)),
        },
        { ...factors, keep },
      )
    }
  }

  /** Views of what it knows, to be written to a file. */
  state(): AdamWState {
    return { steps: this.#steps, mean: this.#views('mean'), square: this.#views('square') }
  }

  /** Continues from a state. @throws TrainError naming a parameter that it lacks or has in another shape */
  restore({ steps, mean, square }: AdamWState): void {
    for (const [path, { shape }] of Object.entries(this.weights))
      for (const part of [mean, square])
        if (part[path]?.dtype !== 'f32' || part[path].shape.join() !== shape.join())
          throw new TrainError(
            'state',
            `AdamW: expected a state of ${path} f32 [${shape}], got ${shownValue(part[path])}`,
          )
    const [means, squares] = [this.#views('mean'), this.#views('square')]
    for (const path of Object.keys(this.weights)) {
      dataOf(means[path]!, 'f32').set(dataOf(mean[path]!, 'f32'))
      dataOf(squares[path]!, 'f32').set(dataOf(square[path]!, 'f32'))
    }
    this.#steps = steps
  }

  /** Puts the mean of what was accumulated in the gradients' place. */
  #takeMean(): void {
    if (this.#runs === 0) return
    for (const [i, arena] of this.#arenas.entries()) {
      const [sum, gradient] = [this.#sums![i]!, blockOf(arena, 'gradient')]
      for (let at = 0; at < sum.length; at++) gradient[at] = sum[at]! / this.#runs
    }
    this.#runs = 0
  }

  #views(block: Block): Record<string, TensorValue> {
    const views = this.#places.map(({ path, shape, arena, start, count }) => {
      const data = blockOf(arena, block).subarray(start, start + count)
      return [path, { dtype: 'f32', shape, data }] as const
    })
    return Object.fromEntries(views)
  }
}

/** The kernels work on four numbers at a time; a parameter is followed by zeros up to the next such place. */
const padded = (count: number): number => Math.ceil(count / 4) * 4

/** Byte offset of a number of a block. */
function placeOf(block: Block, length: number, at: number): number {
  return 4 * (blocks.indexOf(block) * length + at)
}

function shownValue(value: TensorValue | undefined): string {
  return value ? `${value.dtype} [${value.shape}]` : 'nothing'
}

function blockOf({ kernel, length }: Arena, block: Block): Float32Array {
  return new Float32Array(kernel.buffer, placeOf(block, length, 0), length)
}

/** Lays parameters out in arenas, in their order. */
function layOut(
  given: readonly (readonly [path: string, value: TensorValue])[],
  decays: (path: string, shape: readonly number[]) => boolean,
): { readonly places: readonly Place[]; readonly arenas: readonly Arena[] } {
  const groups: { members: (readonly [string, readonly number[]])[]; length: number }[] = []
  for (const [path, { shape }] of given) {
    const length = padded(elementCount(shape))
    const last = groups.at(-1)
    if (last && last.length + length <= arenaLength) {
      last.members.push([path, shape])
      last.length += length
    } else groups.push({ members: [[path, shape]], length })
  }
  const arenas: Arena[] = []
  const places: Place[] = []
  for (const { members, length } of groups) {
    const arena = { kernel: openKernel(blocks.length * length), length }
    arenas.push(arena)
    let start = 0
    for (const [path, shape] of members) {
      const count = elementCount(shape)
      places.push({ path, shape, arena, start, count, decays: decays(path, shape) })
      start += padded(count)
    }
  }
  return { places, arenas }
}
