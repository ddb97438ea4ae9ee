import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type EditOptions, promptPrefixV12 } from 'pentimento/edit'
import { writeFolderWhole } from 'pentimento/files'
import { byteTokenizer } from '../../test/byteTokenizer.ts'
import { clipVocabulary } from '../../test/tinyKontext.ts'
import { omnigenTokenizer } from '../../test/tinyOmnigen.ts'
import type { Figures, Perf } from '../measure.ts'
import { round3 } from '../measure.ts'
import { qwenSigns, writeWeights } from './checkpoint.ts'
import { measuredEdit } from './edits.ts'
import { qwenConfig } from './qwenConfig.ts'

/** A model at its published size: manifests of its parts with the bits of their linear weights, and its other files. */
interface FullModel {
  /** At which it is edited: the smallest that says something of it. */
  readonly size: number
  readonly weights: readonly (readonly [manifest: string, file: string, bits: 8 | undefined])[]
  readonly json: () => Promise<Readonly<Record<string, unknown>>>
  readonly texts?: Readonly<Record<string, string>>
  readonly options?: EditOptions
}

const diffusers = 'diffusion_pytorch_model.safetensors'
const golden = async (path: string): Promise<Record<string, unknown>> =>
  JSON.parse(
    await readFile(fileURLToPath(new URL(`../../test/golden/${path}`, import.meta.url)), 'utf8'),
  ) as Record<string, unknown>

/** CLIP's signs of bytes, with the ends where the published vocabulary has them. */
const clipSigns = (): Record<string, number> => ({
  ...clipVocabulary(),
  '<|startoftext|>': 49_406,
  '<|endoftext|>': 49_407,
})
const merges = { 'tokenizer/merges.txt': '#version: 0.2\n' }

const models: Readonly<Record<string, FullModel>> = {
  'instruct-pix2pix': {
    size: 512,
    weights: [
      ['instruct-pix2pix-unet-diffusers', `unet/${diffusers}`, 8],
      ['clip-l-text', 'text_encoder/model.safetensors', undefined],
      ['sd15-vae-diffusers', `vae/${diffusers}`, undefined],
    ],
    json: async () => ({
      'model_index.json': { _class_name: 'StableDiffusionInstructPix2PixPipeline' },
      'tokenizer/vocab.json': clipSigns(),
    }),
    texts: merges,
  },
  omnigen: {
    size: 256,
    weights: [
      ['omnigen-v1', 'model.safetensors', 8],
      ['sd15-vae-diffusers', `vae/${diffusers}`, undefined],
    ],
    json: async () => ({
      'config.json': {
        hidden_size: 3072,
        intermediate_size: 8192,
        num_hidden_layers: 32,
        num_attention_heads: 32,
        num_key_value_heads: 32,
        rms_norm_eps: 1e-5,
        rope_theta: 10_000,
        vocab_size: 32_064,
        max_position_embeddings: 131_072,
        original_max_position_embeddings: 4096,
        rope_scaling: { type: 'su', short_factor: Array(48).fill(1), long_factor: Array(48).fill(2) },
      },
      'vae/config.json': { scaling_factor: 0.13025 },
      'tokenizer.json': omnigenTokenizer(),
      'tokenizer_config.json': { tokenizer_class: 'LlamaTokenizer', bos_token: '<s>' },
    }),
  },
  'flux-kontext': {
    size: 256,
    weights: [
      ['flux1-kontext-dev-transformer-bfl', 'flux1-kontext-dev.safetensors', 8],
      ['t5-v1.1-xxl-encoder', 'text_encoder_2/model.safetensors', 8],
      ['clip-l-text', 'text_encoder/model.safetensors', undefined],
      ['vae', 'ae.safetensors', undefined],
    ],
    json: async () => ({
      'tokenizer/vocab.json': clipSigns(),
      'tokenizer_2/tokenizer.json': await golden('unigram/tokenizer.json'),
    }),
    texts: merges,
  },
  'step1x-edit-v1.2': {
    size: 256,
    weights: [
      ['step1x-edit-v1.2-transformer-diffusers', `transformer/${diffusers}`, 8],
      ['qwen2.5-vl-7b', 'text_encoder/model.safetensors', 8],
      ['vae', `vae/${diffusers}`, undefined],
    ],
    json: async () => ({
      'model_index.json': { _class_name: 'Step1XEditPipelineV1P2' },
      'text_encoder/config.json': qwenConfig,
      'processor/tokenizer.json': byteTokenizer(qwenSigns, promptPrefixV12.slice(0, -84)),
      'processor/tokenizer_config.json': { tokenizer_class: 'Qwen2Tokenizer' },
    }),
    options: { reflect: false },
  },
  'qwen-image-edit': {
    size: 256,
    weights: [
      ['qwen-image-edit-transformer', `transformer/${diffusers}`, 8],
      ['qwen2.5-vl-7b', 'text_encoder/model.safetensors', 8],
      ['qwen-image-vae', `vae/${diffusers}`, undefined],
    ],
    json: async () => {
      const { config } = (await golden('qwen-image-edit/meta.json')) as {
        config: { vae: Record<string, unknown>; scheduler: unknown }
      }
      const { latents_mean, latents_std } = config.vae
      return {
        'model_index.json': { _class_name: 'QwenImageEditPipeline' },
        'vae/config.json': { latents_mean, latents_std },
        'text_encoder/config.json': qwenConfig,
        'scheduler/scheduler_config.json': config.scheduler,
        'processor/tokenizer.json': byteTokenizer(qwenSigns),
        'processor/tokenizer_config.json': { tokenizer_class: 'Qwen2Tokenizer' },
      }
    },
  },
}

