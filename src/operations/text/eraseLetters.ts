import { dilateMask, type Mask, type Picture, warpMask } from '../../image/index.ts'
import { type Box, Rejection, type TextLine } from '../../tools/index.ts'
import type { Edited } from '../edited.ts'
import { type FlatLine, layFlat, lineHeight, partAround } from './flatLine.ts'
import { rimOf } from './halo.ts'
import { type Ink, inksOf } from './inkOf.ts'
import { type PatchFill, restoreSurface } from './surface.ts'
import { fitType, type TypeFace } from './typeFit.ts'

/** What erasing and rewriting may use. */
export interface LetterTools {
  /** Fonts that lettering is compared with, and set in. */
  readonly faces: readonly TypeFace[]
  /** Fills surfaces that have a texture. */
  readonly fill?: PatchFill | undefined
}

/**
 * Takes the letters of lines off what they stand on, and restores it: plain, graded or textured. Elsewhere the picture
 * is bit-equal. `others` are lines that stay: nothing is taken from them. Lines whose strokes cannot be told apart go with
 * their whole rectangle.
 */
export async function eraseLetters(
  picture: Picture,
  lines: readonly TextLine[],
  tools: LetterTools,
  others: readonly TextLine[] = [],
): Promise<Edited> {
  const holes: Hole[] = []
  for (const line of lines) holes.push(await holeOf(picture, line, tools.faces))
  const around = others.filter((line) => !lines.includes(line))
  return await closeHoles(picture, holes, tools.fill, otherLetters(picture, around))
}

/** Letters of lines that stay: no example for a surface. Of each the less frequent of its two groups of lightness. */
export function otherLetters(picture: Picture, lines: readonly TextLine[]): Hole[] {
  return lines.map((line) => {
    const { part, mask } = wholeLine(picture, line)
    const height = lineHeight(line)
    const levels: number[] = []
    const lightness = (i: number): number => {
      const at = 3 * ((Math.floor(i / part.width) + part.y) * picture.width + (i % part.width) + part.x)
      return picture.data[at]! + picture.data[at + 1]! + picture.data[at + 2]!
    }
    for (let i = 0; i < mask.data.length; i++) if (mask.data[i]! > 0) levels.push(lightness(i))
    const threshold = parting(levels)
    const isDark = 2 * levels.filter((level) => level < threshold).length < levels.length
    const data = mask.data.map((value, i) => (value > 0 && lightness(i) < threshold === isDark ? 255 : 0))
    return { part, mask: dilateMask({ ...mask, data }, Math.max(2, 0.06 * height)) }
  })
}

/** The middle between the means of what is below and above it. */
function parting(levels: readonly number[]): number {
  const mean = (list: readonly number[]): number =>
    list.reduce((sum, level) => sum + level, 0) / Math.max(1, list.length)
  let threshold = mean(levels)
  for (let round = 0; round < 8; round++)
    threshold =
      (mean(levels.filter((level) => level < threshold)) +
        mean(levels.filter((level) => level >= threshold))) /
      2
  return threshold
}

/** Where letters are to go: a part of the picture, and coverage of its size, 255 and 0. */
export interface Hole {
  readonly part: Box
  readonly mask: Mask
}

async function holeOf(picture: Picture, line: TextLine, faces: readonly TypeFace[]): Promise<Hole> {
  try {
    const flat = layFlat(picture, line)
    const ink = await inkLike(flat, line.text, faces)
    return { part: flat.part, mask: strokesInPart(flat, ink, rimOf(flat, ink).reach) }
  } catch (error) {
    if (!(error instanceof Rejection)) throw error
    return wholeLine(picture, line)
  }
}

/** The reading of a sheet that looks most like the text. @throws Rejection `strokes-unclear` */
async function inkLike(flat: FlatLine, text: string, faces: readonly TypeFace[]): Promise<Ink> {
  const inks = inksOf(flat)
  if (inks.length === 0) throw new Rejection('strokes-unclear')
  if (!faces.some(({ font }) => font.has(text))) return plainest(flat, inks)
  const { ink, score } = await fitType(flat, inks, text, faces, 'quick')
  if (score < 0.3) throw new Rejection('strokes-unclear', { score })
  return ink
}

