import {
  type Area,
  contactShadow,
  cropMask,
  cropPicture,
  type Layer,
  levelOfLinear,
  linearOfLevel,
  type Mask,
  maskBox,
  type Picture,
  resizeMask,
  resizePicture,
  similarityWarp,
  thresholdMask,
  uniteMasks,
  warpMask,
} from '../../image/index.ts'
import { Rejection } from '../../tools/index.ts'
import type { Edited } from '../edited.ts'
import { eraseRegion } from '../erase/erase.ts'
import { withRim } from '../erase/rim.ts'
import { shadowOf } from '../erase/shadow.ts'
import { sampled, shrinkFactor, shrinkMask, shrinkPicture } from '../shrink.ts'
import { cutSubject } from './cut.ts'
import { skyOf } from './surfaces.ts'

/** Where a thing goes. */
export interface Move {
  /** Shares of the picture's width and height. */
  readonly right: number
  readonly down: number
  /** By its own size, around the middle of its lowest line. */
  readonly scale: number
}

/** A picture with a thing moved, and how much the thing covers at its new place. */
export interface Moved extends Edited {
  readonly region: Mask
  readonly thing: Mask
}

/** So much of the picture may have to be filled anew and be seen: no patches make up for more. */
const mostFilled = 0.3

/** So much of it a thing may take: filling more takes longer than anybody waits. */
const mostErased = 0.4

/** Shadows are worked out on so many pixels. */
const mostShaded = 400_000

/**
 * A thing at another place, or in another size: it is cut out with its own colours along the edge, its place is filled from
 * around it, and it is put down with the shadow that it had. It stays within the picture where it was within it.
 * Elsewhere the picture stays to the bit.
 * @throws Rejection `empty`; `cut-off` where the picture's edge cuts the thing and the cut would be seen; `large` where too
 * much of the picture would have to be made up
 */
export function moveThing(picture: Picture, thing: Mask, move: Move): Moved {
  const box = maskBox(thing)
  const soft = maskBox(thing, 8)
  if (box === undefined || soft === undefined) throw new Rejection('empty')
  checkCut(box, picture, move)
  const to = destination(box, picture, move)
  const shadow = shadowOf(picture, thing)
  const rim = withRim(picture, thing)
  const hole = shadow === undefined ? rim : uniteMasks(rim, thresholdMask(shadow, 64))
  checkHole(hole, box, to)
  const filled = eraseRegion(picture, hole).picture
  const data = filled.data.slice()
  const region = thresholdMask(hole, 1).data.slice()
  const { mask: cast, factor } = movedShadow(picture, filled, thing, { shadow, box, to })
  shade(data, region, picture, cast, factor)
  const placed = put(data, region, picture, scaledThing(picture, thing, soft, to.scale), {
    left: Math.round(to.x - (box.x + box.width / 2 - soft.x) * to.scale),
    top: Math.round(to.y - (box.y + box.height - soft.y) * to.scale),
  })
  const { width, height } = picture
  return {
    picture: { width, height, data },
    region: { width, height, data: region },
    thing: { width, height, data: placed },
  }
}

/** The middle of the lowest line of a thing's new place, in pixels. */
interface Destination {
  readonly x: number
  readonly y: number
  readonly scale: number
}

function destination(box: Area, { width, height }: Picture, { right, down, scale }: Move): Destination {
  const [across, high] = [box.width * scale, box.height * scale]
  const x = box.x + box.width / 2 + right * width
  const y = box.y + box.height + down * height
  const isWithin = box.x > 1 && box.x + box.width < width - 1
  return {
    x: isWithin && across < width ? Math.min(width - across / 2, Math.max(across / 2, x)) : x,
    y: box.y > 1 && high < height ? Math.min(Math.max(height, box.y + box.height), Math.max(high, y)) : y,
    scale,
  }
}

/** @throws Rejection `cut-off` where a side of the thing that the picture cuts off would come into sight */
function checkCut(box: Area, { width, height }: Picture, { right, down, scale }: Move): void {
  const side =
    box.y + box.height >= height - 1 && (down < 0 || (scale < 1 && down <= 0))
      ? 'below'
      : box.x <= 1 && (right > 0 || scale < 1)
        ? 'left'
        : box.x + box.width >= width - 1 && (right < 0 || scale < 1)
          ? 'right'
          : box.y <= 1 && (down > 0 || scale < 1)
            ? 'above'
            : undefined
  // Scaled around its foot, a thing that goes on below may well stay where it is.
  if (side !== undefined && !(side === 'below' && down === 0)) throw new Rejection('cut-off', { side })
}

/** @throws Rejection `large` */
function checkHole(hole: Mask, box: Area, to: Destination): void {
  const { width, height, data } = hole
  const [left, right] = [to.x - (box.width * to.scale) / 2, to.x + (box.width * to.scale) / 2]
  const top = to.y - box.height * to.scale
  let seen = 0
  let all = 0
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      if (data[y * width + x]! > 0) {
        all++
        if (x < left || x > right || y < top || y > to.y) seen++
      }
  const share = seen / (width * height)
  if (share > mostFilled || all > mostErased * width * height) throw new Rejection('large', { share })
}

