import { cropPicture, type Picture } from '../../../image/index.ts'
import { faceWidth } from '../../../operations/index.ts'
import type { Random } from '../../../random/index.ts'
import type { Face } from '../../../tools/index.ts'

/** How wide a frame is, in face widths, and how many portraits whose face is large enough for it are the whole photograph. */
export interface Framing {
  readonly least: number
  readonly most: number
  readonly whole: number
}

/** For what the whole face shows, and for eyes, brows and lips, which are a few pixels in a portrait. */
export const framings: Readonly<Record<'portrait' | 'close', Framing>> = {
  portrait: { least: 1.8, most: 3.6, whole: 0.25 },
  close: { least: 1.25, most: 1.7, whole: 0 },
}

/** The least length of a frame's sides in pixels. */
const leastSide = 160

/**
 * A photograph framed anew around a face, as portraits are: closer or wider, the face more to one side or the other.
 * A retouch of a small face would not be seen in the whole photograph. Sides are multiples of 16 pixels.
 */
export function framedAnew(
  picture: Picture,
  face: Face,
  random: Random,
  { least: leastFaces, most: mostFaces, whole }: Framing = framings.portrait,
): Picture {
  const size = faceWidth(face)
  const [least, most] = [Math.max(leastSide, leastFaces * size), mostFaces * size]
  if (picture.width <= most && random.chance(whole)) return picture
  const range = [least, Math.max(least, most)] as const
  const [width, height] = [sideFor(picture.width, range, random), sideFor(picture.height, range, random)]
  const box = {
    x: cornerFor(face.box.x, face.box.width, { side: width, all: picture.width, margin: 0.3 * size, random }),
    y: cornerFor(face.box.y, face.box.height, {
      side: height,
      all: picture.height,
      margin: 0.4 * size,
      random,
    }),
    width,
    height,
  }
  return cropPicture(picture, box)
}

function sideFor(all: number, [least, most]: readonly [number, number], random: Random): number {
  const [low, high] = [Math.ceil(least / 16), Math.floor(Math.min(most, all) / 16)]
  return Math.min(all, 16 * (low + random.below(Math.max(1, high - low + 1))))
}

interface Room {
  readonly side: number
  readonly all: number
  readonly margin: number
  readonly random: Random
}

/** Where the frame begins, so that from `start` on `length` pixels are in it, with a margin where there is room. */
function cornerFor(start: number, length: number, { side, all, margin, random }: Room): number {
  const [last, first] = [start - margin, start + length + margin - side]
  const [low, high] = [Math.min(last, first), Math.max(last, first)]
  return Math.round(Math.max(0, Math.min(all - side, random.between(low, high))))
}
