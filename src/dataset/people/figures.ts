import type { Decision } from '../pairs/pair.ts'
import { type Kind, kinds } from '../taxonomy.ts'
import { type Agreement, agreementOf } from './agreement.ts'
import { type DecisionBook, stateOf, verdictsOf } from './decisionBook.ts'

/** Review progress on the pairs of a kind, or on all. */
export interface StateCounts {
  readonly accepted: number
  readonly rejected: number
  /** People disagree, and nobody has settled it. */
  readonly disputed: number
  /** Decided by one of two people. */
  readonly open: number
  readonly agreement: Agreement
}

/** A reviewer's statistics. */
export interface ReviewerFigures {
  readonly reviewer: string
  readonly accepted: number
  readonly rejected: number
  readonly skipped: number
  readonly adjudicated: number
  readonly undone: number
  /** Decisions an hour of the time between decisions, pauses of more than five minutes left out. */
  readonly perHour?: number
  /** Median time per pair. */
  readonly medianSeconds?: number
  readonly gold: { readonly seen: number; readonly right: number }
}

/** Figures for the organiser, all worked out from the decisions that stand. */
export interface ReviewFigures {
  /** Pairs that the filter wants, as far as the dataset has been read. */
  readonly found: { readonly pairs: number; readonly isWhole: boolean; readonly waiting: number }
  readonly all: StateCounts
  readonly kinds: { readonly [K in Kind]?: StateCounts }
  /** Rejections by reason. */
  readonly reasons: Readonly<Record<string, number>>
  readonly reviewers: readonly ReviewerFigures[]
}

/** Works them out. Gold items count for the reviewers' accuracy and nowhere else. */
export function figuresOf(
  book: DecisionBook,
  needed: (pair: string) => number,
  gold: ReadonlyMap<string, { readonly verdict: 'accept' | 'reject' }>,
  found: ReviewFigures['found'],
): ReviewFigures {
  const byKind = new Map<Kind, PairOutcome[]>()
  const reasons: Record<string, number> = {}
  for (const pair of book.pairs) {
    if (gold.has(pair)) continue
    const standing = book.of(pair)
    const verdicts = verdictsOf(standing)
    const decided = standing.adjudication ? [...verdicts, standing.adjudication] : verdicts
    const kind = decided[0]?.kind
    if (kind === undefined) continue
    for (const { reason } of decided) if (reason !== undefined) reasons[reason] = (reasons[reason] ?? 0) + 1
    const outcome = { state: stateOf(standing, needed(pair)), verdicts }
    byKind.set(kind, [...(byKind.get(kind) ?? []), outcome])
  }
  return {
    found,
    all: countsOf([...byKind.values()].flat()),
    kinds: Object.fromEntries(
      kinds.flatMap((kind) => (byKind.has(kind) ? [[kind, countsOf(byKind.get(kind)!)]] : [])),
    ),
    reasons,
    reviewers: book.reviewers.map((reviewer) => reviewerFigures(book, reviewer, gold)),
  }
}

interface PairOutcome {
  readonly state: ReturnType<typeof stateOf>
  readonly verdicts: readonly Decision[]
}

function countsOf(outcomes: readonly PairOutcome[]): StateCounts {
  const count = (state: PairOutcome['state']): number =>
    outcomes.filter((outcome) => outcome.state === state).length
  return {
    accepted: count('accepted'),
    rejected: count('rejected'),
    disputed: count('disputed'),
    open: count('open'),
    agreement: agreementOf(outcomes.map(({ verdicts }) => verdicts)),
  }
}

/** Milliseconds of inactivity that count as a pause. */
const longestPause = 5 * 60_000

function reviewerFigures(
  book: DecisionBook,
  reviewer: string,
  gold: Parameters<typeof figuresOf>[2],
): ReviewerFigures {
  const own = book.by(reviewer)
  const count = (...verdicts: readonly Decision['verdict'][]): number =>
    own.filter(({ verdict }) => verdicts.includes(verdict)).length
  const golden = own.filter((each) => each.gold && each.verdict !== 'skip')
  const times = own.map(({ at }) => Date.parse(at))
  const gaps = times.slice(1).map((time, i) => time - times[i]!)
  const worked = gaps.filter((gap) => gap <= longestPause)
  const active = worked.reduce((sum, gap) => sum + gap, 0)
  const seconds = own.flatMap((each) => each.seconds ?? []).sort((a, b) => a - b)
  return {
    reviewer,
    accepted: count('accept'),
    rejected: count('reject'),
    skipped: count('skip'),
    adjudicated: count('adjudicate-accept', 'adjudicate-reject'),
    undone: book.undoneBy(reviewer),
    ...(active > 0 && { perHour: Math.round((3_600_000 * worked.length) / active) }),
    ...(seconds.length > 0 && { medianSeconds: seconds[Math.floor(seconds.length / 2)]! }),
    gold: {
      seen: golden.length,
      right: golden.filter(({ pair, verdict }) => gold.get(pair)?.verdict === verdict).length,
    },
  }
}
