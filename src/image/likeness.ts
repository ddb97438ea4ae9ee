import { labOfPicture } from './colour.ts'
import { ImageError } from './error.ts'
import type { Mask, Picture } from './picture.ts'
import { sameSize } from './plane.ts'

/**
 * Peak signal-to-noise ratio in dB over the levels of all channels, of the whole picture or of the pixels that a mask
 * covers by half or more: infinite for equal pictures, NaN where the mask covers none. @throws ImageError
 */
export function peakSignalToNoise(one: Picture, other: Picture, where?: Mask): number {
  sameSize('psnr', one, other)
  if (where) sameSize('psnr', one, where)
  let [squares, count] = [0, 0]
  for (let i = 0; i < one.data.length; i += 3) {
    if (where && where.data[i / 3]! < 128) continue
    for (let c = i; c < i + 3; c++) squares += (one.data[c]! - other.data[c]!) ** 2
    count += 3
  }
  return 10 * Math.log10(255 ** 2 / (squares / count))
}

/**
 * Mean absolute difference in levels over the channels of all pixels, or of those that a mask covers by half or more;
 * nothing where it covers none. @throws ImageError when sizes differ
 */
export function meanDifference(one: Picture, other: Picture, where?: Mask): number | undefined {
  sameSize('difference', one, other)
  if (where) sameSize('difference', one, where)
  let [sum, count] = [0, 0]
  for (let i = 0; i < one.data.length; i += 3) {
    if (where && where.data[i / 3]! < 128) continue
    for (let c = i; c < i + 3; c++) sum += Math.abs(one.data[c]! - other.data[c]!)
    count += 3
  }
  return count === 0 ? undefined : sum / count
}

/**
 * Mean distance in OKLab over all pixels, or those that a mask covers by half or more: 0.02 is just visible; undefined
 * where it covers none. Source: CSS Color Module Level 4, `deltaEOK`. @throws ImageError when sizes differ
 */
export function deltaEOf(one: Picture, other: Picture, where?: Mask): number | undefined {
  sameSize('deltaE', one, other)
  if (where) sameSize('deltaE', one, where)
  const [p, q] = [labOfPicture(one), labOfPicture(other)]
  let [sum, count] = [0, 0]
  for (let i = 0; i < p.a.length; i++) {
    if (where && where.data[i]! < 128) continue
    const [l, a, b] = [p.lightness[i]! - q.lightness[i]!, p.a[i]! - q.a[i]!, p.b[i]! - q.b[i]!]
    sum += Math.sqrt(l * l + a * a + b * b)
    count++
  }
  return count === 0 ? undefined : sum / count
}

/** Taps of the window: a Gaussian of 1.5 pixels, 11 wide, that sums to 1. */
const window: readonly number[] = gaussian(11, 1.5)
const [c1, c2] = [(0.01 * 255) ** 2, (0.03 * 255) ** 2]

/**
 * Mean structural similarity of two pictures' luma (Rec. 601), 1 for equal ones; over all windows that lie within, or
 * those whose middle a mask covers by half or more, NaN where it covers none.
 * Source: Wang et al., "Image quality assessment: from error visibility to structural similarity", with its constants.
 * @throws ImageError when sizes differ, or a side is below the window's 11 pixels
 */
export function structuralSimilarity(one: Picture, other: Picture, where?: Mask): number {
  sameSize('ssim', one, other)
  if (where) sameSize('ssim', one, where)
  const { width, height } = one
  if (Math.min(width, height) < window.length)
    throw new ImageError(
      'size',
      `ssim: expected sides of ${window.length} pixels or more, got ${width}×${height}`,
    )
  const [x, y] = [lumaOf(one), lumaOf(other)]
  const meanX = windowMeans(x, one)
  const meanY = windowMeans(y, one)
  const squareX = windowMeans(product(x, x), one)
  const squareY = windowMeans(product(y, y), one)
  const both = windowMeans(product(x, y), one)
  const reach = window.length >> 1
  const columns = width - 2 * reach
  let [sum, count] = [0, 0]
  for (let i = 0; i < meanX.length; i++) {
    const middle = (Math.floor(i / columns) + reach) * width + (i % columns) + reach
    if (where && where.data[middle]! < 128) continue
    count++
    const [mx, my] = [meanX[i]!, meanY[i]!]
    const [varianceX, varianceY] = [squareX[i]! - mx * mx, squareY[i]! - my * my]
    const covariance = both[i]! - mx * my
    sum +=
      ((2 * mx * my + c1) * (2 * covariance + c2)) / ((mx * mx + my * my + c1) * (varianceX + varianceY + c2))
  }
  return sum / count
}

function lumaOf({ data }: Picture): Float64Array {
  const out = new Float64Array(data.length / 3)
  for (let i = 0; i < out.length; i++)
    out[i] = 0.299 * data[3 * i]! + 0.587 * data[3 * i + 1]! + 0.114 * data[3 * i + 2]!
  return out
}

function product(x: Float64Array, y: Float64Array): Float64Array {
  const out = new Float64Array(x.length)
  for (let i = 0; i < out.length; i++) out[i] = x[i]! * y[i]!
  return out
}

/** The weighted mean of each window that lies within the plane. */
function windowMeans(
  plane: Float64Array,
  { width, height }: { readonly width: number; readonly height: number },
): Float64Array {
  const taps = window.length
  const [columns, rows] = [width - taps + 1, height - taps + 1]
  const across = new Float64Array(columns * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < columns; x++) {
      let sum = 0
      for (let k = 0; k < taps; k++) sum += window[k]! * plane[y * width + x + k]!
      across[y * columns + x] = sum
    }
  const out = new Float64Array(columns * rows)
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < columns; x++) {
      let sum = 0
      for (let k = 0; k < taps; k++) sum += window[k]! * across[(y + k) * columns + x]!
      out[y * columns + x] = sum
    }
  return out
}

function gaussian(taps: number, deviation: number): number[] {
  const middle = (taps - 1) / 2
  const bell = Array.from({ length: taps }, (_, i) => Math.exp(-((i - middle) ** 2) / (2 * deviation ** 2)))
  const sum = bell.reduce((total, each) => total + each, 0)
  return bell.map((each) => each / sum)
}