/** The thing with some of what is around it, at its new size. */
function scaledThing(picture: Picture, thing: Mask, { x, y, width, height }: Area, scale: number): Layer {
  const area = { x, y, width, height }
  const cut = cutSubject(cropPicture(picture, area), cropMask(thing, area))
  if (scale === 1) return cut
  const size = {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  }
  return { picture: resizePicture(cut.picture, size), alpha: resizeMask(cut.alpha, size) }
}

/** How much light the thing takes at its new place, small: its own shadow moved along, or where it had none a little contact. */
function movedShadow(
  picture: Picture,
  filled: Picture,
  thing: Mask,
  { shadow, box, to }: { readonly shadow: Mask | undefined; readonly box: Area; readonly to: Destination },
): { readonly mask: Mask; readonly factor: number } {
  const factor = shrinkFactor(picture, mostShaded)
  const small = shrinkMask(thing, factor)
  const warp = similarityWarp({
    scale: to.scale,
    center: [(box.x + box.width / 2) / factor, (box.y + box.height) / factor],
    to: [to.x / factor, to.y / factor],
  })
  if (shadow !== undefined) {
    const soft = shrinkMask(shadow, factor)
    const depth = depthOf(shrinkPicture(picture, factor), shrinkPicture(filled, factor), soft, small)
    const data = soft.data.map(
      (value, i) => depth * Math.max(value, Math.min(small.data[i]!, around(soft, i))),
    )
    return { mask: warpMask({ ...soft, data }, warp, soft), factor }
  }
  const moved = warpMask(small, warp, small)
  const sky = skyOf(shrinkPicture(filled, factor))
  const foot = [Math.min(small.height - 1, Math.round(to.y / factor)), Math.round(to.x / factor)] as const
  const isInAir = sky.data[foot[0] * small.width + Math.min(small.width - 1, Math.max(0, foot[1]))]! > 0
  if (isInAir) return { mask: { ...moved, data: new Uint8Array(moved.data.length) }, factor }
  const contact = contactShadow(moved, Math.max(2, (0.03 * box.height * to.scale) / factor))
  return { mask: { ...contact, data: contact.data.map((value) => value * 0.35) }, factor }
}

/** The shadow just beside a pixel: it goes on under the thing's foot. */
function around({ width, data }: Mask, i: number): number {
  return Math.max(data[i - 2] ?? 0, data[i + 2] ?? 0, data[i + 2 * width] ?? 0)
}

/** How much of the light a shadow takes, 0 to 0.85: by the picture and by what filled its place. */
function depthOf(before: Picture, after: Picture, shadow: Mask, thing: Mask): number {
  let [dark, lit] = [0, 0]
  for (let i = 0; i < shadow.data.length; i++) {
    if (shadow.data[i]! < 170 || thing.data[i]! > 20) continue
    dark += linearOfLevel[before.data[3 * i + 1]!]!
    lit += linearOfLevel[after.data[3 * i + 1]!]!
  }
  return lit <= 0 ? 0 : Math.min(0.85, Math.max(0, 1 - dark / lit))
}

function shade(
  data: Uint8Array,
  region: Uint8Array,
  { width, height }: Picture,
  cast: Mask,
  factor: number,
): void {
  const box = maskBox(cast, 2)
  if (box === undefined) return
  const [left, top] = [Math.max(0, (box.x - 1) * factor), Math.max(0, (box.y - 1) * factor)]
  const right = Math.min(width, (box.x + box.width + 1) * factor)
  const bottom = Math.min(height, (box.y + box.height + 1) * factor)
  for (let y = top; y < bottom; y++)
    for (let x = left; x < right; x++) {
      const depth = sampled(cast, 1, 0, factor, x, y)
      if (depth < 1.5) continue
      const i = y * width + x
      region[i] = 255
      for (let c = 3 * i; c < 3 * i + 3; c++)
        data[c] = levelOfLinear(linearOfLevel[data[c]!]! * (1 - depth / 255))
    }
}

/** Lays the thing over the picture, its corner at a place; gives what it covers there. */
function put(
  data: Uint8Array,
  region: Uint8Array,
  { width, height }: Picture,
  { picture, alpha }: Layer,
  { left, top }: { readonly left: number; readonly top: number },
): Uint8Array {
  const placed = new Uint8Array(width * height)
  for (let v = Math.max(0, -top); v < Math.min(alpha.height, height - top); v++)
    for (let u = Math.max(0, -left); u < Math.min(alpha.width, width - left); u++) {
      const from = v * alpha.width + u
      const coverage = alpha.data[from]!
      if (coverage < 3) continue
      const i = (top + v) * width + left + u
      region[i] = 255
      placed[i] = coverage
      for (let c = 0; c < 3; c++) {
        const level = picture.data[3 * from + c]!
        if (coverage === 255) data[3 * i + c] = level
        else {
          const under = linearOfLevel[data[3 * i + c]!]!
          data[3 * i + c] = levelOfLinear(under + (coverage / 255) * (linearOfLevel[level]! - under))
        }
      }
    }
  return placed
}
