import { levelOfLinear, linearOfLevel } from './colour.ts'
import { ImageError } from './error.ts'
import type { Mask, Picture } from './picture.ts'

/**
 * One picture laid over another of the same size, by coverage, mixed in linear light as a lens does. Exact where the
 * coverage is 0 or 255. @throws ImageError when sizes differ
 */
export function compositePictures(below: Picture, above: Picture, coverage: Mask): Picture {
  checkSizes('composite', below, above, coverage)
  const data = below.data.slice()
  for (let i = 0; i < coverage.data.length; i++) {
    const alpha = coverage.data[i]!
    if (alpha === 0) continue
    for (let c = 3 * i; c < 3 * i + 3; c++) {
      if (alpha === 255) data[c] = above.data[c]!
      else {
        const [over, under] = [linearOfLevel[above.data[c]!]!, linearOfLevel[data[c]!]!]
        data[c] = levelOfLinear(under + ((over - under) * alpha) / 255)
      }
    }
  }
  return { width: below.width, height: below.height, data }
}

/** The picture with its light lessened where a shadow lies: by `strength` (0 to 1) under full coverage. */
export function shadePicture(picture: Picture, shadow: Mask, strength: number): Picture {
  checkSizes('shade', picture, shadow)
  const data = picture.data.slice()
  for (let i = 0; i < shadow.data.length; i++) {
    if (shadow.data[i] === 0) continue
    const share = 1 - (strength * shadow.data[i]!) / 255
    for (let c = 3 * i; c < 3 * i + 3; c++) data[c] = levelOfLinear(linearOfLevel[data[c]!]! * share)
  }
  return { width: picture.width, height: picture.height, data }
}

/**
 * The picture with the colours of what a mask covers well (≥ `least`) carried on outward over all the rest, so that
 * soft and resampled edges take no colour from what was behind. Exact where the mask is `least` or more. A pyramid
 * of weighted means is filled from coarse to fine (pull and push).
 */
export function spreadColours(picture: Picture, mask: Mask, least = 250): Picture {
  checkSizes('spread', picture, mask)
  const { width, height } = picture
  const size = width * height
  const weights = new Float32Array(size)
  const planes = [new Float32Array(size), new Float32Array(size), new Float32Array(size)] as const
  for (let i = 0; i < size; i++) {
    if (mask.data[i]! < least) continue
    weights[i] = 1
    for (let c = 0; c < 3; c++) planes[c]![i] = picture.data[3 * i + c]!
  }
  pullAndPush(planes, weights, width, height)
  const data = picture.data.slice()
  for (let i = 0; i < size; i++)
    if (mask.data[i]! < least) for (let c = 0; c < 3; c++) data[3 * i + c] = planes[c]![i]! + 0.5
  return { width, height, data }
}

type Planes = readonly [Float32Array, Float32Array, Float32Array]

/** Fills planes of weighted values where the weight is 0 from the means of coarser planes; the weights become 1. */
function pullAndPush(planes: Planes, weights: Float32Array, width: number, height: number): void {
  if (weights.every((weight) => weight > 0) || (width === 1 && height === 1)) return
  const [w, h] = [Math.ceil(width / 2), Math.ceil(height / 2)]
  const coarse = [new Float32Array(w * h), new Float32Array(w * h), new Float32Array(w * h)] as const
  const coarseWeights = new Float32Array(w * h)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const i = y * width + x
      const j = (y >> 1) * w + (x >> 1)
      coarseWeights[j]! += weights[i]!
      for (let c = 0; c < 3; c++) coarse[c]![j]! += planes[c]![i]!
    }
  for (let j = 0; j < w * h; j++) {
    const weight = coarseWeights[j]!
    if (weight === 0) continue
    for (let c = 0; c < 3; c++) coarse[c]![j]! /= weight
    coarseWeights[j] = 1
  }
  pullAndPush(coarse, coarseWeights, w, h)
  for (let c = 0; c < 3; c++) push(planes[c]!, weights, width, height, coarse[c]!)
  weights.fill(1)
}

/** Fills a plane where its weight is 0 between the values of the coarser one. */
function push(
  plane: Float32Array,
  weights: Float32Array,
  width: number,
  height: number,
  coarse: Float32Array,
): void {
  const [w, h] = [Math.ceil(width / 2), Math.ceil(height / 2)]
  for (let y = 0; y < height; y++) {
    const v = y / 2 - 0.25
    const top = Math.floor(v)
    const s = v - top
    const above = Math.max(0, top) * w
    const below = Math.min(h - 1, top + 1) * w
    for (let x = 0; x < width; x++) {
      const i = y * width + x
      if (weights[i] !== 0) continue
      const u = x / 2 - 0.25
      const left = Math.floor(u)
      const t = u - left
      const one = Math.max(0, left)
      const other = Math.min(w - 1, left + 1)
      plane[i] =
        (coarse[above + one]! * (1 - t) + coarse[above + other]! * t) * (1 - s) +
        (coarse[below + one]! * (1 - t) + coarse[below + other]! * t) * s
    }
  }
}

/** Refuses pictures and masks of different sizes. @throws ImageError */
export function checkSizes(what: string, ...images: readonly (Picture | Mask)[]): void {
  const sizes = images.map(({ width, height }) => `${width}×${height}`)
  if (sizes.some((size) => size !== sizes[0]))
    throw new ImageError(
      'size',
      `${what}: expected pictures and masks of one size, got ${sizes.join(' and ')}`,
    )
}
