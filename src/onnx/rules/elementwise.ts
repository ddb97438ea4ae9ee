import { type DType, dtypes, type Op, sameShape } from '../../graph/index.ts'
import type { Emitter, Rule, RuleContext, Value } from '../emitter.ts'
import { carrier } from '../target.ts'

/** An ONNX op that means the same, operands and all. */
const same =
  (op: string) =>
  <O extends Op>({ emitter, dtype }: RuleContext<O>, operands: readonly Value[]): Value =>
    emitter.emit(op, operands, dtype)

/**
 * An op without kernels for some dtypes: computed in another that holds all their values, and cast back
 * (which for u8 wraps around, as the arithmetic of bytes does).
 */
const through =
  (op: string, detours: Readonly<Partial<Record<DType, DType>>>) =>
  <O extends Op>({ emitter, dtype }: RuleContext<O>, operands: readonly Value[]): Value => {
    const detour = detours[operands.at(-1)!.dtype]
    if (detour === undefined) return emitter.emit(op, operands, dtype)
    const widened = operands.map((x) => emitter.cast(x, detour))
    return emitter.cast(emitter.emit(op, widened, dtype === 'bool' ? 'bool' : detour), dtype)
  }

const bytes = { u8: 'i32' } as const

/** Element by element. Kernels are those of ONNX Runtime 1.30's CPU provider. */
export const elementwise: { readonly [O in ElementwiseOp]: Rule<O> } = {
  neg: through('Neg', bytes),
  abs: same('Abs'),
  sign: same('Sign'),
  exp: same('Exp'),
  log: same('Log'),
  sqrt: same('Sqrt'),
  reciprocal: same('Reciprocal'),
  sin: same('Sin'),
  cos: same('Cos'),
  tanh: same('Tanh'),
  erf: same('Erf'),
  floor: same('Floor'),
  round: same('Round'),
  sigmoid: ({ emitter }, [x]) => sigmoid(emitter, x!),
  silu: ({ emitter, dtype }, [x]) => emitter.emit('Mul', [x!, sigmoid(emitter, x!)], dtype),
  gelu: ({ emitter, dtype, params }, operands) =>
    emitter.emit('Gelu', operands, dtype, { approximate: params.approximate }),
  not: same('Not'),
  cast: ({ emitter, params: { to } }, [x]) => {
    const target = carrier(to, emitter.target)
    // A dtype that is carried in a wider one still rounds: there and back.
    return emitter.cast(to === target ? x! : emitter.cast(x!, to), target)
  },
  stopGradient: (_, [x]) => x!,
  add: through('Add', bytes),
  sub: through('Sub', bytes),
  mul: through('Mul', bytes),
  div: through('Div', bytes),
  pow: ({ emitter, dtype, operands: [a, b] }, values) => {
    const y = emitter.emit('Pow', values, dtype)
    // The WebGPU provider (ONNX Runtime 1.30) does not run [1, 4] to the power of [1, 1].
    return sameShape(a!.shape, b!.shape) ? y : emitter.onHost(y)
  },
  minimum: same('Min'),
  maximum: same('Max'),
  equal: same('Equal'),
  less: same('Less'),
  lessEqual: same('LessOrEqual'),
  and: same('And'),
  or: same('Or'),
  where: ({ emitter, dtype }, [condition, a, b]) => {
    if (dtypes[dtype].kind !== 'bool') return emitter.emit('Where', [condition!, a!, b!], dtype)
    const choices = [a!, b!].map((x) => emitter.cast(x, 'u8'))
    return emitter.cast(emitter.emit('Where', [condition!, ...choices], 'u8'), 'bool')
  },
}

/**
 * ONNX Runtime 1.30 fuses x·Sigmoid(x) of any dtype into QuickGelu, and then finds that it has none for f64: there
 * 1/(1 + e^−x) is written out.
 */
function sigmoid(emitter: Emitter, x: Value): Value {
  const { dtype } = x
  if (dtype !== 'f64') return emitter.emit('Sigmoid', [x], dtype)
  const power = emitter.emit('Exp', [emitter.emit('Neg', [x], dtype)], dtype)
  return emitter.emit('Reciprocal', [emitter.emit('Add', [power, emitter.scalar(dtype, 1)], dtype)], dtype)
}

type ElementwiseOp =
  | 'neg'
  | 'abs'
  | 'sign'
  | 'exp'
  | 'log'
  | 'sqrt'
  | 'reciprocal'
  | 'sin'
  | 'cos'
  | 'tanh'
  | 'erf'
  | 'floor'
  | 'round'
  | 'sigmoid'
  | 'silu'
  | 'gelu'
  | 'not'
  | 'cast'
  | 'stopGradient'
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'pow'
  | 'minimum'
  | 'maximum'
  | 'equal'
  | 'less'
  | 'lessEqual'
  | 'and'
  | 'or'
  | 'where'
