import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeTinyCheckpoint } from '../../../test/tinyCheckpoint.ts'
import { type Encode, openTokenizer } from '../../language/index.ts'
import {
  checkInstruction,
  featureCut,
  promptFormat,
  promptHintsSchema,
  promptPieces,
  promptPrefix,
} from './prompt.ts'

let folder: string
let encode: Encode
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prompt-'))
  await writeTinyCheckpoint(folder)
  encode = (await openTokenizer(join(folder, 'Qwen2.5-VL-7B-Instruct'))).encode
})
afterAll(() => rm(folder, { recursive: true }))

const ending = '<|im_end|>'
const split = (text: string, quotes: 'faithful' | 'paired', tail?: string) =>
  promptPieces(text, { quotes, addedTokens: encode.addedTokens, tail })

describe('promptPieces', () => {
  it('takes quoted characters one by one', () => {
    for (const quotes of ['faithful', 'paired'] as const) {
      expect(split('write "A 红" here', quotes)).toEqual(['write "', '“A”', '“ ”', '“红”', '" here'])
      expect(split('write “A” here', quotes)).toEqual(['write "', '“A”', '" here'])
      expect(split("'A' to 'B'", quotes)).toEqual(['"', '“A”', '" to "', '“B”', '"'])
      expect(split('no quotes', quotes)).toEqual(['no quotes'])
    }
  })

  it('draws what other quotes enclose when paired', () => {
    for (const text of ['写「A」', '写『A』', '写«A»', '写‘A’', '写＂A＂'])
      expect(split(text, 'paired')).toEqual(['写"', '“A”', '"'])
    expect(split('写「A」', 'faithful')).toEqual(['写「A」'])
  })

  it('lets apostrophes shatter the rest as the original does, or leaves them alone', () => {
    expect(split("girl's hat", 'faithful')).toEqual(['girl"', '“s”', '“ ”', '“h”', '“a”', '“t”'])
    expect(split("girl's", 'faithful', 'ab')).toEqual(['girl"', '“s”', '“a”', '“b”'])
    expect(split("girl's hat", 'paired', ending)).toEqual([`girl's hat${ending}`])
    expect(split('5" wide', 'paired')).toEqual(['5" wide'])
    expect(split('"a" and 5" wide', 'paired', ending)).toEqual(['"', '“a”', `" and 5" wide${ending}`])
  })

  it('loses no text', () => {
    // The sort of mark is the only thing that may change.
    const plain = (text: string) => text.replaceAll(/["“”'‘’＂＇「」『』«»]/g, '"')
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 30 }), (text) => {
        const joined = split(text, 'paired')
          .map((piece) => /^“([\s\S])”$/u.exec(piece)?.[1] ?? piece)
          .join('')
        expect(plain(joined)).toBe(plain(text))
      }),
      { examples: [["a 「b」 «c» “d” 'e' ‘f’ \""]] },
    )
  })

  it('breaks the name of a token in the instruction, so that it is text', () => {
    for (const quotes of ['faithful', 'paired'] as const)
      expect(split('a <|image_pad|> b', quotes, ending)).toEqual(['a <', `|image_pad|> b${ending}`])
    expect(split('<<|im_end|>', 'paired')).toEqual(['<<', '|im_end|>'])
  })
})

const picture = { imageTokens: 3, imageToken: 1003 }
const bytes = (text: string) => [...Buffer.from(text)].map((byte) => byte + 1)

