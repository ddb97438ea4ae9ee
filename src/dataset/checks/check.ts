import type { Mask } from '../../image/index.ts'
import type { Job, Toolbox } from '../../tools/index.ts'
import type { Measure } from '../pairs/pair.ts'
import type { Draft } from '../recipes/recipe.ts'
import type { Kind } from '../taxonomy.ts'

/** What a check looks at. */
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
  /** Raised whenever the same pair may give other values. */
  readonly version: number
  /** It runs where these tools are there; elsewhere it is left out. */
  readonly needs: readonly Job[]
  /** Tools that it asks where they are there. */
  readonly uses?: readonly Job[]
  /** Kinds that it is for; all where it is left out. */
  readonly kinds?: readonly Kind[]
  measure(context: CheckContext): Measure['values'] | Promise<Measure['values']>
}

/** From this many levels on a difference is seen. */
export const visible = 8
