import { boxMean, type Mask, type Picture, type Plane, resizePicture } from '../../image/index.ts'
import { Rejection } from '../../tools/index.ts'
import { eraseRegion } from '../erase/erase.ts'
import { channelsOf, type Raster } from './raster.ts'
import { resized } from './resized.ts'

/** Pixels that come to each side. */
export interface Margins {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** Pixels of the copy in which far borders are blurred. */
const mostBlurred = 160_000

/** Shares of width and height as pixels. */
export function marginsOf({ width, height }: Raster, sides: Margins): Margins {
  return {
    left: Math.round(sides.left * width),
    top: Math.round(sides.top * height),
    right: Math.round(sides.right * width),
    bottom: Math.round(sides.bottom * height),
  }
}

/** What is lacking to a ratio of width to height, the same on both sides. */
export function marginsToRatio({ width, height }: Raster, ratio: number): Margins {
  const wide = Math.max(0, Math.round(height * ratio) - width)
  const tall = Math.max(0, Math.round(width / ratio) - height)
  const [left, top] = [Math.floor(wide / 2), Math.floor(tall / 2)]
  return { left, top, right: wide - left, bottom: tall - top }
}

/** More picture or mask on its sides: its own mirror image. */
export function extendedByMirror(raster: Raster, margins: Margins): Raster {
  const across = mirroredPlaces(raster.width, margins.left, margins.right)
  const down = mirroredPlaces(raster.height, margins.top, margins.bottom)
  const channels = channelsOf(raster)
  const out = new Uint8Array(channels * across.length * down.length)
  let to = 0
  for (const row of down) {
    const start = row * raster.width
    for (let x = 0; x < across.length; x++) {
      const from = channels * (start + across[x]!)
      for (let c = 0; c < channels; c++) out[to++] = raster.data[from + c]!
    }
  }
  return { width: across.length, height: down.length, data: out }
}

function mirroredPlaces(length: number, before: number, after: number): Int32Array {
  return Int32Array.from({ length: before + length + after }, (_, i) => {
    const place = (((i - before) % (2 * length)) + 2 * length) % (2 * length)
    return place < length ? place : 2 * length - 1 - place
  })
}

/** More picture or mask on its sides, of one colour or coverage. */
export function extendedByColour(raster: Raster, margins: Margins, colour: readonly number[]): Raster {
  const channels = channelsOf(raster)
  const width = margins.left + raster.width + margins.right
  const height = margins.top + raster.height + margins.bottom
  const out = new Uint8Array(channels * width * height)
  for (let i = 0; i < out.length; i++) out[i] = colour[i % channels]!
  const row = channels * raster.width
  for (let y = 0; y < raster.height; y++)
    out.set(
      raster.data.subarray(y * row, (y + 1) * row),
      channels * ((margins.top + y) * width + margins.left),
    )
  return { width, height, data: out }
}

/** More picture on its sides: its mirror image, which goes out of focus away from the old border. */
export function extendedByBlur(picture: Picture, margins: Margins): Picture {
  const sharp = extendedByMirror(picture, margins)
  const { width, height } = sharp
  const scale = Math.min(1, Math.sqrt(mostBlurred / (width * height)))
  const small = resizePicture(sharp, {
    width: Math.max(2, Math.round(width * scale)),
    height: Math.max(2, Math.round(height * scale)),
    filter: 'bilinear',
  })
  const radius = Math.max(1, Math.round(0.02 * Math.max(small.width, small.height)))
  const blurred = resizePicture(blurredBy(small, radius), { width, height, filter: 'bilinear' })
  const fade = 0.1 * Math.max(picture.width, picture.height)
  const data = sharp.data.slice()
  for (let y = 0; y < height; y++) {
    const down = Math.max(0, margins.top - y, y - (margins.top + picture.height - 1))
    for (let x = 0; x < width; x++) {
      const across = Math.max(0, margins.left - x, x - (margins.left + picture.width - 1))
      if (across === 0 && down === 0) continue
      const away = Math.min(1, Math.hypot(across, down) / fade)
      const share = away * away * (3 - 2 * away)
      for (let i = 3 * (y * width + x), end = i + 3; i < end; i++)
        data[i] = Math.round(data[i]! + share * (blurred.data[i]! - data[i]!))
    }
  }
  return { width, height, data }
}

/** Three times the mean over a square: about a Gaussian. */
function blurredBy({ width, height, data }: Picture, radius: number): Picture {
  const out = new Uint8Array(data.length)
  for (let c = 0; c < 3; c++) {
    let plane: Plane = {
      width,
      height,
      data: Float32Array.from({ length: width * height }, (_, i) => data[3 * i + c]!),
    }
    for (let k = 0; k < 3; k++) plane = boxMean(plane, radius)
    for (let i = 0; i < plane.data.length; i++) out[3 * i + c] = Math.round(plane.data[i]!)
  }
  return { width, height, data: out }
}

/** Pixels that are made up at most; where more are wanted, they are made up in a smaller copy and enlarged. */
const mostFilled = 900_000
/** The largest share of a side that patches of the picture fill believably. */
const mostFillShare = 0.27

/**
 * More picture on its sides, made up of patches of what is there. The old picture stays bit-equal.
 * @throws Rejection `too-much-to-fill` where a margin is more than about a quarter of the picture's side
 */
export function extendedByFill(picture: Picture, margins: Margins): Picture {
  const share = Math.max(
    Math.max(margins.left, margins.right) / picture.width,
    Math.max(margins.top, margins.bottom) / picture.height,
  )
  if (share > mostFillShare) throw new Rejection('too-much-to-fill', { share })
  const larger = extendedByMirror(picture, margins)
  const added = larger.width * larger.height - picture.width * picture.height
  const scale = Math.min(1, Math.sqrt(mostFilled / added))
  const filled = scale < 1 ? filledSmall(picture, margins, scale) : filledFull(larger, picture, margins)
  // Whatever blends at the seam does so outside of the old picture.
  const data = filled.data.slice()
  for (let y = 0; y < picture.height; y++) {
    const from = 3 * y * picture.width
    data.set(
      picture.data.subarray(from, from + 3 * picture.width),
      3 * ((margins.top + y) * larger.width + margins.left),
    )
  }
  return { width: larger.width, height: larger.height, data }
}

function filledFull(larger: Picture, picture: Raster, margins: Margins): Picture {
  const old = { ...picture, data: new Uint8Array(picture.width * picture.height) }
  const isNew: Mask = extendedByColour(old, margins, [255])
  return eraseRegion(larger, isNew).picture
}

/** Filled in a smaller copy and enlarged. */
function filledSmall(picture: Picture, margins: Margins, scale: number): Picture {
  const sizeOf = (length: number): number => Math.round(length * scale)
  const small = resized(picture, sizeOf(picture.width), sizeOf(picture.height))
  const smallMargins = {
    left: sizeOf(margins.left),
    top: sizeOf(margins.top),
    right: sizeOf(margins.right),
    bottom: sizeOf(margins.bottom),
  }
  const filled = filledFull(extendedByMirror(small, smallMargins), small, smallMargins)
  const width = margins.left + picture.width + margins.right
  return resized(filled, width, margins.top + picture.height + margins.bottom)
}
