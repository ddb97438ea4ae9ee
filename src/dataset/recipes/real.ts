import { type Survey, surveyPicture } from '../../edit/index.ts'
import { type Mask, maskArea, maskBox, type Picture, uniteMasks } from '../../image/index.ts'
import { type Noun, type Place, placeOf } from '../../instructions/index.ts'
import type { Box, Toolbox } from '../../tools/index.ts'
import type { AnnotatedThing, Annotation, Nature } from '../annotations/annotation.ts'
import { overlapOf } from '../annotations/overlap.ts'
import { isCutByBox } from './outline.ts'

/** A thing, or all of a name, that the photograph shows, told apart by its name and place. */
export interface RealThing {
  readonly name: Noun
  readonly nature?: Nature
  readonly label?: string
  readonly height?: number
  readonly things: readonly AnnotatedThing[]
  /** Things that are worn, held or ridden, and belong to it. */
  readonly attached: readonly AnnotatedThing[]
  /** Around all of it. */
  readonly box: Box
  /** Where it is, where that is needed to tell it from others or may be said. */
  readonly place?: Place
  readonly all?: true
}

/** Requirements of the things. */
export interface RealDemands {
  /** Shares of the picture that the box takes. */
  readonly least: number
  readonly most: number
  /** The least score of a detection. */
  readonly sure?: number
}

/** What people and animals wear, hold and ride: it goes with them and never by itself where they are. */
const carried: ReadonlySet<string> = new Set([
  ...[
    'tie',
    'handbag',
    'backpack',
    'umbrella',
    'skis',
    'snowboard',
    'skateboard',
    'surfboard',
    'baseball bat',
  ],
  ...[
    'baseball glove',
    'tennis racket',
    'frisbee',
    'sports ball',
    'cell phone',
    'suitcase',
    'kite',
    'bottle',
    'cup',
  ],
])

/** What is no thing that one takes away: the place itself, and parts of what stands there. */
const places: ReadonlySet<string> = new Set([
  ...['dining table', 'bed', 'sink', 'couch', 'oven', 'toilet', 'refrigerator'],
  ...['clock', 'traffic light', 'stop sign', 'parking meter'],
])

/**
 * Things of a photograph that stand by themselves: of a sure name, not too large, told apart by name and place, and not
 * tangled with others. Of a name that there is two to four times, all together too.
 */
export function realThings(
  picture: Picture,
  { things }: Pick<Annotation, 'things'>,
  { least, most, sure = 0.4 }: RealDemands,
): readonly RealThing[] {
  const area = picture.width * picture.height
  const share = ({ box }: AnnotatedThing): number => (box.width * box.height) / area
  const isCandidate = (thing: AnnotatedThing): boolean =>
    thing.score >= sure && thing.unsure !== true && !(thing.label !== undefined && places.has(thing.label))
  const single = things.filter(isCandidate).flatMap((thing): RealThing[] => {
    if (share(thing) < least || share(thing) > most) return []
    const attached = attachedTo(thing, things)
    if (attached === undefined) return []
    const alike = things.filter((other) => other !== thing && other.name.en === thing.name.en)
    const place = placeOf(thing.box, picture.width, picture.height)
    if (alike.length > 0) {
      if (place === undefined) return []
      if (alike.some(({ box }) => placeOf(box, picture.width, picture.height)?.en === place.en)) return []
    }
    return [realOf([thing], attached, place)]
  })
  return [...single, ...groups(things.filter(isCandidate), things, area, { least, most })]
}

/** All of one name, where there are two to four, each by itself. */
function groups(
  candidates: readonly AnnotatedThing[],
  all: readonly AnnotatedThing[],
  area: number,
  { least, most }: Pick<RealDemands, 'least' | 'most'>,
): readonly RealThing[] {
  const names = new Set(candidates.map(({ name }) => name.en))
  return [...names].flatMap((name): RealThing[] => {
    const those = all.filter((thing) => thing.name.en === name)
    if (those.length < 2 || those.length > 4 || those.some((thing) => !candidates.includes(thing))) return []
    const taken = those.reduce((sum, { box }) => sum + box.width * box.height, 0) / area
    if (taken < 2 * least || taken > most) return []
    const attached = those.map((thing) =>
      attachedTo(
        thing,
        all.filter((other) => !those.includes(other)),
      ),
    )
    if (attached.some((each) => each === undefined)) return []
    return [
      {
        ...realOf(
          those,
          attached.flatMap((each) => each ?? []),
          undefined,
        ),
        all: true,
      },
    ]
  })
}

