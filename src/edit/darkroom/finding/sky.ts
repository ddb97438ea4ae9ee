import {
  boxMean,
  dilateMask,
  erodeMask,
  type LabPlanes,
  labOfPicture,
  type Mask,
  maskShare,
  type Picture,
  resizeMask,
  resizePicture,
} from '../../../image/index.ts'
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

/** The largest step of a channel over a pixel's neighbours, in levels. */
function gradientOf({ width, height, data }: Picture): Float32Array {
  const out = new Float32Array(width * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [left, right] = [Math.max(0, x - 1), Math.min(width - 1, x + 1)]
      const [above, below] = [Math.max(0, y - 1), Math.min(height - 1, y + 1)]
      let most = 0
      for (let c = 0; c < 3; c++) {
        const dx = data[3 * (y * width + right) + c]! - data[3 * (y * width + left) + c]!
        const dy = data[3 * (below * width + x) + c]! - data[3 * (above * width + x) + c]!
        most = Math.max(most, Math.hypot(dx, dy))
      }
      out[y * width + x] = most
    }
  return out
}

/** How many rows of each column are sky. */
type Border = Int32Array

function bestBorder(picture: Picture, gradient: Float32Array): Border | undefined {
  let best: { border: Border; energy: number } | undefined
  for (let level = 6; level < 120; level *= 1.12) {
    const border = borderAt(picture, gradient, level)
    const energy = evenness(picture, border)
    if (energy !== undefined && (!best || energy > best.energy)) best = { border, energy }
  }
  return best?.border
}

function borderAt({ width, height }: Picture, gradient: Float32Array, level: number): Border {
  const border = new Int32Array(width)
  for (let x = 0; x < width; x++) {
    let y = 1
    while (y < height && gradient[y * width + x]! < level) y++
    border[x] = y === 1 ? 0 : y
  }
  return border
}

/** Without the columns that slip through a gap in the land's edge: the highest of a window, then the lowest of those. */
function opened(border: Border, reach: number): Border {
  const over = (from: Border, choose: (...values: number[]) => number): Border =>
    from.map((_, x) => choose(...from.subarray(Math.max(0, x - reach), x + reach + 1)))
  return over(
    over(border, (...values) => Math.min(...values)),
    (...values) => Math.max(...values),
  )
}

/** The more even the colours of both sides, the larger; undefined where a side is (nearly) empty. */
function evenness({ width, height, data }: Picture, border: Border): number | undefined {
  const sums = [new Float64Array(10), new Float64Array(10)]
  for (let x = 0; x < width; x++)
    for (let y = 0; y < height; y++) {
      const s = sums[y < border[x]! ? 0 : 1]!
      const at = 3 * (y * width + x)
      const [r, g, b] = [data[at]!, data[at + 1]!, data[at + 2]!]
      s[0]!++
      s[1]! += r
      s[2]! += g
      s[3]! += b
      s[4]! += r * r
      s[5]! += r * g
      s[6]! += r * b
      s[7]! += g * g
      s[8]! += g * b
      s[9]! += b * b
    }
  const [sky, land] = sums as [Float64Array, Float64Array]
  const all = width * height
  if (sky[0]! < 0.015 * all || land[0]! < 0.02 * all) return undefined
  const [one, other] = [spread(sky), spread(land)]
  return 1 / (2 * one.determinant + other.determinant + 2 * one.largest + other.largest)
}

/** Determinant and largest eigenvalue of a covariance of colours. */
function spread(s: Float64Array): { determinant: number; largest: number } {
  const n = s[0]!
  const [r, g, b] = [s[1]! / n, s[2]! / n, s[3]! / n]
  const [rr, rg, rb] = [s[4]! / n - r * r, s[5]! / n - r * g, s[6]! / n - r * b]
  const [gg, gb, bb] = [s[7]! / n - g * g, s[8]! / n - g * b, s[9]! / n - b * b]
  const determinant = rr * (gg * bb - gb * gb) - rg * (rg * bb - gb * rb) + rb * (rg * gb - gg * rb)
  let v = [1, 1, 1]
  let largest = 0
  for (let i = 0; i < 12; i++) {
    const [x, y, z] = v as [number, number, number]
    const next = [rr * x + rg * y + rb * z, rg * x + gg * y + gb * z, rb * x + gb * y + bb * z]
    largest = Math.hypot(...next)
    if (largest < 1e-9) break
    v = next.map((each) => each / largest)
  }
  return { determinant: Math.abs(determinant), largest }
}

/** The sky's colour as a function of the place: for each of lightness, a and b a polynomial, and how far pixels differ. */
interface Colours {
  at(x: number, y: number, out: Float64Array): void
  readonly deviation: readonly [number, number, number]
  readonly mean: readonly [number, number, number]
}

