import {
  blendPictures,
  blurPlane,
  compositePictures,
  dilateMask,
  featherMask,
  type Mask,
  maskShare,
  type Picture,
  subtractMask,
} from '../../image/index.ts'
import { Rejection, type Toolbox } from '../../tools/index.ts'
import type { Subject } from './subject.ts'

/** A picture without its subject. */
export interface Erased {
  readonly picture: Picture
  readonly region: Mask
  readonly measures: { readonly seam: number; readonly texture: number; readonly left: number }
}

/** What a fill may be like before it is not believed. */
const limits = { seam: 2.2, lowTexture: 0.35, highTexture: 2, left: 0.25 }

/**
 * Takes a subject, with a margin for its shadow and glow, out of a picture and fills the place from around it.
 * @throws Rejection `seam`, `texture` or `left` where the fill is bad, or something of the subject is still found
 */
export async function eraseSubject(
  picture: Picture,
  { matte, box }: Subject,
  tools: Toolbox,
): Promise<Erased> {
  const margin = Math.max(3, Math.round(0.012 * Math.max(picture.width, picture.height)))
  const grown = dilateMask({ ...matte, data: matte.data.map((value) => (value > 24 ? 255 : 0)) }, margin)
  const hole = withShadowBelow(grown, box, margin)
  const filled = await tools.get('inpainter').inpaint(picture, hole)
  const joined = blendPictures(picture, filled, hole)
  // Levels of the blend may run away where a strong edge crosses the rim; there the fill as it is does better.
  const soft = featherMask(dilateMask(hole, 1), 1)
  const region = { ...soft, data: soft.data.map((value) => (value > 0 ? 255 : 0)) }
  const out = compositePictures(
    picture,
    compositePictures(filled, joined, evenHalf(hole)),
    onlyWhere(soft, hole),
  )
  const measures = { ...fillMeasures(out, hole), left: await leftover(out, hole, tools) }
  const { seam, texture, left } = measures
  if (seam > limits.seam) throw new Rejection('seam', measures)
  if (texture < limits.lowTexture || texture > limits.highTexture) throw new Rejection('texture', measures)
  if (left > limits.left) throw new Rejection('left', measures)
  return { picture: out, region, measures }
}

/** The blend counts half: it evens out the light and keeps most of the fill's own levels. */
function evenHalf(hole: Mask): Mask {
  return { ...hole, data: hole.data.map((value) => (value >= 128 ? 128 : 0)) }
}

/** The soft mask within the hole, full in it. */
function onlyWhere(soft: Mask, hole: Mask): Mask {
  return { ...soft, data: soft.data.map((value, i) => (hole.data[i]! >= 128 ? 255 : value)) }
}

/** A strip below the subject, where it throws its shadow. */
function withShadowBelow(grown: Mask, box: Subject['box'], margin: number): Mask {
  const { width, height } = grown
  const data = grown.data.slice()
  const from = Math.round(box.y + 0.85 * box.height)
  for (let y = from; y < Math.min(height, box.y + box.height + 2 * margin); y++)
    for (let x = 0; x < width; x++) {
      const above = grown.data[Math.max(0, y - 2 * margin) * width + x]!
      if (above >= 128) data[y * width + x] = 255
    }
  return { width, height, data }
}

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

/** How much of the hole matting still takes for a subject, as a share of the hole. */
async function leftover(picture: Picture, hole: Mask, tools: Toolbox): Promise<number> {
  const matte = await tools.get('matting').matte(picture)
  const shared = { ...matte, data: matte.data.map((value, i) => (hole.data[i]! >= 128 ? value : 0)) }
  return maskShare(shared) / Math.max(1e-6, maskShare(hole))
}
