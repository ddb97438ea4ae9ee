// "Oil painting, pixel art: from the photo; styles whose photos are hard to fake: the stylised picture first, and a
// photorealistic source for it" (section 3.1.1). The drawing is made from the photograph by an algorithm of that style,
// so each pair serves in both directions: draw this photo, or turn this drawing into a photo.

import {
  edgeCorrelation,
  labOfPicture,
  type Picture,
  resizePicture,
  toneStatistics,
} from '../../image/index.ts'
import { Rejection, type Toolbox } from '../../tools/index.ts'
import type { Annotation } from '../annotations/annotation.ts'
import type { Recipe } from './recipe.ts'
import { drawings, graphics, paintings } from './style/ownStyles.ts'
import type { Style } from './style/style.ts'
import { toolStyles } from './style/toolStyles.ts'
import { people } from './subject.ts'

/** How often a pair goes from the drawing to the photograph. */
const backShare = 0.3

/** How many styles are tried on a photograph until one suits it. */
const attempts = 3

/** The least correlation of coarse edges with the photograph by which a scene is still recognised. */
const leastEdges = 0.2

/** Measures of a drawing against its photograph. */
export interface Shown {
  /** Correlation of edges of both at 256 pixels, where texture disturbs less. */
  readonly edges: number
  /** Mean difference of colours in OKLab. */
  readonly change: number
  /** Shares of nearly black and nearly white pixels. */
  readonly black: number
  readonly white: number
  /** Mean lightness. */
  readonly light: number
  /** Share of pixels that differ by more than 0.2 from the commonest lightness: on a sheet of one colour, its ink. */
  readonly ink: number
}

export function shownBy(photo: Picture, drawing: Picture): Shown {
  const scale = 256 / Math.max(photo.width, photo.height)
  const size = { width: Math.round(photo.width * scale), height: Math.round(photo.height * scale) }
  const [small, drawn] = [photo, drawing].map((each) => resizePicture(each, { ...size, filter: 'bilinear' }))
  const [before, after] = [labOfPicture(photo), labOfPicture(drawing)]
  const paper = commonest(after.lightness)
  let [change, black, white, sum, ink] = [0, 0, 0, 0, 0]
  for (let i = 0; i < after.lightness.length; i++) {
    const light = after.lightness[i]!
    change += Math.hypot(light - before.lightness[i]!, after.a[i]! - before.a[i]!, after.b[i]! - before.b[i]!)
    sum += light
    if (Math.abs(light - paper) > 0.2) ink++
    if (light < 0.24) black++
    if (light > 0.965) white++
  }
  const count = after.lightness.length
  return {
    edges: edgeCorrelation(small!, drawn!),
    change: change / count,
    black: black / count,
    white: white / count,
    light: sum / count,
    ink: ink / count,
  }
}

/** The lightness that most pixels have, to a twentieth. */
function commonest(lightness: ArrayLike<number>): number {
  const counts = new Uint32Array(21)
  for (let i = 0; i < lightness.length; i++)
    counts[Math.max(0, Math.min(20, Math.round(20 * lightness[i]!)))]!++
  return counts.indexOf(Math.max(...counts)) / 20
}

/**
 * Why a drawing is not worth showing: an unseen change, a sheet of ink or of bare paper, blots in place of lines, or a
 * scene that is gone.
 */
export function whyBad(
  { edges, change, black, white, light, ink }: Shown,
  style: Pick<Style, 'edges' | 'ink' | 'light' | 'black' | 'white' | 'change' | 'mostChange'>,
): string | undefined {
  if (change < (style.change ?? 0.03)) return 'hardly-changed'
  if (black > (style.black ?? 0.6)) return 'almost-black'
  if (white > (style.white ?? 0.9)) return 'almost-white'
  if (change > (style.mostChange ?? 1)) return 'changed-too-much'
  if (ink > (style.ink ?? 1)) return 'blots'
  if (light < (style.light ?? 0)) return 'too-dark'
  return edges < (style.edges ?? leastEdges) ? 'scene-lost' : undefined
}

/** The styles that suit a picture's colours, and what is known to be in it. */
export function fittingStyles(
  styles: readonly Style[],
  picture: Picture,
  annotation?: Pick<Annotation, 'things'>,
): readonly Style[] {
  const { chroma } = toneStatistics(picture)
  const sure = (annotation?.things ?? []).filter(({ score }) => score > 0.4)
  const shares = sure.map(({ box }) => (box.width * box.height) / (picture.width * picture.height))
  const largest = Math.max(0, ...shares)
  const hasPeople = sure.some(({ name }) => people.has(name.en))
  return styles.filter(
    ({ colourful, thing = 0, faceless }) =>
      (!colourful || chroma > 0.03) && largest >= thing && !(faceless && hasPeople),
  )
}

/** A recipe for a family of styles. */
function styleRecipe(
  name: string,
  stylesOf: (tools: Toolbox) => readonly Style[],
  {
    variants,
    needs = [],
    version = 1,
  }: { readonly variants: number; readonly needs?: Recipe['needs']; readonly version?: number },
): Recipe {
  return {
    kind: 'style_change',
    name: `style_change/${name}`,
    version,
    needs,
    from: 'photo',
    final: ['nothing-to-draw', 'no-style'],
    variants,
    async draft({ picture }, { tools, random, annotation }) {
      const { chroma, contrast } = toneStatistics(picture)
      if (contrast < 0.06) throw new Rejection('nothing-to-draw', { contrast })
      const styles = fittingStyles(stylesOf(tools), picture, annotation)
      if (styles.length === 0) throw new Rejection('no-style', { chroma })
      let refused = new Rejection('no-style', { chroma })
      for (const style of random.shuffled(styles).slice(0, attempts)) {
        const toPhoto = style.back && random.chance(backShare)
        const { picture: drawing, drawn } = await style.draw(picture, random, tools)
        const shown = shownBy(picture, drawing)
        const reason = whyBad(shown, style)
        if (reason !== undefined) {
          refused = new Rejection(reason, { style: style.name, ...shown })
          continue
        }
        const [source, target] = toPhoto ? [drawing, picture] : [picture, drawing]
        return {
          source,
          target,
          facts: { kind: 'style_change', direction: toPhoto ? 'to-photo' : 'to-style', style: style.words },
          parameters: { style: style.name, toPhoto, ...drawn, ...shown },
        }
      }
      throw refused
    },
  }
}

/** Recipes of style_change, one for each family of styles. */
export const styleChange: readonly Recipe[] = [
  styleRecipe('painting', () => paintings, { variants: 1, version: 8 }),
  styleRecipe('drawing', () => drawings, { variants: 1, version: 7 }),
  styleRecipe('graphic', () => graphics, { variants: 1, version: 7 }),
  styleRecipe('stylizer', (tools) => toolStyles(tools.get('stylizer').styles), {
    variants: 2,
    needs: ['stylizer'],
    version: 9,
  }),
]
