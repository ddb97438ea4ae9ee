import type { Picture } from '../../../image/index.ts'
import type { Phrase } from '../../../instructions/index.ts'
import type { Random } from '../../../random/index.ts'
import type { Toolbox } from '../../../tools/index.ts'
import type { Json } from '../recipe.ts'

/** A manner of drawing, with parameters by chance. */
export interface Style {
  /** Such as `ink-wash`, for provenance. */
  readonly name: string
  /** `{ en: 'a pencil sketch', cn: '铅笔素描' }`, with the article it needs. */
  readonly words: Phrase
  /** Whether a photograph can be wished back from it: what throws most of the picture away cannot. */
  readonly back: boolean
  /**
   * The least correlation of edges with the photograph: of a style that knows only black and white, which may leave
   * nothing of a scene.
   */
  readonly edges?: number
  /** Whether the style lives on colour, so that a grey photograph does not take it. */
  readonly colourful?: true
  /** The most of a drawing of lines that may be ink: with more, dark parts of the photograph became blots. */
  readonly ink?: number
  /** The least mean lightness in OKLab of a drawing in tones that would else be too dark. */
  readonly light?: number
  /** The most of it that may be nearly black, beyond which forms run into each other. */
  readonly black?: number
  /** The most of it that may be nearly white, beyond which its colours say nothing. */
  readonly white?: number
  /** The least mean difference from the photograph in OKLab: a style of few tones hardly shows on what has few itself. */
  readonly change?: number
  /** The most of that difference: beyond it what was bright is bare paper, or what was dark all hatching. */
  readonly mostChange?: number
  /** Whether its strokes are wider than features, so that faces would be lost. */
  readonly faceless?: true
  /**
   * The least share of the picture that the largest known thing must take: cells swallow small ones. Where nothing is
   * known to be large enough the style is left out.
   */
  readonly thing?: number
  /** The picture so drawn. Sizes are for the longer side, so that every size of picture looks alike. */
  draw(picture: Picture, random: Random, tools: Toolbox): Promise<Drawn> | Drawn
}

/** A drawn picture, with what was drawn by chance for it. */
export interface Drawn {
  readonly picture: Picture
  readonly drawn: { readonly [key: string]: Json }
}
