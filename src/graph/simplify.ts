import { addDim, evaluateShape, sameDim, sameShape } from './dim.ts'
import { widens } from './dtype.ts'
import { interpret } from './interpret.ts'
import { type Op, ops } from './op.ts'
import * as t from './ops.ts'
import { reachable } from './program.ts'
import { isOp, type Tensor } from './tensor.ts'
import { elementCount, numbersOf } from './value.ts'

/** An equal tensor that is cheaper, or undefined where the rewrite does not apply. */
type Rewrite<O extends Op> = (node: Tensor<O>) => Tensor | undefined

const none: readonly never[] = []

/** The largest constant that folding reads or makes, in elements: larger ones cost more than the computation. */
const foldLimit = 4096

/** True for a constant whose every element is `value`. */
function isConstant(x: Tensor | undefined, value: number): boolean {
  if (x === undefined || !isOp(x, 'constant') || x.params.value.data.length > foldLimit) return false
  return numbersOf(x.params.value).every((n) => n === value)
}

/** x where the other operand is the op's neutral element and does not stretch it. */
const neutral =
  (value: number, sides: readonly (0 | 1)[]) =>
  (node: Tensor): Tensor | undefined => {
    for (const side of sides) {
      const x = node.inputs[1 - side]!
      if (isConstant(node.inputs[side], value) && sameShape(x.shape, node.shape)) return x
    }
    return undefined
  }

/** f(f(x)) = x */
const involution =
  <O extends Op>(op: O) =>
  ({ inputs: [x] }: Tensor<O>): Tensor | undefined =>
    isOp(x!, op) ? x.inputs[0] : undefined

/** Swaps the last two axes and nothing else. */
function transposedMatrix(x: Tensor): Tensor | undefined {
  if (!isOp(x, 'transpose')) return undefined
  const { permutation } = x.params
  const last = permutation.length - 1
  const swaps = permutation.every((axis, i) => axis === (i < last - 1 ? i : 2 * last - 1 - i))
  return swaps ? x.inputs[0] : undefined
}

/**
 * The rewrites of each op. Nothing is reassociated, so that a simplified graph gives the same numbers, NaN and
 * infinities included; only −0 may come out as 0, and what is folded is rounded once instead of at every op.
 */
