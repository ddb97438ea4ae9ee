import { type DType, type Shape, sameDim, sizeOf, type Tensor } from '../../graph/index.ts'
import type { Emitter, Rule, RuleContext, Value } from '../emitter.ts'

type MovementOp =
  | 'reshape'
  | 'transpose'
  | 'broadcastTo'
  | 'concat'
  | 'slice'
  | 'pad'
  | 'upsampleNearest2d'
  | 'gather'
  | 'scatterAdd'
  | 'after'

/** Ops that compute nothing. */
export const movement: { readonly [O in MovementOp]: Rule<O> } = {
  reshape: ({ emitter, params: { shape } }, [x]) => emitter.reshape(x!, shape),
  transpose: ({ emitter, params: { permutation } }, [x]) => emitter.transpose(x!, permutation),
  broadcastTo: ({ emitter, params: { shape } }, [x]) => {
    const y = emitter.emit('Expand', [x!, emitter.shape(shape)], x!.dtype)
    // The WebGPU provider (ONNX Runtime 1.30) takes an Expand of bytes and then has no shader for it.
    return x!.dtype === 'u8' ? emitter.onHost(y) : y
  },
  concat: ({ emitter, params: { axis }, dtype }, operands) =>
    emitter.emit('Concat', operands, dtype, { axis }),
  slice: ({ emitter, node, params: { starts, ends } }, [x]) => {
    const axes = node.shape.flatMap((size, axis) =>
      sameDim(size, node.inputs[0]!.shape[axis]!) ? [] : [axis],
    )
    if (axes.length === 0) return x!
    const places = (offsets: Shape) => emitter.shape(axes.map((axis) => offsets[axis]!))
    return emitter.emit('Slice', [x!, places(starts), places(ends), emitter.ints(axes)], x!.dtype)
  },
  pad: ({ emitter, params: { before, after, value } }, [x]) =>
    emitter.emit('Pad', [x!, emitter.ints([...before, ...after]), emitter.scalar(x!.dtype, value)], x!.dtype),
  upsampleNearest2d: ({ emitter, node, params: { scale } }, [x]) => {
    const [n, c, h, w] = node.inputs[0]!.shape as readonly [Shape[0], Shape[0], Shape[0], Shape[0]]
    const apart = emitter.reshape(x!, [n!, c!, h!, 1, w!, 1])
    const repeated = emitter.emit('Expand', [apart, emitter.ints([1, 1, 1, scale, 1, scale])], x!.dtype)
    return emitter.reshape(repeated, node.shape)
  },
  gather: ({ emitter, params: { axis } }, [x, indices]) =>
    emitter.emit('Gather', [x!, indices!], x!.dtype, { axis }),
  scatterAdd: (context, operands) => scatterAdd(context, operands),
  after: ({ emitter, node }, [x, token]) =>
    gate(emitter, { x: x!, shape: node.shape }, { value: token!, node: node.inputs[1]! }),
}

/**
 * ScatterElements over [before, axis, behind]: unlike ScatterND it adds duplicates in one order, without
 * races between threads.
 */
function scatterAdd(
  { emitter, node, params: { axis, size } }: RuleContext<'scatterAdd'>,
  [indices, updates]: readonly Value[],
): Value {
  const rank = node.inputs[0]!.shape.length
  const { shape } = node.inputs[1]!
  const before = sizeOf(shape.slice(0, axis))
  const count = sizeOf(shape.slice(axis, axis + rank))
  const behind = sizeOf(shape.slice(axis + rank))
  const flat = [before, count, behind]
  const { dtype } = updates!
  const places = emitter.emit(
    'Expand',
    [emitter.reshape(indices!, [1, count, 1]), emitter.shape(flat)],
    indices!.dtype,
  )
  const zeros = emitter.emit(
    'Expand',
    [emitter.scalar(dtype, 0), emitter.shape([before, size, behind])],
    dtype,
  )
  const sums = emitter.emit('ScatterElements', [zeros, places, emitter.reshape(updates!, flat)], dtype, {
    axis: 1,
    reduction: 'add',
  })
  return emitter.reshape(sums, node.shape)
}

/**
 * x, in a way that can only run once `token` is there: a Reshape to its own shape, computed from the token
 * with a product by zero. It costs nothing, because a Reshape moves nothing.
 */
function gate(
  emitter: Emitter,
  { x, shape }: { x: Value; shape: Shape },
  token: { value: Value; node: Tensor },
): Value {
  const zero = emitter.emit('Mul', [someInteger(emitter, token.value, token.node), emitter.ints([0])], 'i64')
  const sizes = emitter.emit('Add', [emitter.shape(shape), zero], 'i64')
  return emitter.emit('Reshape', [x, sizes], x.dtype, { allowzero: 1 })
}

/**
 * An i64 [1] that depends on the token: one of its sizes where that is open (an empty tensor has it too), else
 * an element, because a known shape would be folded away before the token is computed.
 */
function someInteger(emitter: Emitter, token: Value, { shape }: Tensor): Value {
  const open = shape.findIndex((size) => typeof size !== 'number')
  const i64: DType = 'i64'
  if (open >= 0) return emitter.emit('Shape', [token], i64, { start: open, end: open + 1 })
  const flat = emitter.reshape(token, [sizeOf(shape)])
  const bounds = [emitter.ints([0]), emitter.ints([1])]
  return emitter.cast(emitter.emit('Slice', [flat, ...bounds], token.dtype), i64)
}
