import {
  dilateMask,
  type LabPlanes,
  type Mask,
  type Picture,
  type Plane,
  polygonMask,
  soften,
  uniteMasks,
} from '../../image/index.ts'
import type { Face, Point } from '../../tools/index.ts'

/** Points of MediaPipe's face mesh around each part, in order. Left and right are the picture's. */
const outlines = {
  face: [
    10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176,
    149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
  ],
  leftEye: [33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246],
  rightEye: [263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466],
  leftBrow: [46, 53, 52, 65, 55, 107, 66, 105, 63, 70],
  rightBrow: [276, 283, 282, 295, 285, 336, 296, 334, 293, 300],
  lips: [61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185],
  mouth: [78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 415, 310, 311, 312, 13, 82, 81, 80, 191],
  leftLid: [33, 246, 161, 160, 159, 158, 157, 173, 133, 55, 65, 52, 53, 46],
  rightLid: [263, 466, 388, 387, 386, 385, 384, 398, 362, 285, 295, 282, 283, 276],
  leftUnderEye: [33, 7, 163, 144, 145, 153, 154, 155, 133, 128, 121, 120, 119, 118, 117, 111],
  rightUnderEye: [263, 249, 390, 373, 374, 380, 381, 382, 362, 357, 350, 349, 348, 347, 346, 340],
} as const

/** A part of a face that the mesh outlines. */
export type FacePart = keyof typeof outlines

/** Points of the mesh that retouching holds on to. */
export const meshPoints = {
  leftCheek: 50,
  rightCheek: 280,
  chin: 152,
  forehead: 10,
  noseTip: 1,
  leftEar: 234,
  rightEar: 454,
  leftJaw: [58, 172, 136, 150],
  rightJaw: [288, 397, 365, 379],
} as const

/** A point of the mesh. */
export function meshPoint({ mesh }: Face, index: number): Point {
  return mesh[index]!
}

/** The distance between the ears, in pixels: what other sizes are measured by. */
export function faceWidth(face: Face): number {
  const [[x, y], [u, v]] = [meshPoint(face, meshPoints.leftEar), meshPoint(face, meshPoints.rightEar)]
  return Math.hypot(u - x, v - y)
}

/** Coverage of parts of a face, its border softened by a share of the face's width. */
export function partMask(
  { width, height }: Picture,
  face: Face,
  parts: readonly FacePart[],
  softness = 0.008,
): Mask {
  const masks = parts.map((part) =>
    polygonMask(
      width,
      height,
      outlines[part].map((index) => meshPoint(face, index)),
    ),
  )
  return softMask(masks.reduce(uniteMasks), softness * faceWidth(face))
}

/** The mask with its border softened. */
function softMask(mask: Mask, sigma: number): Mask {
  if (sigma < 0.2) return mask
  const { data } = soften({ ...mask, data: Float32Array.from(mask.data) }, sigma)
  // What is nearly nothing is nothing, so that the picture stays exact there.
  return { ...mask, data: Uint8Array.from(data, (value) => (value < 1.5 ? 0 : Math.round(value))) }
}

/**
 * How surely each pixel is skin, 0 to 1: of a colour like the cheeks', and no eye, brow, or lip. `face` within the outline
 * of the mesh, `wide` with ears and neck around and below it.
 */
export function skinOf(
  picture: Picture,
  face: Face,
  lab: LabPlanes,
): { readonly face: Plane; readonly wide: Plane } {
  const { width, height } = picture
  const size = faceWidth(face)
  const inside = partMask(picture, face, ['face'], 0.03)
  const features = partMask(picture, face, ['leftEye', 'rightEye', 'leftBrow', 'rightBrow', 'lips'], 0)
  const kept = softMask(dilateMask(features, 0.018 * size), 0.01 * size)
  const [light, red, yellow] = cheekColour(picture, face, lab)
  const [nose, chin] = [meshPoint(face, meshPoints.noseTip), meshPoint(face, meshPoints.chin)]
  const alike = new Float32Array(width * height)
  const around = new Float32Array(width * height)
  for (let i = 0; i < alike.length; i++) {
    const [x, y] = [(i % width) - chin[0], Math.floor(i / width) - chin[1]]
    // Ears and neck lie beside and below the face; above it is hair, which may have the colour of skin.
    const beside = Math.hypot(x / (0.62 * size), y / (0.75 * size)) < 1 && y > nose[1] - chin[1] - 0.25 * size
    if (inside.data[i] === 0 && !beside) continue
    const away = Math.hypot(
      0.35 * (lab.lightness[i]! - light),
      1.6 * (lab.a[i]! - red),
      1.6 * (lab.b[i]! - yellow),
    )
    alike[i] = Math.min(1, Math.max(0, 2 - away / 0.07))
    around[i] = beside ? Math.min(1, Math.max(0, 2 - away / 0.032)) : 0
  }
  const [near, far] = [alike, around].map((data) => soften({ width, height, data }, 0.012 * size).data)
  const within = (value: number, i: number): number => (value * (255 - kept.data[i]!)) / 255
  const own = near!.map((value, i) => (within(value, i) * inside.data[i]!) / 255)
  return {
    face: { width, height, data: own },
    wide: {
      width,
      height,
      data: own.map((value, i) => Math.max(value, far![i]! < 0.02 ? 0 : within(far![i]!, i))),
    },
  }
}

/** The middle colour of both cheeks. */
function cheekColour(
  { width, height }: Picture,
  face: Face,
  { lightness, a, b }: LabPlanes,
): readonly [number, number, number] {
  const reach = Math.max(1, Math.round(0.06 * faceWidth(face)))
  const found: number[] = []
  for (const [x, y] of [meshPoint(face, meshPoints.leftCheek), meshPoint(face, meshPoints.rightCheek)])
    for (let v = Math.round(y) - reach; v <= y + reach; v++)
      for (let u = Math.round(x) - reach; u <= x + reach; u++)
        if (u >= 0 && v >= 0 && u < width && v < height) found.push(v * width + u)
  const middle = (plane: Float32Array): number => {
    const values = found.map((i) => plane[i]!).sort((one, other) => one - other)
    return values[values.length >> 1] ?? 0
  }
  return [middle(lightness), middle(a), middle(b)]
}
