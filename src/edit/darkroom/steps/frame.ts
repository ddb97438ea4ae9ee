import type { Mask, Picture } from '../../../image/index.ts'
import {
  areaAround,
  areaOfRatio,
  areaWithout,
  croppedTo,
  extendedByBlur,
  extendedByColour,
  extendedByFill,
  extendedByMirror,
  type Margins,
  marginsOf,
  marginsToRatio,
  mirrored,
  type Raster,
  resized,
  rotated,
  sureTilt,
  type Tilt,
} from '../../../operations/index.ts'
import { Rejection } from '../../../tools/index.ts'
import { EditError } from '../../error.ts'
import type { Bench, Carry, Made } from '../carry.ts'
import type { StepOf } from '../plan.ts'

/** Pixels that a step may make: more would not fit into memory. */
const mostPixels = 100_000_000

/** Picture and transparency through the same geometry. */
function throughBoth({ picture, alpha }: Bench, change: (raster: Raster) => Raster, did: string): Made {
  const moved: Picture = change(picture)
  const movedAlpha: Mask | undefined = alpha && change(alpha)
  return { picture: moved, ...(movedAlpha && { alpha: movedAlpha }), did }
}

const sized = ({ width, height }: { readonly width: number; readonly height: number }): string =>
  `${width}×${height}`

/** Cuts the picture to a ratio, around a target, or by shares of its sides. */
export const carryCrop: Carry<'crop'> = async (step, bench) => {
  const { picture } = bench
  const found = step.around && step.around.type !== 'picture' ? await bench.find(step.around) : undefined
  const within = step.sides && areaWithout(picture, step.sides)
  const area = found
    ? areaAround(picture, found.box, step.ratio)
    : (within ?? areaOfRatio(picture, step.ratio ?? picture.width / picture.height))
  if (area.width < 8 || area.height < 8)
    throw new EditError('unfit', `crop: expected at least 8×8 pixels to be left, got ${sized(area)}`)
  if (area.width === picture.width && area.height === picture.height)
    throw new EditError('unfit', `crop: nothing to cut off, the picture has ${sized(picture)} already`)
  const name = found ? ` around ${found.label}` : ''
  return throughBoth(bench, (raster) => croppedTo(raster, area), `crop${name} to ${sized(area)}`)
}

/** Turns the picture clockwise; other angles than quarters are cut to the largest rectangle that they fill. */
export const carryRotate: Carry<'rotate'> = async ({ degrees }, bench) =>
  throughBoth(bench, (raster) => rotated(raster, degrees), `rotate by ${degrees}°`)

/** Turns the picture until its horizon or its walls stand straight. */
export const carryStraighten: Carry<'straighten'> = async (_, bench) => {
  const { degrees } = tiltFor(bench.picture)
  return throughBoth(
    bench,
    (raster) => rotated(raster, -degrees),
    `straighten by ${Math.abs(degrees).toFixed(1)}° ${degrees > 0 ? 'counterclockwise' : 'clockwise'}`,
  )
}

function tiltFor(picture: Picture): Tilt {
  try {
    return sureTilt(picture)
  } catch (error) {
    if (!(error instanceof Rejection)) throw error
    throw new EditError(
      'unfit',
      error.reason === 'straight-already'
        ? 'straighten: the picture stands straight already, to a quarter of a degree'
        : 'straighten: no long straight line tells how the picture should stand; rotate it by degrees instead',
      { cause: error },
    )
  }
}

/** Mirrors the picture. */
export const carryFlip: Carry<'flip'> = async ({ axis }, bench) =>
  throughBoth(bench, (raster) => mirrored(raster, axis), `flip ${axis}ly`)

/** Gives the picture another size. */
export const carryResize: Carry<'resize'> = async (step, bench) => {
  const { width, height } = sizeFor(step, bench.picture)
  return throughBoth(
    bench,
    (raster) => resized(raster, width, height),
    `resize to ${sized({ width, height })}`,
  )
}

/** One side alone keeps the ratio. */
function sizeFor(
  { width, height, factor }: StepOf<'resize'>,
  picture: Picture,
): { readonly width: number; readonly height: number } {
  const scale = factor ?? (width ? width / picture.width : height ? height / picture.height : 1)
  const size = {
    width: width ?? Math.max(1, Math.round(picture.width * scale)),
    height: height ?? Math.max(1, Math.round(picture.height * scale)),
  }
  checkSize('resize', size)
  return size
}

function checkSize(what: string, size: { readonly width: number; readonly height: number }): void {
  if (size.width * size.height > mostPixels)
    throw new EditError(
      'unfit',
      `${what}: expected at most ${mostPixels / 1e6} megapixels, got ${sized(size)}; ask for less`,
    )
}

/** Adds more picture on its sides. */
export const carryExtend: Carry<'extend'> = async ({ sides, ratio, fill }, bench) => {
  const { picture, alpha } = bench
  const margins = sides
    ? marginsOf(picture, sides)
    : marginsToRatio(picture, ratio ?? picture.width / picture.height)
  const { left, top, right, bottom } = margins
  if (left + top + right + bottom === 0)
    throw new EditError('unfit', 'extend: nothing to add; say which side, by how much, or to which ratio')
  checkSize('extend', {
    width: picture.width + left + right,
    height: picture.height + top + bottom,
  })
  const { larger, how } = extendedBy(picture, margins, fill)
  return {
    picture: larger,
    ...(alpha && { alpha: alphaFor(alpha, margins, fill) }),
    did: `extend to ${sized(larger)} (${how})`,
  }
}

/** A larger picture, and how it was made. */
interface Extended {
  readonly larger: Picture
  readonly how: string
}

function extendedBy(picture: Picture, margins: Margins, fill: StepOf<'extend'>['fill']): Extended {
  if (fill === 'mirror') return { larger: extendedByMirror(picture, margins), how: 'mirrored' }
  if (fill === 'blur') return { larger: extendedByBlur(picture, margins), how: 'blurred' }
  if (fill === 'fill') return filledBy(picture, margins)
  const value = Number.parseInt(fill.hex.slice(1), 16)
  const rgb = [value >> 16, (value >> 8) & 255, value & 255] as const
  return { larger: extendedByColour(picture, margins, [...rgb]), how: fill.name }
}

/** Filled from the picture; where that would be too much to make up, its borders are blurred instead. */
function filledBy(picture: Picture, margins: Margins): Extended {
  try {
    return { larger: extendedByFill(picture, margins), how: 'filled' }
  } catch (error) {
    if (!(error instanceof Rejection)) throw error
    return { larger: extendedByBlur(picture, margins), how: 'blurred, since it is too much to fill' }
  }
}

/** A colour is opaque; what is made of the picture is as transparent as that. */
function alphaFor(alpha: Mask, margins: Margins, fill: StepOf<'extend'>['fill']): Mask {
  return typeof fill === 'object' ? extendedByColour(alpha, margins, [255]) : extendedByMirror(alpha, margins)
}
