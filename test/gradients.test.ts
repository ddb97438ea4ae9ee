import fc from 'fast-check'
import {
  add,
  attention,
  cast,
  conv2d,
  type DType,
  dequantize,
  type Feeds,
  Graph,
  gather,
  grad,
  interpret,
  isFloat,
  layerNorm,
  less,
  matmul,
  mul,
  numbersOf,
  type Op,
  ops,
  quantizedMatmul,
  reduceSum,
  rmsNorm,
  rotary,
  round,
  silu,
  softmax,
  stopGradient,
  type Tensor,
  type TensorValue,
  tensorValue,
  where,
} from 'pentimento/graph'
import { describe, expect, it } from 'vitest'
import { make, type OpCase } from './ops/case.ts'
import { opCases } from './ops/opCases.ts'
import { type GraphCase, makeGraph, smallGraphs } from './ops/smallGraphs.ts'
import { runs } from './runs.ts'

/** What is said of an op that passes no gradient on. */
const flat: { readonly [O in Op]?: string } = {
  sign: 'sign is piecewise constant, so its gradient is 0',
  floor: 'floor is piecewise constant, so its gradient is 0',
  round: 'round is piecewise constant, so its gradient is 0',
  stopGradient: 'stopGradient blocks the gradient',
  equal: 'equal gives whole numbers, which have no gradient',
  less: 'less gives whole numbers, which have no gradient',
  lessEqual: 'lessEqual gives whole numbers, which have no gradient',
  argMax: 'argMax gives whole numbers, which have no gradient',
}

/** Ops whose operands, if they have any, are no floats. */
const withoutFloats: readonly Op[] = ['constant', 'size', 'iota', 'not', 'and', 'or']

/** A number that depends on every element of y in its own way. */
function weighted(y: Tensor): Tensor {
  const size = y.shape.reduce<number>((product, d) => product * (d as number), 1)
  const weights = tensorValue(
    'f64',
    y.shape as number[],
    Float64Array.from({ length: size }, (_, i) => Math.cos(i * 2.3)),
  )
  return reduceSum(mul(y, y.graph.constant(weights)))
}

/** Moves the chosen feeds by `by` in a direction of their own. */
function moved(feeds: Feeds, names: readonly string[], by: number): Feeds {
  const changed = names.map((name, n): [string, TensorValue] => {
    const { dtype, shape } = feeds[name]!
    return [
      name,
      tensorValue(
        dtype,
        shape,
        numbersOf(feeds[name]!).map((x, i) => x + by * direction(n, i)),
      ),
    ]
  })
  return { ...feeds, ...Object.fromEntries(changed) }
}

const direction = (n: number, i: number): number => Math.sin(1 + n * 3.1 + i * 1.7)

/** The slope of the loss along a direction, from the gradients and from central differences of some steps. */
function slopes(
  loss: Tensor,
  wrt: readonly Tensor[],
  feeds: Feeds,
): { gradient: number; differences: readonly number[] } {
  const names = wrt.map((x) => (x.params as { name: string }).name)
  const gradients = grad(loss, wrt)
  const outputs = Object.fromEntries(names.map((name, i) => [name, gradients[i]!]))
  const values = interpret(outputs, feeds)
  const gradient = names.reduce(
    (sum, name, n) => sum + numbersOf(values[name]!).reduce((each, g, i) => each + g * direction(n, i), 0),
    0,
  )
  const at = (by: number) => numbersOf(interpret({ loss }, moved(feeds, names, by)).loss)[0]!
  // Of fourth order, because the norms of nearly equal numbers bend sharply.
  const difference = (h: number) => (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h)
  return { gradient, differences: steps.map(difference) }
}

/** Two numbers that `maximum` compares may be nearer than the first step; they are hardly ever nearer than the second. */
const steps = [2e-5, 2e-7] as const

function expectSlopes(loss: Tensor, wrt: readonly Tensor[], feeds: Feeds): void {
  const { gradient, differences } = slopes(loss, wrt, feeds)
  const errors = differences.map((each) => Math.abs(gradient - each) / Math.max(1, Math.abs(each)))
  expect(Math.min(...errors)).toBeLessThanOrEqual(1e-6)
}

