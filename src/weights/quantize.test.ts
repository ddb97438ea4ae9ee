import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { TorchGenerator } from '../random/index.ts'
import { openCheckpoint } from './checkpoint.ts'
import { type FloatDType, fromFloat32, toFloat32 } from './floats.ts'
import { storedAs } from './header.ts'
import { dequantizeRows, quantizeRows } from './quantize.ts'
import { quantizeCheckpoint, reasonToKeep } from './quantizeCheckpoint.ts'
import { writeSafetensors } from './writer.ts'

const f32 = (...values: number[]) => Float32Array.from(values)

describe('quantizeRows', () => {
  it('8 bits: codes around 128, the last block padded with 128', () => {
    const values = f32(...Array.from({ length: 18 }, (_, i) => i - 9))
    const { q, scales } = quantizeRows({ values, inner: 18 }, { bits: 8, block: 16 })
    expect([...scales]).toEqual([9 / 127, 8 / 127].map(Math.fround))
    expect([...q.subarray(0, 3)]).toEqual([1, 15, 29]) // -127, round(-112.9), round(-98.8)
    expect([...q.subarray(16, 32)]).toEqual([239, 255, ...Array.from({ length: 14 }, () => 128)])
  })

  it('4 bits: the largest magnitude is code 0, the lower nibble comes first', () => {
    const values = f32(8, -7, 0, 1, ...Array.from({ length: 12 }, () => 0))
    const { q, scales } = quantizeRows({ values, inner: 16 }, { bits: 4, block: 16 })
    expect(scales[0]).toBe(-1)
    expect([...q.subarray(0, 3)]).toEqual([0 | (15 << 4), 8 | (7 << 4), 0x88])
    expect([...dequantizeRows({ q, scales }, 16, { bits: 4, block: 16 })].map((x) => x + 0)).toEqual([
      ...values,
    ])
    const negative = quantizeRows({ values: values.map((x) => -x), inner: 16 }, { bits: 4, block: 16 })
    expect(negative.scales[0]).toBe(1)
    expect(negative.q).toEqual(q)
  })

  it.each([4, 8] as const)('%i bits: blocks of zeros have scale 0 and the zero code', (bits) => {
    const { q, scales } = quantizeRows({ values: f32(0, -0, 0), inner: 3 }, { bits, block: 16 })
    expect(Object.is(scales[0], 0)).toBe(true)
    expect(new Set(q)).toEqual(new Set([bits === 8 ? 128 : 0x88]))
  })

  it.each([4, 8] as const)('%i bits: within half a step of every weight, whatever the size', (bits) => {
    const value = fc.oneof(
      fc.float({ noNaN: true, noDefaultInfinity: true }),
      fc.constantFrom(
        0,
        -0,
        2 ** -149,
        -(2 ** -149),
        2 ** -130,
        3.4028234663852886e38,
        -3.4028234663852886e38,
      ),
    )
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.array(value, { minLength: 40, maxLength: 80 }),
        (inner, list) => {
          const values = f32(...list.slice(0, Math.floor(list.length / inner) * inner))
          const quantization = { bits, block: 16 }
          const { q, scales } = quantizeRows({ values, inner }, quantization)
          const back = dequantizeRows({ q, scales }, inner, quantization)
          const blocks = Math.ceil(inner / 16)
          for (const [i, x] of values.entries()) {
            const scale = Math.abs(
              scales[Math.floor(i / inner) * blocks + Math.floor((i % inner) / 16)] as number,
            )
            // 4 bits have 8 steps on one side and 7 on the other; subnormal scales are themselves rounded.
            const bound = (bits === 4 ? 1 : 0.5) * scale * 1.0001 + 128 * 2 ** -149
            expect(Math.abs((back[i] as number) - x)).toBeLessThanOrEqual(bound)
          }
          const codes = [...q]
          if (bits === 8) expect(codes.every((code) => code >= 1)).toBe(true)
        },
      ),
    )
  })

  it.each([4, 8] as const)('%i bits: bf16 codes give what their f32 values give', (bits) => {
    const bytes = fromFloat32(new TorchGenerator(1).randn(7 * 100), 'bf16')
    const quantization = { bits, block: 32 }
    const direct = quantizeRows({ values: new Uint16Array(bytes.buffer), inner: 100 }, quantization)
    expect(direct).toEqual(quantizeRows({ values: toFloat32(bytes, 'bf16'), inner: 100 }, quantization))
  })

  it.each([Number.NaN, Infinity, -Infinity])('refuses %s, naming tensor and row', (bad) => {
    const values = new Float32Array(60)
    values[45] = bad
    for (const bits of [4, 8] as const)
      expect(() =>
        quantizeRows({ values, inner: 20, name: 'a.weight', firstRow: 100 }, { bits, block: 16 }),
      ).toThrow('tensor "a.weight": expected finite weights, got NaN or infinity in row 102')
  })

  it('refuses other bits, blocks and lengths', () => {
    const rows = { values: f32(1, 2, 3), inner: 2 }
    expect(() => quantizeRows(rows, { bits: 8, block: 16 })).toThrow('do not divide into rows of 2')
    expect(() => quantizeRows(rows, { bits: 5 as 4, block: 16 })).toThrow('4 or 8 bits')
    for (const block of [8, 24, 0, -16, Number.NaN, 8192])
      expect(() => quantizeRows(rows, { bits: 8, block })).toThrow('expected a block')
  })
})

