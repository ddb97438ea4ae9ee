import type { PlannerOptions, Property, Step, Target } from '../plan.ts'
import { findMentions } from './mentions/find.ts'
import type { Mention } from './mentions/mention.ts'
import type { Normalised } from './normalise.ts'
import { isSmall, sense } from './senses.ts'
import type { Measure, Token } from './tokens.ts'
import type { Verb } from './words/concepts.ts'
import type { Sense, SenseOf, Small } from './words/lexicon.ts'

/** What a clause was read as. */
export type Outcome =
  | {
      readonly type: 'steps'
      readonly steps: readonly Step[]
      readonly used: readonly Mention[]
      readonly sure?: number
    }
  | { readonly type: 'beyond' }
  | { readonly type: 'unclear' }

/** Reads clauses of one kind; undefined for others. */
export type ClauseReader = (clause: Clause) => Outcome | undefined

/** Steps, and the part of the clause that they come from. */
export function steps(
  list: Step | readonly Step[],
  used: readonly (Mention | undefined)[] = [],
  sure?: number,
): Outcome {
  return {
    type: 'steps',
    steps: Array.isArray(list) ? (list as readonly Step[]) : [list as Step],
    used: used.filter((each) => each !== undefined),
    ...(sure !== undefined && { sure }),
  }
}

export const beyond: Outcome = { type: 'beyond' }
export const unclear: Outcome = { type: 'unclear' }

/** `my sister wants the glasses gone`: the person who asks is not what is changed. */
function withoutWisher(mentions: readonly Mention[], tokens: readonly Token[]): readonly Mention[] {
  const [first, ...others] = mentions
  const wishes =
    first?.target.type === 'person' &&
    others.length > 0 &&
    /^(?:wants?|wanted|would|d|asked|asks|prefers?|thinks|says|wishes|hates)$/.test(
      tokens[first.to]?.text ?? '',
    )
  return wishes ? others : mentions
}

/** Part of an instruction that asks for one thing. */
export class Clause {
  readonly tokens: readonly Token[]
  readonly normalised: Normalised
  readonly options: PlannerOptions
  /** The target of the previous clause, to which `it` may refer. */
  readonly before: Target | undefined
  /** The topic so far, to which a command without an object may refer. */
  readonly topic: Target | undefined
  readonly mentions: readonly Mention[]
  readonly text: string

  constructor(
    tokens: readonly Token[],
    normalised: Normalised,
    options: PlannerOptions,
    before: Target | undefined,
    topic?: Target | undefined,
  ) {
    this.topic = topic
    this.tokens = tokens
    this.normalised = normalised
    this.options = options
    this.before = before
    this.mentions = withoutWisher(findMentions(tokens, normalised), tokens)
    this.text = tokens.map((each) => each.text).join(normalised.language === 'cn' ? '' : ' ')
  }

  get cn(): boolean {
    return this.normalised.language === 'cn'
  }

  /** The mention that contains a token. */
  mentionOf(at: number): Mention | undefined {
    return this.mentions.find(({ from, to }) => from <= at && at < to)
  }

  /** Index of the first of these verbs outside of mentions; −1 if there is none. */
  verbAt(...verbs: readonly Verb[]): number {
    return this.tokens.findIndex(
      (token, at) =>
        token.senses.some((each) => each.is === 'verb' && verbs.includes(each.verb)) &&
        this.mentionOf(at) === undefined,
    )
  }

  has(...verbs: readonly Verb[]): boolean {
    return this.verbAt(...verbs) >= 0
  }

  smallAt(...smalls: readonly Small[]): number {
    return this.tokens.findIndex((token, at) => isSmall(token, ...smalls) && this.mentionOf(at) === undefined)
  }

  hasSmall(...smalls: readonly Small[]): boolean {
    return this.smallAt(...smalls) >= 0
  }

  /** Tokens outside of mentions with a sense of a given type, with their indices. */
  free<I extends Sense['is']>(is: I): { readonly at: number; readonly sense: SenseOf<I> }[] {
    return this.tokens.flatMap((token, at) => {
      const found = sense(token, is)
      return found && this.mentionOf(at) === undefined ? [{ at, sense: found }] : []
    })
  }

  /** The first mention that satisfies a condition. */
  mention(test: (mention: Mention) => boolean): Mention | undefined {
    return this.mentions.find(test)
  }

  ofType(...types: readonly Target['type'][]): Mention | undefined {
    return this.mention(({ target }) => types.includes(target.type))
  }

  get literals(): readonly { readonly at: number; readonly text: string }[] {
    return this.tokens.flatMap(({ literal }, at) =>
      literal === undefined ? [] : [{ at, text: this.normalised.literals[literal] ?? '' }],
    )
  }

