import { roundHalfEven, roundToDtype } from './convert.ts'
import { type Bindings, evaluateDim, evaluateShape } from './dim.ts'
import { type DType, dtypes } from './dtype.ts'
import { fail } from './error.ts'
import { build, element, type NumberArray, offsetOf, sum, withAxis } from './interpret/array.ts'
import { erf } from './interpret/erf.ts'
import { attention, conv2d, convTranspose2d, dequantize, matmul, rotary } from './interpret/products.ts'
import type { Op, OperandsOf, OpParams } from './op.ts'
import { bindSymbols, type Program, program, sizeChecks } from './program.ts'
import type { Tensor } from './tensor.ts'
import { elementCount, numbersOf, type TensorValue, tensorValue } from './value.ts'

/** What a rule can query in addition to its operands. */
interface Context<O extends Op> {
  readonly params: OpParams[O]
  readonly node: Tensor<O>
  /** The result's shape. */
  readonly shape: readonly number[]
  readonly bindings: Bindings
  leaf(name: string): NumberArray
}

type Rule<O extends Op> = (context: Context<O>, inputs: OperandsOf<NumberArray>[O]) => NumberArray

type UnaryOp = { [O in Op]: object extends OpParams[O] ? O : never }[Op]

/** y[at] = f(x[at]), operands stretched to the result. */
const pointwise =
  (f: (...numbers: number[]) => number) =>
  <O extends UnaryOp | 'gelu' | 'cast'>({ shape }: Context<O>, inputs: readonly NumberArray[]): NumberArray =>
    build(shape, (at) => f(...inputs.map((x) => element(x, at))))

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))
const truth = (condition: boolean): number => Number(condition)

/** Like Math.min and Math.max: NaN if either is. */
const smaller = (a: number, b: number): number => Math.min(a, b)
const larger = (a: number, b: number): number => Math.max(a, b)

function castNumber(to: DType, from: DType, x: number): number {
  if (to === 'bool') return truth(x !== 0)
  if (dtypes[to].kind === 'float') return roundToDtype(to, x)
  if (dtypes[from].kind === 'float' && !Number.isFinite(x)) return 0
  const whole = Math.trunc(x)
  if (to === 'u8') return whole & 255
  return to === 'i32' ? whole | 0 : whole
}

function divideIntegers(a: number, b: number): number {
  if (b === 0) fail('argument', 'div', `expected a divisor other than 0 for integers, got ${a} / 0`)
  return Math.trunc(a / b)
}

const gelu = {
  none: (x: number): number => 0.5 * x * (1 + erf(x / Math.SQRT2)),
  tanh: (x: number): number => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
}

const reduce =
  (combine: (values: readonly number[]) => number) =>
  (
    { params, shape }: Context<'reduceSum' | 'reduceMean' | 'reduceMax'>,
    [x]: readonly NumberArray[],
  ): NumberArray => {
    const { axes, keepDims } = params
    const inner = axes.map((axis) => x!.shape[axis]!)
    return build(shape, (at) => {
      const kept = keepDims ? at.filter((_, axis) => !axes.includes(axis)) : [...at]
      const full = x!.shape.map((_, axis) => (axes.includes(axis) ? 0 : kept.shift()!))
      const values = build(inner, (within) => {
        axes.forEach((axis, i) => {
          full[axis] = within[i]!
        })
        return x!.data[offsetOf(x!.shape, full)]!
      })
      return combine(Array.from(values.data))
    })
  }

const total = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)

/** Normalises runs of `length` consecutive elements with their own mean and variance. */
function normalizeRuns(x: NumberArray, length: number, epsilon: number, centre: boolean): Float64Array {
  const out = new Float64Array(x.data.length)
  for (let start = 0; start < x.data.length; start += length) {
    const run = x.data.subarray(start, start + length)
    const mean = centre ? sum(length, (i) => run[i]!) / length : 0
    const variance = sum(length, (i) => (run[i]! - mean) ** 2) / length
    for (let i = 0; i < length; i++) out[start + i] = (run[i]! - mean) / Math.sqrt(variance + epsilon)
  }
  return out
}

