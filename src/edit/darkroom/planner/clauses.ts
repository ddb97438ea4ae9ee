import type { PlannerOptions, Target } from '../plan.ts'
import { Clause, type Outcome } from './clause.ts'
import { isSmall, sense } from './mentions.ts'
import type { Normalised } from './normalise.ts'
import type { Token } from './tokens.ts'

/** A clause with what it was read as. */
export interface ReadClause {
  readonly clause: Clause
  readonly outcome: Outcome
}

type Read = (clause: Clause) => Outcome | undefined

const parting = /^[,.;!?，。；！？…()*•—|]$/u

/** Whether a token says something that can be asked for. */
const says = (token: Token): boolean =>
  token.literal !== undefined ||
  token.measure !== undefined ||
  (token.mark === undefined && token.senses.length === 0) ||
  token.senses.some(
    (each) =>
      each.is !== 'frame' &&
      !(
        each.is === 'small' &&
        ['the', 'a', 'de', 'my', 'it', 'and', 'next', 'to', 'in', 'ba', 'of', 'only', 'that', 'one'].includes(
          each.small,
        )
      ),
  )

/** Words of a manner or a degree alone: they belong to what stands beside them. */
const isManner = (tokens: readonly Token[]): boolean =>
  tokens.every(
    (token) =>
      !says(token) ||
      token.senses.some(
        (each) =>
          each.is === 'degree' ||
          each.is === 'frame' ||
          (each.is === 'small' && ['filter', 'picture', 'rest', 'all', 'style', 'day'].includes(each.small)),
      ) ||
      token.measure?.unit === 'percent',
  )

/** Cuts what was asked for into clauses and reads each; what cannot be read alone is read with its neighbour. */
export function splitClauses(
  tokens: readonly Token[],
  normalised: Normalised,
  options: PlannerOptions,
  read: Read,
): readonly ReadClause[] {
  const parts = partedBy(tokens, (token) => token.mark !== undefined && parting.test(token.mark)).filter(
    (part) => part.some(says),
  )
  const found: ReadClause[] = []
  let pending: Token[] = []
  let verb: readonly Token[] = []
  let before: Target | undefined
  const attempt = (list: readonly Token[]): ReadClause[] | undefined =>
    divided(list, normalised, options, read, verb, before)
  for (const [index, part] of parts.entries()) {
    if (isManner(part) && (found.length > 0 || pending.length > 0) && pending.length === 0) {
      // `…, just a little`: said of what came before.
      const last = found.at(-1)
      if (last && last.outcome.type === 'steps') {
        const again = attempt([...last.clause.tokens, ...part])
        if (again?.length === 1 && again[0]!.outcome.type === 'steps') found[found.length - 1] = again[0]!
      }
      continue
    }
    const list = [...pending, ...part]
    const alone = attempt(part)
    const withPending = pending.length > 0 ? attempt(list) : undefined
    const best = withPending && good(withPending) ? withPending : alone
    if (best && good(best)) {
      found.push(...best)
      pending = []
    } else {
      const last = found.at(-1)
      const joined =
        last && last.outcome.type === 'steps' && !best ? attempt([...last.clause.tokens, ...part]) : undefined
      if (joined && good(joined) && joined.length === 1 && index > 0) found[found.length - 1] = joined[0]!
      else if (best && index === parts.length - 1) {
        found.push(...best)
        pending = []
      } else if (best) {
        // Beyond on its own: with what follows it may be clear.
        const next = parts[index + 1]
        const together = next ? attempt([...list, ...next]) : undefined
        if (together && good(together)) pending = list
        else {
          found.push(...best)
          pending = []
        }
      } else pending = list
    }
    const latest = found.at(-1)
    if (latest) {
      verb = leadOf(latest.clause)
      before = thingOf(latest) ?? before
    }
  }
  if (pending.length > 0 && found.length === 0) {
    const all = attempt(tokens)
    if (all) return all
  }
  // What nobody could read, beside what was read: no thing that it could be meant of.
  if (pending.length > 0 && found.length > 0 && asks(pending))
    found.push({ clause: new Clause(pending, normalised, options, before), outcome: { type: 'unclear' } })
  return found
}

