import type { Dim, Shape } from './dim.ts'
import type { DType } from './dtype.ts'
import type { TensorValue } from './value.ts'

type None = Readonly<Record<never, never>>

/** Geometry of a 2-D convolution; padding is top, left, bottom, right. */
export interface ConvParams {
  readonly stride: readonly [number, number]
  readonly padding: readonly [number, number, number, number]
  readonly dilation: readonly [number, number]
  readonly groups: number
}

/** Axes are ascending and not negative. */
export interface ReduceParams {
  readonly axes: readonly number[]
  readonly keepDims: boolean
}

/** Blockwise symmetric quantisation of rows of `inner` values; see source.ts. */
export interface QuantizedParams {
  readonly bits: 4 | 8
  readonly block: number
  readonly inner: number
}

/** Every op with its parameters. What an op means is written down in interpret.ts; its shapes in infer.ts. */
export interface OpParams {
  // Leaves
  input: { readonly name: string; readonly dtype: DType; readonly shape: Shape }
  parameter: { readonly path: string; readonly dtype: DType; readonly shape: Shape }
  constant: { readonly value: TensorValue }
  size: { readonly dim: Dim; readonly dtype: DType }
  iota: { readonly length: Dim; readonly dtype: DType }
  // Elementwise, one operand
  neg: None
  abs: None
  sign: None
  exp: None
  log: None
  sqrt: None
  reciprocal: None
  sin: None
  cos: None
  tanh: None
  erf: None
  floor: None
  round: None
  sigmoid: None
  silu: None
  gelu: { readonly approximate: 'none' | 'tanh' }
  not: None
  cast: { readonly to: DType }
  stopGradient: None
  // Elementwise, broadcasting
  add: None
  sub: None
  mul: None
  div: None
  pow: None
  minimum: None
  maximum: None
  equal: None
  less: None
  lessEqual: None
  and: None
  or: None
  where: None
  // Products
  matmul: { readonly transposeA: boolean; readonly transposeB: boolean }
  conv2d: ConvParams
  convTranspose2d: ConvParams & { readonly outputPadding: readonly [number, number] }
  quantizedMatmul: QuantizedParams
  dequantize: QuantizedParams
  attention: { readonly scale: number; readonly causal: boolean }
  // Normalisation and rows
  softmax: { readonly axis: number }
  layerNorm: { readonly epsilon: number }
  rmsNorm: { readonly epsilon: number }
  groupNorm: { readonly groups: number; readonly epsilon: number }
  rotary: { readonly style: 'interleaved' | 'half' }
  // Reductions
  reduceSum: ReduceParams
  reduceMean: ReduceParams
  reduceMax: ReduceParams
  argMax: { readonly axis: number; readonly keepDims: boolean }
  // Movement
  reshape: { readonly shape: Shape }
  transpose: { readonly permutation: readonly number[] }
  broadcastTo: { readonly shape: Shape }
  concat: { readonly axis: number }
  slice: { readonly starts: readonly Dim[]; readonly ends: readonly Dim[] }
  pad: { readonly before: readonly number[]; readonly after: readonly number[]; readonly value: number }
  upsampleNearest2d: { readonly scale: number }
  gather: { readonly axis: number }
  scatterAdd: { readonly axis: number; readonly size: Dim }
  after: None
}

