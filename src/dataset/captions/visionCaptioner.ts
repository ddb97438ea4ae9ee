import { cropPicture, type Picture, readPicture, resizePicture } from '../../image/index.ts'
import type { Facts } from '../../instructions/index.ts'
import { digestOf, type FileStore, type Json } from '../../jobs/index.ts'
import type { Tool } from '../../tools/index.ts'
import type { Caption, Pair } from '../pairs/pair.ts'
import { Asker } from './ask.ts'
import { type Belief, believed } from './beliefs.ts'
import type { PairCaptioner } from './captionStage.ts'
import { type Claim, sentenceOf } from './claims.ts'
import type { StyleGuide, VisionCaptionerConfig } from './configuration.ts'
import { detailOf } from './detail.ts'
import { bankDigest, type ExampleBank } from './examples.ts'
import { inverseFacts } from './inverse.ts'
import { annotateInRounds, type Round } from './rounds.ts'
import { captionRow } from './row.ts'
import { type Writing, writeCaptions } from './writing.ts'

/** The parts of a captioner that uses a model. */
export interface VisionCaptionerOptions {
  readonly settings: VisionCaptionerConfig
  readonly wordings: number
  readonly inverse: boolean
  readonly bank: ExampleBank
  readonly style: StyleGuide
}

/** Increased whenever prompts or checks change. */
const version = '1'

/** The longer side of the pictures that a model gets to see, in pixels. */
const seenSide = 1024

/**
 * Puts pairs into words by a model that sees both pictures: annotation in rounds, then instructions in each language, checked
 * against the facts, against what is believed, and against each other. Source: section 3.1.2 of the paper.
 */
export function visionCaptioner(vision: Tool<'vision'>, options: VisionCaptionerOptions): PairCaptioner {
  const { settings, wordings, inverse, bank, style } = options
  const { implementation, version: model, concurrency } = vision.facts
  const examples = bankDigest(bank)
  const settled = digestOf([version, implementation, model, settings, wordings, inverse, style, examples])
  return {
    name: 'vision',
    edition: { version, prompt: settled },
    limits: { [implementation]: concurrency },
    keyOf: ({ pair }) => digestOf([settled, pair.facts]),
    async caption({ pair }, { tools, files, seed, signal }) {
      const asker = new Asker(tools.get('vision'), [seed, pair.id], settings, signal)
      const seen = await seenOf(pair, files)
      const rows = new Rows(pair, { implementation, version, prompt: settled, examples })
      const words = [seed, pair.id]
      const rounds = await annotateInRounds(asker, { parts: seen.forth }, pair.facts, {
        most: settings.rounds,
        words,
      })
      rows.addRounds(rounds, asker)
      const last = rounds.findLast(({ failure }) => failure === undefined)
      if (last === undefined)
        return rows.abstain('instruction', rounds.at(-1)?.failure ?? 'unreadable', asker)
      const claims = believed(last.beliefs)
      const manner = { settings, wordings, bank, style }
      const subject = { facts: pair.facts, claims, parts: seen.forth }
      const writing = await writeCaptions(asker, subject, { ...manner, words: [...words, 'instruction'] })
      rows.addWriting('instruction', writing, pair.facts, last.beliefs, rounds.length, asker)
      const back = inverse ? inverseFacts(pair.facts) : undefined
      if (back) {
        const turned = { facts: back, claims: claims.map(turnedClaim), parts: seen.back }
        const wayBack = await writeCaptions(asker, turned, { ...manner, words: [...words, 'inverse'] })
        rows.addWriting('inverse', wayBack, back, last.beliefs, rounds.length, asker)
      }
      return rows.all
    },
  }
}

const turnedClaim = (claim: Claim): Claim =>
  claim.picture === 'difference'
    ? { ...claim, says: `${claim.says} (undone on the way back)` }
    : { ...claim, picture: claim.picture === 'source' ? 'target' : 'source' }

interface Author {
  readonly implementation: string
  readonly version: string
  /** Digests of all prompts and settings, and of the bank of examples. */
  readonly prompt: string
  readonly examples: string
}

/** Builds the rows of one pair. */
class Rows {
  readonly all: Caption[] = []
  readonly #pair: Pair
  readonly #by: Author

  constructor(pair: Pair, by: Author) {
    this.#pair = pair
    this.#by = by
  }

