import { type Op, type OpParams, sizeOf, type Tensor, tensorValue } from '../../graph/index.ts'
import type { Emitter, Rule, RuleContext, Value } from '../emitter.ts'

type RowOp =
  | 'softmax'
  | 'layerNorm'
  | 'rmsNorm'
  | 'groupNorm'
  | 'rotary'
  | 'reduceSum'
  | 'reduceMean'
  | 'reduceMax'
  | 'argMax'

type ReduceOp = 'reduceSum' | 'reduceMean' | 'reduceMax'

const reduce =
  (op: string) =>
  ({ emitter, params, dtype }: RuleContext<ReduceOp>, [x]: readonly Value[]): Value => {
    // To ONNX an empty list of axes means all of them.
    if (params.axes.length === 0) return x!
    const keepdims = Number(params.keepDims)
    // Means and maxima of bytes have no kernel.
    const widened = x!.dtype === 'u8' ? emitter.cast(x!, 'i32') : x!
    const y = emitter.emit(op, [widened, emitter.ints(params.axes)], widened.dtype, { keepdims })
    return emitter.cast(y, dtype)
  }

/** Norms, reductions and other ops on whole rows. */
export const rows: { readonly [O in RowOp]: Rule<O> } = {
  softmax: ({ emitter, dtype, params: { axis } }, [x]) => emitter.emit('Softmax', [x!], dtype, { axis }),
  layerNorm: ({ emitter, dtype, params, node }, [x, scale, bias]) => {
    const operands = [x!, scale ?? filled(emitter, 1, x!, node.shape.at(-1) as number)]
    return emitter.emit('LayerNormalization', bias ? [...operands, bias] : operands, dtype, {
      axis: -1,
      epsilon: { float: params.epsilon },
    })
  },
  rmsNorm: ({ emitter, dtype, params, node }, [x, scale]) =>
    // ONNX Runtime keeps this one in the domain of ONNX itself.
    emitter.emit(
      'SimplifiedLayerNormalization',
      [x!, scale ?? filled(emitter, 1, x!, node.shape.at(-1) as number)],
      dtype,
      { axis: -1, epsilon: { float: params.epsilon } },
    ),
  groupNorm: (context, operands) => groupNorm(context, operands),
  rotary: ({ emitter, dtype, params, node }, [x, cosines, sines]) => {
    const tables = [cosines!, sines!].map((table, i) =>
      emitter.reshape(table, node.inputs[i + 1]!.shape.slice(-2)),
    ) as [Value, Value]
    const interleaved = Number(params.style === 'interleaved')
    return emitter.emitMicrosoft('RotaryEmbedding', [x!, emitter.ints([0]), ...tables], dtype, {
      interleaved,
    })
  },
  reduceSum: reduce('ReduceSum'),
  reduceMean: reduce('ReduceMean'),
  reduceMax: reduce('ReduceMax'),
  argMax: ({ emitter, params: { axis, keepDims } }, [x]) => {
    // Of the integers only i32 and bytes have a kernel; up to 2^53 f64 orders the others as they are.
    const comparable = x!.dtype === 'i64' ? emitter.cast(x!, 'f64') : x!
    return emitter.emit('ArgMax', [comparable], 'i64', { axis, keepdims: Number(keepDims) })
  },
}

/** A row of one number, in the dtype of x. */
function filled(emitter: Emitter, value: number, x: Value, length: number): Value {
  return emitter.constant(tensorValue(x.dtype, [length], new Float32Array(length).fill(value)))
}

/** Each group of channels as one channel of an InstanceNormalization, then each channel's scale and bias. */
function groupNorm(
  { emitter, dtype, params, node }: RuleContext<'groupNorm'>,
  [x, scale, bias]: readonly Value[],
): Value {
  const { groups, epsilon } = params satisfies OpParams[Op & 'groupNorm']
  const [batch, channels, height, width] = (node as Tensor).shape
  const run = sizeOf([(channels as number) / groups, height!, width!])
  const y = emitter.emit(
    'InstanceNormalization',
    [
      emitter.reshape(x!, [batch!, groups, run]),
      filled(emitter, 1, x!, groups),
      filled(emitter, 0, x!, groups),
    ],
    dtype,
    { epsilon: { float: epsilon } },
  )
  const normal = emitter.reshape(y, node.shape)
  if (!scale || !bias) return normal
  const perChannel = (p: Value) => emitter.reshape(p, [channels!, 1, 1])
  const scaled = emitter.emit('Mul', [normal, perChannel(scale)], dtype)
  return emitter.emit('Add', [scaled, perChannel(bias)], dtype)
}