/** The operands of each op: tensors, or what stands for them in a rule. */
export interface OperandsOf<T> {
  input: readonly []
  parameter: readonly []
  constant: readonly []
  size: readonly []
  iota: readonly []
  neg: readonly [x: T]
  abs: readonly [x: T]
  sign: readonly [x: T]
  exp: readonly [x: T]
  log: readonly [x: T]
  sqrt: readonly [x: T]
  reciprocal: readonly [x: T]
  sin: readonly [x: T]
  cos: readonly [x: T]
  tanh: readonly [x: T]
  erf: readonly [x: T]
  floor: readonly [x: T]
  round: readonly [x: T]
  sigmoid: readonly [x: T]
  silu: readonly [x: T]
  gelu: readonly [x: T]
  not: readonly [x: T]
  cast: readonly [x: T]
  stopGradient: readonly [x: T]
  add: readonly [a: T, b: T]
  sub: readonly [a: T, b: T]
  mul: readonly [a: T, b: T]
  div: readonly [a: T, b: T]
  pow: readonly [a: T, b: T]
  minimum: readonly [a: T, b: T]
  maximum: readonly [a: T, b: T]
  equal: readonly [a: T, b: T]
  less: readonly [a: T, b: T]
  lessEqual: readonly [a: T, b: T]
  and: readonly [a: T, b: T]
  or: readonly [a: T, b: T]
  where: readonly [condition: T, a: T, b: T]
  matmul: readonly [a: T, b: T]
  conv2d: readonly [x: T, w: T, bias?: T]
  convTranspose2d: readonly [x: T, w: T]
  quantizedMatmul: readonly [x: T, q: T, scales: T]
  dequantize: readonly [q: T, scales: T]
  attention: readonly [q: T, k: T, v: T, mask?: T]
  softmax: readonly [x: T]
  layerNorm: readonly [x: T, scale?: T, bias?: T]
  rmsNorm: readonly [x: T, scale?: T]
  groupNorm: readonly [x: T, scale?: T, bias?: T]
  rotary: readonly [x: T, cosines: T, sines: T]
  reduceSum: readonly [x: T]
  reduceMean: readonly [x: T]
  reduceMax: readonly [x: T]
  argMax: readonly [x: T]
  reshape: readonly [x: T]
  transpose: readonly [x: T]
  broadcastTo: readonly [x: T]
  concat: readonly [T, ...T[]]
  slice: readonly [x: T]
  pad: readonly [x: T]
  upsampleNearest2d: readonly [x: T]
  gather: readonly [x: T, indices: T]
  scatterAdd: readonly [indices: T, updates: T]
  after: readonly [x: T, token: T]
}

export type Op = keyof OpParams

interface OpRow {
  /** Fewest and most operands. */
  readonly arity: readonly [number, number]
  /** Each element of the result depends on the elements at the same (broadcast) place alone. */
  readonly elementwise?: true
  readonly commutative?: true
  /** The same at every run, so that nothing is gained by computing it again. */
  readonly fixed?: true
  /** Elements of the first operand in other places, never computed with. */
  readonly moves?: true
  /** Must stay where it is: neither folded nor merged, because it orders execution. */
  readonly ordering?: true
}

const fixed: OpRow = { arity: [0, 0], fixed: true }
const unary: OpRow = { arity: [1, 1], elementwise: true }
const binary: OpRow = { arity: [2, 2], elementwise: true }
const symmetric: OpRow = { ...binary, commutative: true }
const movement: OpRow = { arity: [1, 1], moves: true }

/** One row per op: the properties that shared passes use instead of names. */
export const ops: { readonly [O in Op]: OpRow } = {
  input: { arity: [0, 0] },
  parameter: fixed,
  constant: fixed,
  size: fixed,
  iota: fixed,
  neg: unary,
  abs: unary,
  sign: unary,
  exp: unary,
  log: unary,
  sqrt: unary,
  reciprocal: unary,
  sin: unary,
  cos: unary,
  tanh: unary,
  erf: unary,
  floor: unary,
  round: unary,
  sigmoid: unary,
  silu: unary,
  gelu: unary,
  not: unary,
  cast: unary,
  stopGradient: unary,
  add: symmetric,
  sub: binary,
  mul: symmetric,
  div: binary,
  pow: binary,
  minimum: symmetric,
  maximum: symmetric,
  equal: symmetric,
  less: binary,
  lessEqual: binary,
  and: symmetric,
  or: symmetric,
  where: { arity: [3, 3], elementwise: true },
  matmul: { arity: [2, 2] },
  conv2d: { arity: [2, 3] },
  convTranspose2d: { arity: [2, 2] },
  quantizedMatmul: { arity: [3, 3] },
  dequantize: { arity: [2, 2] },
  attention: { arity: [3, 4] },
  softmax: { arity: [1, 1] },
  layerNorm: { arity: [1, 3] },
  rmsNorm: { arity: [1, 2] },
  groupNorm: { arity: [1, 3] },
  rotary: { arity: [3, 3] },
  reduceSum: { arity: [1, 1] },
  reduceMean: { arity: [1, 1] },
  reduceMax: { arity: [1, 1] },
  argMax: { arity: [1, 1] },
  reshape: movement,
  transpose: movement,
  broadcastTo: movement,
  concat: { arity: [1, Number.POSITIVE_INFINITY] },
  slice: movement,
  pad: { arity: [1, 1] },
  upsampleNearest2d: movement,
  gather: { arity: [2, 2], moves: true },
  scatterAdd: { arity: [2, 2] },
  after: { arity: [2, 2], moves: true, ordering: true },
}
