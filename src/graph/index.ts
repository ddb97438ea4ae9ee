export { attentionMask, plainAttention } from './attention.ts'
export { decodeSmall, encodeSmall } from './convert.ts'
export type { Bindings, Dim, Shape, ShapeLike, SymbolicDim } from './dim.ts'
export {
  dim,
  evaluateDim,
  evaluateShape,
  foldDim,
  plainSymbol,
  printShape,
  sameDim,
  sameShape,
  shapeOf,
  sizeOf,
} from './dim.ts'
export type { DataOf, DType, FloatDType, TypedData } from './dtype.ts'
export { byteLength, dtypes, isFloat } from './dtype.ts'
export type { GraphErrorCode } from './error.ts'
export { GraphError } from './error.ts'
export type { GradOptions } from './grad.ts'
export { grad } from './grad.ts'
export type { Feeds } from './interpret.ts'
export { interpret } from './interpret.ts'
export type { ConvParams, Op, OpParams } from './op.ts'
export { ops } from './op.ts'
export type { AttentionInputs, ConvOptions, Operand, QuantizedParts, ReduceOptions } from './ops.ts'
export {
  abs,
  add,
  after,
  and,
  argMax,
  attention,
  broadcastTo,
  cast,
  clamp,
  concat,
  conv2d,
  convTranspose2d,
  cos,
  dequantize,
  div,
  equal,
  erf,
  exp,
  floor,
  gather,
  gelu,
  greater,
  greaterEqual,
  groupNorm,
  iota,
  layerNorm,
  less,
  lessEqual,
  log,
  logSoftmax,
  matmul,
  maximum,
  minimum,
  mul,
  neg,
  not,
  or,
  pad,
  pow,
  quantizedMatmul,
  reciprocal,
  reduceMax,
  reduceMean,
  reduceSum,
  reshape,
  rmsNorm,
  rotary,
  round,
  scalar,
  scatterAdd,
  sigmoid,
  sign,
  silu,
  sin,
  sizeAsTensor,
  slice,
  softmax,
  split,
  sqrt,
  square,
  squeeze,
  stopGradient,
  sub,
  tanh,
  transpose,
  unsqueeze,
  upsampleNearest2d,
  where,
} from './ops.ts'
export type { LowRank, LowRankRule, OutputRule } from './parameters.ts'
export { lowRankPart, lowRankPaths, Parameters } from './parameters.ts'
export { print } from './print.ts'
export type { Program } from './program.ts'
export { bindSymbols, program, reachable, sizeChecks, symbolsIn } from './program.ts'
export { plainRotary } from './rotary.ts'
export { simplify } from './simplify.ts'
export type { FileRange, ParameterInfo, ParameterSource, Quantization } from './source.ts'
export { partsOf, splitPart } from './source.ts'
export type { Tensor } from './tensor.ts'
export { Graph, isOp } from './tensor.ts'
export type { TensorValue } from './value.ts'
export {
  allocate,
  bytesOf,
  dataArrays,
  dataOf,
  elementCount,
  hasDtype,
  numbersOf,
  tensorValue,
  valueOfBytes,
} from './value.ts'
