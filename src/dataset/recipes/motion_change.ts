// "Frame pairs of videos: foreground by BiRefNet, flow by RAFT; the mean of the norm of the foreground's flow and the norm
// of the mean flow of the background tell the pairs where only the foreground moves; then the change is named" (section
// 3.1.1). With a fixed camera the foreground is what differs from the empty scene, and all but the one subject is taken
// from the source, so that nothing else moves.

import {
  compositePictures,
  cropPicture,
  dilateMask,
  featherMask,
  type Mask,
  type Picture,
  resizePicture,
  uniteMasks,
} from '../../image/index.ts'
import { type Noun, nounOf, type Place, placeOf } from '../../instructions/index.ts'
import type { Random } from '../../random/index.ts'
import { type Box, Rejection, type Tool } from '../../tools/index.ts'
import { emptyScene, type Mover, moversIn, touch } from './motion/fixedCamera.ts'
import { flowNorms } from './motion/flowNorms.ts'
import { movementOf, nameMovement } from './motion/naming.ts'
import type { Recipe, Source } from './recipe.ts'

/** The least mean of the foreground's flow, in pixels of a picture of 512. */
const leastForeground = 0.8

/** The largest norm of the background's mean flow, by that of the foreground: flow bleeds over borders. */
const mostBackground = 0.12

/** Frames that the target is looked for in, before and after the source. */
const reachFrames = 4

/** What the detector calls a mover, looked at closely; nothing where it has no sure name. */
async function nameOf(detector: Tool<'detector'>, frame: Picture, { box }: Mover): Promise<Noun | undefined> {
  const margin = 0.4 * Math.max(box.width, box.height)
  const x = Math.max(0, Math.floor(box.x - margin))
  const y = Math.max(0, Math.floor(box.y - margin))
  const width = Math.min(frame.width, Math.ceil(box.x + box.width + margin)) - x
  const height = Math.min(frame.height, Math.ceil(box.y + box.height + margin)) - y
  const scale = Math.max(1, 320 / Math.max(width, height))
  const close = resizePicture(cropPicture(frame, { x, y, width, height }), {
    width: Math.round(width * scale),
    height: Math.round(height * scale),
  })
  const own = {
    x: (box.x - x) * scale,
    y: (box.y - y) * scale,
    width: box.width * scale,
    height: box.height * scale,
  }
  const found = (await detector.detect(close))
    .filter(
      ({ label, score, box: each }) =>
        score > 0.3 && nounOf(label) !== undefined && commonArea(each, own) > 0.6 * areaOf(each),
    )
    .sort((one, other) => other.score * areaOf(other.box) - one.score * areaOf(one.box))
  const [best] = found
  // A name for a small part of what moves is not the name of what moves.
  if (best === undefined || areaOf(best.box) < 0.25 * areaOf(own)) return undefined
  const several = found.filter(
    ({ label, box: each }) => label === best.label && areaOf(each) > 0.4 * areaOf(best.box),
  )
  if (several.length === 1) return nounOf(best.label)
  return best.label === 'person' ? people : undefined
}

/** Who walk together, and are one shape. */
const people: Noun = { en: 'people', cn: '行人', number: 'plural' }

const areaOf = ({ width, height }: Box): number => width * height

function commonArea(one: Box, other: Box): number {
  const width = Math.min(one.x + one.width, other.x + other.width) - Math.max(one.x, other.x)
  const height = Math.min(one.y + one.height, other.y + other.height) - Math.max(one.y, other.y)
  return Math.max(0, width) * Math.max(0, height)
}

/** The same subject in another frame: of its colours and size, near; and no other that it might be. */
function sameIn(movers: readonly Mover[], subject: Mover): Mover | undefined {
  const scores = movers
    .map((mover) => ({ mover, unlike: unlikeness(mover, subject) }))
    .filter(({ unlike }) => unlike < 1)
    .sort((one, other) => one.unlike - other.unlike)
  const [best, second] = scores
  return best !== undefined && (second === undefined || second.unlike > 1.6 * best.unlike + 0.1)
    ? best.mover
    : undefined
}

function unlikeness(one: Mover, other: Mover): number {
  const colour = Math.hypot(...[0, 1, 2].map((c) => one.colour[c]! - other.colour[c]!)) / 0.09
  const size = Math.abs(Math.log(one.area / other.area)) / 0.7
  const shape =
    Math.abs(Math.log((one.box.height * other.box.width) / (other.box.height * one.box.width))) / 1.2
  const way = Math.hypot(one.box.x - other.box.x, one.box.y - other.box.y) / (4 * other.box.height)
  return Math.max(colour, size, shape, way)
}

