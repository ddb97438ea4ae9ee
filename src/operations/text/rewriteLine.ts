import {
  composeWarps,
  invertWarp,
  type Mask,
  type Picture,
  renderText,
  type Warp,
  warpSpot,
} from '../../image/index.ts'
import { Rejection, type TextLine } from '../../tools/index.ts'
import { closeHoles, type Hole, type LetterTools, otherLetters, strokesInPart } from './eraseLetters.ts'
import { type FlatLine, layFlat, lineHeight } from './flatLine.ts'
import { type Rim, rimOf } from './halo.ts'
import { blurLike, lookOf } from './inkLook.ts'
import { inksOf } from './inkOf.ts'
import { layText, paintLaid } from './paintType.ts'
import { type Room, roomAround } from './room.ts'
import { type SetText, setLike } from './setType.ts'
import { fitType, type TypeFit, trialSize } from './typeFit.ts'

/** What is to be written in a line, and what of it goes. */
export interface Rewriting {
  readonly line: TextLine
  /** The characters of the line's text that go, from `start` to before `end`. */
  readonly start: number
  readonly end: number
  readonly to: string
  /** All lines of the picture: their alignment and their places count. */
  readonly others?: readonly TextLine[] | undefined
}

/** A rewritten picture. */
export interface Rewritten {
  readonly picture: Picture
  readonly region: Mask
  /** The font that was taken, and how well the old text agrees with it, −1 to 1. */
  readonly font: string
  readonly score: number
}

/** Lines with which no font agrees as well as this are not understood. */
const leastScore = 0.4

/** Text may be made narrower by this before it is made smaller, and no smaller than that. */
const [narrowest, smallest] = [0.86, 0.42]

/**
 * Writes words in the place of others in a line, in the same type, size, slant, perspective, colour, blur and grain. The
 * rest of the line stays where it is where the new words are about as wide, else the whole line is set anew.
 * @throws Rejection `strokes-unclear`, `no-font`, `text-too-small`, `text-too-long`
 */
export async function rewriteLine(
  picture: Picture,
  { line, start, end, to, others = [] }: Rewriting,
  tools: LetterTools,
): Promise<Rewritten> {
  const flat = layFlat(picture, line)
  const fit = await fitType(flat, inksOf(flat), line.text, tools.faces)
  if (fit.score < leastScore) throw new Rejection('strokes-unclear', { score: fit.score })
  const rim = rimOf(flat, fit.ink)
  const span = await spanOf(fit, start, end)
  const near = others.filter((other) => !isSame(other, line) && touches(other, flat))
  const stays = otherLetters(picture, near)
  if (to.trim() === '')
    return { ...(await without(picture, { flat, fit, rim }, span, stays, tools)), font: '', score: fit.score }
  const toPicture = composeWarps(movedBy(flat), composeWarps(flat.toPart, fit.toSheet))
  const room = roomAround(picture, toPicture, fit, line, { others, spread: rim.spread })
  const words = span && (await inPlace(fit, span, to, tools, room))
  const set = words?.set ?? (await setLike(fit, changed(line.text, start, end, to), tools.faces))
  if (!set.face.font.has(set.text)) throw new Rejection('no-font', { text: set.text })
  const place = words?.place ?? placeOf(set, fit, room)
  const erased = await without(picture, { flat, fit, rim }, words && span, stays, tools)
  const laid = await layText(set, toPicture, picture, place)
  if (laid) {
    const look = { ...lookOf(flat, fit.ink, rim), blur: blurLike(flat, fit.ink, laid) }
    paintLaid(erased.picture, erased.region, laid, look, flat)
  }
  const { family, style } = set.face.font
  return { ...erased, font: `${family} ${style}`, score: fit.score }
}

