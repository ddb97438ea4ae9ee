import { cp, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { distance, editedOnce, stripes, tinyOpenings } from '../../../../test/tinyEditing.ts'
import {
  type Pix2pixLayout,
  tinyPix2pixFile,
  writeTinyPix2pix,
  writeWidePix2pix,
} from '../../../../test/tinyPix2pix.ts'
import type { TensorValue } from '../../../graph/index.ts'
import type { Picture } from '../../../image/index.ts'
import { openCheckpoint, readAll, writeAll } from '../../../weights/index.ts'
import { inspectWeights } from '../../checkpoint/inspect.ts'
import type { EditRequest } from '../../editor.ts'
import { type ModelEditorOptions, openModelEditor } from '../../modelEditor.ts'
import { findModelFolder } from '../index.ts'

const layouts = ['diffusers', 'older', 'original'] as const
let folder: string
const folders = {} as Record<Pix2pixLayout, string>
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pix2pix-'))
  for (const layout of layouts) {
    folders[layout] = join(folder, layout)
    await writeTinyPix2pix(folders[layout], layout)
  }
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const photo = stripes(90, 70)

const openings = (more?: ModelEditorOptions): ModelEditorOptions => tinyOpenings(folder, more)
const edited = (model: string, request?: EditRequest, more?: ModelEditorOptions): Promise<Picture> =>
  editedOnce(model, openings(more), photo, 'make it winter', request)

/** A copy of a folder in which some tensors of a part are changed. */
async function changed(
  part: 'unet' | 'text_encoder' | 'vae',
  change: (tensors: Map<string, TensorValue>) => void,
  layout: Pix2pixLayout = 'diffusers',
): Promise<string> {
  const copy = await copied(layout)
  const file = tinyPix2pixFile(copy, layout, part)
  const source = await openCheckpoint(file)
  const tensors = await readAll(source)
  await source.close()
  change(tensors)
  await writeAll(file, tensors)
  return copy
}

async function copied(layout: Pix2pixLayout = 'diffusers'): Promise<string> {
  const copy = await mkdtemp(join(folder, 'changed-'))
  await cp(folders[layout], copy, { recursive: true })
  return copy
}

describe('an edit by InstructPix2Pix', () => {
  it('is the same from every layout, whole or streamed, and goes to the size of the picture', async () => {
    const stages: string[] = []
    const previews: number[] = []
    const editor = await openModelEditor(folders.diffusers, openings())
    expect(editor).toMatchObject({ family: 'instruct-pix2pix', variant: 'instruct-pix2pix', mostPictures: 0 })
    expect(editor.defaults).toMatchObject({
      steps: 3,
      guidance: 7.5,
      pictureGuidance: 1.5,
      sampler: 'euler-ancestral',
    })
    const one = await editor.edit(photo, 'make it winter', {
      onStage: ({ stage }) => void stages.push(stage),
      onPreview: (_, step) => void previews.push(step),
      previewEvery: 1,
    })
    await editor.close()
    expect(stages).toEqual(['read', 'encode', 'denoise', 'decode'])
    expect(previews).toEqual([1, 2, 3])
    expect([one.width, one.height]).toEqual([90, 70])
    expect(await edited(folders.older)).toEqual(one)
    const streamed = await edited(folders.diffusers, {}, { plan: 'streamed', memory: 1e7 })
    expect(distance(streamed, one)).toBeLessThan(0.01)
    // The original's own sampler and rounding are the defaults of its file.
    const original = await edited(folders.original, { sampler: 'euler-ancestral' })
    expect(distance(original, one)).toBeLessThan(1)
    const small = await edited(folders.diffusers, { keepEditSize: true })
    expect([small.width, small.height]).toEqual([64, 64])
  })

  it('hears its instruction and every setting', async () => {
    const editor = await openModelEditor(folders.diffusers, openings())
    const edit = (request: EditRequest = {}, text = 'make it winter') => editor.edit(photo, text, request)
    const one = await edit()
    const differs = async (request: EditRequest, text?: string) =>
      expect(distance(await edit(request, text), one), JSON.stringify(request)).toBeGreaterThan(0.01)
    await differs({}, 'turn the apple into a pear')
    await differs({ guidance: 3 })
    await differs({ pictureGuidance: 3 })
    await differs({ guidance: 1 })
    await differs({ negative: 'blurred' })
    await differs({ seed: 1 })
    await differs({ steps: 2 })
    await differs({ sampler: 'ddim' })
    await differs({ sampler: 'pndm' })
    await differs({ init: { picture: photo, strength: 0.5 } })
    expect(await edit({ seed: 0 })).toEqual(one)
    await expect(edit({ vaeSample: true })).rejects.toThrow(/vaeSample: .* has no such option/)
    await expect(edit({ sampler: 'euler' as 'ddim' })).rejects.toThrow(
      /sampler: expected one of euler-ancestral/,
    )
    const previews: number[] = []
    await edit({ sampler: 'pndm', previewEvery: 1, onPreview: (_, step) => void previews.push(step) })
    expect(previews).toEqual([1, 2, 3])
    // Strength 0 gives the round trip.
    const kept = await edit({ init: { picture: photo, strength: 0 }, seed: 9 })
    expect(kept).toEqual(await edit({ init: { picture: photo, strength: 0 } }))
    await editor.close()
  })

  it('runs in 8 and 4 bits, whole and streamed, by the averaged copy of a single file', async () => {
    const wide = join(folder, 'wide')
    await writeWidePix2pix(wide)
    const request = { detail: true }
    const one = await edited(wide, request)
    for (const precision of ['int8', 'int4'] as const) {
      const editor = await openModelEditor(wide, openings({ precision }))
      expect(editor.facts.unet).toEqual({ precision, plan: 'whole' })
      const quantized = await editor.edit(photo, 'make it winter', request)
      await editor.close()
      expect(distance(quantized, one)).toBeLessThan(precision === 'int8' ? 1 : 10)
      expect(distance(quantized, one)).toBeGreaterThan(0)
    }
    const streamed = await edited(wide, request, { precision: 'int8', plan: 'streamed', memory: 1e8 })
    expect(distance(streamed, one)).toBeLessThan(1)
  })
})

describe('folders', () => {
  it('of MagicBrush and AnySD have their own defaults', async () => {
    const at = async (name: string): Promise<unknown> => {
      const place = join(folder, name)
      await writeTinyPix2pix(place)
      await rm(join(place, 'pentimento.json'))
      const editor = await openModelEditor(place, openings())
      await editor.close()
      return editor.defaults
    }
    expect(await at('magicbrush-jul7')).toMatchObject({
      steps: 20,
      guidance: 7,
      pictureGuidance: 1.5,
      size: 512,
    })
    expect(await at('AnySD')).toMatchObject({ steps: 100, guidance: 3, pictureGuidance: 3 })
    const asked = await openModelEditor(folders.older, openings({ variant: 'magicbrush' }))
    expect(asked.defaults).toMatchObject({ guidance: 7 })
    await asked.close()
    await expect(openModelEditor(folders.older, openings({ variant: 'v9' }))).rejects.toThrow(
      /variant: expected instruct-pix2pix, magicbrush, anysd .*got 'v9'/,
    )
  })

  it('are inspected', async () => {
    for (const layout of layouts) {
      const { family, variant, parts } = await inspectWeights(folders[layout])
      expect({ family, variant }).toEqual({ family: 'InstructPix2Pix', variant: 'instruct-pix2pix' })
      expect(parts.map(({ kind, problem }) => ({ kind, problem }))).toEqual(
        ['UNet', 'text encoder (CLIP)', 'autoencoder'].map((kind) => ({ kind, problem: undefined })),
      )
    }
  })

  it('without model_index.json are known by their parts, and take the sampler of their scheduler', async () => {
    const copy = await copied()
    await rm(join(copy, 'model_index.json'))
    const scheduler = { _class_name: 'PNDMScheduler', set_alpha_to_one: false }
    await writeFile(join(copy, 'scheduler', 'scheduler_config.json'), JSON.stringify(scheduler))
    expect(await findModelFolder(copy)).toMatchObject({
      family: 'instruct-pix2pix',
      hints: { defaults: { sampler: 'pndm' }, noise: { lastAlpha: 'first', lastBeta: 0.012 } },
    })
    expect(await findModelFolder(folders.original)).toMatchObject({
      hints: { defaults: { sampler: 'k-euler-ancestral' } },
    })
  })

  it.each([
    [
      'no VAE',
      (copy: string) => rm(join(copy, 'vae'), { recursive: true }),
      /missing the autoencoder \(vae\/\) of InstructPix2Pix; found/,
    ],
    [
      'no tokenizer',
      (copy: string) => rm(join(copy, 'tokenizer', 'merges.txt')),
      /missing the tokenizer \(tokenizer\/ with vocab\.json and merges\.txt\)/,
    ],
    [
      'pickled weights',
      async (copy: string) => {
        await rename(
          tinyPix2pixFile(copy, 'diffusers', 'unet'),
          join(copy, 'unet', 'diffusion_pytorch_model.bin'),
        )
      },
      /missing the UNet \(unet\/\): there is unet\/diffusion_pytorch_model\.bin \(pickled weights: not read, expected \.safetensors\).*docs\/models\.md says how/,
    ],
    [
      'another prediction',
      (copy: string) =>
        writeFile(join(copy, 'scheduler', 'scheduler_config.json'), '{"prediction_type": "v_prediction"}'),
      /scheduler_config\.json: prediction_type: expected epsilon, got v_prediction/,
    ],
    [
      'heads of Stable Diffusion 2',
      (copy: string) =>
        writeFile(join(copy, 'unet', 'config.json'), '{"attention_head_dim": [5, 10, 20, 20]}'),
      /attention_head_dim: expected one number of heads/,
    ],
  ] as const)('with %s are refused in one line', async (_, change, message) => {
    const copy = await copied()
    await change(copy)
    await expect(openModelEditor(copy, openings())).rejects.toThrow(message)
  })

  it('with a pickled file of the original are refused', async () => {
    const copy = join(folder, 'pickled')
    await mkdir(copy)
    await writeFile(join(copy, 'instruct-pix2pix-00-22000.ckpt'), '')
    await expect(openModelEditor(copy, openings())).rejects.toThrow(
      /missing the model .*found instruct-pix2pix-00-22000\.ckpt \(pickled weights.*docs\/models\.md says how/,
    )
  })

  it.each([
    ['unet', 'conv_out.bias', undefined, /lacks? .*conv_out\.bias|conv_out\.bias/],
    ['vae', 'quant_conv.bias', undefined, /quant_conv\.bias/],
    ['text_encoder', 'text_model.final_layer_norm.bias', undefined, /final_layer_norm\.bias/],
    ['unet', 'extra.weight', [2], /extra\.weight/],
    ['unet', 'conv_in.bias', [9], /conv_in\.bias/],
  ] as const)('whose %s has %s wrong are refused by name', async (part, path, shape, message) => {
    const copy = await changed(part, (tensors) => {
      if (shape) tensors.set(path, { dtype: 'f32', shape, data: new Float32Array(shape[0]) })
      else tensors.delete(path)
    })
    await expect(openModelEditor(copy, openings())).rejects.toThrow(message)
  })

  it('with a number that is none, or of a model that reads text alone, are refused', async () => {
    const poisoned = await changed('unet', (tensors) => {
      ;(tensors.get('conv_in.bias')!.data as Float32Array)[0] = Number.NaN
    })
    await expect(openModelEditor(poisoned, openings())).rejects.toThrow(
      /got NaN or infinity in "conv_in\.bias"/,
    )
    const alone = await changed('unet', (tensors) => {
      const { data } = tensors.get('conv_in.weight')!
      tensors.set('conv_in.weight', {
        dtype: 'f32',
        shape: [8, 4, 3, 3],
        data: data.slice(0, 288),
      } as TensorValue)
    })
    await expect(openModelEditor(alone, openings())).rejects.toThrow(
      /expected 8 channels in, half of them the picture's, got 4/,
    )
  })
})

it('takes a LoRA by the names of diffusers and of the original', async () => {
  const matrix = (rows: number, columns: number): TensorValue => ({
    dtype: 'f32',
    shape: [rows, columns],
    data: Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(i)),
  })
  const write = async (name: string, prefix: string): Promise<string> => {
    const file = join(folder, `${name}.safetensors`)
    await writeAll(
      file,
      new Map([
        [`${prefix}.lora_down.weight`, matrix(2, 16)],
        [`${prefix}.lora_up.weight`, matrix(16, 2)],
      ]),
    )
    return file
  }
  const names = {
    kohya: 'lora_unet_down_blocks_1_attentions_0_transformer_blocks_0_attn1_to_q',
    original: 'lora_unet_input_blocks_3_1_transformer_blocks_0_attn1_to_q',
    diffusers: 'unet.down_blocks.1.attentions.0.transformer_blocks.0.attn1.to_q',
  }
  const plain = await edited(folders.diffusers)
  const made: Picture[] = []
  for (const [name, prefix] of Object.entries(names)) {
    const loras = [{ file: await write(name, prefix), strength: 1 }]
    made.push(await edited(name === 'original' ? folders.older : folders.diffusers, {}, { loras }))
  }
  expect(distance(made[0]!, plain)).toBeGreaterThan(0.01)
  expect(made[1]).toEqual(made[0])
  expect(made[2]).toEqual(made[0])
})
