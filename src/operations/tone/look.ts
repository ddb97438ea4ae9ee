import type { NextRandom, Picture } from '../../image/index.ts'
import type { Scene } from '../scene/scene.ts'

/** Parameters of a look by its name. Amounts are of the order of 1 where no unit is said. */
export interface LookParametersByName {
  'teal-orange': Amount
  /** `amount`: kelvin of the light, lower is warmer. */
  warm: Amount
  /** `amount`: kelvin of the light, higher is cooler. */
  cool: Amount
  /** `amount`: factor of chroma. */
  vivid: Amount
  /** `amount`: factor of chroma. */
  muted: Amount
  'faded-film': Amount
  'film-grain': { readonly levels: number; readonly edge: number }
  /** `amount`: stops. */
  'high-key': Amount
  'low-key': Amount
  'bleach-bypass': Amount
  'cross-process': Amount
  cyberpunk: Amount
  'faded-vivid': { readonly colour: number; readonly flat: number }
  dreamy: Amount
  hdr: Amount
  /** Levels of 0 to 1 that become black and white, and the power that brings the middle to its place. */
  enhanced: {
    readonly black: number
    readonly white: number
    readonly power: number
    readonly amount: number
  }
  /** Factors of red, green and blue light. */
  'white-balanced': { readonly red: number; readonly green: number; readonly blue: number }
  'black-and-white': { readonly filter: 'none' | 'yellow' | 'orange'; readonly punch: number }
  'dramatic-black-and-white': { readonly edge: number }
  /** `clear`: how much contrast and pale highlights it keeps, 0 to 1. Default: 0. */
  sepia: Amount & { readonly clear?: number }
  cyanotype: Amount
  /** `warmth` in levels of the air's light. */
  haze: { readonly density: number; readonly warmth: number } & Dusk
  'dense-fog': { readonly density: number } & Dusk
  /** `angle` in radians from the vertical. */
  rain: Falling & Dusk
  /** `angle` in radians from the vertical. `ground`: how much snow lies already, 0 to 1. Default: 0. */
  snowfall: Falling & Dusk & { readonly ground?: number }
  overcast: { readonly stops: number } & Dusk
  sunny: Amount
  /** Hues of OKLCh in degrees. */
  autumn: { readonly hue: number; readonly spread: number } & Mood
  /** `ground`: how much snow lies on what faces up, 0 to 1. Default: 0. */
  winter: { readonly cover: number; readonly ground?: number } & Mood
  /** `turn` in degrees of hue toward yellow. */
  spring: { readonly turn: number; readonly light: number } & Mood
  summer: Amount
  /** `lamps`: whether what is bright shines on. Default: yes. */
  night: { readonly stops: number; readonly starry: boolean; readonly lamps?: boolean }
  /**
   * `coolSky`: how much of its own colour a sky keeps, 0 to 1; `lift`: stops by which dark parts come up first.
   * Default: 0.
   */
  'golden-hour': {
    readonly fromLeft: boolean
    readonly strength: number
    readonly coolSky?: number
    readonly lift?: number
  }
  sunset: { readonly pink: number; readonly dim: number }
  /** `lamps`: whether what is bright shines on. Default: yes. `hue` of OKLCh in degrees. Default: 270. */
  'blue-hour': { readonly stops: number; readonly lamps?: boolean; readonly hue?: number }
  underexposed: { readonly stops: number }
  overexposed: { readonly stops: number }
  'colour-cast': { readonly kelvin: number; readonly tint: number }
  'old-photo': Worn
  'faded-print': Worn
}

interface Amount {
  readonly amount: number
}

interface Dusk {
  /** How dark the scene is already, from 0, by day, to 1, by night. Default: 0. */
  readonly dusk?: number
}

interface Mood {
  /** How much the light of all that is no plant goes with the season, 0 to 1. Default: 0. */
  readonly mood?: number
}

interface Falling {
  readonly angle: number
  readonly amount: number
  readonly density: number
}

interface Worn {
  readonly softness: number
  readonly fading: number
  readonly stained: number
}

/** The name of a look. */
export type ToneLookName = keyof LookParametersByName

/** A change of a photograph's light, weather, season or grading. */
export interface ToneLook<P> {
  /**
   * `colour`: what a pixel becomes depends on its colour and on what is known of the whole picture. `place`: it depends
   * on where it is as well.
   */
  readonly by: 'colour' | 'place'
  /** Why the look would not show, or would look wrong, on this photograph; nothing where it fits. */
  unfit?(scene: Scene): string | undefined
  /** Usual parameters for a strength of 1 (usual) to 2 (strong). */
  usual(strength: number, scene: Scene, next: NextRandom): P
  /** The picture in its new colours. */
  base(scene: Scene, parameters: P, next: NextRandom): Picture
  /**
   * What lies over it and is finer than light and colour: rain, stars, scratches, grain. `picture` is what `base` made,
   * or the same at a larger size than the scene's.
   */
  over?(picture: Picture, scene: Scene, parameters: P, next: NextRandom): Picture
  /** Both together, where they are not one after the other. */
  whole?(scene: Scene, parameters: P, next: NextRandom): Picture
}

/** Looks of some names, each with its own parameters. */
export type LooksOf<N extends ToneLookName> = { readonly [K in N]: ToneLook<LookParametersByName[K]> }

/** The look at the scene's own size. */
export function developed<P>(look: ToneLook<P>, scene: Scene, parameters: P, next: NextRandom): Picture {
  if (look.whole) return look.whole(scene, parameters, next)
  const base = look.base(scene, parameters, next)
  return look.over ? look.over(base, scene, parameters, next) : base
}
