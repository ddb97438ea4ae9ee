import {
  dilateMask,
  erodeMask,
  type Lab,
  type LabPlanes,
  type Mask,
  maskArea,
  maskShare,
  thresholdMask,
} from '../../image/index.ts'
import { Rejection } from '../../tools/index.ts'

/** What is measured of paint that was laid on a thing. */
export interface PaintMeasures {
  /** The mean of what is painted, before. */
  readonly colour: Lab
  /** Whether the most of it has nearly this colour. */
  readonly plain: boolean
  /** The painted share of the thing. */
  readonly share: number
  /** The share of the picture that is painted. */
  readonly area: number
  /** The share of what is painted that is so only in part. */
  readonly patchy: number
  /** The share of what is just around the thing that has the same colour. */
  readonly lingers: number
}

/** Below this mean distance in OKLab from their mean, colours are called one. */
const plainSpread = 0.07

/** Measures what a recolouring painted of a thing, on the picture's colours before. */
export function paintMeasures(lab: LabPlanes, matte: Mask, region: Mask): PaintMeasures {
  const hard = thresholdMask(matte)
  const longer = Math.max(matte.width, matte.height)
  const inner = erodeMask(hard, Math.max(1, Math.round(longer / 250)))
  const painted = thresholdMask(region)
  const near = dilateMask(hard, Math.max(2, Math.round(longer / 200)))
  const far = dilateMask(hard, Math.max(5, Math.round(longer / 60)))
  const sum: [number, number, number] = [0, 0, 0]
  let [weight, part, any] = [0, 0, 0]
  for (const [i, value] of region.data.entries()) {
    if (value === 0) continue
    weight += value
    sum[0] += value * lab.lightness[i]!
    sum[1] += value * lab.a[i]!
    sum[2] += value * lab.b[i]!
    if (inner.data[i] === 0) continue
    any++
    if (value > 30 && value < 225) part++
  }
  const over = Math.max(1, weight)
  const colour: Lab = [sum[0] / over, sum[1] / over, sum[2] / over]
  // Shading changes lightness: hue says more of whether it is the same paint.
  const away = (i: number): number =>
    Math.hypot(
      0.5 * (lab.lightness[i]! - colour[0]),
      1.5 * (lab.a[i]! - colour[1]),
      1.5 * (lab.b[i]! - colour[2]),
    )
  let [own, spread] = [0, 0]
  for (const [i, value] of region.data.entries()) {
    if (value <= 127) continue
    own++
    spread += away(i)
  }
  const typical = spread / Math.max(1, own)
  let [ring, alike] = [0, 0]
  for (const [i, value] of far.data.entries()) {
    if (value === 0 || near.data[i] !== 0) continue
    ring++
    if (away(i) < Math.max(0.03, 0.8 * typical)) alike++
  }
  return {
    colour,
    plain: typical < plainSpread,
    share: maskArea(painted) / Math.max(1, maskArea(hard)),
    area: maskShare(painted),
    patchy: part / Math.max(1, any),
    lingers: ring === 0 ? 0 : alike / ring,
  }
}

/** How much may be painted only in part, and have the same colour just around. */
export interface PaintLimits {
  readonly patchy: number
  readonly lingers: number
}

/** Paint on what is darker than this, in OKLab, shows little but its reflections. */
const leastLight = 0.3

/**
 * @throws Rejection `small`, `dark`, `many-colours`, `many-tones`, `patchy`, `lingers` where the thing's colour goes on
 * beside it
 */
export function checkPaint(
  { colour, share, area, patchy, lingers, plain }: PaintMeasures,
  most: PaintLimits,
): void {
  if (colour[0] < leastLight) throw new Rejection('dark', { lightness: colour[0] })
  if (area < 0.012) throw new Rejection('small', { area })
  if (share < 0.5) throw new Rejection('many-colours', { share })
  if (!plain) throw new Rejection('many-tones')
  if (patchy > most.patchy) throw new Rejection('patchy', { patchy })
  if (lingers > most.lingers) throw new Rejection('lingers', { lingers })
}