describe('the gradient of every op', () => {
  for (const op of Object.keys(ops) as Op[])
    if (flat[op])
      it(`${op} has none, and says why`, () => {
        for (const each of fc.sample(opCases[op], { numRuns: 20, seed: 7 })) {
          const { graph, inputs, output, feeds } = make(each, { float: 'f64' })
          const x = inputs.find(({ dtype }) => isFloat(dtype))
          if (!x) continue
          const other = graph.input('other', 'f64', [])
          const through = reduceSum(cast(output, 'f64'))
          const name = `input '${(x.params as { name: string }).name}' (0 of wrt)`
          expect(() => grad(mul(through, other), [x])).toThrow(
            `grad: no gradient reaches ${name}: ${flat[op]}, at `,
          )
          // Beside another path it counts as 0.
          const [dx] = grad(add(through, reduceSum(mul(x, 3))), [x])
          expect(new Set(numbersOf(interpret({ dx }, feeds).dx))).toEqual(new Set([3]))
        }
      })
    else if (op === 'dequantize')
      continue // It computes in f32, too coarse for differences: below, by hand.
    else if (withoutFloats.includes(op))
      it(`${op} takes no floats`, () => {
        for (const each of fc.sample(opCases[op], { numRuns: 20, seed: 7 })) {
          const { inputs, output } = make(each, { float: 'f64' })
          for (const x of output.inputs.filter(({ op: other }) => other === 'input')) {
            expect(inputs).toContain(x)
            expect(() => grad(reduceSum(cast(output, 'f64')), { x })).toThrow(
              /^grad: input 'x\d' \(x of wrt\) is bool, and only floats have gradients; /,
            )
          }
        }
      })
    else
      it(`${op} is what finite differences say`, () => {
        const cases = opCases[op]
          .map((each: OpCase) => {
            const { inputs, output, feeds } = make(each, { float: 'f64' })
            const floats = inputs.filter((_, i) => ['float', 'f64'].includes(each.operands[i]!.dtype))
            return { output, feeds, floats }
          })
          // No precondition, because few casts are of floats to floats: fast-check gives up after a hundred for each run.
          .filter(({ output, floats }) => output.dtype === 'f64' && floats.length > 0)
        fc.assert(
          fc.property(cases, ({ output, feeds, floats }) => expectSlopes(weighted(output), floats, feeds)),
          { numRuns: runs(15) },
        )
      })
})

describe('the gradient of small graphs', () => {
  it('is what finite differences say', () => {
    fc.assert(
      fc.property(smallGraphs, (each: GraphCase) => {
        const { inputs, outputs, feeds } = makeGraph(each, 'f64')
        const loss = Object.values(outputs)
          .map(weighted)
          .reduce((a, b) => add(a, b))
        expectSlopes(loss, inputs, feeds)
      }),
      { numRuns: runs(60) },
    )
  })

  it('is the same when segments are computed again', () => {
    fc.assert(
      fc.property(smallGraphs, (each: GraphCase) => {
        const { inputs, outputs, feeds } = makeGraph(each, 'f64')
        const loss = Object.values(outputs)
          .map(weighted)
          .reduce((a, b) => add(a, b))
        const kept = grad(loss, inputs)
        const again = grad(loss, inputs, { recompute: () => true })
        const values = (gradients: readonly Tensor[]) =>
          interpret(Object.fromEntries(gradients.map((g, i) => [`g${i}`, g])), feeds)
        expect(values(again)).toEqual(values(kept))
      }),
      { numRuns: runs(40) },
    )
  })
})

