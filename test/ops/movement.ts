import fc from 'fast-check'
import type { DType } from 'pentimento/graph'
import * as g from 'pentimento/graph'
import {
  type Domain,
  named,
  type OpCase,
  type Operand,
  real,
  seed,
  shape,
  size,
  stretchable,
} from './case.ts'

type Cases = fc.Arbitrary<OpCase>
type Kind = DType | 'float'

const kinds: { readonly [K in Kind]?: Domain } = {
  float: 'real',
  i64: 'count',
  i32: 'count',
  u8: 'byte',
  bool: 'bit',
}
const anyKind = fc.constantFrom<Kind>('float', 'float', 'i64', 'i32', 'u8', 'bool')
const operand = (operandShape: Operand['shape'], kind: Kind): Operand => ({
  shape: operandShape,
  dtype: kind,
  domain: kinds[kind]!,
})

const reshape: Cases = fc
  .record({ s: shape(0, 3), split: fc.integer({ min: 1, max: 3 }), form: fc.nat(3), kind: anyKind, seed })
  .map(({ s, split, form, kind, seed }) => {
    const from = [...s, split]
    const { shape: open, sizes } = named(from)
    const [first = 1, ...rest] = open
    const target = [
      [...open].reverse(),
      [-1],
      [1, ...open, 1],
      rest.length > 0 ? [`${first}*${rest[0]}`, ...rest.slice(1)] : open,
    ][form]!
    return {
      label: `${kind} [${from}] to [${target}]`,
      sizes,
      seed,
      operands: [operand(open, kind)],
      build: ([x], at) => g.reshape(x!, target[0] === -1 ? [-1] : at(target)),
    }
  })

const transpose: Cases = shape()
  .chain((s) =>
    fc.record({
      s: fc.constant(s),
      order: fc.shuffledSubarray(
        s.map((_, axis) => axis),
        { minLength: s.length, maxLength: s.length },
      ),
      kind: anyKind,
      seed,
    }),
  )
  .map(({ s, order, kind, seed }) => {
    const { shape: open, sizes } = named(s)
    return {
      label: `${kind} [${s}] by [${order}]`,
      sizes,
      seed,
      operands: [operand(open, kind)],
      build: ([x]) => g.transpose(x!, order),
    }
  })

const broadcastTo: Cases = shape()
  .chain((s) => fc.record({ s: fc.constant(s), from: stretchable(s), kind: anyKind, seed }))
  .map(({ s, from, kind, seed }) => {
    const { shape: open, sizes } = named(s)
    return {
      label: `${kind} [${from}] to [${s}]`,
      sizes,
      seed,
      operands: [operand(from, kind)],
      build: ([x], at) =>
        g.broadcastTo(x!, at(from.length === s.length && from[0] === s[0] && s[0] !== 1 ? s : open)),
    }
  })

const concat: Cases = shape(1)
  .chain((s) =>
    fc.record({
      s: fc.constant(s),
      axis: fc.nat(s.length - 1),
      lengths: fc.array(size, { minLength: 1, maxLength: 3 }),
      kind: anyKind,
      seed,
    }),
  )
  .map(({ s, axis, lengths, kind, seed }) => {
    const shapes = lengths.map((length) => s.map((each, i) => (i === axis ? length : i === 0 ? 'n' : each)))
    return {
      label: `${kind} ${shapes.map((each) => `[${each}]`).join(' ')} along ${axis}`,
      sizes: axis === 0 ? {} : { n: s[0]! },
      seed,
      operands: shapes.map((each) => operand(each, kind)),
      build: (parts) => g.concat(parts, axis),
    }
  })