  measure(...units: readonly Measure['unit'][]): Measure | undefined {
    return this.tokens.find(({ measure }) => measure && units.includes(measure.unit))?.measure
  }

  /** The stated amount as a factor of the usual one; undefined if none is stated. */
  get degree(): number | undefined {
    const factors = this.free('degree').map((each) => each.sense.factor)
    const soft = factors.filter((each) => each < 1)
    if (soft.length > 0) return Math.min(...soft)
    return factors.length > 0 ? Math.max(...factors) : undefined
  }

  /** A strength, 0 to 2, where 1 is usual. */
  get strength(): number {
    const percent = this.measure('percent')?.value
    if (percent !== undefined) return clamp(percent / 100, 0, 2)
    const degree = this.degree
    return degree === undefined ? 1 : degree >= 3 ? 2 : degree >= 2 ? 1.5 : degree >= 1.5 ? 1.3 : degree
  }

  /** The amount of a property's change, 0 to 1. */
  get amount(): number {
    const percent = this.measure('percent')?.value
    if (percent !== undefined) return clamp(percent / 100, 0, 1)
    if (this.hasSmall('double')) return 1
    if (this.hasSmall('half')) return 0.5
    const fraction = this.measure('fraction')?.value
    if (fraction !== undefined) return clamp(fraction, 0, 1)
    const factor = this.measure('factor')?.value
    if (factor !== undefined) return clamp(factor - 1, 0.1, 1)
    const degree = this.degree
    if (degree === undefined) return 0.3
    return degree >= 3 ? 1 : degree >= 2 ? 0.6 : degree >= 1.5 ? 0.45 : degree >= 1 ? 0.3 : 0.15
  }

  /** The target of a step that takes the picture or a part: the mention, or the picture. */
  get target(): { readonly target: Target; readonly mention?: Mention } {
    const mention = this.mentions.find(({ target }) => target.noun !== 'text' || target.type === 'text')
    if (mention) return { target: mention.target, mention }
    if (this.options.region && this.pointed) return { target: regionTarget(this.pointedWord ?? 'this') }
    return { target: picture(this) }
  }

  /** Whether `it` or `this` is a pronoun, unlike in `this photo`. */
  get pointed(): boolean {
    return this.pointedWord !== undefined
  }

  get pointedWord(): string | undefined {
    if (this.options.region) {
      const here = this.tokens.find((each, at) => isSmall(each, 'here') && this.mentionOf(at) === undefined)
      if (here) return here.text
    }
    const token = this.tokens.find(
      (each, at) =>
        (isSmall(each, 'it') || isSmall(each, 'that') || / (?:it|them|him|her)(?: |$)/.test(each.text)) &&
        this.mentionOf(at) === undefined &&
        !isSmall(this.tokens[at + 1], 'picture') &&
        !/^(?:me|us)$/.test(each.text),
    )
    return token && !this.hasSmall('picture') ? token.text : undefined
  }

  /** The referent of `it`: the given region, or the topic of the previous clause. */
  get antecedent(): Target | undefined {
    const self = this.tokens.find(
      (each, at) => /^(?:me|myself|us|我|我们)$/.test(each.text) && this.mentionOf(at) === undefined,
    )
    if (self && !this.cn) return { type: 'person', phrase: self.text, noun: 'person' }
    if (!this.pointed) return undefined
    if (this.options.region) return regionTarget(this.pointedWord ?? 'this')
    const person = this.tokens.find((each) => /^(?:him|her|he|she|他|她)$/.test(each.text))
    return this.before ?? (person && { type: 'person', phrase: person.text, noun: 'person' })
  }

  property(): { readonly at: number; readonly property: Property; readonly sign: -1 | 0 | 1 }[] {
    return this.tokens.flatMap((token, at) =>
      this.mentionOf(at) && !this.mentionOf(at)!.unknown
        ? []
        : token.senses.flatMap((each) =>
            each.is === 'property' ? [{ at, property: each.property, sign: each.sign }] : [],
          ),
    )
  }
}

/** The picture as a target, in the user's words. */
export function picture(clause: Clause): Target {
  const at = clause.smallAt('picture')
  const named = clause.tokens[at]
  return {
    type: 'picture',
    phrase: named
      ? clause.normalised.shown.slice(named.start, named.end)
      : clause.cn
        ? '照片'
        : 'the picture',
  }
}

const regionTarget = (phrase: string): Target => ({ type: 'region', phrase })

export const clamp = (value: number, least: number, most: number): number =>
  Math.min(most, Math.max(least, value))
