import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { distance, editedOnce, stripes, tinyOpenings } from '../../../../test/tinyEditing.ts'
import { type KontextLayout, tinyKontextFile, writeTinyKontext } from '../../../../test/tinyKontext.ts'
import { dataOf, type TensorValue } from '../../../graph/index.ts'
import type { Picture } from '../../../image/index.ts'
import { openCheckpoint, readAll, writeAll } from '../../../weights/index.ts'
import { inspectWeights } from '../../checkpoint/inspect.ts'
import type { EditRequest } from '../../editor.ts'
import { type ModelEditorOptions, openModelEditor } from '../../modelEditor.ts'

const layouts = ['official', 'diffusers'] as const
let folder: string
const folders = {} as Record<KontextLayout, string>
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kontext-'))
  for (const layout of layouts) {
    folders[layout] = join(folder, layout)
    await writeTinyKontext(folders[layout], layout)
  }
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const photo = stripes(90, 70)

const openings = (more?: ModelEditorOptions): ModelEditorOptions => tinyOpenings(folder, more)
const edited = (model: string, request?: EditRequest, more?: ModelEditorOptions): Promise<Picture> =>
  editedOnce(model, openings(more), photo, 'change the sky to blue', request)

/** A copy of a folder in which some tensors of a part are changed. */
async function changed(
  layout: KontextLayout,
  part: Parameters<typeof tinyKontextFile>[2],
  change: (tensors: Map<string, TensorValue>) => void,
): Promise<string> {
  const copy = await mkdtemp(join(folder, 'changed-'))
  await cp(folders[layout], copy, { recursive: true })
  const file = tinyKontextFile(copy, layout, part)
  const source = await openCheckpoint(file)
  const tensors = await readAll(source)
  await source.close()
  change(tensors)
  await writeAll(file, tensors)
  return copy
}

describe('an edit by FLUX.1 Kontext', () => {
  it('is the same from either layout, whole or streamed, and goes to the size of the picture', async () => {
    const stages: string[] = []
    const editor = await openModelEditor(folders.diffusers, openings())
    expect(editor).toMatchObject({ family: 'flux-kontext', mostPictures: 0, plan: 'whole' })
    expect(editor.defaults).toMatchObject({ steps: 2, guidance: 2.5, size: 64 })
    const one = await editor.edit(photo, 'change the sky to blue', {
      onStage: ({ stage }) => void stages.push(stage),
    })
    // The text of the last edit is kept.
    expect(await editor.edit(photo, 'change the sky to blue')).toEqual(one)
    await editor.close()
    expect(stages).toEqual(['read', 'encode', 'denoise', 'decode'])
    expect([one.width, one.height]).toEqual([90, 70])
    expect(await edited(folders.official)).toEqual(one)
    const streamed = await edited(folders.official, {}, { plan: 'streamed', memory: 1e7 })
    expect(distance(streamed, one)).toBeLessThan(0.01)
    const small = await edited(folders.official, { keepEditSize: true })
    expect([small.width, small.height]).toEqual([64, 48])
  })

  it('hears its instruction, guidance, seed and negative text', async () => {
    const editor = await openModelEditor(folders.official, openings())
    const edit = (request: EditRequest = {}, text = 'change the sky to blue') =>
      editor.edit(photo, text, request)
    const one = await edit()
    const differs = async (other: Promise<Picture>) => expect(distance(await other, one)).toBeGreaterThan(0.1)
    await differs(edit({}, 'remove the cat'))
    await differs(edit({ guidance: 8 }))
    await differs(edit({ seed: 1 }))
    const guided = await edit({ trueGuidance: 3 })
    await differs(Promise.resolve(guided))
    expect(distance(await edit({ trueGuidance: 3, negative: 'blur the old house' }), guided)).toBeGreaterThan(
      0.1,
    )
    await expect(edit({ negative: 'blur' })).rejects.toThrow(/negative: .*expected trueGuidance above 1/)
    expect(distance(await edit({ init: { picture: photo, strength: 0.5 } }), one)).toBeGreaterThan(0.1)
    await editor.close()
  })

  it('runs in 8 bits and with the detail stage', async () => {
    const picture = await edited(folders.official, { detail: true }, { precision: 'int8' })
    expect([picture.width, picture.height]).toEqual([90, 70])
  })
})

