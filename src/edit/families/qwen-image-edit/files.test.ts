import { cp, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { distance, editedOnce, stripes, tinyOpenings } from '../../../../test/tinyEditing.ts'
import { tinyQwenFiles, writeTinyQwenImage } from '../../../../test/tinyQwenImage.ts'
import { dataOf, type TensorValue, tensorValue } from '../../../graph/index.ts'
import type { Picture } from '../../../image/index.ts'
import { openCheckpoint, readAll, writeAll, writeSafetensors } from '../../../weights/index.ts'
import { inspectWeights } from '../../checkpoint/inspect.ts'
import type { EditRequest } from '../../editor.ts'
import { type ModelEditorOptions, openModelEditor } from '../../modelEditor.ts'
import { findModelFolder } from '../index.ts'

const variants = ['first', '2511'] as const
let folder: string
const folders = {} as Record<(typeof variants)[number], string>
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qwen-image-'))
  for (const variant of variants) {
    folders[variant] = join(
      folder,
      `tiny-${variant === 'first' ? 'one' : 'several'}-${variants.indexOf(variant)}`,
    )
    await writeTinyQwenImage(folders[variant], variant)
  }
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const photo = stripes(90, 70)
const other = stripes(60, 84, 5)

const openings = (more?: ModelEditorOptions): ModelEditorOptions => tinyOpenings(folder, more)
const edited = (model: string, request?: EditRequest, more?: ModelEditorOptions): Promise<Picture> =>
  editedOnce(model, openings(more), photo, 'make it snow', request)

type Tensors = Map<string, TensorValue>

/** A copy of a folder in which some tensors of a part are changed. */
async function changed(
  part: keyof typeof tinyQwenFiles,
  change: (tensors: Tensors) => Tensors | undefined,
  from = folders.first,
): Promise<string> {
  const copy = await mkdtemp(join(folder, 'changed-'))
  await cp(from, copy, { recursive: true })
  const file = join(copy, tinyQwenFiles[part])
  const source = await openCheckpoint(file)
  const tensors = await readAll(source)
  await source.close()
  await writeAll(file, change(tensors) ?? tensors)
  return copy
}

/** The autoencoder's tensors under the names of Wan, which ComfyUI has. */
function wanNames(tensors: Tensors): Tensors {
  const inner: readonly (readonly [RegExp, string])[] = [
    [/mid_block\.resnets\.0/, 'middle.0'],
    [/mid_block\.attentions\.0/, 'middle.1'],
    [/mid_block\.resnets\.1/, 'middle.2'],
    [/encoder\.down_blocks/, 'encoder.downsamples'],
    [/norm1/, 'residual.0'],
    [/\.conv1\./, '.residual.2.'],
    [/norm2/, 'residual.3'],
    [/\.conv2\./, '.residual.6.'],
    [/conv_shortcut/, 'shortcut'],
  ]
  const outer: Record<string, string> = { conv_in: 'conv1', conv_out: 'head.2', norm_out: 'head.0' }
  const name = (path: string): string => {
    const [, side, part] = /^(encoder|decoder)\.(conv_in|conv_out|norm_out)/.exec(path) ?? []
    if (side) return path.replace(part!, outer[part!]!)
    const moved = path.replace(
      /^decoder\.up_blocks\.(\d+)\.(resnets\.(\d)|upsamplers\.0)/,
      (_, level: string, _kind: string, place?: string) =>
        `decoder.upsamples.${3 * Number(level) + Number(place ?? 2)}`,
    )
    if (/^(post_)?quant_conv/.test(path))
      return path.replace(/^\w+/, path.startsWith('p') ? 'conv2' : 'conv1')
    return inner.reduce((to, [from, by]) => to.replace(from, by), moved)
  }
  return new Map([...tensors].map(([path, value]) => [name(path), value]))
}

describe('single files as ComfyUI has them', () => {
  it('give the same picture: prefixes, names of Wan, and the mark of 2511', async () => {
    const comfy = await mkdtemp(join(folder, 'comfy-'))
    const from = await changed(
      'transformer',
      (tensors) =>
        new Map(
          [...tensors, ['__index_timestep_zero__', tensorValue('f32', [1], [0])] as const].map(
            ([path, value]) => [`model.diffusion_model.${path}`, value],
          ),
        ),
    )
    const vae = await changed('vae', wanNames)
    await mkdir(join(comfy, 'diffusion_models'))
    await mkdir(join(comfy, 'vae'))
    await rename(join(from, tinyQwenFiles.transformer), join(comfy, 'qwen_image_edit_2511_bf16.safetensors'))
    await rename(join(vae, tinyQwenFiles.vae), join(comfy, 'vae', 'qwen_image_vae.safetensors'))
    for (const part of ['text_encoder', 'processor', 'scheduler', 'pentimento.json'])
      await cp(join(folders.first, part), join(comfy, part), { recursive: true })
    const found = await findModelFolder(comfy)
    expect(found.family).toBe('qwen-image-edit')
    expect(
      distance(await edited(comfy, { more: [other] }), await edited(folders['2511'], { more: [other] })),
    ).toBe(0)
  })

  it('in fp8 with scales draw nearly the same', async () => {
    const copy = await changed('transformer', () => undefined)
    const file = join(copy, tinyQwenFiles.transformer)
    const source = await openCheckpoint(file)
    const tensors = await readAll(source)
    await source.close()
    const stored = [...tensors].flatMap(([name, { shape, data }]): Stored[] => {
      const numbers = data as Float32Array
      if (!/transformer_blocks.*(to_q|net\.2|img_mod\.1)\.weight$/.test(name))
        return [{ name, dtype: 'F32', shape, data: bytesOf(numbers) }]
      const scale = numbers.reduce((most, x) => Math.max(most, Math.abs(x)), 0) / 448
      const codes = Uint8Array.from(numbers, (x) => nearestFp8(x / scale))
      const factor = Float32Array.of(scale)
      return [
        { name, dtype: 'F8_E4M3', shape, data: codes },
        {
          name: name.replace(/weight$/, 'scale_weight'),
          dtype: 'F32',
          shape: [],
          data: bytesOf(factor),
        },
      ]
    })
    await writeSafetensors(file, stored)
    const apart = distance(await edited(copy), await edited(folders.first))
    expect(apart).toBeGreaterThan(0)
    expect(apart).toBeLessThan(8)
  })
})

type Stored = Parameters<typeof writeSafetensors>[1][number]

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength)

