import type { Dossier, Judgement } from '../pairs/pair.ts'
import type { Split } from '../sources/catalog.ts'
import type { Kind } from '../taxonomy.ts'

/** Which pairs people look at; all that is given must hold. */
export interface ReviewFilter {
  readonly kinds?: readonly Kind[] | undefined
  readonly splits?: readonly Split[] | undefined
  readonly origins?: readonly Dossier['pair']['origin'][] | undefined
  /** The lowest score that a judge gave lies within, 0 to 10. Pairs without scores are left out. */
  readonly score?: { readonly least?: number | undefined; readonly most?: number | undefined } | undefined
  /** Judges are this many points or more apart on a question. */
  readonly disagreement?: number | undefined
  /** Any other condition, such as that the judges leave the pair to people. */
  readonly where?: ((dossier: Dossier) => boolean) | undefined
}

/** Whether a pair is to be looked at. */
export function isWanted(dossier: Dossier, filter: ReviewFilter): boolean {
  const { pair, judgements } = dossier
  const { kinds, splits, origins, score, disagreement, where } = filter
  if (kinds && !kinds.includes(pair.kind)) return false
  if (splits && !splits.includes(pair.split)) return false
  if (origins && !origins.includes(pair.origin)) return false
  if (score) {
    const lowest = lowestScore(judgements)
    if (lowest === undefined || lowest < (score.least ?? 0) || lowest > (score.most ?? 10)) return false
  }
  if (disagreement !== undefined && disagreementOf(judgements) < disagreement) return false
  return where?.(dossier) ?? true
}

/** The lowest of all scores; undefined where no judge gave one. */
function lowestScore(judgements: readonly Judgement[]): number | undefined {
  const scores = judgements.flatMap((each) => (each.state === 'scored' ? Object.values(each.scores) : []))
  return scores.length > 0 ? Math.min(...scores) : undefined
}

/** How many points judges are apart on the question on which they are most. */
function disagreementOf(judgements: readonly Judgement[]): number {
  const byQuestion = new Map<string, number[]>()
  for (const { state, scores } of judgements)
    if (state === 'scored')
      for (const [question, score] of Object.entries(scores))
        byQuestion.set(question, [...(byQuestion.get(question) ?? []), score])
  return Math.max(0, ...[...byQuestion.values()].map((scores) => Math.max(...scores) - Math.min(...scores)))
}
