import type { Dossier } from '../pairs/pair.ts'
import { scoredBy } from './judgements.ts'
import type { Criteria } from './selection.ts'

/**
 * Whether judges leave a pair to people: one of them refused or could not be read, one finds it good enough and another
 * does not, or a question's mean score lies within `points` of its least. What nobody judged is not uncertain.
 */
export function isUncertain(
  { judgements }: Pick<Dossier, 'judgements'>,
  { names, least }: Pick<Criteria['judges'], 'names' | 'least'>,
  points: number,
): boolean {
  const asked = judgements.filter(({ judge }) => names?.includes(judge.name) ?? true)
  if (asked.length === 0) return false
  const scored = [...scoredBy(judgements, { names }).values()]
  if (scored.length < new Set(asked.map(({ judge }) => judge.name)).size) return true
  const questions = new Set(scored.flatMap(({ scores }) => Object.keys(scores)))
  return [...questions].some((question) => {
    const wanted = least[question] ?? least['*']
    if (wanted === undefined) return false
    const scores = scored.map((each) => each.scores[question]).filter((score) => score !== undefined)
    const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length
    const enough = scores.filter((score) => score >= wanted).length
    return Math.abs(mean - wanted) < points || (enough > 0 && enough < scores.length)
  })
}
