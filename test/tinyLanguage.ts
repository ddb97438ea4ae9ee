import { readFileSync } from 'node:fs'
import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
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
 * Writes the golden Qwen2.5-VL, tiny and random, as a folder like its publisher's, with a tokenizer of bytes.
 * @param generation of the generation_config.json
 */
export async function writeTinyLanguage(folder: string, generation: object = {}): Promise<void> {
  await mkdir(folder, { recursive: true })
  await cp(golden('qwen25vl/weights.safetensors'), join(folder, 'model.safetensors'))
  const { config } = JSON.parse(readFileSync(golden('qwen25vl/meta.json'), 'utf8'))
  const files = {
    'config.json': config,
    'generation_config.json': generation,
    'preprocessor_config.json': { min_pixels: 3136, max_pixels: 12_845_056 },
    'tokenizer.json': byteTokenizer(special),
    'tokenizer_config.json': { tokenizer_class: 'Qwen2Tokenizer' },
  }
  for (const [name, json] of Object.entries(files)) await writeFile(join(folder, name), JSON.stringify(json))
}
