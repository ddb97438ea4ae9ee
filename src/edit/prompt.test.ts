import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeTinyCheckpoint } from '../../test/tinyCheckpoint.ts'
import { openTokenizer } from './conditioner.ts'
import { checkInstruction, type Encode, featureCut, promptTokens, splitQuoted } from './prompt.ts'

let folder: string
let encode: Encode
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prompt-'))
  await writeTinyCheckpoint(folder)
  encode = await openTokenizer(join(folder, 'Qwen2.5-VL-7B-Instruct'))
})
afterAll(() => rm(folder, { recursive: true }))

/** Text before which quotes are not looked for. */
const lead = '.'.repeat(156)
const split = (text: string, quotes: 'faithful' | 'paired') => {
  const [first, ...rest] = splitQuoted(lead + text, quotes)
  return [first!.slice(lead.length), ...rest]
}

describe('splitQuoted', () => {
  it('takes quoted characters one by one', () => {
    for (const quotes of ['faithful', 'paired'] as const) {
      expect(split('write "A 红" here', quotes)).toEqual(['write "', '“A”', '“ ”', '“红”', '" here'])
      expect(split('write “A” here', quotes)).toEqual(['write "', '“A”', '" here'])
      expect(split('no quotes', quotes)).toEqual(['no quotes'])
      expect(splitQuoted('"early" quotes are left alone', quotes)).toEqual(['"early" quotes are left alone'])
    }
  })

  it('lets apostrophes shatter the rest as the original does, or leaves them alone', () => {
    expect(split("girl's hat", 'faithful')).toEqual(['girl"', '“s”', '“ ”', '“h”', '“a”', '“t”'])
    expect(split("girl's hat", 'paired')).toEqual(["girl's hat"])
    expect(split('5" wide', 'paired')).toEqual(['5" wide'])
    expect(split('"a" and 5" wide', 'paired')).toEqual(['"', '“a”', '" and 5" wide'])
  })

  it('loses no text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 30 }), (text) => {
        const straight = text.replaceAll(/[“”]/g, '"')
        const joined = split(text, 'paired')
          .join('')
          .replaceAll(/“([\s\S]{1,2}?)”/gu, '$1')
        expect(joined).toBe(straight)
      }),
    )
  })
})

describe('promptTokens', () => {
  const options = { imageTokens: 3, visionEnd: 1002, quotes: 'paired' } as const

  it('puts the colon where the features are cut, then the picture and the instruction', () => {
    const ids = promptTokens(encode, 'go', options)
    const bytes = (text: string) => [...Buffer.from(text)].map((byte) => byte + 1)
    expect(ids.slice(featureCut.skip)).toEqual([
      ...bytes(':Picture 1: '),
      1001,
      ...[1003, 1003, 1003],
      1002,
      ...bytes('go'),
      1006,
      ...bytes('\n'),
      1005,
      ...bytes('assistant\n'),
    ])
  })

  it('refuses a tokenizer of another model', () => {
    expect(() => promptTokens(encode, 'go', { ...options, visionEnd: 5000 })).toThrow(
      /<\|vision_end\|> is not token 5000; the tokenizer\.json does not belong/,
    )
  })
})

it('refuses instructions that say nothing, or far too much', () => {
  expect(() => checkInstruction(' \n')).toThrow(/instruction: expected some words, got none/)
  expect(() => checkInstruction('x'.repeat(100_000))).toThrow(/at most 20000 characters, got 100000/)
  checkInstruction('变成冬天')
})
