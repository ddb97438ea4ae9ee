import { readFileSync } from 'node:fs'
import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { dataOf, type TensorValue } from 'pentimento/graph'
import { writeAll } from 'pentimento/weights'
import { byteVocabulary } from './byteTokenizer.ts'
import { readGolden } from './golden.ts'

const golden = (path: string): string => fileURLToPath(new URL(`./golden/${path}`, import.meta.url))

/** The golden model's configuration, of Phi-3. */
function llmConfig(): { readonly [key: string]: unknown } {
  return JSON.parse(readFileSync(golden('omnigen/meta.json'), 'utf8')).config.llm
}

const vaeConfig = { _class_name: 'AutoencoderKL', scaling_factor: 0.13025, norm_num_groups: 4 }

/** Writes the golden model as a checkpoint folder in the layout of `Shitao/OmniGen-v1`. */
export async function writeTinyOmnigen(folder: string): Promise<void> {
  await mkdir(join(folder, 'vae'), { recursive: true })
  await cp(golden('omnigen/weights.safetensors'), join(folder, 'model.safetensors'))
  await cp(
    golden('instruct-pix2pix/vae_weights.safetensors'),
    join(folder, 'vae', 'diffusion_pytorch_model.safetensors'),
  )
  await writeFiles(folder, {
    'config.json': { architectures: ['Phi3ForCausalLM'], model_type: 'phi3', ...llmConfig() },
    'vae/config.json': vaeConfig,
    'tokenizer.json': omnigenTokenizer(),
    'tokenizer_config.json': { tokenizer_class: 'LlamaTokenizer', bos_token: '<s>' },
  })
}

/** The same in the layout of `Shitao/OmniGen-v1-diffusers`. */
export async function writeTinyOmnigenDiffusers(folder: string): Promise<void> {
  for (const part of ['transformer', 'vae', 'tokenizer', 'scheduler'])
    await mkdir(join(folder, part), { recursive: true })
  const weights = 'diffusion_pytorch_model.safetensors'
  await writeAll(join(folder, 'transformer', weights), await omnigenInDiffusers())
  await cp(golden('instruct-pix2pix/vae_weights.safetensors'), join(folder, 'vae', weights))
  const { rope_theta, ...llm } = llmConfig()
  await writeFiles(folder, {
    'model_index.json': {
      _class_name: 'OmniGenPipeline',
      scheduler: ['diffusers', 'FlowMatchEulerDiscreteScheduler'],
      tokenizer: ['transformers', 'LlamaTokenizer'],
      transformer: ['diffusers', 'OmniGenTransformer2DModel'],
      vae: ['diffusers', 'AutoencoderKL'],
    },
    'transformer/config.json': { _class_name: 'OmniGenTransformer2DModel', ...llm, rope_base: rope_theta },
    'vae/config.json': vaeConfig,
    'scheduler/scheduler_config.json': { invert_sigmas: true, num_train_timesteps: 1 },
    'tokenizer/tokenizer.json': omnigenTokenizer(),
    'tokenizer/tokenizer_config.json': { tokenizer_class: 'LlamaTokenizer', bos_token: '<s>' },
  })
}

async function writeFiles(folder: string, files: Readonly<Record<string, unknown>>): Promise<void> {
  for (const [name, json] of Object.entries(files)) await writeFile(join(folder, name), JSON.stringify(json))
}

/** The golden weights, named and cut as diffusers' script of conversion does it. */
export async function omnigenInDiffusers(): Promise<Map<string, TensorValue>> {
  const names: readonly (readonly [RegExp, string])[] = [
    [/^pos_embed$/, 'patch_embedding.pos_embed'],
    [/^x_embedder\.proj\./, 'patch_embedding.output_image_proj.'],
    [/^input_x_embedder\.proj\./, 'patch_embedding.input_image_proj.'],
    [/^final_layer\.adaLN_modulation\.1\./, 'norm_out.linear.'],
    [/^final_layer\.linear\./, 'proj_out.'],
    [/\.mlp\.0\./, '.linear_1.'],
    [/\.mlp\.2\./, '.linear_2.'],
    [/^llm\./, ''],
    [/\.o_proj\./, '.to_out.0.'],
  ]
  const out = new Map<string, TensorValue>()
  for (const [path, value] of Object.entries(await readGolden('omnigen/weights.safetensors'))) {
    const name = names.reduce((from, [of, to]) => from.replace(of, to), path)
    if (!name.includes('qkv_proj')) {
      out.set(name, value)
      continue
    }
    const [rows, width] = value.shape as [number, number]
    for (const [i, part] of ['to_q', 'to_k', 'to_v'].entries()) {
      const size = (rows / 3) * width
      const data = dataOf(value, 'f32').slice(i * size, (i + 1) * size)
      out.set(name.replace('qkv_proj', part), { dtype: 'f32', shape: [rows / 3, width], data })
    }
  }
  return out
}

/** The tokens of the golden data: 1 for the start of each text, then each byte plus 3. */
export function omnigenTokenizer(): object {
  const start = { id: 1, content: '<s>', single_word: false, lstrip: false, rstrip: false }
  const template = { id: '<s>', type_id: 0 }
  return {
    ...byteVocabulary(3),
    added_tokens: [{ ...start, normalized: false, special: true }],
    post_processor: {
      type: 'TemplateProcessing',
      single: [{ SpecialToken: template }, { Sequence: { id: 'A', type_id: 0 } }],
      pair: [{ Sequence: { id: 'A', type_id: 0 } }, { Sequence: { id: 'B', type_id: 1 } }],
      special_tokens: { '<s>': { id: '<s>', ids: [1], tokens: ['<s>'] } },
    },
  }
}
