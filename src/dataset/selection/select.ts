import type { Dossier, Measure } from '../pairs/pair.ts'
import { chooseCaptions } from './captions.ts'
import { type Verdict, verdictOf } from './decisions.ts'
import { reasonOf } from './defaults.ts'
import { judgementProblem, judgeScore } from './judgements.ts'
import type { Bound, ChosenCaption, Criteria, Selected, Selection } from './selection.ts'

type Refused = Exclude<Selected, { readonly state: 'kept' }>

/**
 * What a selection makes of a pair for itself, near-duplicates and the ratio aside. It is pure: the same dossier and
 * selection give the same, and nothing is stored.
 */
export function select(dossier: Dossier, selection: Selection): Selected {
  const { pair, captions, judgements, decisions } = dossier
  const criteria = selection[pair.kind]
  const verdict = verdictOf(decisions)
  const overruled = criteria.decisions.overrules && verdict.state === 'accepted'
  const values = measuredValues(dossier.measures)
  const problem = measureProblem(values, overruled ? wholeOnly(criteria.measures) : criteria.measures)
  if (problem !== undefined) return problem
  const chosen = chooseCaptions(captions, criteria.captions, verdict)
  if (!isChosen(chosen)) return chosen
  const read = chosen.flatMap(({ ids }) => ids)
  const judged = overruled ? undefined : judgementProblem(judgements, criteria.judges, read)
  if (judged !== undefined) return judged
  const decided = decisionProblem(verdict, criteria.decisions)
  if (decided !== undefined) return decided
  const [first, ...more] = chosen
  return {
    state: 'kept',
    captions: [first!, ...more],
    score: scoreOf(dossier, criteria, values, read),
    accepted: verdict.state === 'accepted',
    ...(verdict.mask === undefined ? {} : { mask: verdict.mask }),
  }
}

const isChosen = (chosen: readonly ChosenCaption[] | Refused): chosen is readonly ChosenCaption[] =>
  Array.isArray(chosen)

/** The bounds that no acceptance overrides: those on damaged pictures. */
const wholeOnly = (bounds: Criteria['measures']): Criteria['measures'] =>
  Object.fromEntries(Object.entries(bounds).filter(([name]) => name === 'intact.whole'))

/** The newest value of everything that was measured, by `<check>.<value>`. */
export function measuredValues(measures: readonly Measure[]): ReadonlyMap<string, number | string> {
  const newest = new Map<string, Measure>()
  for (const each of measures) {
    const known = newest.get(each.check)
    if (known === undefined || known.version <= each.version) newest.set(each.check, each)
  }
  const values = new Map<string, number | string>()
  for (const { check, values: own } of newest.values())
    for (const [name, value] of Object.entries(own)) values.set(`${check}.${name}`, value)
  return values
}

/** The first bound that what was measured does not keep to. */
export function measureProblem(
  values: ReadonlyMap<string, number | string>,
  bounds: Readonly<Record<string, Bound>>,
): Refused | undefined {
  if (values.size === 0 && Object.keys(bounds).length > 0)
    return { state: 'waiting', stage: 'measures', reason: 'not-measured', values: {} }
  for (const [name, { min, max, required = false }] of Object.entries(bounds)) {
    const value = values.get(name)
    if (typeof value !== 'number') {
      if (required) return { state: 'waiting', stage: 'measures', reason: `no-${name}`, values: {} }
      continue
    }
    if (min !== undefined && !(value >= min)) return rejected(name, 'low', { [name]: value, min }, values)
    if (max !== undefined && !(value <= max)) return rejected(name, 'high', { [name]: value, max }, values)
  }
  return undefined
}

function rejected(
  name: string,
  side: 'low' | 'high',
  decisive: Readonly<Record<string, number>>,
  values: ReadonlyMap<string, number | string>,
): Refused {
  const check = `${name.split('.')[0]}.`
  const others = [...values].filter(([each]) => each.startsWith(check) && each !== name)
  return {
    state: 'rejected',
    stage: 'measures',
    check: name.split('.')[0]!,
    reason: reasonOf(name, side),
    values: { ...decisive, ...Object.fromEntries(others) },
  }
}

function decisionProblem(
  { state, reason = 'rejected', accepting }: Verdict,
  { require, reviewers }: Criteria['decisions'],
): Refused | undefined {
  if (state === 'rejected') return { state: 'rejected', stage: 'decisions', reason, values: { accepting } }
  if (state === 'disagreement')
    return { state: 'waiting', stage: 'decisions', reason: 'disagreement', values: { accepting } }
  if (require === 'accepted' && (state !== 'accepted' || accepting < reviewers))
    return {
      state: 'waiting',
      stage: 'decisions',
      reason: accepting > 0 ? 'too-few-reviewers' : 'not-reviewed',
      values: { accepting, reviewers },
    }
  return undefined
}

function scoreOf(
  { judgements }: Dossier,
  { ratio, judges }: Criteria,
  values: ReadonlyMap<string, number | string>,
  read: readonly string[],
): number {
  const value = ratio.by === 'judges' ? judgeScore(judgements, judges, read) : values.get(ratio.by)
  return typeof value === 'number' ? value : 0
}
