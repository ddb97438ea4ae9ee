import {
  type Area,
  dilateMask,
  erodeMask,
  fillHoles,
  type Mask,
  maskComponents,
  maskOfPixels,
} from '../../../image/index.ts'
import type { View } from './view.ts'

/** Another of a thing by its size, as shares of the largest that is known. */
const [smallest, largest] = [0.06, 3]
/** How much of what is around it is the ground that the known ones lie on, and of its box it fills. */
const [leastGround, leastFilled] = [0.6, 0.25]
/** How many times more often a colour is the thing's than its ground's. */
const plainly = 3

/**
 * Others like the things that a mask covers: what has their colours and not those of their ground, and lies on the same
 * ground. Empty where the colours do not tell the things from their ground. All of the analysed picture's size.
 */
export function alikeElsewhere(view: View, known: Mask): { readonly box: Area; readonly mask: Mask }[] {
  const { width, height } = view.seen
  const longer = Math.max(width, height)
  const reach = Math.max(2, Math.round(0.008 * longer))
  const [near, far] = [dilateMask(known, reach), dilateMask(known, 6 * reach)]
  const bins = binsOf(view)
  const own = spread(bins, (i) => known.data[i]! >= 220)
  const ground = spread(bins, (i) => far.data[i]! >= 128 && near.data[i]! < 128)
  const isOwn = own.map((share, bin) => (share > 0.0005 && share > plainly * ground[bin]! ? 1 : 0))
  const isGround = ground.map((share, bin) => (share > 0.0005 && share > own[bin]! ? 1 : 0))
  let [like, all] = [0, 1e-6]
  for (let i = 0; i < bins.length; i++)
    if (known.data[i]! >= 220) {
      all++
      like += isOwn[bins[i]!]!
    }
  if (like / all < 0.5) return []
  const data = Uint8Array.from(bins, (bin, i) => (isOwn[bin] === 1 && near.data[i]! < 128 ? 255 : 0))
  const even = dilateMask(erodeMask(dilateMask({ width, height, data }, reach), 1.5 * reach), 0.5 * reach)
  const most = maskComponents(known)[0]?.area ?? 0
  return maskComponents(even)
    .filter(
      ({ area, box }) =>
        area > Math.max(smallest * most, 4 * reach * reach) &&
        area < largest * most &&
        area > leastFilled * box.width * box.height,
    )
    .map(({ box, area, pixels }) => ({
      box,
      mask: fillHoles(maskOfPixels(width, height, pixels), 0.5 * area),
    }))
    .filter(({ mask }) => groundShare(mask, reach, (i) => isGround[bins[i]!] === 1) > leastGround)
}

/** The share of a mask's surroundings that is ground; what the picture's edge cuts off does not count. */
function groundShare(mask: Mask, reach: number, isGround: (i: number) => boolean): number {
  const [near, far] = [dilateMask(mask, reach), dilateMask(mask, 3 * reach)]
  let [ground, all] = [0, 1e-6]
  for (let i = 0; i < far.data.length; i++)
    if (far.data[i]! >= 128 && near.data[i]! < 128) {
      all++
      if (isGround(i)) ground++
    }
  return ground / all
}

const [lightSteps, colourSteps] = [16, 12]

/** Each pixel's colour as one of 2,304 bins of OKLab. */
function binsOf({ lab: { lightness, a, b } }: View): Uint16Array {
  const step = (value: number): number =>
    Math.min(colourSteps - 1, Math.max(0, Math.floor((value + 0.18) * (colourSteps / 0.36))))
  return Uint16Array.from(lightness, (light, i) => {
    const level = Math.min(lightSteps - 1, Math.floor(light * lightSteps))
    return (level * colourSteps + step(a[i]!)) * colourSteps + step(b[i]!)
  })
}

/** How often each bin is among some pixels: shares that add up to 1. */
function spread(bins: Uint16Array, isMeant: (i: number) => boolean): Float64Array {
  const counts = new Float64Array(lightSteps * colourSteps * colourSteps)
  let all = 1e-6
  for (let i = 0; i < bins.length; i++)
    if (isMeant(i)) {
      counts[bins[i]!]!++
      all++
    }
  return counts.map((count) => count / all)
}
