// An object takes another colour; its shading, and everything else, stays. The paper detects an object and lets a
// depth-led generator repaint it; here its paint is exchanged in a perceptual space, so that the colour's name is
// right by construction.

import type { Layer, Mask, Picture } from '../../image/index.ts'
import { labOfPicture, maskArea, maskBox, maskShare } from '../../image/index.ts'
import { colours, type Facts, type Noun, type Phrase, type Place, placeOf } from '../../instructions/index.ts'
import {
  type ColourName,
  colourDistance,
  dominantHue,
  dyeHue,
  dyes,
  nameOfColour,
  recolour,
} from '../../operations/index.ts'
import type { Random } from '../../random/index.ts'
import { Rejection } from '../../tools/index.ts'
import { topOf } from './clothes.ts'
import { areNear } from './colour/names.ts'
import { uncoloured } from './naming.ts'
import { checkPaint, type PaintLimits, paintMeasures } from './paint.ts'
import { placementParameters } from './placed.ts'
import type { Draft, Json, Recipe, RecipeContext, Source } from './recipe.ts'
import { stageOne } from './staged.ts'
import { type Surfaced, surfacedThing } from './surfaced.ts'
import type { Thing } from './things.ts'
import { mainSubject } from './unnamed.ts'

/** Changes the colour of a thing in a photograph. */
export const colorAlter: Recipe = {
  kind: 'color_alter',
  name: 'color_alter/thing',
  version: 10,
  needs: ['matting'],
  uses: ['detector', 'segmenter', 'faces'],
  from: 'photo',
  final: ['no-thing'],
  variants: 8,
  async draft({ picture }: Source, context: RecipeContext): Promise<Draft> {
    const thing = await surfacedThing(picture, context, { least: 0.014, most: 0.75 })
    try {
      return repainted(picture, thing, context.random, ofThings)
    } catch (error) {
      if (!(error instanceof Rejection) || error.reason !== 'many-tones' || thing.name === mainSubject)
        throw error
      // Of what has windows or print besides, the paint alone is dyed.
      const { fit, ...object } = thing
      return dyed(picture, { ...object, leastShare: leastShareOfReal }, context.random, { fit })
    }
  },
}

/** The least share of a real thing that its dominant colour has. */
const leastShareOfReal = 0.68

/** Changes the colour of a garment on the upper body. */
export const colorAlterClothes: Recipe = {
  kind: 'color_alter',
  name: 'color_alter/clothes',
  version: 3,
  needs: ['matting', 'segmenter', 'detector', 'faces'],
  from: 'photo',
  final: ['no-person', 'no-clothes'],
  variants: 4,
  async draft({ picture }: Source, context: RecipeContext): Promise<Draft> {
    return repainted(picture, await topOf(picture, context), context.random, ofClothes)
  },
}

/** What is believed of the paint of a thing whose outline was found; clothes have seams, and more of them beside. */
const [ofThings, ofClothes] = [
  { patchy: 0.07, lingers: 0.06 },
  { patchy: 0.3, lingers: 0.35 },
] as const

/** The thing in another colour. @throws Rejection `no-dye`, and what {@link checkPaint} finds */
function repainted(
  picture: Picture,
  { matte, name, place, fit }: Surfaced,
  random: Random,
  limits: PaintLimits,
): Draft {
  const lab = labOfPicture(picture)
  for (const dye of random.shuffled(dyes)) {
    const { picture: target, region } = recolour(picture, matte, { to: dye.lab })
    const paint = paintMeasures(lab, matte, region)
    checkPaint(paint, limits)
    const was = nameOfColour(paint.colour)
    const [old, to] = [wordsOf(was), wordsOf(dye.name)]
    const distance = colourDistance(paint.colour, dye.lab)
    if (old.en === to.en || distance < leastDistance || areNear(was, dye.name)) continue
    const facts: Facts = {
      kind: 'color_alter',
      object: uncoloured(name),
      ...(place !== undefined && { place }),
      ...(paint.plain && !arguable.has(old.en) && { from: old }),
      to,
    }
    const { share, area, patchy, lingers } = paint
    const parameters = { from: old.en, to: to.en, distance, share, area, patchy, lingers, fit }
    return { source: picture, target, region: spanOf(region), facts, parameters }
  }
  throw new Rejection('no-dye')
}

