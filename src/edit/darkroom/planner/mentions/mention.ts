import type { Place, PlanColour, Target } from '../../plan.ts'
import { type Normalised, withLiterals } from '../normalise.ts'
import type { Token } from '../tokens.ts'

/** A thing that a clause names, from one token to before another. */
export interface Mention {
  readonly from: number
  readonly to: number
  readonly target: Target
  /** Whether it is `a dog` rather than `the dog`: something new. */
  readonly fresh: boolean
  /** Whether its noun is in no table. */
  readonly unknown: boolean
  /** Whose it is: `dog` in `the dog's collar`. */
  readonly owner?: string
}

/** Finds a mention that begins at a token. */
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