const slice: Cases = shape(1)
  .chain((s) => fc.record({ s: fc.constant(s), axis: fc.nat(s.length - 1), kind: anyKind, seed }))
  .chain(({ s, axis, kind, seed }) =>
    fc
      .tuple(fc.nat(s[axis]! - 1), fc.nat(s[axis]! - 1))
      .map(([a, b]) => ({ s, axis, kind, seed, start: Math.min(a, b), end: Math.max(a, b) + 1 })),
  )
  .map(({ s, axis, kind, seed, start, end }) => {
    // The far end of an open axis is given by its name.
    const open = s.map((each, i) => (i === axis ? 'n' : each))
    const whole = s[axis]!
    return {
      label: `${kind} [${s}] from ${start} to ${end} along ${axis}`,
      sizes: { n: whole },
      seed,
      operands: [operand(open, kind)],
      build: ([x], at) => {
        const [place] = at([end === whole ? 'n' : `n-${whole - end}`])
        return g.slice(x!, axis, start, place!)
      },
    }
  })

const pad: Cases = shape()
  .chain((s) =>
    fc.record({
      s: fc.constant(s),
      before: fc.array(fc.nat(2), { minLength: s.length, maxLength: s.length }),
      after: fc.array(fc.nat(2), { minLength: s.length, maxLength: s.length }),
      value: fc.constantFrom(0, 1, 7),
      kind: fc.constantFrom<Kind>('float', 'float', 'i64', 'i32', 'u8'),
      seed,
    }),
  )
  .map(({ s, before, after, value, kind, seed }) => {
    const { shape: open, sizes } = named(s)
    return {
      label: `${kind} [${s}] ${value} by [${before}] and [${after}]`,
      sizes,
      seed,
      operands: [operand(open, kind)],
      build: ([x]) => g.pad(x!, { before, after, value }),
    }
  })

const upsampleNearest2d: Cases = fc
  .record({ s: fc.tuple(size, size, size, size), scale: fc.integer({ min: 1, max: 3 }), seed })
  .map(({ s, scale, seed }) => ({
    label: `[${s}] by ${scale}`,
    sizes: { h: s[2], w: s[3] },
    seed,
    operands: [real([s[0], s[1], 'h', 'w'])],
    build: ([x]) => g.upsampleNearest2d(x!, scale),
  }))

/** A tensor, an axis of it, and a shape of indices into that axis, duplicates among them. */
const indexed = shape(1, 3).chain((s) =>
  fc.record({
    s: fc.constant(s),
    axis: fc.nat(s.length - 1),
    places: shape(0, 2),
    index: fc.constantFrom<DType>('i64', 'i32'),
    seed,
  }),
)

const gather: Cases = fc
  .record({ base: indexed, kind: anyKind })
  .map(({ base: { s, axis, places, index, seed }, kind }) => {
    const { shape: open, sizes } = named(s)
    return {
      label: `${kind} [${s}] at ${index} [${places}] along ${axis}`,
      sizes,
      seed,
      operands: [operand(open, kind), { shape: places, dtype: index, domain: { below: s[axis]! } }],
      build: ([x, indices]) => g.gather(x!, indices!, axis),
    }
  })

const scatterAdd: Cases = indexed.map(({ s, axis, places, index, seed }) => {
  const updates = [...s.slice(0, axis), ...places, ...s.slice(axis + 1)]
  return {
    label: `[${updates}] at ${index} [${places}] along ${axis} into ${s[axis]}`,
    sizes: { n: s[axis]! },
    seed,
    operands: [{ shape: places, dtype: index, domain: { below: s[axis]! } }, real(updates)],
    build: ([indices, x], at) =>
      g.scatterAdd({ indices: indices!, updates: x! }, { axis, size: at(['n'])[0]! }),
  }
})

const after: Cases = fc.record({ x: shape(), token: shape(), seed }).map(({ x, token, seed }) => ({
  label: `[${x}] after [${token}]`,
  sizes: {},
  seed,
  // Nothing flows back to a token.
  operands: [real(x), { shape: token, domain: 'real', dtype: 'f32' }],
  build: ([value, other]) => g.after(value!, g.exp(other!)),
}))

export const movementCases = {
  reshape,
  transpose,
  broadcastTo,
  concat,
  slice,
  pad,
  upsampleNearest2d,
  gather,
  scatterAdd,
  after,
}
