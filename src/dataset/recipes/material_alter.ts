// An object is made of something else; its form, and everything else, stays. The paper detects an object and lets a
// depth-led generator repaint it; here its form is read from its shading and outline, and a texture of the material
// is bent and lit by it.

import {
  colourStatistics,
  labOfPicture,
  type Mask,
  maskBox,
  maskShare,
  type Picture,
} from '../../image/index.ts'
import { materialWords, type Noun, type Place, placeOf } from '../../instructions/index.ts'
import { materialise, materials } from '../../operations/index.ts'
import type { Random } from '../../random/index.ts'
import { type Box, Rejection } from '../../tools/index.ts'
import { uncoloured } from './naming.ts'
import { unseenOutline } from './outline.ts'
import { placementParameters } from './placed.ts'
import { maskOfReal, realThings } from './real.ts'
import type { Draft, Json, Recipe, RecipeContext, Source } from './recipe.ts'
import { stageOne } from './staged.ts'
import { people, subjectOf, wispyThings } from './subject.ts'
import { checkUnnamed, mainSubject } from './unnamed.ts'

/** Makes a thing or an animal of the photograph of something else: the one that stands out, else one that was detected. */
export const materialAlter: Recipe = {
  kind: 'material_alter',
  name: 'material_alter/subject',
  version: 9,
  needs: ['matting'],
  uses: ['detector', 'segmenter', 'faces'],
  from: 'photo',
  final: ['no-thing', 'person'],
  variants: 8,
  async draft({ picture }: Source, context: RecipeContext): Promise<Draft> {
    const { name, place, matte, more } = await bodyIn(picture, context)
    return remade(picture, matte, { name, ...(place !== undefined && { place }) }, context.random, more)
  },
}

interface Body {
  readonly name: Noun
  readonly place?: Place
  readonly matte: Mask
  readonly more: { readonly [key: string]: Json }
}

/** Shares of the picture that a body takes: in smaller ones no material is told. */
const bodyShare = { least: 0.03, most: 0.7 } as const

/**
 * What stands out and has a name, else one of the things that are told apart.
 * @throws Rejection `no-thing`, `person`, `seen-through`, `doubtful-mask`, and what {@link subjectOf} finds
 */
async function bodyIn(picture: Picture, context: RecipeContext): Promise<Body> {
  const { tools, annotation, random } = context
  const things = realThings(picture, annotation, { least: bodyShare.least, most: bodyShare.most }).filter(
    ({ all, attached, name, label }) => all === undefined && attached.length === 0 && isBody(name, label),
  )
  try {
    const subject = await subjectOf(picture, tools, { ...bodyShare, doubt: 0.06, annotation })
    const isRidden = annotation.things.some(
      ({ name, box, score }) => people.has(name.en) && score >= 0.35 && isWithin(box, subject.box),
    )
    const { name = mainSubject, matte, share, unseen } = subject
    if (people.has(name.en) || isRidden) throw new Rejection('person')
    if (!isBody(name, undefined)) throw new Rejection('seen-through')
    if (unseen > mostUnseen) throw new Rejection('unseen-outline', { unseen })
    if (name === mainSubject) await checkUnnamed(picture, subject, context)
    return { name, matte, more: { share, unseen } }
  } catch (error) {
    if (!(error instanceof Rejection) || things.length === 0 || !tools.has('segmenter')) throw error
    const thing = random.pick(things)
    const { mask, fit } = await maskOfReal(picture, thing, annotation, tools)
    const unseen = unseenOutline(picture, mask)
    if (fit < leastFit || unseen > mostUnseen) throw new Rejection('doubtful-mask', { fit, unseen })
    const { name, place } = thing
    return { name, ...(place !== undefined && { place }), matte: mask, more: { fit, unseen } }
  }
}

/** Whether most of a box lies in another and is more than a detail of it. */
function isWithin(part: Box, whole: Box): boolean {
  const width = Math.min(part.x + part.width, whole.x + whole.width) - Math.max(part.x, whole.x)
  const height = Math.min(part.y + part.height, whole.y + whole.height) - Math.max(part.y, whole.y)
  const shared = Math.max(0, width) * Math.max(0, height)
  return shared > 0.5 * part.width * part.height && shared > 0.03 * whole.width * whole.height
}

