import type { TensorValue } from '../graph/index.ts'
import { ImageError } from './error.ts'
import { checkPicture, type Picture } from './picture.ts'

/**
 * The picture in another size as planes [1, 3, h, w] in −1 … 1, bilinear, the kernel widened when shrinking, and no levels
 * in between. Source of the arithmetic: torch's `interpolate(mode="bilinear", antialias=True)` of x / 255, then 2·x − 1.
 * @throws ImageError
 */
export function resizedPlanes(
  picture: Picture,
  { width, height }: { readonly width: number; readonly height: number },
): TensorValue {
  checkPicture('resizedPlanes', picture)
  for (const size of [width, height])
    if (!Number.isInteger(size) || size < 1)
      throw new ImageError('size', `resizedPlanes: expected whole sizes above 0, got ${width}×${height}`)
  const [across, down] = [weightsOf(picture.width, width), weightsOf(picture.height, height)]
  const rows = new Float64Array(3 * width * picture.height)
  for (let y = 0; y < picture.height; y++)
    for (let x = 0; x < width; x++) {
      const { start, weights } = across[x]!
      for (const [i, weight] of weights.entries()) {
        const from = 3 * (y * picture.width + start + i)
        const to = 3 * (y * width + x)
        for (let c = 0; c < 3; c++) rows[to + c]! += weight * picture.data[from + c]!
      }
    }
  const data = new Float32Array(3 * width * height)
  for (let y = 0; y < height; y++) {
    const { start, weights } = down[y]!
    for (let x = 0; x < width; x++)
      for (let c = 0; c < 3; c++) {
        let sum = 0
        for (const [i, weight] of weights.entries()) sum += weight * rows[3 * ((start + i) * width + x) + c]!
        data[(c * height + y) * width + x] = (2 * sum) / 255 - 1
      }
  }
  return { dtype: 'f32', shape: [1, 3, height, width], data }
}

/** For each target pixel, where its source pixels begin, and what each of them counts. */
function weightsOf(
  from: number,
  to: number,
): readonly { readonly start: number; readonly weights: readonly number[] }[] {
  const scale = from / to
  const reach = Math.max(1, scale)
  return Array.from({ length: to }, (_, target) => {
    const centre = (target + 0.5) * scale
    const start = Math.max(0, Math.trunc(centre - reach + 0.5))
    const end = Math.min(from, Math.trunc(centre + reach + 0.5))
    const raw = Array.from({ length: end - start }, (_, i) =>
      Math.max(0, 1 - Math.abs((i + start - centre + 0.5) / reach)),
    )
    const total = raw.reduce((sum, weight) => sum + weight, 0)
    return { start, weights: raw.map((weight) => weight / total) }
  })
}
