import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type TensorValue, tensorValue } from '../graph/index.ts'
import { openAdapter, readAdapter } from './adapter.ts'
import { openCheckpoint } from './checkpoint.ts'
import { writeAll } from './tensors.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'adapter-'))
})
afterEach(() => rm(folder, { recursive: true }))
const at = (name: string) => join(folder, name)

/** A tensor of zeros: only names and shapes count here. */
const matrix = (shape: readonly number[]): TensorValue =>
  tensorValue('f32', shape, new Float32Array(shape.reduce((a, b) => a * b, 1)))

describe('an adapter file', () => {
  const pair = {
    'a.lora_down.weight': matrix([2, 6]),
    'a.lora_up.weight': matrix([4, 2]),
  }
  const alpha = tensorValue('f32', [], [1])

  it.each([
    ['without an up matrix', { 'a.lora_down.weight': matrix([2, 6]) }, 'lacks its up matrix'],
    ['with alpha alone', { 'a.alpha': alpha }, '"a.alpha" lacks its up matrix'],
    [
      'with two alphas in one',
      { ...pair, 'a.alpha': tensorValue('f32', [2], [1, 1]) },
      'expected one number, got [2]',
    ],
    [
      'with alpha NaN',
      { ...pair, 'a.alpha': tensorValue('f32', [], [Number.NaN]) },
      'expected a finite number',
    ],
    [
      'with ranks that differ',
      { ...pair, 'a.lora_up.weight': matrix([4, 3]), 'a.alpha': alpha },
      'have no product',
    ],
    [
      'with rank 0',
      { 'a.lora_A.weight': matrix([0, 6]), 'a.lora_B.weight': matrix([4, 0]) },
      'have no product',
    ],
    [
      'with a vector',
      { ...pair, 'a.lora_up.weight': matrix([8]), 'a.alpha': alpha },
      'expected a float matrix, got f32 [8]',
    ],
    [
      'of DoRA',
      { ...pair, 'a.alpha': alpha, 'a.dora_scale': matrix([4]), 'b.dora_scale': matrix([4]) },
      'expected a plain LoRA, got DoRA ("a.dora_scale" and 1 more); merge it',
    ],
    [
      'of LoKr',
      { 'a.lokr_w1': matrix([2, 2]), 'a.lokr_w2': matrix([2, 3]) },
      'got LoKr ("a.lokr_w1" and 1 more)',
    ],
    ['of LoHa', { 'a.hada_w1_a': matrix([2, 2]) }, 'got LoHa ("a.hada_w1_a")'],
    [
      'with changed biases',
      { ...pair, 'a.diff_b': matrix([4]) },
      'got a LoRA with changed biases ("a.diff_b")',
    ],
    [
      'with whole weights',
      { ...pair, 'x.diff': matrix([4]) },
      'got an adapter with whole weights ("x.diff")',
    ],
    [
      'of XLabs',
      { 'double_blocks.0.processor.proj_lora1.down.weight': matrix([2, 6]) },
      'got a LoRA of XLabs ("double_blocks.0.processor.proj_lora1.down.weight")',
    ],
    [
      'with a layer twice',
      { ...pair, 'a.alpha': alpha, 'a.lora_A.other.weight': matrix([2, 6]) },
      'is repeated as',
    ],
    ['of other things', { 'a.weight': matrix([4, 6]) }, '"a.weight" is not part of a plain LoRA'],
    ['of nothing', {}, 'expected an adapter (LoRA), got no LoRA tensors'],
    [
      'of PEFT without its configuration',
      {
        'base_model.model.a.lora_A.weight': matrix([2, 6]),
        'base_model.model.a.lora_B.weight': matrix([4, 2]),
      },
      'put adapter_config.json next to the file',
    ],
  ] as const)('%s is refused', async (_, tensors, message) => {
    await writeAll(at('lora.safetensors'), new Map(Object.entries<TensorValue>(tensors)))
    await expect(openAdapter(at('lora.safetensors'))).rejects.toThrow(message)
    await expect(openAdapter(at('lora.safetensors'))).rejects.toMatchObject({ code: 'adapter' })
  })

  it('names all that is wrong at once', async () => {
    const tensors = {
      'x.thing': alpha,
      'y.alpha': alpha,
      'z.lora_up.weight': pair['a.lora_up.weight'],
      ...pair,
    }
    await writeAll(at('lora.safetensors'), new Map(Object.entries(tensors)))
    const source = await openCheckpoint(at('lora.safetensors'))
    await expect(readAdapter(source)).rejects.toThrow(
      /"x\.thing" is not part .*"y\.alpha" lacks .*"z\.lora_up\.weight" lacks its down/,
    )
    await source.close()
  })

  it('has scale 1 without an alpha, and says so', async () => {
    const file = at('lora.safetensors')
    await writeAll(file, new Map(Object.entries({ ...pair })))
    const adapter = await openAdapter(file)
    expect(adapter.layers.map(({ scale }) => scale)).toEqual([1])
    expect(adapter.warnings).toEqual([
      `${file}: 1 layers have no alpha, so it is set to their rank (scale 1)`,
    ])
    await adapter.close()
  })

  it.each(['lora_te1_text_model_layers_0_fc1', 'text_encoder.layers.0.fc1'])(
    'leaves out the layers of a text encoder and says so: %s',
    async (module) => {
      const file = at('lora.safetensors')
      const [down, up] = [pair['a.lora_down.weight'], pair['a.lora_up.weight']]
      const text = { [`${module}.lora_down.weight`]: down, [`${module}.lora_up.weight`]: up }
      await writeAll(file, new Map(Object.entries({ ...pair, 'a.alpha': alpha, ...text })))
      const adapter = await openAdapter(file)
      expect(adapter.layers.map((layer) => layer.module)).toEqual(['a'])
      expect(adapter.warnings).toEqual([
        `${file}: 1 layers of a text encoder are ignored; only the drawing network is changed`,
      ])
      await adapter.close()
    },
  )
})

