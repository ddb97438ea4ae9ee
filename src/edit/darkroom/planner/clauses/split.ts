import type { PlannerOptions, Step, Target } from '../../plan.ts'
import { Clause } from '../clause.ts'
import type { Normalised } from '../normalise.ts'
import { sense } from '../senses.ts'
import type { Token } from '../tokens.ts'
import { divided, good, leadOf, type Read, thingOf } from './divided.ts'
import { joinedAdjectives } from './joined.ts'
import { mergedComplaints } from './merged.ts'
import { withParticles } from './particles.ts'
import type { ReadClause } from './readClause.ts'
import { isComplaint, isMending, isTold } from './told.ts'
import { closerTarget, subjectOf, toldThing } from './topic.ts'
import { asks, isLikeness, isManner, modal, partedBy, says, wishes } from './words.ts'

const parting = /^[,.;!?，。；！？…()*•—|~]$/u

/** Splits an instruction into clauses and reads each; a clause that cannot be read alone is read with its neighbour. */
export function splitClauses(
  tokens: readonly Token[],
  normalised: Normalised,
  options: PlannerOptions,
  read: Read,
): readonly ReadClause[] {
  const cn = normalised.language === 'cn'
  const parts = partedBy(
    joinedAdjectives(tokens, cn),
    (token) => token.mark !== undefined && parting.test(token.mark),
  )
    .filter((part) => part.some(says))
    .map(withParticles)
  const found: ReadClause[] = []
  const weak: ReadClause[] = []
  let pending: Token[] = []
  let verb: readonly Token[] = []
  let before: Target | undefined
  let topic: Target | undefined
  const attemptOnce = (list: readonly Token[]): ReadClause[] | undefined =>
    divided(list, { normalised, options, read, topic }, verb, before)
  const attempt = (list: readonly Token[]): ReadClause[] | undefined => {
    const all = attemptOnce(list)
    if (all && good(all)) return all
    // `…, so that I stand out more`: a purpose is not a separate request.
    const end = list.findIndex((token, at) => at > 1 && reason.test(token.text))
    const without = end > 0 ? attemptOnce(list.slice(0, end)) : undefined
    return without && good(without) ? without : all
  }
  for (const [index, part] of parts.entries()) {
    const last = found.at(-1)
    if (pending.length === 0 && last?.outcome.type === 'steps') {
      if (isLikeness(part)) continue
      if (isManner(part)) {
        const again = attempt([...last.clause.tokens, ...part])
        if (
          again?.length === 1 &&
          again[0]!.outcome.type === 'steps' &&
          sameKinds(again[0]!.outcome.steps, last.outcome.steps)
        )
          found[found.length - 1] = again[0]!
        continue
      }
      const closer = closerTarget(part, last, normalised, options)
      if (closer) {
        found[found.length - 1] = closer
        continue
      }
    }
    if (found.length > 0 && pending.length === 0 && isMending(part)) continue
    const told = isTold(part, cn)
    const list = [...pending, ...part]
    const alone = attempt(part)
    if (told && parts.length > 1) {
      const complaint = alone?.every((each) => isComplaint(each)) === true
      if (alone && good(alone) && complaint) found.push(...alone.map((each) => ({ ...each, told: true })))
      else if (alone && good(alone)) weak.push(...alone)
      before = toldThing(part, normalised, options) ?? before
      topic = subjectOf(part, normalised, options) ?? topic
      continue
    }
    if (before && part.every((token) => !says(token) || sense(token, 'place') || sense(token, 'degree'))) {
      const place = part.map((token) => sense(token, 'place')?.place).find((each) => each !== undefined)
      if (place && before.place === undefined && found.length === 0) {
        before = { ...before, place }
        topic = before
      }
      continue
    }
    const withPending = pending.length > 0 ? attempt(list) : undefined
    const best =
      alone && good(alone) && before !== undefined
        ? alone
        : withPending && good(withPending)
          ? withPending
          : alone
    if (best && good(best)) {
      found.push(...best)
      pending = []
    } else {
      const joined =
        last && last.outcome.type === 'steps' && !best ? attempt([...last.clause.tokens, ...part]) : undefined
      if (joined && good(joined) && joined.length === 1 && index > 0) found[found.length - 1] = joined[0]!
      else if (best && index === parts.length - 1) {
        found.push(...best)
        pending = []
      } else if (best) {
        // `beyond` on its own: with the next clause it may be clear.
        const next = parts[index + 1]
        const asksMore = best.some(
          ({ clause }) => clause.has('pose', 'invent', 'add', 'old') && modal.test(clause.text),
        )
        const together = next && !asksMore ? attempt([...list, ...next]) : undefined
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
    if (pending.length > 0) {
      before = toldThing(part, normalised, options) ?? before
      topic = before ?? topic
    }
  }
  if (found.length === 0 && weak.length > 0) return weak
  if (found.length === 0) {
    const all = attempt(tokens.filter((token) => token.mark === undefined || !parting.test(token.mark)))
    return all ?? []
  }
  // `kid playing in front, remove him`: what somebody does is not a request next to an explicit one.
  const outright = found.some((each) => each.outcome.type === 'steps' && wishes(each.clause))
  if (outright) {
    const first = found.findIndex((each) => each.outcome.type === 'steps' && wishes(each.clause))
    const kept = found.filter(
      (each, at) =>
        each.outcome.type === 'steps' || at > first || wishes(each.clause) || modal.test(each.clause.text),
    )
    found.splice(0, found.length, ...kept)
  }
  // An unreadable clause next to readable ones: a request that must not be ignored.
  if (pending.length > 0 && asks(pending))
    found.push({ clause: new Clause(pending, normalised, options, before), outcome: { type: 'unclear' } })
  return mergedComplaints(found)
}

const reason =
  /^(?:so|so that|so it|so they|so the|so my|so the|because|bc|cuz|since|in order to|before|until|otherwise)$/

const sameKinds = (one: readonly Step[], other: readonly Step[]): boolean =>
  one.length === other.length && one.every(({ kind }, at) => kind === other[at]!.kind)
