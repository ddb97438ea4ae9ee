import type { Picture } from '../../image/index.ts'
import { type Placement, type Surface, scaleAt, turnedSize } from '../../operations/index.ts'
import type { Random } from '../../random/index.ts'
import type { Box } from '../../tools/index.ts'
import type { Cutout } from './recipe.ts'
import { livesOn, type Thing } from './things.ts'

/** The least and the most of the picture's smaller side that the longer side of a thing takes. */
const [leastShare, mostShare] = [0.11, 0.72]

/** Cut-outs are not enlarged more than this: they would be blurred. */
const mostEnlargement = 1.3

/** The longer side of a thing of unknown size, as a share of the picture's smaller side: modest. */
const unknownShare = [0.14, 0.24] as const

/** Things in the sky that are larger than this, in metres, are far away and look as small as a bird. */
const skyShare = { least: 0.14, most: 0.24, mostOfLarge: 0.34, large: 15 } as const

const triesEach = 8

/** Requirements of a place. */
export interface PlaceDemands {
  /** The least share of the picture that the thing's rectangle takes. */
  readonly leastArea?: number
  /** The same of a thing that is not in the sky, where that is more: small ones look dropped there. */
  readonly leastStanding?: number
  /** Things that are there: nothing is put over them. */
  readonly obstacles?: readonly Box[]
}

/**
 * A place for a thing where it may be, at the size that it has there: on the ground by the horizon and the height of
 * the camera, in the free sky, within the picture and over nothing. Undefined where there is no such place.
 */
export function placeThing(
  picture: Picture,
  surfaces: readonly Surface[],
  { cutout, thing }: { readonly cutout: Cutout; readonly thing: Thing },
  random: Random,
  { leastArea = 0.016, leastStanding = 0, obstacles = [] }: PlaceDemands = {},
): Placement | undefined {
  for (const surface of random.shuffled(surfaces.filter(({ kind }) => livesOn(thing, kind))))
    for (let attempt = 0; attempt < triesEach; attempt++) {
      const placement = drawn(picture, surface, cutout, thing, random)
      const least = surface.kind === 'sky' ? leastArea : Math.max(leastArea, leastStanding)
      if (isFit(placement, picture, cutout, least) && !hides(placement, obstacles)) return placement
    }
  return undefined
}

function drawn(picture: Picture, surface: Surface, cutout: Cutout, thing: Thing, random: Random): Placement {
  const [left, top, right, bottom] = surface.area
  const [x, middle] = [random.between(left, right), random.between(top, bottom)]
  const longer = longerSide(picture, surface, middle, thing, random)
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

function longerSide(picture: Picture, surface: Surface, at: number, { size }: Thing, random: Random): number {
  if (surface.kind === 'sky') {
    const { least, most, mostOfLarge, large } = skyShare
    return picture.height * random.between(least, (size ?? 0) > large ? mostOfLarge : most)
  }
  if (size === undefined)
    return Math.min(picture.width, picture.height) * random.between(unknownShare[0], unknownShare[1])
  return size * scaleAt(surface, at, picture) * random.between(0.92, 1.08)
}

/** A thing in the sky may touch the edge of its free part by so much of its size. */
const skySlack = 0.1

function isFit(placement: Placement, picture: Picture, cutout: Cutout, leastArea: number): boolean {
  const { x, surface } = placement
  const { width, height } = turnedSize(placement)
  const y = placement.y + (height - placement.height) / 2
  const smaller = Math.min(picture.width, picture.height)
  const longer = Math.max(width, height)
  if (longer < leastShare * smaller || longer > mostShare * smaller) return false
  if (width * height < leastArea * picture.width * picture.height) return false
  if (longer > mostEnlargement * Math.max(cutout.alpha.width, cutout.alpha.height)) return false
  const [left, top, right, bottom] = surface.area
  if (surface.kind === 'sky' && right > left) {
    const [across, down] = [skySlack * width, skySlack * height]
    if (x - width / 2 < left * picture.width - across || x + width / 2 > right * picture.width + across)
      return false
    if (y - height < top * picture.height - down || y > bottom * picture.height + down) return false
  }
  const margin = 0.015 * smaller
  const below = surface.kind === 'flat' || surface.kind === 'leaf' ? 2 * margin : 0
  return (
    x - width / 2 > margin &&
    x + width / 2 < picture.width - margin &&
    y - height > margin &&
    y + below < picture.height - margin / 2
  )
}

/** How much of a thing that is there may be hidden, and of the new one lie over it. */
const mostHidden = 0.04

function hides({ x, y, width, height }: Placement, obstacles: readonly Box[]): boolean {
  return obstacles.some((box) => {
    const across = Math.min(x + width / 2, box.x + box.width) - Math.max(x - width / 2, box.x)
    const down = Math.min(y, box.y + box.height) - Math.max(y - height, box.y)
    if (across <= 0 || down <= 0) return false
    return across * down > mostHidden * Math.min(width * height, box.width * box.height)
  })
}
