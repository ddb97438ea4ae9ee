import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tinyKontextFile, writeWideKontext } from '../../../../test/tinyKontext.ts'
import { type TensorValue, tensorValue } from '../../../graph/index.ts'
import type { Picture } from '../../../image/index.ts'
import { TorchGenerator } from '../../../random/index.ts'
import {
  fromFloat32,
  openCheckpoint,
  type StoredDType,
  toFloat32,
  writeAdapter,
  writeAll,
  writeSafetensors,
} from '../../../weights/index.ts'
import { type ModelEditorOptions, openModelEditor } from '../../modelEditor.ts'

let folder: string
let model: string
let plain: Picture
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kontext-stored-'))
  model = join(folder, 'model')
  await writeWideKontext(model)
  plain = (await edited(model)).picture
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const photo: Picture = {
  width: 64,
  height: 48,
  data: Uint8Array.from({ length: 64 * 48 * 3 }, (_, i) => Math.round(127 + 120 * Math.sin(i / 7 + (i % 3)))),
}

async function edited(from: string, more: ModelEditorOptions = {}) {
  const editor = await openModelEditor(from, {
    provider: 'cpu',
    threads: 1,
    cache: join(folder, 'cache'),
    precision: 'fp32',
    ...more,
  })
  try {
    return { picture: await editor.edit(photo, 'change the sky to blue'), facts: editor.facts }
  } finally {
    await editor.close()
  }
}

/** The mean distance of two pictures, in levels. */
const distance = (a: Picture, b: Picture): number =>
  a.data.reduce((sum, level, i) => sum + Math.abs(level - b.data[i]!), 0) / a.data.length

it.each([
  ['int8', 'whole', 3],
  ['int8', 'streamed', 3],
  ['int4', 'whole', 12],
] as const)(
  'in %s, %s, transformer and T5 are quantised and draw nearly the same',
  async (precision, plan, most) => {
    const { picture, facts } = await edited(model, { precision, plan })
    expect(facts).toEqual({
      transformer: { precision, plan },
      textEncoder: { precision: 'fp32', plan: 'whole' },
      textEncoder2: { precision, plan },
      autoencoder: { precision: 'fp32', plan: 'whole' },
    })
    expect(distance(picture, plain)).toBeGreaterThan(0)
    expect(distance(picture, plain)).toBeLessThan(most)
  },
)

interface Stored {
  readonly name: string
  readonly dtype: StoredDType
  readonly shape: readonly number[]
  readonly data: Uint8Array
}

/** A copy with each matrix of a part stored otherwise. */
async function storedAs(
  part: 'transformer' | 't5',
  store: (name: string, values: Float32Array, shape: readonly number[]) => readonly Stored[],
): Promise<string> {
  const copy = await mkdtemp(join(folder, 'copy-'))
  await cp(model, copy, { recursive: true })
  const source = await openCheckpoint(tinyKontextFile(model, 'official', part))
  const tensors: Stored[] = []
  for (const path of source.paths()) {
    const { shape } = source.describe(path)!
    tensors.push(...store(path, toFloat32(await source.read(path), 'f32'), shape as readonly number[]))
  }
  await source.close()
  await writeSafetensors(tinyKontextFile(copy, 'official', part), tensors)
  return copy
}

describe('stored as ComfyUI and others store it', () => {
  const inF8 = (name: string, values: Float32Array, shape: readonly number[]): Stored => ({
    name,
    dtype: 'F8_E4M3',
    shape,
    data: fromFloat32(values, 'f8e4m3'),
  })

  it.each(['transformer', 't5'] as const)('%s in fp8 without scales', async (part) => {
    const { picture } = await edited(await storedAs(part, (...tensor) => [inF8(...tensor)]))
    expect(distance(picture, plain)).toBeLessThan(6)
  })

  it.each(['transformer', 't5'] as const)('%s in fp8 with scales', async (part) => {
    const prefix = part === 'transformer' ? 'model.diffusion_model.' : ''
    const scaled = await storedAs(part, (path, values, shape) => {
      const name = prefix + path
      if (shape.length !== 2 || path.includes('bias')) return [f32(name, values, shape)]
      const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 448
      const layer = name.slice(0, -'.weight'.length)
      return [
        inF8(
          name,
          values.map((value) => value / scale),
          shape,
        ),
        f32(`${layer}.scale_weight`, Float32Array.of(scale), [1]),
      ]
    })
    const { picture } = await edited(scaled)
    expect(distance(picture, plain)).toBeLessThan(3)
    // Scales belong to the weights: without them nothing would be left of the picture.
    expect(distance(picture, plain)).toBeGreaterThan(0)
  })

  it('T5 in f16, computed in f32, where its states do not overflow', async () => {
    const { picture } = await edited(
      await storedAs('t5', (name, values, shape) => [
        { name, dtype: 'F16', shape, data: fromFloat32(values, 'f16') },
      ]),
    )
    expect(distance(picture, plain)).toBeLessThan(0.1)
  })
})

function f32(name: string, values: Float32Array, shape: readonly number[]): Stored {
  return { name, dtype: 'F32', shape, data: new Uint8Array(values.slice().buffer) }
}

