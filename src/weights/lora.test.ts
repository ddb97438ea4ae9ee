import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type ParameterSource, type TensorValue, tensorValue } from '../graph/index.ts'
import { TorchGenerator } from '../random/index.ts'
import { openAdapter, readAdapter } from './adapter.ts'
import type { LowRankFactors } from './adapterPlan.ts'
import { type Checkpoint, openCheckpoint, renamed } from './checkpoint.ts'
import { fromFloat32, toFloat32 } from './floats.ts'
import { withLora } from './lora.ts'
import { dequantizeRows } from './quantize.ts'
import { quantizeCheckpoint } from './quantizeCheckpoint.ts'
import { writeAll } from './tensors.ts'

const golden = (name: string) => fileURLToPath(new URL(`../../test/golden/${name}`, import.meta.url))
const floats = async (source: ParameterSource, path: string) => toFloat32(await source.read(path), 'f32')

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lora-'))
})
afterEach(() => rm(folder, { recursive: true }))
const at = (name: string) => join(folder, name)

/** Largest difference, relative to the largest expected value. */
function distance(found: Float32Array, expected: Float32Array): number {
  expect(found.length).toBe(expected.length)
  let most = 0
  let size = 0
  for (const [i, value] of expected.entries()) {
    most = Math.max(most, Math.abs((found[i] as number) - value))
    size = Math.max(size, Math.abs(value))
  }
  return most / size
}

const matrix = (
  seed: number,
  shape: readonly number[],
  dtype: 'f32' | 'bf16' | 'f8e4m3' = 'f32',
): TensorValue => {
  const size = shape.reduce((a, b) => a * b, 1)
  return tensorValue(dtype, shape, new TorchGenerator(seed).randn(size))
}

async function store(name: string, tensors: Record<string, TensorValue>): Promise<Checkpoint> {
  await writeAll(at(name), new Map(Object.entries(tensors)))
  return openCheckpoint(at(name))
}

/** W + factor · up @ down by its definition, in f64. */
function expectedMerge(weight: Float32Array, factor: number, { up, down, out, rank, inner }: LowRankFactors) {
  return Float64Array.from({ length: out * inner }, (_, at) => {
    const [row, column] = [Math.floor(at / inner), at % inner]
    let sum = 0
    for (let r = 0; r < rank; r++) sum += up[row * rank + r]! * down[r * inner + column]!
    return weight[at]! + factor * sum
  })
}

describe('the reference adapter', () => {
  let base: Checkpoint
  let outputs: Checkpoint
  beforeAll(async () => {
    base = await openCheckpoint(golden('dit/weights.safetensors'))
    outputs = await openCheckpoint(golden('lora/outputs.safetensors'))
  })
  afterAll(() => Promise.all([base.close(), outputs.close()]))

  const sampled = [
    'double_blocks.0.img_attn.qkv.weight',
    'double_blocks.1.img_mod.lin.weight',
    'double_blocks.1.txt_mlp.2.weight',
    'img_in.weight',
    'single_blocks.0.modulation.lin.weight',
    'single_blocks.1.linear1.weight',
  ]

  it.each([
    ['kohya', 'lora/lora_kohya.safetensors'],
    ['PEFT, the folder', 'lora/peft'],
    ['PEFT, the file', 'lora/peft/adapter_model.safetensors'],
    ['bare paths', 'lora/lora_bare_default.safetensors'],
  ])('merges in the names of %s', async (_, file) => {
    const adapter = await openAdapter(golden(file))
    expect(adapter.layers).toHaveLength(31)
    const merged = withLora(base, [{ adapter, strength: 1 }])
    for (const path of sampled) {
      expect(distance(await floats(merged, path), await floats(outputs, path))).toBeLessThan(1e-6)
      expect(merged.locate(path)).toBeUndefined()
      expect(merged.describe(path)).toEqual(base.describe(path))
    }
    for (const path of ['final_layer.linear.weight', 'double_blocks.0.img_attn.qkv.bias']) {
      expect(merged.locate(path)).toEqual(base.locate(path))
      expect(await merged.read(path)).toEqual(await base.read(path))
    }
    expect([...merged.paths()]).toEqual([...base.paths()])
    await adapter.close()
  })

  it('is linear in strength, adds up, and strength 0 changes nothing', async () => {
    const adapter = await openAdapter(golden('lora/lora_kohya.safetensors'))
    const path = sampled[0] as string
    const whole = await floats(withLora(base, [{ adapter, strength: 1 }]), path)
    const plain = await floats(base, path)
    const part = await floats(withLora(base, [{ adapter, strength: 0.6 }]), path)
    expect(
      distance(
        part,
        whole.map((value, i) => plain[i]! + 0.6 * (value - plain[i]!)),
      ),
    ).toBeLessThan(1e-6)
    const twice = withLora(base, [
      { adapter, strength: 1.5 },
      { adapter, strength: -0.5 },
    ])
    expect(distance(await floats(twice, path), whole)).toBeLessThan(1e-6)
    expect(twice.name).toContain('lora_kohya.safetensors × 1.5 + ')
    const none = withLora(base, [{ adapter, strength: 0 }])
    expect(none.locate(path)).toEqual(base.locate(path))
    await adapter.close()
  })
})

