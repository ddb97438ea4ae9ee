// A subject is gone, and what was behind it is there. The paper masks objects and lets a removal model fill them. Here
// there are two ways: a thing is first put into a photograph, so that the photograph itself is the true result; and a
// real subject is taken out and filled from around it, which is kept only where nothing of it, and no seam, is left.

import { placeOf } from '../../instructions/index.ts'
import { Rejection } from '../../tools/index.ts'
import { eraseSubject } from './erasing.ts'
import { placementParameters, wherePlaced } from './placed.ts'
import type { Draft, Recipe, RecipeContext, Source } from './recipe.ts'
import { stageOne } from './staged.ts'
import { subjectOf, unfitSubject } from './subject.ts'

/** Adds a thing, and asks for it to be gone: the target is the photograph. */
export const subjectRemove: Recipe = {
  kind: 'subject-remove',
  name: 'subject-remove/unpaste',
  version: 2,
  needs: [],
  from: 'photo',
  final: ['no-surface'],
  variants: 6,
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

/** Takes the main subject of a photograph out. */
export const subjectErase: Recipe = {
  kind: 'subject-remove',
  name: 'subject-remove/inpaint',
  version: 2,
  needs: ['matting', 'inpainter'],
  uses: ['detector'],
  from: 'photo',
  final: unfitSubject,
  variants: 1,
  async draft({ picture }: Source, { tools, annotation }: RecipeContext): Promise<Draft> {
    const subject = await subjectOf(picture, tools, { least: 0.005, most: 0.14, doubt: 0.2, annotation })
    if (subject.name === undefined) throw new Rejection('no-name')
    const erased = await eraseSubject(picture, subject, tools)
    const place = placeOf(subject.box, picture.width, picture.height)
    return {
      source: picture,
      target: erased.picture,
      region: erased.region,
      facts: { kind: 'subject-remove', subject: subject.name, ...(place !== undefined && { place }) },
      parameters: { share: subject.share, doubt: subject.doubt, ...erased.measures },
    }
  },
}
