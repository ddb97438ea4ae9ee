import type { Decision } from '../pairs/pair.ts'

/** The review state of a pair. */
export type PairState = 'open' | 'accepted' | 'rejected' | 'disputed'

/** The decisions on a pair that hold, without those that were undone. */
export interface PairDecisions {
  /** By reviewer: accept, reject or skip. */
  readonly votes: ReadonlyMap<string, Decision>
  readonly adjudication?: Decision
}

interface Standing {
  readonly votes: Map<string, Decision>
  readonly adjudications: Decision[]
}

const nobody: PairDecisions = { votes: new Map() }

/** The state that the journal of decisions comes to: of each pair, and of each reviewer. Nothing in it is stored. */
export class DecisionBook {
  readonly #pairs = new Map<string, Standing>()
  readonly #byReviewer = new Map<string, Decision[]>()
  readonly #known = new Map<string, Decision>()
  readonly #undone = new Map<string, number>()

  /** Takes the next decision of the journal. */
  add(decision: Decision): void {
    if (this.#known.has(decision.id)) return
    this.#known.set(decision.id, decision)
    if (decision.verdict === 'undo') this.#undo(decision)
    else this.#stand(decision)
  }

  /** A decision by its id, whether it stands or not. */
  get(id: string): Decision | undefined {
    return this.#known.get(id)
  }

  of(pair: string): PairDecisions {
    const standing = this.#pairs.get(pair)
    if (!standing) return nobody
    const adjudication = standing.adjudications.at(-1)
    return { votes: standing.votes, ...(adjudication && { adjudication }) }
  }

  /** A reviewer's decisions that hold, earliest first. */
  by(reviewer: string): readonly Decision[] {
    return this.#byReviewer.get(reviewer) ?? []
  }

  undoneBy(reviewer: string): number {
    return this.#undone.get(reviewer) ?? 0
  }

  /** All people who decided something. */
  get reviewers(): readonly string[] {
    return [...this.#byReviewer.keys()].sort()
  }

  /** Pairs on which a decision stands. */
  get pairs(): IterableIterator<string> {
    return this.#pairs.keys()
  }

  #stand(decision: Decision): void {
    const { pair, reviewer, verdict } = decision
    const standing: Standing = this.#pairs.get(pair) ?? { votes: new Map(), adjudications: [] }
    this.#pairs.set(pair, standing)
    if (isAdjudication(decision)) standing.adjudications.push(decision)
    else if (verdict !== 'undo') standing.votes.set(reviewer, decision)
    const own = this.#byReviewer.get(reviewer) ?? []
    own.push(decision)
    this.#byReviewer.set(reviewer, own)
  }

  #undo({ of, reviewer }: Decision): void {
    const taken = of === undefined ? undefined : this.#known.get(of)
    const own = this.#byReviewer.get(reviewer) ?? []
    const at = own.findLastIndex(({ id }) => id === of)
    if (!taken || at < 0) return
    own.splice(at, 1)
    this.#undone.set(reviewer, this.undoneBy(reviewer) + 1)
    const standing = this.#pairs.get(taken.pair)
    if (!standing) return
    if (isAdjudication(taken)) {
      const index = standing.adjudications.findLastIndex(({ id }) => id === of)
      if (index >= 0) standing.adjudications.splice(index, 1)
    } else if (standing.votes.get(reviewer)?.id === of) {
      standing.votes.delete(reviewer)
      // A decision before it, which came by another link of the same reviewer, stands again.
      const earlier = own.findLast(({ pair, ...each }) => pair === taken.pair && !isAdjudication(each))
      if (earlier) standing.votes.set(reviewer, earlier)
    }
    if (standing.votes.size === 0 && standing.adjudications.length === 0) this.#pairs.delete(taken.pair)
  }
}

const isAdjudication = ({ verdict }: Pick<Decision, 'verdict'>): boolean =>
  verdict === 'adjudicate-accept' || verdict === 'adjudicate-reject'

/** The verdicts on a pair, without those who skipped it. */
export function verdictsOf({ votes }: PairDecisions): readonly Decision[] {
  return [...votes.values()].filter(({ verdict }) => verdict !== 'skip')
}

/** The review state of a pair that needs this many people. */
export function stateOf(decisions: PairDecisions, needed: number): PairState {
  const { adjudication } = decisions
  if (adjudication) return adjudication.verdict === 'adjudicate-accept' ? 'accepted' : 'rejected'
  const verdicts = verdictsOf(decisions)
  const accepts = verdicts.filter(({ verdict }) => verdict === 'accept').length
  if (accepts > 0 && accepts < verdicts.length) return 'disputed'
  if (verdicts.length < needed) return 'open'
  return accepts > 0 ? 'accepted' : 'rejected'
}
