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

/** The checks of this package, the cheap ones first. */
export const checks: readonly Check[] = [intact, changed, confined, structure, gone, readable, appears, safe]

/** The checks of a kind whose tools are installed. */
export function checksOf(
  kind: Kind,
  tools: Pick<Toolbox, 'has'>,
  of: readonly Check[] = checks,
): readonly Check[] {
  return of.filter(
    ({ kinds, needs }) => (kinds?.includes(kind) ?? true) && needs.every((job) => tools.has(job)),
  )
}
