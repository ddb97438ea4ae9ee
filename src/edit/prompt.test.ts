import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeTinyCheckpoint } from '../../test/tinyCheckpoint.ts'
import { openTokenizer } from './conditioner.ts'
import {
  checkInstruction,
  type Encode,
  featureCut,
  promptFormat,
  promptHintsSchema,
  promptTokens,
  splitQuoted,
} from './prompt.ts'

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

describe("a checkpoint's own prompt", () => {
  const hints = {
    template: '<|im_start|>{picture}<|vision_end|>{instruction}<|im_end|>',
    skip: 0,
    most: 64,
    minPixels: 4096,
    maxPixels: 65_536,
  }
  const format = promptFormat(hints, 'paired')
  const picture = { imageTokens: 3, imageToken: 1003, visionEndToken: 1002 }
  const bytes = (text: string) => [...Buffer.from(text)].map((byte) => byte + 1)

  it('is its template, and takes the instruction as it is', () => {
    for (const text of ['go', 'write "A" and $& and {picture}', '变成黑白！'])
      expect(format.tokens(encode, text, picture)).toEqual([
        1005,
        ...[1003, 1003, 1003],
        1002,
        ...bytes(text),
        1006,
      ])
  })

  it('refuses a tokenizer of another model', () => {
    expect(() => format.tokens(encode, 'go', { ...picture, imageToken: 7 })).toThrow(
      /<\|image_pad\|> is not token 7; the tokenizer\.json does not belong/,
    )
  })

  it('brings pictures to whole tokens within its bounds, narrow ones too', () => {
    const vision = { patch: 32, merge: 2 } as Parameters<typeof format.pictureSizes>[1]
    const sizes = (width: number, height: number) => format.pictureSizes({ width, height }, vision)
    expect(sizes(256, 256)).toEqual([{ width: 256, height: 256 }])
    expect(sizes(512, 512)).toEqual([{ width: 256, height: 256 }])
    expect(sizes(304, 208)).toEqual([{ width: 320, height: 192 }])
    expect(sizes(70, 2000)).toEqual([{ width: 64, height: 1344 }])
    expect(sizes(30, 40)).toEqual([{ width: 64, height: 64 }])
  })

  it('must have a place for picture and instruction', () => {
    for (const template of ['{picture}', '{instruction}', '{picture}{picture}{instruction}'])
      expect(promptHintsSchema.safeParse({ ...hints, template }).success).toBe(false)
    expect(promptHintsSchema.safeParse(hints).success).toBe(true)
  })
})

it('refuses instructions that say nothing, or far too much', () => {
  expect(() => checkInstruction(' \n')).toThrow(/instruction: expected some words, got none/)
  expect(() => checkInstruction('x'.repeat(100_000))).toThrow(/at most 20000 characters, got 100000/)
  checkInstruction('变成冬天')
})
