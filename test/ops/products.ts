import fc from 'fast-check'
import type { Tensor } from 'pentimento/graph'
import * as g from 'pentimento/graph'
import { broadcasting, type OpCase, type Operand, real, seed, size } from './case.ts'

type Cases = fc.Arbitrary<OpCase>

const matmul: Cases = fc
  .record({
    batch: broadcasting(2),
    rows: size,
    inner: size,
    columns: size,
    transposeA: fc.boolean(),
    transposeB: fc.boolean(),
    open: fc.boolean(),
    seed,
  })
  .map(({ batch, rows, inner, columns, transposeA, transposeB, open, seed }) => {
    const n = open ? 'n' : rows
    const a = [...batch[0]!.slice(-2), ...(transposeA ? [inner, n] : [n, inner])]
    const b = [...batch[1]!.slice(-2), ...(transposeB ? [columns, inner] : [inner, columns])]
    return {
      label: `[${a}] [${b}] ${transposeA} ${transposeB}`,
      sizes: open ? { n: rows } : {},
      seed,
      operands: [real(a), real(b)],
      build: ([x, y]) => g.matmul(x!, y!, { transposeA, transposeB }),
    }
  })

const convShape = {
  batch: size,
  groups: fc.constantFrom(1, 1, 2, 3),
  inPerGroup: fc.integer({ min: 1, max: 3 }),
  outPerGroup: fc.integer({ min: 1, max: 3 }),
  kernel: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
  stride: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
  padding: fc.tuple(fc.nat(2), fc.nat(2), fc.nat(2), fc.nat(2)),
  dilation: fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 2 })),
  extent: fc.tuple(fc.integer({ min: 5, max: 7 }), fc.integer({ min: 5, max: 7 })),
  seed,
}

const conv2d: Cases = fc
  .record({ ...convShape, bias: fc.boolean() })
  .map(({ batch, groups, inPerGroup, outPerGroup, kernel, extent, bias, seed, ...options }) => {
    const operands = [
      real(['n', groups * inPerGroup, ...extent]),
      real([groups * outPerGroup, inPerGroup, ...kernel]),
      ...(bias ? [real([groups * outPerGroup])] : []),
    ]
    return {
      label: JSON.stringify({ shapes: operands.map((o) => o.shape), groups, ...options }),
      sizes: { n: batch },
      seed,
      operands,
      build: ([x, w, b]) => g.conv2d(x!, w!, b, { groups, ...options }),
    }
  })

const convTranspose2d: Cases = fc
  .record({ ...convShape, outputPadding: fc.tuple(fc.nat(1), fc.nat(1)) })
  .map(({ batch, groups, inPerGroup, outPerGroup, kernel, extent, seed, outputPadding, ...options }) => {
    // ONNX Runtime wants less output padding than stride or dilation.
    const rest = outputPadding.map((p, axis) => Math.min(p, options.stride[axis]! - 1)) as [number, number]
    const padding = options.padding.map((p) => Math.min(p, 1)) as [number, number, number, number]
    const operands = [
      real(['n', groups * inPerGroup, ...extent]),
      real([groups * inPerGroup, outPerGroup, ...kernel]),
    ]
    return {
      label: JSON.stringify({ shapes: operands.map((o) => o.shape), groups, ...options, padding, rest }),
      sizes: { n: batch },
      seed,
      operands,
      build: ([x, w]) => g.convTranspose2d(x!, w!, { groups, ...options, padding, outputPadding: rest }),
    }
  })

const quantized = fc.record({
  bits: fc.constantFrom(4 as const, 8 as const),
  block: fc.constantFrom(16, 32),
  inner: fc.integer({ min: 1, max: 70 }),
  out: size,
  rows: size,
  seed,
})

function quantizedOperands({
  bits,
  block,
  inner,
  out,
}: {
  bits: number
  block: number
  inner: number
  out: number
}): readonly Operand[] {
  const blocks = Math.ceil(inner / block)
  return [
    { shape: [out, blocks, (block * bits) / 8], domain: 'byte', dtype: 'u8' },
    { shape: [out, blocks], domain: 'positive', dtype: 'f32' },
  ]
}

