import type { Found } from '../carry.ts'
import type { Target } from '../plan.ts'

/** What was done to what was found, for the user: `recolour "the car" to navy blue (red car, at the left, 0.81)`. */
export function told(verb: string, { phrase }: Target, { label, score }: Found, how?: string): string {
  return `${verb} "${phrase}"${how === undefined ? '' : ` ${how}`} (${label}, ${score.toFixed(2)})`
}
