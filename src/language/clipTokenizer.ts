import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Tokenizer as TokenizerFile } from '@huggingface/tokenizers'
import { z } from 'zod'
import { LanguageError } from './error.ts'
import { readJson } from './json.ts'

/** A text as CLIP reads it. */
export interface ClipTokens {
  /** The start token, the text's, an end token, and padding up to the length that the encoder wants. */
  readonly ids: readonly number[]
  /** Tokens of the text itself. */
  readonly tokens: number
  /** How many of them have a place in {@link ids}. */
  readonly read: number
}

/** Text to the tokens of a CLIP text encoder. */
export interface ClipTokenizer {
  readonly start: number
  readonly end: number
  readonly pad: number
  /** One more than the largest id. */
  readonly size: number
  /** @param length tokens of the result; a longer text is cut. Default: 77 */
  encode(text: string, length?: number): ClipTokens
}

type JsonObject = Readonly<Record<string, unknown>>
const object = z.looseObject({})
const vocabularySchema = z.record(z.string(), z.number())
const token = z.union([
  z.string(),
  z.looseObject({ content: z.string() }).transform(({ content }) => content),
])
const settingsSchema = z.looseObject({ pad_token: token.optional() })

const [startToken, endToken] = ['<|startoftext|>', '<|endoftext|>']

/**
 * Reads a CLIP tokenizer: `vocab.json` with `merges.txt`, or a `tokenizer.json`. Padding is what the folder's
 * settings say, else the end token. Source: CLIPTokenizer of transformers 4.57.
 * @throws LanguageError
 */
export async function openClipTokenizer(folder: string): Promise<ClipTokenizer> {
  const name = join(folder, 'tokenizer.json')
  const json = (await readJson(name, object)) ?? (await fromVocabulary(folder))
  let file: TokenizerFile
  try {
    file = new TokenizerFile(json, {})
  } catch (error) {
    throw new LanguageError(
      'checkpoint',
      `${name}: not a tokenizer (${(error as Error).message}); download it again`,
      { cause: error },
    )
  }
  const idOf = (text: string): number => {
    const id = file.token_to_id(text)
    if (id === undefined)
      throw new LanguageError(
        'checkpoint',
        `${folder}: no token ${text}, expected the tokenizer of a CLIP text encoder; take that of the checkpoint`,
      )
    return id
  }
  const [start, end] = [idOf(startToken), idOf(endToken)]
  const pad = idOf((await padToken(folder)) ?? endToken)
  return {
    start,
    end,
    pad,
    size: Math.max(...file.get_vocab(true).values()) + 1,
    encode(text, length = 77) {
      const all = file.encode(text, { add_special_tokens: false }).ids
      const read = all.slice(0, length - 2)
      const ids = [start, ...read, end]
      while (ids.length < length) ids.push(pad)
      return { ids, tokens: all.length, read: read.length }
    },
  }
}

async function padToken(folder: string): Promise<string | undefined> {
  for (const name of ['special_tokens_map.json', 'tokenizer_config.json']) {
    const settings = await readJson(join(folder, name), settingsSchema)
    if (settings?.pad_token !== undefined) return settings.pad_token
  }
  return undefined
}

/** A `tokenizer.json` of the older files, by the rules of transformers' CLIPConverter. */
async function fromVocabulary(folder: string): Promise<JsonObject> {
  const vocab = await readJson(join(folder, 'vocab.json'), vocabularySchema)
  const text = await readFile(join(folder, 'merges.txt'), 'utf8').catch(() => undefined)
  if (!vocab || text === undefined)
    throw new LanguageError(
      'checkpoint',
      `${folder}: no tokenizer, expected tokenizer.json or vocab.json with merges.txt; the checkpoint is incomplete`,
    )
  // The file may list more pairs than the vocabulary has tokens for; its first line is a version.
  const merges = text
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(([first, second]) => second !== undefined && Object.hasOwn(vocab, first + second))
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [startToken, endToken].flatMap((content) =>
      Object.hasOwn(vocab, content)
        ? [
            {
              id: vocab[content],
              content,
              single_word: false,
              lstrip: false,
              rstrip: false,
              normalized: false,
              special: true,
            },
          ]
        : [],
    ),
    normalizer: {
      type: 'Sequence',
      normalizers: [
        { type: 'NFC' },
        { type: 'Replace', pattern: { Regex: '\\s+' }, content: ' ' },
        { type: 'Lowercase' },
      ],
    },
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        {
          type: 'Split',
          pattern: { Regex: "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+" },
          behavior: 'Removed',
          invert: true,
        },
        { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
      ],
    },
    post_processor: null,
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: endToken,
      continuing_subword_prefix: '',
      end_of_word_suffix: '</w>',
      fuse_unk: false,
      byte_fallback: false,
      vocab,
      merges,
    },
  }
}