const quantizedMatmul: Cases = quantized.map(({ rows, seed, ...parts }) => ({
  label: JSON.stringify({ rows, ...parts }),
  sizes: { n: rows },
  seed,
  operands: [real(['n', parts.inner]), ...quantizedOperands(parts)],
  build: ([x, q, scales]) => g.quantizedMatmul(x!, { q: q!, scales: g.mul(scales!, 0.01), ...parts }),
}))

const dequantize: Cases = quantized.map(({ rows: _, seed, ...parts }) => ({
  label: JSON.stringify(parts),
  sizes: {},
  seed,
  operands: quantizedOperands(parts),
  build: ([q, scales]) => g.dequantize({ q: q!, scales: scales!, ...parts }),
}))

const attention: Cases = fc
  .record({
    batch: fc.integer({ min: 1, max: 2 }),
    keyHeads: fc.integer({ min: 1, max: 2 }),
    group: fc.integer({ min: 1, max: 2 }),
    rows: size,
    columns: size,
    width: fc.constantFrom(2, 4, 8),
    valueWidth: fc.constantFrom(2, 4, 8),
    mask: fc.constantFrom('none', 'bool', 'float'),
    maskOnes: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
    maskRank: fc.integer({ min: 2, max: 4 }),
    causal: fc.boolean(),
    scale: fc.constantFrom(undefined, 0.7),
    open: fc.boolean(),
    seed,
  })
  .map(
    ({
      batch,
      keyHeads,
      group,
      rows,
      columns,
      width,
      valueWidth,
      mask,
      maskOnes,
      maskRank,
      causal,
      scale,
      open,
      seed,
    }) => {
      const heads = keyHeads * group
      const [l, s] = open ? ['l', 's'] : [rows, columns]
      const whole = [maskOnes[0] ? 1 : batch, maskOnes[1] ? 1 : heads, maskOnes[2] ? 1 : l!, s!]
      const maskShape = whole.slice(4 - maskRank)
      const operands: Operand[] = [
        real([batch, heads, l!, width]),
        real([batch, keyHeads, s!, width]),
        real([batch, keyHeads, s!, valueWidth]),
      ]
      if (mask === 'bool') operands.push({ shape: maskShape, domain: 'bit', dtype: 'bool' })
      if (mask === 'float') operands.push(real(maskShape))
      return {
        label: JSON.stringify({ shapes: operands.map((o) => o.shape), rows, columns, mask, causal, scale }),
        sizes: open ? { l: rows, s: columns } : {},
        seed,
        operands,
        build: ([q, k, v, m]) =>
          g.attention(
            { q: q!, k: k!, v: v!, ...(m && { mask: m }) },
            { causal, ...(scale !== undefined && { scale }) },
          ),
      }
    },
  )

const rotary: Cases = fc
  .record({
    leading: fc.constantFrom<number[]>([], [2], [2, 3], [1, 2]),
    tokens: size,
    half: fc.integer({ min: 1, max: 4 }),
    shared: fc.constantFrom('table', 'leading ones', 'whole'),
    style: fc.constantFrom('interleaved' as const, 'half' as const),
    seed,
  })
  .map(({ leading, tokens, half, shared, style, seed }) => {
    const table =
      shared === 'table' ? ['n', half] : [...(shared === 'whole' ? leading : leading.map(() => 1)), 'n', half]
    const operands = [real([...leading, 'n', 2 * half]), real(table), real(table)]
    return {
      label: `${style} ${operands.map((o) => `[${o.shape}]`).join(' ')} n=${tokens}`,
      sizes: { n: tokens },
      seed,
      operands,
      build: ([x, cosines, sines]: readonly Tensor[]) => g.rotary(x!, cosines!, sines!, style),
    }
  })

export const productCases = {
  matmul,
  conv2d,
  convTranspose2d,
  quantizedMatmul,
  dequantize,
  attention,
  rotary,
}
