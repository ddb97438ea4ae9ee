// A subject that was not there appears. As in the paper it is the inverse of removal: a thing of the photograph is taken
// out, and the photograph itself is the target. Else a cut-out from another picture is put where such a thing may be, at
// the size that it has there, in the light of the place and with its shadow.
import { clearOne } from './clearing.ts'
import { placementParameters, wherePlaced } from './placed.ts'
import type { Draft, Recipe, RecipeContext, Source } from './recipe.ts'
import { stageOne } from './staged.ts'
import { twinRecipe } from './twin.ts'

/** Puts a cut-out of the donors into the source. */
export const subjectAdd: Recipe = {
  kind: 'subject-add',
  name: 'subject-add/paste',
  version: 7,
  needs: [],
  from: 'photo',
  final: ['no-surface'],
  variants: 4,
  draft,
}

async function draft({ picture }: Source, context: RecipeContext): Promise<Draft> {
  const { cutout, placement, light, staged } = await stageOne(picture, context, { leastStanding: 0.03 })
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

/** What is learnt is the photograph; the filled place is only where it comes from. */
const bearableBefore = 1.15

/** Takes a thing of the photograph out, and asks for it to be there. */
export const subjectUncover: Recipe = {
  kind: 'subject-add',
  name: 'subject-add/uncover',
  version: 7,
  needs: ['matting', 'segmenter'],
  uses: ['detector', 'inpainter'],
  from: 'photo',
  final: ['no-thing'],
  variants: 6,
  async draft({ picture }: Source, context: RecipeContext): Promise<Draft> {
    const { thing, cleared } = await clearOne(picture, context, {
      accept: ({ all }) => all === undefined,
      bearable: bearableBefore,
    })
    const { name, place } = thing
    return {
      source: cleared.picture,
      target: picture,
      region: cleared.region,
      facts: { kind: 'subject-add', subject: name, ...(place !== undefined && { place }) },
      parameters: { thing: name.en, ...cleared.measures },
    }
  },
}

/** Puts another of a thing that the photograph shows beside it. */
export const subjectTwin: Recipe = twinRecipe('subject-add')
