import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeTinyOmnigen, writeTinyOmnigenDiffusers } from '../../../../test/tinyOmnigen.ts'
import { type TensorValue, tensorValue } from '../../../graph/index.ts'
import { cropPicture, type Picture } from '../../../image/index.ts'
import { openCheckpoint, quantizeCheckpoint, readAll, writeAll } from '../../../weights/index.ts'
import { inspectWeights } from '../../checkpoint/inspect.ts'
import { type ModelEditorOptions, openModelEditor } from '../../modelEditor.ts'
import type { EditOptions } from '../../options.ts'
import type { EditProgress } from '../../progress.ts'

let root: string
let original: string
let diffusers: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'omnigen-'))
  original = join(root, 'original')
  diffusers = join(root, 'diffusers')
  await writeTinyOmnigen(original)
  await writeTinyOmnigenDiffusers(diffusers)
})
afterAll(() => rm(root, { recursive: true }))

const picture = (width: number, height: number, seed = 0): Picture => ({
  width,
  height,
  data: Uint8Array.from({ length: 3 * width * height }, (_, i) => (i * 31 + seed * 97 + (i >> 5)) % 256),
})
const wide = picture(48, 32)
const quick = { steps: 1, size: 48, detail: false } as const

async function edited(
  model: string,
  options: EditOptions = {},
  opening: ModelEditorOptions = {},
  from = wide,
): Promise<Picture> {
  const editor = await openModelEditor(model, { precision: 'fp32', cache: join(root, 'cache'), ...opening })
  try {
    return await editor.edit(from, 'make it snow', { ...quick, ...options })
  } finally {
    await editor.close()
  }
}

