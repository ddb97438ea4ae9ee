import type { Decision } from '../pairs/pair.ts'

/** The decisions of people on a pair, without those that were undone. */
export interface Verdict {
  readonly state: 'none' | 'accepted' | 'rejected' | 'disagreement'
  /** How many reviewers accept it now. */
  readonly accepting: number
  /** Of the rejection that counts. */
  readonly reason?: string
  /** The caption that was read and the text that stands in its place. */
  readonly caption?: string
  readonly text?: { readonly en?: string; readonly cn?: string }
  /** The region that a person drew. */
  readonly mask?: string
}

/**
 * Reads the journal of a pair: an `undo` takes back the decision that it names, or the reviewer's last one; of each
 * reviewer the last verdict counts; an adjudication goes before all others. Answers to gold items tell of the reviewer,
 * not of the pair.
 */
export function verdictOf(journal: readonly Decision[]): Verdict {
  const standing = withoutUndone(journal)
  const text = standing.findLast((each) => !isRejection(each) && each.text !== undefined)
  const drawn = standing.findLast((each) => !isRejection(each) && each.mask !== undefined)
  const changes = {
    ...(text?.text === undefined ? {} : { text: text.text }),
    ...(text?.caption === undefined ? {} : { caption: text.caption }),
    ...(drawn?.mask === undefined ? {} : { mask: drawn.mask }),
  }
  const adjudicated = standing.findLast(({ verdict }) => verdict.startsWith('adjudicate-'))
  const last = new Map<string, Decision>()
  for (const each of standing)
    if (each.verdict === 'accept' || each.verdict === 'reject') last.set(each.reviewer, each)
  const accepting = [...last.values()].filter(({ verdict }) => verdict === 'accept').length
  if (adjudicated !== undefined)
    return isRejection(adjudicated)
      ? { state: 'rejected', accepting, reason: adjudicated.reason ?? 'adjudicated' }
      : { state: 'accepted', accepting, ...changes }
  const rejection = [...last.values()].find(isRejection)
  if (rejection !== undefined)
    return accepting > 0
      ? { state: 'disagreement', accepting }
      : { state: 'rejected', accepting, reason: rejection.reason ?? 'rejected' }
  return { state: accepting > 0 ? 'accepted' : 'none', accepting, ...changes }
}

const isRejection = ({ verdict }: Decision): boolean =>
  verdict === 'reject' || verdict === 'adjudicate-reject'

function withoutUndone(journal: readonly Decision[]): readonly Decision[] {
  const standing: Decision[] = []
  for (const each of journal) {
    if (each.gold) continue
    if (each.verdict !== 'undo') {
      standing.push(each)
      continue
    }
    const at = standing.findLastIndex(({ id, reviewer }) =>
      each.of === undefined ? reviewer === each.reviewer : id === each.of,
    )
    if (at >= 0) standing.splice(at, 1)
  }
  return standing
}
