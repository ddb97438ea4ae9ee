import { gradientOf, type NextRandom, type Plane, soften } from '../../image/index.ts'
import type { Box } from '../../tools/index.ts'

/** Of forty places of this size within the picture, by numbers of 0 to 1, the one where the least is going on. */
export function calmestBox(
  grey: Plane,
  size: { readonly width: number; readonly height: number },
  next: NextRandom,
): Box {
  const sums = integral(gradientOf(soften(grey, 1)))
  const [width, height] = [Math.min(size.width, grey.width), Math.min(size.height, grey.height)]
  let [best, least]: [Box | undefined, number] = [undefined, Number.POSITIVE_INFINITY]
  for (let trial = 0; trial < 40; trial++) {
    const x = Math.floor(next() * (grey.width - width + 1))
    const y = Math.floor(next() * (grey.height - height + 1))
    const stir = boxSum(sums, grey.width, { x, y, width, height })
    if (stir < least) [best, least] = [{ x, y, width, height }, stir]
  }
  return best!
}

/** Sums over everything above and to the left, with a row and a column of zeros before. */
function integral({ width, height, data }: Plane): Float64Array {
  const sums = new Float64Array((width + 1) * (height + 1))
  for (let y = 0; y < height; y++) {
    let row = 0
    for (let x = 0; x < width; x++) {
      row += data[y * width + x]!
      sums[(y + 1) * (width + 1) + x + 1] = sums[y * (width + 1) + x + 1]! + row
    }
  }
  return sums
}

function boxSum(sums: Float64Array, width: number, { x, y, width: w, height: h }: Box): number {
  const at = (u: number, v: number): number => sums[v * (width + 1) + u]!
  return at(x + w, y + h) - at(x, y + h) - at(x + w, y) + at(x, y)
}
