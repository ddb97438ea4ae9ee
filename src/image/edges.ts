import { ImageError } from './error.ts'
import type { Picture } from './picture.ts'

/** The luma of each pixel, halved in size by means of 2×2: edges of noise and of single pixels fade. */
function halfLuma({ width, height, data }: Picture): {
  width: number
  height: number
  luma: Float32Array
} {
  const [w, h] = [Math.max(1, width >> 1), Math.max(1, height >> 1)]
  const luma = new Float32Array(w * h)
  const [right, down] = [width > 1 ? 3 : 0, height > 1 ? 3 * width : 0]
  const at = (i: number) => 0.299 * data[i]! + 0.587 * data[i + 1]! + 0.114 * data[i + 2]!
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w; x++) {
      const i = 3 * (2 * y * width + 2 * x)
      luma[y * w + x] = (at(i) + at(i + right) + at(i + down) + at(i + right + down)) / 4
    }
  return { width: w, height: h, luma }
}

/** Sobel's gradient magnitude inside the border. */
function gradients(picture: Picture): Float32Array {
  const { width, height, luma } = halfLuma(picture)
  const out = new Float32Array(Math.max(0, width - 2) * Math.max(0, height - 2))
  for (let y = 1, o = 0; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++, o++) {
      const i = y * width + x
      const [a, b, c] = [luma[i - width - 1]!, luma[i - width]!, luma[i - width + 1]!]
      const [d, f] = [luma[i - 1]!, luma[i + 1]!]
      const [g, h, k] = [luma[i + width - 1]!, luma[i + width]!, luma[i + width + 1]!]
      const gx = c + 2 * f + k - a - 2 * d - g
      const gy = g + 2 * h + k - a - 2 * b - c
      out[o] = Math.sqrt(gx * gx + gy * gy)
    }
  return out
}

/**
 * How far the edges of two pictures are the same: Pearson's correlation of their gradient magnitudes at half size, −1
 * to 1. A picture without edges correlates with nothing: 0. @throws ImageError when the sizes differ
 */
export function edgeCorrelation(a: Picture, b: Picture): number {
  if (a.width !== b.width || a.height !== b.height)
    throw new ImageError(
      'size',
      `edge correlation: expected pictures of one size, got ${a.width}×${a.height} and ${b.width}×${b.height}`,
    )
  const [p, q] = [gradients(a), gradients(b)]
  let [sp, sq, spp, sqq, spq] = [0, 0, 0, 0, 0]
  for (let i = 0; i < p.length; i++) {
    const [x, y] = [p[i]!, q[i]!]
    sp += x
    sq += y
    spp += x * x
    sqq += y * y
    spq += x * y
  }
  const n = p.length
  const [vp, vq] = [n * spp - sp * sp, n * sqq - sq * sq]
  return vp <= 1e-6 || vq <= 1e-6 ? 0 : (n * spq - sp * sq) / Math.sqrt(vp * vq)
}
