// Another subject stands in the place of one. The paper masks a subject and lets an inpainting model paint another in
// it. Here a thing is put into a photograph twice, or a real subject is taken out and a thing put where it stood.

import { uniteMasks } from '../../image/index.ts'
import { placeOf } from '../../instructions/index.ts'
import { type Placement, type Surface, stageThing } from '../../operations/index.ts'
import { Rejection } from '../../tools/index.ts'
import type { Annotation } from '../annotations/annotation.ts'
import { firstFitting } from './donating.ts'
import { eraseSubject } from './erasing.ts'
import { drawLight } from './light.ts'
import { placementParameters, wherePlaced } from './placed.ts'
import { placeThing } from './placing.ts'
import type { Draft, Recipe, RecipeContext, Source } from './recipe.ts'
import { checkSeen, stageOne } from './staged.ts'
import { type Subject, subjectOf, unfitSubject } from './subject.ts'

/** How much larger or smaller the new thing may be than the old one. */
const likeSize = [0.45, 2.2] as const

/** Puts one thing into a photograph, and another in the same place, each at its own size. */
export const subjectReplace: Recipe = {
  kind: 'subject-replace',
  name: 'subject-replace/swap',
  version: 2,
  needs: [],
  from: 'photo',
  final: ['no-surface'],
  variants: 6,
  async draft({ picture }: Source, context: RecipeContext): Promise<Draft> {
    const { random, donors } = context
    const first = await stageOne(picture, context)
    const other = await firstFitting(donors, random, ({ cutout, thing }) => {
      if (thing.en === first.thing.en) return undefined
      const ratio = (thing.size ?? 1) / (first.thing.size ?? 1)
      if (ratio < likeSize[0] || ratio > likeSize[1]) return undefined
      const spot = spotOf(first.placement, picture)
      return placeThing(picture, [spot], { cutout, thing }, random)
    })
    const second = stageThing(picture, other.cutout, other.found, { light: first.light }, () => random.unit())
    checkSeen(picture, second)
    return {
      source: first.staged.picture,
      target: second.picture,
      region: uniteMasks(first.staged.region, second.region),
      facts: {
        kind: 'subject-replace',
        from: first.cutout.name,
        to: other.cutout.name,
        ...wherePlaced(picture, first.placement),
      },
      parameters: {
        from: placementParameters(first.placement),
        to: placementParameters(other.found),
        light: { ...first.light },
        harmony: { ...second.harmony },
      },
      donors: [first.cutout.id, other.cutout.id],
    }
  },
}

/** The surface, but only the very place where something stands. */
function spotOf({ surface, x, y, height }: Placement, picture: Picture): Surface {
  const isCentred = surface.kind === 'sky' || surface.kind === 'flat' || surface.kind === 'leaf'
  const [u, v] = [x / picture.width, (isCentred ? y - height / 2 : y) / picture.height]
  return { ...surface, area: [u, v, u, v] }
}

type Picture = Source['picture']

/** Takes the main subject out and puts a thing of the donors where it stood, about as large. */
export const subjectExchange: Recipe = {
  kind: 'subject-replace',
  name: 'subject-replace/inpaint',
  version: 2,
  needs: ['matting', 'inpainter'],
  uses: ['detector'],
  from: 'photo',
  final: unfitSubject,
  variants: 3,
  async draft({ picture }: Source, { tools, donors, random, annotation }: RecipeContext): Promise<Draft> {
    const subject = await subjectOf(picture, tools, { least: 0.01, most: 0.16, doubt: 0.2, annotation })
    if (subject.name === undefined) throw new Rejection('no-name')
    const name = subject.name
    if (subject.box.y + subject.box.height >= picture.height - 2) throw new Rejection('cut-off')
    const erased = await eraseSubject(picture, subject, tools)
    const spots = spotsUnder(subject, picture, annotation)
    if (spots.length === 0) throw new Rejection('no-surface')
    const { cutout, thing, found } = await firstFitting(donors, random, (candidate) => {
      const placement = placeThing(picture, spots, candidate, random)
      if (placement === undefined) return undefined
      const ratio = (placement.width * placement.height) / (subject.box.width * subject.box.height)
      return ratio < likeArea[0] || ratio > likeArea[1] ? undefined : placement
    })
    const staged = stageThing(erased.picture, cutout, found, { light: drawLight(random) }, () =>
      random.unit(),
    )
    checkSeen(erased.picture, staged)
    const place = placeOf(subject.box, picture.width, picture.height)
    return {
      source: picture,
      target: staged.picture,
      region: uniteMasks(erased.region, staged.region),
      facts: {
        kind: 'subject-replace',
        from: name,
        to: cutout.name,
        ...(place !== undefined && { place }),
      },
      parameters: {
        thing: thing.en,
        share: subject.share,
        ...erased.measures,
        ...placementParameters(found),
      },
      donors: [cutout.id],
    }
  },
}

/** How much larger or smaller the rectangle of the new thing may be. */
const likeArea = [0.1, 3] as const

/** The surfaces of the scene that the subject stands on, each narrowed to where it stands. */
function spotsUnder({ box }: Subject, picture: Picture, annotation: Annotation): Surface[] {
  const [u, v] = [(box.x + box.width / 2) / picture.width, (box.y + box.height) / picture.height]
  return annotation.surfaces
    .filter(({ kind, area: [, top, , bottom] }) => kind !== 'sky' && v > top - 0.1 && v < bottom)
    .map((surface) => ({ ...surface, area: [u, v, u, v] }))
}