describe('merging', () => {
  it.each(['f32', 'bf16', 'f8e4m3'] as const)('is computed in f32 and rounded to %s once', async (dtype) => {
    const base = await store('base.safetensors', { 'a.b.weight': matrix(1, [5, 7], dtype) })
    const update = await store('lora.safetensors', {
      'transformer.a.b.lora_A.weight': matrix(2, [3, 7], 'bf16'),
      'transformer.a.b.lora_B.weight': matrix(3, [5, 3], 'bf16'),
    })
    const adapter = await readAdapter(update)
    expect(adapter.layers[0]).toMatchObject({ shape: [5, 7], rank: 3, scale: 1 })
    const factors = {
      up: toFloat32(await update.read('transformer.a.b.lora_B.weight'), 'bf16'),
      down: toFloat32(await update.read('transformer.a.b.lora_A.weight'), 'bf16'),
      out: 5,
      rank: 3,
      inner: 7,
    }
    const weight = toFloat32(await base.read('a.b.weight'), dtype)
    const expected = Float32Array.from(expectedMerge(weight, -0.7, factors))
    const merged = await withLora(base, [{ adapter, strength: -0.7 }]).read('a.b.weight')
    expect(distance(toFloat32(merged, dtype), toFloat32(fromFloat32(expected, dtype), dtype))).toBeLessThan(
      dtype === 'f32' ? 1e-6 : 1e-12,
    )
    await Promise.all([base.close(), update.close()])
  })

  it.each([1, 2, 3, 4, 5, 8])('multiplies matrices of rank %i', async (rank) => {
    const base = await store('base.safetensors', { 'w.weight': matrix(1, [9, 6]) })
    const update = await store('lora.safetensors', {
      'w.lora_up.weight': matrix(2, [9, rank]),
      'w.lora_down.weight': matrix(3, [rank, 6]),
      'w.alpha': tensorValue('f32', [], [0.5]),
    })
    const adapter = await readAdapter(update)
    const factors = {
      up: await floats(update, 'w.lora_up.weight'),
      down: await floats(update, 'w.lora_down.weight'),
      out: 9,
      rank,
      inner: 6,
    }
    const expected = expectedMerge(await floats(base, 'w.weight'), 0.5 / rank, factors)
    const merged = await floats(withLora(base, [{ adapter, strength: 1 }]), 'w.weight')
    expect(distance(merged, Float32Array.from(expected))).toBeLessThan(1e-6)
    await Promise.all([base.close(), update.close()])
  })

  it('changes convolutions, and leaves what the base source gives untouched', async () => {
    const kept = matrix(1, [4, 2, 3, 3])
    const bytes = new Uint8Array(kept.data.buffer)
    const before = bytes.slice()
    const base: ParameterSource = {
      name: 'memory',
      paths: () => ['conv.weight'],
      describe: (path) => (path === 'conv.weight' ? kept : undefined),
      locate: () => undefined,
      read: () => Promise.resolve(bytes),
    }
    const update = await store('lora.safetensors', {
      'lora_unet_conv.lora_up.weight': matrix(2, [4, 2, 1, 1]),
      'lora_unet_conv.lora_down.weight': matrix(3, [2, 2, 3, 3]),
      'lora_unet_conv.alpha': tensorValue('f32', [1], [0]), // 0 stands for the rank
    })
    const adapter = await readAdapter(update)
    expect(adapter.layers[0]?.scale).toBe(1)
    const calls: object[] = []
    const merged = withLora(base, [{ adapter, strength: 2 }], ({ up, down, ...sizes }) => {
      calls.push({ ...sizes, up: up.length, down: down.length })
      return Promise.resolve(new Float32Array(72).fill(1))
    })
    expect(calls).toEqual([]) // nothing is computed before it is read
    const values = await floats(merged, 'conv.weight')
    expect(calls).toEqual([{ out: 4, rank: 2, inner: 18, up: 8, down: 36 }])
    const plain = new Float32Array(before.buffer)
    expect([...values]).toEqual([...plain].map((value) => Math.fround(value + 2)))
    expect(bytes).toEqual(before)
    const wrong = withLora(base, [{ adapter, strength: 1 }], () => Promise.resolve(new Float32Array(3)))
    await expect(wrong.read('conv.weight')).rejects.toThrow('expected a product of 72 values, got 3')
    await update.close()
  })

  it('quantises a quantised weight again, in both of its parts', async () => {
    const plain = await store('base.safetensors', {
      'w.weight': matrix(1, [256, 256]),
      'v.weight': matrix(2, [256, 256]),
    })
    await quantizeCheckpoint(at('base.safetensors'), at('q.safetensors'), { bits: 8, block: 64 })
    const base = await openCheckpoint(at('q.safetensors'))
    const update = await store('lora.safetensors', {
      'w.lora_A.weight': matrix(3, [2, 256]),
      'w.lora_B.weight': matrix(4, [256, 2]),
    })
    const adapter = await readAdapter(update)
    const merged = withLora(base, [{ adapter, strength: 1 }])
    const info = { dtype: 'f32', shape: [256, 256], quantization: { bits: 8, block: 64 } }
    expect(merged.describe('w.weight')).toEqual(info)
    for (const path of ['w.weight.q', 'w.weight.scales']) {
      expect(merged.locate(path)).toBeUndefined()
      expect(merged.describe(path)).toEqual(base.describe(path))
    }
    expect(merged.locate('v.weight.q')).toEqual(base.locate('v.weight.q'))
    expect(await merged.read('v.weight.q')).toEqual(await base.read('v.weight.q'))
    const dense = await floats(withLora(plain, [{ adapter, strength: 1 }]), 'w.weight')
    const scales = await floats(merged, 'w.weight.scales')
    const q = await merged.read('w.weight.q')
    const values = dequantizeRows({ q, scales }, 256, { bits: 8, block: 64 })
    expect(distance(values, dense)).toBeLessThan(0.01)
    expect(await floats(merged, 'w.weight')).toEqual(values)
    expect(await floats(merged, 'w.weight.scales')).toEqual(scales)
    await Promise.all([plain.close(), base.close(), update.close()])
  })
})

