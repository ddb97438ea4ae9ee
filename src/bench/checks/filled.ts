import { intersectMasks, largestParts, maskArea, maskShare } from '../../image/index.ts'
import { correlationWithin, meanWithin } from './comparison.ts'
import { atLeast, atMost, type CheckRule, first, percent, told, unknown } from './finding.ts'

/** The least share of the region, and of the picture, that something new covers. */
const [leastOfRegion, leastOfPicture] = [0.02, 0.0004]

/** Something with edges of its own stands in the region. */
export const filled: CheckRule<'filled'> = async ({ region }, view) => {
  const mask = await view.maskOf(region)
  if (!mask || maskShare(mask) === 0) return unknown('the region is empty')
  const { changed, deltaE } = view.comparison
  const fresh = largestParts(intersectMasks(changed, mask), 0.2)
  const share = maskArea(fresh) / maskArea(mask)
  const bound = Math.max(leastOfRegion, leastOfPicture / maskShare(mask))
  const isThere = atLeast(share, bound, `something new covers ${percent(share)} of the region`)
  if (isThere.verdict === 'fail') return isThere
  const [before, after] = [view.edges('source'), view.edges('edited')]
  const alike = correlationWithin(fresh, before.data, after.data)
  const [busy, was] = [meanWithin(mask, after), meanWithin(mask, before)]
  const difference = meanWithin(fresh, deltaE)
  return first([
    atMost(alike, 0.7, `its edges are ${percent(Math.max(0, alike))} the source's`),
    atLeast(
      busy / Math.max(1e-4, was),
      0.6,
      `the region has ${told(busy / Math.max(1e-4, was))} times the edges`,
    ),
    atLeast(difference, 4, `it differs by ΔE ${told(difference)}`),
    isThere,
  ])
}
