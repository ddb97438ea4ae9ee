import {
  cropMask,
  cropPicture,
  type Layer,
  type Mask,
  maskArea,
  maskBox,
  type Picture,
} from '../../image/index.ts'
import { type Noun, type Place, placeOf } from '../../instructions/index.ts'
import { cutSubject, type Placement, type Staged, stageThing } from '../../operations/index.ts'
import { type Box, Rejection } from '../../tools/index.ts'
import type { AnnotatedThing } from '../annotations/annotation.ts'
import { levelStrips } from '../annotations/strips.ts'
import { drawLight } from './light.ts'
import { unseenOutline } from './outline.ts'
import { maskOfReal } from './real.ts'
import type { Draft, Json, Recipe, RecipeContext, Source } from './recipe.ts'
import { checkSeen } from './staged.ts'

/** A photograph with one of its things there a second time. */
export interface Twin {
  readonly name: Noun
  readonly place?: Place
  readonly staged: Staged
  readonly parameters: { readonly [key: string]: Json }
}

/** Puts another of a thing beside it, or asks for it to be gone: then the target is the photograph. */
export const twinRecipe = (kind: 'subject-add' | 'subject-remove'): Recipe => ({
  kind,
  name: `${kind}/twin`,
  version: 3,
  needs: ['matting', 'segmenter', 'detector'],
  from: 'photo',
  final: ['no-thing'],
  variants: 2,
  async draft({ picture }: Source, context: RecipeContext): Promise<Draft> {
    const { name, place, staged, parameters } = await twinOf(picture, context)
    // Which of two is to go has to be told.
    if (kind === 'subject-remove' && place === undefined) throw new Rejection('no-place')
    const [source, target] = kind === 'subject-add' ? [picture, staged.picture] : [staged.picture, picture]
    return {
      source,
      target,
      region: staged.region,
      facts: { kind, subject: name, ...(place !== undefined && { place }) },
      parameters,
    }
  },
})

/** Of these there may as well be another beside: a face that is there twice is seen to be. */
const doubled: ReadonlySet<string> = new Set([
  ...['bird', 'cat', 'dog', 'horse', 'sheep', 'cow', 'elephant', 'bear', 'zebra', 'giraffe'],
  ...['car', 'motorcycle', 'bus', 'truck', 'fire hydrant', 'bench', 'chair', 'potted plant', 'suitcase'],
  ...['vase', 'teddy bear', 'bottle', 'cup', 'bowl', 'apple', 'orange', 'banana', 'donut', 'cake'],
  ...['sports ball', 'boat', 'backpack', 'wine glass', 'parking meter'],
])

/** Of people there may be others where they are too small to be known by their faces: the largest share of the picture's height. */
const tallestPerson = 0.42

/** The least score, the least and largest share of the picture that its box takes, and what is believed of its mask. */
const demands = { score: 0.5, least: 0.008, most: 0.1, fit: 0.75, unseen: 0.14 } as const
/** How much of a box others may cover: what stands before it is no part of it. */
const mostCovered = 0.1
const mostTries = 3

/**
 * Puts a thing of the photograph beside itself, mirrored, on the same ground. @throws Rejection `no-thing`,
 * `doubtful-mask`, `no-place`, `faint`
 */
async function twinOf(picture: Picture, context: RecipeContext): Promise<Twin> {
  const { annotation, random } = context
  const { things } = annotation
  const fit = things.filter((thing) => isFit(thing, things, picture))
  let last = new Rejection('no-thing', { seen: things.length })
  for (const thing of random.shuffled(fit).slice(0, mostTries))
    try {
      return await doubledThing(picture, thing, context)
    } catch (error) {
      if (!(error instanceof Rejection)) throw error
      last = error
    }
  throw last
}

