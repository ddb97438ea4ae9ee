// A subject is gone, and what was behind it is there. The paper masks objects and lets a removal model fill them. Here
// there are two ways: a thing is first put into a photograph, so that the photograph itself is the true result; and a
// real subject is taken out and filled from around it, which is kept only where nothing of it, and no seam, is left.

import { clearOne } from './clearing.ts'
import { placementParameters, wherePlaced } from './placed.ts'
import type { Draft, Recipe, RecipeContext, Source } from './recipe.ts'
import { stageOne } from './staged.ts'
import { twinRecipe } from './twin.ts'

/** Adds a thing, and asks for it to be gone: the target is the photograph. */
export const subjectRemove: Recipe = {
  kind: 'subject-remove',
  name: 'subject-remove/unpaste',
  version: 6,
  needs: [],
  from: 'photo',
  final: ['no-surface'],
  variants: 4,
  async draft({ picture }: Source, context: RecipeContext): Promise<Draft> {
    const { cutout, placement, light, staged } = await stageOne(picture, context)
    return {
      source: staged.picture,
      target: picture,
      region: staged.region,
      facts: { kind: 'subject-remove', subject: cutout.name, ...wherePlaced(picture, placement) },
      parameters: {
        ...placementParameters(placement),
        light: { ...light },
        harmony: { ...staged.harmony },
      },
      donors: [cutout.id],
    }
  },
}

/** Takes a thing of the photograph out. */
export const subjectErase: Recipe = {
  kind: 'subject-remove',
  name: 'subject-remove/inpaint',
  version: 9,
  needs: ['matting', 'segmenter'],
  uses: ['detector', 'inpainter'],
  from: 'photo',
  final: ['no-thing'],
  variants: 6,
  async draft({ picture }: Source, context: RecipeContext): Promise<Draft> {
    const { thing, cleared } = await clearOne(picture, context)
    const { name, place, all } = thing
    return {
      source: picture,
      target: cleared.picture,
      region: cleared.region,
      facts: {
        kind: 'subject-remove',
        subject: name,
        ...(place !== undefined && { place }),
        ...(all && { all }),
      },
      parameters: { thing: name.en, things: thing.things.length, ...cleared.measures },
    }
  },
}

/** Adds another of a thing that the photograph shows, and asks for it to be gone: the target is the photograph. */
export const subjectUntwin: Recipe = twinRecipe('subject-remove')
