import { describe, expect, it } from 'vitest'
import * as t from './ops.ts'
import { print } from './print.ts'
import { program, reachable } from './program.ts'
import { simplify } from './simplify.ts'
import { Graph, type Tensor } from './tensor.ts'
import { tensorValue } from './value.ts'

const graph = new Graph()
const x = graph.input('x', 'f32', [2, 3])
const y = graph.input('y', 'f32', [2, 3])
const n = graph.input('n', 'f32', ['n', 4])
const whole = graph.input('whole', 'i32', [2, 3])
const square = graph.input('square', 'f32', [3, 3])
const cube = graph.input('cube', 'f32', [2, 3, 4])
const truth = graph.input('truth', 'bool', [2, 3])
const zeros = (shape: readonly number[]): Tensor =>
  graph.constant(tensorValue('f32', shape, new Float32Array(shape.reduce((a, b) => a * b, 1))))

const wideZero = zeros([2, 2, 3])

/** The result as one line for each op that is left, leaves aside. */
function simplified(tensor: Tensor): string {
  const text = print(program(simplify({ r: tensor })))
  return text
    .split('\n')
    .filter((line) => !/^(input|parameter)/.test(line))
    .join('\n')
}

/** Each rewrite alone: where it applies, and next to it where it must not. */
const rewrites: Readonly<
  Record<string, { readonly from: Tensor; readonly to?: Tensor; readonly kept?: readonly Tensor[] }>
> = {
  // A zero of a larger shape stretches x.
  'x + 0': { from: t.add(0, x), to: x, kept: [t.add(x, 1), t.add(x, wideZero)] },
  'x − 0': { from: t.sub(x, 0), to: x, kept: [t.sub(0, x)] },
  'x · 1': { from: t.mul(x, 1), to: x, kept: [t.mul(x, 0)] },
  'x / 1': { from: t.div(x, 1), to: x, kept: [t.div(1, x)] },
  'x ^ 1': { from: t.pow(x, 1), to: x, kept: [t.pow(1, x)] },
  '−−x': { from: t.neg(t.neg(x)), to: x, kept: [t.abs(t.neg(x))] },
  'not not b': { from: t.not(t.not(truth)), to: truth },
  'a cast by way of a wider type': {
    from: t.cast(t.cast(whole, 'f64'), 'f32'),
    to: t.cast(whole, 'f32'),
    kept: [
      t.cast(t.cast(x, 'f16'), 'f32'),
      t.cast(t.cast(x, 'i32'), 'f32'),
      t.cast(t.cast(whole, 'f32'), 'i64'),
    ],
  },
  'a cast there and back': { from: t.cast(t.cast(x, 'f64'), 'f32'), to: x },
  'a product with a transposed operand': {
    from: t.matmul(x, t.transpose(square)),
    to: t.matmul(x, square, { transposeB: true }),
  },
  'a product of two transposed operands': {
    from: t.matmul(t.transpose(x), t.transpose(t.transpose(y)), { transposeA: false }),
    to: t.matmul(x, y, { transposeA: true }),
  },
  'a transposition of a transposition': {
    from: t.transpose(t.transpose(cube, [2, 0, 1]), [2, 0, 1]),
    to: t.transpose(cube, [1, 2, 0]),
    kept: [t.transpose(t.exp(t.transpose(cube)))],
  },
  'a transposition that only moves axes of 1': {
    from: t.transpose(t.reshape(x, [2, 1, 3]), [1, 0, 2]),
    to: t.reshape(x, [1, 2, 3]),
    kept: [t.transpose(x)],
  },
  'a reshape of a reshape': { from: t.reshape(t.reshape(x, [6]), [3, 2]), to: t.reshape(x, [3, 2]) },
  'a reshape there and back': { from: t.reshape(t.reshape(n, ['n*4']), ['n', 4]), to: n },
  'a stretch of a stretch': {
    from: t.broadcastTo(t.broadcastTo(t.reduceSum(x), [3]), [2, 3]),
    to: t.broadcastTo(t.reduceSum(x), [2, 3]),
  },
  'a stretch before an op that stretches': {
    from: t.mul(n, t.broadcastTo(t.sin(t.slice(n, 0, 0, 1)), ['n', 4])),
    to: t.mul(n, t.sin(t.slice(n, 0, 0, 1))),
    kept: [t.exp(t.broadcastTo(t.slice(n, 0, 0, 1), ['n', 4]))],
  },
  'pieces of one tensor put together again': {
    from: t.concat(t.split(n, 4), 1),
    to: n,
    kept: [t.concat([...t.split(n, 4)].reverse(), 1)],
  },
  'neighbouring pieces put together': {
    from: t.concat([t.slice(n, 1, 1, 2), t.slice(n, 1, 2, 4)], 1),
    to: t.slice(n, 1, 1, 4),
    kept: [t.concat([t.slice(n, 1, 0, 1), t.slice(n, 1, 2, 4)], 1)],
  },
  'a slice of a slice': { from: t.slice(t.slice(n, 1, 1, 4), 1, 1, 2), to: t.slice(n, 1, 2, 3) },
  'a slice of everything': { from: t.slice(n, 1, 0, 4), to: n },
  'padding by nothing': { from: t.pad(x, { before: [0, 0], after: [0, 0] }), to: x },
  'a reduction over axes of 1': {
    from: t.reduceSum(t.reshape(x, [2, 1, 3]), { axes: [1] }),
    to: x,
    kept: [t.reduceSum(x, { axes: [1] })],
  },
  'gradients of the pieces of a split': {
    from: t.add(
      t.add(t.concat([x, zeros([2, 5])], 1), t.concat([zeros([2, 3]), y, zeros([2, 2])], 1)),
      t.concat([zeros([2, 6]), t.slice(x, 1, 1)], 1),
    ),
    to: t.concat([x, y, t.slice(x, 1, 1)], 1),
    kept: [t.add(t.concat([x, y], 1), t.concat([zeros([2, 3]), x], 1))],
  },
  'ops on constants': {
    from: t.mul(x, t.exp(t.sub(t.scalar(graph, 3, 'f32'), 3))),
    to: x,
    kept: [t.after(t.scalar(graph, 3, 'f32'), t.scalar(graph, 1, 'f32'))],
  },
}

