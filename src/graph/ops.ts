import {
  addDim,
  type Dim,
  dim,
  divideDim,
  printShape,
  type Shape,
  type ShapeLike,
  sameShape,
  sizeOf,
} from './dim.ts'
import type { DType } from './dtype.ts'
import { fail } from './error.ts'
import type { ConvParams, Op, OpParams, ReduceParams } from './op.ts'
import type { Quantization } from './source.ts'
import type { Graph, Tensor } from './tensor.ts'
import { tensorValue } from './value.ts'

/** A tensor, or a number that takes the dtype of the tensor it meets. */
export type Operand = Tensor | number

/** A fixed scalar of a dtype. */
export function scalar(graph: Graph, value: number, dtype: DType): Tensor {
  return graph.constant(tensorValue(dtype, [], [value]))
}

function operands(op: Op, ...given: readonly Operand[]): readonly Tensor[] {
  for (const x of given as readonly unknown[])
    if (typeof x !== 'number' && !(typeof x === 'object' && x !== null && 'graph' in x))
      fail('argument', op, `expected tensors and numbers, got ${typeof x === 'string' ? `'${x}'` : x}`)
  const tensor = given.find((x) => typeof x !== 'number')
  if (!tensor) fail('argument', op, `expected at least one tensor, got the numbers ${given}`)
  return given.map((x) => (typeof x === 'number' ? scalar(tensor.graph, x, tensor.dtype) : x))
}

/** Ops without parameters. */
type PlainOp = { [O in Op]: object extends OpParams[O] ? O : never }[Op]

const unary =
  (op: PlainOp) =>
  (x: Tensor): Tensor =>
    x.graph.node(op, {}, [x]) as Tensor

const binary =
  (op: PlainOp) =>
  (a: Operand, b: Operand): Tensor => {
    const [left, right] = operands(op, a, b) as [Tensor, Tensor]
    return left.graph.node(op, {}, [left, right]) as Tensor
  }

type Unary = (x: Tensor) => Tensor
type Binary = (a: Operand, b: Operand) => Tensor

export const neg: Unary = unary('neg')
export const abs: Unary = unary('abs')
/** −1, 0 or 1. */
export const sign: Unary = unary('sign')
export const exp: Unary = unary('exp')
export const log: Unary = unary('log')
export const sqrt: Unary = unary('sqrt')
/** 1/x */
export const reciprocal: Unary = unary('reciprocal')
export const sin: Unary = unary('sin')
export const cos: Unary = unary('cos')
export const tanh: Unary = unary('tanh')
export const erf: Unary = unary('erf')
export const floor: Unary = unary('floor')
/** To the nearest whole number, ties to even. */
export const round: Unary = unary('round')
/** 1/(1 + e^−x) */
export const sigmoid: Unary = unary('sigmoid')
/** x·sigmoid(x) */
export const silu: Unary = unary('silu')
export const not: Unary = unary('not')
/** x, through which no gradient flows. */
export const stopGradient: Unary = unary('stopGradient')

export const add: Binary = binary('add')
export const sub: Binary = binary('sub')
export const mul: Binary = binary('mul')
/** a/b; towards zero for integers. */
export const div: Binary = binary('div')
export const pow: Binary = binary('pow')
export const minimum: Binary = binary('minimum')
export const maximum: Binary = binary('maximum')
export const equal: Binary = binary('equal')
export const less: Binary = binary('less')
export const lessEqual: Binary = binary('lessEqual')
export const and: Binary = binary('and')
export const or: Binary = binary('or')

/** a > b */
export function greater(a: Operand, b: Operand): Tensor {
  return less(b, a)
}

/** a ≥ b */
export function greaterEqual(a: Operand, b: Operand): Tensor {
  return lessEqual(b, a)
}

/** x·Φ(x) with the normal distribution's Φ, or its tanh approximation. */
export function gelu(x: Tensor, options: { approximate?: 'none' | 'tanh' | undefined } = {}): Tensor {
  return x.graph.node('gelu', { approximate: options.approximate ?? 'none' }, [x])
}

