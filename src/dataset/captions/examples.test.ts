import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { Random } from '../../random/index.ts'
import { kinds } from '../taxonomy.ts'
import { formProblem } from './checkText.ts'
import { copiedShare } from './copying.ts'
import { drawExamples, embeddedExamples, joinBanks, readExamples } from './examples.ts'

const folder = mkdtempSync(join(tmpdir(), 'examples-'))
afterAll(() => rmSync(folder, { recursive: true }))

const facts = { kind: 'subject-remove', subject: { en: 'umbrella', cn: '伞' } } as const

describe('the bank', () => {
  it('has at least 50 examples of each kind in each language, all different and in their language', async () => {
    const bank = await embeddedExamples()
    for (const kind of kinds)
      for (const language of ['en', 'cn'] as const) {
        const texts = bank[kind]?.[language].map(({ text }) => text) ?? []
        expect(new Set(texts).size, `${kind} ${language}`).toBeGreaterThanOrEqual(50)
        for (const text of texts.filter((each) => each.length > 4))
          expect([text, formProblem(text, language)]).toEqual([text, undefined])
      }
  })

  it('gives the same for the same seed, every level, and what is like the edit more often', async () => {
    const bank = await embeddedExamples()
    const draw = (seed: number) => drawExamples(bank, facts, 'en', { count: 9, random: new Random(seed) })
    expect(draw(1)).toEqual(draw(1))
    expect(draw(1)).not.toEqual(draw(2))
    expect(new Set(draw(1).map(({ detail }) => detail)).size).toBe(3)
    const drawn = Array.from({ length: 60 }, (_, seed) => draw(seed)).flat()
    const all = bank['subject-remove']?.en ?? []
    const share = (list: readonly { text: string }[]) =>
      list.filter(({ text }) => text.includes('umbrella')).length / list.length
    expect(share(drawn)).toBeGreaterThan(1.5 * share(all))
  })
})

describe("a user's file", () => {
  const write = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content)
    return join(folder, name)
  }

  it('may tell levels apart or not, and goes before the examples of the package', async () => {
    const own = await readExamples(
      write('own.json', '{"subject-add": {"en": ["a tree here"], "cn": {"terse": ["加树"]}}}'),
    )
    expect(own).toEqual({
      'subject-add': { en: [{ text: 'a tree here' }], cn: [{ text: '加树', detail: 'terse' }] },
    })
    const both = joinBanks(await embeddedExamples(), own)
    expect(both['subject-add']?.en[0]).toEqual({ text: 'a tree here' })
  })

  it.each([
    ['{"subject_add": {}}', /subject_add/],
    ['{"subject-add": {"en": [""]}}', /subject-add\.en/],
    ['no', /not JSON/],
  ])('%s is refused in one line', async (content, message) => {
    const read = readExamples(write('wrong.json', content))
    await expect(read).rejects.toThrow(message)
    await expect(read).rejects.toThrow(/^captions\.examples: .*$/)
  })

  it('is missed by its name', async () => {
    await expect(readExamples(join(folder, 'none.json'))).rejects.toThrow(
      /none\.json: cannot be read \(ENOENT\)/,
    )
  })
})

describe('what is taken over from examples', () => {
  const examples = [
    'Could you please take the old bicycle out of this photo?',
    '麻烦把桌上的那个杯子去掉好不好',
  ]

  it('is told by runs of words, without those of the facts', () => {
    expect(
      copiedShare('Could you please take the old dog out of this photo?', examples, 'en', ['dog', 'bicycle']),
    ).toBe(1)
    expect(copiedShare('I would rather have it without that dog', examples, 'en')).toBe(0)
    expect(copiedShare('麻烦把桌上的那个花瓶去掉好不好', examples, 'cn', ['花瓶', '杯子'])).toBe(1)
    expect(copiedShare('这张图里不要出现花瓶', examples, 'cn')).toBe(0)
    expect(copiedShare('remove it', ['remove it'], 'en')).toBe(0)
  })
})
