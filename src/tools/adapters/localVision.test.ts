import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { writeTinyLanguage } from '../../../test/tinyLanguage.ts'
import { openAdapters } from './configuration.ts'
import { askVision } from './openaiVision.ts'
import { visionDetector } from './visionJobs.ts'

const picture = { width: 56, height: 56, data: new Uint8Array(3 * 56 * 56).fill(90) }
let models: string

beforeAll(async () => {
  models = await mkdtemp(join(tmpdir(), 'models-'))
  await writeTinyLanguage(join(models, 'tiny'))
})
afterAll(() => rm(models, { recursive: true, force: true }))

const open = (vision: object) =>
  openAdapters(
    { vision: { type: 'local', threads: 1, provider: 'cpu', ...vision } },
    { env: { PENTIMENTO_MODELS: models, PENTIMENTO_CACHE: models }, folder: models, tools: models },
  )

it('does the job vision by a pulled model or a folder, and says which', async () => {
  const byName = await open({ model: 'tiny' })
  const byFolder = await open({ model: './tiny' })
  const [one, other] = [byName.tools.vision!, byFolder.tools.vision!]
  expect(one.facts).toMatchObject({ implementation: 'local:tiny', concurrency: 1, timeLimitSeconds: 1800 })
  expect(one.facts.version).toMatch(/^1\+int8\+1003520\+[0-9a-f]{16}$/)
  expect(other.facts.version).toBe(one.facts.version)
  const question = { system: 'Be brief.', parts: [picture, 'What is this?'], maxTokens: 8, seed: 1 }
  const answer = await askVision(one, question)
  expect(answer).toMatchObject({ outcome: 'cut-off', model: 'tiny', outputTokens: 8, cost: 0 })
  expect(answer.inputTokens).toBeGreaterThan(30)
  expect((await askVision(other, question)).text).toBe(answer.text)
  await expect(one.ask(question)).rejects.toMatchObject({
    code: 'tool-answer',
    message: expect.stringContaining('vision (tiny): the answer was cut off after 8 tokens'),
  })
  await byName.close()
  await byFolder.close()
})

it('says what is missing with the first question, and what the configuration may be', async () => {
  const { tools, close } = await open({ model: 'qwen2.5-vl-7b' })
  expect(tools.vision!.facts.version).toContain('not-installed')
  await expect(tools.vision!.ask({ parts: ['Hi'] })).rejects.toMatchObject({
    code: 'tool-missing',
    message: expect.stringContaining("run 'pentimento pull qwen2.5-vl-7b'"),
  })
  await close()
  await expect(open({ model: 'tiny', precision: 'int2' })).rejects.toThrow('tools.vision.precision')
  await expect(open({ model: 'tiny', baseUrl: 'http://a' })).rejects.toThrow('Unrecognized key: "baseUrl"')
})

it('gives a question up by its signal and at its time limit', async () => {
  const { tools, close } = await open({ model: 'tiny', timeLimitSeconds: 0.001 })
  await expect(tools.vision!.ask({ parts: [picture, 'Hi'] })).rejects.toThrow(
    'vision (tiny): took longer than 0.001 s; raise timeLimitSeconds',
  )
  await expect(
    tools.vision!.ask({ parts: ['Hi'], signal: AbortSignal.abort(new Error('enough')) }),
  ).rejects.toMatchObject({ code: 'cancelled' })
  await close()
})

it('tells boxes of large pictures in the pixels that it sees', async () => {
  const sizes: string[] = []
  const vision = {
    facts: { implementation: 'local:tiny', version: '1', concurrency: 1, timeLimitSeconds: 1 },
    mostPixels: 280 * 280,
    async ask({ parts }: { readonly parts: readonly unknown[] }) {
      const [{ width, height }] = parts as [{ width: number; height: number }]
      sizes.push(`${width}×${height}`)
      const box = { left: 0, top: 0, right: width / 2, bottom: height }
      return JSON.stringify({ objects: [{ label: 'wall', certainty: 'certain', box }] })
    },
  }
  const large = { width: 1200, height: 600, data: new Uint8Array(3 * 1200 * 600) }
  const [found] = await visionDetector(vision).detect(large)
  expect(sizes).toEqual(['392×196'])
  expect(found!.box).toEqual({ x: 0, y: 0, width: 600, height: 600 })
})