/** x between two bounds. */
export function clamp(x: Tensor, low: number, high: number): Tensor {
  return minimum(maximum(x, low), high)
}

/** x², written as the product that every runtime is fast at. */
export function square(x: Tensor): Tensor {
  return mul(x, x)
}

/** Elements as another dtype: floats to nearest even, floats to integers towards zero, to bool as x ≠ 0. */
export function cast(x: Tensor, to: DType): Tensor {
  return x.dtype === to ? x : x.graph.node('cast', { to }, [x])
}

/** `a` where the condition holds, else `b`. */
export function where(condition: Tensor, a: Operand, b: Operand): Tensor {
  if (typeof a === 'number' && typeof b === 'number')
    fail('argument', 'where', `expected at least one tensor besides the condition, got ${a} and ${b}`)
  const [left, right] = operands('where', a, b) as [Tensor, Tensor]
  return condition.graph.node('where', {}, [condition, left, right])
}

/** A dimension as a scalar: how a graph computes with sizes that are known only when it runs. */
export function sizeAsTensor(graph: Graph, size: Dim | string, dtype: DType): Tensor {
  const known = dim(size)
  return typeof known === 'number'
    ? scalar(graph, known, dtype)
    : graph.node('size', { dim: known, dtype }, [])
}

/** 0, 1, …, length − 1. */
export function iota(graph: Graph, length: Dim | string, dtype: DType): Tensor {
  return graph.node('iota', { length: dim(length), dtype }, [])
}

/** a·b over the last two axes, a [..., m, k] and b [..., k, n]; transposed operands are [..., k, m] and [..., n, k]. */
export function matmul(
  a: Tensor,
  b: Tensor,
  options: { transposeA?: boolean | undefined; transposeB?: boolean | undefined } = {},
): Tensor {
  const { transposeA = false, transposeB = false } = options
  return a.graph.node('matmul', { transposeA, transposeB }, [a, b])
}

/** How a convolution moves; one number stands for both axes, or all four sides. */
export interface ConvOptions {
  readonly stride?: number | readonly [number, number] | undefined
  /** Top, left, bottom, right. */
  readonly padding?: number | readonly [number, number, number, number] | undefined
  readonly dilation?: number | readonly [number, number] | undefined
  readonly groups?: number | undefined
}

const pair = (
  x: number | readonly [number, number] | undefined,
  otherwise: number,
): readonly [number, number] => (typeof x === 'object' ? x : [x ?? otherwise, x ?? otherwise])

function convParams(options: ConvOptions): ConvParams {
  const { padding = 0 } = options
  return {
    stride: pair(options.stride, 1),
    padding: typeof padding === 'number' ? [padding, padding, padding, padding] : padding,
    dilation: pair(options.dilation, 1),
    groups: options.groups ?? 1,
  }
}

/** Cross-correlation of x [n, c, h, w] with w [out, c/groups, kh, kw], plus a bias [out]. */
export function conv2d(x: Tensor, w: Tensor, bias?: Tensor, options: ConvOptions = {}): Tensor {
  return x.graph.node('conv2d', convParams(options), bias ? [x, w, bias] : [x, w])
}

/** The transpose of {@link conv2d} as a linear map: x [n, c, h, w] with w [c, out/groups, kh, kw]. */
export function convTranspose2d(
  x: Tensor,
  w: Tensor,
  options: ConvOptions & { outputPadding?: number | readonly [number, number] | undefined } = {},
): Tensor {
  const outputPadding = pair(options.outputPadding, 0)
  return x.graph.node('convTranspose2d', { ...convParams(options), outputPadding }, [x, w])
}

/** A quantised matrix [out, inner] in its parts; see {@link ParameterInfo}. */
export interface QuantizedParts extends Quantization {
  readonly q: Tensor
  readonly scales: Tensor
  readonly inner: number
}

