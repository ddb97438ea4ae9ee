import {
  blurPlane,
  deltaEOf,
  evenMask,
  intersectMasks,
  invertMask,
  type Mask,
  maskShare,
  peakSignalToNoise,
  structuralSimilarity,
  widened,
} from '../../image/index.ts'
import type { Preservation, Region } from './check.ts'
import { atLeast, type CheckOf, type CheckRule, percent, unknown } from './finding.ts'
import type { EditView } from './view.ts'

/** The least share of what should have stayed that did. */
const leastKept = 0.94

/** Outside of the region the picture is the source's, noise and compression aside. */
export const kept: CheckRule<'kept'> = async ({ outside, within }, view) => {
  const all = await keptArea(view, outside)
  const near = within && (await view.maskOf(within))
  if (!all || (within && !near)) return unknown('the region is not found in the source')
  const area = near ? intersectMasks(all, near) : all
  if (maskShare(area) < (near ? 0.0002 : 0.01)) return unknown('the region leaves nothing outside')
  const share = keptShare(view, area)
  return atLeast(share, leastKept, `${percent(share)} of what should have stayed did`)
}

/** What lies outside of a region and its soft border. */
async function keptArea(view: EditView, outside: Region): Promise<Mask | undefined> {
  const isNone = 'boxes' in outside && outside.boxes.length === 0
  const { width, height } = view.small.source
  if (isNone) return evenMask(width, height, 255)
  const mask = await view.maskOf(outside)
  return mask && invertMask(widened(mask, border(view)))
}

const border = (view: EditView): number =>
  Math.max(2, Math.round(Math.max(view.small.source.width, view.small.source.height) / 85))

/**
 * The share of pixels whose colour is within the tolerance, and whose fine detail is there: where the source has some, it is
 * neither washed out nor drowned in noise.
 */
function keptShare(view: EditView, where: Mask): number {
  const { deltaE, tolerance, source, edited } = view.comparison
  const { width, height } = where
  const [before, after] = [source.lightness, edited.lightness].map((plane) => detailOf(plane, width, height))
  let [count, stayed] = [0, 0]
  for (let i = 0; i < where.data.length; i++) {
    if (where.data[i]! < 128) continue
    count++
    if (deltaE.data[i]! > tolerance.data[i]!) continue
    const isDetailed = before![i]! > leastDetail
    if (isDetailed && (after![i]! < 0.4 * before![i]! || after![i]! > 3 * before![i]!)) continue
    stayed++
  }
  return count === 0 ? 0 : stayed / count
}

/** From this strength on there is detail that can be lost, in OKLab's lightness. */
const leastDetail = 0.006

/** How strong detail of a few pixels is around each pixel. */
function detailOf(plane: Float32Array, width: number, height: number): Float32Array {
  const scale = Math.max(width, height) / 512
  const soft = blurPlane(plane, width, height, 2 * scale)
  return blurPlane(
    plane.map((value, i) => Math.abs(value - soft[i]!)),
    width,
    height,
    4 * scale,
  )
}

/** How much of the picture stayed: outside of what the item allows, else outside of what is seen to have changed. */
export async function preservationOf(view: EditView): Promise<Preservation> {
  const registration = view.registration
  const place = {
    sizeKept: view.sizeKept,
    ...(registration && { shift: registration.shift, zoom: registration.zoom }),
  }
  const allowed = view.checks.find(
    (check): check is CheckOf<'kept'> => check.check === 'kept' && check.within === undefined,
  )
  const area =
    (allowed && (await keptArea(view, allowed.outside))) ??
    invertMask(widened(view.comparison.changed, border(view)))
  // Next to nothing is outside of a change of the whole picture.
  if (maskShare(area) < 0.05) return place
  const { source, edited } = view.small
  const ssim =
    Math.min(source.width, source.height) < 11 ? Number.NaN : structuralSimilarity(source, edited, area)
  return {
    ...place,
    kept: keptShare(view, area),
    psnr: Math.min(99, peakSignalToNoise(source, edited, area)),
    ...(Number.isFinite(ssim) && { ssim }),
    deltaE: 100 * deltaEOf(source, edited, area)!,
  }
}