const rewrites: { readonly [O in Op]: readonly Rewrite<O>[] } = {
  input: none,
  parameter: none,
  constant: none,
  size: none,
  iota: none,
  neg: [involution('neg')],
  abs: none,
  sign: none,
  exp: none,
  log: none,
  sqrt: none,
  reciprocal: none,
  sin: none,
  cos: none,
  tanh: none,
  erf: none,
  floor: none,
  round: none,
  sigmoid: none,
  silu: none,
  gelu: none,
  not: [involution('not')],
  cast: [
    // To a type that holds every value and on from there: one cast.
    ({ inputs: [x], params: { to } }) =>
      isOp(x!, 'cast') && widens(x.inputs[0]!.dtype, x.dtype) ? t.cast(x.inputs[0]!, to) : undefined,
  ],
  stopGradient: none,
  add: [neutral(0, [0, 1]), joinZeroPadded],
  sub: [neutral(0, [1])],
  mul: [neutral(1, [0, 1])],
  div: [neutral(1, [1])],
  pow: [neutral(1, [1])],
  minimum: none,
  maximum: none,
  equal: none,
  less: none,
  lessEqual: none,
  and: [neutral(1, [0, 1])],
  or: [neutral(0, [0, 1])],
  where: none,
  matmul: [
    // aᵀ·b reads a the other way round.
    ({ inputs: [a, b], params: { transposeA, transposeB } }) => {
      const flipped = transposedMatrix(a!)
      return flipped && t.matmul(flipped, b!, { transposeA: !transposeA, transposeB })
    },
    ({ inputs: [a, b], params: { transposeA, transposeB } }) => {
      const flipped = transposedMatrix(b!)
      return flipped && t.matmul(a!, flipped, { transposeA, transposeB: !transposeB })
    },
  ],
  conv2d: none,
  convTranspose2d: none,
  quantizedMatmul: none,
  dequantize: none,
  attention: none,
  softmax: none,
  layerNorm: none,
  rmsNorm: none,
  groupNorm: none,
  rotary: none,
  reduceSum: [overOnes],
  reduceMean: [overOnes],
  reduceMax: [overOnes],
  argMax: none,
  reshape: [
    ({ inputs: [x], params: { shape } }) =>
      isOp(x!, 'reshape') ? t.reshape(x.inputs[0]!, shape) : undefined,
    ({ inputs: [x], params: { shape } }) => (sameShape(x!.shape, shape) ? x : undefined),
  ],
  transpose: [
    ({ inputs: [x], params: { permutation } }) =>
      isOp(x!, 'transpose')
        ? t.transpose(
            x.inputs[0]!,
            permutation.map((axis) => x.params.permutation[axis]!),
          )
        : undefined,
    ({ inputs: [x], params: { permutation } }) =>
      permutation.every((axis, i) => axis === i) ? x : undefined,
    // Only axes of size 1 change places: a reshape, which moves nothing.
    ({ inputs: [x], params: { permutation }, shape }) => {
      const moving = permutation.filter((axis) => x!.shape[axis] !== 1)
      return moving.every((axis, i) => i === 0 || axis > moving[i - 1]!) ? t.reshape(x!, shape) : undefined
    },
  ],
  broadcastTo: [
    ({ inputs: [x], params: { shape } }) =>
      isOp(x!, 'broadcastTo') ? t.broadcastTo(x.inputs[0]!, shape) : undefined,
    ({ inputs: [x], params: { shape } }) => (sameShape(x!.shape, shape) ? x : undefined),
  ],
  concat: [
    ({ inputs }) => (inputs.length === 1 ? inputs[0] : undefined),
    // Pieces cut side by side from one tensor, put together again.
    ({ inputs, params: { axis }, shape }) => {
      const [first] = inputs
      if (!inputs.every((x) => isOp(x, 'slice') && x.inputs[0] === (first as Tensor<'slice'>).inputs[0]))
        return undefined
      const pieces = inputs as readonly Tensor<'slice'>[]
      const touching = pieces.every(
        ({ params }, i) => i === 0 || sameDim(params.starts[axis]!, pieces[i - 1]!.params.ends[axis]!),
      )
      const aligned = pieces.every(({ params }) =>
        params.starts.every((start, i) => i === axis || sameDim(start, pieces[0]!.params.starts[i]!)),
      )
      if (!touching || !aligned) return undefined
      const { starts } = pieces[0]!.params
      const ends = starts.map((start, i) => addDim(start, shape[i]!))
      return first!.graph.node('slice', { starts, ends }, [first!.inputs[0]!])
    },
  ],
  slice: [
    ({ inputs: [x], shape }) => (sameShape(x!.shape, shape) ? x : undefined),
    ({ inputs: [x], params: { starts, ends } }) => {
      if (!isOp(x!, 'slice')) return undefined
      const shift = (offsets: typeof starts) => offsets.map((d, i) => addDim(d, x.params.starts[i]!))
      return x.graph.node('slice', { starts: shift(starts), ends: shift(ends) }, x.inputs)
    },
  ],
  pad: [({ inputs: [x], shape }) => (sameShape(x!.shape, shape) ? x : undefined)],
  upsampleNearest2d: [({ inputs: [x], params: { scale } }) => (scale === 1 ? x : undefined)],
  gather: none,
  scatterAdd: none,
  after: none,
}

/** A reduction over axes of size 1 moves nothing. */
function overOnes({
  inputs: [x],
  params: { axes },
  shape,
}: Tensor<'reduceSum' | 'reduceMean' | 'reduceMax'>): Tensor | undefined {
  return axes.every((axis) => x!.shape[axis] === 1) ? t.reshape(x!, shape) : undefined
}

/**
 * concat(a, 0) + concat(0, b) = concat(a, b): how the gradients of the pieces of a split come together.
 * Pieces must be cut at the same places, and at each place at most one of the two may be other than zero.
 */
function joinZeroPadded({ inputs: [a, b] }: Tensor<'add'>): Tensor | undefined {
  if (!isOp(a!, 'concat') || !isOp(b!, 'concat') || a.params.axis !== b.params.axis) return undefined
  const { axis } = a.params
  if (!sameShape(a.shape, b.shape)) return undefined
  const pieces = commonPieces(a.inputs, b.inputs, axis)
  return pieces && t.concat(pieces, axis)
}

const isZero = (x: Tensor): boolean =>
  isConstant(x, 0) || (isOp(x, 'broadcastTo') && isConstant(x.inputs[0], 0))

