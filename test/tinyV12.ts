import { readFileSync } from 'node:fs'
import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promptPrefixV12 } from 'pentimento/edit'
import { byteTokenizer } from './byteTokenizer.ts'

const golden = (path: string): string => fileURLToPath(new URL(`./golden/${path}`, import.meta.url))

/** Ids of the golden language model. */
const special = {
  '<|endoftext|>': 1000,
  '<|vision_start|>': 1001,
  '<|vision_end|>': 1002,
  '<|image_pad|>': 1003,
  '<|im_start|>': 1005,
  '<|im_end|>': 1006,
}

/**
 * Writes Step1X-Edit v1.2, tiny and random, in the layout of diffusers, with a tokenizer of bytes that makes 90 tokens of
 * what comes before the instruction's colon.
 */
export async function writeTinyV12(folder: string, className = 'Step1XEditPipelineV1P2'): Promise<void> {
  for (const part of ['transformer', 'vae', 'text_encoder', 'processor'])
    await mkdir(join(folder, part), { recursive: true })
  const weights = 'diffusion_pytorch_model.safetensors'
  await cp(golden('step1x-v1.2/dit_weights.safetensors'), join(folder, 'transformer', weights))
  await cp(golden('step1x-v1.2/vae_weights.safetensors'), join(folder, 'vae', weights))
  await cp(golden('qwen25vl/weights.safetensors'), join(folder, 'text_encoder', 'model.safetensors'))
  const { config } = JSON.parse(readFileSync(golden('qwen25vl/meta.json'), 'utf8'))
  const files = {
    'model_index.json': { _class_name: className },
    'transformer/config.json': { axes_dims_rope: [4, 6, 6], enable_text_token_mapping: true },
    'vae/config.json': { scaling_factor: 0.3611, shift_factor: 0.1159 },
    'text_encoder/config.json': config,
    'processor/tokenizer.json': byteTokenizer(special, promptPrefixV12.slice(0, -84)),
    'processor/tokenizer_config.json': { tokenizer_class: 'Qwen2Tokenizer' },
    'pentimento.json': { dit: { numHeads: 2 }, connector: { numHeads: 4 }, vae: { groups: 4 } },
  }
  for (const [name, json] of Object.entries(files)) await writeFile(join(folder, name), JSON.stringify(json))
}
