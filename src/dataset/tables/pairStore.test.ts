import { afterAll, beforeAll, expect, it } from 'vitest'
import { openTestPairs, type TestPairs, testPair } from '../../../test/dataset/openPairs.ts'
import type { Caption, Decision, Dossier, Judgement } from '../pairs/pair.ts'
import { chooseCaptions } from '../selection/captions.ts'
import { verdictOf } from '../selection/decisions.ts'
import { defaultSelection } from '../selection/defaults.ts'
import { renewCaptioners } from './captioners.ts'

let store: TestPairs
beforeAll(async () => {
  store = await openTestPairs()
})
afterAll(() => store.remove())

const caption = (id: string, rest: Partial<Caption> = {}): Caption => ({
  id,
  captioner: { name: 'test', version: '1' },
  purpose: 'instruction',
  round: 0,
  wording: 0,
  language: 'en',
  text: `caption ${id}`,
  agreement: 1,
  ...rest,
})
const judgement = (id: string): Judgement => ({
  id,
  judge: { name: 'test', version: '1' },
  captions: [],
  state: 'scored',
  scores: { success: 7.5 },
  reasons: { success: 'it is\u0000 there' },
})

async function all(filter?: Parameters<TestPairs['pairs']['dossiers']>[0]): Promise<Dossier[]> {
  const found: Dossier[] = []
  for await (const dossier of store.pairs.dossiers(filter)) found.push(dossier)
  return found
}

it('keeps all that is known of a pair, and adds nothing twice', async () => {
  const { pairs } = store
  const pair = testPair(1)
  for (let again = 0; again < 2; again++) {
    await pairs.add([pair])
    await pairs.addMeasures(pair.id, [{ check: 'changed', version: 1, values: { share: 0.25 } }])
    await pairs.addMeasures(pair.id, [{ check: 'changed', version: 1, values: { share: 0.5 } }])
    await pairs.addCaptions(pair.id, [caption('b', { wording: 1 }), caption('c', { language: 'cn' })])
    await pairs.addCaptions(pair.id, [caption('a', { round: 1 })])
    await pairs.addJudgements(pair.id, [judgement('j')])
  }
  expect(await pairs.get(pair.id)).toEqual({
    pair,
    measures: [{ check: 'changed', version: 1, values: { share: 0.25 } }],
    captions: [caption('c', { language: 'cn' }), caption('b', { wording: 1 }), caption('a', { round: 1 })],
    judgements: [judgement('j')],
    decisions: [],
  })
  expect(await pairs.get('nobody')).toBeUndefined()
  await expect(pairs.addCaptions('nobody', [caption('z')])).rejects.toThrow(/foreign key/)
})

it('takes the words of the prompt that the last run asked for the newest, whatever its hash and whenever they were written', async () => {
  const { pairs, jobs } = store
  const pair = testPair(3)
  await pairs.add([pair])
  const criteria = defaultSelection[pair.kind].captions
  const words = async (): Promise<unknown> => {
    const chosen = chooseCaptions((await pairs.get(pair.id))!.captions, criteria, verdictOf([]))
    return 'state' in chosen ? chosen : chosen[0]!.en
  }
  const captioner = { name: 'vision', version: '1' }
  for (const prompt of ['b', 'a', 'c']) {
    await renewCaptioners(jobs.sql, [{ ...captioner, prompt }])
    await pairs.addCaptions(
      pair.id,
      (['en', 'cn'] as const).map((language) =>
        caption(`${prompt} ${language}`, { captioner, prompt, language, text: `by ${prompt}` }),
      ),
    )
    expect(await words()).toBe(`by ${prompt}`)
  }
  await renewCaptioners(jobs.sql, [{ ...captioner, prompt: 'a' }])
  expect(await words()).toBe('by a')
})

it('keeps decisions in the order in which they were made, with their times', async () => {
  const { pairs } = store
  const pair = testPair(2)
  await pairs.add([pair])
  const decide = (id: string, verdict: Decision['verdict']): Omit<Decision, 'at'> => ({
    id,
    pair: pair.id,
    reviewer: 'heron',
    verdict,
  })
  const first = await pairs.decide([decide('z', 'reject'), decide('a', 'accept')])
  expect(first.map(({ id }) => id)).toEqual(['z', 'a'])
  expect(first[0]!.at).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
  const again = await pairs.decide([decide('z', 'accept')])
  expect(again).toEqual([first[0]])
  expect((await pairs.get(pair.id))!.decisions).toEqual(first)
  const journal: Decision[] = []
  for await (const each of pairs.decisions()) journal.push(each)
  expect(journal).toEqual(first)
  expect((await pairs.get(testPair(1).id))!.decisions).toEqual([])
})

it('reads dossiers page by page in the order of their ids, by kind and from one on', async () => {
  const { pairs } = store
  const numbers = Array.from({ length: 450 }, (_, i) => 1000 + i)
  await pairs.add(numbers.map((n) => testPair(n, n % 3 === 0 ? { kind: 'style_change' } : {})))
  for (const n of [1001, 1449]) await pairs.addCaptions(testPair(n).id, [caption(`of ${n}`)])
  const after = testPair(999).id
  const found = await all({ after })
  expect(found.map(({ pair }) => pair.id)).toEqual(numbers.map((n) => testPair(n).id))
  expect(found.flatMap(({ captions }) => captions.map(({ text }) => text))).toEqual([
    'caption of 1001',
    'caption of 1449',
  ])
  const styles = await all({ after, kinds: ['style_change'] })
  expect(styles.length).toBe(150)
})
