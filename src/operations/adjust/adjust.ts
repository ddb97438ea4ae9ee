import type { Mask, NextRandom, Picture } from '../../image/index.ts'
import { dehaze } from '../detail/dehaze.ts'
import { denoise } from '../detail/denoise.ts'
import { sharpenDetail, softenDetail } from '../detail/sharpen.ts'
import type { Edited } from '../edited.ts'
import { applyLook } from '../tone/applyLook.ts'
import { mixed } from '../tone/mix.ts'
import { cornersDarkened, grainOver } from '../tone/overlay.ts'
import { saturated, tinted, warmed } from './colourAxes.ts'
import { clarified, tonesShifted } from './regions.ts'
import { brightnessCurve, contrastCurve, fadeCurve } from './toneCurves.ts'

/** What goes up or down. */
export type AdjustedProperty =
  | 'brightness'
  | 'contrast'
  | 'saturation'
  | 'warmth'
  | 'tint'
  | 'shadows'
  | 'highlights'
  | 'clarity'
  | 'sharpness'
  | 'noise'
  | 'haze'
  | 'vignette'
  | 'grain'
  | 'fade'

/** How a property is adjusted. */
export interface AdjustOptions {
  /** −1 to 1; 0.3 is a usual step, 0 leaves the picture. */
  readonly amount: number
  /** Where; soft edges blend. Default: everywhere. */
  readonly mask?: Mask | undefined
  readonly next: NextRandom
}

type Adjust = (picture: Picture, amount: number, next: NextRandom) => Picture

/** Makes a property of a picture of any size more or less. @throws Rejection `unfit` for haze where there is no distance */
export function adjust(
  picture: Picture,
  property: AdjustedProperty,
  { amount, mask, next }: AdjustOptions,
): Edited {
  if (amount === 0) return { picture }
  const made = adjusters[property](picture, Math.max(-1, Math.min(1, amount)), next)
  return { picture: mixed(picture, made, 1, mask), ...(mask && { region: mask }) }
}

const adjusters: { readonly [P in AdjustedProperty]: Adjust } = {
  brightness: (picture, amount) => toned(picture, brightnessCurve(amount)),
  contrast: (picture, amount) => toned(picture, contrastCurve(amount, middleOf(picture))),
  saturation: saturated,
  warmth: warmed,
  tint: tinted,
  shadows: (picture, amount) => tonesShifted(picture, 'shadows', amount),
  highlights: (picture, amount) => tonesShifted(picture, 'highlights', amount),
  clarity: clarified,
  sharpness: (picture, amount) =>
    amount > 0 ? sharpenDetail(picture, amount) : softenDetail(picture, -amount),
  noise: (picture, amount, next) =>
    amount > 0 ? grainOver(picture, { levels: 20 * amount, grain: 0.4, next }) : denoise(picture, -amount),
  haze: (picture, amount, next) =>
    amount > 0
      ? applyLook(picture, 'haze', { strength: Math.min(2, 2.4 * amount), next }).picture
      : dehaze(picture, -amount),
  vignette: (picture, amount) => cornersDarkened(picture, 0.75 * amount),
  grain: (picture, amount, next) =>
    amount > 0
      ? grainOver(picture, { levels: 18 * amount, grain: 0.7, grey: true, next })
      : denoise(picture, -amount),
  fade: (picture, amount) => toned(picture, fadeCurve(amount)),
}

/** Each level by a table. */
function toned({ width, height, data }: Picture, table: Uint8Array): Picture {
  const out = new Uint8Array(data.length)
  for (let i = 0; i < data.length; i++) out[i] = table[data[i]!]!
  return { width, height, data: out }
}

/** The level of 0 to 1 below which half of a picture's green lies. */
function middleOf({ data }: Picture): number {
  const counts = new Uint32Array(256)
  const step = 3 * Math.max(1, Math.floor(data.length / 3 / 200_000))
  for (let i = 1; i < data.length; i += step) counts[data[i]!]!++
  let left = counts.reduce((sum, count) => sum + count, 0) / 2
  const level = counts.findIndex((count) => {
    left -= count
    return left <= 0
  })
  return level / 255
}
