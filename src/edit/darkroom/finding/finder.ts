import {
  boxMask,
  evenMask,
  invertMask,
  type Mask,
  maskArea,
  maskBox,
  maskShare,
  type Picture,
  pictureHash,
  resizeMask,
} from '../../../image/index.ts'
import {
  carriesText,
  garmentPart,
  isNumberPlate,
  nounOf,
  type SceneryKind,
  sceneryKind,
} from '../../../instructions/index.ts'
import type { Box, Toolbox } from '../../../tools/index.ts'
import { EditError } from '../../error.ts'
import type { FindOptions, Found } from '../carry.ts'
import type { Target } from '../plan.ts'
import type { Candidate } from './candidates.ts'
import { choose, notFound } from './choose.ts'
import { findClothes } from './clothes.ts'
import { colourTest } from './colours.ts'
import { findFaceParts, findPeople, type PersonPart } from './people.ts'
import { placeName } from './places.ts'
import { findPlates } from './plates.ts'
import { refineMask } from './refine.ts'
import { sceneryOf } from './scenery.ts'
import { findText } from './texts.ts'
import { findThings, type Search, subjectOf, withColour } from './things.ts'
import { View } from './view.ts'

/** Finds targets in one picture. */
export interface Finder {
  /**
   * The target's mask at the picture's full size, or coarsely at that of the analysed one.
   * @throws EditError `not-found`, with what was seen instead; `ambiguous`, with each that fits and its place.
   * ToolError `tool-missing`, with the command that installs the tool
   */
  find(target: Target, options?: FindOptions): Promise<Found>
}

/** Options for opening a finder. */
export interface FinderOptions {
  /** The user's box, in pixels, or mask, of the picture's size. */
  readonly region?: Mask | Box | undefined
  /** Cached views of pictures by their content: after steps that leave the picture unchanged, no tool runs again. */
  readonly views?: Map<string, View> | undefined
}

/** Opens a finder on a picture. Tools are asked when a target needs them. */
export function openFinder(picture: Picture, tools: Toolbox, { region, views }: FinderOptions = {}): Finder {
  const view = viewOf(picture, tools, views)
  const found = new Map<string, Promise<Found>>()
  return {
    find: (target, { coarse = false } = {}) => {
      const key = JSON.stringify([target, coarse])
      const known = found.get(key)
      if (known) return known
      const asked = find(target, view, region, coarse)
      found.set(key, asked)
      asked.catch(() => found.delete(key))
      return asked
    },
  }
}

function viewOf(picture: Picture, tools: Toolbox, views: FinderOptions['views']): View {
  if (!views) return new View(picture, tools)
  const hash = pictureHash(picture)
  const known = views.get(hash)
  if (known) return known
  const view = new View(picture, tools)
  // Only the last pictures: each holds its pixels.
  if (views.size >= 3) views.delete(views.keys().next().value as string)
  views.set(hash, view)
  return view
}

/** A finding in the analysed picture. */
interface Sight {
  readonly mask: Mask
  readonly score: number
  readonly label: string
  /** How far the edge may be off, as a share of the longer side; 0 leaves it as it is. */
  readonly loose: number
  readonly rounds?: number
}

async function find(
  target: Target,
  view: View,
  region: FinderOptions['region'],
  coarse: boolean,
): Promise<Found> {
  if (target.type === 'picture') return whole(view.picture)
  if (target.type === 'region') return inRegion(target, view, region)
  const sight = await look(target, view)
  return finished(sight, view, target, coarse ? view.seen : view.picture)
}

/** The mask at the size of `full` along the picture's edges, with its box. */
function finished(
  { mask, score, label, loose, rounds = 1 }: Sight,
  view: View,
  target: Target,
  full: Picture,
): Found {
  const { seen } = view
  const reach = Math.max(2, Math.round(loose * Math.max(seen.width, seen.height)))
  const whole =
    loose === 0
      ? resizeMask(mask, { ...sizeOf(full), filter: 'bilinear' })
      : refineMask(mask, seen, full, { reach, rounds })
  const box = maskBox(whole, 64)
  if (!box) throw notFound(target, [])
  return { mask: whole, box, score, label }
}

const sizeOf = ({ width, height }: Picture): { width: number; height: number } => ({ width, height })

function whole({ width, height }: Picture): Found {
  return {
    mask: evenMask(width, height, 255),
    box: { x: 0, y: 0, width, height },
    score: 1,
    label: 'the whole picture',
  }
}

async function look(target: Target, view: View): Promise<Sight> {
  switch (target.type) {
    case 'subject': {
      const subject = await subjectOf(view)
      if (!subject) throw notFound(target, [])
      return one(subject, view, 0.004)
    }
    case 'background': {
      const subject = await subjectOf(view)
      if (!subject) throw notFound(target, [])
      return {
        mask: invertMask(await subject.mask()),
        score: subject.score,
        label: 'background',
        loose: 0.004,
      }
    }
    case 'sky':
    case 'ground':
    case 'water':
    case 'plants':
      return scenery(target, view, sceneryKind(target.noun ?? target.type) ?? target.type)
    case 'person':
      return people(target, view)
    case 'text':
      return several(
        { ...target, all: target.all ?? target.text === undefined },
        view,
        await findText(view, target.text),
        0,
      )
    case 'face':
      return several(target, view, { found: await findFaceParts(view, 'face'), seen: [] }, 0)
    case 'skin':
    case 'hair':
    case 'eyes':
    case 'lips':
    case 'teeth':
      return partOfFaces(target, target.type, view)
    default:
      return thing(target, view)
  }
}

