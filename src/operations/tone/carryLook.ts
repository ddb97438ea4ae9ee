import { boxMean, type Picture, type Plane, planeOf } from '../../image/index.ts'
import { spotsAlong } from './enlarge.ts'

/** Pixels of the small picture around each within which colours are taken to change in the same way. */
const radius = 3
/** The variance of levels, of 0 to 1, below which a neighbourhood tells little of how colours change. */
const doubt = 2e-4

/**
 * Brings a change of light and colour from a small picture to the large one that it was made of. Around each pixel the
 * change is a 3×3 matrix of the colours and an offset, fitted to the small pictures; where these are too even to tell
 * a matrix, it is a gain. The large picture keeps its own detail. After He and Sun, "Fast guided filter", 2015.
 */
export function carryLook(large: Picture, small: Picture, changed: Picture): Picture {
  const fit = fitChange(small, changed)
  const { width, height, data } = large
  const out = new Uint8Array(data.length)
  const [across, down] = [spotsAlong(small.width, width), spotsAlong(small.height, height)]
  const [w, below] = [small.width, small.height > 1 ? small.width : 0]
  const beside = w > 1 ? 12 : 0
  // The twelve numbers of a row side by side.
  const row = new Float32Array(12 * w)
  for (let y = 0; y < height; y++) {
    const start = down.at[y]! * w
    const share = down.share[y]!
    for (let k = 0; k < 12; k++) {
      const plane = fit[k]!.data
      for (let x = 0, at = k; x < w; x++, at += 12) {
        const above = plane[start + x]!
        row[at] = above + share * (plane[start + x + below]! - above)
      }
    }
    let i = 3 * y * width
    for (let x = 0; x < width; x++, i += 3) {
      const k = 12 * across.at[x]!
      const t = across.share[x]!
      const r = data[i]!
      const g = data[i + 1]!
      const b = data[i + 2]!
      const near = row[k]! * r + row[k + 1]! * g + row[k + 2]! * b + row[k + 3]!
      const near1 = row[k + 4]! * r + row[k + 5]! * g + row[k + 6]! * b + row[k + 7]!
      const near2 = row[k + 8]! * r + row[k + 9]! * g + row[k + 10]! * b + row[k + 11]!
      const j = k + beside
      const far = row[j]! * r + row[j + 1]! * g + row[j + 2]! * b + row[j + 3]!
      const far1 = row[j + 4]! * r + row[j + 5]! * g + row[j + 6]! * b + row[j + 7]!
      const far2 = row[j + 8]! * r + row[j + 9]! * g + row[j + 10]! * b + row[j + 11]!
      const red = near + t * (far - near)
      const green = near1 + t * (far1 - near1)
      const blue = near2 + t * (far2 - near2)
      out[i] = red <= 0 ? 0 : red >= 255 ? 255 : red + 0.5
      out[i + 1] = green <= 0 ? 0 : green >= 255 ? 255 : green + 0.5
      out[i + 2] = blue <= 0 ? 0 : blue >= 255 ? 255 : blue + 0.5
    }
  }
  return { width, height, data: out }
}

/** For each pixel three rows of a matrix, each with its offset in levels: twelve planes. */
function fitChange(small: Picture, changed: Picture): readonly Plane[] {
  const { width, height } = small
  const size = width * height
  const channel = ({ data }: Picture, c: number): Float32Array => {
    const out = new Float32Array(size)
    for (let i = 0; i < size; i++) out[i] = data[3 * i + c]! / 255
    return out
  }
  const own = [0, 1, 2].map((c) => channel(small, c))
  const wanted = [0, 1, 2].map((c) => channel(changed, c))
  const mean = (data: Float32Array): Float32Array => boxMean({ width, height, data }, radius).data
  const product = (a: Float32Array, b: Float32Array): Float32Array => {
    const out = new Float32Array(size)
    for (let i = 0; i < size; i++) out[i] = a[i]! * b[i]!
    return mean(out)
  }
  const [m0, m1, m2] = own.map(mean) as [Float32Array, Float32Array, Float32Array]
  const [x, y, z] = own as [Float32Array, Float32Array, Float32Array]
  const [xx, xy, xz] = [product(x, x), product(x, y), product(x, z)]
  const [yy, yz, zz] = [product(y, y), product(y, z), product(z, z)]
  const fit = Array.from({ length: 12 }, () => planeOf(width, height))
  wanted.forEach((target, c) => {
    const n = mean(target)
    const [tx, ty, tz] = [product(target, x), product(target, y), product(target, z)]
    const means = [m0, m1, m2]
    for (let i = 0; i < size; i++) {
      const [a, b, d] = [m0[i]!, m1[i]!, m2[i]!]
      // What the channel is multiplied by where nothing else is known.
      const gain = Math.min(1.6, (n[i]! + 0.01) / (means[c]![i]! + 0.01))
      const [s00, s01, s02] = [xx[i]! - a * a + doubt, xy[i]! - a * b, xz[i]! - a * d]
      const [s11, s12, s22] = [yy[i]! - b * b + doubt, yz[i]! - b * d, zz[i]! - d * d + doubt]
      const t0 = tx[i]! - n[i]! * a + (c === 0 ? doubt * gain : 0)
      const t1 = ty[i]! - n[i]! * b + (c === 1 ? doubt * gain : 0)
      const t2 = tz[i]! - n[i]! * d + (c === 2 ? doubt * gain : 0)
      // The inverse of a symmetric 3×3 matrix, by cofactors.
      const [c00, c01, c02] = [s11 * s22 - s12 * s12, s02 * s12 - s01 * s22, s01 * s12 - s02 * s11]
      const [c11, c12, c22] = [s00 * s22 - s02 * s02, s01 * s02 - s00 * s12, s00 * s11 - s01 * s01]
      const over = 1 / (s00 * c00 + s01 * c01 + s02 * c02)
      const g0 = (c00 * t0 + c01 * t1 + c02 * t2) * over
      const g1 = (c01 * t0 + c11 * t1 + c12 * t2) * over
      const g2 = (c02 * t0 + c12 * t1 + c22 * t2) * over
      fit[4 * c]!.data[i] = g0
      fit[4 * c + 1]!.data[i] = g1
      fit[4 * c + 2]!.data[i] = g2
      fit[4 * c + 3]!.data[i] = 255 * (n[i]! - g0 * a - g1 * b - g2 * d)
    }
  })
  return fit.map(({ data }) => ({ width, height, data: mean(data) }))
}
