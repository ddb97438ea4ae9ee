import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  Graph,
  interpret,
  numbersOf,
  type ParameterSource,
  Parameters,
  program,
  type TensorValue,
  tensorValue,
} from '../graph/index.ts'
import { TorchGenerator } from '../random/index.ts'
import { openAdapter } from './adapter.ts'
import { openCheckpoint } from './checkpoint.ts'
import { fromFloat32 } from './floats.ts'
import { withLora } from './lora.ts'
import { withLoraBranches } from './loraBranches.ts'
import { mergeAdapters, withMerged } from './mergedFile.ts'
import { quantizeCheckpoint } from './quantizeCheckpoint.ts'
import { readAll, writeAll } from './tensors.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'merged-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))
const at = (name: string) => join(folder, name)

const random = (seed: number, shape: readonly number[], size = 1, dtype: 'f32' | 'bf16' | 'f8e4m3' = 'f32') =>
  tensorValue(
    dtype,
    shape,
    new TorchGenerator(seed).randn(shape.reduce((a, b) => a * b, 1)).map((value) => value * size),
  )

async function store(name: string, tensors: Readonly<Record<string, TensorValue>>) {
  await writeAll(at(name), new Map(Object.entries(tensors)))
  return at(name)
}

const values = async (source: ParameterSource, path: string) =>
  Float32Array.from(numbersOf((await readAll(source, [path])).get(path)!))

/** ‖a − b‖ / ‖b‖ */
function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [off, whole] = [0, 0]
  for (let i = 0; i < b.length; i++) {
    off += (a[i]! - b[i]!) ** 2
    whole += b[i]! ** 2
  }
  return Math.sqrt(off / whole)
}

const width = 256
const path = 'double_blocks.0.img_attn.proj.weight'
const lora = {
  'lora_unet_double_blocks_0_img_attn_proj.lora_down.weight': random(1, [4, width], 0.05),
  'lora_unet_double_blocks_0_img_attn_proj.lora_up.weight': random(2, [width, 4], 0.05),
  'lora_unet_double_blocks_0_img_attn_proj.alpha': tensorValue('f32', [], [2]),
}

/** What a layer makes of x, with the source's parts. */
async function product(source: ParameterSource): Promise<Float32Array> {
  const graph = new Graph()
  const w = new Parameters(graph, { source }).pp('double_blocks.0.img_attn.proj')
  const outputs = { y: w.linear(graph.input('x', 'f32', [2, width]), width, { bias: false }) }
  const feeds = await readAll(source, program(outputs).parameters.keys())
  return interpret(outputs, { ...Object.fromEntries(feeds), x: random(5, [2, width]) }).y.data as Float32Array
}

