import type { Mask, Picture } from '../image/index.ts'

/** The whole factor by which a picture is shrunk so that it has at most `most` pixels, 1 where it has no more. */
export function shrinkFactor(
  { width, height }: { readonly width: number; readonly height: number },
  most: number,
): number {
  return Math.max(1, Math.ceil(Math.sqrt((width * height) / most)))
}

/** The picture by means over squares of `factor` pixels, those at the right and lower edge cut; itself for 1. */
export function shrinkPicture(picture: Picture, factor: number): Picture {
  if (factor === 1) return picture
  const width = Math.ceil(picture.width / factor)
  const height = Math.ceil(picture.height / factor)
  return { width, height, data: means(picture, 3, factor) }
}

/** The mask by means over squares of `factor` pixels; itself for 1. */
export function shrinkMask(mask: Mask, factor: number): Mask {
  if (factor === 1) return mask
  const width = Math.ceil(mask.width / factor)
  const height = Math.ceil(mask.height / factor)
  return { width, height, data: means(mask, 1, factor) }
}

function means({ width, height, data }: Picture | Mask, channels: 1 | 3, factor: number): Uint8Array {
  const across = Math.ceil(width / factor)
  const down = Math.ceil(height / factor)
  const out = new Uint8Array(across * down * channels)
  const sums = new Float64Array(across * channels)
  for (let v = 0; v < down; v++) {
    sums.fill(0)
    const bottom = Math.min(height, (v + 1) * factor)
    for (let y = v * factor; y < bottom; y++) {
      let at = y * width * channels
      for (let u = 0; u < across; u++) {
        const count = Math.min(factor, width - u * factor)
        if (channels === 1) {
          let sum = 0
          for (let k = 0; k < count; k++) sum += data[at++]!
          sums[u]! += sum
          continue
        }
        let r = 0
        let g = 0
        let b = 0
        for (let k = 0; k < count; k++, at += 3) {
          r += data[at]!
          g += data[at + 1]!
          b += data[at + 2]!
        }
        sums[3 * u]! += r
        sums[3 * u + 1]! += g
        sums[3 * u + 2]! += b
      }
    }
    const rows = bottom - v * factor
    for (let u = 0; u < across; u++) {
      const area = rows * Math.min(factor, width - u * factor)
      for (let c = 0; c < channels; c++)
        out[(v * across + u) * channels + c] = sums[u * channels + c]! / area + 0.5
    }
  }
  return out
}

/**
 * A channel of a shrunk picture (or of a mask, with one channel), read between its pixels at a pixel of the large one.
 */
export function sampled(
  {
    width,
    height,
    data,
  }: { readonly width: number; readonly height: number; readonly data: Uint8Array | Float32Array },
  channels: 1 | 3,
  c: number,
  factor: number,
  x: number,
  y: number,
): number {
  const u = Math.min(width - 1, Math.max(0, (x + 0.5) / factor - 0.5))
  const v = Math.min(height - 1, Math.max(0, (y + 0.5) / factor - 0.5))
  const left = Math.floor(u)
  const top = Math.floor(v)
  const right = Math.min(width - 1, left + 1)
  const bottom = Math.min(height - 1, top + 1)
  const t = u - left
  const s = v - top
  const above =
    data[(top * width + left) * channels + c]! * (1 - t) + data[(top * width + right) * channels + c]! * t
  const below =
    data[(bottom * width + left) * channels + c]! * (1 - t) +
    data[(bottom * width + right) * channels + c]! * t
  return above * (1 - s) + below * s
}