function realOf(
  things: readonly AnnotatedThing[],
  attached: readonly AnnotatedThing[],
  place: Place | undefined,
): RealThing {
  const { name, nature, label, height } = things[0]!
  return {
    name,
    things,
    attached,
    box: around([...things, ...attached].map(({ box }) => box)),
    ...(nature !== undefined && { nature }),
    ...(label !== undefined && { label }),
    ...(height !== undefined && { height }),
    ...(place !== undefined && { place }),
  }
}

/** How much of the smaller of two boxes the other may cover before they are tangled. */
const mostTangled = 0.12

/** Below this score another detection is no reason to leave a thing. */
const leastOther = 0.42

/** What goes with a thing; undefined where it is tangled with what does not. */
function attachedTo(
  thing: AnnotatedThing,
  all: readonly AnnotatedThing[],
): readonly AnnotatedThing[] | undefined {
  const attached: AnnotatedThing[] = []
  for (const other of all) {
    if (other === thing) continue
    const shared = sharedOf(thing.box, other.box)
    const [own, its] = [thing.box.width * thing.box.height, other.box.width * other.box.height]
    if (shared <= mostTangled * Math.min(own, its)) continue
    if (other.label !== undefined && places.has(other.label)) continue
    const isCarried = other.label !== undefined && carried.has(other.label) && its < 0.6 * own
    // A guess may as well be a part of the thing itself.
    if (other.score < leastOther && !isCarried) continue
    // The same thing under another name.
    if (overlapOf(thing.box, other.box) > 0.75 && other.score < thing.score) continue
    if (isCarried && (thing.nature === 'person' || thing.nature === 'animal')) attached.push(other)
    else return undefined
  }
  return attached
}

function sharedOf(one: Box, other: Box): number {
  const width = Math.min(one.x + one.width, other.x + other.width) - Math.max(one.x, other.x)
  const height = Math.min(one.y + one.height, other.y + other.height) - Math.max(one.y, other.y)
  return Math.max(0, width) * Math.max(0, height)
}

function around(boxes: readonly Box[]): Box {
  const [x, y] = [Math.min(...boxes.map((box) => box.x)), Math.min(...boxes.map((box) => box.y))]
  return {
    x,
    y,
    width: Math.max(...boxes.map((box) => box.x + box.width)) - x,
    height: Math.max(...boxes.map((box) => box.y + box.height)) - y,
  }
}

/** Coverage of a real thing with all that goes with it, and how well it fits the boxes, 0 to 1. */
export interface RealMask {
  readonly mask: Mask
  readonly fit: number
}

/** @throws ToolError `tool-missing` */
export async function maskOfReal(
  picture: Picture,
  { things, attached }: Pick<RealThing, 'things' | 'attached'>,
  { things: known }: Pick<Annotation, 'things'>,
  tools: Toolbox,
): Promise<RealMask> {
  const survey = surveyPicture(picture, tools)
  let [mask, fit] = [undefined as Mask | undefined, 1]
  for (const thing of things) {
    const own = await maskOf(survey, thing, known)
    const bounds = maskBox(own, 128)
    fit = Math.min(fit, bounds === undefined ? 0 : overlapOf(bounds, thing.box))
    if (maskArea(own) < 0.18 * thing.box.width * thing.box.height || isCutByBox(picture, own)) fit = 0
    mask = mask === undefined ? own : uniteMasks(mask, own)
  }
  for (const thing of attached) mask = uniteMasks(mask!, await maskOf(survey, thing, known))
  return { mask: mask!, fit }
}

const maskOf = (survey: Survey, thing: AnnotatedThing, known: readonly AnnotatedThing[]): Promise<Mask> =>
  survey.mask(
    { label: thing.label ?? thing.name.en, box: thing.box },
    known.map(({ label, name, box, score }) => ({ label: label ?? name.en, box, score })),
  )
