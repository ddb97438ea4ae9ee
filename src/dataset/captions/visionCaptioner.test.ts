import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type CaptionModel,
  isPrecise,
  isTrueOf,
  openCaptionModel,
  statedRates,
  type WorldPair,
  worldOf,
} from '../../../test/dataset/captionModel.ts'
import { loopbackVision, storePairs, visionToolbox } from '../../../test/dataset/captionWorld.ts'
import { openTestPairs, type TestPairs } from '../../../test/dataset/openPairs.ts'
import type { ChatTurn } from '../../../test/smallChatServer.ts'
import { type AnalysisStore, cachedToolbox } from '../../tools/index.ts'
import { parseConfiguration } from '../configuration.ts'
import type { Caption, Pair } from '../pairs/pair.ts'
import { captionStage } from './captionStage.ts'
import { openCaptionStage } from './open.ts'
import { captionsText } from './show.ts'
import { visionCaptioner } from './visionCaptioner.ts'

const world = worldOf(12, 3)
const perfect = { hallucinates: 0, vague: 0, forgetsChinese: 0, echoes: 0, breaksOff: 0 }
const settings = {
  type: 'vision',
  rounds: 3,
  shown: 2,
  copied: 0.5,
  tries: 3,
  readBack: true,
  temperature: 0.7,
  maxTokens: 2048,
} as const
const bank = {
  'subject-add': {
    en: [{ text: 'stick a hat on it' }, { text: 'one more cup please' }],
    cn: [{ text: '加个帽子' }, { text: '再来个杯子' }],
  },
}

let store: TestPairs
let pairs: Pair[]
beforeAll(async () => {
  store = await openTestPairs()
  pairs = await storePairs(world, store.files)
  await store.pairs.add(pairs)
})
afterAll(() => store.remove())

const of = (pair: Pair) => ({ pair, measures: [], captions: [], judgements: [], decisions: [] })
const pairAt = (at: number): readonly [Pair, WorldPair] => [pairs[at] as Pair, world[at] as WorldPair]

function memory(): AnalysisStore & { readonly entries: Map<string, Uint8Array> } {
  const entries = new Map<string, Uint8Array>()
  return {
    entries,
    get: async (key) => entries.get(key),
    put: async (key, bytes) => void entries.set(key, bytes),
  }
}

interface Asked {
  readonly rows: readonly Caption[]
  readonly calls: number
}

/** Captions of one pair by a model of its own. */
async function caption(
  at: number,
  {
    model,
    inverse = false,
    cache = memory(),
    more = {},
  }: {
    model: CaptionModel
    inverse?: boolean
    cache?: AnalysisStore
    more?: Partial<typeof settings> | object
  },
): Promise<Asked> {
  const vision = loopbackVision(model.baseUrl)
  const tools = cachedToolbox(visionToolbox(vision), cache)
  const captioner = visionCaptioner(vision, {
    settings: { ...settings, ...more },
    wordings: 2,
    inverse,
    bank,
    style: { en: 'Never use the word kindly.' },
  })
  const before = model.count
  const { signal } = new AbortController()
  const context = { files: store.files, pairs: store.pairs, tools, seed: 1, signal }
  const rows = await captioner.caption(of(pairAt(at)[0]), context)
  return { rows, calls: model.count - before }
}

const instructions = (rows: readonly Caption[], purpose = 'instruction') =>
  rows.filter((row) => row.purpose === purpose && row.text !== '')

/** Opens a model for one test. */
async function withModel<T>(
  options: Parameters<typeof openCaptionModel>[1],
  test: (model: CaptionModel) => Promise<T>,
): Promise<T> {
  const model = await openCaptionModel(world, options)
  try {
    return await test(model)
  } finally {
    await model.close()
  }
}

