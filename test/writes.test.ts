import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openLanguageModel } from 'pentimento/language'
import { Random } from 'pentimento/random'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { grammarSentences, writeSentenceModel } from './sentenceModel.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sentences-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

it('a model trained here on our grammar writes its sentences, new ones among them', async () => {
  const all = grammarSentences()
  // One sentence in five is kept from the model.
  const shuffled = new Random('kept').shuffled(all)
  const kept = new Set(shuffled.slice(0, Math.floor(all.length / 5)))
  const losses = await writeSentenceModel(
    folder,
    all.filter((sentence) => !kept.has(sentence)),
    240,
  )
  expect(losses[0]).toBeGreaterThan(6)
  const model = await openLanguageModel(folder, { provider: 'cpu', threads: 1 })
  const questions = Array.from({ length: 40 }, (_, seed) => ({
    question: '<|im_end|>',
    options: { temperature: 0.8, topP: 0.95, seed, maxTokens: 30 },
  }))
  const answers = await model.answerAll(questions)
  const written = answers.map(({ text }) => text)
  const right = written.filter((text) => all.includes(text))
  const different = new Set(right)
  expect(right.length).toBeGreaterThanOrEqual(34)
  expect(different.size).toBeGreaterThan(20)
  expect([...different].filter((text) => kept.has(text)).length).toBeGreaterThan(0)
  // Each alone, the same words; and of a beginning, an end that fits.
  expect((await model.answer('<|im_end|>', questions[3]!.options)).text).toBe(written[3])
  const ending = await model.answer('<|im_end|>recolor the', { maxTokens: 30 })
  expect(all).toContain(`recolor the${ending.text}`)
  await model.close()
})