describe('an editor of OmniGen', () => {
  it('has the defaults of the original, and takes the options that it can', async () => {
    const editor = await openModelEditor(original, { precision: 'fp32' })
    expect(editor.defaults).toMatchObject({
      steps: 50,
      guidance: 2.5,
      pictureGuidance: 1.6,
      size: 1024,
      vaeSample: true,
      negative: expect.stringMatching(/^low quality, jpeg artifacts/),
    })
    expect(editor).toMatchObject({ family: 'omnigen', mostPictures: 2, precision: 'fp32', plan: 'whole' })
    await expect(editor.edit(wide, 'x', { dampAbove: 0.5 })).rejects.toThrow(
      'dampAbove: original has no such option; leave it out',
    )
    const progress: EditProgress[] = []
    const previews: Picture[] = []
    const result = await editor.edit(wide, 'make it snow', {
      ...quick,
      onProgress: (each) => void progress.push(each),
      onPreview: (each) => void previews.push(each),
      previewEvery: 1,
    })
    expect(result).toMatchObject({ width: 48, height: 32 })
    expect([...new Set(progress.map(({ stage }) => stage))]).toEqual(['read', 'encode', 'denoise', 'decode'])
    expect(previews).toEqual([expect.objectContaining({ width: 24, height: 16 })])
    await editor.close()
  })

  it('gives the same picture from both layouts, whole or streamed, with and without room for a cache', async () => {
    const first = await edited(original)
    expect(await edited(diffusers)).toEqual(first)
    const streamed = await edited(diffusers, {}, { plan: 'streamed', memory: 1e6 })
    const differences = streamed.data.map((level, i) => Math.abs(level - first.data[i]!))
    expect(Math.max(...differences)).toBeLessThanOrEqual(1)
  })

  it('hears seed, guidance by instruction and by picture, negative prompt, init and further pictures', async () => {
    const editor = await openModelEditor(original, { precision: 'fp32' })
    const edit = (options: EditOptions = {}, instruction = 'make it snow') =>
      editor.edit(wide, instruction, { ...quick, ...options })
    const first = await edit()
    expect(await edit()).toEqual(first)
    for (const options of [
      { seed: 1 },
      { guidance: 4 },
      { pictureGuidance: 2 },
      { negative: '' },
      { vaeSample: false },
      { guidanceInterval: [0, 0.5] as const },
      { steps: 2, init: { picture: picture(48, 32, 3), strength: 0.5 } },
      { more: [picture(32, 32, 5)] },
      { more: [picture(32, 32, 6)] },
    ] satisfies EditOptions[])
      expect(await edit(options), JSON.stringify(Object.keys(options))).not.toEqual(first)
    // The first picture where the instruction does not say where pictures stand.
    expect(await edit({}, '<img><|image_1|></img> make it snow')).toEqual(first)
    await expect(edit({}, 'as in <|image_2|>')).rejects.toThrow(/expected <\|image_1\|>/)
    await expect(edit({ more: [wide, wide, wide] })).rejects.toThrow(
      'more: original takes at most 2 pictures beside the edited one, got 3',
    )
    await editor.close()
  })

  it('goes on with the edit where the model did not see the sides of a picture', async () => {
    const large = picture(50, 37)
    const small = await edited(original, { keepEditSize: true }, {}, large)
    expect(small).toMatchObject({ width: 48, height: 32 })
    const result = await edited(original, {}, {}, large)
    expect(result).toMatchObject({ width: 50, height: 37 })
    const carried = await edited(original, { detail: true }, {}, large)
    expect(carried).toMatchObject({ width: 50, height: 37 })
    const box = { x: 4, y: 4, width: 8, height: 8 }
    const within = await edited(original, { region: box }, {}, large)
    expect(cropPicture(within, { x: 0, y: 12, width: 50, height: 25 })).toEqual(
      cropPicture(large, { x: 0, y: 12, width: 50, height: 25 }),
    )
  })

  it('runs quantised, in either layout', async () => {
    const results: Picture[] = []
    for (const [folder, part] of [
      [original, 'model.safetensors'],
      [diffusers, 'transformer/diffusion_pytorch_model.safetensors'],
    ] as const) {
      const made = await mkdtemp(join(root, 'int8-'))
      await (folder === original ? writeTinyOmnigen(made) : writeTinyOmnigenDiffusers(made))
      // The linear layers of the tiny model are smaller than what is quantised otherwise.
      const select = (path: string) => /layers\..*(proj|to_.*)\.weight$/.test(path) || 'small'
      await quantizeCheckpoint(join(folder, part), join(made, part), { bits: 8, block: 32, select })
      const editor = await openModelEditor(made, { precision: 'fp32' })
      expect(editor.precision).toBe('int8')
      results.push(await editor.edit(wide, 'make it snow', quick))
      await editor.close()
    }
    expect(results[1]).toEqual(results[0])
    expect(results[0]).not.toEqual(await edited(original))
  })

  it('takes adapters with the names of PEFT, diffusers and kohya on either layout', async () => {
    const file = (name: string): string => join(root, `${name}.safetensors`)
    const thin = (shape: readonly number[], factor: number): TensorValue =>
      tensorValue(
        'f32',
        shape,
        Array.from({ length: shape[0]! * shape[1]! }, (_, i) => factor * Math.sin(i + 1)),
      )
    const [down, up] = [thin([2, 64], 0.5), thin([64, 2], 0.5)]
    const zeros = tensorValue('f32', [128, 2], new Float32Array(256))
    const joined = tensorValue(
      'f32',
      [192, 2],
      [...(zeros.data as Float32Array), ...(up.data as Float32Array)],
    )
    const layer = 'layers.1.self_attn'
    await writeAll(
      file('official'),
      new Map([
        [`llm.${layer}.qkv_proj.lora_A.weight`, down],
        [`llm.${layer}.qkv_proj.lora_B.weight`, joined],
      ]),
    )
    await writeAll(
      file('diffusers'),
      new Map([
        [`transformer.${layer}.to_v.lora_A.weight`, down],
        [`transformer.${layer}.to_v.lora_B.weight`, up],
      ]),
    )
    const flat = `lora_unet_${layer.replaceAll('.', '_')}_to_v`
    await writeAll(
      file('kohya'),
      new Map([
        [`${flat}.lora_down.weight`, down],
        [`${flat}.lora_up.weight`, up],
        [`${flat}.alpha`, tensorValue('f32', [], [2])],
      ]),
    )
    const plain = await edited(original)
    const results: Picture[] = []
    for (const [model, name] of [
      [original, 'official'],
      [original, 'diffusers'],
      [original, 'kohya'],
      [diffusers, 'official'],
      [diffusers, 'kohya'],
    ] as const)
      results.push(await edited(model, {}, { loras: [{ file: file(name), strength: 1 }] }))
    expect(results[0]).not.toEqual(plain)
    for (const each of results) expect(each).toEqual(results[0])
  })

  it('can take the branches of guidance as one batch', async () => {
    const joint = join(root, 'joint')
    await writeTinyOmnigen(joint)
    await writeFile(join(joint, 'pentimento.json'), JSON.stringify({ joint: true, defaults: { steps: 3 } }))
    const first = await edited(original)
    // All texts are longer than the original context here, so that all take the long frequencies anyway.
    const differences = (await edited(joint)).data.map((level, i) => Math.abs(level - first.data[i]!))
    expect(Math.max(...differences)).toBeLessThanOrEqual(1)
  })
})

