import {
  blurPlane,
  dilateMask,
  labOfPicture,
  type Mask,
  maskBox,
  maskComponents,
  maskShare,
  type Picture,
  subtractMask,
  thresholdMask,
  uniteMasks,
} from '../../image/index.ts'
import { eraseRegion, shadowOf, withRim } from '../../operations/index.ts'
import { Rejection, type Toolbox } from '../../tools/index.ts'
import { fillMeasures } from './erasing.ts'
import { maskOfReal, type RealThing, realThings } from './real.ts'
import type { RecipeContext } from './recipe.ts'

/** A picture without a real thing. */
export interface Cleared {
  readonly picture: Picture
  readonly region: Mask
  /** Coverage of the thing that was there. */
  readonly mask: Mask
  readonly measures: Readonly<Record<string, number>>
}

/** Bounds of what is accepted. */
const limits = {
  fit: 0.65,
  unrest: 0.048,
  /** The largest share of the picture that a small hole takes. */
  small: 0.025,
  unrestOfSmall: 0.066,
  seam: 2.2,
  lowTexture: 0.76,
  highTexture: 1.7,
  /** What is farther from the ground was carried there from something else; more where the ground itself is busy. */
  stain: 0.1,
  stainByUnrest: 2.2,
  found: 0.25,
  hole: 0.2,
}

/** Inpainters that only extend the surroundings, which the darkroom's own filling does better. */
const embedded: ReadonlySet<string> = new Set(['opencv-telea', 'gmic-patches'])

/**
 * Takes a real thing with its shadow out of a picture: by the large inpainter that is configured, else filled from around
 * it. @throws Rejection `doubtful-mask`, `unrest` where what is around is no ground that can be carried on, `seam`,
 * `texture`, `stain` where something else than the ground was carried in, or `left` where something is still found in
 * its place
 */
async function clearThing(
  picture: Picture,
  thing: RealThing,
  { annotation, tools }: Pick<RecipeContext, 'annotation' | 'tools'>,
  bearable: number,
): Promise<Cleared> {
  const { mask, fit } = await maskOfReal(picture, thing, annotation, tools)
  if (fit < limits.fit) throw new Rejection('doubtful-mask', { fit })
  const whole = await withWhatStandsOut(picture, mask, thing, tools)
  const shadow = shadowOf(picture, whole)
  const rim = withRim(picture, whole)
  const hole = shadow === undefined ? rim : uniteMasks(rim, thresholdMask(shadow, 64))
  const share = maskShare(hole)
  if (share > limits.hole) throw new Rejection('large', { share })
  const inpainter = tools.has('inpainter') ? tools.get('inpainter') : undefined
  const isLarge = inpainter !== undefined && !embedded.has(inpainter.facts.implementation)
  const unrest = isLarge ? 0 : unrestAround(picture, hole)
  // A small hole can be filled well in busier places too.
  if (unrest > bearable * (share < limits.small ? limits.unrestOfSmall : limits.unrest))
    throw new Rejection('unrest', { unrest, share })
  const result = isLarge ? await inpainter.inpaint(picture, hole) : eraseRegion(picture, hole).picture
  const filled = { picture: result, region: hole }
  const measures = { fit, unrest, share, ...fillMeasures(filled.picture, hole) }
  if (measures.seam > limits.seam) throw new Rejection('seam', measures)
  if (measures.texture < limits.lowTexture || measures.texture > limits.highTexture)
    throw new Rejection('texture', measures)
  const { stain, unrest: around } = stainIn(filled.picture, hole)
  if (stain > limits.stain + limits.stainByUnrest * around)
    throw new Rejection('stain', { stain, unrest: around })
  const found = await foundIn(filled.picture, hole, tools)
  if (found > limits.found) throw new Rejection('left', { ...measures, found })
  return { ...filled, mask: whole, measures: { ...measures, found } }
}

/** How much of a part of what stands out has to lie in a thing's box, widened by a share of its size, to go with it. */
const [leastWithin, widenedBy] = [0.8, 0.12]

/**
 * A thing's mask with what stands out of the picture and lies in its box: a shoe or a hand that the mask has lost would be
 * left where it was.
 */
