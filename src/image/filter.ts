import { blurPlane, boxBlurPlane } from './blur.ts'
import { linearOfLevel } from './colour.ts'
import { encodeSrgb } from './colourMap.ts'
import type { Picture } from './picture.ts'
import { fromChannels, mapPlane, type Plane, sameSize, toChannels } from './plane.ts'

/** The plane blurred by a Gaussian of this deviation in pixels. */
export function soften({ width, height, data }: Plane, sigma: number): Plane {
  return { width, height, data: blurPlane(data, width, height, sigma) }
}

/** A blur as a lens makes it: in linear light, so that lights stay bright. */
export function defocus(picture: Picture, sigma: number): Picture {
  if (sigma <= 0) return picture
  const { width, height, data } = picture
  const [red, green, blue] = [0, 1, 2].map((c) => {
    const linear = new Float32Array(width * height)
    for (let i = 0; i < linear.length; i++) linear[i] = linearOfLevel[data[3 * i + c]!]!
    return mapPlane(soften({ width, height, data: linear }, sigma), encodeSrgb)
  })
  return fromChannels([red!, green!, blue!])
}

/** Unsharp masking: what a Gaussian of this deviation takes away, added `amount` times. */
export function sharpen(
  picture: Picture,
  { sigma, amount }: { readonly sigma: number; readonly amount: number },
): Picture {
  const [red, green, blue] = toChannels(picture).map((channel) => {
    const soft = soften(channel, sigma)
    return mapPlane(channel, (value, i) => value + amount * (value - soft.data[i]!))
  })
  return fromChannels([red!, green!, blue!])
}

/** The mean over the square of this radius. */
export function boxMean({ width, height, data }: Plane, radius: number): Plane {
  return { width, height, data: boxBlurPlane(data, width, height, radius) }
}

/**
 * The plane smoothed where the guide is smooth, with edges where the guide has them. `epsilon` is the variance of the
 * guide from which on something counts as an edge. Source: He, Sun and Tang, "Guided image filtering".
 */
export function guidedFilter(
  plane: Plane,
  { guide, radius, epsilon }: { readonly guide: Plane; readonly radius: number; readonly epsilon: number },
): Plane {
  sameSize('guidedFilter', plane, guide)
  const times = (a: Plane, b: Plane): Plane => mapPlane(a, (value, i) => value * b.data[i]!)
  const [meanP, meanG] = [boxMean(plane, radius), boxMean(guide, radius)]
  const [meanGP, meanGG] = [boxMean(times(guide, plane), radius), boxMean(times(guide, guide), radius)]
  const slope = mapPlane(meanGP, (value, i) => {
    const variance = meanGG.data[i]! - meanG.data[i]! ** 2
    return (value - meanG.data[i]! * meanP.data[i]!) / (variance + epsilon)
  })
  const offset = mapPlane(meanP, (value, i) => value - slope.data[i]! * meanG.data[i]!)
  const [a, b] = [boxMean(slope, radius), boxMean(offset, radius)]
  return mapPlane(guide, (value, i) => a.data[i]! * value + b.data[i]!)
}

/**
 * Bilateral filter: near pixels of near colour are averaged, so that areas go smooth and edges stay. Deviations in
 * pixels and in levels of 0 to 255. Source: Tomasi and Manduchi, "Bilateral filtering for gray and color images".
 */
export function bilateral(
  { width, height, data }: Picture,
  { space, levels }: { readonly space: number; readonly levels: number },
): Picture {
  const radius = Math.max(1, Math.ceil(1.5 * space))
  const near = Float64Array.from({ length: radius + 1 }, (_, d) => Math.exp(-(d * d) / (2 * space * space)))
  // By squared distance of colours, in steps of 16; from three deviations on it is no neighbour at all.
  const most = Math.ceil((9 * levels * levels) / 16)
  const alike = Float64Array.from({ length: (3 * 255 * 255) / 16 + 1 }, (_, d) =>
    d < most ? Math.exp((-16 * d) / (2 * levels * levels)) : 0,
  )
  const out = new Uint8Array(data.length)
  for (let y = 0; y < height; y++) {
    const top = Math.max(0, y - radius)
    const bottom = Math.min(height - 1, y + radius)
    for (let x = 0; x < width; x++) {
      const at = 3 * (y * width + x)
      const r = data[at]!
      const g = data[at + 1]!
      const b = data[at + 2]!
      let sum = 0
      let red = 0
      let green = 0
      let blue = 0
      const left = Math.max(0, x - radius)
      const right = Math.min(width - 1, x + radius)
      for (let v = top; v <= bottom; v++) {
        const down = near[v < y ? y - v : v - y]!
        for (let u = left, other = 3 * (v * width + left); u <= right; u++, other += 3) {
          const ru = data[other]!
          const gu = data[other + 1]!
          const bu = data[other + 2]!
          const dr = ru - r
          const dg = gu - g
          const db = bu - b
          const weight = alike[(dr * dr + dg * dg + db * db) >> 4]! * down * near[u < x ? x - u : u - x]!
          sum += weight
          red += weight * ru
          green += weight * gu
          blue += weight * bu
        }
      }
      out[at] = Math.round(red / sum)
      out[at + 1] = Math.round(green / sum)
      out[at + 2] = Math.round(blue / sum)
    }
  }
  return { width, height, data: out }
}

/** How steep the plane is at each pixel: the length of Sobel's gradient, 1 for a step from 0 to 1 seen head on. */
export function gradientOf({ width, height, data }: Plane): Plane {
  const out = new Float32Array(data.length)
  const at = (x: number, y: number): number =>
    data[Math.min(height - 1, Math.max(0, y)) * width + Math.min(width - 1, Math.max(0, x))]!
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const right = at(x + 1, y - 1) + 2 * at(x + 1, y) + at(x + 1, y + 1)
      const left = at(x - 1, y - 1) + 2 * at(x - 1, y) + at(x - 1, y + 1)
      const below = at(x - 1, y + 1) + 2 * at(x, y + 1) + at(x + 1, y + 1)
      const above = at(x - 1, y - 1) + 2 * at(x, y - 1) + at(x + 1, y - 1)
      out[y * width + x] = Math.hypot(right - left, below - above) / 4
    }
  return { width, height, data: out }
}