/** x·Wᵀ with a quantised W [out, inner]; x [..., rows, inner]. */
export function quantizedMatmul(x: Tensor, { q, scales, bits, block, inner }: QuantizedParts): Tensor {
  return x.graph.node('quantizedMatmul', { bits, block, inner }, [x, q, scales])
}

/** A quantised W as f32 [out, inner]. */
export function dequantize({ q, scales, bits, block, inner }: QuantizedParts): Tensor {
  return q.graph.node('dequantize', { bits, block, inner }, [q, scales])
}

/** softmax(scale·q·kᵀ + mask)·v, per head. */
export interface AttentionInputs {
  readonly q: Tensor // [B, H, L, D]
  readonly k: Tensor // [B, H or fewer, S, D]: each key head serves H/fewer query heads
  readonly v: Tensor // [B, as k, S, Dv]
  /**
   * Broadcast to [B, H, L, S]: true where a query sees a key (one that sees nothing gives zeros), or a number added
   * to its score (runtimes give NaN where a whole row is −Infinity: use a bool mask there).
   */
  readonly mask?: Tensor | undefined
}

/** Scaled-dot-product attention. Default of `scale`: 1/√D. Returns [B, H, L, Dv]. */
export function attention(
  { q, k, v, mask }: AttentionInputs,
  options: { scale?: number | undefined; causal?: boolean | undefined } = {},
): Tensor {
  const width = q.shape.at(-1)
  if (options.scale === undefined && typeof width !== 'number')
    fail('shape', 'attention', `expected a known head width, got ${printShape(q.shape)}; give options.scale`)
  const scale = options.scale ?? 1 / Math.sqrt(width as number)
  const causal = options.causal ?? false
  return q.graph.node('attention', { scale, causal }, mask ? [q, k, v, mask] : [q, k, v])
}

/** e^x / Σ e^x along an axis. Default: the last. */
export function softmax(x: Tensor, axis = -1): Tensor {
  return x.graph.node('softmax', { axis: normalAxis('softmax', x, axis) }, [x])
}

/** x − log Σ e^x along an axis, computed from the largest element so that nothing overflows. */
export function logSoftmax(x: Tensor, axis = -1): Tensor {
  const shifted = sub(x, stopGradient(reduceMax(x, { axes: [axis], keepDims: true })))
  return sub(shifted, log(reduceSum(exp(shifted), { axes: [axis], keepDims: true })))
}

/** (x − mean)/√(variance + ε) over the last axis, times scale plus bias. */
export function layerNorm(
  x: Tensor,
  options: { epsilon: number; scale?: Tensor | undefined; bias?: Tensor | undefined },
): Tensor {
  const { scale, bias, epsilon } = options
  if (bias && !scale) fail('argument', 'layerNorm', 'a bias needs a scale')
  return x.graph.node('layerNorm', { epsilon }, scale ? (bias ? [x, scale, bias] : [x, scale]) : [x])
}

/** x/√(mean x² + ε) over the last axis, times scale. */
export function rmsNorm(x: Tensor, options: { epsilon: number; scale?: Tensor | undefined }): Tensor {
  return x.graph.node('rmsNorm', { epsilon: options.epsilon }, options.scale ? [x, options.scale] : [x])
}

/** Normalisation of x [n, c, h, w] over each group of channels, times scale [c] plus bias [c]. */
export function groupNorm(
  x: Tensor,
  options: { groups: number; epsilon: number; scale?: Tensor | undefined; bias?: Tensor | undefined },
): Tensor {
  const { scale, bias, groups, epsilon } = options
  if ((scale === undefined) !== (bias === undefined))
    fail('argument', 'groupNorm', 'scale and bias come together')
  return x.graph.node('groupNorm', { groups, epsilon }, scale && bias ? [x, scale, bias] : [x])
}

/**
 * Rotary position embedding: turns the pairs of x [..., tokens, width] by the angles whose cos and sin
 * [..., tokens, width/2] are given. Pairs are neighbours (interleaved) or the two halves.
 */
