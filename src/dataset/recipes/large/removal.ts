// "Annotation by Florence-2, masks by SAM-2, inpainting by a model that removes objects" (section 3.1.1). The same two
// pictures make an addition: from the one without the thing to the photograph.

import type { Facts } from '../../../instructions/index.ts'
import type { Draft, Recipe } from '../recipe.ts'
import { nothingSeen, seenThing, withMargin } from './seen.ts'

const variants = 3

function removal(kind: 'subject-remove' | 'subject-add'): Recipe {
  return {
    kind,
    name: `${kind}/segmented`,
    version: 1,
    needs: ['detector', 'segmenter', 'inpainter'],
    // The embedded ones are asked by recipes of their own, which look at what came of it.
    large: ['inpainter'],
    uses: ['vision'],
    from: 'photo',
    final: nothingSeen,
    variants,
    async draft({ picture }, { tools, random }): Promise<Draft> {
      const { name, mask, share, place } = await seenThing(picture, tools, random, {
        least: 0.005,
        most: 0.25,
      })
      const region = withMargin(mask, picture)
      const without = await tools.get('inpainter').inpaint(picture, region)
      const [source, target] = kind === 'subject-remove' ? [picture, without] : [without, picture]
      const facts: Facts = { kind, subject: name, ...(place !== undefined && { place }) }
      return { source, target, region, facts, parameters: { share } }
    },
  }
}

/** Takes a thing of the photograph out; and puts it back. */
export const segmentedRemoval: readonly Recipe[] = [removal('subject-remove'), removal('subject-add')]
