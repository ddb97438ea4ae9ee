// "Oil painting, pixel art: from the photo; styles whose photos are hard to fake: the stylised picture first, and a
// photorealistic source for it" (section 3.1.1). The drawing is made from the photograph by an algorithm of that style,
// so each pair serves in both directions: draw this photo, or turn this drawing into a photo.

import { edgeCorrelation, toneStatistics } from '../../image/index.ts'
import { Rejection, type Toolbox } from '../../tools/index.ts'
import type { Recipe } from './recipe.ts'
import { drawings, graphics, paintings } from './style/ownStyles.ts'
import type { Style } from './style/style.ts'
import { toolStyles } from './style/toolStyles.ts'

/** How often a pair goes from the drawing to the photograph. */
const backShare = 0.3

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
    async draft({ picture }, { tools, random }) {
      const { chroma, contrast } = toneStatistics(picture)
      if (contrast < 0.06) throw new Rejection('nothing-to-draw', { contrast })
      const styles = stylesOf(tools).filter(({ colourful }) => !colourful || chroma > 0.03)
      if (styles.length === 0) throw new Rejection('no-style', { chroma })
      const style = random.pick(styles)
      const toPhoto = style.back && random.chance(backShare)
      const { picture: drawing, drawn } = await style.draw(picture, random, tools)
      const edges = style.edges === undefined ? 1 : edgeCorrelation(picture, drawing)
      if (edges < (style.edges ?? 0)) throw new Rejection('scene-lost', { style: style.name, edges })
      const [source, target] = toPhoto ? [drawing, picture] : [picture, drawing]
      return {
        source,
        target,
        facts: { kind: 'style_change', direction: toPhoto ? 'to-photo' : 'to-style', style: style.words },
        parameters: { style: style.name, toPhoto, ...drawn },
      }
    },
  }
}

/** Recipes of style_change, one for each family of styles. */
export const styleChange: readonly Recipe[] = [
  styleRecipe('painting', () => paintings, { variants: 1, version: 2 }),
  styleRecipe('drawing', () => drawings, { variants: 1 }),
  styleRecipe('graphic', () => graphics, { variants: 1 }),
  styleRecipe('stylizer', (tools) => toolStyles(tools.get('stylizer').styles), {
    variants: 2,
    needs: ['stylizer'],
    version: 4,
  }),
]
