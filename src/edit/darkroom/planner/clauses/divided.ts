import type { PlannerOptions, Target } from '../../plan.ts'
import { Clause, type Outcome } from '../clause.ts'
import type { Normalised } from '../normalise.ts'
import { isSmall, sense } from '../senses.ts'
import type { Token } from '../tokens.ts'
import type { ReadClause } from './readClause.ts'
import { hasNamed, hasVerb, isConnector, says, trimmed } from './words.ts'

export type Read = (clause: Clause) => Outcome | undefined

export const good = (list: readonly ReadClause[]): boolean =>
  list.every(({ outcome }) => outcome.type === 'steps')

export function thingOf({ outcome }: ReadClause): Target | undefined {
  const step = outcome.type === 'steps' ? outcome.steps.at(-1) : undefined
  return step && 'target' in step && step.target?.type !== 'picture' ? step.target : undefined
}

/** The verb at the start of a clause, for a later clause without one. */
export function leadOf(clause: Clause): readonly Token[] {
  const at = clause.tokens.findIndex(
    (token, i) => token.senses.some((each) => each.is === 'verb') && clause.mentionOf(i) === undefined,
  )
  return at < 0 ? [] : [clause.tokens[at]!]
}

interface Context {
  readonly normalised: Normalised
  readonly options: PlannerOptions
  readonly read: Read
  /** The topic of earlier statements. */
  readonly topic: Target | undefined
}

/** Tries to read both sides of `and` and `then` separately; as one clause if that fails. */
export function divided(
  tokens: readonly Token[],
  context: Context,
  verb: readonly Token[],
  before: Target | undefined,
): ReadClause[] | undefined {
  const list = trimmed(tokens)
  if (!list.some(says)) return undefined
  const whole = (): ReadClause[] | undefined => {
    const clause = new Clause(list, context.normalised, context.options, before, context.topic)
    const outcome = context.read(clause)
    if (outcome) return [{ clause, outcome }]
    if (verb.length === 0 || hasVerb(list) || !isList(clause)) return undefined
    const inherited = new Clause(
      [...verb, ...list],
      context.normalised,
      context.options,
      before,
      context.topic,
    )
    const second = context.read(inherited)
    return second ? [{ clause: inherited, outcome: second }] : undefined
  }
  for (let at = 1; at < list.length - 1; at++) {
    const adds =
      isSmall(list[at]!, 'with') &&
      /border|frame|vignette|边框|白边|暗角|grain|\btext\b|caption|\bwords\b|title/.test(
        list
          .slice(at + 1)
          .map(({ text }) => text)
          .join(' '),
      )
    if (!isConnector(list[at]!) && !adds) continue
    const right = list.slice(at + 1)
    if (!right.some(says)) continue
    // A property alone, as in `花的颜色再浓一点`, is not yet a request.
    if (
      !hasVerb(list.slice(0, at)) &&
      !hasNamed(list.slice(0, at)) &&
      !list.slice(0, at).some((token) => sense(token, 'colour') ?? sense(token, 'retouch') ?? token.measure)
    )
      continue
    const left = divided(list.slice(0, at), context, verb, before)
    if (!left || !good(left)) continue
    const last = left.at(-1)!
    const lead = leadOf(last.clause)
    const known = thingOf(last) ?? before
    const rest =
      hasVerb(right) || hasNamed(right) || right.some(({ literal }) => literal !== undefined)
        ? divided(right, context, lead, known)
        : lead.length > 0
          ? divided([...lead, ...right], context, lead, known)
          : undefined
    if (!rest) continue
    if (!good(rest)) {
      const together = whole()
      if (together && good(together)) return together
    }
    return [...left, ...rest]
  }
  return whole()
}

/** Whether a part only continues a list: names, colours, properties, no unknown words. */
const isList = (clause: Clause): boolean =>
  (!clause.cn ||
    clause.tokens.every(
      (token, at) =>
        clause.mentionOf(at) !== undefined ||
        token.measure !== undefined ||
        token.senses.some(
          (each) =>
            each.is === 'small' ||
            each.is === 'degree' ||
            each.is === 'colour' ||
            each.is === 'property' ||
            each.is === 'place',
        ),
    )) &&
  (clause.mentions.length > 0 || clause.property().length > 0) &&
  clause.tokens.every(
    (token, at) =>
      clause.mentionOf(at) !== undefined ||
      (token.senses.length > 0 && !/^(?:is|are|was|were|its|it s|i|for|my)$/.test(token.text)) ||
      token.measure !== undefined,
  ) &&
  clause.mentions.every(({ unknown }) => !unknown)
