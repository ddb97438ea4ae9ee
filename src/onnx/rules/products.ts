import type { ConvParams, Op, Tensor } from '../../graph/index.ts'
import type { Emitter, Rule, RuleContext, Value } from '../emitter.ts'
import type { Attribute } from '../proto.ts'

type ProductOp = 'matmul' | 'conv2d' | 'convTranspose2d' | 'quantizedMatmul' | 'dequantize' | 'attention'

/** Products, in the kernels of ONNX Runtime that are fastest for their shapes. */
export const products: { readonly [O in ProductOp]: Rule<O> } = {
  matmul: (context, [a, b]) => matmul(context, a!, b!),
  conv2d: ({ emitter, dtype, params }, operands) =>
    emitter.emit('Conv', operands, dtype, convAttributes(params)),
  convTranspose2d: ({ emitter, dtype, params }, operands) => {
    const y = emitter.emit('ConvTranspose', operands, dtype, {
      ...convAttributes(params),
      output_padding: params.outputPadding,
    })
    // The WebGPU provider (ONNX Runtime 1.30) leaves every group but the first at zero.
    return params.groups > 1 ? emitter.onHost(y) : y
  },
  quantizedMatmul: ({ emitter, node, params, accuracyLevel }, [x, q, scales, bias]) => {
    const operands = [
      emitter.cast(x!, 'f32'),
      q,
      scales,
      undefined,
      undefined,
      bias && emitter.cast(bias, 'f32'),
    ]
    const y = emitter.emitMicrosoft('MatMulNBits', operands, 'f32', {
      K: params.inner,
      N: node.shape.at(-1) as number,
      bits: params.bits,
      block_size: params.block,
      accuracy_level: accuracyLevel,
    })
    // Where a row is shorter than a block, the WebGPU provider (ONNX Runtime 1.30) reads the packed weights wrongly: with
    // inputs × outputs = block it refuses 4 × 4 of 16, and of 8 × 2 gives all outputs but the first wrong.
    return emitter.cast(params.inner < params.block ? emitter.onHost(y) : y, x!.dtype)
  },
  dequantize: ({ emitter, operands, params }, [q, scales]) => {
    const { bits, block, inner } = params
    const [out, blocks] = operands[1]!.shape as [number, number]
    const levels = emitter.cast(q!, 'f32')
    const apart = bits === 8 ? levels : nibbles(emitter, levels, [out, blocks, block / 2])
    const centred = emitter.emit('Sub', [apart, emitter.scalar('f32', 2 ** (bits - 1))], 'f32')
    const scaled = emitter.emit('Mul', [centred, emitter.reshape(scales!, [out, blocks, 1])], 'f32')
    const rows = emitter.reshape(scaled, [out, blocks * block])
    if (inner === blocks * block) return rows
    return emitter.emit('Slice', [rows, emitter.ints([0]), emitter.ints([inner]), emitter.ints([1])], 'f32')
  },
  attention: (context, operands) => multiHeadAttention(context, operands),
}

/** Products whose rule takes one operand more, a bias [out] that the kernel adds while it writes. */
export const addsBias: ReadonlySet<Op> = new Set<Op>(['quantizedMatmul'])

function convAttributes({
  stride,
  padding,
  dilation,
  groups,
}: ConvParams): Readonly<Record<string, Attribute>> {
  return { strides: stride, pads: padding, dilations: dilation, group: groups }
}

/** Two numbers of 4 bits from each byte [out, blocks, bytes], the lower half first. */
function nibbles(emitter: Emitter, bytes: Value, shape: readonly [number, number, number]): Value {
  const [out, blocks, width] = shape
  const high = emitter.emit(
    'Floor',
    [emitter.emit('Mul', [bytes, emitter.scalar('f32', 1 / 16)], 'f32')],
    'f32',
  )
  const low = emitter.emit(
    'Sub',
    [bytes, emitter.emit('Mul', [high, emitter.scalar('f32', 16)], 'f32')],
    'f32',
  )
  const halves = [low, high].map((half) => emitter.reshape(half, [out, blocks, width, 1]))
  return emitter.reshape(emitter.emit('Concat', halves, 'f32', { axis: 3 }), [out, blocks, 2 * width])
}

/** FusedMatMul reads transposed operands in place; Gemm does for matrices; elsewhere a Transpose comes first. */
function matmul({ operands, params, dtype, emitter }: RuleContext<'matmul'>, a: Value, b: Value): Value {
  const [transA, transB] = [Number(params.transposeA), Number(params.transposeB)]
  if (transA + transB === 0) return emitter.emit('MatMul', [a, b], dtype)
  if (emitter.target.fusedMatMul && dtype !== 'f64')
    return emitter.emitMicrosoft('FusedMatMul', [a, b], dtype, { transA, transB })
  const ranks = operands.map((input) => input.shape.length)
  if (ranks.every((rank) => rank === 2)) return emitter.emit('Gemm', [a, b], dtype, { transA, transB })
  const plain = [a, b].map((x, i) =>
    [transA, transB][i] ? emitter.transpose(x, lastTwoSwapped(ranks[i]!)) : x,
  )
  return emitter.emit('MatMul', plain, dtype)
}

function lastTwoSwapped(rank: number): number[] {
  return Array.from({ length: rank }, (_, axis) => (axis < rank - 2 ? axis : 2 * rank - 3 - axis))
}

/** `com.microsoft.MultiHeadAttention`, which keeps no scores in memory; prepare.ts has made the operands fit. */
function multiHeadAttention(context: RuleContext<'attention'>, [q, k, v, bias]: readonly Value[]): Value {
  const { node, params, dtype, emitter } = context
  const [batch, heads, rows] = node.shape
  const inRows = [q!, k!, v!].map((x, i) => tokensFirst(emitter, x, context.operands[i]!))
  const attributes = { num_heads: heads as number, scale: { float: params.scale } }
  const y = emitter.emitMicrosoft(
    'MultiHeadAttention',
    [...inRows, undefined, undefined, bias],
    dtype,
    attributes,
  )
  const apart = emitter.reshape(y, [batch!, rows!, heads!, node.shape[3]!])
  return emitter.transpose(apart, [0, 2, 1, 3])
}

/** [B, H, L, D] as [B, L, H·D]. */
function tokensFirst(emitter: Emitter, x: Value, { shape }: Tensor): Value {
  const [batch, heads, rows, width] = shape as [number, number, number, number]
  return emitter.reshape(emitter.transpose(x, [0, 2, 1, 3]), [batch, rows, heads * width])
}
