import { labOfPicture } from './colour.ts'
import { mapOklab } from './colourMap.ts'
import { bilateral, boxMean, gradientOf, sharpen, soften } from './filter.ts'
import { cloudNoise, type NextRandom, normalNoise } from './filterNoise.ts'
import type { Picture } from './picture.ts'
import { fromChannels, mapPlane, type Plane, toChannels } from './plane.ts'

/**
 * Kuwahara's filter with eight overlapping sectors: each pixel takes the colours of the calmest sectors around it, which
 * gives strokes with sharp borders. Source: Papari, Petkov and Campisi, "Artistic edge and corner enhancing smoothing".
 */
export function kuwahara({ width, height, data }: Picture, radius: number): Picture {
  const { count, dx, dy, sectors, weights } = sectorTaps(radius)
  const out = new Uint8Array(data.length)
  // By sector: weight, sums of red, green, blue, and of their squares.
  const sums = new Float64Array(8 * 5)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      sums.fill(0)
      for (let k = 0; k < count; k++) {
        const u = x + dx[k]!
        const v = y + dy[k]!
        if (u < 0 || v < 0 || u >= width || v >= height) continue
        const at = 3 * (v * width + u)
        const s = sectors[k]!
        const weight = weights[k]!
        const r = data[at]!
        const g = data[at + 1]!
        const b = data[at + 2]!
        sums[s]! += weight
        sums[s + 1]! += weight * r
        sums[s + 2]! += weight * g
        sums[s + 3]! += weight * b
        sums[s + 4]! += weight * (r * r + g * g + b * b)
      }
      calmest(sums, out, 3 * (y * width + x))
    }
  return { width, height, data: out }
}

/** The offsets of a disc, each with where the sums of its sector begin; one between two sectors is there twice. */
function sectorTaps(radius: number) {
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
  return {
    count: taps.length,
    dx: Int32Array.from(taps, ([dx]) => dx),
    dy: Int32Array.from(taps, ([, dy]) => dy),
    sectors: Int32Array.from(taps, ([, , sector]) => 5 * sector),
    weights: Float64Array.from(taps, ([, , , weight]) => weight),
  }
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

/** Lightness with relief: a height field lit from the top left. `depth` in lightness a unit of slope. */
function relief(picture: Picture, heights: Plane, depth: number): Picture {
  const { width, height } = picture
  return mapOklab(picture, (lab, i) => {
    const [x, y] = [i % width, Math.floor(i / width)]
    const right = heights.data[i + (x + 1 < width ? 1 : 0)]!
    const below = heights.data[i + (y + 1 < height ? width : 0)]!
    lab[0]! += depth * (2 * heights.data[i]! - right - below)
  })
}

/** An oil painting: strokes by Kuwahara's filter at two sizes, richer colours, and the relief of thick paint. */
export function oilPainting(
  picture: Picture,
  { stroke, next }: { readonly stroke: number; readonly next: NextRandom },
): Picture {
  const painted = kuwahara(kuwahara(picture, stroke), Math.max(2, stroke >> 1))
  const rich = mapOklab(painted, (lab) => {
    lab[1]! *= 1.25
    lab[2]! *= 1.25
  })
  return relief(sharpen(rich, { sigma: 1.5, amount: 0.8 }), bristles(painted, next), 0.05)
}

/** Noise drawn out along the direction in which the picture changes least, as a brush leaves it. */
function bristles(picture: Picture, next: NextRandom): Plane {
  const { width, height } = picture
  const noise = normalNoise(width, height, next)
  const light = lightnessOf(picture)
  const at = (plane: Plane, x: number, y: number): number =>
    plane.data[Math.min(height - 1, Math.max(0, y)) * width + Math.min(width - 1, Math.max(0, x))]!
  // Structure tensor, smoothed, so that neighbouring strokes agree.
  const [xx, xy, yy] = [mapPlane(light, () => 0), mapPlane(light, () => 0), mapPlane(light, () => 0)]
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const dx = at(light, x + 1, y) - at(light, x - 1, y)
      const dy = at(light, x, y + 1) - at(light, x, y - 1)
      const i = y * width + x
      xx.data[i] = dx * dx
      xy.data[i] = dx * dy
      yy.data[i] = dy * dy
    }
  const [sxx, sxy, syy] = [soften(xx, 4), soften(xy, 4), soften(yy, 4)]
  return mapPlane(light, (_, i) => {
    const across = 0.5 * Math.atan2(2 * sxy.data[i]!, sxx.data[i]! - syy.data[i]!)
    const [ux, uy] = [-Math.sin(across), Math.cos(across)]
    const [x, y] = [i % width, Math.floor(i / width)]
    let sum = 0
    for (let step = -6; step <= 6; step++)
      sum += at(noise, Math.round(x + step * ux), Math.round(y + step * uy))
    return sum / 6
  })
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

/** The mean along a slanting line of so many pixels each way: strokes of a hand. */
function slanted({ width, height, data }: Plane, reach: number): Plane {
  const sums = new Float32Array(width * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let sum = 0
      for (let k = -reach; k <= reach; k++) {
        const [u, v] = [Math.min(width - 1, Math.max(0, x + k)), Math.min(height - 1, Math.max(0, y - k))]
        sum += data[v * width + u]!
      }
      sums[y * width + x] = sum / (2 * reach + 1)
    }
  return { width, height, data: sums }
}

/** Impression in soft pastel: colours smeared over short distances, chalk grain that leaves the paper seen. */
export function pastel(picture: Picture, { next }: { readonly next: NextRandom }): Picture {
  const { width, height } = picture
  const smooth = kuwahara(picture, 4)
  const grain = normalNoise(width, height, next)
  const tooth = boxMean(grain, 1)
  const strokes = slanted(grain, 6)
  return mapOklab(smooth, (lab, i) => {
    const chalk = Math.min(1, Math.max(0, 0.86 + 0.2 * tooth.data[i]! + 0.4 * strokes.data[i]!))
    const colour = 0.12 + 0.88 * lab[0]!
    // Rubbed paper: between strokes there is a paler colour, and no white.
    const paper = 0.93 + 0.5 * (colour - 0.93)
    lab[0] = paper + (colour - paper) * chalk
    lab[1]! *= 1.1 * chalk
    lab[2]! *= 1.1 * chalk
  })
}
