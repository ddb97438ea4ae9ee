import type { Picture } from '../../image/index.ts'
import { type Place, placeOf } from '../../instructions/index.ts'
import type { Placement } from '../../operations/index.ts'
import type { Json } from './recipe.ts'

/** Where a placed thing is, in words. */
export function wherePlaced(picture: Picture, { x, y, width, height }: Placement): { place?: Place } {
  const box = { x: x - width / 2, y: y - height, width, height }
  const place = placeOf(box, picture.width, picture.height)
  return place === undefined ? {} : { place }
}

/** A placement for provenance. */
export function placementParameters(placement: Placement): { readonly [key: string]: Json } {
  const { surface, x, y, width, height, mirror, turn } = placement
  return { surface: surface.kind, x, y, width, height, mirror, turn }
}
