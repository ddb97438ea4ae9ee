// A subject of a photograph at another place of the same ground: it is cut out, its place is filled, and it is put down
// with its own shadow. Unlike a pose, a place can be changed without painting anything that was not seen.

import {
  boxMask,
  dilateMask,
  type LabPlanes,
  labOfPicture,
  type Mask,
  maskArea,
  maskBox,
  type Picture,
  subtractMask,
  uniteMasks,
} from '../../../image/index.ts'
import { moveThing } from '../../../operations/index.ts'
import { type Box, Rejection } from '../../../tools/index.ts'
import type { AnnotatedThing } from '../../annotations/annotation.ts'
import { clearOne, unrestAround } from '../clearing.ts'
import type { RealThing } from '../real.ts'
import type { Draft, Recipe, RecipeContext, Source } from '../recipe.ts'
import { movementOf, nameMovement } from './naming.ts'

/** Moves a thing of the photograph to the left or right. */
export const displacement: Recipe = {
  kind: 'motion_change',
  name: 'motion_change/displace',
  version: 4,
  needs: ['matting', 'segmenter'],
  uses: ['detector'],
  from: 'photo',
  final: ['no-thing'],
  variants: 2,
  async draft({ picture }: Source, context: RecipeContext): Promise<Draft> {
    const { annotation, random } = context
    const { thing, cleared } = await clearOne(picture, context, {
      accept: (each) => isMovable(each, picture),
      bearable: bearableApart,
    })
    const others = annotation.things.filter((each) => ![...thing.things, ...thing.attached].includes(each))
    const box = maskBox(cleared.mask, 128) ?? thing.box
    const lab = labOfPicture(picture)
    const way = random
      .shuffled(ways(box, picture))
      .find(
        (right) => isFree(moved(box, right), others) && isLevel({ picture, lab }, box, right, cleared.region),
      )
    if (way === undefined) throw new Rejection('no-place', { ways: ways(box, picture).length })
    const {
      picture: target,
      region,
      thing: there,
    } = moveThing(picture, cleared.mask, {
      right: way / picture.width,
      down: 0,
      scale: 1,
    })
    const movement = movementOf(box, maskBox(there, 128) ?? moved(box, way))
    const motion = nameMovement(movement, { walks: false })
    if (motion === undefined) throw new Rejection('still', { ...movement })
    const { name, place } = thing
    return {
      source: picture,
      target,
      region: uniteMasks(region, cleared.region),
      facts: { kind: 'motion_change', subject: name, ...(place !== undefined && { place }), motion },
      parameters: { thing: name.en, ...movement, ...cleared.measures },
    }
  },
}

/** The filled place lies where nothing is looked for any more. */
const bearableApart = 1.3

/** The largest share of the picture that the box of what is moved takes. */
const mostMoved = 0.14

/** Stand on the ground by themselves, or fly, and may as well be a little farther on. */
const movable: ReadonlySet<string> = new Set([
  ...['person', 'bird', 'cat', 'dog', 'horse', 'sheep', 'cow', 'elephant', 'bear', 'zebra', 'giraffe'],
  ...['bicycle', 'car', 'motorcycle', 'airplane', 'bus', 'truck', 'boat', 'kite', 'sports ball', 'frisbee'],
  ...['fire hydrant', 'bench', 'chair', 'suitcase', 'backpack', 'potted plant', 'vase', 'teddy bear'],
  ...['bottle', 'cup', 'bowl', 'apple', 'orange', 'banana', 'book', 'remote', 'mouse', 'cell phone'],
])

function isMovable({ label, all, box }: RealThing, { width, height }: Picture): boolean {
  if (all !== undefined || label === undefined || !movable.has(label)) return false
  const margin = 0.012 * Math.max(width, height)
  const isWhole =
    box.x > margin &&
    box.y > margin &&
    box.x + box.width < width - margin &&
    box.y + box.height < height - margin
  return isWhole && box.width * box.height < mostMoved * width * height
}

/** How far to the right, in pixels: clear of where it stood, and within the picture. */
function ways(box: Box, { width }: Picture): readonly number[] {
  const least = Math.max(1.15 * box.width, 0.55 * box.height)
  const margin = 0.02 * width
  const [left, right] = [box.x - margin, width - margin - box.x - box.width]
  return [1, 1.35, 1.8, 2.4]
    .map((factor) => factor * least)
    .flatMap((way) => [...(way < right ? [way] : []), ...(way < left ? [-way] : [])])
}

const moved = (box: Box, right: number): Box => ({ ...box, x: box.x + right })

const isFree = (box: Box, things: readonly AnnotatedThing[]): boolean =>
  things.every(({ box: other }) => {
    const width = Math.min(box.x + box.width, other.x + other.width) - Math.max(box.x, other.x)
    const height = Math.min(box.y + box.height, other.y + other.height) - Math.max(box.y, other.y)
    return (
      width <= 0 ||
      height <= 0 ||
      width * height < 0.04 * Math.min(box.width * box.height, other.width * other.height)
    )
  })

interface Seen {
  readonly picture: Picture
  readonly lab: LabPlanes
}

/** The most unrest of a place that something is put before, and the largest distance of its ground's colour. */
const [mostUnrest, mostApart] = [0.06, 0.085]

/** Whether the ground at the new foot is that of the old one, and nothing stands there that nobody named. */
function isLevel({ picture, lab }: Seen, box: Box, right: number, hole: Mask): boolean {
  const there = foot(picture, moved(box, right))
  const here = subtractMask(foot(picture, box), hole)
  if (maskArea(here) < 12 || maskArea(there) < 12) return false
  const [one, other] = [meanOf(lab, here), meanOf(lab, there)]
  const apart = Math.hypot(one[0] - other[0], 1.5 * (one[1] - other[1]), 1.5 * (one[2] - other[2]))
  if (apart > mostApart) return false
  return (
    ownUnrest(lab, there) < mostUnrest &&
    unrestAround(picture, whole(picture, moved(box, right))) < mostUnrest
  )
}

const whole = ({ width, height }: Picture, box: Box): Mask =>
  boxMask(width, height, {
    x: Math.round(box.x),
    y: Math.round(box.y),
    width: Math.round(box.width),
    height: Math.round(box.height),
  })

/** What is beside and below where something stands. */
function foot(picture: Picture, { x, y, width, height }: Box): Mask {
  const tall = Math.max(4, 0.16 * height)
  const top = Math.min(picture.height - tall - 1, y + height - 0.55 * tall)
  const left = Math.max(0, x - 0.25 * width)
  const right = Math.min(picture.width, x + 1.25 * width)
  return whole(picture, { x: left, y: top, width: right - left, height: tall })
}

function meanOf({ lightness, a, b }: LabPlanes, mask: Mask): readonly [number, number, number] {
  const sums: [number, number, number] = [0, 0, 0]
  let count = 1e-6
  for (const [i, value] of mask.data.entries()) {
    if (value < 128) continue
    sums[0] += lightness[i]!
    sums[1] += a[i]!
    sums[2] += b[i]!
    count++
  }
  return [sums[0] / count, sums[1] / count, sums[2] / count]
}

/** How far lightness in a place is from its mean. */
function ownUnrest(lab: LabPlanes, mask: Mask): number {
  const { lightness } = lab
  const [mean] = meanOf(lab, mask)
  let [sum, count] = [0, 1e-6]
  for (const [i, value] of dilateMask(mask, 1).data.entries()) {
    if (value < 128) continue
    sum += (lightness[i]! - mean) ** 2
    count++
  }
  return Math.sqrt(sum / count)
}
