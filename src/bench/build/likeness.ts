import {
  colourDistance,
  colourSignature,
  hashDistance,
  type Picture,
  perceptualHash,
} from '../../image/index.ts'

/** The appearance of a picture in 28 bytes, from which nobody can be recognised. */
export interface Look {
  readonly hash: string
  readonly colours: string
  readonly width: number
  readonly height: number
}

export function lookOf(picture: Picture): Look {
  return {
    hash: perceptualHash(picture),
    colours: colourSignature(picture),
    width: picture.width,
    height: picture.height,
  }
}

/** Pictures that have nothing to do with each other differ in half the bits of their hashes. */
const strangers = 32
/** The mean difference of the colour layout, in levels, that counts as completely different. */
const otherColours = 80

/**
 * How unlike two pictures are, 0 to 1: structure by perceptual hash, colours and their layout by a grid, and a little
 * the format.
 */
export function unlikeness(a: Look, b: Look): number {
  const structure = Math.min(1, hashDistance(a.hash, b.hash) / strangers)
  const colours = Math.min(1, colourDistance(a.colours, b.colours) / otherColours)
  const format = Math.min(1, Math.abs(Math.log(a.width / a.height / (b.width / b.height))))
  return 0.45 * structure + 0.45 * colours + 0.1 * format
}
