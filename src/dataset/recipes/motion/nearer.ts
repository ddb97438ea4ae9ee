// A subject of a photograph nearer to the camera, or farther from it: it is cut out and put down larger, over the place
// where it was, so that little has to be painted that was not seen. Farther away is the same the other way round: there
// the photograph itself is the target.

import {
  compositePictures,
  dilateMask,
  invertMask,
  type Mask,
  maskArea,
  maskShare,
  type Picture,
  shadePicture,
  similarityWarp,
  spreadColours,
  subtractMask,
  thresholdMask,
  uniteMasks,
  warpMask,
  warpPicture,
} from '../../../image/index.ts'
import { placeOf } from '../../../instructions/index.ts'
import { cutSubject, floorShadow } from '../../../operations/index.ts'
import type { Random } from '../../../random/index.ts'
import { type Box, Rejection } from '../../../tools/index.ts'
import type { Draft, Recipe, RecipeContext, Source } from '../recipe.ts'
import { type Subject, subjectOf, unfitSubject, wispyThings } from '../subject.ts'
import { movementOf, nameMovement } from './naming.ts'

/** Brings the main subject of the photograph nearer, or takes it farther away. */
export const nearer: Recipe = {
  kind: 'motion_change',
  name: 'motion_change/nearer',
  version: 3,
  needs: ['matting'],
  uses: ['detector'],
  from: 'photo',
  final: [...unfitSubject, 'no-room'],
  variants: 2,
  draft,
}

async function draft({ picture }: Source, context: RecipeContext): Promise<Draft> {
  const { tools, annotation, random } = context
  const subject = await subjectOf(picture, tools, { least: 0.02, most: 0.55, doubt: 0.12, annotation })
  const { name, matte, share, unseen, doubt } = subject
  // What nobody could name may as well be a part of something that stays, and nothing that moves.
  if (name === undefined) throw new Rejection('no-name', { unseen, doubt })
  if (wispyThings.has(name.en)) throw new Rejection('seen-through')
  // Put before its own background, an edge that is a little off is not seen.
  if (unseen > mostUnseen) throw new Rejection('unseen-outline', { unseen })
  const to = destination(picture, subject, { horizon: annotation.horizon, random })
  const { picture: near, region, bare } = enlarged(picture, matte, subject.box, to)
  if (bare > mostBare) throw new Rejection('bare', { bare })
  const box = grown(subject.box, to)
  const comes = random.chance(0.5)
  const [source, target] = comes ? [picture, near] : [near, picture]
  const movement = comes ? movementOf(subject.box, box) : movementOf(box, subject.box)
  const motion = nameMovement(movement, { walks: false })
  if (motion === undefined) throw new Rejection('still', { ...movement })
  const place = placeOf(comes ? subject.box : box, picture.width, picture.height)
  return {
    source,
    target,
    region,
    facts: {
      kind: 'motion_change',
      subject: name,
      ...(place !== undefined && { place }),
      motion,
    },
    parameters: { thing: name.en, share, unseen, bare, ...movement },
  }
}

/** The largest share of the outline along which no edge may be seen, and of the picture that nothing covers any more. */
const [mostUnseen, mostBare] = [0.22, 0.009]

/** How much larger it becomes. */
const growth = { least: 1.28, most: 1.55 } as const

/** The middle of the lowest line of the new place, in pixels, and by how much the subject grows. */
interface Destination {
  readonly x: number
  readonly y: number
  readonly scale: number
}

/**
 * Where the subject is when it is nearer. Its feet may leave the picture below, as they do of who comes up to a camera;
 * its head and its sides may not. @throws Rejection `cut-off`, `no-room` where it cannot grow
 */
function destination(
  { width, height }: Picture,
  { box, name }: Subject,
  { horizon, random }: { readonly horizon: number | undefined; readonly random: Random },
): Destination {
  const foot = box.y + box.height
  if (box.x < 3 || box.x + box.width > width - 3 || box.y < 3) throw new Rejection('cut-off')
  const isCut = foot > height - 3
  const flies = !isCut && name !== undefined && flying.has(name.en)
  const margin = 0.015 * height
  const middle = box.y + box.height / 2
  // On level ground the distance below the horizon grows as the size does; what is large is near the camera's height.
  const below =
    horizon !== undefined && foot > horizon * height
      ? Math.min(foot - horizon * height, 0.9 * box.height)
      : (isCut ? 0.8 : 0.45) * box.height
  const most = Math.min(growth.most, (width - 2 * margin) / box.width)
  if (most < growth.least) throw new Rejection('no-room', { scale: most })
  const scale = random.between(growth.least, most)
  const y = flies ? middle + (box.height * scale) / 2 : foot + (scale - 1) * below
  const top = y - box.height * scale
  if (top < margin || (flies && y > height - margin)) throw new Rejection('no-room', { scale, top })
  const half = (box.width * scale) / 2
  const x = Math.min(width - margin - half, Math.max(margin + half, box.x + box.width / 2))
  return { x, y, scale }
}

const flying: ReadonlySet<string> = new Set(['bird', 'airplane', 'kite', 'hot air balloon', 'butterfly'])

interface Enlarged {
  readonly picture: Picture
  readonly region: Mask
  /** The share of the picture that was covered and is not any more. */
  readonly bare: number
}

function enlarged(picture: Picture, matte: Mask, box: Box, { x, y, scale }: Destination): Enlarged {
  const { width, height } = picture
  const warp = similarityWarp({
    scale,
    center: [box.x + box.width / 2, box.y + box.height],
    to: [x, y],
  })
  const cut = cutSubject(picture, matte)
  const thing = cleared(warpMask(cut.alpha, warp, { width, height }))
  const old = dilateMask(thresholdMask(matte, 12), Math.max(2, Math.round(Math.max(width, height) / 200)))
  const left = subtractMask(old, thresholdMask(thing, 200))
  // What comes into sight beside it is a narrow strip of what is around.
  const behind = spreadColours(picture, invertMask(old))
  const filled = compositePictures(picture, behind, old)
  const isSeen = y > box.y + box.height + 2 && y < height
  const shadow = isSeen ? cleared(floorShadow(thing)) : undefined
  const shaded = shadow === undefined ? filled : shadePicture(filled, shadow, 0.6)
  const out = compositePictures(shaded, warpPicture(cut.picture, warp, { width, height }), thing)
  const all = [old, thing, ...(shadow === undefined ? [] : [shadow])]
  const region = all.map((mask) => thresholdMask(mask, 1)).reduce(uniteMasks)
  return { picture: out, region, bare: maskArea(left) === 0 ? 0 : maskShare(left) }
}

/** The box at its new place, of which a part may lie below the picture. */
const grown = ({ width, height }: Box, { x, y, scale }: Destination): Box => ({
  x: x - (width * scale) / 2,
  y: y - height * scale,
  width: width * scale,
  height: height * scale,
})

/** Without the levels that a filter leaves far out. */
const cleared = (mask: Mask): Mask => ({ ...mask, data: mask.data.map((value) => (value < 4 ? 0 : value)) })
