import {
  cropMask,
  cropPicture,
  distanceToMask,
  fillHoles,
  invertMask,
  largestParts,
  type Mask,
  maskArea,
  maskBox,
  maskComponents,
  maskShare,
  type Picture,
  thresholdMask,
} from '../../image/index.ts'
import { type Noun, nounOf } from '../../instructions/index.ts'
import { type Box, Rejection, type Toolbox } from '../../tools/index.ts'
import type { Annotation } from '../annotations/annotation.ts'
import { overlapOf } from '../annotations/overlap.ts'
import { sureName } from '../annotations/sureNames.ts'
import { unseenOutline } from './outline.ts'

/** The salient subject of a picture. */
export interface Subject {
  /** Soft coverage. */
  readonly matte: Mask
  readonly box: Box
  /** Of the picture, 0 to 1. */
  readonly share: number
  /** What is neither clearly in nor out, beyond the soft edge that any outline has, relative to the area. */
  readonly doubt: number
  /** The share of its outline along which no edge is seen. */
  readonly unseen: number
  /** How many parts of some size it has. */
  readonly parts: number
  /** The name, from the annotation or the detector. */
  readonly name?: Noun
  /** Where the detector names it: how well its box fits the matte's, 0 to 1. */
  readonly fit?: number
}

/** A recipe's requirements of a subject. */
export interface SubjectDemands {
  readonly least: number
  readonly most: number
  /** The most doubt. */
  readonly doubt?: number
  /** What is known of the picture: it may name the subject. */
  readonly annotation?: Annotation
}

/** The largest share of an outline that may show no edge. */
const mostUnseen = 0.28

/**
 * The main subject of a picture by matting, without crumbs and pinholes. @throws Rejection `no-subject`, `small`,
 * `large`, `doubtful-matte`, `unseen-outline` where the matte ends in the middle of something, `unsteady-matte` where a
 * little less of the picture gives another
 */
export async function subjectOf(
  picture: Picture,
  tools: Toolbox,
  { least, most, doubt: mostDoubt = 0.12, annotation }: SubjectDemands,
): Promise<Subject> {
  const raw = await tools.get('matting').matte(picture)
  const matte = cleanMatte(raw)
  const box = maskBox(matte)
  if (box === undefined) throw new Rejection('no-subject')
  const share = maskShare(matte)
  if (share < least) throw new Rejection('small', { share })
  if (share > most) throw new Rejection('large', { share })
  const doubt = doubtOf(matte)
  if (doubt > mostDoubt) throw new Rejection('doubtful-matte', { doubt })
  const unseen = unseenOutline(picture, matte)
  if (unseen > mostUnseen) throw new Rejection('unseen-outline', { unseen })
  const steady = steadyOf(
    picture,
    raw,
    await tools.get('matting').matte(cropPicture(picture, closer(picture))),
  )
  if (steady < leastSteady) throw new Rejection('unsteady-matte', { steady })
  const found = { matte, box, share, doubt, unseen, parts: partsOf(matte) }
  if (annotation?.subject !== undefined) return { ...found, name: annotation.subject }
  return { ...found, ...(await detectedName(picture, { matte, box }, tools, annotation)) }
}

/** So much of each side is left out where it is asked again what stands out, and how alike both answers have to be. */
const [leftOut, leastSteady] = [0.06, 0.93]

/** The picture without its rim. */
function closer({ width, height }: Picture): Box {
  const [x, y] = [Math.round(leftOut * width), Math.round(leftOut * height)]
  return { x, y, width: width - 2 * x, height: height - 2 * y }
}

/**
 * How alike a matte and that of the picture without its rim are, 0 to 1. Where it takes a part of a group, or one of
 * several things that might as well be the subject, the next answer is another.
 */
function steadyOf(picture: Picture, matte: Mask, again: Mask): number {
  const within = cropMask(matte, closer(picture))
  let [both, either] = [0, 0]
  for (const [i, value] of within.data.entries()) {
    both += Math.min(value, again.data[i]!)
    either += Math.max(value, again.data[i]!)
  }
  return either === 0 ? 0 : both / either
}

/** Reasons for which a main subject is never fit for a recipe. */
export const unfitSubject: readonly string[] = [
  ...[
    'no-subject',
    'small',
    'large',
    'doubtful-matte',
    'unseen-outline',
    'unsteady-matte',
    'no-name',
    'seen-through',
    'parts',
    'person',
    'animal',
  ],
  ...['cut-off', 'grey', 'many-colours'],
]

/** An edge may be soft over so many pixels, for each pixel of the picture's longer side. */
const edgeShare = 0.006

function doubtOf(matte: Mask): number {
  const edge = Math.max(2, edgeShare * Math.max(matte.width, matte.height))
  const [toInside, toOutside] = [distanceToMask(matte), distanceToMask(invertMask(matte))]
  let unsure = 0
  for (const [i, value] of matte.data.entries())
    if (value > 40 && value < 215 && toInside[i]! + toOutside[i]! > edge + 1) unsure++
  return unsure / maskArea(matte)
}

