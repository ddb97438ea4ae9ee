import fc from 'fast-check'
import type { ReduceOptions, Tensor } from 'pentimento/graph'
import * as g from 'pentimento/graph'
import { named, type OpCase, real, seed, shape, size } from './case.ts'

type Cases = fc.Arbitrary<OpCase>

const reduction = (op: (x: Tensor, options: ReduceOptions) => Tensor): Cases =>
  shape()
    .chain((s) =>
      fc.record({
        s: fc.constant(s),
        axes: fc.option(fc.subarray(s.map((_, axis) => axis)), { nil: undefined }),
        keepDims: fc.boolean(),
        kind: fc.constantFrom('float' as const, 'float' as const, 'i32' as const),
        seed,
      }),
    )
    .map(({ s, axes, keepDims, kind, seed }) => {
      const { shape: open, sizes } = named(s)
      return {
        label: `${kind} [${s}] over [${axes}] ${keepDims}`,
        sizes,
        seed,
        operands: [{ shape: open, domain: kind === 'float' ? 'real' : 'count', dtype: kind }],
        build: ([x]) => op(x!, { keepDims, ...(axes && { axes }) }),
      }
    })

/** An op along one axis of a shape. */
const along = (op: (x: Tensor, axis: number, keepDims: boolean) => Tensor): Cases =>
  shape(1)
    .chain((s) => fc.record({ s: fc.constant(s), axis: fc.nat(s.length - 1), keepDims: fc.boolean(), seed }))
    .map(({ s, axis, keepDims, seed }) => {
      const { shape: open, sizes } = named(s)
      return {
        label: `[${s}] along ${axis}`,
        sizes,
        seed,
        operands: [real(open)],
        build: ([x]) => op(x!, axis, keepDims),
      }
    })

const epsilon = fc.constantFrom(1e-5, 0.01, 0.5)

const norms = { layerNorm: g.layerNorm, rmsNorm: g.rmsNorm }

/** Norms of rows of at least two, so that the variance is not all epsilon. */
const norm = (op: 'layerNorm' | 'rmsNorm'): Cases =>
  fc
    .record({
      leading: shape(1, 3),
      width: fc.integer({ min: 2, max: 6 }),
      affine: fc.nat(op === 'layerNorm' ? 2 : 1),
      epsilon,
      seed,
    })
    .map(({ leading, width, affine, epsilon, seed }) => {
      const { shape: open, sizes } = named([...leading, width])
      return {
        label: `[${open}] ${affine} of scale and bias, ${epsilon}`,
        sizes,
        seed,
        operands: [real(open), ...Array.from({ length: affine }, () => real([width]))],
        build: ([x, scale, bias]) =>
          norms[op](x!, { epsilon, ...(scale && { scale }), ...(bias && { bias }) }),
      }
    })

const groupNorm: Cases = fc
  .record({
    batch: size,
    groups: fc.integer({ min: 1, max: 3 }),
    each: fc.integer({ min: 1, max: 2 }),
    height: fc.integer({ min: 2, max: 4 }),
    width: size,
    affine: fc.boolean(),
    epsilon,
    seed,
  })
  .map(({ batch, groups, each, height, width, affine, epsilon, seed }) => {
    const channels = groups * each
    return {
      label: `[${batch}, ${channels}, ${height}, ${width}] ${groups} groups, ${affine}, ${epsilon}`,
      sizes: { n: batch, h: height },
      seed,
      operands: [real(['n', channels, 'h', width]), ...(affine ? [real([channels]), real([channels])] : [])],
      build: ([x, scale, bias]) =>
        g.groupNorm(x!, { groups, epsilon, ...(scale && bias && { scale, bias }) }),
    }
  })

export const rowCases = {
  softmax: along((x, axis) => g.softmax(x, axis)),
  argMax: along((x, axis, keepDims) => g.argMax(x, axis, { keepDims })),
  layerNorm: norm('layerNorm'),
  rmsNorm: norm('rmsNorm'),
  groupNorm,
  reduceSum: reduction(g.reduceSum),
  reduceMean: reduction(g.reduceMean).filter(({ operands }) => operands[0]!.dtype === 'float'),
  reduceMax: reduction(g.reduceMax),
}
