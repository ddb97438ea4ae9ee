import {
  cropPicture,
  dilateMask,
  fillHoles,
  largestParts,
  type Mask,
  maskBox,
  maskShare,
  type Picture,
  thresholdMask,
} from '../../../image/index.ts'
import { type Noun, nounOf, type Place, placeOf } from '../../../instructions/index.ts'
import type { Random } from '../../../random/index.ts'
import { type Box, type Detection, Rejection, type Toolbox } from '../../../tools/index.ts'
import { askVision, bothLanguages } from './ask.ts'

/** A thing that the detector found and the segmenter cut out. */
export interface SeenThing {
  readonly name: Noun
  /** Hard: 0 or 255. */
  readonly mask: Mask
  readonly box: Box
  /** Of the picture. */
  readonly share: number
  readonly place?: Place
}

/** Reasons for which {@link seenThing} never gives anything of a picture. */
export const nothingSeen: readonly string[] = ['nothing-detected']

/**
 * One of the things of a picture, by chance, that takes from `least` to `most` of it. It has a name in both languages
 * from the vocabulary, else from the vision model where there is one.
 * @throws Rejection `nothing-detected`, `bad-mask`, `no-name`
 */
export async function seenThing(
  picture: Picture,
  tools: Toolbox,
  random: Random,
  { least, most }: { readonly least: number; readonly most: number },
): Promise<SeenThing> {
  const all = picture.width * picture.height
  const found = (await tools.get('detector').detect(picture)).filter(
    ({ box, score }) => score >= 0.4 && boxArea(box) >= least * all && boxArea(box) <= 1.6 * most * all,
  )
  if (found.length === 0) throw new Rejection('nothing-detected')
  const detection = random.pick(found)
  const mask = cleanMask(await tools.get('segmenter').segment(picture, detection.box))
  const box = maskBox(mask)
  const share = maskShare(mask)
  // A mask that leaves its box, or fills little of it, is of something else.
  const fill = (share * all) / boxArea(detection.box)
  if (box === undefined || share < least || share > most || fill < 0.15 || fill > 1.3)
    throw new Rejection('bad-mask', { share, fill })
  // Of several alike the instruction says which only by its place.
  const alike = found.filter(({ label }) => label === detection.label).length
  const place = placeOf(box, picture.width, picture.height)
  if (alike > 1 && place === undefined) throw new Rejection('ambiguous', { alike })
  const name = await nameOf(picture, detection, tools)
  return { name, mask, box, share, ...(place !== undefined && { place }) }
}

/** A mask with what borders it: shadows and soft edges belong to what is taken away. */
export function withMargin(mask: Mask, picture: Picture): Mask {
  return dilateMask(mask, Math.max(2, Math.round(Math.max(picture.width, picture.height) / 100)))
}

const boxArea = ({ width, height }: Box): number => width * height

function cleanMask(raw: Mask): Mask {
  const parts = thresholdMask(largestParts(raw, 0.1))
  return fillHoles(parts, 0.001 * parts.data.length)
}

async function nameOf(picture: Picture, { label, box }: Detection, tools: Toolbox): Promise<Noun> {
  const known = nounOf(label)
  if (known !== undefined) return known
  if (!tools.has('vision')) throw new Rejection('no-name', { label })
  const x = Math.max(0, Math.floor(box.x))
  const y = Math.max(0, Math.floor(box.y))
  const close = cropPicture(picture, {
    x,
    y,
    width: Math.min(picture.width - x, Math.ceil(box.width)),
    height: Math.min(picture.height - y, Math.ceil(box.height)),
  })
  return askVision(tools, bothLanguages, [
    close,
    `A detector calls the main thing in this picture "${label}". Name the thing as people would, in the singular, in English and in Chinese.`,
  ])
}
