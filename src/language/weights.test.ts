import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { relativeError } from '../../test/golden.ts'
import { Graph, Parameters, program, tensorValue } from '../graph/index.ts'
import { parseQwenConfig } from '../models/index.ts'
import { openRuntime, type Runtime } from '../onnx/index.ts'
import { initialize, normal, readAll, writeAll } from '../weights/index.ts'
import { KeyValueCache } from './cache.ts'
import { Decoding, decoderOutputs } from './decoding.ts'
import { findLanguageModel } from './find.ts'
import { likeliest } from './sampling.ts'
import { languageFingerprint, openLanguageWeights } from './weights.ts'

/** Large enough that its layers are quantised. */
const json = {
  model_type: 'qwen2',
  hidden_size: 256,
  intermediate_size: 384,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  vocab_size: 512,
}
let root: string
let runtime: Runtime

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'language-'))
  runtime = await openRuntime({ provider: 'cpu', threads: 1 })
  await write('apart', false)
  await write('tied', true)
})
afterAll(async () => {
  await runtime.close()
  await rm(root, { recursive: true, force: true })
})

/** A model with its head apart, or with the table as its head, in the names of newer files. */
async function write(name: string, tied: boolean): Promise<void> {
  const config = parseQwenConfig(json)
  const { parameters } = program(decoderOutputs(new Parameters(new Graph()), config))
  const rule = (path: string) => (path.includes('embed') ? normal(0.3) : undefined)
  const values = await readAll(initialize(parameters, { seed: 3, rule }))
  const named = [...values].map(
    ([path, value]) => [tied ? path.replace(/^model\./, 'model.language_model.') : path, value] as const,
  )
  await mkdir(join(root, name))
  await writeAll(
    join(root, name, 'model.safetensors'),
    new Map(named.filter(([path]) => !tied || path !== 'lm_head.weight')),
  )
  await writeFile(join(root, name, 'config.json'), JSON.stringify({ ...json, tie_word_embeddings: tied }))
}

async function scoresOf(name: string, precision: 'fp32' | 'int8' | 'int4', plan: 'whole' | 'streamed') {
  const config = parseQwenConfig({ ...json, tie_word_embeddings: name === 'tied' })
  const weights = await openLanguageWeights(join(root, name), config, {
    precision,
    budget: 1e9,
    cache: join(root, 'cache'),
  })
  const { source } = weights
  const decoding = new Decoding({ runtime, source, config, plan })
  const axis = [0, 1, 2, 3, 4, 5, 6]
  const sequence = {
    ids: [3, 1, 4, 1, 5, 9, 2],
    positions: [axis, axis, axis] as const,
    pictures: undefined,
    pictureToken: undefined,
  }
  const cache = new KeyValueCache(config)
  await decoding.read([{ sequence, cache }])
  const [scores] = await decoding.step(cache, [6], [7])
  await decoding.release()
  const head = source.describe('lm_head.weight')!
  const layer = source.describe('model.layers.0.mlp.up_proj.weight')!
  await weights.close()
  return { scores: tensorValue('f32', [scores!.length], scores!), head, layer, precision: weights.precision }
}

describe.each(['apart', 'tied'])('a model with its head %s', (name) => {
  it('answers in 8 and 4 bits nearly as in fp32, the head in 8, whole and streamed', async () => {
    const exact = await scoresOf(name, 'fp32', 'whole')
    expect(exact.head.quantization).toBeUndefined()
    for (const [precision, bits, most] of [
      ['int8', 8, 0.03],
      ['int4', 4, 0.4],
    ] as const) {
      const whole = await scoresOf(name, precision, 'whole')
      expect([whole.precision, whole.head.quantization?.bits]).toEqual([precision, 8])
      expect(whole.layer.quantization?.bits).toBe(bits)
      expect(relativeError(whole.scores, exact.scores)).toBeLessThan(most)
      const streamed = await scoresOf(name, precision, 'streamed')
      expect(relativeError(streamed.scores, whole.scores)).toBeLessThan(1e-5)
      if (bits === 8)
        expect(likeliest(whole.scores.data as Float32Array)).toBe(
          likeliest(exact.scores.data as Float32Array),
        )
    }
  })

  it('is quantised once, under what decides the copy', async () => {
    const before = await readdir(join(root, 'cache', 'quantized'))
    await scoresOf(name, 'int8', 'whole')
    expect(await readdir(join(root, 'cache', 'quantized'))).toEqual(before)
  })
})

it('auto keeps a small model as it is, and takes a copy that is quantised already as it is', async () => {
  const config = parseQwenConfig(json)
  const options = { precision: 'auto', budget: 1e9, cache: join(root, 'cache') } as const
  const small = await openLanguageWeights(join(root, 'apart'), config, options)
  expect(small.precision).toBe('fp32')
  await small.close()
  const names = await readdir(join(root, 'cache', 'quantized'))
  const copy = names.find((each) => each.includes('int4'))!
  const given = await openLanguageWeights(join(root, 'cache', 'quantized', copy), config, options)
  expect(given.precision).toBe('int4')
  await given.close()
})

it('a fingerprint is that of the weights and the configuration', async () => {
  const [apart, tied] = [
    await languageFingerprint(join(root, 'apart')),
    await languageFingerprint(join(root, 'tied')),
  ]
  expect(apart).toMatch(/^[0-9a-f]{16}$/)
  expect(tied).not.toBe(apart)
})

describe('a model is found', () => {
  it('by its folder, by its name, inside an editor, and in the layout of diffusers', async () => {
    const models = join(root, 'models')
    const put = async (folder: string, ...files: readonly string[]) => {
      await mkdir(folder, { recursive: true })
      for (const file of files) await writeFile(join(folder, file), '{}')
    }
    await put(join(models, 'own'), 'config.json', 'tokenizer.json')
    const inside = join(models, 'step1x-edit-v1.1', 'Qwen2.5-VL-7B-Instruct')
    await put(inside, 'config.json', 'tokenizer.json')
    const pipeline = join(models, 'pipeline')
    await put(pipeline, 'model_index.json')
    await put(join(pipeline, 'text_encoder'), 'config.json')
    await put(join(pipeline, 'processor'), 'tokenizer.json')
    const find = (name: string) => findLanguageModel(name, { PENTIMENTO_MODELS: models })
    expect((await find('own')).folder).toBe(join(models, 'own'))
    expect((await find(join(models, 'own'))).name).toBe('own')
    expect((await find('qwen2.5-vl-7b')).folder).toBe(inside)
    expect((await find('step1x-edit-v1.1')).folder).toBe(inside)
    expect(await find('pipeline')).toMatchObject({
      folder: join(pipeline, 'text_encoder'),
      tokenizer: join(pipeline, 'processor'),
    })
    await put(join(models, 'half'), 'config.json', 'tokenizer.json', 'model.safetensors.0123456789ab.part')
    await expect(find('half')).rejects.toThrow("its download is incomplete; run 'pentimento pull half' again")
  })
})
