import { describe, expect, it } from 'vitest'
import { GraphError } from './error.ts'
import * as t from './ops.ts'
import { bindSymbols, program } from './program.ts'
import { Graph } from './tensor.ts'
import { tensorValue } from './value.ts'

/** The message of what is thrown, without the place in code. */
function refusal(build: () => unknown): string {
  try {
    build()
  } catch (error) {
    if (error instanceof GraphError) return error.message.replace(/, at [^,]*$/, '')
    throw error
  }
  return 'nothing was thrown'
}

describe('a graph', () => {
  it('makes no node twice', () => {
    const graph = new Graph()
    const x = graph.input('x', 'f32', ['n', 4])
    const before = graph.size
    const y = t.add(t.mul(x, 2), 1)
    const made = graph.size
    expect(t.add(t.mul(x, 2), 1)).toBe(y)
    expect(graph.size).toBe(made)
    expect(made - before).toBe(4)
    expect(t.softmax(x, 1)).toBe(t.softmax(x, -1))
    expect(graph.input('x', 'f32', ['n', '2*2'])).toBe(x)
  })

  it('tells constants apart by content: −0 from 0, one NaN from none', () => {
    const graph = new Graph()
    const scalar = (value: number) => t.scalar(graph, value, 'f32')
    expect(scalar(0)).toBe(scalar(0))
    expect(scalar(-0)).not.toBe(scalar(0))
    expect(scalar(Number.NaN)).toBe(scalar(Number.NaN))
    expect(scalar(Number.POSITIVE_INFINITY)).not.toBe(scalar(Number.NEGATIVE_INFINITY))
    const long = tensorValue('f32', [100], new Array(100).fill(1))
    expect(graph.constant(long)).toBe(graph.constant(long))
    expect(graph.constant(long)).not.toBe(graph.constant(tensorValue('f32', [100], new Array(100).fill(1))))
  })

  it('has nodes that cannot be changed', () => {
    const node = t.exp(new Graph().input('x', 'f32', [1]))
    expect(Object.isFrozen(node)).toBe(true)
  })

  it('keeps graphs apart', () => {
    const [a, b] = [new Graph(), new Graph()].map((graph) => graph.input('x', 'f32', [2]))
    expect(refusal(() => t.add(a!, b!))).toMatchInlineSnapshot(
      `"add: the operands belong to different graphs"`,
    )
  })

  it('builds ten thousand nodes in a row, and walks them', () => {
    const graph = new Graph()
    let x = graph.input('x', 'f32', [2])
    for (let i = 0; i < 10_000; i++) x = t.tanh(x)
    expect(program({ x }).nodes.length).toBe(10_001)
  })

  it('gives a name to segments, the inner one inside', () => {
    const graph = new Graph()
    const x = graph.input('x', 'f32', [2])
    const [outer, inner] = graph.segment('outer', () => [t.exp(x), graph.segment('inner', () => t.log(x))])
    expect([x.segment, outer!.segment, inner!.segment, t.sin(x).segment]).toEqual([
      undefined,
      'outer',
      'inner',
      undefined,
    ])
  })
})

