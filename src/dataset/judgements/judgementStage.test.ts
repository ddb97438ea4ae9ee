import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openSmallChatServer, type SmallChatServer } from '../../../test/smallChatServer.ts'
import { encodePicture } from '../../image/index.ts'
import { Budget } from '../../judges/index.ts'
import type { Caption, Dossier, Judgement } from '../pairs/pair.ts'
import type { PairContext } from '../pairs/stage.ts'
import { folderCalls } from './calls.ts'
import { datasetJudgesSchema } from './configuration.ts'
import type { JudgementStage } from './judgementStage.ts'
import { openJudgements } from './open.ts'
import { readAnswer } from './prompt.ts'
import { questionsOf } from './questions.ts'

const key = 'sk-judge-test'
let server: SmallChatServer
let folder: string
beforeEach(async () => {
  server = await openSmallChatServer({ key, models: ['m'] })
  folder = mkdtempSync(join(tmpdir(), 'judgements-'))
})
afterEach(async () => {
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

const caption = (language: 'en' | 'cn', text: string): Caption => ({
  id: `${language}1`,
  captioner: { name: 'grammar', version: '1' },
  purpose: 'instruction',
  round: 0,
  wording: 0,
  language,
  text,
  agreement: 1,
})
const dossier = {
  pair: { id: 'p1', kind: 'color_alter', width: 8, height: 8, pictures: { source: 's', target: 't' } },
  measures: [],
  captions: [caption('en', 'Make the apple red.'), caption('cn', '把苹果变成红色。')],
  judgements: [],
  decisions: [],
} as unknown as Dossier

async function contextOf(added: Judgement[]): Promise<PairContext> {
  const png = await encodePicture({ width: 8, height: 8, data: new Uint8Array(192).fill(90) }, 'png')
  return {
    files: { get: async () => png },
    pairs: { addJudgements: async (_: string, all: readonly Judgement[]) => void added.push(...all) },
    signal: new AbortController().signal,
  } as unknown as PairContext
}

function stageOf(more: object = {}, options: object = {}, environment = { KEY: key }): JudgementStage {
  const reached = {
    type: 'custom',
    baseUrl: server.baseUrl,
    model: 'm',
    key: 'KEY',
    price: { input: 1, output: 2 },
  }
  const judges = datasetJudgesSchema.parse({ first: { ...reached, ...more } })
  return openJudgements(
    { judges },
    { environment, backoffSeconds: 0.001, calls: folderCalls(folder), ...options },
  )[0]!
}

const answer = (score: number, names = Object.keys(questionsOf('color_alter'))): string =>
  JSON.stringify(Object.fromEntries(names.map((name) => [name, { reason: `of ${name}`, score }])))

it('scores a pair by the questions of its kind, in both languages', async () => {
  server.turns = [{ says: answer(7), usage: { prompt_tokens: 1000, completion_tokens: 100 } }]
  const added: Judgement[] = []
  await stageOf().run(dossier, await contextOf(added))
  expect(added).toMatchObject([
    {
      state: 'scored',
      captions: ['en1', 'cn1'],
      scores: { colour: 7, words_cn: 7 },
      usage: { calls: 1, cost: 0.0012 },
    },
  ])
  expect(added[0]?.reasons.colour).toBe('of colour')
  expect(server.asked[0]?.texts[0]).toContain('把苹果变成红色。')
  expect(server.asked[0]?.pictures).toHaveLength(2)
})

it('asks nothing twice: neither what is judged nor what a killed process has paid', async () => {
  server.turns = [{ says: answer(7) }]
  const added: Judgement[] = []
  await stageOf().run(dossier, await contextOf(added))
  await stageOf().run(dossier, await contextOf(added))
  await stageOf().run({ ...dossier, judgements: added.slice(0, 1) }, await contextOf(added))
  expect(server.count).toBe(1)
  expect(added).toHaveLength(2)
  expect(added[1]).toEqual(added[0])
})

it('has other keys with other questions and words, and nothing to do without words or with other kinds', () => {
  const questions = { color_alter: { shading: null, taste: 'The edit is one that a person would ask for.' } }
  const [plain, changed] = [stageOf(), stageOf({ questions })]
  expect(changed.keyOf(dossier)).not.toBe(plain.keyOf(dossier))
  const other = [caption('en', 'Turn it red.'), caption('cn', '变红。')]
  expect(plain.keyOf({ ...dossier, captions: other })).not.toBe(plain.keyOf(dossier))
  expect(plain.keyOf({ ...dossier, captions: [] })).toBeUndefined()
  expect(stageOf({ kinds: ['subject-add'] }).keyOf(dossier)).toBeUndefined()
})

it('takes a refusal for no verdict, and asks again for what cannot be read', async () => {
  const added: Judgement[] = []
  server.turns = [{ says: null, refusal: 'I do not rate pictures.' }]
  await stageOf().run(dossier, await contextOf(added))
  server.turns = [{ says: 'Good.' }]
  await stageOf({ tries: 1, maxTokens: 500 }).run(dossier, await contextOf(added))
  expect(added).toMatchObject([
    { state: 'refused', scores: {}, reasons: { refused: 'I do not rate pictures.' } },
    { state: 'unreadable', scores: {}, usage: { calls: 2 } },
  ])
})

it('stops at a wrong key and at the budget before anything is paid', async () => {
  const context = await contextOf([])
  await expect(stageOf({}, {}, { KEY: 'wrong' }).run(dossier, context)).rejects.toMatchObject({
    code: 'judge-unusable',
  })
  const poor = stageOf({}, { budget: new Budget(1e-9, 0) })
  await expect(poor.run(dossier, context)).rejects.toMatchObject({ code: 'budget' })
  expect(server.count).toBe(0)
  expect(stageOf({ repeats: 3 }).estimate(dossier)).toMatchObject({ calls: 3 })
})

it('reads what models write, and makes up nothing', () => {
  const two = { a: 'The first.', b: 'The second.' }
  const fenced = '```json\n{"a": {"reason": "x", "score": "8/10"}, "b": 9}\n```'
  expect(readAnswer(fenced, two)).toEqual({ scores: { a: 8, b: 9 }, reasons: { a: 'x' } })
  expect(readAnswer('{"a": 8}', two)).toEqual({ problem: 'wrong-count' })
  expect(readAnswer('{"a": 8, "b": 11}', two)).toEqual({ problem: 'out-of-range' })
  expect(readAnswer('Both are good.', two)).toEqual({ problem: 'unparsable' })
})