/**
 * A step of each family's model at its published size, int8 on noise weights, streamed within 6 GB: seconds of a step with
 * the guidance that it has by default, and the most memory. `--only` names one. Each is written before and deleted after
 * it is measured: 30 GB of disk for the largest.
 */
export async function families(perf: Perf): Promise<Figures> {
  const { only } = perf.flags
  const chosen = Object.keys(models).filter((name) => only === undefined || name === only)
  if (chosen.length === 0)
    throw new Error(`--only: expected one of ${Object.keys(models).join(', ')}, got ${only}`)
  const figures: Record<string, number> = {}
  for (const name of chosen) {
    const { size, options } = models[name]!
    const temporary = await mkdtemp(join(tmpdir(), 'pentimento-'))
    try {
      const folder = join(temporary, name)
      perf.line(`${name}: writing noise weights of full size`)
      await writeFolderWhole(folder, (part) => fill(part, models[name]!))
      const found = await measuredEdit(folder, size, 'streamed', options)
      perf.line(
        `${name}, ${size} px, int8, streamed: ${found.step.toFixed(1)} s a step, reading ${found.read.toFixed(1)} s, encoder ` +
          `${found.encode.toFixed(1)} s, decoder ${found.decode.toFixed(1)} s; at most ${found.anonymousGB.toFixed(1)} GB anonymous, ${found.fileGB.toFixed(1)} GB file-backed`,
      )
      for (const [key, value] of Object.entries(found)) figures[`${name}_${size}_${key}`] = round3(value)
    } finally {
      await rm(temporary, { recursive: true })
    }
  }
  return figures
}

async function fill(folder: string, { weights, json, texts = {} }: FullModel): Promise<void> {
  const files = [
    ...Object.entries(await json()).map(([name, value]) => [name, JSON.stringify(value)] as const),
    ...Object.entries(texts),
  ]
  for (const name of [...files.map(([name]) => name), ...weights.map(([, file]) => file)])
    await mkdir(join(folder, name, '..'), { recursive: true })
  for (const [name, text] of files) await writeFile(join(folder, name), text)
  for (const [manifest, file, bits] of weights) await writeWeights(manifest, join(folder, file), bits)
}
