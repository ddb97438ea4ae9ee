import { type Picture, resizePicture } from '../../image/index.ts'
import type { LanguageModel, Message } from '../../language/index.ts'
import { smartResize } from '../../models/index.ts'
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
import type { QuestionTexts } from './texts.ts'

/** The bounds of pixels and the longer side of the pictures that the language model sees when it thinks. */
const bounds = { minPixels: 262_144, maxPixels: 802_816 } as const
const longestSide = 1024

/** The bounds of pixels within which pictures are prepared before that. */
const prepared = { factor: 28, minPixels: 4 * 28 * 28, maxPixels: 16_384 * 28 * 28 } as const

/** Sampling settings of v1.2's language model; 50 is the default of its library. */
const sampling = { temperature: 0.7, topP: 0.9, topK: 50, maxTokens: 128, ...bounds } as const

/** How often an unreadable answer is requested again. */
const mostTries = 20

type Name = keyof QuestionTexts
type Facts = Readonly<Record<string, string | Picture>>

/** Options of a thinker. */
export interface ThinkerOptions {
  readonly seed: number
  readonly texts: QuestionTexts
  /** Whether it scores results, too. */
  readonly scores: boolean
  /** Before each question. */
  readonly onAsk?: ((question: Name) => void) | undefined
}

/**
 * The language model of Step1X-Edit v1.2 thinking of an edit: rewrites instructions, and judges results in five questions.
 * Each question has a seed of its own, so that equal edits think equally.
 */
export class Thinker {
  readonly #model: Pick<LanguageModel, 'answer'>
  readonly #options: ThinkerOptions
  #seed: number

  constructor(model: Pick<LanguageModel, 'answer'>, options: ThinkerOptions) {
    this.#model = model
    this.#options = options
    this.#seed = options.seed
  }

  /** The instruction as an editor understands it best; itself where the model says nothing. */
  async rewrite(picture: Picture, instruction: string): Promise<string> {
    const said = await this.#answer('rewrite', languageWord(instruction), {
      SOURCE: picture,
      INSTRUCTION: instruction,
    })
    return said === '' ? instruction : said
  }

  /** Judges a result. Answers that cannot be read to the end count as failed, and as scores of 0. */
  async judge(source: Picture, result: Picture, instruction: string): Promise<Judgement> {
    const language = languageWord(instruction)
    const facts = { SOURCE: source, RESULT: result, INSTRUCTION: instruction }
    const said = await this.#verdict(facts, language)
    const verdict = { ...verdictOf(said), ...(said !== undefined && { said }) }
    if (!this.#options.scores) return { ...verdict, edit: [], look: [] }
    const edit = (await this.#ask('score1', language, facts, someScores)) ?? [0, 0]
    const look = (await this.#ask('score2', language, facts, someScores)) ?? [0, 0]
    return { ...verdict, edit, look }
  }

  /** The model's assessment of a result, after it described the expected result and compared the two. */
  async #verdict(facts: Facts, language: string): Promise<string | undefined> {
    const description = await this.#answer('describe', language, facts)
    const prior = await this.#ask('score', language, { ...facts, DESCRIPTION: description }, consistency)
    if (!prior) return undefined
    const told = { ...facts, SCORE: asFloat(prior.score), REASON: prior.reason }
    return this.#ask('reflect', language, told, verdictText)
  }

  async #ask<T>(
    name: Name,
    language: string,
    facts: Facts,
    read: (answer: string) => T | undefined,
  ): Promise<T | undefined> {
    for (let attempt = 0; attempt < mostTries; attempt++) {
      const value = read(await this.#answer(name, language, facts))
      if (value !== undefined) return value
    }
    return undefined
  }

  async #answer(name: Name, language: string, facts: Facts): Promise<string> {
    const { texts, onAsk } = this.#options
    onAsk?.(name)
    const messages = messagesOf(texts, name, language, facts)
    const { text } = await this.#model.answer(messages, { ...sampling, seed: this.#seed++ })
    return text.trim()
  }
}

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
export function messagesOf(
  texts: QuestionTexts,
  name: Name,
  language: string,
  facts: Facts,
): readonly Message[] {
  const { system, user } = texts[name]
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

/** Two resizes come before that of the model's own processor: Pillow's thumbnail, and whole tokens. */
function asSeen(picture: Picture): Picture {
  const small = thumbnail(picture)
  const [short, long] = [Math.min(small.width, small.height), Math.max(small.width, small.height)]
  // The original refuses narrower ones.
  if (short < prepared.factor || long / short > 200) return small
  return resizePicture(small, smartResize(small, prepared))
}

function thumbnail(picture: Picture): Picture {
  const { width, height } = picture
  if (Math.max(width, height) <= longestSide) return picture
  const aspect = width / height
  /** Of the two whole numbers about a length the one that keeps the aspect ratio better. */
  const side = (length: number, aspectOf: (side: number) => number): number => {
    const [low, high] = [Math.max(1, Math.floor(length)), Math.ceil(length)]
    return Math.abs(aspect - aspectOf(low)) <= Math.abs(aspect - aspectOf(high)) ? low : high
  }
  return resizePicture(
    picture,
    aspect >= 1
      ? { width: longestSide, height: side(longestSide / aspect, (y) => longestSide / y) }
      : { width: side(longestSide * aspect, (x) => x / longestSide), height: longestSide },
  )
}