describe('an adapter that does not fit', () => {
  it('is refused with all of its layers that fit no weight', async () => {
    const base = await store('base.safetensors', {
      'a.b.weight': matrix(1, [4, 6]),
      'x.y_z.weight': matrix(1, [4, 6]),
      'x_y.z.weight': matrix(1, [4, 6]),
      'i.weight': tensorValue('i32', [4, 6], new Float32Array(24)),
    })
    const pair = (layer: string, out = 4, inner = 6) => ({
      [`${layer}.lora_A.weight`]: matrix(1, [2, inner]),
      [`${layer}.lora_B.weight`]: matrix(1, [out, 2]),
    })
    const update = await store('lora.safetensors', {
      ...pair('a.b'),
      ...pair('transformer.a.b'),
      ...pair('a.c'),
      ...pair('i'),
      ...pair('lora_unet_x_y_z'),
      ...pair('lora_unet_nowhere'),
      ...pair('diffusion_model.a.b', 6, 4),
    })
    const adapter = await readAdapter(update)
    const message = (() => {
      try {
        withLora(base, [{ adapter, strength: 1 }])
        return ''
      } catch (error) {
        expect(error).toMatchObject({ name: 'WeightsError', code: 'adapter' })
        return (error as Error).message.replaceAll(folder, '')
      }
    })()
    expect(message).toMatchInlineSnapshot(
      `"/base.safetensors: 6 layers of the adapters do not fit: "a.c.lora_B.weight" for [4, 6] of /lora.safetensors fits no weight, "diffusion_model.a.b.lora_B.weight" for [6, 4] of /lora.safetensors changes "a.b.weight", as does "a.b.lora_B.weight", "i.lora_B.weight" for [4, 6] of /lora.safetensors does not fit "i.weight" i32 [4, 6], "lora_unet_nowhere.lora_B.weight" for [4, 6] of /lora.safetensors fits no weight, "lora_unet_x_y_z.lora_B.weight" for [4, 6] of /lora.safetensors could mean "x.y_z.weight", "x_y.z.weight", "transformer.a.b.lora_B.weight" for [4, 6] of /lora.safetensors changes "a.b.weight", as does "a.b.lora_B.weight"; use adapters of this model"`,
    )
    // A part of the file that does fit can be chosen by a view.
    const part = renamed(update, (path) => (path.startsWith('a.b.') ? path : undefined))
    expect(
      withLora(base, [{ adapter: await readAdapter(part), strength: 1 }]).locate('a.b.weight'),
    ).toBeUndefined()
    expect(() => withLora(base, [{ adapter, strength: Number.NaN }])).toThrow(
      'expected a finite strength, got NaN',
    )
    await Promise.all([base.close(), update.close()])
  })
})
