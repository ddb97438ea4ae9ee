import fc from 'fast-check'
import type { DType, Feeds, Tensor, TensorValue } from 'pentimento/graph'
import * as g from 'pentimento/graph'
import { seed } from './case.ts'

/** A recipe for a random small graph: each step takes earlier results by number and makes one more. */
export interface GraphCase {
  readonly batch: number
  readonly rows: number
  readonly width: number
  readonly steps: readonly {
    readonly kind: number
    readonly a: number
    readonly b: number
    readonly segment: number
  }[]
  readonly seed: number
}

export interface MadeGraph {
  readonly inputs: readonly Tensor[]
  readonly outputs: Readonly<Record<string, Tensor>>
  readonly feeds: Feeds
}

/** Steps keep the shape [batch, rows, width] and sizes near 1, so that any of them can follow any other. */
const steps: readonly ((x: Tensor, y: Tensor, w: Tensor) => Tensor)[] = [
  (x, y) => g.add(x, y),
  (x, y) => g.mul(g.sub(x, y), 0.5),
  (x, y) => g.mul(g.tanh(x), y),
  (x) => g.silu(x),
  (x) => g.gelu(x),
  (x) => g.div(x, g.add(g.square(x), 1)),
  (x) => g.softmax(x),
  (x, _, w) => g.layerNorm(x, { epsilon: 0.1, scale: g.reshape(g.slice(w, 0, 0, 1), [w.shape[1]!]) }),
  (x) => g.rmsNorm(x, { epsilon: 0.1 }),
  (x, _, w) => g.mul(g.matmul(x, w), 0.5),
  (x, _, w) => g.mul(g.matmul(x, w, { transposeB: true }), 0.5),
  (x, y) => g.mul(g.matmul(g.matmul(x, y, { transposeB: true }), y), 0.2),
  (x, y) => g.add(x, g.reduceMean(y, { axes: [1], keepDims: true })),
  (x, y) => g.sub(x, g.reduceMax(y, { axes: [-1], keepDims: true })),
  (x) => g.transpose(g.transpose(x, [2, 0, 1]), [1, 2, 0]),
  (x) => g.reshape(g.reshape(x, [-1]), x.shape),
  (x, y) => {
    const both = g.concat([x, y], 2)
    const [first, second] = g.split(both, 2, 2) as [Tensor, Tensor]
    return g.mul(first, g.sigmoid(second))
  },
  (x) => {
    const parts = g.split(x, [1, (x.shape[2] as number) - 1], 2) as [Tensor, Tensor]
    return g.concat([g.sin(parts[1]), g.cos(parts[0])], 2)
  },
  (x, y) => g.where(g.less(x, y), x, g.mul(y, 2)),
  (x, y) => g.squeeze(g.attention({ q: g.unsqueeze(x, 1), k: g.unsqueeze(y, 1), v: g.unsqueeze(y, 1) }), 1),
  (x) => g.slice(g.pad(x, { before: [0, 0, 1], after: [0, 0, 2] }), 2, 1, (x.shape[2] as number) + 1),
]

export const smallGraphs: fc.Arbitrary<GraphCase> = fc.record({
  batch: fc.integer({ min: 1, max: 2 }),
  rows: fc.integer({ min: 1, max: 3 }),
  width: fc.integer({ min: 2, max: 4 }),
  steps: fc.array(
    fc.record({ kind: fc.nat(steps.length - 1), a: fc.nat(20), b: fc.nat(20), segment: fc.nat(2) }),
    { minLength: 2, maxLength: 10 },
  ),
  seed,
})

/** Builds the graph; symbolic dimensions are batch and rows. */
export function makeGraph(each: GraphCase, float: DType, symbolic = false): MadeGraph {
  const { batch, rows, width } = each
  const graph = new g.Graph()
  const shape = symbolic ? ['batch', 'rows', width] : [batch, rows, width]
  const inputs = [
    graph.input('x', float, shape),
    graph.input('y', float, shape),
    graph.input('w', float, [width, width]),
  ] as const
  const [x, y, w] = inputs
  const results: Tensor[] = [x, y]
  each.steps.forEach(({ kind, a, b, segment }) => {
    const [first, second] = [results[a % results.length]!, results[b % results.length]!]
    const build = () => steps[kind]!(first, second, w)
    results.push(segment === 0 ? build() : graph.segment(`part.${segment}`, build))
  })
  const value = (dims: readonly number[], phase: number): TensorValue => {
    const length = dims.reduce((p, d) => p * d, 1)
    const numbers = Array.from({ length }, (_, i) =>
      Math.fround(Math.sin((each.seed % 1000) + phase + i * 1.7)),
    )
    return g.tensorValue(float, dims, numbers)
  }
  const whole = [batch, rows, width]
  return {
    inputs,
    // Everything is used: the last result, and a sum that touches all inputs.
    outputs: { last: results.at(-1)!, all: g.add(g.add(x, y), g.matmul(x, w)) },
    feeds: { x: value(whole, 1), y: value(whole, 2), w: value([width, width], 3) },
  }
}
