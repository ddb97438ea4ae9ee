import {
  boxMean,
  dilateMask,
  erodeMask,
  type LabPlanes,
  labOfPicture,
  type Mask,
  maskShare,
  resizeMask,
  resizePicture,
} from '../../../image/index.ts'
import { type Border, bestBorder, gradientOf, opened } from './skyBorder.ts'
import { type SkyColours, skyColours } from './skyColours.ts'
import type { View } from './view.ts'

/** A part of a scene. */
export interface Part {
  /** Coverage, of the analysed picture's size. */
  readonly mask: Mask
  readonly score: number
}

/** The longer side at which the border between sky and land is looked for. */
const side = 480
/** Less likely is no sky. */
const leastLikely = 0.38

/**
 * The sky, of any colour: the smooth part below the upper border. For each strength of edge the first edge of every column
 * bounds it; the strength is taken at which both sides are most even in colour. Then it grows into what has its colours
 * there, between twigs and wires. Source of the border: Shen and Wang, "Sky region detection in a single image for
 * autonomous ground robot navigation". Undefined where there is none.
 */
export function skyOf(view: View): Part | undefined {
  return view.measured('sky', () => measureSky(view))
}

function measureSky(view: View): Part | undefined {
  const { seen } = view
  const factor = Math.min(1, side / Math.max(seen.width, seen.height))
  const [width, height] = [
    Math.max(8, Math.round(seen.width * factor)),
    Math.max(8, Math.round(seen.height * factor)),
  ]
  const small = resizePicture(seen, { width, height, filter: 'bilinear' })
  const lab = labOfPicture(small)
  const gradient = gradientOf(small)
  const found = bestBorder(small, gradient)
  if (!found) return undefined
  const border = opened(found, Math.max(2, Math.round(width / 120)))
  const model = skyColours(lab, border)
  const grown = grow(lab, border, model, gradient)
  const score = likelihood(lab, gradient, grown)
  if (score < leastLikely) return undefined
  const large = resizeMask(grown, { width: seen.width, height: seen.height, filter: 'bilinear' })
  return { mask: betweenTwigs(large, view.lab), score }
}

/** What has the sky's colour at its place and is joined to it, over twigs as wide as a few pixels. */
function grow(lab: LabPlanes, border: Border, model: SkyColours, gradient: Float32Array): Mask {
  const { width, height } = lab
  const rough = boxMean({ width, height, data: gradient }, 2)
  const like = new Uint8Array(width * height)
  // White before blue, and soft: clouds.
  const isBlue = model.mean[2] < -0.02
  const colour = new Float64Array(3)
  const deepest = Math.max(...border)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const i = y * width + x
      if (y < border[x]!) {
        like[i] = 255
        continue
      }
      if (y > deepest + 0.04 * height) continue
      model.at(x, y, colour)
      const off = Math.max(
        Math.abs(lab.lightness[i]! - colour[0]!) / model.deviation[0],
        Math.abs(lab.a[i]! - colour[1]!) / model.deviation[1],
        Math.abs(lab.b[i]! - colour[2]!) / model.deviation[2],
      )
      const isCloud =
        isBlue &&
        lab.lightness[i]! > Math.max(0.72, colour[0]! + 0.03) &&
        Math.hypot(lab.a[i]!, lab.b[i]!) < 0.06 &&
        rough.data[i]! < 22
      like[i] = (off < 2.2 && gradient[i]! < 60) || isCloud ? 255 : 0
    }
  const joined = new Uint8Array(width * height)
  const open: number[] = []
  for (let x = 0; x < width; x++) if (border[x]! > 0) open.push(x)
  for (const i of open) joined[i] = 255
  const reach = 3
  for (let i = open.pop(); i !== undefined; i = open.pop()) {
    const [x, y] = [i % width, Math.floor(i / width)]
    for (let v = Math.max(0, y - reach); v <= Math.min(height - 1, y + reach); v++)
      for (let u = Math.max(0, x - reach); u <= Math.min(width - 1, x + reach); u++) {
        const next = v * width + u
        if (joined[next] !== 0 || like[next] === 0) continue
        joined[next] = 255
        open.push(next)
      }
  }
  continueSmoothly(joined, { lab, gradient, deepest, model })
  // Rims of clouds are neither blue nor white.
  const reached = erodeMask(dilateMask({ width, height, data: joined }, reach), reach)
  return { width, height, data: joined.map((value, i) => Math.max(value, reached.data[i]!)) }
}

/** Steps of levels that a sky goes on over, and how far off in a and b it may be: clouds are lighter, not of another hue. */
const [softStep, nearHue] = [9, 0.045]

/**
 * The sky goes on into what no edge parts it from, above the lowest of its border: clouds that are lighter than what the
 * model knows, of nearly its hue. What is darker is as likely land; changes `sky`.
 */
