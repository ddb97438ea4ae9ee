import type { Picture } from '../../image/index.ts'

/**
 * A plan of the darkroom: the typed form of an instruction. A planner derives it from text, a program may write it,
 * and a recipe stores it. Names of looks, styles, retouches, materials and backdrops are those of `pentimento/operations`.
 */

/** Where in the picture. `front` and `back` are by depth: lower and larger, or higher and smaller. */
export type Place =
  | 'left'
  | 'right'
  | 'top'
  | 'bottom'
  | 'center'
  | 'top left'
  | 'top right'
  | 'bottom left'
  | 'bottom right'
  | 'front'
  | 'back'

/** A colour: its name in the instruction (`navy blue`), and `#rrggbb`. */
export interface PlanColour {
  readonly name: string
  readonly hex: string
}

/**
 * How a target is found. `thing`: by its noun, colour and place. `region`: the box or mask that the user gave. `picture`
 * is all of it. The others are found by what they are.
 */
export type TargetType =
  | 'picture'
  | 'thing'
  | 'subject'
  | 'background'
  | 'sky'
  | 'ground'
  | 'water'
  | 'plants'
  | 'person'
  | 'face'
  | 'skin'
  | 'hair'
  | 'eyes'
  | 'lips'
  | 'teeth'
  | 'text'
  | 'region'

/** The target of a step. */
export interface Target {
  readonly type: TargetType
  /** In the user's words: `the red car on the left`. */
  readonly phrase: string
  /** The thing's English name in the singular, a COCO name where there is one: `car`. */
  readonly noun?: string | undefined
  /** Its current colour. */
  readonly colour?: PlanColour | undefined
  readonly place?: Place | undefined
  /** The second from the left: `{ index: 2, from: 'left' }`. */
  readonly order?:
    | { readonly index: number; readonly from: 'left' | 'right' | 'top' | 'bottom' | 'front' }
    | undefined
  readonly size?: 'largest' | 'smallest' | undefined
  /** Whether the target is all such things. */
  readonly all?: boolean | undefined
  /** The text on it, or the text itself. */
  readonly text?: string | undefined
}

/** Adjustable properties of a picture. */
export const properties = [
  'brightness',
  'contrast',
  'saturation',
  'warmth',
  'tint',
  'shadows',
  'highlights',
  'clarity',
  'sharpness',
  'noise',
  'haze',
  'vignette',
  'grain',
  'fade',
] as const

/** One of {@link properties}. */
export type Property = (typeof properties)[number]