/** What every op means, in float64: slow and obvious. The runtimes are tested against this table. */
const rules: { readonly [O in Op]: Rule<O> } = {
  input: ({ params, leaf }) => leaf(params.name),
  parameter: ({ params, leaf }) => leaf(params.path),
  constant: ({ params }) => ({ shape: params.value.shape, data: numbersOf(params.value) }),
  size: ({ params, bindings }) => ({ shape: [], data: Float64Array.of(evaluateDim(params.dim, bindings)) }),
  iota: ({ shape }) => build(shape, ([i]) => i!),
  neg: pointwise((x) => -x),
  abs: pointwise(Math.abs),
  sign: pointwise(Math.sign),
  exp: pointwise(Math.exp),
  log: pointwise(Math.log),
  sqrt: pointwise(Math.sqrt),
  reciprocal: pointwise((x) => 1 / x),
  sin: pointwise(Math.sin),
  cos: pointwise(Math.cos),
  tanh: pointwise(Math.tanh),
  erf: pointwise(erf),
  floor: pointwise(Math.floor),
  round: pointwise(roundHalfEven),
  sigmoid: pointwise(sigmoid),
  silu: pointwise((x) => x * sigmoid(x)),
  gelu: (context, inputs) => pointwise(gelu[context.params.approximate])(context, inputs),
  not: pointwise((x) => truth(x === 0)),
  cast: (context, inputs) =>
    pointwise((x) => castNumber(context.params.to, context.node.inputs[0]!.dtype, x))(context, inputs),
  stopGradient: pointwise((x) => x),
  add: pointwise((a, b) => a + b),
  sub: pointwise((a, b) => a - b),
  mul: pointwise((a, b) => a * b),
  div: (context, inputs) =>
    pointwise(dtypes[context.node.dtype].kind === 'int' ? divideIntegers : (a, b) => a / b)(context, inputs),
  pow: pointwise((a, b) => a ** b),
  minimum: pointwise(smaller),
  maximum: pointwise(larger),
  equal: pointwise((a, b) => truth(a === b)),
  less: pointwise((a, b) => truth(a < b)),
  lessEqual: pointwise((a, b) => truth(a <= b)),
  and: pointwise((a, b) => truth(a !== 0 && b !== 0)),
  or: pointwise((a, b) => truth(a !== 0 || b !== 0)),
  where: pointwise((condition, a, b) => (condition !== 0 ? a : b)),
  matmul: ({ params, shape }, [a, b]) => matmul(params, a, b, shape),
  conv2d: ({ params, shape }, [x, w, bias]) => conv2d(params, bias ? [x, w, bias] : [x, w], shape),
  convTranspose2d: ({ params, shape }, [x, w]) => convTranspose2d(params, x, w, shape),
  quantizedMatmul: ({ params, shape }, [x, q, scales]) => {
    const w = dequantize(params, q, scales, [q.shape[0]!, params.inner])
    return matmul({ transposeA: false, transposeB: true }, x, w, shape)
  },
  dequantize: ({ params, shape }, [q, scales]) => dequantize(params, q, scales, shape),
  attention: ({ params, shape, node }, [q, k, v, mask]) =>
    attention(params, mask ? [q, k, v, mask] : [q, k, v], {
      shape,
      maskIsBool: node.inputs[3]?.dtype === 'bool',
    }),
  softmax: ({ params: { axis }, shape }, [x]) => {
    const along = (at: readonly number[]) =>
      Array.from({ length: shape[axis]! }, (_, i) => element(x, withAxis(at, axis, i)))
    return build(shape, (at) => {
      const values = along(at)
      const largest = Math.max(...values)
      return Math.exp(element(x, at) - largest) / total(values.map((value) => Math.exp(value - largest)))
    })
  },
  layerNorm: ({ params, shape }, [x, scale, bias]) => {
    const normal = { shape, data: normalizeRuns(x, shape.at(-1)!, params.epsilon, true) }
    return build(shape, (at) => affine(element(normal, at), at.at(-1)!, scale, bias))
  },
  rmsNorm: ({ params, shape }, [x, scale]) => {
    const normal = { shape, data: normalizeRuns(x, shape.at(-1)!, params.epsilon, false) }
    return build(shape, (at) => affine(element(normal, at), at.at(-1)!, scale))
  },
  groupNorm: ({ params, shape }, [x, scale, bias]) => {
    const run = elementCount(shape) / shape[0]! / params.groups
    const normal = { shape, data: normalizeRuns(x, run, params.epsilon, true) }
    return build(shape, (at) => affine(element(normal, at), at[1]!, scale, bias))
  },
  rotary: ({ params }, [x, cosines, sines]) => rotary(params, x, cosines, sines),
  reduceSum: reduce(total),
  reduceMean: reduce((values) => total(values) / values.length),
  reduceMax: reduce((values) => values.reduce(larger, Number.NEGATIVE_INFINITY)),
  argMax: ({ params: { axis, keepDims }, shape }, [x]) =>
    build(shape, (at) => {
      const full = keepDims ? [...at] : [...at.slice(0, axis), 0, ...at.slice(axis)]
      const values = Array.from({ length: x.shape[axis]! }, (_, i) => element(x, withAxis(full, axis, i)))
      return values.indexOf(Math.max(...values))
    }),
  reshape: ({ shape }, [x]) => ({ shape, data: x.data }),
  transpose: ({ params: { permutation }, shape }, [x]) =>
    build(shape, (at) => {
      const from: number[] = []
      permutation.forEach((axis, i) => {
        from[axis] = at[i]!
      })
      return x.data[offsetOf(x.shape, from)]!
    }),
  broadcastTo: ({ shape }, [x]) => build(shape, (at) => element(x, at)),
  concat: ({ params: { axis }, shape }, inputs) =>
    build(shape, (at) => {
      let [part, place] = [0, at[axis]!]
      while (place >= inputs[part]!.shape[axis]!) place -= inputs[part++]!.shape[axis]!
      const from = inputs[part]!
      return from.data[offsetOf(from.shape, withAxis(at, axis, place))]!
    }),
  slice: ({ params: { starts }, shape, bindings }, [x]) => {
    const from = evaluateShape(starts, bindings)
    return build(
      shape,
      (at) =>
        x.data[
          offsetOf(
            x.shape,
            at.map((i, axis) => i + from[axis]!),
          )
        ]!,
    )
  },
  pad: ({ params: { before, value }, shape }, [x]) =>
    build(shape, (at) => {
      const from = at.map((i, axis) => i - before[axis]!)
      const inside = from.every((i, axis) => i >= 0 && i < x.shape[axis]!)
      return inside ? x.data[offsetOf(x.shape, from)]! : value
    }),
  upsampleNearest2d: ({ params: { scale }, shape }, [x]) =>
    build(shape, ([n, c, h, w]) => {
      const from = [n!, c!, Math.floor(h! / scale), Math.floor(w! / scale)]
      return x.data[offsetOf(x.shape, from)]!
    }),
  gather: ({ params: { axis }, shape }, [x, indices]) =>
    build(shape, (at) => {
      const rank = indices.shape.length
      const index = indices.data[offsetOf(indices.shape, at.slice(axis, axis + rank))]!
      const from = [...at.slice(0, axis), checkIndex(index, x.shape[axis]!), ...at.slice(axis + rank)]
      return x.data[offsetOf(x.shape, from)]!
    }),
  scatterAdd: ({ params: { axis }, shape }, [indices, updates]) => {
    const result = build(shape, () => 0)
    const rank = indices.shape.length
    build(updates.shape, (at) => {
      const index = indices.data[offsetOf(indices.shape, at.slice(axis, axis + rank))]!
      const to = [...at.slice(0, axis), checkIndex(index, shape[axis]!), ...at.slice(axis + rank)]
      const offset = offsetOf(shape, to)
      result.data[offset] = result.data[offset]! + element(updates, at)
      return 0
    })
    return result
  },
  after: (_, [x]) => x,
}

