import fc from 'fast-check'
import {
  type DType,
  dim,
  evaluateShape,
  type Feeds,
  Graph,
  type Shape,
  type ShapeLike,
  shapeOf,
  type Tensor,
  tensorValue,
} from 'pentimento/graph'

/** Which numbers an operand holds. */
export type Domain =
  | 'real' // both signs, at least 0.1 from 0
  | 'positive' // 0.3 to 2.3
  | 'between' // far from whole numbers and their halves
  | 'count' // whole, −4 to 4
  | 'natural' // whole, 1 to 4
  | 'bit' // 0 or 1
  | 'byte'
  | { readonly below: number } // indices

/** An operand of a case; its shape may use the names in the case's sizes. */
export interface Operand {
  readonly shape: ShapeLike
  readonly domain: Domain
  /** `float` is whatever float type the case is made for. */
  readonly dtype: DType | 'float'
}

/** One op with operands that fit it. */
export interface OpCase {
  readonly label: string
  readonly sizes: Readonly<Record<string, number>>
  readonly operands: readonly Operand[]
  readonly seed: number
  /** Gives the result; `at` puts numbers in the place of names where the case is made without them. */
  build(operands: readonly Tensor[], at: (shape: ShapeLike) => Shape): Tensor
}

/** A case as a graph with values for its inputs. */
export interface MadeCase {
  readonly graph: Graph
  readonly inputs: readonly Tensor[]
  /** An input for each name, so that something binds it; to be an output beside the result. */
  readonly binders: readonly Tensor[]
  readonly output: Tensor
  readonly feeds: Feeds
}

export interface MakeOptions {
  readonly float: DType
  /** Keeps the names of sizes as symbolic dimensions. */
  readonly symbolic?: boolean
}

export function make(each: OpCase, { float, symbolic = false }: MakeOptions): MadeCase {
  const graph = new Graph()
  const bindings = new Map(Object.entries(each.sizes))
  const at = (shape: ShapeLike): Shape =>
    symbolic ? shapeOf(shape) : evaluateShape(shape.map(dim), bindings)
  const next = generator(each.seed)
  const feeds: Record<string, ReturnType<typeof tensorValue>> = {}
  const inputs = each.operands.map(({ shape, domain, dtype }, i) => {
    const type = dtype === 'float' ? float : dtype
    const concrete = evaluateShape(shapeOf(shape), bindings)
    const count = concrete.reduce((a, b) => a * b, 1)
    feeds[`x${i}`] = tensorValue(
      type,
      concrete,
      Array.from({ length: count }, () => sample(domain, next)),
    )
    return graph.input(`x${i}`, type, at(shape))
  })
  // An input that holds every name by itself binds those that stand in sums and products only.
  const binders: Tensor[] = []
  const names = symbolic ? Object.keys(each.sizes) : []
  for (const name of names) {
    binders.push(graph.input(`size.${name}`, 'u8', [name]))
    feeds[`size.${name}`] = tensorValue('u8', [each.sizes[name]!], new Array(each.sizes[name]!).fill(0))
  }
  return { graph, inputs, binders, output: each.build(inputs, at), feeds }
}

/** Numbers from 0 to 1, the same for the same seed. */
function generator(seed: number): () => number {
  let state = seed | 1
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0
    return ((state ^ (state >>> 13)) >>> 0) / 2 ** 32
  }
}

function sample(domain: Domain, next: () => number): number {
  const u = Math.fround(next())
  if (typeof domain === 'object') return Math.floor(u * domain.below)
  switch (domain) {
    case 'real':
      return Math.fround((u < 0.5 ? -1 : 1) * (0.1 + 2 * next()))
    case 'positive':
      return Math.fround(0.3 + 2 * u)
    case 'between':
      return Math.floor(u * 7) - 3 + (next() < 0.5 ? 0.25 : 0.75)
    case 'count':
      return Math.floor(u * 9) - 4
    case 'natural':
      return 1 + Math.floor(u * 4)
    case 'bit':
      return u < 0.5 ? 0 : 1
    case 'byte':
      return Math.floor(u * 256)
  }
}

/** A dimension of 1 to 4. */
export const size: fc.Arbitrary<number> = fc.integer({ min: 1, max: 4 })

export const seed: fc.Arbitrary<number> = fc.integer({ min: 1, max: 2 ** 30 })

/** A shape of up to four small dimensions. */
export const shape = (minRank = 0, maxRank = 4): fc.Arbitrary<number[]> =>
  fc.array(size, { minLength: minRank, maxLength: maxRank })

/** A shape that broadcasts to another: leading dimensions left out, some of the others 1. */
export function stretchable(target: readonly number[]): fc.Arbitrary<number[]> {
  return fc
    .tuple(
      fc.nat(target.length),
      fc.array(fc.boolean(), { minLength: target.length, maxLength: target.length }),
    )
    .map(([skip, ones]) => target.map((length, axis) => (ones[axis] ? 1 : length)).slice(skip))
}

/** Shapes of operands that broadcast together. */
export function broadcasting(count: number): fc.Arbitrary<number[][]> {
  return shape().chain((target) =>
    fc
      .tuple(fc.constant(target), ...Array.from({ length: count - 1 }, () => stretchable(target)))
      .chain((shapes) => fc.shuffledSubarray(shapes, { minLength: count, maxLength: count })),
  )
}

/** Puts the name `n` in the place of a shape's first dimension, so that the case can be made symbolic. */
export function named(concrete: readonly number[]): {
  shape: (number | string)[]
  sizes: Readonly<Record<string, number>>
} {
  const [first, ...rest] = concrete
  return first === undefined ? { shape: [], sizes: {} } : { shape: ['n', ...rest], sizes: { n: first } }
}

/** A float operand. */
export const real = (operandShape: ShapeLike): Operand => ({
  shape: operandShape,
  domain: 'real',
  dtype: 'float',
})
