import { cp, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findCheckpoint, inspectWeights, openEditor } from 'pentimento/edit'
import { type TensorValue, tensorValue } from 'pentimento/graph'
import { openCheckpoint, readAll, writeAll } from 'pentimento/weights'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { writeTinyCheckpoint } from './tinyCheckpoint.ts'
import { writeTinyDiffusers } from './tinyDiffusers.ts'

let root: string
let folder: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'checkpoints-'))
  await writeTinyCheckpoint(join(root, 'tiny'))
  await writeTinyDiffusers(join(root, 'diffusers'))
})
afterAll(() => rm(root, { recursive: true, force: true }))
beforeEach(async () => {
  folder = join(root, 'copy')
  await cp(join(root, 'tiny'), folder, { recursive: true })
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const dit = 'step1x-edit-i1258.safetensors'
const mllm = 'Qwen2.5-VL-7B-Instruct'

async function rewrite(file: string, change: (tensors: Map<string, TensorValue>) => void): Promise<void> {
  const checkpoint = await openCheckpoint(join(folder, file))
  const tensors = await readAll(checkpoint)
  await checkpoint.close()
  change(tensors)
  await writeAll(join(folder, file), tensors)
}

const open = () => openEditor(folder, { provider: 'cpu', threads: 1, cache: join(root, 'cache') })

/** The one line in which `openEditor` refuses the folder; `inspect` must see the problem, too. */
async function refusal(): Promise<string> {
  const error = await open().then(
    async (editor) => {
      await editor.close()
      throw new Error('expected a refusal')
    },
    (reason: Error) => reason,
  )
  expect(error.name).toMatch(/^(Weights|Edit|Model|Language)Error$/)
  expect(error.message).not.toMatch(/\n/)
  const report = await inspectWeights(folder).catch((reason: Error) => reason)
  if (!(report instanceof Error)) expect(report.parts.some(({ problem }) => problem !== undefined)).toBe(true)
  return error.message
}

describe('an editor refuses', () => {
  it('missing, misshapen, unknown and integer tensors of all parts, at once', async () => {
    await rewrite(dit, (tensors) => {
      tensors.delete('double_blocks.0.img_attn.proj.weight')
      tensors.delete('single_blocks.1.linear2.bias')
      tensors.set('img_in.bias', tensorValue('f32', [3], [0, 0, 0]))
      tensors.set('extra.thing', tensorValue('f32', [1], [0]))
      const { shape } = tensors.get('double_blocks.1.txt_attn.proj.weight')!
      tensors.set('double_blocks.1.txt_attn.proj.weight', {
        dtype: 'i64',
        shape,
        data: new BigInt64Array(shape[0]! * shape[1]!),
      })
    })
    await rewrite('vae.safetensors', (tensors) => void tensors.delete('decoder.conv_out.bias'))
    await rewrite(join(mllm, 'model.safetensors'), (tensors) => void tensors.delete('model.norm.weight'))
    const message = await refusal()
    for (const named of [
      '2 missing: "double_blocks.0.img_attn.proj.weight" [64, 64], "single_blocks.1.linear2.bias" [64]',
      '"img_in.bias" expected [64], got [3]',
      '"double_blocks.1.txt_attn.proj.weight" expected a float type, got i64',
      '1 not used by the model: "extra.thing" [1]',
      'vae.safetensors: the weights do not fit the model: 1 missing: "decoder.conv_out.bias" [3]',
      '1 missing: "model.norm.weight" [64]',
    ])
      expect(message).toContain(named)
  })

  it('tensors of a folder of diffusers that have no place', async () => {
    await rm(folder, { recursive: true })
    await cp(join(root, 'diffusers'), folder, { recursive: true })
    await (await open()).close()
    const file = 'transformer/diffusion_pytorch_model.safetensors'
    await rewrite(file, (tensors) =>
      tensors.set('transformer_blocks.0.extra.weight', tensorValue('f32', [1], [0])),
    )
    expect(await refusal()).toContain('1 not used by the model: "transformer_blocks.0.extra.weight" [1]')
    await rewrite(file, (tensors) => tensors.set('text_token_mapping.weight', tensorValue('f32', [1], [0])))
    // With the mapping of quoted text it is v1.2.
    expect(await refusal()).toContain('"text_token_mapping.weight" expected [48, 64], got [1]')
  })

  it('NaN, by the name of the tensor', async () => {
    await rewrite('vae.safetensors', (tensors) => {
      const { shape, data } = tensors.get('decoder.conv_in.bias')!
      const broken = (data as Float32Array).slice().fill(Number.NaN, 1, 2)
      tensors.set('decoder.conv_in.bias', { dtype: 'f32', shape, data: broken })
    })
    const opening = open()
    await expect(opening).rejects.toThrow(
      /vae\.safetensors: expected finite weights, got NaN or infinity in "decoder\.conv_in\.bias"/,
    )
  })

  it.each([
    ['tokenizer.json', '{bad', /tokenizer\.json: not JSON/],
    ['tokenizer.json', '{}', /tokenizer\.json: model: /],
    ['tokenizer.json', '{"model": {}, "added_tokens": 3}', /tokenizer\.json: not a tokenizer/],
    ['tokenizer_config.json', '<html>', /tokenizer_config\.json: not JSON/],
    ['config.json', '<html>', /config\.json: not JSON/],
    ['config.json', '{"hidden_size": "x"}', /config\.json: /],
  ])('%s that holds %s', async (name, text, message) => {
    await writeFile(join(folder, mllm, name), text)
    expect(await refusal()).toMatch(message)
  })

  it.each([
    ['GGUF', Buffer.concat([Buffer.from('GGUF\x03\0\0\0'), Buffer.alloc(64)]), /is a GGUF file/],
    [
      'a zip of pickles',
      Buffer.concat([Buffer.from('PK\x03\x04\x14\0\x08\0'), Buffer.alloc(64)]),
      /pickled PyTorch file/,
    ],
    [
      'a pickle',
      Buffer.concat([Buffer.from([0x80, 2]), Buffer.from('}q\0(X\x0e\0\0\0state_dict')]),
      /pickled PyTorch file/,
    ],
    ['a web page', Buffer.from('<!DOCTYPE html><html>log in</html>'), /is a web page/],
    [
      "a server's answer",
      Buffer.from('{"error":"Invalid username or password."}'),
      /a server's error message/,
    ],
    [
      'a pointer of Git LFS',
      Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\n'),
      /pointer of Git LFS/,
    ],
  ])('%s in the place of weights', async (_, bytes, message) => {
    await writeFile(join(folder, dit), bytes)
    expect(await refusal()).toMatch(message)
  })

  it.each([
    [
      'model.gguf',
      /missing the transformer .*; found .*model\.gguf \(GGUF: not read, expected \.safetensors\)/,
    ],
    ['step1x-edit.ckpt', /step1x-edit\.ckpt \(pickled weights: not read/],
  ])('%s beside the other parts', async (name, message) => {
    await rename(join(folder, dit), join(folder, name))
    expect(await refusal()).toMatch(message)
  })

  it('a file where a folder is expected', async () => {
    folder = join(folder, dit)
    await expect(open()).rejects.toThrow(
      /i1258\.safetensors: is a file, expected a checkpoint folder; use .*copy if/,
    )
    folder = join(root, 'copy')
  })
})

describe('an editor takes', () => {
  it.each(['model.diffusion_model.', 'diffusion_model.'])('names that begin with %s', async (prefix) => {
    await rewrite(dit, (tensors) => {
      for (const [path, value] of [...tensors]) {
        tensors.delete(path)
        tensors.set(prefix + path, value)
      }
    })
    await (await open()).close()
    const { parts } = await inspectWeights(folder)
    expect(parts[0]).toMatchObject({ kind: 'transformer and connector' })
    expect(parts[0]!.problem).toBeUndefined()
  })

  it('tensors that are known to be of no use', async () => {
    await rewrite(join(mllm, 'model.safetensors'), (tensors) => {
      tensors.set('lm_head.weight', tensorValue('f32', [1], [0]))
      tensors.set('model.layers.0.self_attn.rotary_emb.inv_freq', tensorValue('f32', [1], [0]))
    })
    await (await open()).close()
  })

  it('the plain file where one in half precision lies beside it', async () => {
    for (const [from, to] of [
      [dit, 'step1x-edit-i1258.fp16.safetensors'],
      ['vae.safetensors', 'vae.fp16.safetensors'],
      [`${mllm}/model.safetensors`, `${mllm}/model.fp16.safetensors`],
    ] as const)
      await cp(join(folder, from), join(folder, to))
    await writeFile(join(folder, mllm, 'model.fp16.safetensors'), 'never read')
    const found = await findCheckpoint(folder)
    expect([found.dit, found.vae]).toEqual([join(folder, dit), join(folder, 'vae.safetensors')])
    await (await open()).close()
  })

  it('of two language models the first by name', async () => {
    await cp(join(folder, mllm), join(folder, 'Another'), { recursive: true })
    expect((await findCheckpoint(folder)).mllm).toBe(join(folder, 'Another'))
    expect((await readdir(folder)).length).toBeGreaterThan(3)
    expect(await readFile(join(folder, 'Another', 'tokenizer.json'), 'utf8')).toContain('model')
  })
})