describe('a model that is always right', () => {
  it('is asked in turns, and gives both languages, both descriptions, and the way back', () =>
    withModel({ rates: perfect }, async (model) => {
      const [, { truth }] = pairAt(0)
      const { rows, calls } = await caption(0, { model, inverse: true })
      for (const purpose of ['instruction', 'inverse']) {
        const told = instructions(rows, purpose)
        expect(told.map(({ language, wording }) => `${language} ${wording}`).sort()).toEqual([
          'cn 0',
          'cn 1',
          'en 0',
          'en 1',
        ])
        for (const { text, agreement, detail } of told) {
          expect(isTrueOf(text, truth) && isPrecise(text, truth)).toBe(true)
          expect(agreement).toBeGreaterThan(0.7)
          expect(detail).toBeDefined()
        }
      }
      const backward = instructions(rows, 'inverse').map(({ text }) => text)
      expect(backward.join()).toMatch(/remove|take away|get rid|has to go|no /)
      const described = rows.filter(
        ({ purpose, round, text }) => purpose === 'target' && round > 0 && text.includes(truth.thing.cn),
      )
      expect(described.map(({ language }) => language)).toEqual(['cn'])
      expect(rows.reduce((sum, { usage }) => sum + (usage?.calls ?? 0), 0)).toBe(calls)
      const roles = model.asked.map(({ body }) => body.messages.map(({ role }) => role).join(' '))
      // The second round goes on from the first, and the writer from two examples.
      expect(roles).toContain('system user assistant user')
      expect(roles).toContain('system user assistant user assistant user')
      expect(model.asked.some(({ texts }) => texts[0]?.includes('Never use the word kindly.'))).toBe(true)
    }))

  it('stops when two rounds agree, and keeps every round with its statements and the decoy', () =>
    withModel({ rates: perfect }, async (model) => {
      const { rows } = await caption(1, { model, more: { rounds: 9 } })
      const rounds = rows.filter(({ purpose }) => purpose === 'difference')
      expect(rounds.length).toBeLessThan(9)
      expect(rounds.length).toBeGreaterThan(1)
      const text = captionsText({ ...of(pairAt(1)[0]), captions: rows })
      expect(text).toMatch(/round 1, difference: .*\n {4}decoy: .*\n {4}0\.\d\d ✓/)
      expect(text).toMatch(/instruction +en {2}.+ \((?:terse|plain|detailed), 0\.\d\d\)\n/)
      expect(text).toMatch(/\d+ calls, \d+ \+ \d+ tokens/)
      const { shown, decoy, echo, beliefs } = (rounds[1] as Caption).trace as unknown as {
        shown: string[]
        decoy: string
        echo: boolean
        beliefs: object[]
      }
      expect(shown).toContain(decoy)
      expect(echo).toBe(false)
      expect(beliefs.length).toBeGreaterThan(0)
    }))
})

describe('a model with the stated faults', () => {
  it('gives no false and no vague caption, the same for the same seed, and asks nothing twice', () =>
    withModel({ rates: statedRates, seed: 5 }, async (model) => {
      const cache = memory()
      let given = 0
      for (let at = 0; at < world.length; at++) {
        const { rows } = await caption(at, { model, cache })
        const { truth } = pairAt(at)[1]
        for (const { text, language } of instructions(rows)) {
          given++
          expect([text, isTrueOf(text, truth), isPrecise(text, truth)]).toEqual([text, true, true])
          expect(/\p{Script=Han}/u.test(text)).toBe(language === 'cn')
        }
        const again = await caption(at, { model, cache })
        expect(again).toEqual({ rows, calls: 0 })
      }
      expect(given).toBeGreaterThan(0.6 * 4 * world.length)
    }))

  it('does not ask again what was answered before a crash', () =>
    withModel({ rates: perfect }, async (model) => {
      const answered = model.respond as NonNullable<CaptionModel['respond']>
      let left = 3
      model.respond = (request) =>
        left-- > 0 ? answered(request) : { status: 400, body: { error: { message: 'no' } } }
      const cache = memory()
      await expect(caption(2, { model, cache })).rejects.toThrow(/HTTP 400/)
      const before = cache.entries.size
      model.respond = answered
      const { calls } = await caption(2, { model, cache })
      const whole = await caption(2, { model })
      expect(before).toBe(3)
      expect(calls).toBe(whole.calls - 3)
    }))
})

