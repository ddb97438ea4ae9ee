import { type Area, intersectMasks, largestParts, type Mask, maskBox, maskShare } from '../../image/index.ts'
import type { Box } from '../../tools/index.ts'
import type { EditView } from './view.ts'

const areaOf = ({ width, height }: Box): number => width * height

/** The shared area of two rectangles, in pixels. */
function shared(one: Box, other: Box): number {
  const width = Math.min(one.x + one.width, other.x + other.width) - Math.max(one.x, other.x)
  const height = Math.min(one.y + one.height, other.y + other.height) - Math.max(one.y, other.y)
  return width <= 0 || height <= 0 ? 0 : width * height
}

/** Intersection over union of two rectangles, 0 to 1. */
export function overlap(one: Box, other: Box): number {
  const both = shared(one, other)
  return both / Math.max(1e-9, areaOf(one) + areaOf(other) - both)
}

/** Whether the most of a thing lies in an area, or the most of the area in it. */
export function liesIn(box: Box, area: Box): boolean {
  return shared(box, area) > 0.5 * Math.min(areaOf(box), areaOf(area))
}

/** The rectangle around the largest thing that changed, in pixels of the source. */
export function changedBox(view: EditView, where?: Mask): Area | undefined {
  const { changed } = view.comparison
  const mask = where ? intersectMasks(changed, where) : changed
  if (maskShare(mask) === 0) return undefined
  const box = maskBox(largestParts(mask, 0.2))
  return box && view.toSource(box)
}
