import { type Picture, resizePicture } from '../../image/index.ts'
import type { LanguageModel, Message } from '../../language/index.ts'
import {
  type Consistency,
  consistencyOf,
  jsonBlock,
  languageWord,
  scoresOf,
  verdictOf,
  verdictText,
} from './answers.ts'
import type { Judgement } from './reflect.ts'
import { questionTexts } from './texts.ts'

/** The bounds of pixels and the longer side of the pictures that the language model sees when it thinks. */
const bounds = { minPixels: 262_144, maxPixels: 802_816 } as const
const longestSide = 1024

/** How v1.2's language model is asked. */
const sampling = { temperature: 0.7, topP: 0.9, maxTokens: 128, repetitionPenalty: 1, ...bounds } as const

/** How often an answer that cannot be read is asked for. */
const mostTries = 20

type Name = keyof typeof questionTexts
type Facts = Readonly<Record<string, string | Picture>>

/**
 * The language model of Step1X-Edit v1.2 thinking of an edit: rewrites instructions, and judges results in five questions.
 * Each question has a seed of its own, so that equal edits think equally.
 */
export class Thinker {
  readonly #model: Pick<LanguageModel, 'answer'>
  readonly #signal: AbortSignal | undefined
  #seed: number

  constructor(
    model: Pick<LanguageModel, 'answer'>,
    { seed, signal }: { readonly seed: number; readonly signal?: AbortSignal | undefined },
  ) {
    this.#model = model
    this.#seed = seed
    this.#signal = signal
  }

  /** The instruction as an editor understands it best. */
  async rewrite(picture: Picture, instruction: string): Promise<string> {
    const language = languageWord(instruction)
    const said = await this.#ask('rewrite', language, { SOURCE: picture, INSTRUCTION: instruction }, nonEmpty)
    return said?.trim() ?? instruction
  }

  /** Judges a result. Answers that cannot be read to the end count as failed, and as scores of 0. */
  async judge(source: Picture, result: Picture, instruction: string): Promise<Judgement> {
    const language = languageWord(instruction)
    const facts = { SOURCE: source, RESULT: result, INSTRUCTION: instruction }
    const description = (await this.#ask('describe', language, facts, nonEmpty)) ?? ''
    const prior = await this.#ask('score', language, { ...facts, DESCRIPTION: description }, consistency)
    const { score, reason } = prior ?? { score: 0, reason: '' }
    const told = { ...facts, SCORE: asFloat(score), REASON: reason }
    const verdict = verdictOf(await this.#ask('reflect', language, told, verdictText))
    const edit = (await this.#ask('score1', language, facts, someScores)) ?? [0, 0]
    const look = (await this.#ask('score2', language, facts, someScores)) ?? [0, 0]
    return { ...verdict, edit, look }
  }

  async #ask<T>(
    name: Name,
    language: string,
    facts: Facts,
    read: (answer: string) => T | undefined,
  ): Promise<T | undefined> {
    const messages = messagesOf(name, language, facts)
    for (let attempt = 0; attempt < mostTries; attempt++) {
      const { text } = await this.#model.answer(
        messages,
        { ...sampling, seed: this.#seed++ },
        { signal: this.#signal },
      )
      const value = read(text)
      if (value !== undefined) return value
    }
    return undefined
  }
}

const nonEmpty = (answer: string): string | undefined => (answer.trim() === '' ? undefined : answer)

function consistency(answer: string): Consistency | undefined {
  const block = jsonBlock(answer)
  return block && consistencyOf(block)
}

/** Scores of which a least can be taken. */
function someScores(answer: string): readonly number[] | undefined {
  const scores = scoresOf(answer)
  return scores && scores.length > 0 && scores.every(Number.isFinite) ? scores : undefined
}

/** A number as Python writes it. */
const asFloat = (value: number): string => (Number.isInteger(value) ? value.toFixed(1) : String(value))

/** The messages of a question, with pictures and facts in their places. */
export function messagesOf(name: Name, language: string, facts: Facts): readonly Message[] {
  const { system, user } = questionTexts[name]
  return [
    { role: 'system', parts: [system.replaceAll('英文', language)] },
    {
      role: 'user',
      parts: user.map((part) => {
        const picture = facts[part.slice(1, -1)]
        return typeof picture === 'object'
          ? asSeen(picture)
          : filled(part.replaceAll('英文', language), facts)
      }),
    },
  ]
}

/** In one go, so that what a fact says is not filled in turn. */
function filled(text: string, facts: Facts): string {
  return text.replace(/\{([A-Z]+)\}/g, (whole, name: string) => {
    const fact = facts[name]
    return typeof fact === 'string' ? fact : whole
  })
}

function asSeen(picture: Picture): Picture {
  const share = longestSide / Math.max(picture.width, picture.height)
  if (share >= 1) return picture
  const side = (length: number): number => Math.max(1, Math.round(length * share))
  return resizePicture(picture, { width: side(picture.width), height: side(picture.height) })
}