function isFit(
  thing: AnnotatedThing,
  things: readonly AnnotatedThing[],
  { width, height }: Picture,
): boolean {
  const { label, box, score } = thing
  if (label === undefined || score < demands.score || thing.unsure === true) return false
  const isSmallPerson = label === 'person' && box.height < tallestPerson * height
  if (!isSmallPerson && !doubled.has(label)) return false
  const share = (box.width * box.height) / (width * height)
  if (share < demands.least || share > demands.most) return false
  const margin = 0.012 * Math.max(width, height)
  if (box.x < margin || box.y < margin) return false
  if (box.x + box.width > width - margin || box.y + box.height > height - margin) return false
  return things.every((other) => {
    if (other === thing || other.label === 'dining table' || other.score < 0.42) return true
    return sharedOf(box, other.box) < mostCovered * Math.min(areaOf(box), areaOf(other.box))
  })
}

async function doubledThing(
  picture: Picture,
  thing: AnnotatedThing,
  { annotation, tools, random }: RecipeContext,
): Promise<Twin> {
  const { things } = annotation
  const { mask, fit } = await maskOfReal(picture, { things: [thing], attached: [] }, annotation, tools)
  const unseen = unseenOutline(picture, mask)
  if (fit < demands.fit || unseen > demands.unseen) throw new Rejection('doubtful-mask', { fit, unseen })
  const layer = layerOf(picture, mask)
  const { width, height } = layer.alpha
  const others = things.filter((other) => other !== thing && other.label !== 'dining table')
  const strips = levelStrips(
    picture,
    thing.box,
    others.map(({ box }) => box),
  )
  const scale = random.between(0.92, 1.04)
  const [across, tall] = [Math.round(width * scale), Math.round(height * scale)]
  const gap = 0.06 * across
  const rooms = strips
    .map(
      ({ left, right }) =>
        [left + gap + across / 2, Math.min(right, picture.width - 4) - across / 2] as const,
    )
    .filter(([from, to]) => from <= to)
  if (rooms.length === 0) throw new Rejection('no-place', { strips: strips.length })
  const [from, to] = random.pick(rooms)
  const box = maskBox(mask, 128) ?? thing.box
  const placement: Placement = {
    surface: { kind: 'floor', area: [0, 0, 1, 1] },
    x: Math.round(random.between(from, to)),
    y: Math.round(box.y + box.height),
    width: across,
    height: tall,
    mirror: true,
    turn: 0,
  }
  const at: Box = { x: placement.x - across / 2, y: placement.y - tall, width: across, height: tall }
  if (others.some((other) => sharedOf(at, other.box) > 0.04 * Math.min(areaOf(at), areaOf(other.box))))
    throw new Rejection('no-place')
  const staged = stageThing(picture, layer, placement, { light: drawLight(random) }, () => random.unit())
  checkSeen(picture, staged)
  const place = placeOf(at, picture.width, picture.height)
  const alike = things.filter(({ name }) => name.en === thing.name.en)
  const isTold =
    place !== undefined &&
    alike.every((other) => placeOf(other.box, picture.width, picture.height)?.en !== place.en)
  return {
    name: thing.name,
    ...(isTold && { place }),
    staged,
    parameters: {
      thing: thing.name.en,
      fit,
      unseen,
      x: placement.x,
      y: placement.y,
      width: across,
      height: tall,
    },
  }
}

/** The thing alone, cropped, with its own colours along the edge. */
function layerOf(picture: Picture, mask: Mask): Layer {
  const cut = cutSubject(picture, mask)
  const box = maskBox(mask, 8)
  if (box === undefined || maskArea(mask) === 0) throw new Rejection('doubtful-mask')
  return { picture: cropPicture(cut.picture, box), alpha: cropMask(cut.alpha, box) }
}

const areaOf = ({ width, height }: Box): number => width * height

function sharedOf(one: Box, other: Box): number {
  const width = Math.min(one.x + one.width, other.x + other.width) - Math.max(one.x, other.x)
  const height = Math.min(one.y + one.height, other.y + other.height) - Math.max(one.y, other.y)
  return Math.max(0, width) * Math.max(0, height)
}