describe('a LoRA', () => {
  const rank = 4
  const random = (seed: number, rows: number, columns: number): TensorValue =>
    tensorValue(
      'f32',
      [rows, columns],
      new TorchGenerator(seed).randn(rows * columns).map((value) => value / 8),
    )
  /** By the official layers: rows and width of each. */
  const layers = {
    'double_blocks.0.img_attn.qkv': [768, 256],
    'double_blocks.0.txt_mlp.0': [1024, 256],
    'single_blocks.0.linear1': [1792, 256],
    'guidance_in.in_layer': [256, 256],
    'final_layer.adaLN_modulation.1': [512, 256],
  } as const
  const factors = Object.entries(layers).map(([layer, [rows, width]], i) => ({
    layer,
    up: random(2 * i, rows, rank),
    down: random(2 * i + 1, rank, width),
  }))

  const rowsOf = ({ data }: TensorValue, from: number, to: number): TensorValue => ({
    dtype: 'f32',
    shape: [to - from, rank],
    data: (data as Float32Array).slice(from * rank, to * rank),
  })
  /** The same changes by the layers of diffusers. */
  const diffusers = factors.flatMap(({ layer, up, down }) => {
    const cut = (names: readonly string[], ...ends: readonly number[]) =>
      names.map((name, i) => ({ layer: name, up: rowsOf(up, ends[i]!, ends[i + 1]!), down }))
    switch (layer) {
      case 'double_blocks.0.img_attn.qkv':
        return cut(
          ['to_q', 'to_k', 'to_v'].map((name) => `transformer_blocks.0.attn.${name}`),
          ...[0, 256, 512, 768],
        )
      case 'double_blocks.0.txt_mlp.0':
        return cut(['transformer_blocks.0.ff_context.net.0.proj'], 0, 1024)
      case 'single_blocks.0.linear1':
        return cut(
          ['attn.to_q', 'attn.to_k', 'attn.to_v', 'proj_mlp'].map(
            (name) => `single_transformer_blocks.0.${name}`,
          ),
          ...[0, 256, 512, 768, 1792],
        )
      case 'guidance_in.in_layer':
        return cut(['time_text_embed.guidance_embedder.linear_1'], 0, 256)
      default: {
        const halves = [rowsOf(up, 256, 512), rowsOf(up, 0, 256)]
        const data = new Float32Array(halves.flatMap((half) => [...(half.data as Float32Array)]))
        return [{ layer: 'norm_out.linear', up: { ...up, data }, down }]
      }
    }
  })

  const write = async (name: string, entries: Readonly<Record<string, TensorValue>>): Promise<string> => {
    const file = join(folder, `${name}.safetensors`)
    await writeAll(file, new Map(Object.entries(entries)))
    return file
  }
  const named = (each: readonly { layer: string; up: TensorValue; down: TensorValue }[], prefix: string) =>
    Object.fromEntries(
      each.flatMap(({ layer, up, down }) => [
        [`${prefix}${layer}.lora_B.weight`, up],
        [`${prefix}${layer}.lora_A.weight`, down],
      ]),
    )

  it('changes the picture alike by the names of BFL, ComfyUI, kohya, PEFT and diffusers', async () => {
    const kohya = join(folder, 'kohya.safetensors')
    await writeAdapter(kohya, factors, { format: 'kohya', rank, alpha: rank })
    const kohyaOfDiffusers = join(folder, 'kohya-diffusers.safetensors')
    await writeAdapter(kohyaOfDiffusers, diffusers, { format: 'kohya', rank, alpha: rank })
    const peft = join(folder, 'peft')
    await writeAdapter(peft, factors, { format: 'peft', rank, alpha: rank })
    const files = {
      'names of BFL': await write('bfl', named(factors, '')),
      'names of ComfyUI': await write('comfy', named(factors, 'diffusion_model.')),
      'names of diffusers': await write('diffusers', named(diffusers, 'transformer.')),
      kohya,
      'kohya, of diffusers': kohyaOfDiffusers,
      peft,
    }
    let first: Picture | undefined
    for (const [name, file] of Object.entries(files)) {
      const { picture } = await edited(model, { loras: [{ file, strength: 1 }] })
      first ??= picture
      expect(distance(first, plain), name).toBeGreaterThan(1)
      expect(distance(picture, first), name).toBeLessThan(0.01)
    }
    const half = await edited(model, { loras: [{ file: kohya, strength: 0.5 }] })
    expect(distance(half.picture, first!)).toBeGreaterThan(0.1)
    const int8 = await edited(model, { loras: [{ file: kohya, strength: 1 }], precision: 'int8' })
    expect(distance(int8.picture, first!)).toBeLessThan(3)
  })

  it('of another model is refused', async () => {
    const file = await write('other', named([{ layer: 'blocks.0.attn', ...pair() }], ''))
    await expect(edited(model, { loras: [{ file, strength: 1 }] })).rejects.toThrow(
      /1 layers of the adapters do not fit: .*blocks\.0\.attn.* fits no weight; use adapters of this model/,
    )
  })

  function pair() {
    const { up, down } = factors[3]!
    return { up, down }
  }
})
