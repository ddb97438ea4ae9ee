import type { Mask } from '../../image/index.ts'
import type { Job, Toolbox } from '../../tools/index.ts'
import type { Configuration } from '../configuration.ts'
import type { Draft } from '../recipes/recipe.ts'
import type { Demands, Kind } from '../taxonomy.ts'

/** What a check looks at. */
export interface CheckContext {
  readonly kind: Kind
  readonly demands: Demands
  readonly draft: Draft
  /** Largest difference of a channel between source and target at each pixel. */
  readonly difference: Mask
  readonly tools: Toolbox
  readonly limits: Configuration['checks']
}

/** What a check found; a reason means that the triplet is not kept. */
export interface Finding {
  readonly values: Readonly<Record<string, number | string>>
  /** A short name that the funnel counts by. */
  readonly reason?: string
}

/** One thing that a triplet must satisfy. */
export interface Check {
  readonly name: string
  /** It runs where these tools are there; elsewhere it is left out. */
  readonly needs: readonly Job[]
  /** Kinds that it is for; all where it is left out. */
  readonly kinds?: readonly Kind[]
  run(context: CheckContext): Finding | Promise<Finding>
}

/** From this many levels on a difference is seen. */
export const visible = 8
