import {
  cropMask,
  cropPicture,
  evenMask,
  fillHoles,
  intersectMasks,
  type Mask,
  maskArea,
  maskBox,
  maskComponents,
  pasteMask,
  subtractMask,
} from '../../../image/index.ts'
import type { Box, Detection } from '../../../tools/index.ts'
import { overlap, type View } from './view.ts'

/** How much of its size a box is widened by on each side: for what the matting sees, and for where the thing may be. */
const [seenAround, mayReach] = [0.4, 0.05]
/** A box that covers less of the picture is hardly what stands out in all of it. */
const leastMatted = 0.12
/** Matte levels below this are noise. */
const haze = 40
/** A matte less decided than this is hesitant: all above this level of it is the thing. */
const [hesitant, raisedFull] = [0.6, 150]

interface Size {
  readonly width: number
  readonly height: number
}

/**
 * Coverage of the thing in a detector's box: of what the segmenter says, and the matting of the box's surroundings and of
 * the whole picture, the one that fits the box best. `known`: what else was detected; neighbours of the same kind and
 * what lies in front do not count to it.
 * @throws ToolError `tool-missing`
 */
export async function maskInBox(
  view: View,
  { box, label }: Pick<Detection, 'box' | 'label'>,
  known: readonly Detection[],
): Promise<Mask> {
  const key = `in box ${label} ${[box.x, box.y, box.width, box.height].map(Math.round)}`
  return view.once(key, async () => {
    const { seen, tools } = view
    const masks = [await view.segment(box)]
    if (tools.has('matting')) {
      masks.push(await matteAround(view, box))
      if (box.width * box.height > leastMatted * seen.width * seen.height) masks.push(await view.matte())
    }
    const taken = await inFront(view, { box, label }, known)
    const own = ownShare(seen, { box, label }, known)
    return fittest(masks, box, (mask) => intersectMasks(taken ? subtractMask(mask, taken) : mask, own))
  })
}

/** The matte of a box's surroundings, where it lies in the picture. */
async function matteAround({ seen, tools }: View, box: Box): Promise<Mask> {
  const around = grown(box, seenAround, seen)
  const matte = await tools.get('matting').matte(cropPicture(seen, around))
  return pasteMask(evenMask(seen.width, seen.height, 0), matte, around.x, around.y)
}

/** A box with a share of its size, and at least 2 pixels, more on each side, in whole pixels within the picture. */
function grown({ x, y, width, height }: Box, share: number, size: Size): Box {
  const [across, down] = [Math.max(2, share * width), Math.max(2, share * height)]
  const [left, top] = [Math.max(0, Math.floor(x - across)), Math.max(0, Math.floor(y - down))]
  return {
    x: left,
    y: top,
    width: Math.min(size.width, Math.ceil(x + width + across)) - left,
    height: Math.min(size.height, Math.ceil(y + height + down)) - top,
  }
}

/**
 * Of masks of the thing in a box the one that fits it best, kept within the box and its nearest surroundings. `keep`: what
 * of a mask may belong to the thing.
 */
export function fittest(masks: readonly Mask[], box: Box, keep: (mask: Mask) => Mask = (mask) => mask): Mask {
  const size = masks[0]!
  const limits = grown(box, mayReach, size)
  const inside = { ...box, x: box.x - limits.x, y: box.y - limits.y }
  const cut = masks.map((mask) => clean(cropMask(keep(mask), limits), inside))
  const fits = cut.map((mask, i) => {
    const others = cut.filter((_, other) => other !== i)
    const agreed = others.reduce((sum, other) => sum + alike(mask, other), 0) / Math.max(1, others.length)
    return fitOf(mask, inside) + 0.15 * agreed - 0.4 * spilt(masks[i]!, box)
  })
  const best = cut[fits.indexOf(Math.max(...fits))]!
  return pasteMask(evenMask(size.width, size.height, 0), best, limits.x, limits.y)
}

/** How well a mask fills a box, 0 to 1: reaches its sides, covers much of it, in one part, and is decided. */
export function fitOf(mask: Mask, box: Box): number {
  const bounds = maskBox(mask)
  if (!bounds) return 0
  const gap = (away: number, side: number): number => Math.max(0, 1 - Math.max(0, away) / (0.25 * side))
  const reach =
    (gap(bounds.x - box.x, box.width) +
      gap(box.x + box.width - bounds.x - bounds.width, box.width) +
      gap(bounds.y - box.y, box.height) +
      gap(box.y + box.height - bounds.y - bounds.height, box.height)) /
    4
  const parts = maskComponents(mask)
  const area = parts.reduce((sum, part) => sum + part.area, 0)
  const covered = area / (box.width * box.height)
  const cover = Math.min(1, covered / 0.5) * (covered > 0.97 ? 0.5 : 1)
  const [whole, decided] = [parts[0]!.area / area, decidedness(mask)]
  return 0.45 * reach + 0.25 * cover + 0.15 * whole + 0.15 * decided
}

