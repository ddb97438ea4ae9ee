// A subject that was not there appears. The paper takes the inverse of removal; here a cut-out from another picture
// is put where such a thing may be, at the size that it has there, in the light of the place and with its shadow.
import { placementParameters, wherePlaced } from './placed.ts'
import type { Draft, Recipe, RecipeContext, Source } from './recipe.ts'
import { stageOne } from './staged.ts'

/** Puts a cut-out of the donors into the source. */
export const subjectAdd: Recipe = {
  kind: 'subject-add',
  name: 'subject-add/paste',
  version: 2,
  needs: [],
  from: 'photo',
  final: ['no-surface'],
  variants: 6,
  draft,
}

async function draft({ picture }: Source, context: RecipeContext): Promise<Draft> {
  const { cutout, placement, light, staged } = await stageOne(picture, context)
  return {
    source: picture,
    target: staged.picture,
    region: staged.region,
    facts: { kind: 'subject-add', subject: cutout.name, ...wherePlaced(picture, placement) },
    parameters: {
      ...placementParameters(placement),
      light: { ...light },
      harmony: { ...staged.harmony },
    },
    donors: [cutout.id],
  }
}