describe("Step1X-Edit's prompt", () => {
  const format = promptFormat(undefined, 'paired')
  const lead = [...bytes(':Picture 1: '), 1001, ...[1003, 1003, 1003], 1002]
  const tail = [1006, ...bytes('\n'), 1005, ...bytes('assistant\n')]

  it('puts the colon where the features are cut, then the picture and the instruction', () => {
    const { ids, imageStart, instruction } = format.prompt(encode, 'go', picture)
    expect(ids.slice(featureCut.skip)).toEqual([...lead, ...bytes('go'), ...tail])
    expect(imageStart).toBe(ids.indexOf(1003))
    expect(instruction).toEqual({ read: 2, tokens: 2 })
  })

  it('has no quote that the original would look at before the picture', () => {
    // It looks from the 156th character of the whole text on.
    const before = '<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\n'
    expect(before.length + promptPrefix.lastIndexOf('"')).toBeLessThanOrEqual(155)
    expect(promptPrefix).not.toMatch(/[“”']/)
  })

  it('takes the name of a token in the instruction for text', () => {
    const text = 'a <|image_pad|><|im_end|> <|vision_end|>'
    for (const quotes of ['faithful', 'paired'] as const) {
      const { ids } = promptFormat(undefined, quotes).prompt(encode, text, picture)
      expect(ids.slice(featureCut.skip)).toEqual([...lead, ...bytes(text), ...tail])
    }
  })

  it('takes a quoted character without the quotes around it, where both are tokens of their own', () => {
    const tokens: Readonly<Record<string, readonly number[]>> = {
      '“A”': [2073, 32, 854],
      // The closing quote went into the token before it, and the opening one into the token after.
      '“B”': [2073, 77],
      '“C”': [78, 854],
    }
    const cut = Object.assign((text: string) => tokens[text] ?? encode(text), { addedTokens: [] })
    const { ids } = format.prompt(cut, 'write "ABC"', picture)
    const quoted = [...bytes('write "'), 32, 2073, 77, 78, 854, ...bytes('"')]
    expect(ids.slice(featureCut.skip)).toEqual([...lead, ...quoted, ...tail])
  })

  it('is cut where the features end, and tells how much of the instruction it holds', () => {
    const { ids, instruction } = format.prompt(encode, '&'.repeat(19_000), picture)
    expect(ids).toHaveLength(featureCut.skip + featureCut.most)
    expect(instruction).toEqual({ read: featureCut.most - lead.length, tokens: 19_000 })
    const fits = format.prompt(encode, '&'.repeat(featureCut.most - lead.length), picture)
    expect(fits.instruction.read).toBe(fits.instruction.tokens)
  })

  it('refuses a tokenizer of another model', () => {
    expect(() => format.prompt(encode, 'go', { ...picture, imageToken: 5000 })).toThrow(
      /<\|image_pad\|> is not token 5000; the tokenizer\.json does not belong/,
    )
    expect(() => format.prompt(encode, 'go', { ...picture, imageToken: 1002 })).toThrow(
      /<\|image_pad\|> is not token 1002/,
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

  it('is its template, and takes the instruction as it is', () => {
    for (const text of ['go', 'write "A" and $& and {picture}', '变成黑白！'])
      expect(format.prompt(encode, text, picture).ids).toEqual([
        1005,
        ...[1003, 1003, 1003],
        1002,
        ...bytes(text),
        1006,
      ])
  })

  it('refuses a tokenizer of another model', () => {
    expect(() => format.prompt(encode, 'go', { ...picture, imageToken: 7 })).toThrow(
      /<\|image_pad\|> is not token 7; the tokenizer\.json does not belong/,
    )
  })

  it('finds its picture after an instruction that names its token', () => {
    const later = promptFormat(
      { ...hints, template: '{instruction}<|vision_start|>{picture}<|vision_end|>', most: 4 },
      'paired',
    )
    const text = 'a <|image_pad|>'
    const { ids, imageStart, instruction } = later.prompt(encode, text, picture)
    // What comes after the last feature is cut off, but for the picture.
    expect(ids).toEqual([...bytes(text), 1001, 1003, 1003, 1003])
    expect(imageStart).toBe(bytes(text).length + 1)
    expect(instruction).toEqual({ read: bytes(text).length, tokens: bytes(text).length })
  })

  it('is cut where the features end, and tells how much of the instruction it holds', () => {
    const { ids, instruction } = format.prompt(encode, '&'.repeat(19_000), picture)
    expect(ids).toHaveLength(64)
    expect(instruction).toEqual({ read: 59, tokens: 19_000 })
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
  expect(() => checkInstruction(' \n')).toThrow(/instruction: expected text, got none/)
  expect(() => checkInstruction('x'.repeat(100_000))).toThrow(/at most 20000 characters, got 100000/)
  checkInstruction('变成冬天')
})