describe('each rewrite alone', () => {
  for (const [name, { from, to, kept = [] }] of Object.entries(rewrites))
    it(name, () => {
      if (to) expect(simplify({ r: from }).r).toBe(to)
      for (const each of kept) expect(simplify({ r: each }).r).toBe(each)
    })
})

describe('simplify', () => {
  it('leaves large constants alone', () => {
    const large = graph.constant(tensorValue('f32', [5000], new Float32Array(5000)))
    const sum = t.add(large, t.exp(large))
    expect(simplify({ sum }).sum).toBe(sum)
  })

  it('keeps what takes the place of a node in its segment', () => {
    const inner = graph.segment('block', () => t.exp(t.mul(t.add(x, 0), 1)))
    const { r } = simplify({ r: t.neg(t.neg(inner)) })
    expect(r).toBe(t.exp(x))
    expect(r.segment).toBe('block')
  })

  it('reaches everything: a chain of ten thousand ops', () => {
    let chain: Tensor = x
    for (let i = 0; i < 10_000; i++) chain = i % 2 === 0 ? t.tanh(chain) : t.add(chain, 0)
    expect(reachable([simplify({ chain }).chain]).length).toBe(5001)
  })

  it('prints what is left', () => {
    const product = t.matmul(t.transpose(t.cast(t.cast(x, 'f64'), 'f32')), t.div(t.add(t.mul(y, 1), 0), 1))
    expect(simplified(product)).toMatchInlineSnapshot(`
      "%0: f32[3, 3] = matmul(x, y) transposeA
      return r = %0"
    `)
  })
})