/** How far a mask is from half coverage where it covers at all, 0 to 1. */
function decidedness({ data }: Mask): number {
  let [sum, count] = [0, 1e-6]
  for (const value of data) {
    if (value < 20) continue
    sum += Math.abs(2 * value - 255) / 255
    count++
  }
  return sum / count
}

/** The share of a mask that lies far outside its box: 0 to 1. */
function spilt(mask: Mask, box: Box): number {
  const all = maskArea(mask)
  return all === 0 ? 0 : 1 - maskArea(within(mask, grown(box, 2 * mayReach, mask))) / all
}

/** The share of two masks' union that both cover. */
function alike(one: Mask, other: Mask): number {
  let [both, either] = [0, 1e-6]
  for (let i = 0; i < one.data.length; i++) {
    both += Math.min(one.data[i]!, other.data[i]!)
    either += Math.max(one.data[i]!, other.data[i]!)
  }
  return both / either
}

function within(mask: Mask, { x, y, width, height }: Box): Mask {
  const out = evenMask(mask.width, mask.height, 0)
  for (let row = y; row < y + height; row++) {
    const from = row * mask.width + x
    out.data.set(mask.data.subarray(from, from + width), from)
  }
  return out
}

/** Levels from haze to `full` spread over all levels. */
const raisedLevel = (value: number, full: number): number =>
  value < haze ? 0 : Math.min(255, Math.round(full === 255 ? value : (255 * (value - haze)) / (full - haze)))

/** Without haze, crumbs and small holes; a hesitant matte is raised. */
function clean(mask: Mask, box: Box): Mask {
  const full = decidedness(mask) < hesitant ? raisedFull : 255
  const raised = { ...mask, data: mask.data.map((value) => raisedLevel(value, full)) }
  const parts = maskComponents(raised)
  if (parts.length === 0) return raised
  const small = parts.filter(({ area }) => area < 0.05 * parts[0]!.area)
  for (const { pixels } of small) for (const pixel of pixels) raised.data[pixel] = 0
  return fillHoles(raised, 0.004 * box.width * box.height)
}

/** Which pixels are nearer to the middle of the thing than to that of a neighbour of its kind whose box it shares. */
function ownShare(size: Size, thing: Pick<Detection, 'box' | 'label'>, known: readonly Detection[]): Mask {
  const own = evenMask(size.width, size.height, 255)
  const { box } = thing
  for (const { label, box: other } of known) {
    if (label !== thing.label || overlap(box, other) > 0.6 || contained(box, other) > 0.6) continue
    const shared = common(grown(box, mayReach, size), grown(other, mayReach, size))
    for (let y = shared.y; y < shared.y + shared.height; y++)
      for (let x = shared.x; x < shared.x + shared.width; x++)
        if (away(x, y, other) < away(x, y, box)) own.data[y * size.width + x] = 0
  }
  return own
}

const away = (x: number, y: number, box: Box): number =>
  Math.hypot((x - box.x) / box.width - 0.5, (y - box.y) / box.height - 0.5)

function common(a: Box, b: Box): Box {
  const [x, y] = [Math.max(a.x, b.x), Math.max(a.y, b.y)]
  const width = Math.max(0, Math.min(a.x + a.width, b.x + b.width) - x)
  return { x, y, width, height: Math.max(0, Math.min(a.y + a.height, b.y + b.height) - y) }
}

/** The share of the smaller box that lies in the other. */
export function contained(a: Box, b: Box): number {
  const { width, height } = common(a, b)
  return (width * height) / Math.max(1, Math.min(a.width * a.height, b.width * b.height))
}

/** Furniture that people sit on, lie on or eat at. */
export const furniture: ReadonlySet<string> = new Set(['couch', 'bed', 'chair', 'bench', 'dining table'])

/** What lies in front of a thing and is none of it: people on furniture, balls that are round. */
async function inFront(
  view: View,
  thing: Pick<Detection, 'box' | 'label'>,
  known: readonly Detection[],
): Promise<Mask | undefined> {
  const { seen, tools } = view
  const near = known.filter(({ label, box }) => label !== thing.label && contained(box, thing.box) > 0.3)
  const out = evenMask(seen.width, seen.height, 0)
  const smaller = ({ box }: Detection): boolean =>
    box.width * box.height < 0.3 * thing.box.width * thing.box.height
  for (const each of near) {
    if (each.label === 'sports ball' && smaller(each)) fillEllipse(out, each.box)
    if (each.label !== 'person' || !furniture.has(thing.label) || !tools.has('matting')) continue
    const person = within(await view.matte(), grown(each.box, mayReach, seen))
    for (let i = 0; i < out.data.length; i++) out.data[i] = Math.max(out.data[i]!, person.data[i]!)
  }
  return out.data.some((value) => value > 0) ? out : undefined
}

function fillEllipse(mask: Mask, box: Box): void {
  const { x, y, width, height } = grown(box, 0, mask)
  for (let v = y; v < y + height; v++)
    for (let u = x; u < x + width; u++)
      if (away(u + 0.5, v + 0.5, { x, y, width, height }) <= 0.5) mask.data[v * mask.width + u] = 255
}
