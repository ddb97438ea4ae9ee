import type { Mask, Picture } from './picture.ts'

/**
 * A plane of numbers blurred with a Gaussian of the standard deviation `sigma` in pixels, its edges continued
 * outward. The kernel is exact up to `sigma` 8; above, three boxes of the same variance stand for it.
 */
export function blurPlane(plane: Float32Array, width: number, height: number, sigma: number): Float32Array {
  if (sigma <= 0) return plane.slice()
  if (sigma > 8) {
    let out = plane
    for (const radius of boxRadii(sigma)) out = boxBlurPlane(out, width, height, radius)
    return out
  }
  const kernel = gaussian(sigma)
  return throughColumns(throughRows(plane, width, height, kernel), width, height, kernel)
}

/** The mean over the square of `2·radius + 1` pixels around each, edges continued outward. */
export function boxBlurPlane(
  plane: Float32Array,
  width: number,
  height: number,
  radius: number,
): Float32Array {
  return downMeans(rowMeans(plane, width, height, radius), width, height, radius)
}

/** The mask blurred with a Gaussian: a soft edge about `2·sigma` wide. */
export function featherMask(mask: Mask, sigma: number): Mask {
  const { width, height } = mask
  const data = Uint8Array.from(
    blurPlane(Float32Array.from(mask.data), width, height, sigma),
    (value) => value + 0.5,
  )
  return { width, height, data }
}

/** The picture blurred with a Gaussian, on its sRGB levels. */
export function blurPicture(picture: Picture, sigma: number): Picture {
  const { width, height } = picture
  const data = new Uint8Array(picture.data.length)
  for (let c = 0; c < 3; c++) {
    const plane = Float32Array.from({ length: width * height }, (_, i) => picture.data[3 * i + c]!)
    for (const [i, value] of blurPlane(plane, width, height, sigma).entries()) data[3 * i + c] = value + 0.5
  }
  return { width, height, data }
}

function gaussian(sigma: number): Float64Array {
  const reach = Math.max(1, Math.ceil(3 * sigma))
  const kernel = Float64Array.from({ length: 2 * reach + 1 }, (_, i) =>
    Math.exp(-((i - reach) ** 2) / (2 * sigma ** 2)),
  )
  const total = kernel.reduce((sum, weight) => sum + weight, 0)
  return kernel.map((weight) => weight / total)
}

/** Radii of three boxes whose variances add up to that of the Gaussian. */
function boxRadii(sigma: number): [number, number, number] {
  const ideal = Math.sqrt(4 * sigma ** 2 + 1)
  const small = Math.floor(ideal) - (Math.floor(ideal) % 2 === 0 ? 1 : 0)
  const smalls = Math.round((12 * sigma ** 2 - 3 * small ** 2 - 12 * small - 9) / (-4 * small - 4))
  const radius = (i: number): number => ((i < smalls ? small : small + 2) - 1) / 2
  return [radius(0), radius(1), radius(2)]
}

function throughRows(plane: Float32Array, width: number, height: number, kernel: Float64Array): Float32Array {
  const reach = (kernel.length - 1) / 2
  const out = new Float32Array(plane.length)
  const line = new Float64Array(width + 2 * reach)
  for (let y = 0; y < height; y++) {
    const row = y * width
    for (let i = 0; i < line.length; i++) line[i] = plane[row + Math.min(width - 1, Math.max(0, i - reach))]!
    let x = 0
    // Four sums at a time: one has to wait for each of its additions.
    for (; x + 4 <= width; x += 4) {
      let one = 0
      let two = 0
      let three = 0
      let four = 0
      for (let k = 0; k < kernel.length; k++) {
        const weight = kernel[k]!
        one += weight * line[x + k]!
        two += weight * line[x + k + 1]!
        three += weight * line[x + k + 2]!
        four += weight * line[x + k + 3]!
      }
      out[row + x] = one
      out[row + x + 1] = two
      out[row + x + 2] = three
      out[row + x + 3] = four
    }
    for (; x < width; x++) {
      let sum = 0
      for (let k = 0; k < kernel.length; k++) sum += kernel[k]! * line[x + k]!
      out[row + x] = sum
    }
  }
  return out
}

function throughColumns(
  plane: Float32Array,
  width: number,
  height: number,
  kernel: Float64Array,
): Float32Array {
  const reach = (kernel.length - 1) / 2
  const out = new Float32Array(plane.length)
  const sums = new Float64Array(width)
  const rowAt = (y: number): number => Math.min(height - 1, Math.max(0, y)) * width
  for (let y = 0; y < height; y++) {
    sums.fill(0)
    let k = 0
    // Four rows at a time, added in their order.
    for (; k + 4 <= kernel.length; k += 4) {
      const [w0, w1, w2, w3] = [kernel[k]!, kernel[k + 1]!, kernel[k + 2]!, kernel[k + 3]!]
      const top = y + k - reach
      const [r0, r1, r2, r3] = [rowAt(top), rowAt(top + 1), rowAt(top + 2), rowAt(top + 3)]
      for (let x = 0; x < width; x++)
        sums[x] =
          sums[x]! + w0 * plane[r0 + x]! + w1 * plane[r1 + x]! + w2 * plane[r2 + x]! + w3 * plane[r3 + x]!
    }
    for (; k < kernel.length; k++) {
      const row = rowAt(y + k - reach)
      const weight = kernel[k]!
      for (let x = 0; x < width; x++) sums[x]! += weight * plane[row + x]!
    }
    for (let x = 0; x < width; x++) out[y * width + x] = sums[x]!
  }
  return out
}

/** Running means along rows. */
function rowMeans(plane: Float32Array, width: number, height: number, radius: number): Float32Array {
  const out = new Float32Array(plane.length)
  const size = 2 * radius + 1
  for (let y = 0; y < height; y++) {
    const start = y * width
    const [first, last] = [plane[start]!, plane[start + width - 1]!]
    let sum = 0
    for (let i = -radius; i <= radius; i++) sum += i < 0 ? first : i < width ? plane[start + i]! : last
    for (let x = 0; x < width; x++) {
      out[start + x] = sum / size
      const [enters, leaves] = [x + radius + 1, x - radius]
      sum += (enters < width ? plane[start + enters]! : last) - (leaves > 0 ? plane[start + leaves]! : first)
    }
  }
  return out
}

/** Running means along columns, all of them together, so that memory is read in its order. */
function downMeans(plane: Float32Array, width: number, height: number, radius: number): Float32Array {
  const out = new Float32Array(plane.length)
  const size = 2 * radius + 1
  const sums = new Float64Array(width)
  const rowAt = (y: number): number => Math.min(height - 1, Math.max(0, y)) * width
  for (let i = -radius; i <= radius; i++) {
    const row = rowAt(i)
    for (let x = 0; x < width; x++) sums[x]! += plane[row + x]!
  }
  for (let y = 0; y < height; y++) {
    const [here, enters, leaves] = [y * width, rowAt(y + radius + 1), rowAt(y - radius)]
    for (let x = 0; x < width; x++) {
      out[here + x] = sums[x]! / size
      sums[x]! += plane[enters + x]! - plane[leaves + x]!
    }
  }
  return out
}
