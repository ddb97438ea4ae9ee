import type { Mask } from '../../image/index.ts'
import type { Job, Toolbox } from '../../tools/index.ts'
import type { Measure } from '../pairs/pair.ts'
import type { Draft } from '../recipes/recipe.ts'
import type { Kind } from '../taxonomy.ts'

/** The input of a check. */
export interface CheckContext {
  readonly kind: Kind
  readonly draft: Pick<Draft, 'source' | 'target' | 'region' | 'facts'>
  /** Largest difference of a channel between source and target at each pixel. */
  readonly difference: Mask
  readonly tools: Toolbox
}

/**
 * One thing that is measured of every pair. It gives numbers and no verdict: what is good enough stands in the
 * selection, which names them as `<check>.<value>`.
 */
export interface Check {
  readonly name: string
  /** Increased whenever the values of the same pair may change. */
  readonly version: number
  /** Required tools; without them the check is skipped. */
  readonly needs: readonly Job[]
  /** Optional tools. */
  readonly uses?: readonly Job[]
  /** The kinds it applies to. Default: all. */
  readonly kinds?: readonly Kind[]
  measure(context: CheckContext): Measure['values'] | Promise<Measure['values']>
}

/** The least visible difference, in levels. */
export const visible = 8
