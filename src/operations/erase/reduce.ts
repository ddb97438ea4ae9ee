import type { Mask, Picture } from '../../image/index.ts'

/** The whole factor by which a picture becomes at most so large on its longer side. */
export function factorTo(side: number, { width, height }: Picture | Mask): number {
  return Math.max(1, Math.ceil(Math.max(width, height) / side))
}

/** The picture by means over blocks of `factor` pixels; the last ones may be smaller. */
export function reducePicture({ width, height, data }: Picture, factor: number): Picture {
  return { ...reducedSize(width, height, factor), data: means(data, width, height, factor, 3) }
}

/** The mask by means over blocks, as {@link reducePicture}. */
export function reduceMask({ width, height, data }: Mask, factor: number): Mask {
  return { ...reducedSize(width, height, factor), data: means(data, width, height, factor, 1) }
}

function reducedSize(width: number, height: number, factor: number): { width: number; height: number } {
  return { width: Math.ceil(width / factor), height: Math.ceil(height / factor) }
}

function means(data: Uint8Array, width: number, height: number, factor: number, channels: 1 | 3): Uint8Array {
  const size = reducedSize(width, height, factor)
  const out = new Uint8Array(channels * size.width * size.height)
  const sums = new Uint32Array(channels * size.width)
  for (let v = 0; v < size.height; v++) {
    sums.fill(0)
    const bottom = Math.min(height, (v + 1) * factor)
    for (let y = v * factor; y < bottom; y++)
      for (let u = 0, i = channels * y * width; u < size.width; u++) {
        const end = i + channels * Math.min(factor, width - u * factor)
        if (channels === 1) {
          let sum = 0
          while (i < end) sum += data[i++]!
          sums[u] = sums[u]! + sum
          continue
        }
        let red = 0
        let green = 0
        let blue = 0
        for (; i < end; i += 3) {
          red += data[i]!
          green += data[i + 1]!
          blue += data[i + 2]!
        }
        sums[3 * u] = sums[3 * u]! + red
        sums[3 * u + 1] = sums[3 * u + 1]! + green
        sums[3 * u + 2] = sums[3 * u + 2]! + blue
      }
    const rows = bottom - v * factor
    for (let u = 0; u < size.width; u++) {
      const count = rows * (Math.min(width, (u + 1) * factor) - u * factor)
      for (let c = 0; c < channels; c++)
        out[channels * (v * size.width + u) + c] = Math.round(sums[channels * u + c]! / count)
    }
  }
  return out
}

/** A reduced mask at a picture's size again, bilinear between the middles of the blocks. */
export function enlargeMask(
  { width: w, height: h, data }: Mask,
  factor: number,
  { width, height }: { readonly width: number; readonly height: number },
): Mask {
  const out = new Uint8Array(width * height)
  for (let y = 0, i = 0; y < height; y++) {
    const v = Math.max(0, Math.min(h - 1, (y + 0.5) / factor - 0.5))
    const top = Math.floor(v)
    const low = Math.min(h - 1, top + 1) * w
    const fromTop = v - top
    for (let x = 0; x < width; x++, i++) {
      const u = Math.max(0, Math.min(w - 1, (x + 0.5) / factor - 0.5))
      const left = Math.floor(u)
      const right = Math.min(w - 1, left + 1)
      const fromLeft = u - left
      const above = data[top * w + left]! * (1 - fromLeft) + data[top * w + right]! * fromLeft
      const below = data[low + left]! * (1 - fromLeft) + data[low + right]! * fromLeft
      out[i] = above * (1 - fromTop) + below * fromTop + 0.5
    }
  }
  return { width, height, data: out }
}
