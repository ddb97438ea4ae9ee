import { describe, expect, it } from 'vitest'
import { dim } from './dim.ts'
import { GraphError } from './error.ts'
import * as t from './ops.ts'
import { bindSymbols, program, sizeChecks } from './program.ts'
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

  it('tells constants apart by dtype, shape and content, in a Buffer too', () => {
    const graph = new Graph()
    const bytes = (shape: readonly number[], data: Uint8Array) => graph.constant({ dtype: 'u8', shape, data })
    expect(bytes([2], Buffer.from([1, 2]))).toBe(bytes([2], Uint8Array.of(1, 2)))
    expect(bytes([1, 2], Buffer.from([1, 2]))).not.toBe(bytes([2], Uint8Array.of(1, 2)))
    expect(graph.constant({ dtype: 'bool', shape: [2], data: Uint8Array.of(1, 0) })).not.toBe(
      bytes([2], Uint8Array.of(1, 0)),
    )
    // A long one is known by its identity: were its bytes written out, they would be a long string.
    const long = Buffer.alloc(2 ** 22)
    expect(bytes([2 ** 22], long)).toBe(bytes([2 ** 22], long))
    expect(bytes([100], Buffer.alloc(100))).not.toBe(bytes([100], Buffer.alloc(100)))
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
      input 'a': input 'a' is f32 [2, 3] already, got f32 [3]; use another name"
    `)
  })

  it('with the parameter that makes no sense', () => {
    const x = graph.input('image', 'f32', [1, 4, 3, 3])
    const w = graph.input('kernel', 'f32', [4, 4, 1, 1])
    const ids = graph.input('ids', 'i64', [3])
    const conv = (options: t.ConvOptions) => () => t.conv2d(x, w, undefined, options)
    const quantized = (bits: number, block: number) => () =>
      t.dequantize({
        q: graph.input('q', 'u8', [8, 1, 32]),
        scales: graph.input('s', 'f32', [8, 1]),
        bits: bits as 8,
        block,
        inner: 32,
      })
    const mistakes = [
      () => t.upsampleNearest2d(x, 1.5),
      () => t.upsampleNearest2d(x, 0),
      conv({ stride: 0 }),
      conv({ stride: [1, 0.5] }),
      conv({ dilation: 0 }),
      conv({ padding: -1 }),
      conv({ groups: 0 }),
      () => t.convTranspose2d(x, w, { groups: 3 }),
      () => t.convTranspose2d(x, w, { padding: 5 }),
      () => t.convTranspose2d(x, w, { outputPadding: -1 }),
      () => t.groupNorm(x, { groups: 0, epsilon: 1e-6 }),
      quantized(3, 32),
      quantized(8, 0),
      () => t.iota(graph, 4, 'bool'),
      () => t.iota(graph, 4, 'f8e4m3'),
      () => t.sizeAsTensor(graph, 'n', 'bool'),
      () => graph.input('wrong', 'float32' as 'f32', [1]),
      () => graph.parameter('wrong', 'float32' as 'f32', [1]),
      () => t.cast(x, 'float32' as 'f32'),
      () => graph.constant({ dtype: 'f32', shape: [3], data: new Float32Array(2) }),
      () => graph.constant({ dtype: 'f32', shape: [2], data: new Float64Array(2) }),
      () => graph.constant({ dtype: 'single' as 'f32', shape: [2], data: new Float32Array(2) }),
      () => t.scatterAdd({ indices: ids, updates: a }, { axis: 7, size: 5 }),
      () => t.unsqueeze(a, 4),
      () => t.concat([a], 2),
      () => graph.parameter('a', 'f32', [2, 3]),
      () => tensorValue('i64', [1], [Number.NaN]),
      () => t.add(a, undefined as never),
      () => t.add(a, '1' as never),
      () => t.add(1, 2),
    ]
    expect(mistakes.map(refusal).join('\n')).toMatchInlineSnapshot(`
      "upsampleNearest2d: scale: expected whole numbers of at least 1, got 1.5
      upsampleNearest2d: scale: expected whole numbers of at least 1, got 0
      conv2d: stride: expected whole numbers of at least 1, got 0, 0
      conv2d: stride: expected whole numbers of at least 1, got 1, 0.5
      conv2d: dilation: expected whole numbers of at least 1, got 0, 0
      conv2d: padding: expected whole numbers of at least 0, got -1, -1, -1, -1
      conv2d: groups: expected whole numbers of at least 1, got 0
      convTranspose2d: f32 [1, 4, 3, 3] and f32 [4, 4, 1, 1] do not fit 3 groups: expected 4 channels, a multiple of the groups
      convTranspose2d: the padding 10 leaves nothing of f32 [1, 4, 3, 3] and f32 [4, 4, 1, 1]
      convTranspose2d: output padding: expected whole numbers of at least 0, got -1, -1
      groupNorm: groups: expected whole numbers of at least 1, got 0
      dequantize: bits: expected 4 or 8, got 3
      dequantize: block and inner: expected whole numbers of at least 1, got 0, 32
      iota: expected a dtype of numbers to compute with, got bool; cast afterwards
      iota: expected a dtype of numbers to compute with, got f8e4m3; cast afterwards
      size: expected a dtype of numbers to compute with, got bool; cast afterwards
      input: expected one of f64, f32, f16, bf16, f8e4m3, f8e5m2, i64, i32, u8, bool, got 'float32'
      parameter: expected one of f64, f32, f16, bf16, f8e4m3, f8e5m2, i64, i32, u8, bool, got 'float32'
      cast: expected one of f64, f32, f16, bf16, f8e4m3, f8e5m2, i64, i32, u8, bool, got 'float32'
      constant: expected 3 elements in a Float32Array for f32 [3], got 2 in a Float32Array
      constant: expected 2 elements in a Float32Array for f32 [2], got 2 in a Float64Array
      constant: expected one of f64, f32, f16, bf16, f8e4m3, f8e5m2, i64, i32, u8, bool, got 'single'
      scatterAdd: axis 7 is not one of a result of 2 dimensions
      unsqueeze: axis 4 is not one of a result of 3 dimensions
      concat: axis 2 is not one of f32 [2, 3]
      parameter 'a': input 'a' is f32 [2, 3] already, got f32 [2, 3]; use another name
      tensorValue: NaN is no i64
      add: expected tensors and numbers, got undefined
      add: expected tensors and numbers, got '1'
      add: expected at least one tensor, got the numbers 1,2"
    `)
  })

  it('counts negative axes from the end, everywhere', () => {
    const rows = graph.input('rows', 'i64', [3])
    const updates = graph.input('updates', 'f32', [2, 3])
    const add = (axis: number) => t.scatterAdd({ indices: rows, updates }, { axis, size: 5 })
    expect(add(-1)).toBe(add(1))
    expect(t.gather(a, rows, -1)).toBe(t.gather(a, rows, 1))
    expect(t.transpose(a, [-1, -2])).toBe(t.transpose(a, [1, 0]))
    expect(t.unsqueeze(a, -1)).toBe(t.unsqueeze(a, 2))
    expect(t.concat([a, a], -2)).toBe(t.concat([a, a], 0))
    expect(t.reduceMax(a, { axes: [-1] })).toBe(t.reduceMax(a, { axes: [1] }))
    expect(t.argMax(a, -2)).toBe(t.argMax(a, 0))
  })

  it('when a name that is computed with can be bound by nothing', () => {
    const x = new Graph().input('x', 'f32', ['h/2'])
    const names = [
      { half: x },
      { size: t.sizeAsTensor(graph, 'foo', 'f32') },
      { slice: t.slice(tokens, 0, dim('start'), dim('start+2')) },
    ]
    expect(names.map((outputs) => refusal(() => program(outputs))).join('\n')).toMatchInlineSnapshot(`
      "input: nothing binds 'h': give some input a dimension that is 'h' alone
      size: nothing binds 'foo': give some input a dimension that is 'foo' alone
      slice: nothing binds 'start': give some input a dimension that is 'start' alone"
    `)
  })

  it('when nothing is reduced to one number', () => {
    const empty = graph.input('empty', 'f32', [2, 0])
    const open = graph.input('open', 'f32', ['rows', 2])
    expect(t.reduceSum(empty, { axes: [1] }).shape).toEqual([2])
    const mistakes = [
      () => t.reduceMean(empty),
      () => t.reduceMax(empty, { axes: [1] }),
      () => t.argMax(empty),
      () => sizeChecks(program({ y: t.reduceMax(open, { axes: [0] }) }).nodes)(new Map([['rows', 0]])),
    ]
    expect(mistakes.map(refusal).join('\n')).toMatchInlineSnapshot(`
      "reduceMean: expected elements along axis 1, got f32 [2, 0]
      reduceMax: expected elements along axis 1, got f32 [2, 0]
      argMax: expected elements along axis 1, got f32 [2, 0]
      reduceMax: expected elements along axis 0, got none"
    `)
  })

  it('when a slice between named places leaves its tensor', () => {
    const own = new Graph()
    const z = own.input('z', 'f32', [2, 'n'])
    const m = own.input('m', 'f32', ['m'])
    const checks = sizeChecks(program({ y: t.slice(z, 1, 0, dim('m')), m }).nodes)
    checks(
      new Map([
        ['n', 3],
        ['m', 3],
      ]),
    )
    expect(
      refusal(() =>
        checks(
          new Map([
            ['n', 2],
            ['m', 3],
          ]),
        ),
      ),
    ).toMatchInlineSnapshot(`"slice: 0 to 3 leaves axis 1 of length 2"`)
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
