// "Pairs of beautification: faces are detected, layout and background checked" (section 3.1.1): the mesh of a face tells
// skin, eyes, lips and brows, a retouch changes one of them, and the mesh of the result must be where it was, so that it
// is the same person.

import type { Mask, Picture } from '../../image/index.ts'
import type { Noun } from '../../instructions/index.ts'
import { distinctFaces, faceWidth, isChildlike, sitterOf, turnOf } from '../../operations/index.ts'
import type { Random } from '../../random/index.ts'
import { type Face, Rejection, type Tool } from '../../tools/index.ts'
import type { AnnotatedThing } from '../annotations/annotation.ts'
import { detailOf } from './human/detail.ts'
import { eyeRetouches, mouthRetouches } from './human/features.ts'
import { framedAnew, framings } from './human/framing.ts'
import type { Retouch } from './human/retouch.ts'
import { shapeRetouches } from './human/shape.ts'
import { skinRetouches } from './human/skin.ts'
import type { Recipe } from './recipe.ts'

/** The least width of a face, in pixels, at which a retouch is visible. */
const leastWidth = 52

/** A face that is turned further is seen from the side: half of its mesh is a guess. */
const mostTurned = 0.75

/** The least mean change where it changes, in levels: less is hardly visible. */
const leastLevels = 4

/** The least of those levels times the root of the share of the picture that changes: below it one has to search. */
const leastSeen = 2.2

/** Years that a face has to look, for any retouch and for those of adults: a child of five was estimated at 23. */
const [leastAge, leastAdult] = [14, 27]

/** The least share of a face's contrast that is detail: a retouch of one out of focus looks painted on. */
const leastDetail = 0.13

/** How likely a face with make-up may be a man's: the mesh tells lips, but not the hair that grows around them. */
const mostMale = 0.4

/** Whether a face is in the box of an animal, and in nobody's. */
function isOfAnimal({ box }: Face, things: readonly AnnotatedThing[]): boolean {
  const [u, v] = [box.x + box.width / 2, box.y + box.height / 2]
  const around = things.filter(
    ({ box: { x, y, width, height } }) => u > x && u < x + width && v > y && v < y + height,
  )
  return around.some(({ nature }) => nature === 'animal') && !around.some(({ nature }) => nature === 'person')
}

/** The largest faces first. @throws Rejection where none is large and sure enough */
async function sittersOf(faces: Tool<'faces'>, picture: Picture): Promise<readonly Face[]> {
  const found = await faces.find(picture)
  const fit = fitOf(found)
  if (fit.length === 0)
    throw new Rejection(found.length === 0 ? 'no-face' : isWide(found) ? 'face-turned' : 'face-too-small', {
      faces: found.length,
      width: Math.max(0, ...found.map(widthOf)),
    })
  return fit
}

/** Those that are large and sure enough, the largest first. */
function fitOf(faces: readonly Face[]): readonly Face[] {
  const surest = [...faces].sort((one, other) => other.score * other.box.width - one.score * one.box.width)
  return distinctFaces(surest)
    .filter(
      (face) =>
        face.score > 0.85 &&
        face.mesh.length >= 468 &&
        faceWidth(face) >= leastWidth &&
        turnOf(face) <= mostTurned,
    )
    .sort((one, other) => faceWidth(other) - faceWidth(one))
}

const isWide = (faces: readonly Face[]): boolean => faces.some((face) => widthOf(face) >= leastWidth)

const widthOf = (face: Face): number => (face.mesh.length >= 468 ? faceWidth(face) : 0)

/** Where the person is among several, as a noun; nothing for one alone. */
function personAmong(face: Face, faces: readonly Face[], picture: Picture): Noun | undefined {
  if (faces.length === 1) return undefined
  const middle = (each: Face): number => each.box.x + each.box.width / 2
  const order = [...faces].sort((one, other) => middle(one) - middle(other))
  if (order[0] === face) return { en: 'person on the left', cn: '左边的人' }
  if (order.at(-1) === face) return { en: 'person on the right', cn: '右边的人' }
  return order.length === 3 && Math.abs(middle(face) / picture.width - 0.5) < 0.25
    ? { en: 'person in the middle', cn: '中间的人' }
    : undefined
}

/** How far the points of the mesh went on average, by the width of the face. @throws Rejection where it is another face */
async function movedBy(faces: Tool<'faces'>, picture: Picture, face: Face): Promise<number> {
  const size = faceWidth(face)
  const distances = (await faces.find(picture))
    .filter(({ mesh }) => mesh.length >= 468)
    .map(
      ({ mesh }) =>
        face.mesh
          .slice(0, 468)
          .reduce((sum, [x, y], i) => sum + Math.hypot(mesh[i]![0] - x, mesh[i]![1] - y), 0) /
        468 /
        size,
    )
  if (distances.length === 0) throw new Rejection('face-lost')
  return Math.min(...distances)
}

