import {
  intersectMasks,
  largestParts,
  type Mask,
  maskArea,
  maskBox,
  maskComponents,
  maskShare,
} from '../../../image/index.ts'
import { cocoKinds, isLargeThing, isSmallThing } from '../../../instructions/index.ts'
import type { Box, Detection } from '../../../tools/index.ts'
import type { Target } from '../plan.ts'
import { alikeElsewhere } from './alike.ts'
import type { Candidate } from './candidates.ts'
import { type ColourTest, colourTest } from './colours.ts'
import { contained, furniture, maskInBox } from './inBox.ts'
import { colourRegions } from './regions.ts'
import { skyOf } from './sky.ts'
import { overlap, type View } from './view.ts'

/**
 * The least score of a detection that is taken for the thing it is asked for, of one in a part of the picture, and of
 * one that is listed.
 */
const [leastAsked, leastCloser, leastListed] = [0.3, 0.42, 0.4]
/** Parts of what stands out that are smaller than this share of the largest are crumbs. */
const crumb = 0.05
/** What a small thing covers of the picture at the most, where the matte alone tells of it. */
const mostOfSmall = 0.12
/** What a house, a door or a wall covers of the picture at the least, where the matte alone tells of it: what is smaller is its knob. */
const leastOfLarge = 0.03
/** Unspecific names. */
const nameless = /^(?:thing|object|item|one|stuff|subject|it|spot|part|area|shape)s?$/i

/** The candidates of a target, and the other findings. */
export interface Search {
  readonly found: readonly Candidate[]
  readonly seen: readonly Candidate[]
  /** How many times larger and more confident a candidate must be to be chosen by default. Default: 6. */
  readonly dominance?: number
}

/** Things by the detector's names, else by colour, else the one that stands out. */
export async function findThings(target: Target, view: View): Promise<Search> {
  const noun = target.noun ?? target.phrase
  const test = target.colour && colourTest(target.colour)
  const kinds = cocoKinds(noun)
  if (!test && !view.tools.has('matting')) view.tools.get('detector')
  const known = view.tools.has('detector') ? await view.detections() : []
  const asked = await askedFor(noun, kinds, { known, target }, view)
  const seen = known.filter(({ score }) => score >= leastListed).map((each) => detected(each, view))
  const found = test ? withColour(asked, test, view) : asked
  if (found.length > 0) return { found, seen }
  if (test) {
    const sky = skyOf(view)
    const unwanted = sky && sky.score > 0.6 ? sky.mask : undefined
    const name = named(target, noun)
    const plain = colourRegions(view, name, test, { unwanted })
    const needsMatte = !plain.isClear && view.tools.has('matting')
    const { regions } = needsMatte
      ? colourRegions(view, name, test, { unwanted, salient: await view.matte() })
      : plain
    const wholes =
      nameless.test(noun) || isLargeThing(noun) ? [] : await standingOut(target, noun, kinds, known, view)
    const standing = await holding(withColour(wholes, test, view), regions[0], view)
    if (standing.length > 0) return { found: standing, seen }
    // A thing that the detector knows by its name was not seen: its colour alone is less sure.
    const trust = kinds.length > 0 && view.tools.has('detector') ? 0.75 : 1
    return { found: regions.map((each) => ({ ...each, score: trust * each.score })), seen, dominance: 2.5 }
  }
  // What the detector knows by this very name and did not see is not there; a kitten or a goose it may have missed.
  if (kinds.includes(noun.toLowerCase()) && view.tools.has('detector')) return { found: [], seen }
  return { found: await standingOut(target, noun, kinds, known, view), seen }
}

/** How much of a region lies in a thing, and how much of the thing it is, where it is but the coloured part of it. */
const [mostlyIn, goodPart] = [0.8, 0.25]

/**
 * Of things that stand out and have a colour, those that are meant rather than the likeliest region of that colour: all
 * where that is the scene, which goes from side to side, or is not there; the one that it is a good part of.
 */
async function holding(
  standing: readonly Candidate[],
  region: Candidate | undefined,
  view: View,
): Promise<readonly Candidate[]> {
  if (standing.length === 0 || !region || spans(region.box, view)) return standing
  const part = await region.mask()
  for (const each of standing) {
    const whole = await each.mask()
    const common = maskArea(intersectMasks(part, whole))
    if (common > mostlyIn * maskArea(part) && common > goodPart * maskArea(whole)) return [each]
  }
  return []
}

const named = ({ colour }: Target, noun: string): string =>
  nameless.test(noun) ? `${colour?.name ?? ''} thing` : noun

async function askedFor(
  noun: string,
  kinds: readonly string[],
  { known, target }: { readonly known: readonly Detection[]; readonly target: Target },
  view: View,
): Promise<Candidate[]> {
  if (!view.tools.has('detector')) return []
  const names = kinds.length > 0 ? kinds : [noun.toLowerCase()]
  const of = (detections: readonly Detection[], least: number): Candidate[] =>
    detections
      .filter(({ label, score }) => score >= least && names.includes(label))
      .filter((each) => !isLaidOn(each, known))
      .map((each) => ({ ...detected(each, view), name: kinds.length > 1 ? each.label : noun.toLowerCase() }))
  // Small things are seen from nearer by.
  if (target.all) return of(await view.closerDetections(), leastAsked)
  const sure = of(known, leastAsked)
  // A place or an order speaks of several.
  if (sure.length === 1 && (target.place || target.order)) {
    const closer = of(await view.closerDetections(), leastAsked)
    const alike = ({ score }: Candidate): boolean => score >= 0.7 * sure[0]!.score
    return closer.filter(alike)
  }
  if (sure.length > 0) return sure.filter(({ score }) => score >= 0.5 * sure[0]!.score)
  return kinds.length === 0 ? [] : of(await view.closerDetections(), leastCloser)
}