/** All pixels that were painted, however little. */
const spanOf = (region: Mask): Mask => ({
  ...region,
  data: region.data.map((value) => (value > 0 ? 255 : 0)),
})

/** Names of ambiguous colours, which are not used. */
const arguable: ReadonlySet<string> = new Set(['brown', 'beige', 'gray'])

/** Dyes a thing that was put into the photograph before, whose outline is known exactly. */
export const colorAlterStaged: Recipe = {
  kind: 'color_alter',
  name: 'color_alter/staged',
  version: 5,
  needs: [],
  from: 'photo',
  final: ['no-surface'],
  variants: 3,
  async draft({ picture }: Source, context: RecipeContext): Promise<Draft> {
    const { cutout, staged, placement } = await stageOne(picture, context, {
      accept: ({ cutout, thing }) => isDyeable(cutout, thing),
      leastArea: 0.035,
    })
    const object = { matte: staged.alpha, name: cutout.name, leastShare: leastShareOfThing }
    const draft = dyed(staged.picture, object, context.random, placementParameters(placement))
    return { ...draft, donors: [cutout.id] }
  },
}

/** Groups of things of which there are some in any colour. */
const dyeable: ReadonlySet<string> = new Set([
  'vehicle',
  'boat',
  'ware',
  'street',
  'ball',
  'flower',
  'food',
  'tool',
  'instrument',
])

/** Whether there are such things in any colour, and the most of this one has one, so that all that is seen of it is dyed. */
export function isDyeable({ picture, alpha }: Layer, { group }: Thing): boolean {
  if (!dyeable.has(group)) return false
  return (dominantHue(picture, alpha, labOfPicture(picture))?.share ?? 0) >= leastShareOfThing
}

/**
 * The least share of a thing that has its dominant colour: windows and wheels have others; and the least distance of
 * the new one.
 */
const [leastShareOfThing, leastDistance] = [0.68, 0.14]

interface Dyeable {
  readonly matte: Mask
  readonly name: Noun
  readonly leastShare: number
  readonly place?: Place
}

/**
 * A thing in another colour. @param more to be said in its parameters
 * @throws Rejection `grey`, `many-colours` where less than `leastShare` of it has the dominant one, `small`, `no-dye`
 */
export function dyed(
  picture: Picture,
  { matte, name, leastShare, place = placeOf(maskBox(matte)!, picture.width, picture.height) }: Dyeable,
  random: Random,
  more: { readonly [key: string]: Json } = {},
): Draft {
  for (const dye of random.shuffled(dyes)) {
    const result = dyeHue(picture, matte, dye)
    if (result === undefined) throw new Rejection('grey')
    const { from, region } = result
    const share = from.share
    if (share < leastShare) throw new Rejection('many-colours', { share })
    const was = nameOfColour(from.lab)
    const [old, to] = [wordsOf(was), wordsOf(dye.name)]
    const distance = colourDistance(from.lab, dye.lab)
    if (old.en === to.en || distance < leastDistance || areNear(was, dye.name)) continue
    if (maskArea(region) < 0.01 * picture.width * picture.height)
      throw new Rejection('small', { share: maskShare(region) })
    const facts: Facts = {
      kind: 'color_alter',
      object: uncoloured(name),
      ...(place !== undefined && name !== mainSubject && { place }),
      // Dark or pale yellow and orange are called brown or not: what may be argued about is not said.
      ...(!arguable.has(old.en) && { from: old }),
      to,
    }
    const parameters = { from: old.en, to: to.en, share, distance, ...more }
    return { source: picture, target: result.picture, region, facts, parameters }
  }
  throw new Rejection('no-dye')
}

/** What a colour is called. */
const wordsOf = (name: ColourName): Phrase => colours[name]!
