import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestPairs, type TestPairs, testPair } from '../../../test/dataset/openPairs.ts'
import { colours, type Facts, lookWords, styleWords } from '../../instructions/index.ts'
import type { PairContext } from '../pairs/stage.ts'
import { captionStage, type PairCaptioner } from './captionStage.ts'
import { detailOf } from './detail.ts'
import { grammarCaptioner } from './grammarCaptioner.ts'
import { grammarCaptions } from './grammarCaptions.ts'
import { inverseFacts } from './inverse.ts'

const dog = { en: 'dog', cn: '狗' }
const cat = { en: 'cat', cn: '猫' }
const left = { en: 'on the left', cn: '左边' }
const { red, blue } = colours as Record<string, { en: string; cn: string }>

let store: TestPairs
let context: PairContext
beforeAll(async () => {
  store = await openTestPairs()
  const tools = { has: () => false, get: () => expect.fail('no tools'), close: async () => undefined }
  const { signal } = new AbortController()
  context = { files: store.files, pairs: store.pairs, tools, seed: 1, signal }
})
afterAll(() => store.remove())

const grammar = (inverse = true) => grammarCaptions(grammarCaptioner(), { wordings: 3, inverse })

describe('the stage of captions', () => {
  const facts: Facts = { kind: 'subject-add', subject: dog, place: left }
  const pair = testPair(1, { kind: 'subject-add', facts })

  it('gives every wording in both languages with its purpose, number and level, twice the same', async () => {
    await store.pairs.add([pair])
    const stage = captionStage([grammar()])
    const dossier = await store.pairs.get(pair.id)
    if (!dossier) return expect.fail('no pair')
    await stage.run(dossier, context)
    await stage.run(dossier, context)
    const { captions } = (await store.pairs.get(pair.id)) ?? expect.fail('no pair')
    const numbers = captions.map(
      ({ purpose, wording, language, round }) => `${purpose} ${wording} ${language} ${round}`,
    )
    const wanted = ['instruction', 'inverse'].flatMap((purpose) =>
      [0, 1, 2].flatMap((wording) => ['cn', 'en'].map((language) => `${purpose} ${wording} ${language} 0`)),
    )
    expect(numbers.sort()).toEqual(wanted.sort())
    for (const { text, detail, agreement, captioner, language, purpose } of captions) {
      expect(captioner).toEqual({ name: 'grammar', version: grammarCaptioner().version })
      expect(agreement).toBe(1)
      expect(detail).toBe(
        detailOf(text, purpose === 'instruction' ? facts : { ...facts, kind: 'subject-remove' }, language),
      )
      expect(text).toContain(dog[language])
    }
  })

  it('has another key for other facts, settings and versions, and none where nobody has words', () => {
    const dossier = { pair, measures: [], captions: [], judgements: [], decisions: [] }
    const other = { ...dossier, pair: { ...pair, facts: { ...facts, subject: cat } } }
    const keys = [
      captionStage([grammar()]).keyOf(dossier),
      captionStage([grammar(false)]).keyOf(dossier),
      captionStage([grammar()]).keyOf(other),
      captionStage([{ ...grammar(), name: 'other' }]).keyOf(dossier),
    ]
    expect(new Set(keys).size).toBe(4)
    const silent: PairCaptioner = { ...grammar(), keyOf: () => undefined }
    expect(captionStage([silent]).keyOf(dossier)).toBeUndefined()
    expect(captionStage([silent, grammar()]).keyOf(dossier)).toBe(keys[0])
  })
})

describe('the way back', () => {
  const there = { en: 'a beach', cn: '海滩' }
  const both: readonly Facts[] = [
    { kind: 'color_alter', object: dog, place: left, from: red!, to: blue! },
    { kind: 'subject-add', subject: dog, place: left },
    { kind: 'subject-remove', subject: dog },
    { kind: 'subject-replace', from: dog, to: cat },
    { kind: 'text_change', action: 'replace', from: 'OPEN', to: 'SHUT' },
    { kind: 'text_change', action: 'remove', from: 'OPEN' },
    { kind: 'style_change', direction: 'to-style', style: styleWords.pencil },
    ...Object.values(lookWords).flatMap(({ action, forward, back }): Facts[] =>
      forward && back
        ? [{ kind: 'tone_transfer', action, change: forward.change, result: forward.result }]
        : [],
    ),
  ]

  it('leads back again where it is known', () => {
    for (const facts of both) {
      const back = inverseFacts(facts)
      expect(back).not.toEqual(facts)
      expect(inverseFacts(back as Facts)).toEqual(facts)
    }
  })

  it('is not made up where nobody knows what was there', () => {
    expect(inverseFacts({ kind: 'background_change', background: there })).toBeUndefined()
    expect(inverseFacts({ kind: 'color_alter', object: dog, to: blue! })).toBeUndefined()
    expect(inverseFacts({ kind: 'material_alter', object: dog, material: there })).toBeUndefined()
    expect(inverseFacts({ kind: 'subject-remove', subject: dog, all: true })).toBeUndefined()
  })
})

describe('the level of an instruction', () => {
  const facts: Facts = { kind: 'subject-remove', subject: dog, place: left }
  it.each([
    ['remove dog', 'en', 'terse'],
    ['could you please remove the dog from this photo for me?', 'en', 'plain'],
    ['Remove the dog on the left', 'en', 'detailed'],
    ['remove the dog and keep everything else', 'en', 'detailed'],
    ['去掉狗', 'cn', 'terse'],
    ['麻烦帮我把照片里的这只狗去掉好吗', 'cn', 'plain'],
    ['把左边的狗去掉', 'cn', 'detailed'],
  ] as const)('%s', (text, language, detail) => {
    expect(detailOf(text, facts, language)).toBe(detail)
  })
})
