import { readFileSync } from 'node:fs'
import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

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
    'Qwen2.5-VL-7B-Instruct/tokenizer.json': tokenizer(),
    'Qwen2.5-VL-7B-Instruct/tokenizer_config.json': { tokenizer_class: 'Qwen2Tokenizer' },
  }
  for (const [name, json] of Object.entries(files)) await writeFile(join(folder, name), JSON.stringify(json))
}

const special = {
  '<|vision_start|>': 1001,
  '<|vision_end|>': 1002,
  '<|image_pad|>': 1003,
  '<|im_start|>': 1005,
  '<|im_end|>': 1006,
}

function tokenizer(): object {
  const added = { ...pieces(), ...special }
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: Object.entries(added).map(([content, id]) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: content in special,
    })),
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false },
    post_processor: null,
    decoder: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: '',
      end_of_word_suffix: '',
      fuse_unk: false,
      byte_fallback: false,
      vocab: Object.fromEntries(byteCharacters().map((character, byte) => [character, byte + 1])),
      merges: [],
    },
  }
}

/** GPT-2's printable stand-in for each byte. */
function byteCharacters(): string[] {
  const printable = (byte: number) =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || (byte >= 174 && byte <= 255)
  let next = 256
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(printable(byte) ? byte : next++))
}

/** Long pieces of the text before the picture, so that it makes 217 tokens up to its last colon. */
function pieces(): Record<string, number> {
  const source = readFileSync(fileURLToPath(new URL('../src/edit/prompt.ts', import.meta.url)), 'utf8')
  const prefix = /const prefix = `([\s\S]*?)`/.exec(source)![1]!.slice(0, -1)
  // Six tokens come before: <|im_start|>, the first text, <|im_end|>, a line break, <|im_start|>, the second text.
  // The prefix makes 211: one long piece, and 210 bytes.
  const texts = ['system\nYou are a helpful assistant.', 'user\n', prefix.slice(0, -210)]
  return Object.fromEntries(texts.map((text, i) => [text, 300 + i]))
}
