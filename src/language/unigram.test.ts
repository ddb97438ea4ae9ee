import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Charsmap } from './charsmap.ts'
import { openUnigram } from './unigram.ts'

const golden = fileURLToPath(new URL('../../test/golden/unigram/', import.meta.url))
const readJson = (name: string) => JSON.parse(readFileSync(join(golden, name), 'utf8'))
const cases: {
  readonly texts: readonly string[]
  readonly spaces: object
  readonly ids: Readonly<Record<'first' | 'spaces', readonly (readonly number[])[]>>
} = readJson('cases.json')

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'unigram-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const write = (change: object): void =>
  writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify({ ...readJson('tokenizer.json'), ...change }))

describe("T5's tokenizer", () => {
  it.each([
    ['first', {}],
    ['spaces', cases.spaces],
  ] as const)('cuts texts as the Rust library does: %s', async (kind, change) => {
    write(change)
    const tokenizer = await openUnigram(folder)
    const end = tokenizer.idOf('</s>')!
    for (const [i, text] of cases.texts.entries())
      expect.soft([...tokenizer.encode(text), end], JSON.stringify(text)).toEqual(cases.ids[kind][i])
  })

  it.each([
    ['another model', { model: { type: 'BPE', vocab: {}, merges: [] } }, /model.*expected a tokenizer of T5/],
    ['an unknown step', { pre_tokenizer: { type: 'Digits' } }, /pre_tokenizer.*expected a tokenizer of T5/],
    [
      'a broken map',
      { normalizer: { type: 'Precompiled', precompiled_charsmap: 'AAAA' } },
      /the character map is truncated/,
    ],
  ])('refuses %s in one line', async (_, change, message) => {
    write(change)
    await expect(openUnigram(folder)).rejects.toThrow(message)
  })

  it('says what is missing', async () => {
    await expect(openUnigram(join(folder, 'nothing'))).rejects.toThrow(/tokenizer\.json: no such file; T5's/)
  })
})

it('a map of characters takes the shortest known beginning, and letters with marks as a whole', () => {
  const { normalizer } = readJson('tokenizer.json')
  const map = new Charsmap(Buffer.from(normalizer.normalizers[0].precompiled_charsmap, 'base64'))
  expect(map.apply('cafe\u0301 \uFF21\uFF42 \u00BD')).toBe('café Ab 1⁄2')
  // One grapheme, which the first of its two signs decides.
  expect(map.apply('\r\n')).toBe(' ')
  expect(map.apply('unknown ø stays')).toBe('unknown ø stays')
})