  #add(asker: Asker, row: Omit<Caption, 'id' | 'captioner'>): void {
    const { implementation, version: own, prompt, examples } = this.#by
    const captioner = { name: 'vision', version: own, model: asker.model ?? implementation }
    this.all.push(captionRow(this.#pair.id, { captioner, prompt, examples, ...row }))
  }

  addRounds(rounds: readonly Round[], asker: Asker): void {
    const usage = asker.takeUsage()
    for (const [number, round] of rounds.entries())
      for (const purpose of ['source', 'target', 'difference'] as const) {
        const claims = round.claims.filter(({ picture }) => picture === purpose)
        const beliefs = round.beliefs.filter(({ claim }) => claim.picture === purpose)
        const { verdicts, echo, shown, decoy, failure } = round
        const isLast = purpose === 'difference'
        this.#add(asker, {
          purpose,
          round: number,
          wording: 0,
          language: 'en',
          text: claims.map((claim) => sentenceOf(claim)).join(' '),
          ...(claims.length === 0 && { abstained: failure ?? 'nothing was said' }),
          agreement: mean(beliefs.map(({ belief }) => belief)),
          trace: json({ claims, beliefs, ...(isLast && { shown, verdicts, decoy, echo, failure }) }),
          ...(isLast && number === rounds.length - 1 && { usage }),
        })
      }
  }

  addWriting(
    purpose: 'instruction' | 'inverse',
    { written, descriptions, dropped, examples, abstained }: Writing,
    facts: Facts,
    beliefs: readonly Belief[],
    round: number,
    asker: Asker,
  ): void {
    const trust = mean(
      beliefs.filter(({ claim }) => believed(beliefs).includes(claim)).map(({ belief }) => belief),
    )
    const usage = asker.takeUsage()
    const shown = { en: examples.en.map(({ text }) => text), cn: examples.cn.map(({ text }) => text) }
    for (const [wording, { agreement, readings, copied, ...texts }] of written.entries())
      for (const language of ['en', 'cn'] as const) {
        const isFirst = wording === 0 && language === 'en'
        this.#add(asker, {
          purpose,
          round,
          wording,
          language,
          text: texts[language],
          detail: detailOf(texts[language], facts, language),
          agreement: Math.min(1, (agreement + trust) / 2),
          trace: json({
            copied: copied[language],
            reading: readings?.[language],
            ...(isFirst && { dropped, examples: shown }),
          }),
          ...(isFirst && { usage }),
        })
      }
    if (abstained !== undefined)
      this.#abstained(purpose, abstained, round, asker, { trace: json({ dropped }), usage })
    if (purpose === 'instruction')
      for (const picture of ['source', 'target'] as const)
        for (const language of ['en', 'cn'] as const) {
          const text = descriptions[picture][language]
          if (text !== undefined)
            this.#add(asker, { purpose: picture, round, wording: 0, language, text, agreement: trust })
        }
  }

  abstain(purpose: 'instruction', reason: string, asker: Asker): readonly Caption[] {
    this.#abstained(purpose, reason, 0, asker, { usage: asker.takeUsage() })
    return this.all
  }

  #abstained(
    purpose: 'instruction' | 'inverse',
    abstained: string,
    round: number,
    asker: Asker,
    more: Pick<Caption, 'trace' | 'usage'>,
  ): void {
    this.#add(asker, {
      purpose,
      round,
      wording: 0,
      language: 'en',
      text: '',
      abstained,
      agreement: 0,
      ...more,
    })
  }
}

const json = (value: unknown): Json => JSON.parse(JSON.stringify(value)) as Json

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, each) => sum + each, 0) / values.length

interface SeenBothWays {
  readonly forth: readonly (string | Picture)[]
  readonly back: readonly (string | Picture)[]
}

/** Both pictures, and where only a small part of them changed, that part by itself. */
async function seenOf({ pictures, signature }: Pair, files: FileStore): Promise<SeenBothWays> {
  const [source, target] = await Promise.all([
    files.get(pictures.source).then((bytes) => readPicture(bytes)),
    files.get(pictures.target).then((bytes) => readPicture(bytes)),
  ])
  const parts = (
    first: Picture,
    second: Picture,
    part?: readonly [Picture, Picture],
  ): (string | Picture)[] => [
    'The first picture:',
    asSeen(first),
    'The second picture:',
    asSeen(second),
    ...(part ? ['The part that changed, in the first and in the second:', ...part] : []),
  ]
  const box = signature.area
  if (box.width * box.height > 0.15 * source.width * source.height || box.width * box.height === 0)
    return { forth: parts(source, target), back: parts(target, source) }
  const margin = Math.round(0.5 * Math.max(box.width, box.height))
  const x = Math.max(0, box.x - margin)
  const y = Math.max(0, box.y - margin)
  const area = {
    x,
    y,
    width: Math.min(source.width - x, box.width + 2 * margin),
    height: Math.min(source.height - y, box.height + 2 * margin),
  }
  const [before, after] = [asSeen(cropPicture(source, area)), asSeen(cropPicture(target, area))]
  return { forth: parts(source, target, [before, after]), back: parts(target, source, [after, before]) }
}

function asSeen(picture: Picture): Picture {
  const share = seenSide / Math.max(picture.width, picture.height)
  if (share >= 1) return picture
  const scaled = (side: number): number => Math.max(1, Math.round(side * share))
  return resizePicture(picture, { width: scaled(picture.width), height: scaled(picture.height) })
}