describe('weights as ComfyUI has them', () => {
  it('are read: the table of T5 under another name or two, projections of CLIP beside its text encoder', async () => {
    const one = await edited(folders.official)
    const comfy = await changed('official', 't5', (tensors) => {
      tensors.set('encoder.embed_tokens.weight', tensors.get('shared.weight')!)
      tensors.delete('shared.weight')
    })
    expect(await edited(comfy)).toEqual(one)
    const both = await changed('official', 't5', (tensors) => {
      tensors.set('encoder.embed_tokens.weight', tensors.get('shared.weight')!)
    })
    expect(await edited(both)).toEqual(one)
    const clip = await changed('official', 'clip', (tensors) => {
      tensors.set('text_projection.weight', tensors.get('text_model.final_layer_norm.weight')!)
      tensors.set('text_model.embeddings.position_ids', {
        dtype: 'i64',
        shape: [1, 2],
        data: new BigInt64Array(2),
      })
    })
    expect(await edited(clip)).toEqual(one)
  })
})

describe('a folder that is not whole', () => {
  it.each([
    ['t5xxl_fp16.safetensors', /missing T5's encoder \(t5xxl_fp16\.safetensors or text_encoder_2\/\)/],
    ['ae.safetensors', /missing the autoencoder \(ae\.safetensors or vae\/\)/],
    ['clip_l.safetensors', /missing CLIP's text encoder/],
    ['tokenizer_2', /missing T5's tokenizer \(tokenizer_2\/ with tokenizer\.json\)/],
    ['tokenizer/merges.txt', /no tokenizer, expected tokenizer\.json or vocab\.json with merges\.txt/],
  ] as const)('without %s says so in one line', async (name, message) => {
    const copy = await mkdtemp(join(folder, 'missing-'))
    await cp(folders.official, copy, { recursive: true })
    await rm(join(copy, name), { recursive: true })
    await expect(openModelEditor(copy, openings())).rejects.toThrow(message)
  })

  it('with two transformers asks for one', async () => {
    const copy = await mkdtemp(join(folder, 'two-'))
    await cp(folders.official, copy, { recursive: true })
    await cp(
      join(copy, 'flux1-kontext-dev.safetensors'),
      join(copy, 'flux1-dev-kontext_fp8_scaled.safetensors'),
    )
    await expect(openModelEditor(copy, openings())).rejects.toThrow(
      /several files for the transformer .*keep one/,
    )
  })

  type Change = (tensors: Map<string, TensorValue>) => void
  const damages: readonly (readonly [string, Parameters<typeof tinyKontextFile>[2], Change, RegExp])[] = [
    [
      'a missing tensor',
      'transformer',
      (tensors) => {
        tensors.delete('guidance_in.in_layer.weight')
      },
      /1 missing: "?guidance_in\.in_layer\.weight/,
    ],
    [
      'a tensor that nothing uses',
      't5',
      (tensors) => {
        tensors.set('encoder.extra', tensors.get('shared.weight')!)
      },
      /1 not used by the model: "?encoder\.extra/,
    ],
    [
      'NaN',
      'clip',
      (tensors) => {
        dataOf(tensors.get('text_model.final_layer_norm.bias')!, 'f32')[3] = Number.NaN
      },
      /clip_l\.safetensors: expected finite weights, got NaN .*text_model\.final_layer_norm\.bias/,
    ],
  ]
  it.each(damages)('with %s is refused', async (_, part, change, message) => {
    const copy = await changed('official', part, change)
    await expect(openModelEditor(copy, openings())).rejects.toThrow(message)
  })

  it('with a text encoder of another model is refused', async () => {
    const copy = await changed('official', 'transformer', (tensors) => {
      const { dtype, shape, data } = tensors.get('vector_in.in_layer.weight')!
      tensors.set('vector_in.in_layer.weight', {
        dtype,
        shape: [shape[0]!, 16],
        data: (data as Float32Array).slice(0, shape[0]! * 16),
      })
    })
    await expect(openModelEditor(copy, openings())).rejects.toThrow(
      /clip_l\.safetensors: width of the pooled text: expected 16 as the transformer reads, got 32/,
    )
  })
})

it('is inspected part by part', async () => {
  const found = await inspectWeights(folders.diffusers)
  expect(found.family).toBe('FLUX.1 Kontext')
  expect(found.parts.map(({ kind, problem }) => [kind, problem])).toEqual([
    ['transformer', undefined],
    ['text encoder (CLIP)', undefined],
    ['text encoder (T5)', undefined],
    ['autoencoder', undefined],
  ])
  const copy = await mkdtemp(join(folder, 'inspected-'))
  await cp(folders.diffusers, copy, { recursive: true })
  await writeFile(join(copy, 'tokenizer_2', 'tokenizer.json'), '{}')
  const [, , t5] = (await inspectWeights(copy)).parts
  expect(t5?.problem).toMatch(/expected a tokenizer of T5/)
})
