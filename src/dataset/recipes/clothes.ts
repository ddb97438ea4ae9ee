import { EditError, openFinder } from '../../edit/index.ts'
import { maskBox, type Picture } from '../../image/index.ts'
import { type Noun, placeOf } from '../../instructions/index.ts'
import { type Box, Rejection } from '../../tools/index.ts'
import type { RecipeContext } from './recipe.ts'
import type { Surfaced } from './surfaced.ts'

/** Any garment on the upper body. */
const top: Noun = { en: "person's top", cn: '人物的上衣', measure: '件' }

/** The least height of a person, as a share of the picture's, at which clothes can be distinguished from skin. */
const leastHeight = 0.35
/** The least score of a detection, and from which share of the largest person's area on another is as prominent. */
const [leastSure, alsoSeen] = [0.42, 0.25]
/** The least share of the person's box that clothes take. */
const leastCover = 0.08

/**
 * What the only person, or the only one of a size, wears on the upper body.
 * @throws Rejection `no-person`, `several-people` who are as prominent, `no-face` by which skin would be told, `no-clothes`
 */
export async function topOf(
  picture: Picture,
  { tools, annotation }: Pick<RecipeContext, 'tools' | 'annotation'>,
): Promise<Surfaced> {
  const people = annotation.things
    .filter(({ label, score }) => label === 'person' && score >= 0.35)
    .sort((one, other) => areaOf(other.box) - areaOf(one.box))
  const [person, next] = people
  if (person === undefined || person.score < leastSure || person.box.height < leastHeight * picture.height)
    throw new Rejection('no-person', { people: people.length })
  if (next !== undefined && areaOf(next.box) > alsoSeen * areaOf(person.box))
    throw new Rejection('several-people', { people: people.length })
  const faces = await tools.get('faces').find(picture)
  if (!faces.some(({ box, score }) => score > 0.6 && isHeadOf(box, person.box)))
    throw new Rejection('no-face')
  const mask = await openFinder(picture, tools)
    .find({ type: 'thing', phrase: 'shirt', noun: 'shirt', ...(people.length > 1 && { size: 'largest' }) })
    .then(({ mask: found }) => found)
    .catch((error: unknown) => {
      if (error instanceof EditError) throw new Rejection('no-clothes', { code: error.code })
      throw error
    })
  const box = maskBox(mask, 128)
  if (box === undefined || areaOf(box) < leastCover * areaOf(person.box)) throw new Rejection('no-clothes')
  const place = people.length > 1 ? placeOf(person.box, picture.width, picture.height) : undefined
  return { name: top, ...(place !== undefined && { place }), matte: mask, fit: 1 }
}

const areaOf = ({ width, height }: Box): number => width * height

/** Whether a face is in the upper half of somebody's box. */
function isHeadOf(face: Box, { x, y, width, height }: Box): boolean {
  const [u, v] = [face.x + face.width / 2, face.y + face.height / 2]
  return u > x && u < x + width && v > y && v < y + 0.5 * height
}
