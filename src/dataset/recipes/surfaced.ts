import { type Mask, maskBox, type Picture } from '../../image/index.ts'
import { type Noun, type Place, placeOf } from '../../instructions/index.ts'
import { Rejection } from '../../tools/index.ts'
import type { Nature } from '../annotations/annotation.ts'
import { maskOfReal, realThings } from './real.ts'
import type { RecipeContext } from './recipe.ts'
import { animals, people, subjectOf, wispyThings } from './subject.ts'
import { checkUnnamed, mainSubject } from './unnamed.ts'

/** A thing of a photograph with a surface of its own, which can be given another look. */
export interface Surfaced {
  readonly name: Noun
  readonly place?: Place
  /** Coverage. */
  readonly matte: Mask
  /** How well the mask fits where the thing was found, 0 to 1. */
  readonly fit: number
}

/** Through these one sees what is behind. */
const seenThrough: ReadonlySet<string> = new Set([
  ...wispyThings,
  ...['tennis racket', 'fork', 'scissors', 'wine glass', 'skis', 'motorcycle'],
])

/** These show mostly something else: what lies on them, what a screen or a page shows. */
const covered: ReadonlySet<string> = new Set([
  ...[
    'dining table',
    'bed',
    'tv',
    'laptop',
    'keyboard',
    'remote',
    'cell phone',
    'oven',
    'microwave',
    'clock',
    'bowl',
  ],
  ...[
    'book',
    'sink',
    'sandwich',
    'pizza',
    'cake',
    'hot dog',
    'donut',
    'broccoli',
    'traffic light',
    'stop sign',
  ],
])

/** The only food with a plain skin. */
const plainFood: ReadonlySet<string> = new Set(['banana', 'apple', 'orange', 'carrot'])

const leastFit = 0.65

function hasSurface(name: string, label: string | undefined, nature: Nature | undefined): boolean {
  if (nature === 'person' || nature === 'animal' || nature === 'plant') return false
  return [name, ...(label === undefined ? [] : [label])].every(
    (each) =>
      !people.has(each) &&
      !animals.has(each) &&
      !seenThrough.has(each) &&
      !covered.has(each) &&
      (nature !== 'food' || plainFood.has(each)),
  )
}

/** Shares of the picture: of a box at least, and of a box or a subject at most. */
export interface SurfaceDemands {
  readonly least: number
  readonly most: number
}

/**
 * One of the things with a surface, drawn by chance; where none is told apart, the main subject.
 * @throws Rejection `no-thing` where there is neither, `doubtful-mask`, and what {@link subjectOf} finds
 */
export async function surfacedThing(
  picture: Picture,
  { tools, random, annotation }: RecipeContext,
  demands: SurfaceDemands,
): Promise<Surfaced> {
  const things = realThings(picture, annotation, demands).filter(
    ({ name, label, nature, all, attached }) =>
      all === undefined && attached.length === 0 && hasSurface(name.en, label, nature),
  )
  if (things.length > 0) {
    const thing = random.pick(things)
    const { mask, fit } = await maskOfReal(picture, thing, annotation, tools)
    if (fit < leastFit) throw new Rejection('doubtful-mask', { fit })
    return { name: thing.name, ...(thing.place !== undefined && { place: thing.place }), matte: mask, fit }
  }
  const told = annotation.subject
  if (told !== undefined && !hasSurface(told.en, undefined, told.nature))
    throw new Rejection('no-thing', { seen: annotation.things.length })
  const subject = await subjectOf(picture, tools, { ...demands, doubt: 0.06, annotation })
  const { matte, box, name = told } = subject
  if (name !== undefined && !hasSurface(name.en, name.en, told?.nature))
    throw new Rejection('no-thing', { seen: annotation.things.length })
  if (name === undefined) {
    await checkUnnamed(picture, subject, { tools, annotation })
    return { name: mainSubject, matte, fit: 1 }
  }
  const place = placeOf(maskBox(matte) ?? box, picture.width, picture.height)
  return { name, ...(place !== undefined && { place }), matte, fit: 1 }
}
