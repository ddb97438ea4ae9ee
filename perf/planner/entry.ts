import { readFile } from 'node:fs/promises'
import type { PlannerOptions, StepKind } from 'pentimento/edit'

/** A target as it would be right. */
export interface WantedTarget {
  /** Types of target and nouns, each of which is right; none where any is. */
  readonly is: readonly string[]
  /** The colour that it has, as a name of `colours` or as `#rrggbb`. */
  readonly colour?: string
  /** Places, each of which is right; `-` for none. */
  readonly place?: readonly string[]
  readonly order?: { readonly index: number; readonly from: string }
  readonly size?: string
  /** `any` where it makes no difference. */
  readonly all?: true | 'any'
  readonly text?: string
}

/**
 * What a parameter has to be: a number within, a turn in degrees (whole turns off), a colour near, a text said, one of
 * several names (each also as whole words of a longer name, if not behind `=`; `-` for none), or `any`, which may also be absent.
 */
export type Want =
  | { readonly min: number; readonly max: number }
  | { readonly turn: number }
  | { readonly colour: string }
  | { readonly says: string; readonly exactly?: boolean }
  | readonly string[]
  | 'any'

/** A step as it would be right. */
export interface WantedStep {
  readonly kind: StepKind
  readonly target?: WantedTarget
  /** What a crop is around. */
  readonly around?: WantedTarget
  readonly aroundMayLack?: boolean
  /** By the parameter's path: `to.colour.hex`. */
  readonly want?: Readonly<Record<string, Want>>
}

/** One plan that is right. Each of its steps has one or more forms that are right. */
export interface WantedPlan {
  readonly steps: readonly (readonly WantedStep[])[]
  readonly keep?: readonly WantedTarget[]
}

/** One instruction with its right plans, none of which it has where nothing here can do it. */
export interface Entry {
  readonly text: string
  readonly language: 'en' | 'cn'
  readonly category: string
  /** What the user gave with it. */
  readonly given?: PlannerOptions
  readonly doable: boolean
  readonly plans?: readonly WantedPlan[]
}

/**
 * The instructions of one part. They were written by hand and split before any planner was measured: within a category and
 * a language the first is seen, the second held out, and so on. Who tunes a planner reads only those that are seen, and
 * the further ones, which were written later, in twelve lots, each measured before any of it was looked into. The trained
 * reader learns from both (`nano/planner/instructions.ts`): what they say of it is no measure of new ones.
 */
export async function readEntries(part: 'seen' | 'further' | 'heldout'): Promise<readonly Entry[]> {
  const text = await readFile(new URL(`instructions-${part}.jsonl`, import.meta.url), 'utf8')
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Entry)
}