/** Numbers of f8e4m3 by their codes, without NaN. */
const fp8 = Array.from({ length: 127 }, (_, code) => {
  const [exponent, fraction] = [code >> 3, code & 7]
  return exponent === 0 ? (fraction / 8) * 2 ** -6 : (1 + fraction / 8) * 2 ** (exponent - 7)
})

function nearestFp8(x: number): number {
  const size = Math.abs(x)
  const code = fp8.reduce(
    (best, each, i) => (Math.abs(each - size) < Math.abs(fp8[best]! - size) ? i : best),
    0,
  )
  return x < 0 ? code + 128 : code
}

describe('a LoRA', () => {
  const layers = [
    'transformer_blocks.0.attn.to_q',
    'transformer_blocks.1.attn.add_v_proj',
    'transformer_blocks.1.img_mlp.net.2',
  ]
  const flat = (layer: string) => layer.replaceAll('.', '_')
  const namings = {
    diffusers: (layer: string) => [
      `transformer.${layer}.lora_A.weight`,
      `transformer.${layer}.lora_B.weight`,
    ],
    PEFT: (layer: string) => [`${layer}.lora_A.default.weight`, `${layer}.lora_B.default.weight`],
    kohya: (layer: string) => [
      `lora_unet_${flat(layer)}.lora_down.weight`,
      `lora_unet_${flat(layer)}.lora_up.weight`,
    ],
    'ComfyUI and Lightning': (layer: string) => [
      `diffusion_model.${layer}.lora_down.weight`,
      `diffusion_model.${layer}.lora_up.weight`,
    ],
  } as const

  it('changes the picture, the same under the names of every trainer', async () => {
    const plain = await edited(folders.first)
    const results: Picture[] = []
    for (const [name, naming] of Object.entries(namings)) {
      const file = join(folder, `${name}.safetensors`)
      const tensors: Tensors = new Map()
      for (const [i, layer] of layers.entries()) {
        const [out, inner] = [32, layer.endsWith('net.2') ? 128 : 32]
        const values = (count: number) => Float32Array.from({ length: count }, (_, j) => Math.sin(j + i) / 4)
        const [down, up] = naming(layer) as [string, string]
        tensors.set(down, tensorValue('f32', [2, inner], values(2 * inner)))
        tensors.set(up, tensorValue('f32', [out, 2], values(2 * out)))
      }
      await writeAll(file, tensors)
      results.push(await edited(folders.first, {}, { loras: [{ file, strength: 1 }] }))
    }
    expect(distance(results[0]!, plain)).toBeGreaterThan(0.1)
    for (const each of results) expect(distance(each, results[0]!)).toBe(0)
  })
})

