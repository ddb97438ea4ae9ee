import { z } from 'zod'
import type { Facts } from '../../instructions/index.ts'
import { Random } from '../../random/index.ts'
import type { VisionTurn } from '../../tools/index.ts'
import type { Asker, Failure } from './ask.ts'
import { descriptionProblem, instructionProblem, type Known } from './checkText.ts'
import type { StyleGuide, VisionCaptionerConfig } from './configuration.ts'
import { copiedShare } from './copying.ts'
import { type Detail, details } from './detail.ts'
import { drawExamples, type Example, type ExampleBank } from './examples.ts'
import { exampleTurns, rewritingTask, type Wanted, writerSystem, writingTask } from './prompts.ts'
import { agreement, asksFor, type Reading, readBack } from './reading.ts'

type Language = 'en' | 'cn'
const languages = ['en', 'cn'] as const

const answer = z.strictObject({
  abstain: z.string(),
  source: z.string(),
  target: z.string(),
  instructions: z.array(z.strictObject({ number: z.number(), text: z.string() })),
})

/** The edit that is described. */
export interface Subject extends Known {
  readonly parts: VisionTurn['parts']
}

/** Settings of the writing. */
export interface Manner {
  readonly settings: VisionCaptionerConfig
  readonly wordings: number
  readonly bank: ExampleBank
  readonly style: StyleGuide
  /** Seeds come from them. */
  readonly words: readonly (string | number)[]
}

/** The same wording in both languages. */
export interface Written {
  readonly detail: Detail
  readonly en: string
  readonly cn: string
  /** 0 to 1: how far both say the same; 1 where nobody read them back. */
  readonly agreement: number
  readonly copied: Readonly<Record<Language, number>>
  readonly readings?: Readonly<Record<Language, Reading>>
}

/** A rejected text. */
export interface Dropped {
  readonly language: Language
  readonly text: string
  readonly type: string
  readonly what: string
}

/** The result of writing. */
export interface Writing {
  readonly written: readonly Written[]
  readonly descriptions: Readonly<Record<'source' | 'target', Readonly<Partial<Record<Language, string>>>>>
  readonly dropped: readonly Dropped[]
  readonly examples: Readonly<Record<Language, readonly Example[]>>
  readonly abstained?: string
}

interface Slot {
  readonly detail: Detail
  readonly texts: Partial<Record<Language, { readonly text: string; readonly copied: number }>>
  done?: Written
}

/**
 * Writes instructions in both languages, each for itself and in the manner of examples, until all of them are right by the
 * facts and by what is believed, take over little of the examples, and say the same in both languages as read back;
 * or until the tries are used up: what is not right by then is dropped.
 */
export async function writeCaptions(asker: Asker, subject: Subject, manner: Manner): Promise<Writing> {
  const { settings, wordings, words } = manner
  const slots: Slot[] = Array.from({ length: wordings }, (_, i) => ({
    detail: details[(i + 1) % details.length] as Detail,
    texts: {},
  }))
  const writers = {
    en: new Writer(asker, subject, 'en', manner),
    cn: new Writer(asker, subject, 'cn', manner),
  }
  const dropped: Dropped[] = []
  let abstained: string | undefined
  for (let attempt = 0; attempt < settings.tries; attempt++) {
    for (const language of languages) {
      const failure = await writers[language].write(slots, attempt, dropped)
      if (failure === 'refused' || failure?.startsWith('says ')) abstained = failure
      else if (failure !== undefined && attempt === settings.tries - 1) abstained ??= failure
      if (failure === 'refused') return nothing(writers, dropped, failure)
    }
    const random = new Random(...words, 'reading', attempt)
    await compare(asker, slots, subject.facts, { settings, random, attempt, dropped })
    if (slots.every(({ done }) => done)) break
  }
  const written = slots.flatMap(({ done }) => (done ? [done] : []))
  return {
    written,
    descriptions: descriptionsOf(writers),
    dropped,
    examples: { en: writers.en.examples, cn: writers.cn.examples },
    ...(written.length === 0 && { abstained: abstained ?? 'nothing was right' }),
  }
}

type Writers = Readonly<Record<Language, Writer>>

const nothing = (writers: Writers, dropped: readonly Dropped[], abstained: string): Writing => ({
  written: [],
  descriptions: descriptionsOf(writers),
  dropped,
  examples: { en: writers.en.examples, cn: writers.cn.examples },
  abstained,
})

const descriptionsOf = ({ en, cn }: Writers): Writing['descriptions'] => ({
  source: { ...(en.source && { en: en.source }), ...(cn.source && { cn: cn.source }) },
  target: { ...(en.target && { en: en.target }), ...(cn.target && { cn: cn.target }) },
})

/** Writes one language, and remembers what was wrong. */
class Writer {
  readonly examples: readonly Example[]
  source: string | undefined
  target: string | undefined
  readonly #asker: Asker
  readonly #subject: Subject
  readonly #language: Language
  readonly #manner: Manner
  readonly #own: readonly string[]
  #last: { readonly said: string; readonly problems: readonly string[] } | undefined

