import type { Picture } from './picture.ts'

/** Catmull-Rom's weights for the four pixels around a place between the second and the third. */
function cubic(t: number): readonly [number, number, number, number] {
  return [
    ((-0.5 * t + 1) * t - 0.5) * t,
    (1.5 * t - 2.5) * t * t + 1,
    ((-1.5 * t + 2) * t + 0.5) * t,
    (0.5 * t - 0.5) * t * t,
  ]
}

/**
 * The picture bent: each pixel takes what lies `dx`, `dy` pixels from it. Where both are 0 the picture stays to the bit;
 * beyond its border the last row or column is repeated.
 */
export function displacePicture(
  { width, height, data }: Picture,
  dx: Float32Array,
  dy: Float32Array,
): Picture {
  const out = data.slice()
  for (let i = 0; i < width * height; i++) {
    if (dx[i] === 0 && dy[i] === 0) continue
    const [x, y] = [(i % width) + dx[i]!, Math.floor(i / width) + dy[i]!]
    const [left, top] = [Math.floor(x), Math.floor(y)]
    const [across, down] = [cubic(x - left), cubic(y - top)]
    for (let c = 0; c < 3; c++) {
      let sum = 0
      for (let v = 0; v < 4; v++) {
        const row = Math.min(height - 1, Math.max(0, top + v - 1)) * width
        for (let u = 0; u < 4; u++)
          sum += down[v]! * across[u]! * data[3 * (row + Math.min(width - 1, Math.max(0, left + u - 1))) + c]!
      }
      out[3 * i + c] = Math.min(255, Math.max(0, Math.round(sum)))
    }
  }
  return { width, height, data: out }
}
