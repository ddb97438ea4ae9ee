import {
  boxMask,
  distanceToMask,
  type Mask,
  maskBox,
  type Picture,
  pictureHash,
  readLayer,
} from '../image/index.ts'
import type { Box } from '../tools/index.ts'
import { EditError } from './error.ts'

/** The part of a picture that an edit may change: a box in whole pixels, or a mask of the picture's size. */
export type EditRegion = Mask | Box

interface Size {
  readonly width: number
  readonly height: number
}

/** Whether a region is a mask. */
const isMask = (region: EditRegion): region is Mask => 'data' in region

/** Reads `x,y,width,height` in pixels from the top left. @throws EditError `input` */
export function parseBox(text: string): Box {
  const numbers = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)))
  const [x, y, width, height] = numbers
  if (
    numbers.length !== 4 ||
    !numbers.every(Number.isSafeInteger) ||
    x! < 0 ||
    y! < 0 ||
    width! < 1 ||
    height! < 1
  )
    throw new EditError(
      'input',
      `box: expected x,y,width,height in whole pixels from the top left, such as 120,80,300,200, got '${text}'`,
    )
  return { x: x!, y: y!, width: width!, height: height! }
}

/**
 * Reads a mask from a picture file: its alpha channel where that is not all opaque, else its brightness; white is what
 * may change. @throws ImageError
 */
export async function readMask(file: string | Uint8Array): Promise<Mask> {
  const { picture, alpha } = await readLayer(file)
  const { width, height, data } = picture
  if (alpha.data.some((value) => value < 255)) return alpha
  const grey = new Uint8Array(width * height)
  for (let i = 0; i < grey.length; i++)
    grey[i] = Math.round(0.2126 * data[3 * i]! + 0.7152 * data[3 * i + 1]! + 0.0722 * data[3 * i + 2]!)
  return { width, height, data: grey }
}

/**
 * Refuses a region that does not fit a picture: a box that reaches beyond it, a mask of another size, or one that covers
 * nothing. @throws EditError `input`
 */
export function checkRegion(region: EditRegion, { width, height }: Size): void {
  if (isMask(region)) {
    if (region.width !== width || region.height !== height)
      throw new EditError(
        'input',
        `region: the mask has ${region.width}×${region.height} pixels, expected ${width}×${height} as the picture has`,
      )
    if (!maskBox(region, 1))
      throw new EditError('input', 'region: the mask covers nothing; make white what may change')
    return
  }
  const { x, y, width: across, height: down } = region
  const isWhole = [x, y, across, down].every(Number.isSafeInteger)
  if (!isWhole || x < 0 || y < 0 || across < 1 || down < 1 || x + across > width || y + down > height)
    throw new EditError(
      'input',
      `region: expected a box of whole pixels within the picture of ${width}×${height}, got ${across}×${down} at ${x},${y}`,
    )
}

/** The region as coverage of the picture's size. */
export function regionMask(region: EditRegion, { width, height }: Size): Mask {
  return isMask(region) ? region : boxMask(width, height, region)
}

/** The blended rim, as a share of the region's longer side, and the most pixels for each 1024 of the picture's. */
const [rimShare, mostRim] = [0.06, 16]

/** A map of changes with none outside of a region. */
export function changesWithin(map: Mask, region: EditRegion): Mask {
  const { data } = regionMask(region, map)
  return { ...map, data: map.data.map((value, i) => (data[i] === 0 ? 0 : value)) }
}

/** Hash of a mask's size and coverage, in hexadecimal, as in recipes. */
export function maskHash({ width, height, data }: Mask): string {
  const grey = new Uint8Array(3 * data.length)
  for (let i = 0; i < data.length; i++) grey.fill(data[i]!, 3 * i, 3 * i + 3)
  return pictureHash({ width, height, data: grey })
}

/**
 * The original with the edit inside of a region. Outside it is the original bit for bit; within, a rim passes smoothly
 * from one to the other, except along the picture's own border. Without a rim the region's own coverage decides alone.
 */
export function keepOutside(
  original: Picture,
  edited: Picture,
  region: EditRegion,
  { hasRim = true }: { readonly hasRim?: boolean } = {},
): Picture {
  const { width, height } = original
  const mask = regionMask(region, original)
  const box = maskBox(mask, 1)
  const data = original.data.slice()
  if (!box) return { width, height, data }
  const most = (mostRim * Math.max(width, height)) / 1024
  const rim = Math.max(1, Math.min(most, rimShare * Math.max(box.width, box.height)))
  const outside: Mask = { width, height, data: mask.data.map((value) => (value === 0 ? 255 : 0)) }
  const depth = hasRim ? distanceToMask(outside) : undefined
  for (let i = 0; i < mask.data.length; i++) {
    if (mask.data[i] === 0) continue
    const share = Math.min(mask.data[i]! / 255, depth ? smooth(Math.min(1, depth[i]! / (rim + 1))) : 1)
    for (let c = 3 * i; c < 3 * i + 3; c++)
      data[c] = Math.round(original.data[c]! + share * (edited.data[c]! - original.data[c]!))
  }
  return { width, height, data }
}

const smooth = (t: number): number => t * t * (3 - 2 * t)
