import { type LabPlanes, labOfPicture, type Picture } from '../../image/index.ts'
import type { Surface, SurfaceKind } from '../../operations/index.ts'
import type { Box } from '../../tools/index.ts'
import type { AnnotatedThing, Annotation } from './annotation.ts'
import { usualOf } from './usual.ts'

/** Where the ground beside a thing's foot continues unchanged: columns of the picture, with the line of the foot. */
export interface LevelStrip {
  readonly left: number
  readonly right: number
  readonly foot: number
}

/**
 * The band of ground that is looked at: from above the foot to below it, as shares of the thing's height, and in pixels
 * at least.
 */
const band = { above: 0.03, below: 0.09, least: 5 } as const
/** Width of a window of the band, relative to the thing's smaller side, and its minimum in pixels. */
const windowShare = 0.3
const leastWindow = 8
/** The largest differences of a window from the ground beside the foot: in lightness, in colour and in texture. */
const limits = {
  lightness: 0.075,
  colour: 0.035,
  unrest: 0.05,
  underFoot: 0.16,
  colourUnderFoot: 0.06,
} as const
/** The extent of a thing's surroundings, relative to its larger side. */
const farthest = 1.8

/**
 * The level strips of ground to both sides of something that stands: from its box outward as long as colour and texture stay
 * what they are beside its foot, and nothing else is in the way.
 */
export function levelStrips(picture: Picture, box: Box, others: readonly Box[]): readonly LevelStrip[] {
  const lab = labOfPicture(picture)
  const foot = box.y + box.height
  const top = Math.round(foot - Math.max(2, band.above * box.height))
  const bottom = Math.min(picture.height, Math.round(foot + Math.max(band.least, band.below * box.height)))
  if (bottom - top < 4 || foot > 0.985 * picture.height) return []
  const wide = Math.max(leastWindow, Math.round(windowShare * Math.min(box.width, box.height)))
  const under = windowOf(lab, {
    left: Math.round(box.x + 0.25 * box.width),
    right: Math.round(box.x + 0.75 * box.width),
    top: Math.round(foot + 1),
    bottom,
  })
  const reach = farthest * Math.max(box.width, box.height)
  return [-1, 1].flatMap((side): LevelStrip[] => {
    const start = side > 0 ? Math.ceil(box.x + box.width) + 2 : Math.floor(box.x) - 2
    const at = (k: number): { left: number; right: number; top: number; bottom: number } => {
      const edge = start + side * k * (wide >> 1)
      return side > 0
        ? { left: edge, right: edge + wide, top, bottom }
        : { left: edge - wide, right: edge, top, bottom }
    }
    const first = windowOf(lab, at(0))
    if (
      first === undefined ||
      under === undefined ||
      !isLike(first, under, limits.underFoot, limits.colourUnderFoot)
    )
      return []
    let end = start
    for (let k = 0; Math.abs(end - start) < reach; k++) {
      const next = at(k)
      const found = windowOf(lab, next)
      if (found === undefined || found.unrest > limits.unrest) break
      if (!isLike(found, first, limits.lightness, limits.colour)) break
      if (others.some((other) => stands(other, next))) break
      end = side > 0 ? next.right : next.left
    }
    const [left, right] = side > 0 ? [start, end] : [end, start]
    return right - left < wide ? [] : [{ left, right, foot }]
  })
}

interface Window {
  readonly mean: readonly [number, number, number]
  /** Standard deviation of lightness. */
  readonly unrest: number
}

type Span = { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number }

/** Undefined where it is not wholly in the picture. */
function windowOf({ width, height, lightness, a, b }: LabPlanes, span: Span): Window | undefined {
  const { left, right, top, bottom } = span
  if (left < 0 || right > width || top < 0 || bottom > height || right <= left || bottom <= top)
    return undefined
  let [l, squares, ma, mb] = [0, 0, 0, 0]
  for (let y = top; y < bottom; y++)
    for (let x = left; x < right; x++) {
      const i = y * width + x
      l += lightness[i]!
      squares += lightness[i]! ** 2
      ma += a[i]!
      mb += b[i]!
    }
  const n = (right - left) * (bottom - top)
  return { mean: [l / n, ma / n, mb / n], unrest: Math.sqrt(Math.max(0, squares / n - (l / n) ** 2)) }
}

const isLike = ({ mean: one }: Window, { mean: other }: Window, lightness: number, colour: number): boolean =>
  Math.abs(one[0] - other[0]) < lightness && Math.hypot(one[1] - other[1], one[2] - other[2]) < colour

/** Whether a thing is in a window, or stands before it. */
const stands = ({ x, y, width, height }: Box, { left, right, top }: Span): boolean =>
  x < right && x + width > left && y + height > top && y < top + 0.5 * height

/** The least score of a thing beside which others are put. */
const sure = 0.5
/** The least height of a thing as a share of the picture's: smaller ones give no reliable scale. */
const leastHeight = 0.07

/** Free ground beside standing things, with the scale from their height. */
export function besideThings(
  picture: Picture,
  things: readonly AnnotatedThing[],
  place: Annotation['place'],
): readonly Surface[] {
  const { width, height } = picture
  return things.flatMap((thing): Surface[] => {
    const { box, label, score } = thing
    const usual = label === undefined ? undefined : usualOf(label)
    const metres = usual?.steady ? usual.height : thing.from === 'detector' ? undefined : thing.height
    if (metres === undefined || score < sure || box.height < leastHeight * height) return []
    if (box.x < 2 || box.y < 2 || box.x + box.width > width - 2) return []
    if (label === 'person' && box.height < 2.1 * box.width) return []
    const others = things
      .filter((other) => other !== thing && other.label !== 'dining table')
      .map(({ box: at }) => at)
    const across = (width * metres) / box.height
    return levelStrips(picture, box, others).flatMap(({ left, right, foot }): Surface[] => {
      const kind = metres < 0.4 ? 'table' : groundOf(picture, { left, right, foot }, place)
      if (kind === undefined) return []
      const area = [
        left / width,
        (foot - 0.02 * box.height) / height,
        right / width,
        (foot + 0.04 * box.height) / height,
      ] as const
      return [{ kind, area, across: Number(across.toFixed(2)) }]
    })
  })
}

/** Grass and sand are never as even as this, in lightness: a painted wall or a cloth is. */
const leastGrain = 0.012

/** What the ground is; undefined where it is a backdrop. */
function groundOf(
  picture: Picture,
  { left, right, foot }: LevelStrip,
  place: Annotation['place'],
): SurfaceKind | undefined {
  if (place !== 'outdoors') return 'floor'
  const found = windowOf(labOfPicture(picture), {
    left,
    right,
    top: Math.round(foot),
    bottom: Math.min(picture.height, Math.round(foot) + 6),
  })
  const [lightness, a, b] = found?.mean ?? [0, 0, 0]
  if (b > 0.035 && (found?.unrest ?? 0) < leastGrain) return undefined
  if (b > 0.035 && a < -0.012) return 'grass'
  return b > 0.035 && lightness > 0.5 ? 'sand' : 'road'
}