/** Shares of a picture's width and height on each side. */
export interface Sides {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** What comes behind a subject; `picture` is the one given with the edit. */
export type Behind =
  | { readonly type: 'blur'; readonly strength: number }
  | { readonly type: 'transparent' }
  | { readonly type: 'colour'; readonly colour: PlanColour }
  | { readonly type: 'gradient'; readonly from: PlanColour; readonly to: PlanColour }
  | { readonly type: 'backdrop'; readonly name: string }
  | { readonly type: 'picture' }

/** Steps by kind. Strengths are 0 to 2, where 1 is usual. */
export interface StepByKind {
  /** The thing goes, with its shadow, and what is around it fills the place. */
  erase: { readonly target: Target }
  recolour: { readonly target: Target; readonly colour: PlanColour }
  material: { readonly target: Target; readonly material: string }
  /**
   * By shares of the picture's width and height, right and down; `scale` of its own size. With `to` it goes to that
   * place of the picture, wherever it is now, and `right` and `down` count for nothing.
   */
  move: {
    readonly target: Target
    readonly right: number
    readonly down: number
    readonly scale: number
    readonly to?: Place | undefined
  }
  /** Makes faces, number plates and text unrecognisable. */
  obscure: { readonly target: Target; readonly how: 'blur' | 'pixelate' | 'black'; readonly strength: number }
  /** `target`: what stays in front. Default: the subject. */
  background: { readonly to: Behind; readonly target?: Target | undefined }
  'replace-text': { readonly target: Target; readonly from: string; readonly to: string }
  'add-text': {
    readonly text: string
    readonly place?: Place | undefined
    readonly colour?: PlanColour | undefined
    readonly size?: 'small' | 'medium' | 'large' | undefined
  }
  /** `amount`: −1 to 1; 0.3 where none was said. */
  adjust: { readonly property: Property; readonly amount: number; readonly target: Target }
  /** A grading, light, weather, season or age, by its name. */
  look: { readonly look: string; readonly strength: number; readonly target: Target }
  style: { readonly style: string; readonly strength: number; readonly target: Target }
  retouch: { readonly retouch: string; readonly strength: number; readonly target: Target }
  'red-eye': { readonly target: Target }
  /** To a ratio of width to height, around a target or to its box, or by shares cut off. */
  crop: {
    readonly ratio?: number | undefined
    readonly around?: Target | undefined
    readonly sides?: Sides | undefined
  }
  /** Clockwise, in degrees. */
  rotate: { readonly degrees: number }
  /** Until the horizon or the walls stand straight. */
  straighten: Readonly<Record<never, never>>
  flip: { readonly axis: 'horizontal' | 'vertical' }
  /** To a width, a height or both in pixels, or by a factor. */
  resize: {
    readonly width?: number | undefined
    readonly height?: number | undefined
    readonly factor?: number | undefined
  }
  /** More picture on its sides, as shares of its width and height, or up to a ratio. */
  extend: {
    readonly sides?: Sides | undefined
    readonly ratio?: number | undefined
    readonly fill: 'mirror' | 'blur' | 'fill' | PlanColour
  }
}

/** The kind of a step. */
export type StepKind = keyof StepByKind
/** A step of one kind. */
export type StepOf<K extends StepKind> = { readonly kind: K } & StepByKind[K]
/** One step of a plan. */
export type Step = { readonly [K in StepKind]: StepOf<K> }[StepKind]

/** The steps, in order. */
export interface EditPlan {
  readonly version: 1
  readonly steps: readonly Step[]
  /** Parts that no step changes: `keep the sky as it is`. */
  readonly keep: readonly Target[]
}

/** The report of a darkroom edit, for the user and for the recipe. */
export interface DarkroomReport {
  readonly plan: EditPlan
  /** One line per step: `erase "red car" (at the left, 0.81)`. */
  readonly did: readonly string[]
  /** The tools that were used, by job: `isnet 1+isnet-1.4.5`. */
  readonly tools: Readonly<Record<string, string>>
}

/** A planner's reading of an instruction. */
export type Reading =
  /** A plan, with the confidence of the reading, 0 to 1. */
  | { readonly type: 'plan'; readonly plan: EditPlan; readonly confidence: number }
  /** The reading is too uncertain: what was understood, and similar instructions that are possible. */
  | { readonly type: 'unclear'; readonly understood: string; readonly nearest: readonly string[] }
  /** A request that no operation can fulfil, such as content that would have to be generated. */
  | { readonly type: 'beyond'; readonly wish: string; readonly nearest: readonly string[] }

/** Reads instructions into plans. The grammar with the trained reader is one, a language model another. */
export interface Planner {
  /** Such as `embedded`, `openai:qwen2.5-vl`, for the recipe. */
  readonly name: string
  /** Changes whenever its readings may change. */
  readonly version: string
  /** Reads an instruction, which one that sees it may do with the picture. */
  read(instruction: string, options: PlannerOptions): Promise<Reading>
}

/** The context of an instruction. */
export interface PlannerOptions {
  /** The picture, for a planner that can look at it. */
  readonly picture?: Picture | undefined
  /** Whether the user gave a box or a mask: "erase this" is then clear. */
  readonly region?: boolean | undefined
  /** Whether the user gave a second picture. */
  readonly second?: boolean | undefined
  readonly signal?: AbortSignal | undefined
}