export function rotary(x: Tensor, cosines: Tensor, sines: Tensor, style: 'interleaved' | 'half'): Tensor {
  return x.graph.node('rotary', { style }, [x, cosines, sines])
}

/** Axes may be negative. Default: all. */
export interface ReduceOptions {
  readonly axes?: readonly number[] | undefined
  readonly keepDims?: boolean | undefined
}

function reduceParams(op: Op, x: Tensor, { axes, keepDims = false }: ReduceOptions): ReduceParams {
  const chosen = axes?.map((axis) => normalAxis(op, x, axis)) ?? x.shape.map((_, axis) => axis)
  return { axes: [...new Set(chosen)].sort((a, b) => a - b), keepDims }
}

export function reduceSum(x: Tensor, options: ReduceOptions = {}): Tensor {
  return x.graph.node('reduceSum', reduceParams('reduceSum', x, options), [x])
}

export function reduceMean(x: Tensor, options: ReduceOptions = {}): Tensor {
  return x.graph.node('reduceMean', reduceParams('reduceMean', x, options), [x])
}

export function reduceMax(x: Tensor, options: ReduceOptions = {}): Tensor {
  return x.graph.node('reduceMax', reduceParams('reduceMax', x, options), [x])
}

/** Index of the largest element along an axis (the first of equals), i64. */
export function argMax(x: Tensor, axis = -1, options: { keepDims?: boolean | undefined } = {}): Tensor {
  const params = { axis: normalAxis('argMax', x, axis), keepDims: options.keepDims ?? false }
  return x.graph.node('argMax', params, [x])
}

/** The elements in a new shape; one dimension may be −1, to be worked out. */
export function reshape(x: Tensor, shape: ShapeLike): Tensor {
  const open = shape.indexOf(-1)
  const known = shape.map((size, axis) => (axis === open ? 1 : dim(size)))
  if (open >= 0) {
    const rest = divideDim(sizeOf(x.shape), sizeOf(known))
    if (rest === undefined)
      fail('shape', 'reshape', `${printShape(x.shape)} does not divide into ${printShape(known)} for the −1`)
    known[open] = rest
  }
  return sameShape(known, x.shape) ? x : x.graph.node('reshape', { shape: known }, [x])
}

/** Axes in another order, negative ones from the end. Default: reversed. */
export function transpose(x: Tensor, permutation?: readonly number[]): Tensor {
  const order = permutation
    ? permutation.map((axis) => (axis < 0 ? axis + x.shape.length : axis))
    : x.shape.map((_, axis) => x.shape.length - 1 - axis)
  return x.graph.node('transpose', { permutation: order }, [x])
}

/** Stretches dimensions of 1 and adds outer ones. */
export function broadcastTo(x: Tensor, shape: ShapeLike): Tensor {
  const target: Shape = shape.map(dim)
  return sameShape(target, x.shape) ? x : x.graph.node('broadcastTo', { shape: target }, [x])
}

/** Tensors one after another along an axis. */
export function concat(tensors: readonly Tensor[], axis: number): Tensor {
  const [first] = tensors
  if (!first) fail('argument', 'concat', 'expected at least one tensor')
  const at = normalAxis('concat', first, axis)
  return tensors.length === 1 ? first : first.graph.node('concat', { axis: at }, tensors)
}

/** Elements `start` to `end` (not included) along one axis; negative numbers count from the end. */
export function slice(x: Tensor, axis: number, start: Dim, end?: Dim): Tensor {
  const at = normalAxis('slice', x, axis)
  const size = x.shape[at]!
  const place = (d: Dim): Dim => (typeof d === 'number' && d < 0 ? addDim(size, d) : d)
  const starts = x.shape.map((_, i) => (i === at ? place(start) : 0))
  const ends = x.shape.map((whole, i) => (i === at && end !== undefined ? place(end) : whole))
  return x.graph.node('slice', { starts, ends }, [x])
}

