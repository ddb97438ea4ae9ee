import { cropPicture } from '../../image/index.ts'
import { faceWidth } from '../../operations/index.ts'
import type { Face, Point } from '../../tools/index.ts'
import { comparePictures, correlationWithin } from './comparison.ts'
import {
  atLeast,
  atMost,
  type CheckRule,
  type Finding,
  first,
  missing,
  percent,
  told,
  unknown,
} from './finding.ts'
import { around, type EditView } from './view.ts'

/** The most that points of a mesh are apart once both lie over one another, by the face's width. */
const mostApart = 0.05
/** The least that light and dark of both faces are the same. */
const leastAlike = 0.55

/**
 * Every face of the source is there, of the same proportions. Proportions of a mesh are like a bad passport photograph:
 * they tell another face from this one, not a twin.
 */
export const sameFaces: CheckRule<'same-faces'> = async (_, view) => {
  if (!view.has('faces')) return missing('faces')
  const [before, after] = [await view.faces('source'), await view.faces('edited')]
  if (before.length === 0) return unknown('no face is found in the source')
  const findings = before.map((face): Finding => {
    const other = nearest(face, after)
    if (!other)
      return { verdict: 'fail', value: 0, bound: before.length, seen: 'a face of the source is not found' }
    const apart = meshDistance(face, other)
    const alike = lightAlike(view, face)
    return first([
      atMost(apart, mostApart, `a face's points are ${told(100 * apart)} % of its width apart`),
      atLeast(alike, leastAlike, `a face's light and dark are ${percent(Math.max(0, alike))} the source's`),
      atMost(apart, mostApart, `the faces' points are ${told(100 * apart)} % of their width apart`),
    ])
  })
  return first(findings as [Finding, ...Finding[]])
}

/** The face that lies where this one does. */
export function nearest(face: Face, others: readonly Face[]): Face | undefined {
  const middle = ({ box }: Face): Point => [box.x + box.width / 2, box.y + box.height / 2]
  const [x, y] = middle(face)
  const distance = (other: Face): number => Math.hypot(middle(other)[0] - x, middle(other)[1] - y)
  const [best] = [...others].sort((one, other) => distance(one) - distance(other))
  return best && distance(best) < 0.6 * faceWidth(face) ? best : undefined
}

/**
 * The mean distance of the points of two meshes by the face's width, after the shift, turn and size that bring them
 * nearest; mouth, lids and brows, which an expression moves, count half. Source: Umeyama, "Least-squares estimation of
 * transformation parameters between two point patterns".
 */
export function meshDistance(one: Face, other: Face): number {
  const count = Math.min(468, one.mesh.length, other.mesh.length)
  const centre = (mesh: readonly Point[]): Point => {
    let [x, y] = [0, 0]
    for (let i = 0; i < count; i++) {
      x += mesh[i]![0] / count
      y += mesh[i]![1] / count
    }
    return [x, y]
  }
  const [p, q] = [centre(one.mesh), centre(other.mesh)]
  let [dot, cross, size] = [0, 0, 0]
  for (let i = 0; i < count; i++) {
    const [ax, ay] = [other.mesh[i]![0] - q[0], other.mesh[i]![1] - q[1]]
    const [bx, by] = [one.mesh[i]![0] - p[0], one.mesh[i]![1] - p[1]]
    dot += ax * bx + ay * by
    cross += ax * by - ay * bx
    size += ax * ax + ay * ay
  }
  const [cos, sin] = [dot / size, cross / size]
  let sum = 0
  for (let i = 0; i < count; i++) {
    const [ax, ay] = [other.mesh[i]![0] - q[0], other.mesh[i]![1] - q[1]]
    sum += Math.hypot(
      cos * ax - sin * ay - (one.mesh[i]![0] - p[0]),
      sin * ax + cos * ay - (one.mesh[i]![1] - p[1]),
    )
  }
  return sum / count / faceWidth(one)
}

/** How far light and dark where a face is are the same in both pictures. */
function lightAlike(view: EditView, face: Face): number {
  const area = around(face.box, 0.05, view.source)
  const { source, edited } = comparePictures(cropPicture(view.source, area), cropPicture(view.edited, area))
  return correlationWithin(undefined, source.lightness, edited.lightness)
}
