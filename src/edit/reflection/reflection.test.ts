import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Message } from '../../language/index.ts'
import { consistencyOf, jsonBlock, languageWord, scoresOf, verdictOf, verdictText } from './answers.ts'
import { previewTexts } from './previewTexts.ts'
import { reflect } from './reflect.ts'
import { questionTexts } from './texts.ts'
import { messagesOf, Thinker } from './thinker.ts'

const golden = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../../test/golden/step1x-v1.2/${name}.json`, import.meta.url), 'utf8'))
const cases = golden('text_cases')
const asked = golden('thinker_messages')

describe('answers are read as the official pipeline reads them:', () => {
  it('verdicts', () => {
    for (const { text, reflection_valid: isValid, cleaned, after_cleaning: after } of cases.tags) {
      expect(verdictText(text), text).toBe(isValid ? cleaned : undefined)
      const verdict = verdictOf(verdictText(text))
      const wanted = after ?? { success: false, refined_prompt: null }
      expect(verdict, text).toEqual({
        isSuccess: wanted.success,
        refined: wanted.refined_prompt ?? undefined,
      })
    }
  })

  it('languages, JSON and scores', () => {
    for (const { text, language } of cases.language) expect(languageWord(text), text).toBe(language)
    for (const { text, result } of cases.json_block)
      expect(jsonBlock(text), text).toEqual(result ?? undefined)
    for (const { input, result } of cases.score_caps)
      expect(consistencyOf(input), JSON.stringify(input)).toEqual(
        result ? { score: result.score, reason: result.reason } : undefined,
      )
    for (const { text, parsed } of cases.score_answer) expect(scoresOf(text), text).toEqual(parsed?.score)
  })
})

it('tries are made, judged and chosen as in the official loop', async () => {
  for (const { script, thinking, max_tries: tries, tries: wanted, final_try: best } of cases.loops) {
    const prompt = thinking ?? 'P0'
    const made: object[] = []
    let results = 0
    const { rounds, best: found } = await reflect<number>({
      picture: 0,
      prompt,
      tries,
      async edit(image, words) {
        made.push({ image, prompt: words })
        return ++results
      },
      async judge(source, result, instruction) {
        Object.assign(made.at(-1)!, { judge: { source, result, instruction } })
        const { judgement, score1, score2 } = script[result - 1]
        return { ...verdictOf(verdictText(judgement)), edit: score1, look: score2 }
      },
    })
    expect(made).toEqual(wanted)
    expect([rounds.length, found]).toEqual([wanted.length, best])
  }
})

describe('the questions', () => {
  it('are those of the official pipeline to the letter', () => {
    for (const [name, messages] of Object.entries<{ content: string | (string | { text: string })[] }[]>(
      asked.messages,
    )) {
      const { system, user } = questionTexts[name as keyof typeof questionTexts]
      expect(system).toBe(messages[0]!.content)
      const parts = messages[1]!.content as (string | { text: string })[]
      expect(user).toEqual(parts.map((part) => (typeof part === 'string' ? part : part.text)))
    }
  })

  it('have pictures, facts and the language in their places, and fill no fact in turn', () => {
    const picture = { width: 2048, height: 4, data: new Uint8Array(3 * 2048 * 4) }
    const [system, user] = messagesOf(questionTexts, 'describe', '中文', {
      SOURCE: picture,
      INSTRUCTION: 'show {SOURCE}',
    }) as [Message, Message]
    expect(system.parts[0]).toContain('factual 中文 description')
    expect(user.parts[0]).toMatchObject({ width: 1024, height: 2 })
    expect(user.parts[1]).toContain('Editing Instruction: show {SOURCE}\n')
  })
})

it('a thinker asks again what it cannot read, and gives up in the end', async () => {
  const picture = { width: 2, height: 2, data: new Uint8Array(12) }
  const script = [
    'a cat',
    'no JSON',
    '{"meets_instruction": "yes", "raw_score": 9}',
    'nothing',
    '<#Think>t<#Success>',
  ]
  const seeds: (number | undefined)[] = []
  const prompts: string[] = []
  const model = {
    async answer(question: unknown, options?: { seed?: number | undefined }) {
      seeds.push(options?.seed)
      prompts.push(
        JSON.stringify((question as Message[])[1]!.parts.filter((part) => typeof part === 'string')),
      )
      return { text: script.shift() ?? 'unreadable', tokens: [], ending: 'stop' as const, promptTokens: 1 }
    },
  }
  const options = { seed: 10, texts: questionTexts, scores: true }
  const judged = await new Thinker(model, options).judge(picture, picture, 'make it snow')
  const said = '<#Think>t<#Success>'
  expect(judged).toEqual({ isSuccess: true, refined: undefined, edit: [0, 0], look: [0, 0], said })
  // Description, two of the score, two of the verdict, and twenty of each of the scores.
  expect(seeds).toEqual(Array.from({ length: 45 }, (_, i) => 10 + i))
  expect(prompts[3]).toContain('- Score: 9.0')

  // Without a comparison to go by nothing is judged: twenty of it, and no verdict.
  script.push('a cat')
  seeds.length = 0
  const failed = await new Thinker(model, { ...options, scores: false }).judge(picture, picture, 'snow')
  expect(failed).toEqual({ isSuccess: false, refined: undefined, edit: [], look: [] })
  expect(seeds).toHaveLength(21)
})

it('a thinker rewrites in one go, trims what it said, and keeps an instruction that it says nothing to', async () => {
  const picture = { width: 2, height: 2, data: new Uint8Array(12) }
  const said = [' Turn the sky red. \n', '  ']
  const model = {
    async answer() {
      return { text: said.shift()!, tokens: [], ending: 'stop' as const, promptTokens: 1 }
    },
  }
  const thinker = new Thinker(model, { seed: 0, texts: previewTexts, scores: false })
  expect(await thinker.rewrite(picture, 'sky red')).toBe('Turn the sky red.')
  expect(await thinker.rewrite(picture, 'sky red')).toBe('sky red')
})

it('the preview takes its last result, and has texts of its own for all that it asks', async () => {
  const failed = { isSuccess: false, refined: undefined, edit: [], look: [] }
  const { rounds, best } = await reflect<number>({
    picture: 0,
    prompt: 'P',
    tries: 3,
    isScored: false,
    edit: async (_, __, number) => number,
    judge: async () => failed,
  })
  expect([rounds.map(({ result }) => result), best]).toEqual([[1, 2, 3], 3])
  for (const name of ['rewrite', 'describe', 'score', 'reflect'] as const)
    expect(previewTexts[name]).not.toEqual(questionTexts[name])
})