/** Consecutive pieces along an axis, of the given sizes or in `count` equal ones. */
export function split(x: Tensor, pieces: number | readonly Dim[], axis = -1): Tensor[] {
  const at = normalAxis('split', x, axis)
  const size = x.shape[at]!
  const sizes = typeof pieces === 'number' ? equalParts(size, pieces) : pieces
  const total = sizes.reduce<Dim>(addDim, 0)
  if (!sameShape([total], [size]))
    fail('shape', 'split', `the pieces ${printShape(sizes)} make ${total}, not the ${size} of axis ${at}`)
  let start: Dim = 0
  return sizes.map((length) => {
    const piece = slice(x, at, start, addDim(start, length))
    start = addDim(start, length)
    return piece
  })
}

function equalParts(size: Dim, count: number): readonly Dim[] {
  const part =
    divideDim(size, count) ?? fail('shape', 'split', `${size} does not divide into ${count} equal pieces`)
  return Array.from({ length: count }, () => part)
}

/** x with `value` before and after each axis. */
export function pad(
  x: Tensor,
  widths: { before: readonly number[]; after: readonly number[]; value?: number | undefined },
): Tensor {
  return x.graph.node('pad', { before: widths.before, after: widths.after, value: widths.value ?? 0 }, [x])
}

/** Each pixel of x [n, c, h, w] repeated `scale` times in both directions. */
export function upsampleNearest2d(x: Tensor, scale: number): Tensor {
  return x.graph.node('upsampleNearest2d', { scale }, [x])
}

/** Slices of x along an axis, picked by indices of any shape, which takes the axis's place. */
export function gather(x: Tensor, indices: Tensor, axis = 0): Tensor {
  return x.graph.node('gather', { axis: normalAxis('gather', x, axis) }, [x, indices])
}

/** The transpose of {@link gather}: adds updates into zeros, `size` of them along the axis. */
export function scatterAdd(
  { indices, updates }: { indices: Tensor; updates: Tensor },
  { axis, size }: { axis: number; size: Dim | string },
): Tensor {
  const rank = updates.shape.length - indices.shape.length + 1
  const at = axis < 0 ? axis + rank : axis
  if (!Number.isInteger(at) || at < 0 || at >= rank)
    fail('argument', 'scatterAdd', `axis ${axis} is not one of a result of ${Math.max(0, rank)} dimensions`)
  return updates.graph.node('scatterAdd', { axis: at, size: dim(size) }, [indices, updates])
}

/** x, computed only once `token` has been: orders execution, so that recomputed values are made late. */
export function after(x: Tensor, token: Tensor): Tensor {
  return x.graph.node('after', {}, [x, token])
}

/** A new axis of size 1. */
export function unsqueeze(x: Tensor, axis: number): Tensor {
  const at = axis < 0 ? axis + x.shape.length + 1 : axis
  if (!Number.isInteger(at) || at < 0 || at > x.shape.length)
    fail('argument', 'unsqueeze', `axis ${axis} is not one of a result of ${x.shape.length + 1} dimensions`)
  return reshape(x, [...x.shape.slice(0, at), 1, ...x.shape.slice(at)])
}

/** x without an axis of size 1. */
export function squeeze(x: Tensor, axis: number): Tensor {
  const at = normalAxis('squeeze', x, axis)
  if (x.shape[at] !== 1) fail('shape', 'squeeze', `axis ${at} of ${printShape(x.shape)} is not 1`)
  return reshape(
    x,
    x.shape.filter((_, i) => i !== at),
  )
}

/** Number of elements along some axes, as a scalar of x's dtype. */
export function countAlong(x: Tensor, axes: readonly number[]): Tensor {
  return sizeAsTensor(x.graph, sizeOf(axes.map((axis) => x.shape[axis]!)), x.dtype)
}

function normalAxis(op: string, x: Tensor, axis: number): number {
  const at = axis < 0 ? axis + x.shape.length : axis
  if (!Number.isInteger(at) || at < 0 || at >= x.shape.length)
    fail('argument', op, `axis ${axis} is not one of ${x.dtype} ${printShape(x.shape)}`)
  return at
}
