import type { Face, Point } from '../../tools/index.ts'
import { faceWidth, meshPoint, meshPoints } from './faceParts.ts'

const distance = ([x, y]: Point, [u, v]: Point): number => Math.hypot(u - x, v - y)
const middle = ([x, y]: Point, [u, v]: Point): Point => [(x + u) / 2, (y + v) / 2]

/** How far a face is turned aside: 0 seen from the front, about 1 in profile. */
export function turnOf(face: Face): number {
  const to = (ear: number): number => distance(meshPoint(face, meshPoints.noseTip), meshPoint(face, ear))
  return Math.abs(to(meshPoints.leftEar) - to(meshPoints.rightEar)) / faceWidth(face)
}

/** Below these, by the face's width, nose and face are as short as small children's. */
const shortest = { nose: 0.265, face: 1.13 }

/**
 * Whether a face has the proportions of a small child: a short nose in a round face. Older children are not told from
 * adults; an adult who looks down may be taken for a child.
 */
export function isChildlike(face: Face): boolean {
  const size = faceWidth(face)
  const between = middle(meshPoint(face, 133), meshPoint(face, 362))
  const nose = distance(between, meshPoint(face, 2)) / size
  const height = distance(meshPoint(face, meshPoints.forehead), meshPoint(face, meshPoints.chin)) / size
  return nose < shortest.nose || height < shortest.face
}
