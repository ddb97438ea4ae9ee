import type { Mask, Picture } from '../../image/index.ts'
import type { Toolbox } from '../../tools/index.ts'
import type { StepKind, StepOf, Target } from './plan.ts'

/** A target that was found in the picture. */
export interface Found {
  /** Coverage, of the picture's size unless asked for coarsely, with soft edges that follow the picture's own. */
  readonly mask: Mask
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
  /** Confidence, 0 to 1. */
  readonly score: number
  /** Its description and place, for the user: `red car, at the left`. */
  readonly label: string
}

/** Options for finding a target. */
export interface FindOptions {
  /** A mask of the analysed picture's size suffices: at most 1280 pixels on the longer side. */
  readonly coarse?: boolean
}

/** The context of a step. */
export interface Bench {
  readonly picture: Picture
  /** The picture's transparency, where it has one. */
  readonly alpha?: Mask | undefined
  readonly tools: Toolbox
  /**
   * Finds a target: one, or all that are meant as one mask with their united box.
   * @throws EditError `not-found`; `ambiguous`, which lists what was found, where the words leave several
   */
  find(target: Target, options?: FindOptions): Promise<Found>
  /** A picture given with the edit. */
  readonly second?: Picture | undefined
  /** Numbers in [0, 1) by the edit's seed, for grain, clouds and brush strokes: the same each time. */
  readonly next: () => number
  readonly signal?: AbortSignal | undefined
}

/** The result of a step. */
export interface Made {
  readonly picture: Picture
  readonly alpha?: Mask | undefined
  /** Where it changed something (> 0). Left out where all of the picture may have changed, or has moved. */
  readonly region?: Mask | undefined
  /** A short report for the user: `erase "red car" (at the left, 0.81)`. */
  readonly did: string
}

/**
 * Carries out steps of one kind, at the picture's full size. What is outside of the region stays bit-equal.
 * @throws EditError; Rejection where the picture is not fit for it
 */
export type Carry<K extends StepKind> = (step: StepOf<K>, bench: Bench) => Promise<Made>
