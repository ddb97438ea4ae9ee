import type { Place, PlanColour, Target } from '../../plan.ts'
import { type Normalised, withLiterals } from '../normalise.ts'
import type { Token } from '../tokens.ts'

/** An object that a clause names, from one token up to another (exclusive). */
export interface Mention {
  readonly from: number
  readonly to: number
  readonly target: Target
  /** Whether it is `a dog` rather than `the dog`: something new. */
  readonly fresh: boolean
  /** Whether its noun is unknown. */
  readonly unknown: boolean
  /** Its owner: `dog` in `the dog's collar`. */
  readonly owner?: string
}

/** Finds a mention that starts at a token. */
export type InnerMention = (
  tokens: readonly Token[],
  start: number,
  normalised: Normalised,
) => Mention | undefined

export interface Draft {
  colour?: PlanColour
  place?: Place
  order?: number
  size?: 'largest' | 'smallest'
  all?: boolean
  fresh?: boolean
  owner?: string | undefined
  text?: string | undefined
}

export function spanOf(tokens: readonly Token[], from: number, to: number, normalised: Normalised): string {
  const span = normalised.shown.slice(tokens[from]!.start, tokens[to - 1]!.end)
  return withLiterals(span, normalised.literals)
}