describe('gradients by hand', () => {
  const f64: DType = 'f64'
  const graph = () => new Graph()
  const input = (g: Graph, name: string, shape: readonly number[]) => g.input(name, f64, shape)
  const value = (shape: readonly number[], seed = 1) => {
    const length = shape.reduce((a, b) => a * b, 1)
    return tensorValue(
      f64,
      shape,
      Array.from({ length }, (_, i) => Math.sin(seed + i * 1.3)),
    )
  }
  const numbers = (tensor: Tensor, feeds: Feeds) => [...numbersOf(interpret({ tensor }, feeds).tensor)]
  const close = (wanted: readonly number[]) => wanted.map((x) => expect.closeTo(x, 10))

  it('add: a broadcast operand gets the sum over what it was stretched to', () => {
    const g = graph()
    const [a, b] = [input(g, 'a', [2, 3]), input(g, 'b', [3])]
    const [da, db] = grad(reduceSum(mul(add(a, b), a)), [a, b])
    const feeds = { a: value([2, 3]), b: value([3], 2) }
    const [x, y] = [numbersOf(feeds.a), numbersOf(feeds.b)]
    // L = Σ (a + b)·a: dL/da = 2a + b, dL/db = Σ over rows of a
    expect(numbers(da, feeds)).toEqual(close([...x].map((each, i) => 2 * each + y[i % 3]!)))
    expect(numbers(db, feeds)).toEqual(close([0, 1, 2].map((i) => x[i]! + x[i + 3]!)))
  })

  it('matmul: d(a·b) = g·bᵀ and aᵀ·g', () => {
    const g = graph()
    const [a, b] = [input(g, 'a', [1, 2]), input(g, 'b', [2, 1])]
    const [da, db] = grad(reduceSum(matmul(a, b)), [a, b])
    const feeds = { a: value([1, 2]), b: value([2, 1], 2) }
    expect(numbers(da, feeds)).toEqual([...numbersOf(feeds.b)])
    expect(numbers(db, feeds)).toEqual([...numbersOf(feeds.a)])
  })

  it('softmax: dx = y·(g − Σ g·y)', () => {
    const g = graph()
    const x = input(g, 'x', [3])
    const pick = g.constant(tensorValue(f64, [3], [0, 1, 0]))
    const [dx] = grad(reduceSum(mul(softmax(x), pick)), [x])
    const feeds = { x: value([3]) }
    const y = numbers(softmax(x), feeds)
    expect(numbers(dx, feeds)).toEqual(close(y.map((each, i) => each * ((i === 1 ? 1 : 0) - y[1]!))))
  })

  it('rmsNorm: dx = r·(g − n·mean(g·n)), n = x·r, r = (mean x² + ε)^−½', () => {
    const g = graph()
    const x = input(g, 'x', [2])
    const [dx] = grad(
      reduceSum(mul(rmsNorm(x, { epsilon: 0.5 }), g.constant(tensorValue(f64, [2], [1, 3])))),
      [x],
    )
    const feeds = { x: tensorValue(f64, [2], [1, 2]) }
    const r = 1 / Math.sqrt((1 + 4) / 2 + 0.5)
    const along = (1 * r + 3 * 2 * r) / 2
    expect(numbers(dx, feeds)).toEqual(close([r * (1 - r * along), r * (3 - 2 * r * along)]))
  })

  it('layerNorm: moving all of a row moves nothing', () => {
    const g = graph()
    const x = input(g, 'x', [1, 4])
    const pick = g.constant(tensorValue(f64, [1, 4], [1, -2, 0.5, 3]))
    const [dx] = grad(reduceSum(mul(layerNorm(x, { epsilon: 1e-6 }), pick)), [x])
    const total = numbers(dx, { x: value([1, 4]) }).reduce((a, b) => a + b, 0)
    expect(total).toBeCloseTo(0, 10)
  })

  it('silu: dy = σ(x)·(1 + x·(1 − σ(x)))', () => {
    const g = graph()
    const x = input(g, 'x', [3])
    const [dx] = grad(reduceSum(silu(x)), [x])
    const feeds = { x: value([3]) }
    const wanted = [...numbersOf(feeds.x)].map((each) => {
      const s = 1 / (1 + Math.exp(-each))
      return s * (1 + each * (1 - s))
    })
    expect(numbers(dx, feeds)).toEqual(close(wanted))
  })

  it('where: each side gets the gradient where it was chosen', () => {
    const g = graph()
    const [a, b] = [input(g, 'a', [2]), input(g, 'b', [2])]
    const chosen = g.constant(tensorValue('bool', [2], [1, 0]))
    const [da, db] = grad(reduceSum(where(chosen, a, b)), [a, b])
    expect([numbers(da, {}), numbers(db, {})]).toEqual([
      [1, 0],
      [0, 1],
    ])
  })

  it('gather: a row that is looked up twice gets both gradients', () => {
    const g = graph()
    const x = input(g, 'x', [3, 1])
    const ids = g.constant(tensorValue('i64', [3], [2, 0, 2]))
    const weights = g.constant(tensorValue(f64, [3, 1], [1, 10, 100]))
    const [dx] = grad(reduceSum(mul(gather(x, ids), weights)), [x])
    expect(numbers(dx, { x: value([3, 1]) })).toEqual([10, 0, 101])
  })

  it('conv2d: dw is the sum of what each tap of the kernel saw', () => {
    const g = graph()
    const [x, w] = [input(g, 'x', [1, 1, 3, 3]), input(g, 'w', [1, 1, 2, 2])]
    const [dw] = grad(reduceSum(conv2d(x, w)), [w])
    const nine = tensorValue(f64, [1, 1, 3, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(numbers(dw, { x: nine, w: value([1, 1, 2, 2]) })).toEqual([12, 16, 24, 28])
  })

  it('rotary: a turn keeps lengths, so that its gradient turns back', () => {
    const g = graph()
    const x = input(g, 'x', [1, 4])
    const [cosines, sines] = [
      [0.6, 0.8],
      [0.8, -0.6],
    ].map((row) => g.constant(tensorValue(f64, [1, 2], row)))
    for (const style of ['interleaved', 'half'] as const) {
      const y = rotary(x, cosines!, sines!, style)
      // L = ½ Σ y² = ½ Σ x²: dL/dx = x
      const [dx] = grad(reduceSum(mul(mul(y, y), 0.5)), [x])
      const feeds = { x: value([1, 4]) }
      expect(numbers(dx, feeds)).toEqual(close([...numbersOf(feeds.x)]))
    }
  })

  it('attention: a query that sees one key alone passes everything to that value', () => {
    const g = graph()
    const [q, k, v] = ['q', 'k', 'v'].map((name) => input(g, name, [1, 1, 2, 2])) as [Tensor, Tensor, Tensor]
    const mask = g.constant(tensorValue('bool', [2, 2], [1, 0, 0, 1]))
    const [dq, dk, dv] = grad(reduceSum(attention({ q, k, v, mask })), [q, k, v])
    const feeds = { q: value([1, 1, 2, 2]), k: value([1, 1, 2, 2], 2), v: value([1, 1, 2, 2], 3) }
    expect(numbers(dv!, feeds)).toEqual([1, 1, 1, 1])
    expect([...numbers(dq!, feeds), ...numbers(dk!, feeds)]).toEqual(close(new Array(8).fill(0)))
  })

  /** A quantised matrix of two rows of 40 in blocks of 32, 8 bits. */
  const quantized = (g: Graph) => ({
    q: g.constant(
      tensorValue(
        'u8',
        [2, 2, 32],
        Array.from({ length: 128 }, (_, i) => (i * 37) % 256),
      ),
    ),
    scales: g.input('scales', 'f32', [2, 2]),
    bits: 8 as const,
    block: 32,
    inner: 40,
  })
  /** Σ over a block of c·(level − 128), c the derivative of the loss by each weight. */
  const blockSums = (c: (row: number, column: number) => number) =>
    [0, 1].flatMap((row) =>
      [0, 1].map((block) => {
        let sum = 0
        for (let i = 32 * block; i < Math.min(40, 32 * block + 32); i++)
          sum += c(row, i) * ((((row * 64 + i) * 37) % 256) - 128)
        return sum
      }),
    )
  const single = (wanted: readonly number[]) => wanted.map((x) => expect.closeTo(x, 2))

  it('dequantize: the scale of a block gets Σ g·level, beside another path too', () => {
    const g = graph()
    const parts = quantized(g)
    const weights = g.constant(
      tensorValue(
        'f32',
        [2, 40],
        Array.from({ length: 80 }, (_, i) => i % 7),
      ),
    )
    const loss = add(reduceSum(mul(dequantize(parts), weights)), reduceSum(mul(parts.scales, 5)))
    const { scales } = grad(loss, { scales: parts.scales })
    const feeds = { scales: tensorValue('f32', [2, 2], [0.5, 1, 2, 0.1]) }
    const wanted = blockSums((row, i) => (40 * row + i) % 7).map((sum) => sum + 5)
    expect(numbers(scales, feeds)).toEqual(single(wanted))
  })

  it('quantizedMatmul: the scale of a block gets Σ (gᵀ·x)·level', () => {
    const g = graph()
    const parts = quantized(g)
    const x = g.input('x', 'f32', [3, 1, 40])
    const { dx, scales } = grad(reduceSum(quantizedMatmul(x, parts)), { dx: x, scales: parts.scales })
    const feeds = {
      scales: tensorValue('f32', [2, 2], [0.5, 1, 2, 0.1]),
      x: tensorValue('f32', [3, 1, 40], value([120]).data as Float64Array),
    }
    const column = (i: number) => [0, 40, 80].reduce((sum, row) => sum + numbersOf(feeds.x)[row + i]!, 0)
    expect(numbers(scales, feeds)).toEqual(single(blockSums((_, i) => column(i))))
    expect(dx.shape).toEqual([3, 1, 40])
  })

  it('dequantize: its levels have none, and it says what to do instead', () => {
    const g = graph()
    const parts = { ...quantized(g), q: g.input('q', 'u8', [2, 2, 32]) }
    for (const loss of [
      reduceSum(dequantize(parts)),
      reduceSum(quantizedMatmul(g.input('x', 'f32', [1, 40]), parts)),
    ])
      expect(() => grad(loss, { q: parts.q })).toThrow(
        /^grad: input 'q' \(q of wrt\) is u8, and only floats have gradients; \w+ has fixed levels: train a LoRA/,
      )
  })

  it('names every op that stops it, each once', () => {
    const g = graph()
    const x = input(g, 'x', [2])
    const loss = reduceSum(add(add(round(x), round(mul(x, 2))), gather(x, cast(stopGradient(x), 'i64'))))
    const [dx] = grad(loss, [x])
    expect(dx.shape).toEqual([2])
    const stopped = reduceSum(add(round(x), where(less(x, 1), stopGradient(x), 2)))
    expect(() => grad(stopped, [x])).toThrow(
      /^grad: no gradient reaches input 'x' \(0 of wrt\): [^;]+; [^;]+; [^;]+, at .*gradients\.test\.ts/,
    )
  })

  it('takes tensors by name, and gives gradients by name', () => {
    const g = graph()
    const [a, b] = [input(g, 'a', [2]), input(g, 'b', [2])]
    const loss = reduceSum(mul(a, b))
    const named = grad(loss, { 'net.a': a, b })
    expect(Object.keys(named)).toEqual(['net.a', 'b'])
    expect([named['net.a'], named.b]).toEqual(grad(loss, [a, b]))
  })

  it('refuses a loss that is no number, and what it does not depend on', () => {
    const g = graph()
    const [x, y] = [input(g, 'x', [2]), input(g, 'y', [2])]
    expect(() => grad(x, [x])).toThrow(/^grad: expected a scalar loss, got \[2\]; /)
    expect(() => grad(reduceSum(x), [x, y])).toThrow(
      /^grad: the loss does not depend on input 'y' \(1 of wrt\), at .*gradients\.test\.ts/,
    )
  })

  it('takes a seed of the shape and dtype of the loss, and no other', () => {
    const g = graph()
    const x = input(g, 'x', [2, 3])
    const seed = input(g, 'seed', [2, 3])
    const [dx] = grad(mul(x, 2), [x], { seed })
    expect(numbers(dx, { seed: value([2, 3]) })).toEqual(
      [...numbersOf(value([2, 3]))].map((each) => 2 * each),
    )
    for (const [wrong, got] of [
      [input(g, 'wide', [4, 2, 3]), 'f64 [4, 2, 3]'],
      [input(g, 'scalar', []), 'f64 []'],
      [g.input('single', 'f32', [2, 3]), 'f32 [2, 3]'],
    ] as const)
      expect(() => grad(mul(x, 2), [x], { seed: wrong })).toThrow(
        `grad: expected a seed like the loss, f64 [2, 3], got ${got}, at `,
      )
  })
})
