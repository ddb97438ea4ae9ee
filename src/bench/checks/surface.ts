import { type LabPlanes, type Mask, maskShare } from '../../image/index.ts'
import { correlationWithin, localContrast, meanWithin, shareWithin } from './comparison.ts'
import { atLeast, type CheckRule, first, percent, told, unknown } from './finding.ts'
import { inner } from './view.ts'

/** The least share of the thing that changed, and the least difference of its surfaces. */
const [leastChanged, leastDifference] = [0.35, 0.5]
/** The least share of the outline's edges that are still there. */
const leastOutline = 0.45

/** Another texture or gloss, in the old outline. */
export const surface: CheckRule<'surface'> = async ({ region }, view) => {
  const mask = await view.maskOf(region)
  if (!mask || maskShare(mask) === 0) return unknown('the region is empty')
  const thing = (await view.thingIn(region)) ?? mask
  const { changed, source, edited } = view.comparison
  const share = shareWithin(thing, changed)
  const within = inner(thing)
  const difference = distanceOf(source, edited, within)
  const outline = outlineKept(view.edges('source').data, view.edges('edited').data, thing)
  return first([
    atLeast(share, leastChanged, `${percent(share)} of it changed`),
    atLeast(outline, leastOutline, `${percent(outline)} of its outline is there`),
    atLeast(difference, leastDifference, `its surface differs by ${told(difference)}`),
  ])
}

/**
 * How far apart two surfaces are: of the logarithms of contrast at three scales, of mean colour, and of how far the patterns
 * are the same.
 */
function distanceOf(one: LabPlanes, other: LabPlanes, where: Mask): number {
  const bands = [1.5, 4, 9].map((sigma) => {
    const [p, q] = [one, other].map((planes) => meanWithin(where, { data: localContrast(planes, sigma) }))
    return Math.abs(Math.log((q! + 0.004) / (p! + 0.004)))
  })
  const mean = (planes: LabPlanes): readonly number[] =>
    [planes.lightness, planes.a, planes.b].map((data) => meanWithin(where, { data }))
  const [p, q] = [mean(one), mean(other)]
  const colour = Math.hypot(...p.map((value, i) => value - q[i]!))
  const pattern = 1 - Math.max(0, correlationWithin(where, one.lightness, other.lightness))
  return Math.max(...bands) + 2 * colour + pattern
}

/** How much of the source's edges along a thing's outline is in the edited picture too. */
function outlineKept(before: Float32Array, after: Float32Array, thing: Mask): number {
  const { width, height } = thing
  let [sum, kept] = [0, 0]
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      const i = y * width + x
      if (thing.data[i]! < 128) continue
      const isBorder =
        thing.data[i - 1]! < 128 ||
        thing.data[i + 1]! < 128 ||
        thing.data[i - width]! < 128 ||
        thing.data[i + width]! < 128
      if (!isBorder || before[i]! < 0.005) continue
      sum += before[i]!
      kept += Math.min(before[i]!, after[i]!)
    }
  return sum === 0 ? 1 : kept / sum
}
