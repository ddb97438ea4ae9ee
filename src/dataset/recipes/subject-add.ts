// A subject that was not there appears. The paper takes the inverse of removal; here a cut-out from another picture
// is put where such a thing may be, at the size that it has there, in the light of the place and with its shadow.
import { Rejection } from '../error.ts'
import { firstFitting } from './donating.ts'
import { placementParameters, wherePlaced } from './placed.ts'
import { placeThing } from './placing.ts'
import type { Draft, Recipe, RecipeContext, Source } from './recipe.ts'
import { sceneOf } from './scene.ts'
import { drawLight, stageThing } from './staging.ts'

/** Puts a cut-out of the donors into the source. */
export const subjectAdd: Recipe = {
  kind: 'subject-add',
  name: 'subject-add/paste',
  version: 1,
  needs: [],
  from: 'photo',
  variants: 6,
  draft,
}

async function draft({ picture }: Source, { donors, random }: RecipeContext): Promise<Draft> {
  const { surfaces } = sceneOf(picture)
  if (surfaces.length === 0) throw new Rejection('no-surface')
  const { cutout, thing, found } = await firstFitting(donors, random, (candidate) =>
    placeThing(picture, surfaces, candidate, random),
  )
  const light = drawLight(random)
  const staged = stageThing(picture, cutout, found, { light }, random)
  return {
    source: picture,
    target: staged.picture,
    region: staged.region,
    facts: { kind: 'subject-add', subject: cutout.name, ...wherePlaced(picture, found) },
    parameters: {
      thing: thing.en,
      ...placementParameters(found),
      light: { ...light },
      harmony: { ...staged.harmony },
    },
    donors: [cutout.id],
  }
}
