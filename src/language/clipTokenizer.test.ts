import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openClipTokenizer } from './clipTokenizer.ts'

const golden = fileURLToPath(new URL('../../test/golden/clip-tokenizer', import.meta.url))
const { cases }: { cases: readonly { text: string; ids: readonly number[] }[] } = JSON.parse(
  readFileSync(join(golden, 'cases.json'), 'utf8'),
)

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'clip-'))
  for (const name of ['vocab.json', 'merges.txt']) cpSync(join(golden, name), join(folder, name))
})
afterEach(() => rmSync(folder, { recursive: true }))

it('cuts texts as the original tokenizer does, from vocab.json and merges.txt', async () => {
  const { encode, start, end, pad, size } = await openClipTokenizer(folder)
  expect({ start, end, pad, size }).toEqual({ start: 49_406, end: 49_407, pad: 49_407, size: 49_408 })
  for (const { text, ids } of cases) {
    const found = encode(text, Math.max(77, ids.length))
    expect(found.ids.slice(0, ids.length), text).toEqual(ids)
    expect(found.tokens).toBe(ids.length - 2)
  }
})

it('reads the first 75 tokens of a text, and fills up with the end token or that of the settings', async () => {
  const plain = await openClipTokenizer(folder)
  const long = plain.encode('replace '.repeat(80))
  expect(long).toMatchObject({ tokens: 80, read: 75 })
  expect(long.ids).toHaveLength(77)
  expect(long.ids.at(-1)).toBe(49_407)
  expect(plain.encode('').ids).toEqual([49_406, ...Array<number>(76).fill(49_407)])
  // OpenCLIP's, as SDXL and SD3 have it beside CLIP-L's
  writeFileSync(join(folder, 'special_tokens_map.json'), '{"pad_token": {"content": "!"}}')
  expect((await openClipTokenizer(folder)).encode('').ids.slice(0, 4)).toEqual([49_406, 49_407, 0, 0])
})

it('takes a tokenizer.json before the older files', async () => {
  const vocab = JSON.parse(readFileSync(join(golden, 'vocab.json'), 'utf8'))
  const json = {
    added_tokens: [{ id: 1, content: '<|startoftext|>', special: true }],
    normalizer: { type: 'Lowercase' },
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, use_regex: true },
    // What it adds itself does not come twice.
    post_processor: {
      type: 'RobertaProcessing',
      sep: ['<|endoftext|>', 49_407],
      cls: ['<|startoftext|>', 1],
      trim_offsets: false,
      add_prefix_space: false,
    },
    decoder: null,
    model: { type: 'BPE', unk_token: '<|endoftext|>', end_of_word_suffix: '</w>', vocab, merges: [] },
  }
  writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify(json))
  const { encode } = await openClipTokenizer(folder)
  expect(encode('A', 5).ids).toEqual([1, vocab['a</w>'], 49_407, 49_407, 49_407])
})

it.each([
  ['merges.txt', undefined, /no tokenizer, expected tokenizer\.json or vocab\.json with merges\.txt/],
  ['vocab.json', '{"a": "b"}', /vocab\.json: a: /],
  ['vocab.json', '{"a": 1}', /no token <\|startoftext\|>, expected the tokenizer of a CLIP text encoder/],
  ['tokenizer.json', '{}', /tokenizer\.json: not a tokenizer/],
])('refuses a folder whose %s is %s', async (name, text, message) => {
  if (text === undefined) rmSync(join(folder, name))
  else writeFileSync(join(folder, name), text)
  await expect(openClipTokenizer(folder)).rejects.toThrow(message)
})
