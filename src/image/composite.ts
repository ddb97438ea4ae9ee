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
  const weights = Float32Array.from(mask.data, (value) => (value >= least ? 1 : 0))
  const planes = [0, 1, 2].map((c) =>
    Float32Array.from(weights, (weight, i) => weight * picture.data[3 * i + c]!),
  )
  pullAndPush(planes, weights, width, height)
  const data = Uint8Array.from(picture.data, (level, i) =>
    mask.data[Math.floor(i / 3)]! >= least ? level : planes[i % 3]![Math.floor(i / 3)]! + 0.5,
  )
  return { width, height, data }
}

/** Fills planes of weighted values where the weight is 0 from the means of coarser planes; the weights become 1. */
function pullAndPush(
  planes: readonly Float32Array[],
  weights: Float32Array,
  width: number,
  height: number,
): void {
  if (weights.every((weight) => weight > 0) || (width === 1 && height === 1)) return
  const [w, h] = [Math.ceil(width / 2), Math.ceil(height / 2)]
  const coarse = planes.map(() => new Float32Array(w * h))
  const coarseWeights = new Float32Array(w * h)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [i, j] = [y * width + x, (y >> 1) * w + (x >> 1)]
      coarseWeights[j]! += weights[i]!
      for (const [c, plane] of planes.entries()) coarse[c]![j]! += plane[i]!
    }
  for (let j = 0; j < w * h; j++) {
    const weight = coarseWeights[j]!
    if (weight === 0) continue
    for (const plane of coarse) plane[j]! /= weight
    coarseWeights[j] = 1
  }
  pullAndPush(coarse, coarseWeights, w, h)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const i = y * width + x
      if (weights[i] !== 0) continue
      for (const [c, plane] of planes.entries())
        plane[i] = bilinear(coarse[c]!, w, h, x / 2 - 0.25, y / 2 - 0.25)
      weights[i] = 1
    }
}

function bilinear(plane: Float32Array, width: number, height: number, x: number, y: number): number {
  const [left, top] = [Math.floor(x), Math.floor(y)]
  const at = (u: number, v: number): number =>
    plane[Math.min(height - 1, Math.max(0, v)) * width + Math.min(width - 1, Math.max(0, u))]!
  const [t, s] = [x - left, y - top]
  return (
    (at(left, top) * (1 - t) + at(left + 1, top) * t) * (1 - s) +
    (at(left, top + 1) * (1 - t) + at(left + 1, top + 1) * t) * s
  )
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
