import { type Area, cropPicture, type Picture, resizePicture } from '../../image/index.ts'
import type { Face, Tool } from '../../tools/index.ts'
import { faceWidth } from './faceParts.ts'
import { scaledFace } from './sitter.ts'

/** Sides of the copies in which faces are looked for: of the picture, and of what is around a face. */
const [pictureSide, faceSide] = [1280, 640]
/** A detector's score from which on something is a face. */
const leastScore = 0.75

/** A face at the picture's full size, and the part of the picture around it, head and neck. */
export interface Portrait {
  readonly area: Area
  /** In pixels of the area. */
  readonly face: Face
}

/** Faces at the picture's full size, the largest first: found in a smaller copy. */
export async function facesIn(picture: Picture, tool: Tool<'faces'>): Promise<readonly Face[]> {
  const [small, scale] = atMost(picture, pictureSide)
  const found = await tool.find(small)
  const sure = found
    .filter(({ score, mesh }) => score > leastScore && mesh.length >= 468)
    .sort((one, other) => other.score * other.box.width - one.score * one.box.width)
  return distinctFaces(sure)
    .map((face) => scaledFace(face, scale, scale))
    .sort((one, other) => faceWidth(other) - faceWidth(one))
}

/** Faces without those that lie within one before them: one face may be taken for two. */
export function distinctFaces(faces: readonly Face[]): readonly Face[] {
  return faces.filter((face, i) => faces.slice(0, i).every((other) => !overlaps(face, other)))
}

/** Whether a third of the smaller face's box lies within the other's. */
function overlaps({ box: one }: Face, { box: other }: Face): boolean {
  const wide = Math.min(one.x + one.width, other.x + other.width) - Math.max(one.x, other.x)
  const tall = Math.min(one.y + one.height, other.y + other.height) - Math.max(one.y, other.y)
  const least = Math.min(one.width * one.height, other.width * other.height)
  return wide > 0 && tall > 0 && wide * tall > least / 3
}

/** The picture around a face, with the face looked at again from near. */
export async function portraitOf(picture: Picture, face: Face, tool: Tool<'faces'>): Promise<Portrait> {
  const area = areaOf(picture, face)
  const there = scaledFace(face, 1, 1, -area.x, -area.y)
  const [small, scale] = atMost(cropPicture(picture, area), faceSide)
  const near = (await tool.find(small)).map((each) => scaledFace(each, scale, scale))
  const size = faceWidth(face)
  const distance = (each: Face): number =>
    each.mesh.length < there.mesh.length
      ? Number.POSITIVE_INFINITY
      : Math.hypot(each.mesh[1]![0] - there.mesh[1]![0], each.mesh[1]![1] - there.mesh[1]![1]) +
        Math.abs(faceWidth(each) - size)
  const [best] = near.sort((one, other) => distance(one) - distance(other))
  return { area, face: best !== undefined && distance(best) < 0.25 * size ? best : there }
}

/** The picture so small that no side is longer, and the factor back. */
function atMost(picture: Picture, side: number): readonly [Picture, number] {
  const scale = Math.max(picture.width, picture.height) / side
  if (scale <= 1) return [picture, 1]
  const width = Math.max(1, Math.round(picture.width / scale))
  const height = Math.max(1, Math.round(picture.height / scale))
  return [resizePicture(picture, { width, height, filter: 'bilinear' }), picture.width / width]
}

/** Head and neck, so that whatever a retouch changes lies within. */
function areaOf({ width, height }: Picture, face: Face): Area {
  const size = faceWidth(face)
  const { box } = face
  const x = Math.max(0, Math.floor(box.x - 0.75 * size))
  const y = Math.max(0, Math.floor(box.y - 0.75 * size))
  const right = Math.min(width, Math.ceil(box.x + box.width + 0.75 * size))
  const bottom = Math.min(height, Math.ceil(box.y + box.height + 0.95 * size))
  return { x, y, width: Math.max(1, right - x), height: Math.max(1, bottom - y) }
}
