import type { Picture } from '../../image/index.ts'
import { type Placement, type Surface, scaleAt, turnedSize } from '../../operations/index.ts'
import type { Random } from '../../random/index.ts'
import type { Cutout } from './recipe.ts'
import { livesOn, type Thing } from './things.ts'

/** The least and the most of the picture's smaller side that the longer side of a thing takes. */
const [leastShare, mostShare] = [0.11, 0.72]

/** Cut-outs are not enlarged more than this: they would be blurred. */
const mostEnlargement = 1.3

const triesEach = 8

/**
 * A place for a thing where it may be, at the size that it has there: on the ground by the horizon and the height of
 * the camera, within the picture. Its rectangle takes at least the share `leastArea` of it. Undefined where there is no such place.
 */
export function placeThing(
  picture: Picture,
  surfaces: readonly Surface[],
  { cutout, thing }: { readonly cutout: Cutout; readonly thing: Thing },
  random: Random,
  leastArea: number = 0.008,
): Placement | undefined {
  for (const surface of random.shuffled(surfaces.filter(({ kind }) => livesOn(thing, kind))))
    for (let attempt = 0; attempt < triesEach; attempt++) {
      const placement = drawn(picture, surface, cutout, thing, random)
      if (isFit(placement, picture, cutout, leastArea)) return placement
    }
  return undefined
}

function drawn(picture: Picture, surface: Surface, cutout: Cutout, thing: Thing, random: Random): Placement {
  const [left, top, right, bottom] = surface.area
  const [x, middle] = [random.between(left, right), random.between(top, bottom)]
  const longer =
    surface.kind === 'sky'
      ? picture.height * random.between(0.14, thing.size > 15 ? 0.34 : 0.24)
      : thing.size * scaleAt(surface, middle, picture) * random.between(0.9, 1.12)
  const scale = longer / Math.max(cutout.alpha.width, cutout.alpha.height)
  const [width, height] = [cutout.alpha.width * scale, cutout.alpha.height * scale]
  const fromAbove = surface.kind === 'flat' || surface.kind === 'leaf'
  return {
    surface,
    x: Math.round(x * picture.width),
    y: Math.round(middle * picture.height + (surface.kind === 'sky' || fromAbove ? height / 2 : 0)),
    width: Math.max(1, Math.round(width)),
    height: Math.max(1, Math.round(height)),
    mirror: random.chance(0.5),
    turn: fromAbove ? random.between(-1, 1) * (thing.group === 'tool' ? Math.PI : 0.4) : 0,
  }
}

function isFit(placement: Placement, picture: Picture, cutout: Cutout, leastArea: number): boolean {
  const { x, surface } = placement
  const { width, height } = turnedSize(placement)
  const y = placement.y + (height - placement.height) / 2
  const smaller = Math.min(picture.width, picture.height)
  const longer = Math.max(width, height)
  if (longer < leastShare * smaller || longer > mostShare * smaller) return false
  if (width * height < leastArea * picture.width * picture.height) return false
  if (longer > mostEnlargement * Math.max(cutout.alpha.width, cutout.alpha.height)) return false
  const margin = 0.015 * smaller
  const below = surface.kind === 'flat' || surface.kind === 'leaf' ? 2 * margin : 0
  return (
    x - width / 2 > margin &&
    x + width / 2 < picture.width - margin &&
    y - height > margin &&
    y + below < picture.height - margin / 2
  )
}