/** Least squares over the sky's pixels: 1, x, y, y², where the rows reach far enough. */
function skyColours(lab: LabPlanes, border: Border): Colours {
  const { width, height } = lab
  const deepest = Math.max(...border)
  const terms = (x: number, y: number): [number, number, number, number] => {
    const [u, v] = [x / width - 0.5, Math.min(y, deepest) / height - 0.5]
    return [1, u, v, v * v]
  }
  const planes = [lab.lightness, lab.a, lab.b]
  let weights: Float32Array | undefined
  let solutions: number[][] = []
  let deviation: [number, number, number] = [1, 1, 1]
  for (let round = 0; round < 3; round++) {
    const normal = new Float64Array(16)
    const right = planes.map(() => new Float64Array(4))
    for (let x = 0; x < width; x++)
      for (let y = 0; y < border[x]!; y++) {
        const i = y * width + x
        const w = weights ? weights[i]! : 1
        if (w === 0) continue
        const t = terms(x, y)
        for (let j = 0; j < 4; j++) {
          for (let k = 0; k < 4; k++) normal[4 * j + k]! += w * t[j]! * t[k]!
          for (let c = 0; c < 3; c++) right[c]![j]! += w * t[j]! * planes[c]![i]!
        }
      }
    for (let j = 0; j < 4; j++) normal[5 * j]! += 1e-3
    solutions = right.map((each) => solve4(normal, each))
    const squares = [0, 0, 0]
    let count = 1e-6
    const next = new Float32Array(width * height)
    for (let x = 0; x < width; x++)
      for (let y = 0; y < border[x]!; y++) {
        const i = y * width + x
        const t = terms(x, y)
        const off = solutions.map(
          (s, c) => planes[c]![i]! - (s[0]! + s[1]! * t[1] + s[2]! * t[2] + s[3]! * t[3]),
        )
        const far = Math.max(...off.map((each, c) => Math.abs(each) / deviation[c]!))
        next[i] = round === 0 || far < 3 ? 1 : 0
        if (next[i] === 0) continue
        count++
        for (let c = 0; c < 3; c++) squares[c]! += off[c]! ** 2
      }
    weights = next
    deviation = squares.map((each, c) =>
      Math.max(c === 0 ? 0.02 : 0.008, Math.sqrt(each / count)),
    ) as typeof deviation
  }
  return {
    deviation,
    mean: [0, 1, 2].map((c) => solutions[c]![0]!) as unknown as Colours['mean'],
    at(x, y, out) {
      const t = terms(x, y)
      for (let c = 0; c < 3; c++) {
        const s = solutions[c]!
        out[c] = s[0]! + s[1]! * t[1] + s[2]! * t[2] + s[3]! * t[3]
      }
    },
  }
}

/** Gauss's elimination with pivots. */
function solve4(matrix: Float64Array, right: Float64Array): number[] {
  const rows = [0, 1, 2, 3].map((j) => [...matrix.subarray(4 * j, 4 * j + 4), right[j]!])
  for (let j = 0; j < 4; j++) {
    const pivot = rows.slice(j).reduce((best, row) => (Math.abs(row[j]!) > Math.abs(best[j]!) ? row : best))
    rows.splice(rows.indexOf(pivot), 1)
    rows.splice(j, 0, pivot)
    for (let k = 0; k < 4; k++) {
      if (k === j) continue
      const factor = rows[k]![j]! / pivot[j]!
      for (let m = j; m < 5; m++) rows[k]![m]! -= factor * pivot[m]!
    }
  }
  return rows.map((row, j) => row[4]! / row[j]!)
}

/** What has the sky's colour at its place and is joined to it, over twigs as wide as a few pixels. */
function grow(lab: LabPlanes, border: Border, model: Colours, gradient: Float32Array): Mask {
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
  // Rims of clouds are neither blue nor white.
  const reached = erodeMask(dilateMask({ width, height, data: joined }, reach), reach)
  return { width, height, data: joined.map((value, i) => Math.max(value, reached.data[i]!)) }
}

/** The sky with what near it has nearly the colour that it has there: gaps between leaves and twigs. */
function betweenTwigs(sky: Mask, lab: LabPlanes): Mask {
  const { width, height } = sky
  const radius = Math.max(4, Math.round(0.018 * Math.max(width, height)))
  const near = (plane?: Float32Array): Float32Array => {
    const data = Float32Array.from(sky.data, (value, i) => (value >= 128 ? (plane ? plane[i]! : 1) : 0))
    return boxMean({ width, height, data }, radius).data
  }
  const [share, light, a, b] = [near(), near(lab.lightness), near(lab.a), near(lab.b)]
  const data = sky.data.map((value, i) => {
    const covered = share[i]!
    if (covered < 0.02 || value >= 250) return value
    const away = Math.hypot(
      lab.lightness[i]! - light[i]! / covered,
      1.8 * (lab.a[i]! - a[i]! / covered),
      1.8 * (lab.b[i]! - b[i]! / covered),
    )
    return Math.max(value, Math.round(255 * Math.min(1, Math.max(0, 1.5 - away / 0.085))))
  })
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
  let [top, below] = [0, 0]
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
  const ofBottom = below > 0.3 * width ? 0.35 : 1
  return ofColour * (0.35 + 0.65 * even) * (0.4 + 0.6 * ofTop) * ofBottom
}
