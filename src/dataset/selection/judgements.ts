import type { Judgement } from '../pairs/pair.ts'
import type { Combination, Criteria, Selected } from './selection.ts'

type Refused = Exclude<Selected, { readonly state: 'kept' }>

/**
 * The verdict of each judge that counts: of those on the captions that were chosen the one by its newest version, else
 * of all. Refusals and what could not be read are none.
 */
export function scoredBy(
  judgements: readonly Judgement[],
  {
    names,
    captions = [],
  }: { readonly names?: readonly string[] | undefined; readonly captions?: readonly string[] },
): ReadonlyMap<string, Judgement> {
  const best = new Map<string, Judgement>()
  const rank = (each: Judgement): number => (each.captions.some((id) => captions.includes(id)) ? 1 : 0)
  for (const each of judgements) {
    if (each.state !== 'scored' || !(names?.includes(each.judge.name) ?? true)) continue
    const known = best.get(each.judge.name)
    const better =
      known === undefined ||
      rank(each) - rank(known) ||
      newer.compare(each.judge.version, known.judge.version) ||
      newer.compare(each.id, known.id)
    if (better === true || Number(better) > 0) best.set(each.judge.name, each)
  }
  return best
}

const newer = new Intl.Collator('en', { numeric: true })

/** The scores of a question, combined. */
export function combined(scores: readonly number[], how: Combination): number {
  if (how === 'min' || how === 'all') return Math.min(...scores)
  const sorted = scores.toSorted((a, b) => a - b)
  if (how === 'median') {
    const half = (sorted.length - 1) / 2
    return (sorted[Math.floor(half)]! + sorted[Math.ceil(half)]!) / 2
  }
  return sorted.reduce((sum, each) => sum + each, 0) / sorted.length
}

/** The scores of each question, combined over the judges. */
function questionScores(
  scored: ReadonlyMap<string, Judgement>,
  how: Combination,
): ReadonlyMap<string, number> {
  const byQuestion = new Map<string, number[]>()
  for (const { scores } of scored.values())
    for (const [question, score] of Object.entries(scores))
      byQuestion.set(question, [...(byQuestion.get(question) ?? []), score])
  return new Map([...byQuestion].map(([question, scores]) => [question, combined(scores, how)]))
}

/** Why judges reject a pair, or why more judgements are needed. */
export function judgementProblem(
  judgements: readonly Judgement[],
  { least, combine, names, required }: Criteria['judges'],
  captions: readonly string[] = [],
): Refused | undefined {
  const scored = scoredBy(judgements, { names, captions })
  const asked = judgements.filter(({ judge }) => names?.includes(judge.name) ?? true)
  const silent = new Set(asked.map(({ judge }) => judge.name)).size - scored.size
  const scores = questionScores(scored, combine)
  for (const [question, score] of scores) {
    const wanted = least[question] ?? least['*']
    if (wanted !== undefined && score < wanted)
      return {
        state: 'rejected',
        stage: 'judgements',
        reason: `low-${question}`,
        values: { [question]: score, least: wanted, judges: scored.size },
      }
  }
  const values = { judges: scored.size, required, refused: silent }
  if (scored.size < required || (combine === 'all' && silent > 0))
    return {
      state: 'waiting',
      stage: 'judgements',
      reason: silent > 0 ? 'judge-refused' : 'not-judged',
      values,
    }
  const unasked = Object.keys(least).find((question) => question !== '*' && !scores.has(question))
  if (required > 0 && unasked !== undefined)
    return { state: 'waiting', stage: 'judgements', reason: `not-asked-${unasked}`, values }
  return undefined
}

/** The mean of all questions' scores, 0 to 10; undefined without judgements. */
export function judgeScore(
  judgements: readonly Judgement[],
  { combine, names }: Pick<Criteria['judges'], 'combine' | 'names'>,
  captions: readonly string[] = [],
): number | undefined {
  const scores = [...questionScores(scoredBy(judgements, { names, captions }), combine).values()]
  return scores.length === 0 ? undefined : combined(scores, 'mean')
}
