import { cropPicture, type Picture } from '../../../image/index.ts'
import type { Random } from '../../random.ts'
import type { Face } from '../../tools/tool.ts'
import { faceWidth } from './faceParts.ts'

/** A frame is so many face widths wide at least, and its sides this long, in pixels. */
const [leastFaces, leastSide] = [2.4, 192]

/** Of so many portraits the photograph is taken as it is. */
const wholeShare = 0.25

/**
 * A photograph framed anew around a face, as portraits are: closer or wider, the face more to one side or the other.
 * Sides are multiples of 16 pixels.
 */
export function framedAnew(picture: Picture, face: Face, random: Random): Picture {
  if (random.chance(wholeShare)) return picture
  const size = faceWidth(face)
  const least = Math.max(leastSide, leastFaces * size)
  const [width, height] = [sideFor(picture.width, least, random), sideFor(picture.height, least, random)]
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

function sideFor(all: number, least: number, random: Random): number {
  const side = Math.floor(random.between(Math.min(least, all), all + 1) / 16) * 16
  return Math.min(all, Math.max(side, Math.min(all, Math.ceil(least / 16) * 16)))
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
