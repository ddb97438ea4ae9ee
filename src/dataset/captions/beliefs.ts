import { type Claim, contradicts, isVagueClaim, sameClaim } from './claims.ts'

/** What a round said. */
export interface RoundClaims {
  readonly claims: readonly Claim[]
  /** Earlier claims that it was shown, and what it made of them. */
  readonly verdicts: readonly { readonly claim: Claim; readonly verdict: 'right' | 'wrong' | 'unsure' }[]
  /** Whether it also confirmed what is certainly false: then it only repeats what it was shown. */
  readonly echo: boolean
}

/** A claim with how often it was said. */
export interface Belief {
  readonly claim: Claim
  readonly said: number
  readonly contradicted: number
  /** Rounds that left it out, each by how much it said at all. */
  readonly silent: number
  /** 0 to 1: (1 + said) / (2 + said + contradicted + silent / 2). */
  readonly belief: number
}

/** What is believed at least so much is kept: said in one round of one, two of two, two of three, three of five. */
const leastBelief = 0.6

/**
 * Weighs claims over rounds: one that is said again gains, one that is contradicted or left out falls. A round that only
 * echoes counts for nothing of what it was shown; one that is vague counts less where it says nothing.
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

/** The share of what a round says that says something, 0 to 1. */
export function specific({ claims }: Pick<RoundClaims, 'claims'>): number {
  if (claims.length === 0) return 0
  return claims.filter((claim) => !isVagueClaim(claim)).length / claims.length
}

/** Those that are kept. */
export function believed(beliefs: readonly Belief[]): Claim[] {
  return beliefs.filter(({ belief }) => belief >= leastBelief).map(({ claim }) => claim)
}
