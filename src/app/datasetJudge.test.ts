import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { commandLine } from '../../test/commandLine.ts'
import { placeDatabase } from '../../test/database.ts'
import { testPair } from '../../test/dataset/openPairs.ts'
import { writeConfiguration } from '../../test/dataset/smallDataset.ts'
import { openSmallChatServer, type SmallChatServer } from '../../test/smallChatServer.ts'
import { openWorkspace, questionsOf } from '../dataset/index.ts'
import { encodeStored } from '../image/index.ts'
import { runCommandLine } from './program.ts'

const count = 6
const key = 'sk-of-the-judge'
let server: SmallChatServer
let folder: string
beforeAll(async () => {
  server = await openSmallChatServer({ key, models: ['m'] })
  folder = mkdtempSync(join(tmpdir(), 'dataset-judge-'))
  // A call is estimated at the $0.05 of its output.
  const price = { input: 0, output: 0.05e6 / (32 * Object.keys(questionsOf('tone_transfer')).length) }
  writeConfiguration(folder, {
    sources: [{ path: '.' }],
    limits: { concurrency: 1, retries: 0 },
    judges: { first: { type: 'custom', baseUrl: server.baseUrl, model: 'm', key: 'JUDGE_KEY', price } },
  })
  await placeDatabase(join(folder, 'database'))
  const workspace = await openWorkspace(folder, { env: {} })
  const picture = await workspace.files.put(
    await encodeStored({ width: 64, height: 64, data: new Uint8Array(3 * 64 * 64).fill(90) }),
  )
  for (let i = 1; i <= count; i++) {
    const pair = testPair(i, { pictures: { source: picture, target: picture } })
    await workspace.pairs.add([pair])
    await workspace.pairs.addCaptions(
      pair.id,
      (['en', 'cn'] as const).map((language) => ({
        id: `${language} ${i}`,
        captioner: { name: 'grammar', version: '1' },
        purpose: 'instruction',
        round: 0,
        wording: 0,
        language,
        text: { en: `make it darker, ${i}`, cn: `变暗${i}` }[language],
        agreement: 1,
      })),
    )
  }
  await workspace.close()
})
afterAll(async () => {
  await server.close()
  rmSync(folder, { recursive: true })
})

/** What a call costs where it takes so many times the tokens of its estimate. */
const answers = (times: number): void => {
  const names = Object.keys(questionsOf('tone_transfer'))
  const scores = Object.fromEntries(names.map((name) => [name, { reason: 'seen', score: 7 }]))
  server.turns = [
    {
      says: JSON.stringify(scores),
      usage: { prompt_tokens: 0, completion_tokens: times * 32 * names.length },
    },
  ]
}

const run = commandLine(runCommandLine, () => ({ PENTIMENTO_TOOLS: join(folder, 'tools') }))
const judge = (args: readonly string[], secret = key) =>
  run(['dataset', 'judge', folder, ...args], { env: { JUDGE_KEY: secret } })

it('a key that the judge does not take stops it at the first question, in one line', async () => {
  const { code, error } = await judge([], 'sk-wrong')
  expect(error.split('\n').filter((line) => line.startsWith('pentimento: '))).toEqual([
    expect.stringMatching(/^pentimento: judge \S.*key/),
  ])
  expect(error).not.toContain('sk-wrong')
  expect(code).toBe(2)
})

it('asks until the budget is used up, and goes on with a larger one', async () => {
  const { out } = await judge(['--estimate'])
  expect(out).toMatch(/^first: 6 pairs, 6 calls, about \d+ tokens in and \d+ out, about \$0\.30\n$/)
  server.count = 0
  // Twice as dear as estimated: the money for three estimates is gone after two calls.
  answers(2)
  const poor = await judge(['--budget', '0.2'])
  expect(poor.error).toContain(
    'budget: $0.20 of $0.20 are spent, and the next call may cost $0.05; everything so far is kept',
  )
  expect(poor.code).toBe(2)
  expect(server.count).toBe(2)
  // What is judged is not asked again, and what was paid before counts.
  answers(1)
  const rich = await judge(['--budget', '0.4', '--json'])
  expect([rich.code, rich.error]).toEqual([0, expect.not.stringContaining('pentimento:')])
  expect(JSON.parse(rich.out)).toMatchObject({ spent: expect.closeTo(0.4) })
  expect(server.count).toBe(6)
})
