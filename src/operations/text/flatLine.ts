import {
  composeWarps,
  cropPicture,
  invertWarp,
  type Picture,
  perspectiveWarp,
  resizePicture,
  type Warp,
  warpPicture,
} from '../../image/index.ts'
import { type Box, type Point, Rejection, type TextLine } from '../../tools/index.ts'

/** A line of text laid flat on a sheet of modest size, on which it is studied. */
export interface FlatLine {
  readonly line: TextLine
  /** The part of the picture around the line; all work is done in it. */
  readonly part: Box
  readonly picture: Picture
  /** The line laid flat, with a margin on every side. */
  readonly flat: Picture
  readonly margin: number
  /** Pixels of the sheet by those of the picture. */
  readonly scale: number
  /** From the sheet to the part, both in pixels. */
  readonly toPart: Warp
}

/** Height of a line on its sheet, in pixels. */
const sheetHeight = 64
/** Small lines are enlarged by no more than this. */
const mostEnlarged = 2
/** Of the line's height, on each side. */
const marginShare = 0.6

const length = ([x, y]: Point, [u, v]: Point): number => Math.hypot(u - x, v - y)

/** Height of a line in pixels. */
export function lineHeight({ corners: [a, b, c, d] }: TextLine): number {
  return (length(a, d) + length(b, c)) / 2
}

/** Width of a line in pixels. */
function lineWidth({ corners: [a, b, c, d] }: TextLine): number {
  return (length(a, b) + length(d, c)) / 2
}

/** Lays a line flat. @throws Rejection `text-too-small` below 8 pixels of height */
export function layFlat(picture: Picture, line: TextLine): FlatLine {
  const [height, width] = [lineHeight(line), lineWidth(line)]
  if (height < 8 || width < 6)
    throw new Rejection('text-too-small', { width: Math.round(width), height: Math.round(height) })
  const part = partAround(picture, line, 1.6 * height)
  const cropped = cropPicture(picture, part)
  const scale = Math.min(mostEnlarged, sheetHeight / height)
  const margin = Math.round(marginShare * height * scale)
  const [w, h] = [Math.round(width * scale), Math.round(height * scale)]
  const corners = line.corners.map(([x, y]) => [x - part.x, y - part.y]) as unknown as TextLine['corners']
  const toPart = perspectiveWarp(
    [
      [margin, margin],
      [margin + w, margin],
      [margin + w, margin + h],
      [margin, margin + h],
    ],
    corners,
  )
  // The cubic of the warp looks at few pixels: what is large is made smaller first.
  const small =
    scale < 0.75
      ? resizePicture(cropped, {
          width: Math.max(1, Math.round(part.width * scale)),
          height: Math.max(1, Math.round(part.height * scale)),
        })
      : cropped
  const shrink: Warp = [small.width / part.width, 0, 0, 0, small.height / part.height, 0, 0, 0, 1]
  const flat = warpPicture(small, invertWarp(composeWarps(shrink, toPart)), {
    width: w + 2 * margin,
    height: h + 2 * margin,
  })
  return { line, part, picture: cropped, flat, margin, scale, toPart }
}

/** The rectangle of whole pixels around a line and so much more on each side. */
export function partAround(picture: Picture, { corners }: TextLine, more: number): Box {
  const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)]
  const x = Math.min(picture.width - 1, Math.max(0, Math.floor(Math.min(...xs) - more)))
  const y = Math.min(picture.height - 1, Math.max(0, Math.floor(Math.min(...ys) - more)))
  const right = Math.min(picture.width, Math.max(x + 1, Math.ceil(Math.max(...xs) + more)))
  const bottom = Math.min(picture.height, Math.max(y + 1, Math.ceil(Math.max(...ys) + more)))
  return { x, y, width: right - x, height: bottom - y }
}
