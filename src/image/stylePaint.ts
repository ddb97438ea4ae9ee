import { labOfPicture } from './colour.ts'
import { mapOklab } from './colourMap.ts'
import { bilateral, gradientOf, soften } from './filter.ts'
import { cloudNoise, type NextRandom } from './filterNoise.ts'
import type { Picture } from './picture.ts'
import { fromChannels, mapPlane, type Plane, toChannels } from './plane.ts'

/**
 * Kuwahara's filter with eight overlapping sectors: each pixel takes the colours of the calmest sectors around it, which
 * gives strokes with sharp borders. Source: Papari, Petkov and Campisi, "Artistic edge and corner enhancing smoothing".
 */
export function kuwahara({ width, height, data }: Picture, radius: number): Picture {
  const sectors = sectorTaps(radius)
  const out = new Uint8Array(data.length)
  const steps = sectors.map(({ dx, dy }) => dx.map((x, k) => 3 * (dy[k]! * width + x)))
  // By sector: weight, sums of red, green, blue, and of their squares.
  const sums = new Float64Array(8 * 5)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = 3 * (y * width + x)
      const isInner = x >= radius && y >= radius && x < width - radius && y < height - radius
      for (let s = 0; s < 8; s++) {
        const { dx, dy, weights } = sectors[s]!
        const step = steps[s]!
        let count = 0
        let red = 0
        let green = 0
        let blue = 0
        let squares = 0
        for (let k = 0; k < weights.length; k++) {
          if (!isInner) {
            const u = x + dx[k]!
            const v = y + dy[k]!
            if (u < 0 || v < 0 || u >= width || v >= height) continue
          }
          const from = at + step[k]!
          const weight = weights[k]!
          const r = data[from]!
          const g = data[from + 1]!
          const b = data[from + 2]!
          count += weight
          red += weight * r
          green += weight * g
          blue += weight * b
          squares += weight * (r * r + g * g + b * b)
        }
        sums[5 * s] = count
        sums[5 * s + 1] = red
        sums[5 * s + 2] = green
        sums[5 * s + 3] = blue
        sums[5 * s + 4] = squares
      }
      calmest(sums, out, at)
    }
  return { width, height, data: out }
}

/** The pixels of a sector of a disc by their offsets, each with its weight. */
interface Sector {
  readonly dx: Int32Array
  readonly dy: Int32Array
  readonly weights: Float64Array
}

/** The eight sectors of a disc, row by row; what lies between two is in both. */
function sectorTaps(radius: number): readonly Sector[] {
  const taps: [dx: number, dy: number, sector: number, weight: number][] = []
  for (let dy = -radius; dy <= radius; dy++)
    for (let dx = -radius; dx <= radius; dx++) {
      const distance = Math.hypot(dx, dy)
      if (distance > radius + 0.3) continue
      const weight = Math.exp((-1.5 * distance * distance) / (radius * radius))
      if (distance < 0.5) {
        for (let sector = 0; sector < 8; sector++) taps.push([dx, dy, sector, weight / 8])
        continue
      }
      const turn = ((Math.atan2(dy, dx) / (2 * Math.PI)) * 8 + 8) % 8
      const [sector, share] = [Math.floor(turn), turn - Math.floor(turn)]
      taps.push([dx, dy, sector, weight * (1 - share)])
      if (share > 0) taps.push([dx, dy, (sector + 1) % 8, weight * share])
    }
  return Array.from({ length: 8 }, (_, sector) => {
    const own = taps.filter((tap) => tap[2] === sector)
    return {
      dx: Int32Array.from(own, ([dx]) => dx),
      dy: Int32Array.from(own, ([, dy]) => dy),
      weights: Float64Array.from(own, ([, , , weight]) => weight),
    }
  })
}

/** The mean of the sectors' means, each weighed by its deviation to the power −8. */
function calmest(sums: Float64Array, out: Uint8Array, at: number): void {
  let [total, red, green, blue] = [0, 0, 0, 0]
  for (let s = 0; s < sums.length; s += 5) {
    const count = sums[s]!
    if (count === 0) continue
    const [r, g, b] = [sums[s + 1]! / count, sums[s + 2]! / count, sums[s + 3]! / count]
    const variance = Math.max(0, sums[s + 4]! / count - r * r - g * g - b * b)
    const weight = 1 / (1 + variance) ** 4
    total += weight
    red += weight * r
    green += weight * g
    blue += weight * b
  }
  out[at] = Math.round(red / total)
  out[at + 1] = Math.round(green / total)
  out[at + 2] = Math.round(blue / total)
}

/** Lightness of every pixel in OKLab. */
function lightnessOf(picture: Picture): Plane {
  const { width, height, lightness } = labOfPicture(picture)
  return { width, height, data: lightness }
}

/**
 * A watercolour: flat washes, pigment that gathers at the borders of shapes and flows unevenly, pale colours over the
 * grain of the paper.
 */
export function watercolour(picture: Picture, { next }: { readonly next: NextRandom }): Picture {
  const { width, height } = picture
  const wash = kuwahara(bilateral(bilateral(picture, { space: 4, levels: 26 }), { space: 4, levels: 22 }), 4)
  const edges = soften(gradientOf(lightnessOf(wash)), 0.8)
  const flow = cloudNoise(width, height, { scale: width / 6, octaves: 4, next })
  const paper = cloudNoise(width, height, { scale: 4, octaves: 2, next })
  const washed = mapOklab(wash, (lab, i) => {
    const pigment = 1.15 * (1 + 0.9 * (flow.data[i]! - 0.5)) + 2.2 * Math.min(0.25, edges.data[i]!)
    const grain = 1 + 0.25 * (paper.data[i]! - 0.5)
    // Paint takes light away from white paper: more pigment, darker and more colourful.
    const lift = 0.18 * (1 - lab[0]!)
    lab[0] = 0.985 - (0.985 - Math.min(0.985, lab[0]! + lift)) * pigment * grain
    lab[1]! *= 1.25 * Math.min(1.3, pigment)
    lab[2]! *= 1.25 * Math.min(1.3, pigment)
  })
  return onPaper(washed, next)
}

/** A ragged white margin, where the brush left the paper free. */
function onPaper(picture: Picture, next: NextRandom): Picture {
  const { width, height } = picture
  const ragged = cloudNoise(width, height, { scale: Math.min(width, height) / 8, octaves: 4, next })
  const reach = 0.07 * Math.min(width, height)
  const paper = [0.985, 0.98, 0.965] as const
  const channels = toChannels(picture).map((channel, c) =>
    mapPlane(channel, (value, i) => {
      const [x, y] = [i % width, Math.floor(i / width)]
      const border = Math.min(x, y, width - 1 - x, height - 1 - y) / reach
      const painted = Math.min(1, Math.max(0, (border - 1.6 * (ragged.data[i]! - 0.25)) * 4))
      return paper[c]! + (value - paper[c]!) * painted
    }),
  )
  return fromChannels([channels[0]!, channels[1]!, channels[2]!])
}