describe('adapter_config.json', () => {
  const config = { r: 2, lora_alpha: 8 }
  const tensors = Object.fromEntries(
    ['blocks.0.fc', 'blocks.1.fc', 'out'].flatMap((layer) => [
      [`base_model.model.${layer}.lora_A.weight`, matrix([layer === 'out' ? 4 : 2, 6])],
      [`base_model.model.${layer}.lora_B.weight`, matrix([4, layer === 'out' ? 4 : 2])],
    ]),
  )
  const scales = async (settings: object): Promise<number[]> => {
    await writeAll(at('adapter_model.safetensors'), new Map(Object.entries(tensors)))
    await writeFile(
      at('adapter_config.json'),
      JSON.stringify({ ...config, rank_pattern: { out: 4 }, ...settings }),
    )
    const adapter = await openAdapter(folder)
    await adapter.close()
    const sorted = adapter.layers.toSorted((a, b) => (a.module < b.module ? -1 : 1))
    return sorted.map(({ scale }) => scale)
  }

  it.each([
    ['one alpha', {}, [4, 4, 2]],
    ['rsLoRA', { use_rslora: true }, [8 / Math.sqrt(2), 8 / Math.sqrt(2), 4]],
    ['alphas by the end of a path', { alpha_pattern: { fc: 1 } }, [0.5, 0.5, 2]],
    ['alphas by path', { alpha_pattern: { 'blocks.1.fc': 1 } }, [4, 0.5, 2]],
    ['alphas by an anchored path', { alpha_pattern: { '^fc': 1, '^blocks\\.1\\.fc$': 2 } }, [4, 1, 2]],
    ['nulls', { alpha_pattern: null, peft_type: 'LORA', init_lora_weights: true }, [4, 4, 2]],
  ])('gives the scales with %s', async (_, settings, expected) => {
    expect(await scales(settings)).toEqual(expected)
  })

  it.each([
    ['another rank', { r: 3 }, 'layer "blocks.0.fc": expected rank 3, got matrices of rank 2'],
    ['no rank', { r: null }, 'expected a whole rank "r", got null'],
    ['a rank of 0', { r: 0 }, 'expected a whole rank "r", got 0'],
    ['alpha as text', { lora_alpha: '8' }, 'expected a number "lora_alpha", got "8"'],
    ['DoRA', { use_dora: true }, 'expected a plain LoRA, got DoRA'],
    ['another kind', { peft_type: 'LOHA' }, 'got peft_type "LOHA"'],
    ['turned weights', { fan_in_fan_out: true }, 'got fan_in_fan_out'],
    ['PiSSA', { init_lora_weights: 'pissa_niter_4' }, 'got init_lora_weights "pissa_niter_4"'],
    ['an expression', { alpha_pattern: { '(a+)+': 1 } }, 'got the expression "(a+)+"'],
    ['a pattern of text', { alpha_pattern: { fc: 'x' } }, 'expected a number, got "x"'],
    ['a pattern that is none', { rank_pattern: [1] }, 'expected an object "rank_pattern"'],
  ])('is refused with %s', async (_, settings, message) => {
    await expect(scales(settings)).rejects.toThrow(message)
    await expect(scales(settings)).rejects.toMatchObject({ code: 'adapter' })
  })

  it('is refused when it is no JSON, names something twice or is a folder', async () => {
    await scales({})
    await writeFile(at('adapter_config.json'), '[]')
    await expect(openAdapter(folder)).rejects.toThrow('expected a JSON object')
    await writeFile(at('adapter_config.json'), '{"r":1,')
    await expect(openAdapter(folder)).rejects.toMatchObject({ code: 'adapter' })
    await writeFile(at('adapter_config.json'), '{"r":1,"r":2}')
    await expect(openAdapter(folder)).rejects.toMatchObject({ code: 'duplicate' })
    await rm(at('adapter_config.json'))
    await mkdir(at('adapter_config.json'))
    await expect(openAdapter(folder)).rejects.toMatchObject({ code: 'io' })
  })

  it('is left alone beside a file of another name', async () => {
    const bare = new URL('../../test/golden/lora/lora_bare_default.safetensors', import.meta.url)
    await cp(fileURLToPath(bare), at('bare.safetensors'))
    await writeFile(at('adapter_config.json'), 'not read')
    const adapter = await openAdapter(at('bare.safetensors'))
    expect(adapter.layers.every(({ scale }) => scale === 1)).toBe(true)
    await adapter.close()
  })

  it('may stand in the metadata, as diffusers writes it', async () => {
    const named = Object.entries(tensors).map(
      ([path, value]) => [path.replace('base_model.model.', 'transformer.'), value] as const,
    )
    const settings = {
      'transformer.r': 2,
      'transformer.lora_alpha': 8,
      'transformer.rank_pattern': { '^out': 4 },
    }
    const metadata = new Map([['lora_adapter_metadata', JSON.stringify(settings)]])
    await writeAll(at('lora.safetensors'), new Map(named), metadata)
    const adapter = await openAdapter(at('lora.safetensors'))
    expect(adapter.layers.map(({ scale }) => scale).sort()).toEqual([2, 4, 4])
    await adapter.close()
  })
})
