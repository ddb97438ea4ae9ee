import { blurPicture, type Picture } from '../../../image/index.ts'
import { backdropWords, type Phrase } from '../../../instructions/index.ts'
import { backdrops, coverOf } from '../../../operations/index.ts'
import { Rejection, type Toolbox } from '../../../tools/index.ts'
import type { RecipeContext } from '../recipe.ts'
import { subjectOf } from '../subject.ts'

/** What comes behind a subject. */
export interface Background {
  readonly picture: Picture
  readonly name: Phrase
  readonly floor: boolean
  readonly donor?: string
}

/** A subject that stands within the picture needs a floor; one that its edge cuts off fits any background. */
export async function drawBackground(
  picture: Picture,
  footing: 'cut' | 'within',
  { donors, random, tools }: Pick<RecipeContext, 'donors' | 'random' | 'tools'>,
): Promise<Background> {
  if (footing === 'cut' && random.chance(0.6)) {
    const photograph = await namedPlace(picture, { donors, random, tools })
    if (photograph !== undefined) return photograph
  }
  const fit = backdrops.filter(({ floor }) => floor || footing === 'cut')
  // Skies are drawn as often as studio walls.
  const plain = random.chance(0.5)
  const group = fit.filter(({ floor }) => floor === plain)
  const { name, floor, paint } = random.pick(group.length > 0 ? group : fit)
  const { en, cn } = backdropWords[name]!
  return { picture: paint(picture, () => random.unit()), name: { en, cn }, floor }
}

/** Of what stands out of a place these shares of the picture are a thing, not the place, where the matte has no more doubt. */
const thingShares = { least: 0.015, most: 0.6, doubt: 0.15 } as const

/** Whether something stands out of a place: it would go on standing there behind the subject. */
async function showsSomething(picture: Picture, tools: Toolbox): Promise<boolean> {
  const { least, most, doubt } = thingShares
  try {
    await subjectOf(picture, tools, { least, most, doubt })
    return true
  } catch (error) {
    if (!(error instanceof Rejection)) throw error
    return false
  }
}

/** A donor's photograph of a place that has a name, at the picture's size and a little out of focus. */
async function namedPlace(
  { width, height }: Picture,
  { donors, random, tools }: Pick<RecipeContext, 'donors' | 'random' | 'tools'>,
): Promise<Background | undefined> {
  for (let draw = 0; draw < 12; draw++) {
    const donor = await donors.picture(random)
    if (donor === undefined) return undefined
    const { background } = donor.annotation
    if (background === undefined || (await showsSomething(donor.picture, tools))) continue
    const { picture: covering } = coverOf(donor.picture, { width, height })
    const blurred = blurPicture(covering, random.between(1, 2.2))
    return { picture: blurred, name: background, floor: false, donor: donor.id }
  }
  return undefined
}
