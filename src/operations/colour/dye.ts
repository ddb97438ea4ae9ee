import {
  compositePictures,
  featherMask,
  type Lab,
  labOfPicture,
  type Mask,
  type Picture,
  pictureOfLab,
} from '../../image/index.ts'
import { type DominantColour, dominantHue, type NamedColour } from './colours.ts'

/** A picture with a region in another colour. */
export interface Dyed {
  readonly picture: Picture
  readonly region: Mask
  readonly from: DominantColour
}

/**
 * What has the dominant hue of a region, in another colour: in OKLab the hue is turned and the chroma scaled to
 * that of the dye, so that shading and highlights stay, and the lightness moves a part of the way toward the dye's.
 * Pixels of other hues, such as eyes, metal and print, stay. Undefined where the region has no dominant hue.
 */
export function dyeHue(picture: Picture, mask: Mask, dye: NamedColour): Dyed | undefined {
  const lab = labOfPicture(picture)
  const from = dominantHue(picture, mask, lab)
  if (from === undefined) return undefined
  const [l0, a0, b0] = from.lab
  const [l1, a1, b1] = dye.lab
  const turn = Math.atan2(b1, a1) - Math.atan2(b0, a0)
  const scale = Math.min(2.6, Math.hypot(a1, b1) / Math.hypot(a0, b0))
  const [cos, sin] = [Math.cos(turn) * scale, Math.sin(turn) * scale]
  const lift = liftToward(l0, l1)
  const size = picture.width * picture.height
  const next = { ...lab, lightness: lab.lightness.slice(), a: lab.a.slice(), b: lab.b.slice() }
  for (let i = 0; i < size; i++) {
    if (from.mask.data[i] === 0) continue
    const [a, b] = [lab.a[i]!, lab.b[i]!]
    next.a[i] = a * cos - b * sin
    next.b[i] = a * sin + b * cos
    next.lightness[i] = lift(lab.lightness[i]!)
  }
  const soft = within(featherMask(from.mask, 0.7), mask)
  const region = { ...soft, data: soft.data.map((value) => (value > 0 ? 255 : 0)) }
  return { picture: compositePictures(picture, pictureOfLab(next), soft), region, from }
}

/** Feathering does not leave the mask. */
function within(soft: Mask, mask: Mask): Mask {
  return { ...soft, data: soft.data.map((value, i) => Math.min(value, mask.data[i]!)) }
}

/**
 * A curve of lightness that takes one value most of the way to another, and keeps black and white where they are:
 * shading keeps its order, highlights stay white.
 */
function liftToward(from: number, to: number): (lightness: number) => number {
  const [x, y] = [
    Math.min(0.95, Math.max(0.05, from)),
    Math.min(0.95, Math.max(0.05, from + 0.6 * (to - from))),
  ]
  const power = Math.log(y) / Math.log(x)
  return (lightness) => Math.max(0, lightness) ** power
}

/** How far apart two colours are to the eye, in OKLab. */
export function colourDistance([l, a, b]: Lab, [m, c, d]: Lab): number {
  return Math.hypot(l - m, a - c, b - d)
}
