import type { Found } from '../carry.ts'

/** What was done to what was found, for the user: `recolour "red car, at the left" to navy blue (0.81)`. */
export function told(verb: string, { label, score }: Found, how?: string): string {
  return `${verb} "${label}"${how === undefined ? '' : ` ${how}`} (${score.toFixed(2)})`
}