/** What was detected, with the mask that fits its box. */
function detected({ label, score, box }: Detection, view: View): Candidate {
  return {
    name: label,
    score,
    box,
    mask: async () => maskInBox(view, { label, box }, await view.detections()),
  }
}

/** Whether furniture was seen only where something else was seen more surely: what stands or sits on it hides it. */
function isLaidOn({ label, score, box }: Detection, known: readonly Detection[]): boolean {
  return (
    furniture.has(label) &&
    known.some((each) => !furniture.has(each.label) && each.score > score && overlap(each.box, box) > 0.5)
  )
}

/** Those of a colour, where some are plainly more of it than others. */
export function withColour(found: readonly Candidate[], test: ColourTest, view: View): Candidate[] {
  const shares = found.map(({ box }) => shareInside(view, box, test))
  const best = Math.max(0, ...shares)
  return found.filter((_, i) => shares[i]! >= Math.max(0.12, 0.5 * best))
}

/** The share of a box's middle (the ellipse in it) that has a colour. */
function shareInside({ lab }: View, box: Box, test: ColourTest): number {
  let [sum, all] = [0, 1e-6]
  const [cx, cy] = [box.x + box.width / 2, box.y + box.height / 2]
  const [rx, ry] = [0.46 * box.width, 0.46 * box.height]
  for (let y = Math.max(0, Math.floor(cy - ry)); y < Math.min(lab.height, cy + ry); y++)
    for (let x = Math.max(0, Math.floor(cx - rx)); x < Math.min(lab.width, cx + rx); x++) {
      if (((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 > 1) continue
      const i = y * lab.width + x
      all++
      sum += test(lab.lightness[i]!, lab.a[i]!, lab.b[i]!)
    }
  return sum / all
}

/** What stands out, as something that no detector names; nothing where it is plainly called otherwise. */
async function standingOut(
  { all }: Target,
  noun: string,
  kinds: readonly string[],
  known: readonly Detection[],
  view: View,
): Promise<Candidate[]> {
  if (!view.tools.has('matting')) return []
  const matte = await view.matte()
  const share = maskShare(matte)
  if (share < 0.0005 || share > 0.75) return []
  const clean = largestParts(matte, crumb)
  const parts = maskComponents(clean).filter(({ area }, _, all) => area >= crumb * all[0]!.area)
  // Its name is another one. Of a thing that the detector knows by name and did not see, any other name is reason enough.
  const isOther = (box: Box): boolean =>
    known.some(
      (each) =>
        !kinds.includes(each.label) &&
        (kinds.length > 0
          ? overlap(each.box, box) > 0.15
          : each.score >= 0.45 && overlap(each.box, box) > 0.5),
    )
  // A spoon is not the cup that it lies beside, nor much of the picture.
  if (isSmallThing(noun) && (share > mostOfSmall || known.some(({ box }) => holds(maskBox(clean), box))))
    return []
  if (isLargeThing(noun) && share < leastOfLarge) return []
  // What stands out all over the picture is the scene's subject, of which a name that nobody knows is a part at best.
  if (!nameless.test(noun) && fills(maskBox(clean), view)) return []
  // A thing with a common name that the detector did not see is less sure, and not most of the picture.
  if (kinds.length > 0 && share > 0.45) return []
  const score = kinds.length > 0 ? 0.3 : 0.5
  const found = parts
    .filter(({ box }) => nameless.test(noun) || !isOther(box))
    .map(({ box }) => ({
      name: nameless.test(noun) ? 'thing' : noun.toLowerCase(),
      score: parts.length === 1 ? score : 0.8 * score,
      box,
      mask: () => Promise.resolve(within(clean, parts.length === 1 ? undefined : box)),
    }))
  if (!all || found.length === 0) return found
  // Salience tells of the most striking; where all are meant, those like it on the same ground are meant too.
  const others = alikeElsewhere(view, clean)
    .filter(({ box }) => !spans(box, view))
    .map(({ box, mask }) => ({
      name: found[0]!.name,
      score: 0.8 * score,
      box,
      mask: () => Promise.resolve(mask),
    }))
  return [...found, ...others]
}

/** Whether a box goes from one side of the picture to the opposite one. */
const spans = ({ x, y, width, height }: Box, { seen }: View): boolean =>
  (x <= 1 && x + width >= seen.width - 1) || (y <= 1 && y + height >= seen.height - 1)

/** Whether a box has most of another in it. */
const holds = (outer: Box | undefined, inner: Box): boolean =>
  outer !== undefined && contained(outer, inner) > 0.6 && overlap(outer, inner) > 0.1

/** Whether a box takes most of the picture. */
function fills(box: Box | undefined, { seen }: View): boolean {
  return box !== undefined && box.width * box.height > 0.66 * seen.width * seen.height
}

function within(mask: Mask, box: Box | undefined): Mask {
  if (!box) return mask
  const data = new Uint8Array(mask.data.length)
  const margin = 3
  for (let y = Math.max(0, box.y - margin); y < Math.min(mask.height, box.y + box.height + margin); y++) {
    const [from, to] = [Math.max(0, box.x - margin), Math.min(mask.width, box.x + box.width + margin)]
    data.set(mask.data.subarray(y * mask.width + from, y * mask.width + to), y * mask.width + from)
  }
  return { ...mask, data }
}

/** The main subject, by matting, without crumbs. */
export async function subjectOf(view: View): Promise<Candidate | undefined> {
  const matte = largestParts(await view.matte(), 0.06)
  const box = maskBox(matte)
  const share = maskShare(matte)
  if (!box || share < 0.0005) return undefined
  return { name: 'subject', score: share > 0.9 ? 0.3 : 0.85, box, mask: () => Promise.resolve(matte) }
}
