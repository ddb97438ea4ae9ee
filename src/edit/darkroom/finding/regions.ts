import {
  dilateMask,
  erodeMask,
  featherMask,
  fillHoles,
  intersectMasks,
  type Mask,
  maskComponents,
  maskOfPixels,
  maskShare,
  thresholdMask,
} from '../../../image/index.ts'
import type { Candidate } from './candidates.ts'
import { type ColourTest, colourMask } from './colours.ts'
import type { View } from './view.ts'

/** The smallest region that counts as a thing, as a share of the picture. */
const leastShare = 0.0006
/** A region that covers more, from side to side, is the background. */
const mostShare = 0.6

/** Where a colour covers more of the picture, it says little. */
const mostSpread = 0.45

/** Regions of a colour, the likeliest first. */
interface Regions {
  readonly regions: readonly Candidate[]
  /** Whether there is but one, and the colour is that of few other pixels. */
  readonly isClear: boolean
}

/**
 * Regions of a colour that hang together, as things that a detector has no name for. Each is the surer the more it is of
 * the colour, differs from what is around it, and fills its box. `unwanted` (such as the sky) counts
 * little, what is `salient` more.
 */
export function colourRegions(
  view: View,
  name: string,
  test: ColourTest,
  { unwanted, salient }: { readonly unwanted?: Mask | undefined; readonly salient?: Mask | undefined },
): Regions {
  const { seen, lab } = view
  const { width, height } = seen
  const all = width * height
  const longer = Math.max(width, height)
  const coverage = colourMask(lab, test)
  const even = thresholdMask(featherMask(coverage, longer / 800))
  const isSpread = maskShare(even) > mostSpread
  // Where most of the picture has the colour, only what stands out is a thing.
  const solid = isSpread && salient ? intersectMasks(even, thresholdMask(salient)) : even
  const reach = Math.max(1, Math.round(0.008 * longer))
  const closed = erodeMask(dilateMask(solid, reach), reach)
  const found = maskComponents(closed)
    .filter(({ area }) => area > leastShare * all && area < mostShare * all)
    .slice(0, 24)
    .map(({ area, box, pixels }) => {
      const mask = maskOfPixels(width, height, pixels)
      let [colour, other, seenFirst] = [0, 0, 0]
      for (const pixel of pixels) {
        colour += coverage.data[pixel]! / 255
        other += (unwanted?.data[pixel] ?? 0) / 255
        seenFirst += (salient?.data[pixel] ?? 0) / 255
      }
      const fills = area / (box.width * box.height)
      const purity = colour / area
      const apart = contrast(view, mask, reach)
      const score =
        (0.3 + 0.15 * purity + 0.15 * Math.min(1, apart / 0.15) + 0.15 * fills) * (1 - 0.8 * (other / area))
      return {
        candidate: { name, score, box, mask: () => Promise.resolve(fillHoles(mask, 0.6 * area)) },
        weight: Math.sqrt(area) * score * (1 + seenFirst / area),
      }
    })
    .sort((one, other) => other.weight - one.weight)
  const trust = isSpread ? 0.7 : 1
  const regions = found
    .filter(({ weight }) => weight > 0.3 * found[0]!.weight)
    .map(({ candidate }) => ({ ...candidate, score: trust * candidate.score }))
  return { regions, isClear: regions.length === 1 && !isSpread }
}

/** How far the mean colour of a region is from that of a ring around it, in OKLab. */
function contrast({ lab, seen }: View, mask: Mask, reach: number): number {
  const [near, far] = [dilateMask(mask, 2 * reach), dilateMask(mask, 6 * reach)]
  const sums = [new Float64Array(4), new Float64Array(4)]
  for (let i = 0; i < seen.width * seen.height; i++) {
    const side = mask.data[i]! >= 128 ? 0 : far.data[i]! >= 128 && near.data[i]! < 128 ? 1 : -1
    if (side < 0) continue
    const sum = sums[side]!
    sum[0]! += lab.lightness[i]!
    sum[1]! += lab.a[i]!
    sum[2]! += lab.b[i]!
    sum[3]!++
  }
  const [one, other] = sums.map(([l, a, b, count]) => [l! / count!, a! / count!, b! / count!]) as [
    number[],
    number[],
  ]
  return sums[1]![3] === 0 ? 0 : Math.hypot(one[0]! - other[0]!, one[1]! - other[1]!, one[2]! - other[2]!)
}