describe('merging into a file', () => {
  it.each([
    ['f32', random(0, [width, width], 0.1), undefined],
    ['bf16', random(0, [width, width], 0.1, 'bf16'), undefined],
    ['fp8', random(0, [width, width], 0.1, 'f8e4m3'), undefined],
    ['int8', random(0, [width, width], 0.1), 8],
    ['int4', random(0, [width, width], 0.1), 4],
  ] as const)('keeps the change of a base in %s', async (name, weight, bits) => {
    const plain = await store('base.safetensors', { [path]: weight, 'other.bias': random(9, [3]) })
    if (bits) await quantizeCheckpoint(plain, at('q.safetensors'), { bits })
    const base = await openCheckpoint(bits ? at('q.safetensors') : plain)
    const adapter = await openAdapter(await store('lora.safetensors', lora))
    const applied = [{ adapter, strength: 0.8 }]
    const [merging] = await mergeAdapters(base, applied, at('merged.safetensors'))
    await adapter.close()
    expect(merging!.beside).toBe(merging!.lost > 0.1)
    expect(merging!.beside).toBe(['fp8', 'int8', 'int4'].includes(name))
    const file = await openCheckpoint(at('merged.safetensors'))
    const source = withMerged(base, file)

    const before = await values(base, path)
    const change = (await values(source, path)).map((value, i) => value - before[i]!)
    const [up, down] = [
      lora['lora_unet_double_blocks_0_img_attn_proj.lora_up.weight'],
      lora['lora_unet_double_blocks_0_img_attn_proj.lora_down.weight'],
    ]
    const wanted = Float32Array.from({ length: width * width }, (_, i) => {
      const [row, column] = [Math.floor(i / width), i % width]
      let sum = 0
      for (let r = 0; r < 4; r++)
        sum += (up.data as Float32Array)[row * 4 + r]! * (down.data as Float32Array)[r * width + column]!
      return (0.8 * 2 * sum) / 4
    })
    expect(distance(change, wanted)).toBeLessThan(0.1)
    const whole = await values(source, path)
    const exact = await product({
      ...source,
      describe: () => ({ dtype: 'f32', shape: [width, width] }),
      read: async () => fromFloat32(whole, 'f32'),
    })
    expect(distance(await product(source), exact)).toBeLessThan(1e-5)
    // The rest lies where it lay, and so does a weight whose change is beside it.
    expect(source.locate('other.bias')).toEqual(base.locate('other.bias'))
    if (name === 'fp8') expect(source.locate(`${path}.stored`)).toEqual(base.locate(path))
    if (bits) expect(source.locate(`${path}.q`)).toEqual(base.locate(`${path}.q`))
    if (name === 'bf16') expect(source.locate(path)).toMatchObject({ file: file.files[0]!.file })
    await file.close()
    await base.close()
  })

  it('measures what requantising would lose', async () => {
    const plain = await store('base.safetensors', { [path]: random(0, [width, width], 0.1) })
    await quantizeCheckpoint(plain, at('q.safetensors'), { bits: 4 })
    const base = await openCheckpoint(at('q.safetensors'))
    const adapter = await openAdapter(await store('lora.safetensors', lora))
    const applied = [{ adapter, strength: 1 }]
    const [found] = await mergeAdapters(base, applied, at('merged.safetensors'), { mostLost: 1e9 })
    const [before, exact] = [await values(base, path), await values(withLoraBranches(base, applied), path)]
    const file = await openCheckpoint(at('merged.safetensors'))
    const merged = await values(withMerged(base, file), path)
    const lost = distance(
      merged.map((value, i) => value - before[i]!),
      exact.map((value, i) => value - before[i]!),
    )
    expect(lost).toBeGreaterThan(1)
    expect(found).toMatchObject({ beside: false })
    expect(Math.abs(found!.lost / lost - 1)).toBeLessThan(0.1)
    expect(merged).toEqual(await values(withLora(base, applied), path))
    for (const each of [file, adapter, base]) await each.close()
  })

  it('refuses a strength that overflows, and leaves no file', async () => {
    const base = await openCheckpoint(
      await store('base.safetensors', { [path]: random(0, [width, width], 0.1) }),
    )
    const adapter = await openAdapter(await store('lora.safetensors', lora))
    for (const strength of [1e42, 1e300]) {
      const merging = mergeAdapters(base, [{ adapter, strength }], at('merged.safetensors'))
      await expect(merging).rejects.toThrow(
        /lora\.safetensors × 1e\+(42|300): tensor ".*proj\.weight" becomes NaN or infinite/,
      )
    }
    const stopped = new AbortController()
    stopped.abort()
    const merging = mergeAdapters(base, [{ adapter, strength: 1 }], at('merged.safetensors'), {
      signal: stopped.signal,
    })
    await expect(merging).rejects.toMatchObject({ code: 'aborted' })
    expect((await readdir(folder)).sort()).toEqual(['base.safetensors', 'lora.safetensors'])
    for (const each of [adapter, base]) await each.close()
  })
})

