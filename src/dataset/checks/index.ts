import type { Toolbox } from '../../tools/index.ts'
import type { Kind } from '../taxonomy.ts'
import { appears } from './appears.ts'
import { changed } from './changed.ts'
import type { Check } from './check.ts'
import { confined } from './confined.ts'
import { gone } from './gone.ts'
import { intact } from './intact.ts'
import { readable } from './readable.ts'
import { safe } from './safe.ts'
import { structure } from './structure.ts'

/** Raised whenever the same draft may fare otherwise. */
export const checksVersion = 2

/** All checks, the cheap ones first. */
export const checks: readonly Check[] = [intact, changed, confined, structure, gone, readable, appears, safe]

/** The checks of a kind for which the tools are there. */
export function checksOf(kind: Kind, tools: Pick<Toolbox, 'has'>): readonly Check[] {
  return checks.filter(
    ({ kinds, needs }) => (kinds?.includes(kind) ?? true) && needs.every((job) => tools.has(job)),
  )
}

export type { Check, CheckContext, Finding } from './check.ts'
export { visible } from './check.ts'