/** Zeros in the shape of a piece, except for one axis. */
function zeros(like: Tensor, axis: number, length: number): Tensor {
  const shape = like.shape.map((size, i) => (i === axis ? length : size))
  return t.broadcastTo(t.scalar(like.graph, 0, like.dtype), shape)
}

/** The non-zero one of each pair of pieces; a run of zeros on one side may cover several pieces of the other. */
function commonPieces(
  left: readonly Tensor[],
  right: readonly Tensor[],
  axis: number,
): readonly Tensor[] | undefined {
  const joined: Tensor[] = []
  const [a, b] = [[...left], [...right]]
  while (a.length > 0 && b.length > 0) {
    const [x, y] = [a.shift()!, b.shift()!]
    const [p, q] = [x.shape[axis]!, y.shape[axis]!]
    if (sameDim(p, q)) {
      if (!isZero(x) && !isZero(y)) return undefined
      joined.push(isZero(x) ? y : x)
    } else if (typeof p !== 'number' || typeof q !== 'number') return undefined
    else if (p > q) {
      if (!isZero(x)) return undefined
      joined.push(y)
      a.unshift(zeros(x, axis, p - q))
    } else {
      if (!isZero(y)) return undefined
      joined.push(x)
      b.unshift(zeros(y, axis, q - p))
    }
  }
  return joined
}

/** Stretching an operand of an elementwise op does nothing where the op stretches it anyway. */
function withoutStretching(node: Tensor): Tensor | undefined {
  if (!ops[node.op].elementwise || node.inputs.length < 2) return undefined
  for (const [i, input] of node.inputs.entries()) {
    if (!isOp(input, 'broadcastTo')) continue
    const inputs = node.inputs.map((other, j) => (i === j ? input.inputs[0]! : other))
    const candidate = node.graph.node(node.op, node.params, inputs) as Tensor
    if (sameShape(candidate.shape, node.shape)) return candidate
  }
  return undefined
}

/** The value of a small node of constants. */
function folded(node: Tensor): Tensor | undefined {
  if (node.inputs.length === 0 || ops[node.op].ordering) return undefined
  if (!node.inputs.every((input) => isOp(input, 'constant'))) return undefined
  if (node.shape.some((size) => typeof size !== 'number')) return undefined
  if (elementCount(evaluateShape(node.shape, new Map())) > foldLimit) return undefined
  return node.graph.constant(interpret({ value: node }, {}).value)
}

/**
 * Equal outputs with less to compute: constants folded, what cancels removed, every node rebuilt once from
 * simplified operands. Common subexpressions are one node already, because a graph makes no node twice.
 */
export function simplify<Name extends string>(outputs: Readonly<Record<Name, Tensor>>): Record<Name, Tensor> {
  const done = new Map<number, Tensor>()
  for (const node of reachable(Object.values(outputs))) done.set(node.id, simplest(rebuilt(node, done), done))
  const result = {} as Record<Name, Tensor>
  for (const name of Object.keys(outputs) as Name[]) result[name] = done.get(outputs[name].id)!
  return result
}

function rebuilt(node: Tensor, done: ReadonlyMap<number, Tensor>): Tensor {
  const inputs = node.inputs.map((input) => done.get(input.id) ?? input)
  if (inputs.every((input, i) => input === node.inputs[i])) return node
  return inSegment(node, () => node.graph.node(node.op, node.params, inputs) as Tensor)
}

/** What takes the place of a node stays in its segment. */
function inSegment<T>({ graph, segment }: Tensor, build: () => T): T {
  return segment === undefined ? build() : graph.segment(segment, build)
}

/** Applies rewrites until none applies; each one removes nodes or shrinks them, so this ends. */
function simplest(node: Tensor, done: Map<number, Tensor>): Tensor {
  const known = done.get(node.id)
  if (known) return known
  const next = inSegment(node, () => rewrite(node))
  // A rewrite may have made new operands: those are simplified first.
  const result = next === undefined ? node : simplest(rebuilt(withSimpleInputs(next, done), done), done)
  done.set(node.id, result)
  return result
}

function withSimpleInputs(node: Tensor, done: Map<number, Tensor>): Tensor {
  for (const input of node.inputs) if (!done.has(input.id)) simplest(withSimpleInputs(input, done), done)
  return node
}

function rewrite(node: Tensor): Tensor | undefined {
  for (const rule of rewrites[node.op] as readonly Rewrite<Op>[]) {
    const next = rule(node)
    if (next) return next
  }
  return withoutStretching(node) ?? folded(node)
}
