// An object takes another colour; its shading, and everything else, stays. The paper detects an object and lets a
// depth-led generator repaint it; here its dominant hue is turned in a perceptual space, so that the colour's name is
// right by construction.

import type { Layer, Mask, Picture } from '../../image/index.ts'
import { labOfPicture, maskArea, maskBox, maskShare } from '../../image/index.ts'
import { colours, type Facts, type Noun, type Phrase, placeOf } from '../../instructions/index.ts'
import {
  type ColourName,
  colourDistance,
  dominantHue,
  dyeHue,
  dyes,
  nameOfColour,
} from '../../operations/index.ts'
import type { Random } from '../../random/index.ts'
import { Rejection } from '../../tools/index.ts'
import { uncoloured } from './naming.ts'
import { placementParameters } from './placed.ts'
import type { Draft, Json, Recipe, RecipeContext, Source } from './recipe.ts'
import { stageOne } from './staged.ts'
import { animals, people, subjectOf, unfitSubject } from './subject.ts'
import type { Thing } from './things.ts'

/** Dyes the main subject of a photograph. */
export const colorAlter: Recipe = {
  kind: 'color_alter',
  name: 'color_alter/subject',
  version: 3,
  needs: ['matting'],
  uses: ['detector'],
  from: 'photo',
  final: unfitSubject,
  variants: 5,
  async draft({ picture }: Source, { tools, random, annotation }: RecipeContext): Promise<Draft> {
    const subject = await subjectOf(picture, tools, { least: 0.02, most: 0.7, doubt: 0.05, annotation })
    if (subject.name === undefined) throw new Rejection('no-name')
    if (people.has(subject.name.en)) throw new Rejection('person')
    if (animals.has(subject.name.en)) throw new Rejection('animal')
    return dyed(picture, { matte: subject.matte, name: subject.name, leastShare: 0.78 }, random)
  },
}

/** Dyes a thing that was put into the photograph before, whose outline is known exactly. */
export const colorAlterStaged: Recipe = {
  kind: 'color_alter',
  name: 'color_alter/staged',
  version: 2,
  needs: [],
  from: 'photo',
  final: ['no-surface'],
  variants: 8,
  async draft({ picture }: Source, context: RecipeContext): Promise<Draft> {
    const { cutout, staged, placement } = await stageOne(picture, context, {
      accept: ({ cutout, thing }) => isDyeable(cutout, thing),
      leastArea: 0.024,
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

/** The least share of a thing that has its dominant colour: windows and wheels have others; and the least distance of the new one. */
const [leastShareOfThing, leastDistance] = [0.68, 0.14]

interface Dyeable {
  readonly matte: Mask
  readonly name: Noun
  readonly leastShare: number
}

/**
 * A thing in another colour. @param more to be said in its parameters
 * @throws Rejection `grey`, `many-colours` where less than `leastShare` of it has the dominant one, `small`, `no-dye`
 */
export function dyed(
  picture: Picture,
  { matte, name, leastShare }: Dyeable,
  random: Random,
  more: { readonly [key: string]: Json } = {},
): Draft {
  for (const dye of random.shuffled(dyes)) {
    const result = dyeHue(picture, matte, dye)
    if (result === undefined) throw new Rejection('grey')
    const { from, region } = result
    const share = from.share
    if (share < leastShare) throw new Rejection('many-colours', { share })
    const [old, to] = [wordsOf(nameOfColour(from.lab)), wordsOf(dye.name)]
    const distance = colourDistance(from.lab, dye.lab)
    if (old.en === to.en || distance < leastDistance || isNear(old, to)) continue
    const place = placeOf(maskBox(matte)!, picture.width, picture.height)
    if (maskArea(region) < 0.01 * picture.width * picture.height)
      throw new Rejection('small', { share: maskShare(region) })
    const facts: Facts = {
      kind: 'color_alter',
      object: uncoloured(name),
      ...(place !== undefined && { place }),
      // Dark or pale yellow and orange are called brown or not: what may be argued about is not said.
      ...(!['brown', 'beige', 'gray'].includes(old.en) && { from: old }),
      to,
    }
    const parameters = { from: old.en, to: to.en, share, distance, ...more }
    return { source: picture, target: result.picture, region, facts, parameters }
  }
  throw new Rejection('no-dye')
}

/** What a colour is called. */
const wordsOf = (name: ColourName): Phrase => colours[name]!

/** Colours that people name either way. */
const neighbours: readonly (readonly [string, string])[] = [
  ['brown', 'orange'],
  ['beige', 'yellow'],
  ['red', 'pink'],
  ['red', 'orange'],
  ['orange', 'yellow'],
  ['blue', 'turquoise'],
  ['green', 'turquoise'],
  ['purple', 'pink'],
  ['blue', 'purple'],
]

function isNear(old: Phrase, to: Phrase): boolean {
  return neighbours.some((pair) => pair.includes(old.en) && pair.includes(to.en))
}
