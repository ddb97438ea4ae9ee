import fc from 'fast-check'
import type { DType, Tensor } from 'pentimento/graph'
import * as g from 'pentimento/graph'
import { broadcasting, type Domain, named, type OpCase, seed, shape } from './case.ts'

type Cases = fc.Arbitrary<OpCase>
type Kind = DType | 'float'

const integers: { readonly [D in DType]?: Domain } = {
  i32: 'count',
  i64: 'count',
  u8: 'natural',
  bool: 'bit',
}

/** One operand of any shape, in floats and whatever integers the op takes. */
const unary = (op: (x: Tensor) => Tensor, domain: Domain = 'real', ints: readonly DType[] = []): Cases =>
  fc.record({ s: shape(), kind: fc.constantFrom<Kind>('float', ...ints), seed }).map(({ s, kind, seed }) => {
    const { shape: open, sizes } = named(s)
    const own = kind === 'float' ? domain : integers[kind]!
    return {
      label: `${kind} [${s}]`,
      sizes,
      seed,
      operands: [{ shape: open, dtype: kind, domain: own }],
      build: ([x]) => op(x!),
    }
  })

/** Operands that broadcast together. */
const binary = (
  op: (a: Tensor, b: Tensor) => Tensor,
  {
    domains = ['real', 'real'],
    kinds = ['float'],
  }: { domains?: readonly [Domain, Domain]; kinds?: readonly Kind[] } = {},
): Cases =>
  fc
    .record({ shapes: broadcasting(2), kind: fc.constantFrom(...kinds), seed })
    .map(({ shapes, kind, seed }) => ({
      label: `${kind} [${shapes[0]}] [${shapes[1]}]`,
      sizes: {},
      seed,
      operands: shapes.map((s, i) => ({
        shape: s,
        dtype: kind,
        // The second is not 0, so that integers can be divided.
        domain: kind === 'float' ? domains[i]! : i === 1 && kind !== 'bool' ? 'natural' : integers[kind]!,
      })),
      build: ([a, b]) => op(a!, b!),
    }))

const arithmetic = { kinds: ['float', 'float', 'i32', 'i64', 'u8'] as const }
const truths = { kinds: ['bool'] as const }

/** Dtypes that numbers can be cast between, with numbers that all of them hold. */
const casts: Cases = fc
  .record({
    s: shape(),
    from: fc.constantFrom<DType>('f32', 'f64', 'f16', 'bf16', 'i32', 'i64', 'u8', 'bool'),
    to: fc.constantFrom<DType>('f32', 'f64', 'f16', 'bf16', 'i32', 'i64', 'u8', 'bool'),
    seed,
  })
  .map(({ s, from, to, seed }) => ({
    label: `[${s}] ${from} to ${to}`,
    sizes: {},
    seed,
    operands: [
      {
        shape: s,
        dtype: from,
        domain:
          from === 'bool' ? 'bit' : to === 'u8' ? 'natural' : g.isFloat(from) ? 'between' : integers[from]!,
      },
    ],
    build: ([x]) => g.cast(x!, to),
  }))

const choices: Cases = fc
  .record({
    shapes: broadcasting(3),
    kind: fc.constantFrom<Kind>('float', 'float', 'i64', 'i32', 'u8', 'bool'),
    seed,
  })
  .map(({ shapes, kind, seed }) => ({
    label: `${kind} [${shapes.join('] [')}]`,
    sizes: {},
    seed,
    operands: [
      { shape: shapes[0]!, dtype: 'bool', domain: 'bit' },
      ...shapes.slice(1).map((s) => ({
        shape: s,
        dtype: kind,
        domain: kind === 'float' ? ('real' as const) : integers[kind]!,
      })),
    ],
    build: ([condition, a, b]) => g.where(condition!, a!, b!),
  }))

export const elementwiseCases = {
  neg: unary(g.neg, 'real', ['i32', 'i64']),
  abs: unary(g.abs, 'real', ['i32', 'i64']),
  sign: unary(g.sign, 'real', ['i32', 'i64']),
  exp: unary(g.exp),
  log: unary(g.log, 'positive'),
  sqrt: unary(g.sqrt, 'positive'),
  reciprocal: unary(g.reciprocal),
  sin: unary(g.sin),
  cos: unary(g.cos),
  tanh: unary(g.tanh),
  erf: unary(g.erf),
  floor: unary(g.floor, 'between'),
  round: unary(g.round, 'between'),
  sigmoid: unary(g.sigmoid),
  silu: unary(g.silu),
  gelu: fc.oneof(
    unary((x) => g.gelu(x)),
    unary((x) => g.gelu(x, { approximate: 'tanh' })),
  ),
  not: unary(g.not, 'bit', ['bool']).filter(({ operands }) => operands[0]!.dtype === 'bool'),
  cast: casts,
  stopGradient: unary(g.stopGradient),
  add: binary(g.add, arithmetic),
  sub: binary(g.sub, arithmetic),
  mul: binary(g.mul, arithmetic),
  div: binary(g.div, arithmetic),
  pow: binary(g.pow, { domains: ['positive', 'real'] }),
  minimum: binary(g.minimum, arithmetic),
  maximum: binary(g.maximum, arithmetic),
  equal: binary(g.equal, { kinds: ['i32', 'i64', 'float', 'bool', 'u8'], domains: ['count', 'count'] }),
  less: binary(g.less, { kinds: ['i32', 'i64', 'float', 'u8'], domains: ['count', 'count'] }),
  lessEqual: binary(g.lessEqual, { kinds: ['i32', 'i64', 'float', 'u8'], domains: ['count', 'count'] }),
  and: binary(g.and, truths),
  or: binary(g.or, truths),
  where: choices,
}
