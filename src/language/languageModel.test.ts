import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeTinyLanguage } from '../../test/tinyLanguage.ts'
import type { Message } from './chat.ts'
import { type Answer, type LanguageModel, type LanguageOptions, openLanguageModel } from './index.ts'
import { openTokenizer } from './tokenizer.ts'

let folder: string
let cache: string
let model: LanguageModel

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'language-'))
  cache = await mkdtemp(join(tmpdir(), 'cache-'))
  await writeTinyLanguage(folder)
  model = await open()
})
afterAll(async () => {
  await model.close()
  await Promise.all([folder, cache].map((each) => rm(each, { recursive: true, force: true })))
})

const open = (options: LanguageOptions = {}): Promise<LanguageModel> =>
  openLanguageModel(folder, { provider: 'cpu', threads: 1, cache, ...options })

const picture = (width: number, height: number, seed: number) => ({
  width,
  height,
  data: Uint8Array.from({ length: 3 * width * height }, (_, i) => (i * seed) % 251),
})

const ask = (text: string, ...pictures: ReturnType<typeof picture>[]): readonly Message[] => [
  { role: 'user', parts: [...pictures, text] },
]
const question = ask('What is this?', picture(112, 84, 7), picture(60, 90, 5))

describe('a language model', () => {
  it('streams an answer as answer() gives it, with a seed to the letter', async () => {
    const options = { maxTokens: 24, temperature: 1, topP: 0.95, seed: 3 }
    const whole = await model.answer(question, options)
    const pieces: string[] = []
    const stream = model.stream(question, options)
    let step = await stream.next()
    for (; !step.done; step = await stream.next()) pieces.push(step.value)
    expect(step.value).toEqual(whole)
    expect(pieces.join('')).toBe(whole.text)
    expect(whole.tokens.length).toBe(24)
    expect(whole.ending).toBe('length')
    const other = await model.answer(question, { ...options, seed: 4 })
    expect(other.tokens).not.toEqual(whole.tokens)
  })

  it('writes the same streamed, and several answers together as each alone', async () => {
    const questions = [question, ask('Why?'), ask('那是什么？', picture(56, 56, 3))]
    const options = { maxTokens: 12 }
    const alone: Answer[] = []
    for (const each of questions) alone.push(await model.answer(each, options))
    expect(await model.answerAll(questions.map((each) => ({ question: each, options })))).toEqual(alone)
    const streamed = await open({ plan: 'streamed' })
    expect(streamed.facts.plan).toBe('streamed')
    expect(await streamed.answerAll(questions.map((each) => ({ question: each, options })))).toEqual(alone)
    await streamed.close()
  })

  it('answers equally whatever was asked before, and reads a common beginning once', async () => {
    const long = 'Look at every detail of the picture. '.repeat(40)
    const shares: number[] = []
    const options = { maxTokens: 6, temperature: 0.8, seed: 1 }
    const first = await model.answer(ask(`${long}A?`), options)
    await model.answer(ask(`${long}B?`), options)
    const again = await model.answer(ask(`${long}A?`), options, { onRead: (share) => shares.push(share) })
    expect(again).toEqual(first)
    // The tokens of the beginning are many goes; one is left.
    expect(first.promptTokens).toBeGreaterThan(1024)
    expect(shares).toEqual([1])
    const fresh = await open()
    expect(await fresh.answer(ask(`${long}A?`), options)).toEqual(first)
    await fresh.close()
  })

  it('ends at its end token, at a stop text, and at the most tokens', async () => {
    const free = await model.answer(question, { maxTokens: 20 })
    const ended = await openWithEnd(free.tokens[4]!)
    const short = await ended.answer(question, { maxTokens: 20 })
    const end = free.tokens.indexOf(free.tokens[4]!)
    expect(short.tokens).toEqual(free.tokens.slice(0, end + 1))
    expect(short.ending).toBe('stop')
    await ended.close()
    const letters = [...free.text]
    const stop = letters.slice(2, 4).join('')
    const stopped = await model.answer(question, { maxTokens: 20, stop: [stop] })
    expect(stopped.text).toBe(free.text.slice(0, free.text.indexOf(stop)))
    expect(stopped.ending).toBe('stop')
  })

  it('is stopped by a signal, by who stops listening, and goes on with the next question', async () => {
    const aborted = AbortSignal.abort()
    await expect(model.answer(question, {}, { signal: aborted })).rejects.toMatchObject({ code: 'cancelled' })
    const control = new AbortController()
    const stream = model.stream(question, { maxTokens: 500 }, { signal: control.signal })
    await stream.next()
    control.abort()
    await expect(
      (async () => {
        for await (const _ of stream);
      })(),
    ).rejects.toMatchObject({ code: 'cancelled' })
    for await (const _ of model.stream(question, { maxTokens: 500 })) break
    expect((await model.answer(question, { maxTokens: 2 })).tokens).toHaveLength(2)
  })

  it('goes on with plain text', async () => {
    const { tokens, promptTokens } = await model.answer('The sea is', { maxTokens: 3 })
    expect([tokens.length, promptTokens]).toEqual([3, 10])
  })

  it('keeps weights in 8 and 4 bits', async () => {
    // Only the tables of the tiny model are large enough to be quantised.
    const coarse = await open({ precision: 'int8' })
    expect((await coarse.answer(question, { maxTokens: 3 })).tokens).toHaveLength(3)
    await coarse.close()
  })

  it('refuses what it cannot do, in one line', async () => {
    await expect(model.answer([])).rejects.toThrow('expected at least one message')
    await expect(model.answer(question, { topP: 2 })).rejects.toThrow('topP: expected')
    await expect(model.answer(question, { maxTokens: 0 })).rejects.toThrow('maxTokens: expected')
    await expect(model.answer(ask('a '.repeat(3000)))).rejects.toThrow('expected fewer than 4096 tokens')
    await expect(openLanguageModel('nowhere', { env: { PENTIMENTO_MODELS: folder } })).rejects.toThrow(
      /nowhere: no folder with a language model .*run 'pentimento pull nowhere'/,
    )
    const closed = await open()
    await closed.close()
    await expect(closed.answer(question)).rejects.toMatchObject({ code: 'closed' })
  })
})

/** The same model, which ends its answers with another token, too. */
async function openWithEnd(token: number): Promise<LanguageModel> {
  const other = await mkdtemp(join(tmpdir(), 'language-'))
  await writeTinyLanguage(other, { eos_token_id: [token] })
  const opened = await openLanguageModel(other, { provider: 'cpu', threads: 1, cache })
  return opened
}

it('tells what is wrong with a folder', async () => {
  const other = await mkdtemp(join(tmpdir(), 'language-'))
  await writeTinyLanguage(other)
  await writeFile(join(other, 'config.json'), JSON.stringify({ model_type: 'llama' }))
  await expect(openLanguageModel(other)).rejects.toThrow(
    'model_type: expected qwen2 or qwen2_5_vl, got llama',
  )
  await writeFile(join(other, 'config.json'), '{')
  await expect(openLanguageModel(other)).rejects.toThrow('config.json: not JSON')
  await writeFile(join(other, 'tokenizer.json'), '{}')
  await expect(openTokenizer(other)).rejects.toThrow('tokenizer.json')
  await rm(other, { recursive: true, force: true })
})
