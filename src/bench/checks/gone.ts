import {
  blurPlane,
  dilateMask,
  intersectMasks,
  type LabPlanes,
  type Mask,
  maskShare,
  subtractMask,
} from '../../image/index.ts'
import { isLabel, scoreIn } from './appears.ts'
import { correlationWithin, localContrast, meanWithin, shareWithin, slopeWithin } from './comparison.ts'
import { atLeast, atMost, type CheckRule, type Finding, first, percent, told, unknown } from './finding.ts'
import { type EditView, inner } from './view.ts'

/** The least share of the thing that must have changed; of a region whose thing is not known. */
const [leastOfThing, leastOfRegion] = [0.5, 0.2]
/** The most that its edges may still be the source's. */
const mostAlike = 0.5
/** The most of the thing's light and dark that may still be there, and the deviation of what is too coarse to tell, at 512 pixels. */
const [mostRemaining, coarse] = [0.25, 8]
/** Of the new pixels, the least share whose colour occurs around the region; a distance in OKLab. */
const [leastFitting, sameColour] = [0.3, 0.05]

/** The thing is no longer visible, neither are its edges, and its replacement could belong to the surroundings. */
export const gone: CheckRule<'gone'> = async ({ region, label }, view) => {
  const mask = await view.maskOf(region)
  if (!mask || maskShare(mask) === 0) return unknown('the region is empty')
  const thing = (await view.thingIn(region)) ?? mask
  const share = shareWithin(thing, view.comparison.changed)
  const findings: [Finding, ...Finding[]] = [
    atLeast(share, thing === mask ? leastOfRegion : leastOfThing, `${percent(share)} of it changed`),
  ]
  const alike = correlationWithin(thing, view.edges('source').data, view.edges('edited').data)
  findings.push(atMost(alike, mostAlike, `its edges are ${percent(Math.max(0, alike))} the source's`))
  // What comes in its place may be lit and shaped alike.
  if (!view.checks.some(({ check }) => check === 'appears' || check === 'filled'))
    findings.push(remains(view, thing), plausible(view, mask, thing))
  if (label !== undefined && isLabel(label) && view.has('detector')) {
    const area = (await view.boxOf(region))!
    const before = await scoreIn(view, 'source', label, area)
    if (before >= 0.3) {
      const after = await scoreIn(view, 'edited', label, area)
      findings.push(
        atMost(
          after,
          Math.max(0.3, 0.5 * before),
          `a ${label} is seen at ${told(after)}, at ${told(before)} in the source`,
        ),
      )
    }
  }
  return first(findings)
}

/**
 * How much of the thing shines through: a picture that is a share k of the thing over something else has its light and
 * dark k times as strong, whatever else is there, which does not correlate with them. What did not change is not of the
 * thing, or told by its share.
 */
function remains(view: EditView, thing: Mask): Finding {
  const { source, edited, changed } = view.comparison
  const sigma = (coarse * Math.max(source.width, source.height)) / 512
  const [before, after] = [source, edited].map(({ width, height, lightness }) => {
    const soft = blurPlane(lightness, width, height, sigma)
    return lightness.map((value, i) => value - soft[i]!)
  }) as [Float32Array, Float32Array]
  const share = slopeWithin(intersectMasks(thing, changed), before, after)
  return atMost(share, mostRemaining, `${percent(Math.max(0, share))} of its light and dark remain`)
}

/** Whether the new content has colours of its surroundings, and is not flat where they are not. */
function plausible(view: EditView, mask: Mask, thing: Mask): Finding {
  const { edited } = view.comparison
  const reach = Math.max(6, Math.round(Math.sqrt(maskShare(mask) * mask.data.length) / 2))
  const ring = subtractMask(dilateMask(mask, reach), dilateMask(mask, 2))
  if (maskShare(ring) < 0.002) return atLeast(1, 0, 'it fills the picture')
  const contrast = localContrast(edited, 3)
  const [own, theirs] = [meanWithin(inner(thing), { data: contrast }), meanWithin(ring, { data: contrast })]
  if (theirs > 0.012 && own < 0.08 * theirs)
    return { verdict: 'fail', value: own / theirs, bound: 0.08, seen: 'a flat patch stands in its place' }
  const fitting = shareOfColours(edited, thing, ring)
  return atLeast(
    fitting,
    leastFitting,
    `${percent(fitting)} of what is there has colours of its surroundings`,
  )
}

/** The share of a mask's pixels whose colour occurs in another's, by cells of colour and their neighbours. */
function shareOfColours({ lightness, a, b }: LabPlanes, where: Mask, of: Mask): number {
  const cell = (i: number): readonly [number, number, number] => [
    Math.round(lightness[i]! / sameColour),
    Math.round(a[i]! / sameColour),
    Math.round(b[i]! / sameColour),
  ]
  const name = (l: number, u: number, v: number): number => (l + 64) * 16_384 + (u + 64) * 128 + v + 64
  const known = new Set<number>()
  for (let i = 0; i < lightness.length; i++) if (of.data[i]! >= 128) known.add(name(...cell(i)))
  let [count, fitting] = [0, 0]
  for (let i = 0; i < lightness.length; i++) {
    if (where.data[i]! < 128) continue
    count++
    const [l, u, v] = cell(i)
    if (isNear(known, l, u, v, name)) fitting++
  }
  return count === 0 ? 0 : fitting / count
}

function isNear(
  known: ReadonlySet<number>,
  l: number,
  u: number,
  v: number,
  name: (l: number, u: number, v: number) => number,
): boolean {
  for (let dl = -1; dl <= 1; dl++)
    for (let du = -1; du <= 1; du++)
      for (let dv = -1; dv <= 1; dv++) if (known.has(name(l + dl, u + du, v + dv))) return true
  return false
}
