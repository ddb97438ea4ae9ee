import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { type Encode, openTokenizer } from 'pentimento/language'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BytePairs, learnBytePairs, specialId, specialTokens, writeTokenizer } from './tokenizer.ts'

const texts = [
  ...Array.from({ length: 6 }, () => 'make the sky black and white, please make it white'),
  ...Array.from({ length: 6 }, () => '把天空变成黑白，变成黑白'),
]

/** The text of tokens, by the vocabulary alone. */
function textOf(ids: readonly number[], { vocabulary }: BytePairs): string {
  const tokens = new Map([...vocabulary].map(([token, id]) => [id, token]))
  const bytes = [...vocabulary.keys()].slice(0, 256)
  const parts = ids.map(
    (id) => specialTokens[id] ?? [...tokens.get(id)!].map((symbol) => bytes.indexOf(symbol)),
  )
  return Buffer.concat(parts.map((part) => Buffer.from(part as string | number[] as string))).toString()
}

let folder: string
let pairs: BytePairs
let encode: Encode
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nano-tokenizer-'))
  pairs = learnBytePairs(texts, 330)
  await writeTokenizer(folder, pairs)
  encode = (await openTokenizer(folder)).encode
})
afterAll(() => rm(folder, { recursive: true }))

describe('a learned tokenizer', () => {
  it('writes any text, byte by byte if need be, and loses nothing of it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 30 }), (text) => {
        const normal = text.normalize('NFC')
        expect(textOf(encode(normal), pairs)).toBe(normal)
      }),
    )
    for (const text of ['make it black and white', '把照片变成黑白🎨 ok', 'naïve\n\t "X" 12', ''])
      expect(textOf(encode(text), pairs)).toBe(text)
  })

  it('has tokens for what comes often, in both languages', () => {
    expect(encode('make').length).toBe(1)
    expect(encode(' white').length).toBe(1)
    expect(encode('变成黑白').length).toBeLessThan(5)
  })

  it('knows its special tokens within a text', () => {
    expect(encode('<|im_start|><|image_pad|><|image_pad|><|im_end|>')).toEqual([
      specialId('<|im_start|>'),
      specialId('<|image_pad|>'),
      specialId('<|image_pad|>'),
      specialId('<|im_end|>'),
    ])
  })

  it('never joins the end of a character with the beginning of the next', () => {
    const decoder = new TextDecoder('utf-8', { fatal: true })
    const bytes = [...pairs.vocabulary.keys()].slice(0, 256)
    for (const [left, right] of pairs.merges) {
      const joined = Uint8Array.from(left + right, (symbol) => bytes.indexOf(symbol))
      const whole = () => decoder.decode(joined)
      // Whole characters, or the beginning of one alone.
      const begun = joined[0]! >= 0xc0 && joined.slice(1).every((byte) => byte >> 6 === 0b10)
      if (!begun) expect(whole).not.toThrow()
    }
  })

  it('is the same for the same texts, in any order', async () => {
    expect(learnBytePairs([...texts].reverse(), 330)).toEqual(pairs)
    const json = JSON.parse(await readFile(join(folder, 'tokenizer.json'), 'utf8')) as {
      model: { vocab: Record<string, number>; merges: string[] }
    }
    expect(Object.keys(json.model.vocab).length + specialTokens.length).toBeLessThanOrEqual(330)
    expect(json.model.merges.length).toBe(pairs.merges.length)
  })
})