/** Faint coverage farther than this from what is surely covered is haze, as a share of the longer side. */
const hazeShare = 0.025

function cleanMatte(all: Mask): Mask {
  const sure = distanceToMask(thresholdMask(all))
  const reach = Math.max(4, hazeShare * Math.max(all.width, all.height))
  const raw = { ...all, data: all.data.map((value, i) => (sure[i]! > reach ? 0 : value)) }
  const parts = largestParts(raw, 0.1)
  const closed = fillHoles(thresholdMask(parts), 0.0008 * raw.data.length)
  const data = parts.data.map((value, i) => (closed.data[i] === 255 && value < 128 ? 255 : value))
  return { ...parts, data: data.map((value) => (value < 10 ? 0 : value > 245 ? 255 : value)) }
}

/** How many parts of some size a matte has. */
const partsOf = (matte: Mask): number =>
  maskComponents(thresholdMask(matte)).filter(({ area }) => area > 0.1 * maskArea(matte)).length

/** The name of the detection that fits the subject's box best, where one fits well. */
async function detectedName(
  picture: Picture,
  { matte, box }: Pick<Subject, 'matte' | 'box'>,
  tools: Toolbox,
  annotation: Annotation | undefined,
): Promise<Pick<Subject, 'name' | 'fit'>> {
  const told = annotation?.things.find(
    (thing) => (thing.from === 'sidecar' || thing.from === 'vision') && overlapOf(thing.box, box) >= 0.55,
  )
  if (told !== undefined) return { name: told.name }
  if (!tools.has('detector')) return {}
  const detections = await tools.get('detector').detect(picture)
  const fits = detections
    .map((detection) => ({ ...detection, overlap: overlapOf(detection.box, box) }))
    .filter(({ label, score, overlap }) => score >= 0.4 && overlap >= 0.55 && !laidOn.has(label))
    .sort((one, other) => other.overlap * other.score - one.overlap * one.score)
  const [best] = fits
  // What reaches beyond the box is something else besides, of which the name is not true.
  if (best === undefined || shareWithin(matte, best.box) < leastNamed) return {}
  // Of two who stand there together the name of one would be said of both.
  const isAlone = detections.every(
    (other) =>
      other.box === best.box || other.label !== best.label || other.score < 0.35 || !isPartOf(other.box, box),
  )
  const said = nounOf(best.label)
  const name = isAlone && said !== undefined ? sureName(best.label, said, best.score) : undefined
  return name === undefined ? {} : { name, fit: best.overlap }
}

/** So much of a matte has to lie in the box that names it, widened by a share of its size. */
const [leastNamed, namedBeyond] = [0.9, 0.05]

function shareWithin(matte: Mask, { x, y, width, height }: Box): number {
  const [across, down] = [namedBeyond * width, namedBeyond * height]
  let [all, within] = [0, 0]
  for (const [i, value] of matte.data.entries()) {
    if (value < 128) continue
    all++
    const [u, v] = [i % matte.width, Math.floor(i / matte.width)]
    if (u >= x - across && u <= x + width + across && v >= y - down && v <= y + height + down) within++
  }
  return within / Math.max(1, all)
}

/** What stands out on these is what lies on them. */
const laidOn: ReadonlySet<string> = new Set(['dining table', 'bed'])

/** Whether a box lies mostly within another and is a good part of it. */
function isPartOf(part: Box, whole: Box): boolean {
  const width = Math.min(part.x + part.width, whole.x + whole.width) - Math.max(part.x, whole.x)
  const height = Math.min(part.y + part.height, whole.y + whole.height) - Math.max(part.y, whole.y)
  const shared = Math.max(0, width) * Math.max(0, height)
  return shared > 0.6 * part.width * part.height && shared > 0.12 * whole.width * whole.height
}

/** Things whose mattes carry the background along: between twigs and spokes, or with a shadow that lies on it. */
export const wispyThings: ReadonlySet<string> = new Set([
  'tree',
  'potted plant',
  'potted aloe',
  'dandelion',
  'bicycle',
  'kite',
  'radio telescope',
  'bowl with a fig',
])

/** People, whose skin is not to be dyed, nor turned to stone, with their clothes. */
export const people: ReadonlySet<string> = new Set([
  'person',
  'man',
  'woman',
  'child',
  'boy',
  'girl',
  'people',
  'face',
  'astronaut',
])

/** Living things of which there are none in any colour. */
export const animals: ReadonlySet<string> = new Set([
  'animal',
  ...['bird', 'cat', 'dog', 'horse', 'sheep', 'cow', 'elephant', 'bear', 'zebra', 'giraffe'],
  ...['robin', 'nuthatch', 'kitten', 'black dog', 'mandrill', 'squirrel', 'chameleon', 'bee', 'ladybird'],
])