describe('quantizeCheckpoint', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'quantize-'))
  })
  afterEach(() => rm(folder, { recursive: true }))
  const at = (name: string) => join(folder, name)
  const matrix = (name: string, dtype: FloatDType, out: number, inner: number) => ({
    name,
    dtype: storedAs[dtype],
    shape: [out, inner],
    data: fromFloat32(new TorchGenerator(5).randn(out * inner), dtype),
  })

  it.each(['bf16', 'f16', 'f32', 'f64', 'f8e4m3', 'f8e5m2'] as const)('of %s', async (dtype) => {
    await writeSafetensors(at('m.safetensors'), [matrix('l.weight', dtype, 256, 300)], new Map([['k', 'v']]))
    const recipe = await quantizeCheckpoint(at('m.safetensors'), at('q.safetensors'), {
      bits: 8,
      tool: 'test 1.0',
    })
    expect(recipe).toMatchObject({ bits: 8, block: 128, tool: 'test 1.0', kept: {} })
    expect(recipe.sources).toEqual([
      { file: 'm.safetensors', headerHash: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ])
    const source = await openCheckpoint(at('m.safetensors'))
    const target = await openCheckpoint(at('q.safetensors'))
    const values = toFloat32(await source.read('l.weight'), dtype)
    const expected = quantizeRows({ values, inner: 300 }, { bits: 8, block: 128 })
    expect(await target.read('l.weight.q')).toEqual(expected.q)
    expect(toFloat32(await target.read('l.weight.scales'), 'f32')).toEqual(expected.scales)
    expect(target.quantized.get('l.weight')).toEqual({ bits: 8, block: 128, shape: [256, 300], dtype })
    expect(target.metadata.get('k')).toBe('v')
    await source.close()
    await target.close()
  })

  it('in pieces gives what it gives at once, and copies the rest as it is', async () => {
    const large = matrix('big.weight', 'bf16', 4500, 4096) // 36 MB: two pieces
    const norm = {
      name: 'n.weight',
      dtype: 'I16' as const,
      shape: [3],
      data: Uint8Array.of(1, 2, 3, 4, 5, 6),
    }
    const shape = [4096, 4500] as const
    const embedding = { ...large, name: 'embed_tokens.weight', shape }
    await writeSafetensors(at('a.safetensors'), [large, norm])
    await writeSafetensors(at('b.safetensors'), [embedding])
    const seen: number[] = []
    const recipe = await quantizeCheckpoint([at('a.safetensors'), at('b.safetensors')], at('q.safetensors'), {
      bits: 4,
      onProgress: ({ done, total }) => seen.push(done / total),
    })
    expect(recipe.kept).toEqual({ 'not a float type': ['n.weight'], 'an embedding': ['embed_tokens.weight'] })
    expect(seen.at(-1)).toBe(1)
    expect(seen).toEqual(seen.toSorted((a, b) => a - b))
    const target = await openCheckpoint(at('q.safetensors'))
    const values = toFloat32(large.data, 'bf16')
    const expected = quantizeRows({ values, inner: 4096 }, { bits: 4, block: 128 })
    expect(Buffer.compare(await target.read('big.weight.q'), expected.q)).toBe(0)
    expect(Buffer.compare(await target.read('embed_tokens.weight'), embedding.data)).toBe(0)
    expect(await target.read('n.weight')).toEqual(norm.data)
    await target.close()
  })

  it('follows a rule of selection, and refuses what it cannot do', async () => {
    const small = matrix('s.weight', 'f32', 4, 20)
    const odd = { name: 'i', dtype: 'I32' as const, shape: [1, 1], data: new Uint8Array(4) }
    const flat = { ...small, name: 'flat', shape: [80] }
    await writeSafetensors(at('m.safetensors'), [small, odd, flat])
    const recipe = await quantizeCheckpoint(at('m.safetensors'), at('q.safetensors'), {
      bits: 8,
      block: 32,
      select: (path) => path === 's.weight' || 'not wanted',
    })
    expect(recipe.kept).toEqual({ 'not wanted': ['flat', 'i'] })
    const refused = (wanted: string) =>
      quantizeCheckpoint(at('m.safetensors'), at('x.safetensors'), {
        bits: 8,
        select: (path) => path === wanted || 'no',
      })
    await expect(refused('i')).rejects.toMatchObject({ code: 'dtype' })
    await expect(refused('flat')).rejects.toMatchObject({ code: 'shape' })
    const again = quantizeCheckpoint(at('q.safetensors'), at('x.safetensors'), { bits: 8 })
    await expect(again).rejects.toThrow('is already quantised')
    const same = quantizeCheckpoint(at('m.safetensors'), at('m.safetensors'), { bits: 8 })
    await expect(same).rejects.toThrow('is one of the sources')
    const twice = quantizeCheckpoint([at('m.safetensors'), at('m.safetensors')], at('x.safetensors'), {
      bits: 8,
    })
    await expect(twice).rejects.toMatchObject({ code: 'duplicate' })
    expect((await readdir(folder)).sort()).toEqual(['m.safetensors', 'q.safetensors'])
  })

  it('leaves nothing behind when aborted or when a weight is NaN', async () => {
    const bad = matrix('w.weight', 'f32', 256, 256)
    new DataView(bad.data.buffer).setFloat32(4 * 256 * 7, Number.NaN, true)
    await writeSafetensors(at('bad.safetensors'), [bad])
    await writeSafetensors(at('good.safetensors'), [matrix('w.weight', 'f32', 256, 256)])
    await writeSafetensors(at('old.safetensors'), [])
    const before = await readFile(at('old.safetensors'))
    await expect(
      quantizeCheckpoint(at('bad.safetensors'), at('old.safetensors'), { bits: 8 }),
    ).rejects.toThrow('tensor "w.weight": expected finite weights, got NaN or infinity in row 7')
    for (const abort of ['before', 'during']) {
      const controller = new AbortController()
      if (abort === 'before') controller.abort()
      const work = quantizeCheckpoint(at('good.safetensors'), at('old.safetensors'), {
        bits: 8,
        signal: controller.signal,
        onProgress: () => controller.abort(),
      })
      await expect(work).rejects.toMatchObject({ code: 'aborted' })
    }
    expect(await readFile(at('old.safetensors'))).toEqual(before)
    expect(await readdir(folder)).toHaveLength(3)
  })
})

it('the default rule takes the weights of large linear layers', () => {
  const reason = (path: string, dtype: 'BF16' | 'I64', ...shape: number[]) =>
    reasonToKeep(path, { dtype, shape }, { block: 128 })
  expect(reason('double_blocks.0.img_mlp.0.weight', 'BF16', 12288, 3072)).toBe(true)
  expect(reason('c_embedder.linear_1.weight', 'BF16', 3072, 3072)).toBe(true)
  expect(reason('a.bias', 'BF16', 12288)).toBe('not 2-D')
  expect(reason('conv.weight', 'BF16', 512, 512, 3, 3)).toBe('not 2-D')
  expect(reason('table', 'BF16', 512, 512)).toBe('not named .weight')
  expect(reason('a.weight', 'I64', 512, 512)).toBe('not a float type')
  expect(reason('a.weight', 'BF16', 4096, 64)).toBe('rows shorter than a block of 128')
  expect(reason('a.weight', 'BF16', 256, 255)).toBe('fewer than 65536 elements')
  for (const name of ['model.embed_tokens', 'wte', 'transformer.wte', 'patch_embedding', 'embeddings'])
    expect(reason(`${name}.weight`, 'BF16', 4096, 4096)).toBe('an embedding')
})