  constructor(asker: Asker, subject: Subject, language: Language, manner: Manner) {
    const random = new Random(...manner.words, 'examples', language)
    const { shown } = manner.settings
    this.examples = drawExamples(manner.bank, subject.facts, language, { count: shown, random })
    this.#asker = asker
    this.#subject = subject
    this.#language = language
    this.#manner = manner
    this.#own = Object.values(subject.facts).flatMap((value) =>
      typeof value === 'object' ? [(value as Record<Language, string>)[language]] : [],
    )
  }

  /** Writes what the slots lack. @returns why nothing came of it */
  async write(
    slots: readonly Slot[],
    attempt: number,
    dropped: Dropped[],
  ): Promise<Failure | string | undefined> {
    const language = this.#language
    const wanted = slots.flatMap(({ detail, texts }, i): Wanted[] =>
      texts[language] ? [] : [{ number: i + 1, detail }],
    )
    if (wanted.length === 0) return undefined
    const { facts, claims, parts } = this.#subject
    const task = writingTask(language, { facts, claims, wanted })
    const turns = exampleTurns(facts.kind, this.examples, language)
    const last = this.#last
    const question = last
      ? {
          before: [
            ...turns,
            { role: 'user' as const, parts: [...parts, task] },
            { role: 'assistant' as const, parts: [last.said] },
          ],
          parts: [rewritingTask(language, last.problems, wanted)],
        }
      : { before: turns, parts: [...parts, task] }
    const step = `write ${language} ${attempt}`
    const system = writerSystem(language, this.#manner.style)
    const asked = await this.#asker.json(step, { system, ...question }, answer)
    if ('failure' in asked) return asked.failure
    const { value } = asked
    if (value.abstain.trim() !== '' && value.instructions.length === 0)
      return `says that the pictures do not show it: ${value.abstain.trim().slice(0, 200)}`
    this.#take(value, slots, wanted, dropped)
    return undefined
  }

  #take(
    value: z.output<typeof answer>,
    slots: readonly Slot[],
    wanted: readonly Wanted[],
    dropped: Dropped[],
  ): void {
    const language = this.#language
    const problems: string[] = []
    for (const { number } of wanted) {
      const text = value.instructions.find((each) => each.number === number)?.text.trim() ?? ''
      const copied = copiedShare(
        text,
        this.examples.map((each) => each.text),
        language,
        this.#own,
      )
      const twin = slots.some(({ texts }) => texts[language]?.text === text)
      const problem =
        instructionProblem(text, language, this.#subject) ??
        (copied > this.#manner.settings.copied
          ? { type: 'copied', what: 'it takes over too much of an example; use other words' }
          : twin
            ? { type: 'form', what: 'it is the same as another number' }
            : undefined)
      const slot = slots[number - 1]
      if (problem === undefined && slot) slot.texts[language] = { text, copied }
      else if (problem) {
        problems.push(`${number}: ${problem.what}`)
        dropped.push({ language, text, ...problem })
      }
    }
    for (const picture of ['source', 'target'] as const) {
      const text = value[picture].trim()
      const problem = descriptionProblem(text, language, this.#subject)
      if (problem === undefined) this[picture] ??= text
    }
    this.#last = { said: JSON.stringify(value), problems }
  }

  /** Objections of the other language, or of the reader, to a number. */
  told(problem: string): void {
    if (this.#last) this.#last = { ...this.#last, problems: [...this.#last.problems, problem] }
  }
}

/** Reads back what both languages have, and takes what agrees; what does not is written again. */
async function compare(
  asker: Asker,
  slots: readonly Slot[],
  facts: Facts,
  {
    settings,
    random,
    attempt,
    dropped,
  }: {
    readonly settings: VisionCaptionerConfig
    readonly random: Random
    readonly attempt: number
    readonly dropped: Dropped[]
  },
): Promise<void> {
  let open = slots.filter(({ texts, done }) => texts.en && texts.cn && !done)
  const finish = (slot: Slot, agreed: number, readings?: Record<Language, Reading>): void => {
    const { en, cn } = slot.texts as Required<Slot['texts']>
    slot.done = {
      detail: slot.detail,
      en: en.text,
      cn: cn.text,
      agreement: agreed,
      copied: { en: en.copied, cn: cn.copied },
      ...(readings && { readings }),
    }
  }
  if (!settings.readBack) {
    for (const slot of open) finish(slot, 1)
    return
  }
  // A reader makes mistakes too: texts that it finds different are read once more.
  for (let time = 0; time < 2 && open.length > 0; time++) {
    const sentences = open.flatMap(({ texts }) => [texts.en?.text ?? '', texts.cn?.text ?? ''])
    const readings = await readBack(asker, `read ${attempt} ${time}`, sentences, random)
    open = open.filter((slot, i) => {
      const [en, cn] = [readings[2 * i], readings[2 * i + 1]]
      if (!en || !cn) return true
      const agreed = asksFor(en, facts) && asksFor(cn, facts) ? agreement(en, cn, facts) : 0
      if (agreed < 0.5) return true
      finish(slot, agreed, { en, cn })
      return false
    })
  }
  for (const slot of open)
    for (const language of languages) {
      const text = slot.texts[language]?.text ?? ''
      dropped.push({
        language,
        text,
        type: 'disagrees',
        what: 'read back, both languages do not ask for the same',
      })
      delete slot.texts[language]
    }
}
