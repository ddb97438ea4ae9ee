// Another subject stands in the place of one. The paper masks a subject and lets an inpainting model paint another in
// it. Here a thing is put into a photograph twice, or a real subject is taken out and a thing put where it stood.

import { uniteMasks } from '../../image/index.ts'
import { type Placement, type Surface, stageThing } from '../../operations/index.ts'
import { clearOne } from './clearing.ts'
import { firstFitting } from './donating.ts'
import { footingOf, isExchangeable, placedInstead } from './exchanging.ts'
import { drawLight } from './light.ts'
import { placementParameters, wherePlaced } from './placed.ts'
import { placeThing } from './placing.ts'
import type { Draft, Recipe, RecipeContext, Source } from './recipe.ts'
import { checkSeen, stageOne } from './staged.ts'

/** How much larger or smaller the new thing may be than the old one. */
const likeSize = [0.45, 2.2] as const

/** Puts one thing into a photograph, and another in the same place, each at its own size. */
export const subjectReplace: Recipe = {
  kind: 'subject-replace',
  name: 'subject-replace/swap',
  version: 7,
  needs: [],
  from: 'photo',
  final: ['no-surface'],
  variants: 3,
  async draft({ picture }: Source, context: RecipeContext): Promise<Draft> {
    const { random, donors } = context
    const first = await stageOne(picture, context, { leastStanding: 0.03 })
    const other = await firstFitting(donors, random, ({ cutout, thing }) => {
      if (thing.en === first.thing.en) return undefined
      const ratio = (thing.size ?? 1) / (first.thing.size ?? 1)
      // What flies may be near or far.
      const isLike = ratio >= likeSize[0] && ratio <= likeSize[1]
      const isAloft = first.placement.surface.kind === 'sky'
      if (!isAloft && (!isLike || thing.group !== first.thing.group || thing.nature === 'person'))
        return undefined
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

/** Most of the filled place is behind what comes there. */
const bearableBeneath = 1.2

/** Takes a thing of the photograph out and puts one of the donors, of its sort and about its size, where it stood. */
export const subjectExchange: Recipe = {
  kind: 'subject-replace',
  name: 'subject-replace/inpaint',
  version: 9,
  needs: ['matting', 'segmenter'],
  uses: ['detector', 'inpainter'],
  from: 'photo',
  final: ['no-thing'],
  variants: 6,
  async draft({ picture }: Source, context: RecipeContext): Promise<Draft> {
    const { tools, donors, random } = context
    const { thing, cleared } = await clearOne(picture, context, {
      accept: (each) => isExchangeable(each, picture),
      bearable: bearableBeneath,
    })
    const kind = footingOf(thing, picture, tools)
    const { cutout, found } = await firstFitting(donors, random, (candidate) =>
      placedInstead(thing, kind, candidate, random),
    )
    const staged = stageThing(cleared.picture, cutout, found, { light: drawLight(random) }, () =>
      random.unit(),
    )
    checkSeen(cleared.picture, staged)
    const { name, place } = thing
    return {
      source: picture,
      target: staged.picture,
      region: uniteMasks(cleared.region, staged.region),
      facts: {
        kind: 'subject-replace',
        from: name,
        to: cutout.name,
        ...(place !== undefined && { place }),
      },
      parameters: { thing: name.en, ...cleared.measures, ...placementParameters(found) },
      donors: [cutout.id],
    }
  },
}