function continueSmoothly(
  sky: Uint8Array,
  {
    lab,
    gradient,
    deepest,
    model,
  }: {
    readonly lab: LabPlanes
    readonly gradient: Float32Array
    readonly deepest: number
    readonly model: SkyColours
  },
): void {
  const { width } = lab
  const last = Math.min(sky.length, width * deepest)
  const colour = new Float64Array(3)
  const goesOn = (i: number): boolean => {
    if (sky[i] !== 0 || gradient[i]! >= softStep) return false
    model.at(i % width, Math.floor(i / width), colour)
    return (
      lab.lightness[i]! > colour[0]! - 2.2 * model.deviation[0] &&
      Math.hypot(lab.a[i]! - model.mean[1], lab.b[i]! - model.mean[2]) < nearHue
    )
  }
  const open: number[] = []
  for (let i = 0; i < last; i++) if (sky[i] === 255) open.push(i)
  for (let i = open.pop(); i !== undefined; i = open.pop()) {
    const x = i % width
    for (const next of [x > 0 ? i - 1 : i, x < width - 1 ? i + 1 : i, i - width, i + width])
      if (next >= 0 && next < last && goesOn(next)) {
        sky[next] = 255
        open.push(next)
      }
  }
}

/** The sky with what near it has nearly the colour that it has there: gaps between leaves and twigs. */
function betweenTwigs(sky: Mask, lab: LabPlanes): Mask {
  const { width, height } = sky
  const radius = Math.max(4, Math.round(0.018 * Math.max(width, height)))
  const near = (plane?: Float32Array): Float32Array => {
    const data = new Float32Array(sky.data.length)
    for (let i = 0; i < data.length; i++) if (sky.data[i]! >= 128) data[i] = plane ? plane[i]! : 1
    return boxMean({ width, height, data }, radius).data
  }
  const [share, light, a, b] = [near(), near(lab.lightness), near(lab.a), near(lab.b)]
  const data = sky.data.slice()
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!
    const covered = share[i]!
    if (covered < 0.02 || value >= 250) continue
    const away = Math.hypot(
      lab.lightness[i]! - light[i]! / covered,
      1.8 * (lab.a[i]! - a[i]! / covered),
      1.8 * (lab.b[i]! - b[i]! / covered),
    )
    data[i] = Math.max(value, Math.round(255 * Math.min(1, Math.max(0, 1.5 - away / 0.085))))
  }
  return { width, height, data }
}

/** How much lighter the lower third of a region is than its upper third. */
function rise({ width, height, lightness }: LabPlanes, sky: Mask): number {
  const rows = Array.from({ length: height }, (_, y) => {
    let [sum, count] = [0, 0]
    for (let x = 0; x < width; x++)
      if (sky.data[y * width + x]! >= 128) {
        sum += lightness[y * width + x]!
        count++
      }
    return { sum, count }
  }).filter(({ count }) => count > 0.05 * width)
  const third = Math.ceil(rows.length / 3)
  const mean = (part: readonly { readonly sum: number; readonly count: number }[]): number =>
    part.reduce((all, { sum }) => all + sum, 0) /
    Math.max(
      1,
      part.reduce((all, { count }) => all + count, 0),
    )
  return mean(rows.slice(-third)) - mean(rows.slice(0, third))
}

/** How much what was found is like a sky: by its colour, evenness, and where it lies. */
function likelihood(lab: LabPlanes, gradient: Float32Array, sky: Mask): number {
  const { width, height } = lab
  const share = maskShare(sky)
  if (share < 0.015) return 0
  let [l, a, b, rough, landRough, count] = [0, 0, 0, 0, 0, 1e-6]
  let [top, below, low] = [0, 0, 0]
  const lower = Math.floor(0.88 * height)
  for (let i = 0; i < sky.data.length; i++) {
    if (sky.data[i]! < 128) {
      landRough += gradient[i]!
      continue
    }
    count++
    l += lab.lightness[i]!
    a += lab.a[i]!
    b += lab.b[i]!
    rough += gradient[i]!
  }
  for (let x = 0; x < width; x++) {
    top += sky.data[width + x]! / 255
    below += sky.data[(height - 2) * width + x]! / 255
    low += sky.data[lower * width + x]! / 255
  }
  const land = Math.max(1, sky.data.length - count)
  const slope = rise(lab, sky)
  ;[l, a, b, rough, landRough] = [l / count, a / count, b / count, rough / count, landRough / land]
  const degrees = ((Math.atan2(b, a) * 180) / Math.PI + 360) % 360
  const chroma = Math.hypot(a, b)
  const isBlue = degrees > 195 && degrees < 300
  const isGreen = degrees > 100 && degrees <= 170 && chroma > 0.05
  const isWarm = chroma > 0.03 && (degrees <= 100 || degrees >= 300)
  // Skies grow lighter toward the horizon; walls have no order. Warm walls are otherwise like sunsets, grey ones like storms.
  const lit = Math.min(1, Math.max(0, slope / 0.08))
  const ofColour = isGreen
    ? 0.2
    : isBlue && chroma > 0.018
      ? 1
      : isWarm
        ? 0.35 + 0.55 * lit
        : l < 0.22
          ? 0.85
          : l > 0.8
            ? 0.85
            : 0.4 + 0.45 * Math.max(lit, isBlue ? 0.6 : 0)
  const even = Math.min(1, Math.max(0, (1.15 * landRough - rough) / (0.6 * landRough + 1)))
  const ofTop = Math.min(1, top / (0.35 * width))
  // A wall that is grey or white goes on down; of a white sky over snow the border is not known.
  const isNeutral = chroma <= 0.018 || (!isBlue && !isWarm)
  const ofBottom = below > 0.3 * width || (isNeutral && low > 0.3 * width) ? 0.35 : 1
  return ofColour * (0.35 + 0.65 * even) * (0.4 + 0.6 * ofTop) * ofBottom
}
