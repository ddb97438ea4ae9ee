import { readFileSync } from 'node:fs'
import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { byteTokenizer } from './byteTokenizer.ts'

const golden = (path: string): string => fileURLToPath(new URL(`./golden/${path}`, import.meta.url))

/**
 * Writes a checkpoint folder in the official layout: the golden weights, tiny and random, under the official names,
 * and a tokenizer that knows bytes, the special tokens, and the fixed text before the picture, in as many tokens
 * as the real one makes of it.
 */
export async function writeTinyCheckpoint(folder: string, dit = 'step1x-edit-i1258'): Promise<void> {
  const mllm = join(folder, 'Qwen2.5-VL-7B-Instruct')
  await mkdir(mllm, { recursive: true })
  await cp(golden('dit/weights.safetensors'), join(folder, `${dit}.safetensors`))
  await cp(golden('vae/weights.safetensors'), join(folder, 'vae.safetensors'))
  await cp(golden('qwen25vl/weights.safetensors'), join(mllm, 'model.safetensors'))
  const { config } = JSON.parse(readFileSync(golden('qwen25vl/meta.json'), 'utf8'))
  const files = {
    'pentimento.json': { dit: { axesDim: [4, 6, 6], numHeads: 4 }, connector: { numHeads: 4 } },
    'Qwen2.5-VL-7B-Instruct/config.json': config,
    'Qwen2.5-VL-7B-Instruct/tokenizer.json': byteTokenizer(tinySpecial),
    'Qwen2.5-VL-7B-Instruct/tokenizer_config.json': { tokenizer_class: 'Qwen2Tokenizer' },
  }
  for (const [name, json] of Object.entries(files)) await writeFile(join(folder, name), JSON.stringify(json))
}

/** Ids of the golden language model. */
const tinySpecial = {
  '<|vision_start|>': 1001,
  '<|vision_end|>': 1002,
  '<|image_pad|>': 1003,
  '<|im_start|>': 1005,
  '<|im_end|>': 1006,
}
