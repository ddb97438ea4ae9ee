// An object is made of something else; its form, and everything else, stays. The paper detects an object and lets a
// depth-led generator repaint it; here its form is read from its shading and outline, and a texture of the material
// is bent and lit by it.

import { colourStatistics, type Mask, maskBox, maskShare, type Picture } from '../../image/index.ts'
import { materialWords, type Noun, placeOf } from '../../instructions/index.ts'
import { materialise, materials } from '../../operations/index.ts'
import type { Random } from '../../random/index.ts'
import { Rejection } from '../../tools/index.ts'
import { uncoloured } from './naming.ts'
import { placementParameters } from './placed.ts'
import type { Draft, Json, Recipe, RecipeContext, Source } from './recipe.ts'
import { stageOne } from './staged.ts'
import { people, subjectOf, unfitSubject, wispyThings } from './subject.ts'

/** Makes the main subject of a photograph of something else. */
export const materialAlter: Recipe = {
  kind: 'material_alter',
  name: 'material_alter/subject',
  version: 3,
  needs: ['matting'],
  uses: ['detector'],
  from: 'photo',
  final: unfitSubject,
  variants: 4,
  async draft({ picture }: Source, { tools, random, annotation }: RecipeContext): Promise<Draft> {
    const subject = await subjectOf(picture, tools, { least: 0.03, most: 0.7, doubt: 0.06, annotation })
    if (subject.name === undefined) throw new Rejection('no-name')
    if (people.has(subject.name.en)) throw new Rejection('person')
    if (wispyThings.has(subject.name.en)) throw new Rejection('seen-through')
    return remade(picture, subject.matte, subject.name, random, { share: subject.share })
  },
}

/** Makes a thing of something else that was put into the photograph before. */
export const materialAlterStaged: Recipe = {
  kind: 'material_alter',
  name: 'material_alter/staged',
  version: 3,
  needs: [],
  from: 'photo',
  final: ['no-surface'],
  variants: 7,
  async draft({ picture }: Source, context: RecipeContext): Promise<Draft> {
    const { cutout, staged, placement } = await stageOne(picture, context, {
      accept: ({ thing }) => solid.has(thing.group),
      leastArea: 0.035,
    })
    const share = maskShare(staged.alpha)
    if (share < 0.012) throw new Rejection('small', { share })
    const parameters = placementParameters(placement)
    const draft = remade(staged.picture, staged.alpha, cutout.name, context.random, parameters)
    return { ...draft, donors: [cutout.id] }
  },
}

/** Groups of things with a body: a texture shows on them, and not on twigs and petals. */
const solid: ReadonlySet<string> = new Set([
  'vehicle',
  'ware',
  'street',
  'ball',
  'food',
  'animal',
  'pet',
  'bird',
  'waterfowl',
  'boat',
  'flyer',
])

const leastLightness = 0.25

function remade(
  picture: Picture,
  matte: Mask,
  name: Noun,
  random: Random,
  more: { readonly [key: string]: Json },
): Draft {
  // In the dark a form cannot be read from its shading.
  const lightness = colourStatistics(picture, matte).mean[0]
  if (lightness < leastLightness) throw new Rejection('dark', { lightness })
  const material = random.pick(materials)
  const seed = random.below(2 ** 31)
  const { en, cn } = materialWords[material.name]!
  const place = placeOf(maskBox(matte)!, picture.width, picture.height)
  return {
    source: picture,
    target: materialise(picture, matte, material, seed),
    region: { ...matte, data: matte.data.map((value) => (value > 0 ? 255 : 0)) },
    facts: {
      kind: 'material_alter',
      object: uncoloured(name),
      ...(place !== undefined && { place }),
      material: { en, cn },
    },
    parameters: { material: en, seed, ...more },
  }
}