/** The picture without the letters of a span of the line, or of all of it. */
async function without(
  picture: Picture,
  { flat, fit, rim }: { readonly flat: FlatLine; readonly fit: TypeFit; readonly rim: Rim },
  span: Span | undefined,
  stays: readonly Hole[],
  { fill }: LetterTools,
): Promise<{ readonly picture: Picture; readonly region: Mask }> {
  const { part } = flat
  const all = { part, mask: strokesInPart(flat, fit.ink, rim.reach) }
  if (!span) return await closeHoles(picture, [all], fill, stays)
  const back = invertWarp(fit.toSheet)
  const gap = 0.12 * trialSize
  const from = span.isFirst ? Number.NEGATIVE_INFINITY : span.left - gap
  const until = span.isLast ? Number.POSITIVE_INFINITY : span.right + gap
  const mask = strokesInPart(flat, fit.ink, rim.reach, (x, y) => {
    const [u] = warpSpot(back, [x + 0.5, y + 0.5])
    return u >= from && u < until
  })
  return await closeHoles(picture, [{ part, mask }], fill, [all, ...stays])
}

/** Whether two readings are of one line. */
const isSame = (one: TextLine, other: TextLine): boolean =>
  one === other ||
  one.corners.every(
    ([x, y], i) => Math.hypot(x - other.corners[i]![0], y - other.corners[i]![1]) < 0.6 * lineHeight(other),
  )

const touches = ({ corners }: TextLine, { part }: FlatLine): boolean => {
  const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)]
  return (
    Math.min(...xs) < part.x + part.width &&
    Math.max(...xs) > part.x &&
    Math.min(...ys) < part.y + part.height &&
    Math.max(...ys) > part.y
  )
}

const movedBy = ({ part }: FlatLine): Warp => [1, 0, part.x, 0, 1, part.y, 0, 0, 1]

/** The line with the words changed. */
function changed(text: string, start: number, end: number, to: string): string {
  const characters = [...text]
  return [...characters.slice(0, start), to, ...characters.slice(end)].join('').trim()
}

interface Place {
  readonly left: number
  readonly narrow: number
  readonly scale: number
}

/** Where a whole line stands, made narrower and smaller where there is too little room. */
function placeOf(set: SetText, fit: TypeFit, { left, right, align }: Room): Place {
  const padding = 0.2 * fit.height
  const [l, r] = [Math.max(0, left - padding), Math.max(0, right - padding)]
  const most = fit.width + (align === 'centre' ? 2 * Math.min(l, r) : align === 'left' ? r : l)
  const allowed = Math.max(most, 1.02 * fit.width)
  const narrow = Math.max(narrowest, Math.min(1, allowed / set.width))
  const scale = Math.min(1, allowed / (set.width * narrow))
  if (scale < smallest)
    throw new Rejection('text-too-long', { width: Math.round(set.width), most: Math.round(allowed) })
  const width = set.width * narrow * scale
  const at = align === 'centre' ? (fit.width - width) / 2 : align === 'left' ? 0 : fit.width - width
  return { left: at, narrow, scale }
}

/** Words of a line, in the units of its ink. */
interface Span {
  readonly left: number
  readonly right: number
  readonly isFirst: boolean
  readonly isLast: boolean
}

/** Where words stand in their line; undefined where they are all of it. */
async function spanOf(fit: TypeFit, start: number, end: number): Promise<Span | undefined> {
  const characters = [...fit.text]
  const before = characters.slice(0, start).join('')
  const word = characters.slice(start, end).join('').trim()
  const [isFirst, isLast] = [before.trim() === '', characters.slice(end).join('').trim() === '']
  if (isFirst && isLast) return undefined
  const widthOf = async (text: string): Promise<number> =>
    (await renderText(text, { font: fit.face.font, size: trialSize, spacing: fit.spacing * trialSize })).width
  const right = isLast ? fit.width : await widthOf(before + word)
  return { left: isFirst ? 0 : right - (await widthOf(word)), right, isFirst, isLast }
}

/** Words that fit where the old ones were, so that the rest of the line stays as it is. */
async function inPlace(
  fit: TypeFit,
  { left, right, isFirst, isLast }: Span,
  to: string,
  { faces }: LetterTools,
  room: Room,
): Promise<{ set: SetText; place: Place } | undefined> {
  const set = await setLike(fit, to, faces)
  const difference = set.width - (right - left)
  const slack = 0.22 * trialSize
  const grows = isLast && room.align === 'left' && difference < room.right - 0.2 * fit.height
  if (!grows && (difference > slack || difference < -1.6 * slack)) return undefined
  const between = left - difference / 2
  const at = isLast ? left : isFirst ? right - set.width : between
  return { set, place: { left: at, narrow: 1, scale: 1 } }
}
