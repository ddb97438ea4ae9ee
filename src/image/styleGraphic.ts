import { labOfPicture, rgbOfLab } from './colour.ts'
import { greyOf, mapOklab } from './colourMap.ts'
import { bilateral } from './filter.ts'
import type { NextRandom } from './filterNoise.ts'
import type { Picture } from './picture.ts'
import { type Plane, toLevel } from './plane.ts'
import { resizePicture } from './resize.ts'
import { inkLines } from './styleLine.ts'

/** Colours in OKLab, three numbers each. */
export type Palette = Float64Array

/** The colours that stand for a picture best: k-means in OKLab, begun with far colours (k-means++). */
export function paletteOf(
  picture: Picture,
  { count, next }: { readonly count: number; readonly next: NextRandom },
): Palette {
  const lab = oklabOf(
    resizePicture(picture, {
      width: Math.min(96, picture.width),
      height: Math.min(96, picture.height),
      filter: 'bilinear',
    }),
  )
  const pixels = lab.length / 3
  const palette = new Float64Array(3 * count)
  const nearest = new Float64Array(pixels).fill(Infinity)
  for (let k = 0; k < count; k++) {
    const chosen = k === 0 ? Math.floor(next() * pixels) : byShare(nearest, next())
    palette.set(lab.subarray(3 * chosen, 3 * chosen + 3), 3 * k)
    for (let i = 0; i < pixels; i++) nearest[i] = Math.min(nearest[i]!, distance(lab, 3 * i, palette, 3 * k))
  }
  for (let round = 0; round < 8; round++) moveToMeans(palette, lab)
  return palette
}

/** The index at which the running sum reaches a share of the whole. */
function byShare(weights: Float64Array, share: number): number {
  let left = share * weights.reduce((sum, weight) => sum + weight, 0)
  for (let i = 0; i < weights.length; i++) {
    left -= weights[i]!
    if (left < 0) return i
  }
  return weights.length - 1
}

/** Lightness, a and b of every pixel, three numbers a pixel. */
function oklabOf(picture: Picture): Float32Array {
  const { lightness, a, b } = labOfPicture(picture)
  const out = new Float32Array(3 * lightness.length)
  for (let i = 0; i < lightness.length; i++) {
    out[3 * i] = lightness[i]!
    out[3 * i + 1] = a[i]!
    out[3 * i + 2] = b[i]!
  }
  return out
}

function distance(a: Float32Array | Float64Array, i: number, b: Float64Array, k: number): number {
  return (a[i]! - b[k]!) ** 2 + (a[i + 1]! - b[k + 1]!) ** 2 + (a[i + 2]! - b[k + 2]!) ** 2
}

function nearestOf(lab: Float32Array | Float64Array, i: number, palette: Palette): number {
  let [best, least] = [0, Infinity]
  for (let k = 0; k < palette.length; k += 3) {
    const d = distance(lab, i, palette, k)
    if (d < least) [best, least] = [k, d]
  }
  return best
}

function moveToMeans(palette: Palette, lab: Float32Array): void {
  const [sums, counts] = [new Float64Array(palette.length), new Float64Array(palette.length / 3)]
  for (let i = 0; i < lab.length; i += 3) {
    const k = nearestOf(lab, i, palette)
    counts[k / 3]!++
    for (let c = 0; c < 3; c++) sums[k + c]! += lab[i + c]!
  }
  counts.forEach((count, k) => {
    if (count > 0) for (let c = 0; c < 3; c++) palette[3 * k + c] = sums[3 * k + c]! / count
  })
}

/** Every pixel as the nearest colour of the palette; `dither` spreads the error by a 4×4 pattern, as old consoles did. */
export function toPalette(
  picture: Picture,
  palette: Palette,
  { dither = 0 }: { readonly dither?: number } = {},
): Picture {
  const { width, height } = picture
  const lab = oklabOf(picture)
  const levels = levelsOf(palette)
  const data = new Uint8Array(3 * width * height)
  for (let i = 0; i < width * height; i++) {
    lab[3 * i]! += dither * (bayer[(Math.floor(i / width) % 4) * 4 + ((i % width) % 4)]! / 16 - 0.47)
    const k = nearestOf(lab, 3 * i, palette)
    data.set(levels.subarray(k, k + 3), 3 * i)
  }
  return { width, height, data }
}

const bayer = [0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5]

function levelsOf(palette: Palette): Uint8Array {
  const levels = new Uint8Array(palette.length)
  for (let k = 0; k < palette.length; k += 3) {
    levels.set(rgbOfLab([palette[k]!, palette[k + 1]!, palette[k + 2]!]), k)
  }
  return levels
}

/** Pixel art: `across` blocks over the longer side, of a limited palette, with hard borders. */
export function pixelArt(
  picture: Picture,
  { across, colours, next }: { readonly across: number; readonly colours: number; readonly next: NextRandom },
): Picture {
  const { width, height } = picture
  const scale = across / Math.max(width, height)
  const size = {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  }
  const vivid = mapOklab(picture, (lab) => {
    lab[1]! *= 1.2
    lab[2]! *= 1.2
  })
  const small = resizePicture(vivid, { ...size, filter: 'bilinear' })
  const drawn = toPalette(small, paletteOf(small, { count: colours, next }), { dither: 0.05 })
  return resizePicture(drawn, { width, height, filter: 'nearest' })
}