/** People, known by a colour that they wear where one is told. */
async function people(target: Target, view: View): Promise<Sight> {
  const found = await findPeople(view, target.all)
  const worn = target.colour ? withColour(found, colourTest(target.colour), view) : found
  return several(target, view, { found: worn, seen: found }, 0.006)
}

/** A part of every face, unless the target says which. */
async function partOfFaces(target: Target, part: PersonPart, view: View): Promise<Sight> {
  const all = target.all ?? !(target.place || target.order || target.size)
  const sight = await several(
    { ...target, all },
    view,
    { found: await findFaceParts(view, part), seen: [] },
    0,
  )
  return { ...sight, loose: part === 'hair' ? 0.006 : 0 }
}

async function thing(target: Target, view: View): Promise<Sight> {
  const garment = garmentPart(target.noun ?? '')
  if (garment && view.tools.has('detector') && view.tools.has('segmenter')) {
    const worn = await findClothes(view, garment, target.noun!)
    const found = target.colour ? withColour(worn, colourTest(target.colour), view) : worn
    if (found.length > 0) return several(target, view, { found, seen: [] }, 0.006)
  }
  if (isNumberPlate(target.noun ?? '') && target.text === undefined && view.tools.has('ocr')) {
    const plates = await findPlates(view)
    if (plates.length > 0) return several(target, view, { found: plates, seen: [] }, 0)
  }
  const kind = sceneryKind(target.noun ?? '')
  if (kind && !target.colour) return scenery(target, view, kind)
  if (target.text !== undefined && carriesText(target.noun ?? '')) {
    const search = await findText(view, target.text)
    if (search.found.length > 0) return several(target, view, search, 0)
  }
  return several(target, view, await findThings(target, view), 0.006)
}

function scenery(target: Target, view: View, kind: SceneryKind): Sight {
  const part = sceneryOf(view, kind)
  if (!part) throw notFound(target, [])
  return { ...part, label: kind, loose: 0.008, rounds: 2 }
}

async function several(
  target: Target,
  view: View,
  { found, seen, dominance }: Search,
  loose: number,
): Promise<Sight> {
  const size = sizeOf(view.seen)
  const chosen = choose(target, found, size, seen, dominance)
  if (chosen.length === 1) return one(chosen[0]!, view, loose, target)
  const masks: Mask[] = []
  for (const each of chosen) masks.push(await each.mask())
  const data = new Uint8Array(size.width * size.height)
  for (const mask of masks)
    for (let i = 0; i < data.length; i++) if (mask.data[i]! > data[i]!) data[i] = mask.data[i]!
  const score = Math.min(...chosen.map((each) => each.score))
  return { mask: { ...size, data }, score, label: `${chosen.length} × ${labelOf(chosen[0]!, target)}`, loose }
}

/** A mask that covers less of its box has missed the thing. */
const leastOfBox = 0.06

async function one(candidate: Candidate, view: View, loose: number, target?: Target): Promise<Sight> {
  const place = placeName(candidate.box, view.seen)
  const mask = await candidate.mask()
  if (maskArea(mask) < leastOfBox * candidate.box.width * candidate.box.height)
    throw new EditError(
      'not-found',
      `'${target?.phrase ?? candidate.name}': seen ${place}, but not where it ends; give --box or --mask`,
    )
  return {
    mask,
    score: candidate.score,
    label: `${labelOf(candidate, target)}, ${place}`,
    loose,
  }
}

function labelOf({ name: label }: Candidate, target: Target | undefined): string {
  const name = nounOf(label)?.en ?? label
  // A Chinese colour name does not belong in an English line.
  const said = target?.colour?.name
  const colour = said && /^[\x20-\x7e]+$/.test(said) ? said : undefined
  return colour && !name.startsWith(colour) ? `${colour} ${name}` : name
}

/** How much of a box its thing fills where the box plainly holds one. */
const [leastFilled, mostFilled] = [0.15, 0.97]

/** The user's mask as it is; of a box the thing in it, where it plainly holds one. */
async function inRegion(target: Target, view: View, region: FinderOptions['region']): Promise<Found> {
  if (!region) throw new EditError('not-found', `'${target.phrase}': which? Name it, or give --box or --mask`)
  const { picture } = view
  if ('data' in region) {
    const box = maskBox(region, 1)
    if (!box) throw new EditError('input', 'region: the mask is empty; cover what is meant')
    return { mask: region, box, score: 1, label: 'the given region' }
  }
  const { seen, scale } = view
  const small = {
    x: region.x / scale,
    y: region.y / scale,
    width: region.width / scale,
    height: region.height / scale,
  }
  if (view.tools.has('segmenter') && Math.min(small.width, small.height) >= 16) {
    const mask = await view.segment(small)
    const filled = maskShare(mask) / ((small.width * small.height) / (seen.width * seen.height))
    if (filled > leastFilled && filled < mostFilled)
      return finished(
        { mask, score: 0.9, label: 'the thing in the box', loose: 0.006 },
        view,
        target,
        picture,
      )
  }
  const mask = boxMask(picture.width, picture.height, region)
  return { mask, box: { ...region }, score: 1, label: 'the given box' }
}