/** The least fit of the mask of a thing that was detected, and the most of any outline along which no edge is seen. */
const [leastFit, mostUnseen] = [0.72, 0.22]

/** Whether something has a body of its own, whose form a material can show. */
const isBody = ({ en }: Noun, label: string | undefined): boolean =>
  [en, ...(label === undefined ? [] : [label])].every(
    (each) => !people.has(each) && !wispyThings.has(each) && !bodiless.has(each),
  )

/** A place, what is open or seen through, and what is full of other things. */
const bodiless: ReadonlySet<string> = new Set([
  ...[
    'dining table',
    'bed',
    'bowl',
    'tv',
    'window',
    'wine glass',
    'skis',
    'tennis racket',
    'scissors',
    'fork',
    'kite',
  ],
])

/** Makes a thing of something else that was put into the photograph before. */
export const materialAlterStaged: Recipe = {
  kind: 'material_alter',
  name: 'material_alter/staged',
  version: 7,
  needs: [],
  from: 'photo',
  final: ['no-surface'],
  variants: 3,
  async draft({ picture }: Source, context: RecipeContext): Promise<Draft> {
    const { cutout, staged, placement } = await stageOne(picture, context, {
      accept: ({ thing }) => solid.has(thing.group),
      leastArea: 0.05,
    })
    const share = maskShare(staged.alpha)
    if (share < 0.02) throw new Rejection('small', { share })
    const parameters = placementParameters(placement)
    const draft = remade(staged.picture, staged.alpha, { name: cutout.name }, context.random, parameters)
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

/**
 * Materials that are known at a glance. Courses of brick are straight, and break where they follow a form; glass shows a
 * scene that is made up; stone, granite, wool, leather and brushed steel look like a pattern that was printed on.
 */
const told: ReadonlySet<string> = new Set(['marble', 'wood', 'gold', 'copper', 'silver', 'ice'])
const drawn = materials.filter(({ name }) => told.has(name))

/** The least mean difference in OKLab between the thing as it was and as it is. */
const leastDifference = 0.1

function remade(
  picture: Picture,
  matte: Mask,
  { name, place = placeOf(maskBox(matte)!, picture.width, picture.height) }: Pick<Body, 'name' | 'place'>,
  random: Random,
  more: { readonly [key: string]: Json },
): Draft {
  // In the dark a form cannot be read from its shading.
  const lightness = colourStatistics(picture, matte).mean[0]
  if (lightness < leastLightness) throw new Rejection('dark', { lightness })
  const material = random.pick(drawn)
  const seed = random.below(2 ** 31)
  const { en, cn } = materialWords[material.name]!
  const target = materialise(picture, matte, material, seed)
  const difference = differenceWithin(picture, target, matte)
  if (difference < leastDifference)
    throw new Rejection('hardly-changed', { material: material.name, difference })
  return {
    source: picture,
    target,
    region: { ...matte, data: matte.data.map((value) => (value > 0 ? 255 : 0)) },
    facts: {
      kind: 'material_alter',
      object: uncoloured(name),
      // There is only one main subject.
      ...(place !== undefined && name !== mainSubject && { place }),
      material: { en, cn },
    },
    parameters: { material: en, seed, difference, ...more },
  }
}

/** Mean distance in OKLab of what a mask covers. */
function differenceWithin(before: Picture, after: Picture, { data }: Mask): number {
  const [one, other] = [labOfPicture(before), labOfPicture(after)]
  let [sum, all] = [0, 0]
  for (const [i, value] of data.entries()) {
    if (value < 128) continue
    all++
    sum += Math.hypot(
      one.lightness[i]! - other.lightness[i]!,
      one.a[i]! - other.a[i]!,
      one.b[i]! - other.b[i]!,
    )
  }
  return sum / Math.max(1, all)
}
