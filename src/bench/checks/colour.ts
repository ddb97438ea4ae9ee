import {
  intersectMasks,
  type LabPlanes,
  labOfPicture,
  type Mask,
  maskArea,
  maskShare,
} from '../../image/index.ts'
import type { CheckColour } from './check.ts'
import { shareWithin } from './comparison.ts'
import { type CheckRule, percent, unknown } from './finding.ts'
import { inner } from './view.ts'

/** Ranges of OKLCh: hue in degrees, from and to, lightness 0 to 1, chroma. They overlap as the names do. */
interface Range {
  readonly hue?: readonly [from: number, to: number]
  readonly lightness: readonly [least: number, most: number]
  readonly chroma: readonly [least: number, most: number]
}

const coloured = (
  from: number,
  to: number,
  lightness: Range['lightness'] = [0.15, 1],
  chroma = 0.035,
): Range => ({
  hue: [from, to],
  lightness,
  chroma: [chroma, 1],
})
const grey = (least: number, most: number, chroma: number): Range => ({
  lightness: [least, most],
  chroma: [0, chroma],
})

/** The OKLCh ranges of each name. */
const ranges: Readonly<Record<CheckColour, Range>> = {
  red: coloured(-12, 42),
  orange: coloured(35, 85, [0.42, 1], 0.06),
  yellow: coloured(75, 122, [0.5, 1], 0.045),
  green: coloured(108, 182),
  cyan: coloured(165, 235),
  blue: coloured(208, 292),
  purple: coloured(275, 342),
  pink: coloured(-40, 32, [0.5, 1]),
  brown: { hue: [15, 105], lightness: [0.12, 0.68], chroma: [0.02, 0.16] },
  black: grey(0, 0.38, 0.05),
  white: grey(0.72, 1, 0.05),
  grey: grey(0.22, 0.85, 0.04),
}

/** Of the thing's coloured pixels: the least share of the new colour, and by how much it must have grown. */
const [leastShare, leastGrowth] = [0.5, 0.2]

/** The thing in the region has the colour, and had another; what of the region is only behind it does not count. */
export const colour: CheckRule<'colour'> = async ({ region, colour }, view) => {
  const mask = await view.maskOf(region)
  if (!mask || maskShare(mask) === 0) return unknown('the region is empty')
  const { changed } = view.comparison
  const [before, after] = [labOfPicture(view.small.source), labOfPicture(view.small.edited)]
  const thing = (await view.thingIn(region)) ?? mask
  const part = intersectMasks(changed, mask)
  const isEnough = maskArea(part) >= 0.15 * maskArea(mask) || shareWithin(thing, changed) >= 0.4
  // What changed is the thing, if it is enough of it; else what the segmenter takes for it.
  const where = inner(isEnough ? part : thing)
  const [was, is] = [colourShare(before, where, colour), colourShare(after, where, colour)]
  const seen = `${percent(is)} of it is ${colour}, ${percent(was)} was`
  if (!isEnough && was >= leastShare) return unknown(`it was ${colour} before (${percent(was)})`)
  return {
    verdict: is >= leastShare && is - was >= leastGrowth && isEnough ? 'pass' : 'fail',
    value: is,
    bound: leastShare,
    seen: isEnough ? seen : `${seen}; most of it did not change`,
  }
}

/** The share of a mask that may be called by a colour's name; what is too dark or too grey to tell counts half. */
export function colourShare({ lightness, a, b }: LabPlanes, where: Mask, name: CheckColour): number {
  const { hue, ...range } = ranges[name]
  let [count, fitting] = [0, 0]
  for (let i = 0; i < lightness.length; i++) {
    if (where.data[i]! < 128) continue
    const [l, chroma] = [lightness[i]!, Math.hypot(a[i]!, b[i]!)]
    // Highlights and deep shadows of a coloured thing have no clear colour.
    const weight = hue && (l < 0.2 || l > 0.95 || chroma < 0.025) ? 0.3 : 1
    count += weight
    if (l < range.lightness[0] || l > range.lightness[1]) continue
    if (chroma < range.chroma[0] || chroma > range.chroma[1]) continue
    if (!hue || isBetween((Math.atan2(b[i]!, a[i]!) * 180) / Math.PI, hue)) fitting += weight
  }
  return count === 0 ? 0 : fitting / count
}

/** Whether an angle lies in a range of degrees, whole turns aside. */
function isBetween(degrees: number, [from, to]: readonly [number, number]): boolean {
  return (((degrees - from) % 360) + 360) % 360 <= to - from
}
