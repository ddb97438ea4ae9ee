import { type Claim, contradicts, isVagueClaim, sameClaim } from './claims.ts'

/** The claims of a round. */
export interface RoundClaims {
  readonly claims: readonly Claim[]
  /** Earlier claims that it was shown, and its verdicts on them. */
  readonly verdicts: readonly { readonly claim: Claim; readonly verdict: 'right' | 'wrong' | 'unsure' }[]
  /** Whether it also confirmed the decoy: then it only repeats what it was shown. */
  readonly echo: boolean
}

/** A claim and how often it was made. */
export interface Belief {
  readonly claim: Claim
  readonly said: number
  readonly contradicted: number
  /** Rounds that omitted it, each weighted by how much it says. */
  readonly silent: number
  /** 0 to 1: (1 + said) / (2 + said + contradicted + silent / 2). */
  readonly belief: number
}

/** The least belief of a kept claim: made in one round of one, two of two, two of three, three of five. */
const leastBelief = 0.6

/**
 * Weighs claims over rounds: belief rises when a claim is repeated, and falls when it is contradicted or omitted. A
 * round that only echoes counts for nothing of what it was shown; one that is vague counts less where it says nothing.
 * @param isCertain whether a claim would contradict what is certain: then it is never believed
 */
export function weigh(rounds: readonly RoundClaims[], isFalse: (claim: Claim) => boolean): Belief[] {
  const claims: Claim[] = []
  for (const round of rounds)
    for (const claim of round.claims)
      if (!isVagueClaim(claim) && !isFalse(claim) && !claims.some((each) => sameClaim(each, claim)))
        claims.push(claim)
  return claims.map((claim) => beliefIn(claim, rounds)).sort((a, b) => b.belief - a.belief)
}

function beliefIn(claim: Claim, rounds: readonly RoundClaims[]): Belief {
  let [said, contradicted, silent] = [0, 0, 0]
  for (const round of rounds) {
    const shown = round.verdicts.find((each) => sameClaim(each.claim, claim))
    if (round.echo && shown) continue
    const isSaid = round.claims.some((each) => sameClaim(each, claim))
    if (shown?.verdict === 'wrong') contradicted++
    else if (isSaid || shown?.verdict === 'right') said++
    else if (round.claims.some((each) => contradicts(each, claim))) contradicted++
    else silent += specific(round)
  }
  const belief = (1 + said) / (2 + said + contradicted + silent / 2)
  return { claim, said, contradicted, silent, belief }
}

/** The share of a round's claims that are specific, 0 to 1. */
export function specific({ claims }: Pick<RoundClaims, 'claims'>): number {
  if (claims.length === 0) return 0
  return claims.filter((claim) => !isVagueClaim(claim)).length / claims.length
}

/** Those that are kept. */
export function believed(beliefs: readonly Belief[]): Claim[] {
  return beliefs.filter(({ belief }) => belief >= leastBelief).map(({ claim }) => claim)
}