describe('names of diffusers on the official layout', () => {
  const w = 4
  const shapes = {
    'double_blocks.0.img_attn.qkv.weight': [3 * w, w],
    'double_blocks.0.txt_mlp.2.weight': [w, 8],
    'single_blocks.1.linear1.weight': [3 * w + 8, w],
    'single_blocks.1.linear2.weight': [w, w + 8],
    'final_layer.adaLN_modulation.1.weight': [2 * w, w],
    'img_in.weight': [w, 2],
  }
  const base = Object.fromEntries(Object.entries(shapes).map(([name, shape], i) => [name, random(i, shape)]))

  /** Rows of a weight of the base that a layer of the LoRA changes, by its own matrices. */
  const layers = {
    'transformer_blocks.0.attn.to_q': {
      of: 'double_blocks.0.img_attn.qkv.weight',
      first: 0,
      rows: w,
      rank: 1,
    },
    'transformer_blocks.0.attn.to_v': {
      of: 'double_blocks.0.img_attn.qkv.weight',
      first: 2 * w,
      rows: w,
      rank: 2,
    },
    'transformer_blocks.0.ff_context.net.2': {
      of: 'double_blocks.0.txt_mlp.2.weight',
      first: 0,
      rows: w,
      rank: 2,
    },
    'single_transformer_blocks.1.attn.to_k': {
      of: 'single_blocks.1.linear1.weight',
      first: w,
      rows: w,
      rank: 3,
    },
    'single_transformer_blocks.1.proj_mlp': {
      of: 'single_blocks.1.linear1.weight',
      first: 3 * w,
      rows: 8,
      rank: 2,
    },
    'single_transformer_blocks.1.proj_out': {
      of: 'single_blocks.1.linear2.weight',
      first: 0,
      rows: w,
      rank: 1,
    },
    x_embedder: { of: 'img_in.weight', first: 0, rows: w, rank: 1 },
    // Scale before shift: the first half belongs to the second of the base.
    'norm_out.linear': { of: 'final_layer.adaLN_modulation.1.weight', first: w, rows: 2 * w, rank: 2 },
  } as const

  it.each([
    ['diffusers', (layer: string) => `transformer.${layer}`, 'lora_A', 'lora_B'],
    ['kohya', (layer: string) => `lora_unet_${layer.replaceAll('.', '_')}`, 'lora_down', 'lora_up'],
    ['bare paths', (layer: string) => layer, 'lora_A', 'lora_B'],
  ])('change the rows that they stand for: as %s writes them', async (_, named, a, b) => {
    const tensors: Record<string, TensorValue> = {}
    const wanted = Object.fromEntries(
      Object.entries(base).map(([name, { data }]) => [name, Float64Array.from(data as Float32Array)]),
    )
    for (const [i, [layer, { of, first, rows, rank }]] of Object.entries(layers).entries()) {
      const [total, inner] = shapes[of] as [number, number]
      const [down, up] = [random(100 + i, [rank, inner]), random(200 + i, [rows, rank])]
      tensors[`${named(layer)}.${a}.weight`] = down
      tensors[`${named(layer)}.${b}.weight`] = up
      for (let row = 0; row < rows; row++)
        for (let k = 0; k < inner; k++)
          for (let r = 0; r < rank; r++)
            wanted[of]![((first + row) % total) * inner + k]! +=
              (up.data as Float32Array)[row * rank + r]! * (down.data as Float32Array)[r * inner + k]!
    }
    const source = await openCheckpoint(await store('base.safetensors', base))
    const adapter = await openAdapter(await store('lora.safetensors', tensors))
    const applied = [{ adapter, strength: 1 }]
    await mergeAdapters(source, applied, at('merged.safetensors'))
    const file = await openCheckpoint(at('merged.safetensors'))
    for (const view of [
      withLora(source, applied),
      withLoraBranches(source, applied),
      withMerged(source, file),
    ])
      for (const name of Object.keys(shapes))
        expect(distance(await values(view, name), wanted[name]!)).toBeLessThan(1e-6)
    for (const each of [file, adapter, source]) await each.close()
  })

  it('are refused where they change what another layer changes, or have another width', async () => {
    const source = await openCheckpoint(await store('base.safetensors', base))
    const pair = (name: string, rows: number) => ({
      [`${name}.lora_A.weight`]: random(1, [1, w]),
      [`${name}.lora_B.weight`]: random(2, [rows, 1]),
    })
    const refused = async (tensors: Readonly<Record<string, TensorValue>>, message: RegExp) => {
      const adapter = await openAdapter(await store('lora.safetensors', tensors))
      expect(() => withLora(source, [{ adapter, strength: 1 }])).toThrow(message)
      await adapter.close()
    }
    const q = 'transformer_blocks.0.attn.to_q'
    await refused(
      { ...pair(q, w), ...pair('double_blocks.0.img_attn.qkv', 3 * w) },
      /changes "double_blocks\.0\.img_attn\.qkv\.weight", as does/,
    )
    await refused(pair(q, 3 * w), /does not fit rows 0 to 3 of "double_blocks\.0\.img_attn\.qkv\.weight"/)
    await source.close()
  })
})