describe('a folder of OmniGen', () => {
  it('is inspected part by part', async () => {
    for (const folder of [original, diffusers]) {
      const report = await inspectWeights(folder)
      expect(report).toMatchObject({
        family: 'OmniGen',
        parts: [
          { kind: 'transformer', config: { layers: 3, heads: 4, width: 64 } },
          { kind: 'autoencoder', config: { latentChannels: 4, scale: 0.13025 } },
        ],
      })
      expect(report.parts.map(({ problem }) => problem)).toEqual([undefined, undefined])
    }
  })

  it('is refused where a part is missing or does not fit, in one line', async () => {
    const copy = async (change: (folder: string) => Promise<void>, diffusersToo = false): Promise<string> => {
      const folder = await mkdtemp(join(root, 'bad-'))
      await (diffusersToo ? writeTinyOmnigenDiffusers(folder) : writeTinyOmnigen(folder))
      await change(folder)
      return folder
    }
    const changed = (change: (tensors: Map<string, TensorValue>) => void) => async (folder: string) => {
      const file = join(folder, 'model.safetensors')
      const source = await openCheckpoint(file)
      const tensors = await readAll(source)
      await source.close()
      change(tensors)
      await writeAll(file, tensors)
    }
    const cases: readonly [Promise<string>, RegExp][] = [
      [
        copy((folder) => rm(join(folder, 'model.safetensors'))),
        /OmniGen: missing model\.safetensors; found config\.json, tokenizer\.json, tokenizer_config\.json, vae$/,
      ],
      [copy((folder) => rm(join(folder, 'tokenizer.json'))), /OmniGen: missing tokenizer\.json; found/],
      [
        copy((folder) => rename(join(folder, 'model.safetensors'), join(folder, 'model.pt')).then()),
        /missing model\.safetensors; found config\.json, model\.pt \(pickled weights/,
      ],
      [
        copy((folder) => rm(join(folder, 'transformer'), { recursive: true }), true),
        /missing transformer and transformer\/config\.json/,
      ],
      [
        copy(changed((tensors) => tensors.delete('llm.layers.1.mlp.down_proj.weight'))),
        /llm\.layers\.1\.mlp\.down_proj\.weight/,
      ],
      [
        copy(changed((tensors) => tensors.set('surplus.weight', tensorValue('f32', [2], [1, 2])))),
        /surplus\.weight/,
      ],
      [
        copy(
          changed((tensors) =>
            tensors.set('llm.norm.weight', tensorValue('f32', [64], new Float32Array(64).fill(Number.NaN))),
          ),
        ),
        /NaN/,
      ],
      [
        copy(async (folder) => {
          const file = join(folder, 'config.json')
          const { rope_scaling: _, ...config } = JSON.parse(await readFile(file, 'utf8'))
          await writeFile(file, JSON.stringify(config))
        }),
        /config\.json: rope_scaling\.short_factor: expected a list of numbers above 0; use the checkpoint's own config\.json/,
      ],
    ]
    const [lacking, reason] = cases[1]!
    await expect(inspectWeights(await lacking)).rejects.toThrow(reason)
    for (const [made, message] of cases) {
      const error = await openModelEditor(await made, {
        precision: 'fp32',
        cache: join(root, 'cache'),
      }).catch((each: Error) => each)
      expect(error).toBeInstanceOf(Error)
      expect((error as Error).message).toMatch(message)
      expect((error as Error).message).not.toContain('\n')
    }
  })
})
