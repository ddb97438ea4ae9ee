import type { Level } from './level.ts'

/**
 * Fills the hole with means of what is near, from a coarse scale to a fine one: for what is too small to have patches.
 * Source: Gortler et al., "The lumigraph" (push and pull), 1996.
 */
export function fillSmoothly({ width, height, pixels, hole }: Level): void {
  const weights = new Float32Array(hole.length)
  const colours = new Float32Array(pixels.length)
  for (let i = 0; i < hole.length; i++) {
    if (hole[i] === 1) continue
    weights[i] = 1
    for (let k = 4 * i; k < 4 * i + 4; k++) colours[k] = pixels[k]!
  }
  pushPull(width, height, colours, weights)
  for (let i = 0; i < hole.length; i++)
    if (hole[i] === 1) for (let k = 4 * i; k < 4 * i + 4; k++) pixels[k] = Math.round(colours[k]!)
}

/** Completes colours (four a pixel, times their weight) to weight 1 each. */
function pushPull(width: number, height: number, colours: Float32Array, weights: Float32Array): void {
  if (width === 1 && height === 1) return
  const [w, h] = [(width + 1) >> 1, (height + 1) >> 1]
  const coarse = new Float32Array(4 * w * h)
  const sums = new Float32Array(w * h)
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++) {
      const j = (y >> 1) * w + (x >> 1)
      sums[j] = sums[j]! + weights[i]!
      for (let k = 0; k < 4; k++) coarse[4 * j + k] = coarse[4 * j + k]! + colours[4 * i + k]!
    }
  for (let j = 0; j < sums.length; j++) {
    const scale = Math.max(1, sums[j]!)
    for (let k = 0; k < 4; k++) coarse[4 * j + k] = coarse[4 * j + k]! / scale
    sums[j] = sums[j]! / scale
  }
  pushPull(w, h, coarse, sums)
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++) {
      const lacks = 1 - weights[i]!
      if (lacks <= 0) continue
      const j = (y >> 1) * w + (x >> 1)
      for (let k = 0; k < 4; k++) colours[4 * i + k] = colours[4 * i + k]! + lacks * coarse[4 * j + k]!
      weights[i] = 1
    }
}