const atBorder = ({ box }: Mover, { width, height }: Picture): boolean =>
  box.x <= 1 || box.y <= 1 || box.x + box.width >= width - 1 || box.y + box.height >= height - 1

/** A subject that moves between two frames while nothing else is in its way. */
interface Pair {
  readonly from: Mover
  readonly to: Mover
  readonly region: Mask
}

/** Who moves from one frame to another, alone on the way. */
function pairsOf(picture: Picture, here: readonly Mover[], frame: Picture, there: readonly Mover[]): Pair[] {
  const grow = Math.max(3, Math.round(Math.max(picture.width, picture.height) / 110))
  return here.flatMap((from) => {
    const to = sameIn(there, from)
    // What is half out of the picture has no whole shape; one alone may reach in from the border, as a hand does.
    if (to === undefined || (here.length > 1 && (atBorder(from, picture) || atBorder(to, frame)))) return []
    const others = [...here.filter((each) => each !== from), ...there.filter((each) => each !== to)]
    if (others.some(({ box }) => touch(box, from.box, grow) || touch(box, to.box, grow))) return []
    return [{ from, to, region: dilateMask(uniteMasks(from.mask, to.mask), grow) }]
  })
}

/** The frames near the source's own, with how many later they are, in an order by chance. */
function framesNear(
  { picture }: Source,
  frames: readonly Picture[],
  random: Random,
): { frame: Picture; away: number }[] {
  const at = frames.findIndex(
    (frame) => frame === picture || frame.data.every((level, i) => level === picture.data[i]),
  )
  if (at < 0) throw new Rejection('frame-not-in-video')
  const near = frames.map((frame, i) => ({ frame, away: i - at }))
  return random.shuffled(near.filter(({ away }) => away !== 0 && Math.abs(away) <= reachFrames))
}

/** Recipes of motion_change: of the frames of a fixed camera. */
export const motionChange: readonly Recipe[] = [
  {
    kind: 'motion_change',
    name: 'motion_change/fixed-camera',
    version: 1,
    needs: ['flow', 'detector'],
    from: 'video',
    variants: 2,
    async draft(source, { tools, random }) {
      const { picture, frames } = source
      if (frames === undefined) throw new Rejection('no-video')
      const near = framesNear(source, frames, random)
      const empty = emptyScene(frames)
      const here = moversIn(picture, empty)
      if (here.length === 0) throw new Rejection('nothing-moves')
      const names = new Map<Mover, Noun | undefined>()
      let [pairs, named, samePairs] = [0, 0, 0]
      for (const { frame, away } of near)
        for (const { from, to, region } of random.shuffled(
          pairsOf(picture, here, frame, moversIn(frame, empty)),
        )) {
          pairs++
          const movement = movementOf(from.box, to.box)
          if (nameMovement(movement, { walks: false }) === undefined) continue
          if (!names.has(from)) names.set(from, await nameOf(tools.get('detector'), picture, from))
          const subject = names.get(from)
          if (subject === undefined) continue
          named++
          const motion = nameMovement(movement, { walks: subject === people || subject.en === 'person' })!
          const target = compositePictures(picture, frame, onlyWithin(featherMask(region, 1), region))
          // The same colours and size may be somebody else, or two where one was.
          const after = await nameOf(tools.get('detector'), target, to)
          if (after?.en !== subject.en) continue
          samePairs++
          const flow = await tools.get('flow').flow(picture, target)
          const norms = flowNorms(flow, uniteMasks(from.mask, to.mask), region)
          const scale = Math.max(picture.width, picture.height) / 512
          if (
            norms.foreground < leastForeground * scale ||
            norms.background > mostBackground * norms.foreground
          )
            continue
          const place: Place | undefined =
            here.length === 1 ? undefined : placeOf(from.box, picture.width, picture.height)
          return {
            source: picture,
            target,
            region,
            facts: { kind: 'motion_change', subject, ...(place && { place }), motion },
            parameters: {
              frames: away,
              movers: here.length,
              ...movement,
              foregroundFlow: norms.foreground,
              backgroundFlow: norms.background,
            },
          }
        }
      throw new Rejection(reasonFor(pairs, named, samePairs), { movers: here.length, pairs, named })
    },
  },
]

/** The step of the search that none passed. */
function reasonFor(pairs: number, named: number, same: number): string {
  if (pairs === 0) return 'no-pair'
  if (named === 0) return 'unnamed-or-still'
  return same === 0 ? 'another-subject' : 'flow'
}

/** A feathered mask that covers nothing outside of the region. */
const onlyWithin = (soft: Mask, region: Mask): Mask => ({
  ...soft,
  data: soft.data.map((value, i) => (region.data[i] === 0 ? 0 : value)),
})