const asks = (tokens: readonly Token[]): boolean =>
  tokens.some((token) =>
    token.senses.some(
      (each) =>
        each.is === 'verb' && !['keep', 'question', 'make', 'remove', 'enhance', 'lacks'].includes(each.verb),
    ),
  )

const good = (list: readonly ReadClause[]): boolean => list.every(({ outcome }) => outcome.type === 'steps')

function thingOf({ outcome }: ReadClause): Target | undefined {
  const step = outcome.type === 'steps' ? outcome.steps.at(-1) : undefined
  return step && 'target' in step && step.target?.type !== 'picture' ? step.target : undefined
}

function partedBy(tokens: readonly Token[], isPart: (token: Token) => boolean): Token[][] {
  const parts: Token[][] = [[]]
  for (const token of tokens) {
    if (isPart(token)) parts.push([])
    else parts.at(-1)!.push(token)
  }
  return parts
}

/** The verb that a clause began with, for one after it that has none. */
function leadOf(clause: Clause): readonly Token[] {
  const at = clause.tokens.findIndex(
    (token, i) => token.senses.some((each) => each.is === 'verb') && clause.mentionOf(i) === undefined,
  )
  return at < 0 ? [] : [clause.tokens[at]!]
}

const isConnector = (token: Token): boolean => isSmall(token, 'and', 'next') && token.literal === undefined

/** Tries to read both sides of `and` and `then` apart; as one where that fails. */
function divided(
  tokens: readonly Token[],
  normalised: Normalised,
  options: PlannerOptions,
  read: Read,
  verb: readonly Token[],
  before: Target | undefined,
): ReadClause[] | undefined {
  const list = trimmed(tokens)
  if (!list.some(says)) return undefined
  const whole = (): ReadClause[] | undefined => {
    const clause = new Clause(list, normalised, options, before)
    const outcome = read(clause)
    if (outcome) return [{ clause, outcome }]
    if (verb.length === 0 || hasVerb(list)) return undefined
    const inherited = new Clause([...verb, ...list], normalised, options, before)
    const second = read(inherited)
    return second ? [{ clause: inherited, outcome: second }] : undefined
  }
  for (let at = 1; at < list.length - 1; at++) {
    if (!isConnector(list[at]!)) continue
    const right = list.slice(at + 1)
    if (!right.some(says)) continue
    const left = divided(list.slice(0, at), normalised, options, read, verb, before)
    if (!left || !good(left)) continue
    const last = left.at(-1)!
    const lead = leadOf(last.clause)
    const rest =
      hasVerb(right) || hasNamed(right)
        ? divided(right, normalised, options, read, lead, thingOf(last) ?? before)
        : lead.length > 0
          ? divided([...lead, ...right], normalised, options, read, lead, thingOf(last) ?? before)
          : undefined
    if (!rest) continue
    const isBeyond = rest.some(({ outcome }) => outcome.type !== 'steps')
    if (isBeyond) {
      const together = whole()
      if (together && good(together)) return together
    }
    return [...left, ...rest]
  }
  return whole()
}

const hasVerb = (tokens: readonly Token[]): boolean =>
  tokens.some((token) =>
    token.senses.some((each) => each.is === 'verb' && each.verb !== 'retone' && each.verb !== 'lacks'),
  )

/** Words that ask without a verb: `warmer`, `black and white`. */
const hasNamed = (tokens: readonly Token[]): boolean =>
  tokens.some((token) => {
    const property = sense(token, 'property')
    return (
      (property !== undefined && property.sign !== 0) ||
      (sense(token, 'look') ?? sense(token, 'style')) !== undefined
    )
  })

function trimmed(tokens: readonly Token[]): readonly Token[] {
  let [from, to] = [0, tokens.length]
  while (from < to && (isConnector(tokens[from]!) || tokens[from]!.mark !== undefined)) from++
  while (to > from && (isConnector(tokens[to - 1]!) || tokens[to - 1]!.mark !== undefined)) to--
  return tokens.slice(from, to)
}
