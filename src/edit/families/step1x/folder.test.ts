import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findCheckpoint } from './folder.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'folder-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function put(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
}

const official = {
  'step1x-edit-i1258.safetensors': '',
  'vae.safetensors': '',
  'Qwen2.5-VL-7B-Instruct/tokenizer.json': '{}',
}

describe('a checkpoint folder', () => {
  it('in the official layout is known by its files', async () => {
    put(official)
    const found = await findCheckpoint(folder)
    expect(found).toMatchObject({
      folder,
      dit: join(folder, 'step1x-edit-i1258.safetensors'),
      vae: join(folder, 'vae.safetensors'),
      mllm: join(folder, 'Qwen2.5-VL-7B-Instruct'),
      tokenizer: join(folder, 'Qwen2.5-VL-7B-Instruct'),
      hints: {},
      namedVariant: 'v1.0',
    })
  })

  it('with both versions needs to be told which', async () => {
    put({ ...official, 'step1x-edit-v1p1-official.safetensors': '' })
    await expect(findCheckpoint(folder)).rejects.toThrow(/several transformers .*choose one by its variant/)
    expect((await findCheckpoint(folder, 'v1.1')).dit).toMatch(/v1p1-official/)
    expect((await findCheckpoint(folder, 'v1.0')).namedVariant).toBe('v1.0')
  })

  it('may lie beside quantised copies and LoRAs of its own', async () => {
    put({ ...official, 'step1x-edit-i1258.int8.safetensors': '', 'fix-hand-lora.safetensors': '' })
    expect((await findCheckpoint(folder)).dit).toMatch(/i1258\.safetensors$/)
  })

  it('in the layout of diffusers takes hints from its configurations', async () => {
    put({
      'model_index.json': '{"_class_name": "Step1XEditPipeline"}',
      'transformer/config.json': '{"axes_dims_rope": [16, 56, 56]}',
      'vae/config.json': '{"scaling_factor": 0.5}',
      'text_encoder/config.json': '{}',
      'processor/tokenizer.json': '{}',
      'pentimento.json': '{"vae": {"shift": 0.25}}',
    })
    expect(await findCheckpoint(folder)).toMatchObject({
      dit: join(folder, 'transformer'),
      mllm: join(folder, 'text_encoder'),
      tokenizer: join(folder, 'processor'),
      hints: { dit: { axesDim: [16, 56, 56] }, vae: { scale: 0.5, shift: 0.25 } },
    })
  })

  it.each([
    [
      'nothing',
      {},
      /missing the transformer .* and the autoencoder .* and the language model .*; found nothing/,
    ],
    [
      'no autoencoder',
      { ...official, 'vae.safetensors': undefined },
      /missing the autoencoder \(vae\.safetensors\); found /,
    ],
    ['hints that are no JSON', { ...official, 'pentimento.json': '{' }, /pentimento\.json: not JSON/],
    [
      'hints of another kind',
      { ...official, 'pentimento.json': '{"dit": {"numHeads": "four"}}' },
      /dit\.numHeads/,
    ],
    [
      'v1.2',
      { 'model_index.json': '{"_class_name": "Step1XEditPipelineV1P2"}' },
      /missing transformer and vae and text_encoder and processor\/tokenizer\.json of the diffusers layout/,
    ],
    [
      'half of diffusers',
      { 'model_index.json': '{}', 'vae/config.json': '{}' },
      /missing transformer and text_encoder and processor/,
    ],
  ])('with %s is refused in one line', async (_, files, message) => {
    put(
      Object.fromEntries(
        Object.entries(files).filter((entry): entry is [string, string] => entry[1] !== undefined),
      ),
    )
    await expect(findCheckpoint(folder)).rejects.toThrow(message)
  })
})
