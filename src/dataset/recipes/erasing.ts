import { blurPlane, dilateMask, type Mask, type Picture, subtractMask } from '../../image/index.ts'

/**
 * `seam`: the mean step across the rim of the hole relative to the steps around it. `texture`: fine detail within
 * relative to that in a ring around.
 */
export function fillMeasures(picture: Picture, hole: Mask): { seam: number; texture: number } {
  const { width, height } = picture
  const luma = Float32Array.from({ length: width * height }, (_, i) => picture.data[3 * i + 1]!)
  const smooth = blurPlane(luma, width, height, 1.5)
  const ring = subtractMask(dilateMask(hole, 14), hole)
  const rim = subtractMask(dilateMask(hole, 1), hole)
  let [rimSteps, rimCount, ringSteps, ringCount] = [0, 0, 0, 0]
  const detail = { inside: 0, insideCount: 0, around: 0, aroundCount: 0 }
  for (let i = width; i < luma.length - width; i++) {
    const fine = Math.abs(luma[i]! - smooth[i]!)
    const step = Math.abs(luma[i]! - luma[i - 1]!) + Math.abs(luma[i]! - luma[i - width]!)
    if (hole.data[i]! >= 128) {
      detail.inside += fine
      detail.insideCount++
    } else if (ring.data[i]! >= 128) {
      detail.around += fine
      detail.aroundCount++
      ringSteps += step
      ringCount++
    }
    if (rim.data[i]! >= 128) {
      rimSteps += step
      rimCount++
    }
  }
  const per = (sum: number, count: number): number => (count === 0 ? 0 : sum / count)
  return {
    seam: (per(rimSteps, rimCount) + 1) / (per(ringSteps, ringCount) + 1),
    texture: (per(detail.inside, detail.insideCount) + 0.3) / (per(detail.around, detail.aroundCount) + 0.3),
  }
}