describe('a mistake is told at once', () => {
  const graph = new Graph()
  const a = graph.input('a', 'f32', [2, 3])
  const b = graph.input('b', 'f32', [4, 5])
  const tokens = graph.input('tokens', 'f32', ['tokens', 8])
  const whole = graph.input('whole', 'i64', [3])

  it('with the place in the code of the caller', () => {
    let thrown: unknown
    try {
      t.matmul(a, b)
    } catch (error) {
      thrown = error
    }
    expect(thrown).toBeInstanceOf(GraphError)
    expect((thrown as GraphError).code).toBe('shape')
    expect((thrown as GraphError).message).toMatch(/, at .*tensor\.test\.ts:\d+:\d+$/)
  })

  it('with the op and both shapes', () => {
    const mistakes = [
      () => t.matmul(a, b),
      () => t.matmul(tokens, a, { transposeB: true }),
      () => t.add(a, b),
      () => t.add(a, whole),
      () => t.exp(whole),
      () => t.concat([a, b], 0),
      () => t.reshape(a, [4, 2]),
      () => t.reshape(tokens, ['tokens', 2, 3]),
      () => t.reshape(a, [-1, 4]),
      () => t.slice(a, 1, 2, 5),
      () => t.split(a, 2),
      () => t.softmax(a, 2),
      () => t.transpose(a, [0, 0]),
      () => t.broadcastTo(a, [2, 4]),
      () => t.gather(a, b),
      () => t.where(a, b, b),
      () => t.conv2d(a, b),
      () => t.layerNorm(a, { epsilon: 1e-5, scale: b }),
      () => t.attention({ q: a, k: a, v: a }),
      () => t.pad(a, { before: [1], after: [1, 1] }),
      () => graph.parameter('w', 'f32', ['n', 2]),
      () => graph.input('a', 'f32', [3]),
    ]
    expect(mistakes.map(refusal).join('\n')).toMatchInlineSnapshot(`
      "matmul: f32 [2, 3] and f32 [4, 5] do not meet: 3 against 4
      matmul: f32 [tokens, 8] and f32 [2, 3] do not meet with transposeB: 8 against 3
      add: cannot broadcast f32 [2, 3] and f32 [4, 5]: 4 is neither 2 nor 1
      add: expected one dtype, got f32 [2, 3] and i64 [3]; cast one of them
      exp: expected float operands, got i64 [3]; cast them
      concat: f32 [2, 3] and f32 [4, 5] differ beside axis 0
      reshape: f32 [2, 3] has 6 elements, not the 8 of [4, 2]
      reshape: f32 [tokens, 8] has 8*tokens elements, not the 6*tokens of [tokens, 2, 3]
      reshape: [2, 3] does not divide into [1, 4] for the −1
      slice: 2 to 5 leaves axis 1 of f32 [2, 3]
      split: 3 does not divide into 2 equal pieces
      softmax: axis 2 is not one of f32 [2, 3]
      transpose: [0,0] does not order the axes of f32 [2, 3]
      broadcastTo: cannot broadcast f32 [2, 3] and f32 [2, 4]: 4 is neither 3 nor 1
      gather: expected i32 or i64 indices, got f32 [4, 5]
      where: expected a bool condition, got f32 [2, 3]
      conv2d: expected [batch, channels, height, width], got f32 [2, 3]
      layerNorm: expected scale and bias of [3], the last of f32 [2, 3], got f32 [4, 5]
      attention: expected [batch, heads, tokens, width] each, got f32 [2, 3] and f32 [2, 3] and f32 [2, 3]
      pad: expected a width before and after each axis of f32 [2, 3]
      parameter: expected a shape of numbers, got [n, 2]
      input 'a': is f32 [2,3] already, got f32 [3]; use another name"
    `)
  })

  it('when a name in a shape can be bound by nothing', () => {
    const half = new Graph().input('x', 'f32', ['h/2'])
    expect(refusal(() => program({ half }))).toMatchInlineSnapshot(
      `"input: nothing binds 'h': give some input a dimension that is 'h' alone"`,
    )
  })

  it('when values do not fit the inputs', () => {
    const { inputs } = program({ y: t.matmul(tokens, t.transpose(t.reshape(tokens, ['tokens', 8]))) })
    const bind = (shape: readonly number[], dtype = 'f32' as const) =>
      refusal(() => bindSymbols(inputs, () => ({ dtype, shape })))
    expect([bind([2, 8, 1]), bind([2, 7])].join('\n')).toMatchInlineSnapshot(`
      "input 'tokens': expected f32 [tokens, 8], got f32 [2, 8, 1]
      input 'tokens': expected f32 [tokens, 8], got f32 [2, 7] where tokens = 2"
    `)
    expect([...bindSymbols(inputs, () => ({ dtype: 'f32', shape: [5, 8] }))]).toEqual([['tokens', 5]])
  })
})