/** A cartoon: calm areas of few tones, bright colours, black outlines. */
export function cartoon(picture: Picture, { tones }: { readonly tones: number }): Picture {
  let calm = picture
  for (let round = 0; round < 3; round++) calm = bilateral(calm, { space: 4, levels: 24 })
  const lines = inkLines(greyOf(bilateral(picture, { space: 2, levels: 20 })), {
    sigma: 1,
    emphasis: 18,
    threshold: 0.42,
    softness: 0.18,
  })
  return mapOklab(calm, (lab, i) => {
    // Steps of lightness with soft borders, else they flicker in skies.
    const steps = lab[0]! * tones
    const soft = Math.tanh((steps - Math.floor(steps) - 0.5) * 5) / 2 + 0.5
    lab[0] = ((Math.floor(steps) + soft) / tones) * (0.12 + 0.88 * lines.data[i]!)
    const chroma = 1.45 * (0.3 + 0.7 * lines.data[i]!)
    lab[1]! *= chroma
    lab[2]! *= chroma
  })
}

/** Where a pixel lies within the dot that covers it on a turned grid: distance from its middle, in periods. */
function dotDistance(i: number, width: number, period: number, angle: number): number {
  const [x, y] = [(i % width) / period, Math.floor(i / width) / period]
  const [u, v] = [x * Math.cos(angle) - y * Math.sin(angle), x * Math.sin(angle) + y * Math.cos(angle)]
  return Math.hypot(u - Math.floor(u) - 0.5, v - Math.floor(v) - 0.5)
}

/** How much ink a dot puts at this distance so that it covers a share of its cell; the border is a pixel soft. */
function dotInk(distance: number, share: number, period: number): number {
  const radius = Math.sqrt(share / Math.PI) * (1 + 0.25 * share)
  return Math.min(1, Math.max(0, (radius - distance) * period + 0.5)) * (share < 0.02 ? 0 : 1)
}

/** Halftone print in cyan, magenta, yellow and black dots, each on a grid with a different angle. `period` in pixels. */
export function halftone(picture: Picture, { period }: { readonly period: number }): Picture {
  const { width, height, data } = picture
  const angles = [15, 75, 0, 45].map((degrees) => (degrees / 180) * Math.PI)
  const out = new Uint8Array(data.length)
  const inks = new Float64Array(4)
  for (let i = 0; i < width * height; i++) {
    const [r, g, b] = [0, 1, 2].map((c) => (data[3 * i + c]! / 255) ** 1.1)
    const black = 0.85 * (1 - Math.max(r!, g!, b!))
    inks.set([1 - r! - black, 1 - g! - black, 1 - b! - black, black])
    for (let k = 0; k < 4; k++)
      inks[k] = dotInk(dotDistance(i, width, period, angles[k]!), Math.max(0, inks[k]!), period)
    for (let c = 0; c < 3; c++) out[3 * i + c] = toLevel(0.985 * (1 - 0.92 * inks[c]!) * (1 - 0.9 * inks[3]!))
  }
  return { width, height, data: out }
}

/** Dots of a grey plane in black on white, as newspapers print photographs. */
export function newsprint(picture: Picture, { period }: { readonly period: number }): Picture {
  const { width, height } = picture
  const grey = greyOf(picture)
  const data = new Uint8Array(3 * width * height)
  for (let i = 0; i < width * height; i++) {
    const ink = dotInk(dotDistance(i, width, period, Math.PI / 4), 1 - grey.data[i]!, period)
    const paper = [0.93, 0.91, 0.86]
    for (let c = 0; c < 3; c++) data[3 * i + c] = toLevel(paper[c]! * (1 - 0.88 * ink))
  }
  return { width, height, data }
}

/** Pop art: four loud colours by lightness, dots in the middle tones, black lines. Colours as levels, dark to bright. */
export function popArt(
  picture: Picture,
  {
    colours,
    period,
  }: { readonly colours: readonly (readonly [number, number, number])[]; readonly period: number },
): Picture {
  const { width, height } = picture
  const grey = equalised(greyOf(bilateral(picture, { space: 4, levels: 30 })))
  const lines = inkLines(greyOf(picture), { sigma: 1.1, emphasis: 16, threshold: 0.38, softness: 0.15 })
  const data = new Uint8Array(3 * width * height)
  for (let i = 0; i < width * height; i++) {
    const tone = grey.data[i]! * colours.length
    const index = Math.min(colours.length - 1, Math.floor(tone))
    const dotted = tone - index > 0.45 && index + 1 < colours.length
    const ink = dotted ? dotInk(dotDistance(i, width, period, 0.5), 0.7 * (tone - index), period) : 0
    for (let c = 0; c < 3; c++) {
      const [own, other] = [colours[index]![c]!, colours[Math.min(index + 1, colours.length - 1)]![c]!]
      data[3 * i + c] = Math.round((own + (other - own) * ink) * (0.08 + 0.92 * lines.data[i]!))
    }
  }
  return { width, height, data }
}

/** The plane with every tone as frequent as every other, halfway. */
function equalised(plane: Plane): Plane {
  const order = Float32Array.from(plane.data).sort()
  const table = Float32Array.from(
    { length: 256 },
    (_, level) => order[Math.floor((level / 255) * (order.length - 1))]!,
  )
  const share = (value: number): number => {
    let [low, high] = [0, 255]
    while (low < high) {
      const middle = (low + high) >> 1
      if (table[middle]! < value) low = middle + 1
      else high = middle
    }
    return low / 255
  }
  return { ...plane, data: plane.data.map((value) => Math.min(0.9999, 0.3 * value + 0.7 * share(value))) }
}

/** A poster of flat colours: the palette of the picture over calm areas. */
export function poster(
  picture: Picture,
  { colours, next }: { readonly colours: number; readonly next: NextRandom },
): Picture {
  let calm = picture
  for (let round = 0; round < 2; round++) calm = bilateral(calm, { space: 4, levels: 28 })
  const vivid = mapOklab(calm, (lab) => {
    lab[1]! *= 1.3
    lab[2]! *= 1.3
  })
  return toPalette(vivid, paletteOf(vivid, { count: colours, next }))
}
