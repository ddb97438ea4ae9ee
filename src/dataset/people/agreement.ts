import { quadraticKappa } from '../../statistics/index.ts'
import type { Decision } from '../pairs/pair.ts'

/** How far two people agree on the same pairs. */
export interface Agreement {
  /** Pairs that two people or more decided. */
  readonly pairs: number
  readonly agreed: number
  /** Cohen's kappa; with more than two people in the set, over all their pairings alike. Undefined where it has no value. */
  readonly kappa?: number
}

/** Agreement on accept or reject, of the verdicts that stand on each pair, before anybody settled them. */
export function agreementOf(pairs: readonly (readonly Decision[])[]): Agreement {
  const doubled = pairs.filter((verdicts) => verdicts.length >= 2)
  const people = new Set(doubled.flatMap((verdicts) => verdicts.map(({ reviewer }) => reviewer)))
  const [first, second]: [number[], number[]] = [[], []]
  for (const verdicts of doubled) {
    const [one, other] = [...verdicts].sort((a, b) => (a.reviewer < b.reviewer ? -1 : 1))
    const [x, y] = [one!, other!].map(({ verdict }) => (verdict === 'accept' ? 1 : 0)) as [number, number]
    first.push(x)
    second.push(y)
    // Nobody is first among many.
    if (people.size > 2) {
      first.push(y)
      second.push(x)
    }
  }
  // Of answers of 0 and 1 the weights change nothing: it is Cohen's kappa.
  const value = quadraticKappa(first, second)
  return {
    pairs: doubled.length,
    agreed: doubled.filter(([one, other]) => one!.verdict === other!.verdict).length,
    ...(value !== undefined && { kappa: value }),
  }
}
