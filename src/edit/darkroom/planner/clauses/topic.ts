import type { PlannerOptions, Step, Target } from '../../plan.ts'
import { Clause } from '../clause.ts'
import type { Normalised } from '../normalise.ts'
import { isSmall, sense } from '../senses.ts'
import type { Token } from '../tokens.ts'
import type { ReadClause } from './readClause.ts'
import { hasVerb, says } from './words.ts'

/** `…, the red one`, `… (far right)`: specifies the target of a step. */
export function closerTarget(
  part: readonly Token[],
  last: ReadClause,
  normalised: Normalised,
  options: PlannerOptions,
): ReadClause | undefined {
  if (last.outcome.type !== 'steps' || last.outcome.steps.length !== 1) return undefined
  const [step] = last.outcome.steps
  if (
    !step ||
    !('target' in step) ||
    step.target === undefined ||
    !['thing', 'person', 'face'].includes(step.target.type)
  )
    return undefined
  const clause = new Clause(part, normalised, options, undefined)
  const [mention] = clause.mentions
  const places = part.map((token) => sense(token, 'place')?.place).filter((each) => each !== undefined)
  const onlyPlace =
    part.every((token) => !says(token) || sense(token, 'place') !== undefined) && places.length > 0
  const pronoun =
    mention !== undefined &&
    clause.mentions.length === 1 &&
    mention.target.noun === undefined &&
    mention.from <= 1 &&
    part.slice(mention.to).every((token) => !says(token)) &&
    !hasVerb(part)
  if (!onlyPlace && !pronoun) return undefined
  const said = pronoun ? mention.target : { place: places[0] }
  const target = {
    ...step.target,
    ...('colour' in said && said.colour && { colour: said.colour }),
    ...(said.place && { place: said.place }),
    ...('order' in said && said.order && { order: said.order }),
    ...('size' in said && said.size && { size: said.size }),
  } as Target
  const { all: _, ...one } = target
  return {
    ...last,
    outcome: { ...last.outcome, steps: [{ ...step, target: pronoun ? one : target } as Step] },
  }
}

/** The topic of a statement, with the place that it states. */
export function toldThing(
  part: readonly Token[],
  normalised: Normalised,
  options: PlannerOptions,
): Target | undefined {
  const clause = new Clause(part, normalised, options, undefined)
  // `天上有只鸟`, `I sell my house and the truck is in the shot`: what is there, not where it is or whose.
  const there =
    normalised.language === 'cn'
      ? part.findIndex((token) => /有/.test(token.text))
      : part.findIndex(
          (token, at) =>
            isSmall(token, 'in') && part.slice(at, at + 3).some((each) => isSmall(each, 'picture')),
        )
  const named = clause.mentions.filter(({ target, unknown }) => !unknown && target.type !== 'picture')
  // `somebody left a mop in the corner`: what was left.
  const [doer, done] = named
  const left =
    doer?.target.type === 'person' &&
    done?.target.type === 'thing' &&
    part
      .slice(doer.to, done.from)
      .some(({ text }) => /^(?:left|dropped|forgot|parked|put|spilled|stuck|threw)$/.test(text))
  const known = left ? named.slice(1) : named
  // `unfortunately there's a stain in the corner`
  const is = part.findIndex((token) => /^(?:there s|there is|there are|theres)$/.test(token.text))
  const thing = is < 0 ? undefined : known.find(({ from }) => from > is)
  const mention =
    thing ??
    (there < 0
      ? undefined
      : normalised.language === 'cn'
        ? known.find(({ from }) => from > there)
        : known.filter(({ to }) => to <= there).at(-1)) ??
    known[0] ??
    clause.mentions.find(({ unknown }) => !unknown)
  if (!mention) return undefined
  const place = clause.free('place')[0]?.sense.place
  return mention.target.place === undefined && place !== undefined
    ? { ...mention.target, place }
    : mention.target
}

/** The topic of a part: its first mention. */
export function subjectOf(
  part: readonly Token[],
  normalised: Normalised,
  options: PlannerOptions,
): Target | undefined {
  const clause = new Clause(part, normalised, options, undefined)
  const [first] = clause.mentions
  if (!first || first.unknown || (normalised.language === 'en' && part.slice(0, first.from).some(says)))
    return undefined
  return toldThing(part, normalised, options)
}