async function withWhatStandsOut(
  picture: Picture,
  mask: Mask,
  { box }: RealThing,
  tools: Toolbox,
): Promise<Mask> {
  const [left, top] = [box.x - widenedBy * box.width, box.y - widenedBy * box.height]
  const [right, bottom] = [box.x + (1 + widenedBy) * box.width, box.y + (1 + widenedBy) * box.height]
  const { width } = picture
  const data = mask.data.slice()
  const matte = await tools.get('matting').matte(picture)
  for (const { pixels } of maskComponents(matte)) {
    let within = 0
    for (const i of pixels) {
      const [x, y] = [i % width, Math.floor(i / width)]
      if (x >= left && x <= right && y >= top && y <= bottom) within++
    }
    if (within >= leastWithin * pixels.length)
      for (const i of pixels) data[i] = Math.max(data[i]!, matte.data[i]!)
  }
  return { ...mask, data }
}

/** Shares of the picture that the box of a thing that is taken out takes: what is smaller is hardly missed. */
const fitting = { least: 0.007, most: 0.3 } as const

/** How many things are tried. */
const mostTries = 4

/** Which things will do, and how well they have to be gone. */
export interface ClearingDemands {
  readonly accept?: (thing: RealThing) => boolean
  /** How much busier the surroundings may be than where the filled place is what is looked at. Default: 1. */
  readonly bearable?: number
}

/**
 * Takes one of the things of a photograph out, drawn by chance, that leaves no trace.
 * @throws Rejection `no-thing` where there is none of its own name and place, else why the last one left traces
 */
export async function clearOne(
  picture: Picture,
  context: Pick<RecipeContext, 'tools' | 'random' | 'annotation'>,
  { accept = () => true, bearable = 1 }: ClearingDemands = {},
): Promise<{ readonly thing: RealThing; readonly cleared: Cleared }> {
  const { annotation, random } = context
  const things = realThings(picture, annotation, fitting).filter(accept)
  let last = new Rejection('no-thing', { seen: annotation.things.length })
  for (const thing of random.shuffled(things).slice(0, mostTries))
    try {
      return { thing, cleared: await clearThing(picture, thing, context, bearable) }
    } catch (error) {
      if (!(error instanceof Rejection)) throw error
      last = error
    }
  throw last
}

/** The ring in which the surroundings are looked at is so wide, as a share of the longer side. */
const ringShare = 0.035

/**
 * How far what is around a hole is from ground that can be carried on: the mean distance in colour of the softened ring
 * from what its rows mean, or from an even slope of colours, whichever is closer. Grass, water, snow, sky and walls have
 * little; houses, crowds and furniture have much.
 */
export function unrestAround(picture: Picture, hole: Mask): number {
  return groundAround(picture, hole)?.unrest ?? 1
}

/** What the ring around a hole says of the ground there. */
interface Ground {
  readonly unrest: number
  /** How far a pixel is from the ground in colour; undefined in a row that the ring does not know. */
  away(pixel: number): number | undefined
}

function groundAround(picture: Picture, hole: Mask): Ground | undefined {
  const { width, height } = picture
  const lab = labOfPicture(picture)
  const side = Math.max(width, height)
  const sigma = Math.max(1.5, 0.006 * side)
  const soft = [lab.lightness, lab.a, lab.b].map((plane) => blurPlane(plane, width, height, sigma))
  const near = dilateMask(hole, Math.round(2 * sigma))
  const ring = subtractMask(dilateMask(near, Math.round(ringShare * side)), near)
  const box = maskBox(ring, 128)
  if (box === undefined) return undefined
  const pixels: number[] = []
  for (let y = box.y; y < box.y + box.height; y++)
    for (let x = box.x; x < box.x + box.width; x++)
      if (ring.data[y * width + x]! >= 128) pixels.push(y * width + x)
  const rows = rowMeans(soft, pixels, width, height)
  const even = slopes(soft, pixels, width)
  const from = (i: number, expected: (c: number) => number): number =>
    soft.reduce((sum, values, c) => sum + (c === 0 ? 1 : 1.5) * (values[i]! - expected(c)) ** 2, 0)
  const byRows = (i: number): number => from(i, (c) => rows[c]![Math.floor(i / width)]!)
  const byPlane = (i: number): number =>
    from(i, (c) => {
      const [m, dx, dy] = even[c]!
      return m + dx * (i % width) + dy * Math.floor(i / width)
    })
  const meanOf = (measure: (i: number) => number): number =>
    pixels.reduce((sum, i) => sum + measure(i), 0) / Math.max(1, pixels.length)
  const [ofRows, ofPlane] = [meanOf(byRows), meanOf(byPlane)]
  const known = new Set(pixels.map((i) => Math.floor(i / width)))
  return {
    unrest: Math.sqrt(Math.min(ofRows, ofPlane)),
    away: (i) => {
      if (ofPlane <= ofRows) return Math.sqrt(byPlane(i))
      return known.has(Math.floor(i / width)) ? Math.sqrt(byRows(i)) : undefined
    },
  }
}