function affine(x: number, channel: number, scale?: NumberArray, bias?: NumberArray): number {
  return x * (scale ? scale.data[channel]! : 1) + (bias ? bias.data[channel]! : 0)
}

function checkIndex(index: number, size: number): number {
  if (index < 0 || index >= size) fail('argument', 'gather', `index ${index} is outside 0 to ${size - 1}`)
  return index
}

/** Values by the names of inputs and the paths of parameters. */
export type Feeds = Readonly<Record<string, TensorValue>>

/**
 * Evaluates outputs in float64, rounding to a dtype only where the graph casts: the meaning of a graph.
 * @throws GraphError when a feed is missing or does not fit.
 */
export function interpret<Name extends string>(
  outputs: Readonly<Record<Name, Tensor>>,
  feeds: Feeds,
): Record<Name, TensorValue> {
  const numbers = evaluated(program(outputs), feeds)
  const result = {} as Record<Name, TensorValue>
  for (const name of Object.keys(outputs) as Name[]) {
    const { shape, data } = numbers.get(outputs[name].id)!
    result[name] = tensorValue(outputs[name].dtype, shape, data)
  }
  return result
}

/** The unrounded numbers of every node by its id. */
function evaluated({ nodes, inputs, parameters }: Program, feeds: Feeds): Map<number, NumberArray> {
  const leaves = [...inputs.keys(), ...parameters.keys()]
  for (const name of leaves) if (!feeds[name]) fail('parameter', `'${name}'`, 'no value was given')
  const bindings = bindSymbols(inputs, (name) => feeds[name]!)
  sizeChecks(nodes)(bindings)
  const values = new Map<number, NumberArray>()
  const leaf = (name: string): NumberArray => ({ shape: feeds[name]!.shape, data: numbersOf(feeds[name]!) })
  for (const node of nodes) {
    const rule = rules[node.op] as Rule<Op>
    const shape = evaluateShape(node.shape, bindings)
    const operands = node.inputs.map(
      (input) => values.get(input.id)!,
    ) as unknown as OperandsOf<NumberArray>[Op]
    values.set(node.id, rule({ params: node.params, node, shape, bindings, leaf }, operands))
  }
  return values
}