describe('a folder that is not whole', () => {
  it.each([
    ['vae', /missing the autoencoder \(vae\/ or qwen_image_vae\.safetensors\) of Qwen-Image-Edit/],
    ['text_encoder', /missing the language model \(text_encoder\//],
    ['processor/tokenizer.json', /missing the tokenizer \(processor\/ with tokenizer\.json/],
    ['transformer', /missing the transformer/],
  ] as const)('without %s says so in one line', async (name, message) => {
    const copy = await mkdtemp(join(folder, 'missing-'))
    await cp(folders.first, copy, { recursive: true })
    await rm(join(copy, name), { recursive: true })
    await expect(openModelEditor(copy, openings())).rejects.toThrow(message)
  })

  const damages: readonly (readonly [
    string,
    keyof typeof tinyQwenFiles,
    (tensors: Tensors) => void,
    RegExp,
  ])[] = [
    [
      'a missing tensor',
      'transformer',
      (tensors) => void tensors.delete('txt_norm.weight'),
      /1 missing: "?txt_norm\.weight/,
    ],
    [
      'a tensor that nothing uses',
      'vae',
      (tensors) => void tensors.set('decoder.extra', tensors.get('quant_conv.bias')!),
      /1 not used by the model: "?decoder\.extra/,
    ],
    [
      'NaN',
      'transformer',
      (tensors) => void dataOf(tensors.get('proj_out.bias')!, 'f32').fill(Number.NaN, 3, 4),
      /expected finite weights, got NaN .*proj_out\.bias/,
    ],
    [
      'a text encoder of another width',
      'transformer',
      (tensors) => {
        const width = 48
        tensors.set('txt_norm.weight', tensorValue('f32', [width], new Float32Array(width)))
        tensors.set('txt_in.weight', tensorValue('f32', [32, width], new Float32Array(32 * width)))
      },
      /text_encoder: width of the text: expected 48 as the transformer reads, got 64/,
    ],
  ]
  it.each(damages)('with %s is refused', async (_, part, change, message) => {
    const damage = (tensors: Tensors) => {
      change(tensors)
      return tensors
    }
    await expect(openModelEditor(await changed(part, damage), openings())).rejects.toThrow(message)
  })
})

it('is inspected part by part', async () => {
  const found = await inspectWeights(folders['2511'])
  expect(found).toMatchObject({ family: 'Qwen-Image-Edit', variant: '2511' })
  expect(found.parts.map(({ kind, problem }) => [kind, problem])).toEqual([
    ['transformer', undefined],
    ['autoencoder', undefined],
    ['language model', undefined],
  ])
  const copy = await mkdtemp(join(folder, 'inspected-'))
  await cp(folders.first, copy, { recursive: true })
  await writeFile(join(copy, 'processor', 'tokenizer.json'), '{}')
  expect((await inspectWeights(copy)).parts[2]?.problem).toMatch(/tokenizer/)
})