/** Of the filled pixels that are farthest from the ground, so many may be so. */
const stainShare = 0.08

/** How far all but a few of the filled pixels are from the ground around them at the most. */
function stainIn(picture: Picture, hole: Mask): { readonly stain: number; readonly unrest: number } {
  const ground = groundAround(picture, hole)
  if (ground === undefined) return { stain: 0, unrest: 1 }
  const away: number[] = []
  for (const [i, value] of hole.data.entries()) {
    const distance = value >= 128 ? ground.away(i) : undefined
    if (distance !== undefined) away.push(distance)
  }
  away.sort((one, other) => one - other)
  return { stain: away[Math.floor((1 - stainShare) * away.length)] ?? 0, unrest: ground.unrest }
}

/** The mean of each row's pixels, with those of the rows beside it. */
function rowMeans(
  planes: readonly Float32Array[],
  pixels: readonly number[],
  width: number,
  height: number,
): readonly Float32Array[] {
  const counts = new Float32Array(height)
  const reach = 3
  for (const i of pixels) {
    const y = Math.floor(i / width)
    for (let v = Math.max(0, y - reach); v <= Math.min(height - 1, y + reach); v++) counts[v]!++
  }
  return planes.map((plane) => {
    const sums = new Float32Array(height)
    for (const i of pixels) {
      const y = Math.floor(i / width)
      for (let v = Math.max(0, y - reach); v <= Math.min(height - 1, y + reach); v++) sums[v]! += plane[i]!
    }
    return sums.map((sum, y) => sum / Math.max(1, counts[y]!))
  })
}

type Slope = readonly [mean: number, dx: number, dy: number]

/** The even slope that fits best: least squares over x and y. */
function slopes(planes: readonly Float32Array[], pixels: readonly number[], width: number): readonly Slope[] {
  const n = Math.max(1, pixels.length)
  let [mx, my] = [0, 0]
  for (const i of pixels) {
    mx += (i % width) / n
    my += Math.floor(i / width) / n
  }
  let [xx, xy, yy] = [1e-6, 0, 1e-6]
  for (const i of pixels) {
    const [x, y] = [(i % width) - mx, Math.floor(i / width) - my]
    xx += x * x
    xy += x * y
    yy += y * y
  }
  const determinant = xx * yy - xy * xy
  return planes.map((plane): Slope => {
    let [m, xv, yv] = [0, 0, 0]
    for (const i of pixels) m += plane[i]! / n
    for (const i of pixels) {
      xv += ((i % width) - mx) * (plane[i]! - m)
      yv += (Math.floor(i / width) - my) * (plane[i]! - m)
    }
    const [dx, dy] =
      determinant <= 1e-3 ? [0, 0] : [(xv * yy - yv * xy) / determinant, (yv * xx - xv * xy) / determinant]
    return [m - dx * mx - dy * my, dx, dy]
  })
}

/** The surest detection whose middle lies in the hole. */
async function foundIn(picture: Picture, hole: Mask, tools: Toolbox): Promise<number> {
  if (!tools.has('detector')) return 0
  const holeBox = maskBox(hole, 128)!
  const detections = await tools.get('detector').detect(picture)
  let most = 0
  for (const { box, score } of detections) {
    const [x, y] = [Math.round(box.x + box.width / 2), Math.round(box.y + box.height / 2)]
    const isSmall = box.width * box.height < 2.5 * holeBox.width * holeBox.height
    if (isSmall && hole.data[y * picture.width + x]! >= 128) most = Math.max(most, score)
  }
  return most
}