describe('an answer that is none is no caption', () => {
  it.each<readonly [string, ChatTurn, string]>([
    ['a refusal', { says: null, refusal: 'I will not.' }, 'refused'],
    ['a filter', { says: '', finish: 'content_filter' }, 'refused'],
    ['one cut off', { says: '{"claims": [', finish: 'length' }, 'cut-off'],
    ['an empty one', { says: '' }, 'empty'],
    ['prose', { says: 'The dog was removed.' }, 'unreadable'],
    ['other JSON', { says: '{"text": "remove the dog"}' }, 'unreadable'],
  ])('%s', (_, turn, reason) =>
    withModel({}, async (model) => {
      model.respond = () => turn
      const { rows } = await caption(0, { model, more: { rounds: 2 } })
      expect(rows.filter(({ text }) => text !== '')).toEqual([])
      const [row] = rows.filter(({ purpose }) => purpose === 'instruction')
      expect(row).toMatchObject({ text: '', abstained: reason, agreement: 0 })
      expect(row?.usage).toBeDefined()
    }),
  )

  it('one that contradicts the facts, or is in the wrong language, to the end', () =>
    withModel({ rates: { ...perfect, forgetsChinese: 1 } }, async (model) => {
      const { rows } = await caption(0, { model })
      expect(instructions(rows)).toEqual([])
      const [row] = rows.filter(({ purpose, abstained }) => purpose === 'instruction' && abstained)
      expect(row?.abstained).toBe('nothing was right')
      const { dropped } = (row as Caption).trace as unknown as { dropped: { type: string }[] }
      expect(new Set(dropped.map(({ type }) => type))).toEqual(new Set(['language']))
    }))
})

describe('the stage that a configuration opens', () => {
  const configuration = (captions: object) =>
    parseConfiguration('c.json', JSON.stringify({ sources: [{ path: 'p' }], captions }))

  it('adds rows of the grammar and of the model, and names the model', () =>
    withModel({ rates: perfect }, async (model) => {
      const vision = loopbackVision(model.baseUrl)
      const tools = visionToolbox(vision)
      const both = configuration({ captioner: ['grammar', { type: 'vision', rounds: 2 }] })
      const stage = await openCaptionStage(both, { folder: store.folder, tools })
      const [pair] = pairAt(4)
      const { signal } = new AbortController()
      await stage.run(of(pair), { files: store.files, pairs: store.pairs, tools, seed: 1, signal })
      const dossier = (await store.pairs.get(pair.id)) ?? expect.fail('no pair')
      const by = new Set(
        instructions(dossier.captions).map(({ captioner }) => `${captioner.name} ${captioner.model}`),
      )
      expect(by).toEqual(new Set(['grammar undefined', 'vision loopback-vl']))
      expect(stage.limits).toEqual({ 'openai:loopback-vl': 4 })
      expect(captionStage([]).keyOf(dossier)).toBeUndefined()
    }))

  it('says what is missing', async () => {
    const tools = { has: () => false, get: () => expect.fail('none'), close: async () => undefined }
    const opened = openCaptionStage(configuration({ captioner: { type: 'vision' } }), { folder: '.', tools })
    await expect(opened).rejects.toThrow(/captions\.captioner: .*configure tools\.vision/)
    expect(() => configuration({ captioner: { type: 'vision', rounds: 0 } })).toThrow(/captions\.captioner/)
    expect(() => configuration({ captioner: 'gpt' })).toThrow(/captions\.captioner: expected "grammar"/)
  })
})