/** Without fonts to compare with: letters take less of their line than the surface between them. */
function plainest({ flat, margin }: FlatLine, inks: readonly Ink[]): Ink {
  const area = (flat.width - 2 * margin) * (flat.height - 2 * margin)
  const share = ({ strokes }: Ink): number =>
    strokes.data.reduce((sum, value) => sum + (value > 0 ? 1 : 0), 0) / area
  return inks.reduce((one, other) =>
    Math.abs(share(other) - 0.2) < Math.abs(share(one) - 0.2) ? other : one,
  )
}

/** Strokes and what shows of them around, in the part's pixels. `keep` tells of those on the sheet which are meant. */
export function strokesInPart(
  { part, toPart }: FlatLine,
  { strokes }: Ink,
  reach: number,
  keep?: (x: number, y: number) => boolean,
): Mask {
  const data = strokes.data.slice()
  if (keep)
    for (let i = 0; i < data.length; i++)
      if (data[i]! > 0 && !keep(i % strokes.width, Math.floor(i / strokes.width))) data[i] = 0
  const grown = dilateMask({ ...strokes, data }, reach)
  const mask = warpMask(grown, toPart, part)
  return { ...mask, data: mask.data.map((value) => (value >= 64 ? 255 : 0)) }
}

/** The whole rectangle of a line. */
function wholeLine(picture: Picture, line: TextLine): Hole {
  const height = lineHeight(line)
  const part = partAround(picture, line, 1.6 * height)
  const { corners } = line
  const data = new Uint8Array(part.width * part.height)
  for (let y = 0; y < part.height; y++)
    for (let x = 0; x < part.width; x++) {
      const [px, py] = [x + part.x + 0.5, y + part.y + 0.5]
      const isInside = corners.every(([ax, ay], i) => {
        const [bx, by] = corners[(i + 1) % 4]!
        return (bx - ax) * (py - ay) - (by - ay) * (px - ax) >= 0
      })
      if (isInside) data[y * part.width + x] = 255
    }
  return { part, mask: { width: part.width, height: part.height, data } }
}

/** Restores the surface in one hole after the other; nothing is taken from what the others, or `unknown`, cover. */
export async function closeHoles(
  picture: Picture,
  holes: readonly Hole[],
  fill?: PatchFill | undefined,
  unknown: readonly Hole[] = [],
): Promise<{ readonly picture: Picture; readonly region: Mask }> {
  const { width, height } = picture
  const data = picture.data.slice()
  const region = new Uint8Array(width * height)
  for (const [n, { part, mask }] of holes.entries()) {
    const later = [...holes.slice(n + 1), ...unknown].filter((other) => overlap(other.part, part))
    const other = later.length > 0 ? gathered(part, later) : undefined
    const restored = await restoreSurface(cut({ width, height, data }, part), mask, { fill, unknown: other })
    for (let y = 0; y < part.height; y++)
      for (let x = 0; x < part.width; x++) {
        const i = y * part.width + x
        if (mask.data[i]! < 128) continue
        const at = (y + part.y) * width + x + part.x
        region[at] = 255
        data[3 * at] = restored.data[3 * i]!
        data[3 * at + 1] = restored.data[3 * i + 1]!
        data[3 * at + 2] = restored.data[3 * i + 2]!
      }
  }
  return { picture: { width, height, data }, region: { width, height, data: region } }
}

function cut({ width, data }: Picture, { x, y, width: w, height: h }: Box): Picture {
  const out = new Uint8Array(3 * w * h)
  for (let v = 0; v < h; v++)
    out.set(data.subarray(3 * ((y + v) * width + x), 3 * ((y + v) * width + x + w)), 3 * v * w)
  return { width: w, height: h, data: out }
}

function gathered(part: Box, holes: readonly Hole[]): Mask {
  const data = new Uint8Array(part.width * part.height)
  for (const { part: own, mask } of holes) {
    const [dx, dy] = [own.x - part.x, own.y - part.y]
    for (let y = Math.max(0, -dy); y < Math.min(own.height, part.height - dy); y++)
      for (let x = Math.max(0, -dx); x < Math.min(own.width, part.width - dx); x++)
        if (mask.data[y * own.width + x]! >= 128) data[(y + dy) * part.width + x + dx] = 255
  }
  return { width: part.width, height: part.height, data }
}

const overlap = (one: Box, other: Box): boolean =>
  one.x < other.x + other.width &&
  other.x < one.x + one.width &&
  one.y < other.y + other.height &&
  other.y < one.y + one.height