/** Where the retouch changed something, with a rim; and by how many levels on average there. */
function changeOf(before: Picture, after: Picture): { region: Mask; levels: number; share: number } {
  const { width, height } = before
  const data = new Uint8Array(width * height)
  let [sum, count] = [0, 0]
  for (let i = 0; i < data.length; i++) {
    const difference = Math.max(
      ...[0, 1, 2].map((c) => Math.abs(before.data[3 * i + c]! - after.data[3 * i + c]!)),
    )
    if (difference === 0) continue
    data[i] = 255
    sum += difference
    count++
  }
  return { region: { width, height, data }, levels: sum / Math.max(1, count), share: count / data.length }
}

/**
 * The first of the retouches that is seen, and leaves the face whose it is.
 * @throws Rejection `unchanged`, `identity-lost`, or why the last could not be applied
 */
async function firstSeen(
  faces: Tool<'faces'>,
  { picture, face }: { readonly picture: Picture; readonly face: Face },
  retouches: readonly Retouch[],
  random: Random,
) {
  const sitter = sitterOf(picture, face)
  let last = new Rejection('unchanged')
  for (const retouch of retouches)
    try {
      const { picture: retouched, strength, drawn } = retouch.apply(sitter, random)
      const { region, levels, share } = changeOf(picture, retouched)
      if (levels < (retouch.levels ?? leastLevels) || levels * Math.sqrt(share) < leastSeen)
        throw new Rejection('unchanged', { retouch: retouch.name, levels, share })
      const moved = await movedBy(faces, retouched, face)
      if (moved > retouch.moves) throw new Rejection('identity-lost', { retouch: retouch.name, moved })
      return { retouch, retouched, strength, drawn, region, levels, share, moved }
    } catch (error) {
      if (!(error instanceof Rejection)) throw error
      last = error
    }
  throw last
}

function humanRecipe(
  name: string,
  retouches: readonly Retouch[],
  { variants, framing }: { readonly variants: number; readonly framing: keyof typeof framings },
): Recipe {
  return {
    kind: 'ps_human',
    name: `ps_human/${name}`,
    version: 8,
    needs: ['faces'],
    from: 'photo',
    final: ['no-face', 'face-too-small', 'face-turned'],
    variants,
    async draft({ picture: photograph }, { tools, random, annotation }) {
      const faces = tools.get('faces')
      const all = (await sittersOf(faces, photograph)).filter((each) => !isOfAnimal(each, annotation.things))
      if (all.length === 0) throw new Rejection('no-person')
      const picture = framedAnew(photograph, random.pick(all.slice(0, 3)), random, framings[framing])
      const found = picture === photograph ? all : fitOf(await faces.find(picture))
      if (found.length === 0) throw new Rejection('face-lost')
      const face = random.pick(found.slice(0, 3))
      const detail = detailOf(picture, face.box)
      if (detail < leastDetail) throw new Rejection('blurred', { detail })
      const { age = Number.POSITIVE_INFINITY, male = 0 } = face
      if (age < leastAge) throw new Rejection('on-a-child', { age })
      const isMinor = age < leastAdult || isChildlike(face)
      const allowed = retouches.filter(({ adults }) => !isMinor || adults !== true)
      if (allowed.length === 0) throw new Rejection('on-a-child', face.age === undefined ? {} : { age })
      const fit = allowed.filter(({ makeUp }) => makeUp !== true || male < mostMale)
      if (fit.length === 0) throw new Rejection('on-a-beard', { male })
      const seen = fit.filter(({ least = 0 }) => faceWidth(face) >= least)
      if (seen.length === 0) throw new Rejection('feature-too-small', { width: faceWidth(face) })
      const made = await firstSeen(faces, { picture, face }, random.shuffled(seen), random)
      const { retouch, retouched, strength, drawn, region, levels, share, moved } = made
      const back = retouch.back !== undefined && (retouch.forward === undefined || random.chance(0.5))
      const [source, target] = back ? [retouched, picture] : [picture, retouched]
      const person = personAmong(face, found, picture)
      return {
        source,
        target,
        region,
        facts: {
          kind: 'ps_human',
          retouch: (back ? retouch.back : retouch.forward)!,
          ...(person && { person }),
          strength,
        },
        parameters: {
          retouch: retouch.name,
          back,
          faceWidth: faceWidth(face),
          moved,
          levels,
          share,
          ...drawn,
        },
      }
    },
  }
}

/** Recipes of ps_human, one for each part of the face. */
export const psHuman: readonly Recipe[] = [
  humanRecipe('skin', skinRetouches, { variants: 5, framing: 'portrait' }),
  humanRecipe('eyes', eyeRetouches, { variants: 3, framing: 'close' }),
  humanRecipe('mouth', mouthRetouches, { variants: 4, framing: 'close' }),
  humanRecipe('shape', shapeRetouches, { variants: 1, framing: 'portrait' }),
]
