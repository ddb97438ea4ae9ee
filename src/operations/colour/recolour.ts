import {
  blurPlane,
  type Lab,
  labOfLinear,
  labOfPicture,
  labOfRgb,
  linearOfLevel,
  type Mask,
  maskBox,
  type Picture,
} from '../../image/index.ts'
import { Rejection } from '../../tools/index.ts'
import type { Edited } from '../edited.ts'
import { edgeColours } from '../placing/cut.ts'
import { smoothstep } from '../ramp.ts'
import { sampled, shrinkFactor, shrinkMask, shrinkPicture } from '../shrink.ts'
import { type Cube, colourCube, entriesFor, lookUp, mixedLevel, withinGamut } from './cube.ts'
import { exchangedLevel } from './exchange.ts'
import { type Paint, paintOf, wholePaint } from './paint.ts'

/** Colours are analysed on so many pixels. */
const mostAnalysed = 300_000

/** The lightness that a thing can have on average and still show its form: paint is neither black nor white. */
const [darkest, lightest] = [0.2, 0.89]

/** How something is recoloured. */
export interface RecolourOptions {
  readonly to: Lab
  /** Which of its colours is meant. Default: its main one, or all where none prevails. */
  readonly from?: Lab | undefined
  /** Whether all that the mask covers is meant, as of a sky, which goes from blue to white. Default: false. */
  readonly whole?: boolean | undefined
}

/**
 * A thing in another colour. Its mean becomes `to` (in OKLab, within what paint can have), while shading, texture and
 * highlights stay; of a thing with one main colour what has another stays too. `from` says which of its colours is
 * meant. Soft edges are recoloured by the thing's own colours there, so that none of the old ones remain.
 * The region is how much of each pixel was recoloured.
 * @throws Rejection `empty` where the mask covers nothing
 */
export function recolour(
  picture: Picture,
  mask: Mask,
  { to, from, whole = false }: RecolourOptions,
): Edited & { readonly region: Mask } {
  if (maskBox(mask, 1) === undefined) throw new Rejection('empty')
  const factor = shrinkFactor(picture, mostAnalysed)
  const [small, smallMask] = [shrinkPicture(picture, factor), shrinkMask(mask, factor)]
  const paint = whole ? wholePaint(small, smallMask) : paintOf(small, smallMask, from)
  const map = calibrated(small, smallMask, paint, { to: withinPaint(to), whole })
  const own = edgeColours(picture, mask)
  const cube = colourCube(entriesFor(own, mask), (lab) => ({ lab: map(lab), share: paint.membership(lab) }))
  return painted(picture, mask, { own, cube, around: sharesAround(small, smallMask, paint), factor })
}

/** The colour of `#rrggbb`. */
export function labOfHex(hex: string): Lab {
  const level = (at: number): number => Number.parseInt(hex.slice(at, at + 2), 16)
  return labOfRgb([level(1), level(3), level(5)])
}

/** How far apart the mean colour of a recoloured region and a colour are, in OKLab; each pixel counts by its coverage. */
export function recolourError(after: Picture, region: Mask, to: Lab): number {
  const sum: [number, number, number] = [0, 0, 0]
  let weight = 0
  for (let i = 0; i < region.data.length; i++) {
    const share = region.data[i]!
    if (share === 0) continue
    const lab = labOfLinear(
      linearOfLevel[after.data[3 * i]!]!,
      linearOfLevel[after.data[3 * i + 1]!]!,
      linearOfLevel[after.data[3 * i + 2]!]!,
    )
    for (let c = 0; c < 3; c++) sum[c]! += share * lab[c]!
    weight += share
  }
  const wanted = withinPaint(to)
  return Math.hypot(...sum.map((total, c) => total / Math.max(1, weight) - wanted[c]!))
}

/** Black and white as paint has them. */
function withinPaint([l, a, b]: Lab): Lab {
  return [Math.min(lightest, Math.max(darkest, l)), a, b]
}

type ColourMap = (lab: Lab) => Lab

/** The map whose mean over the paint is the colour that is asked for. */
function calibrated(
  small: Picture,
  mask: Mask,
  paint: Paint,
  { to, whole }: { readonly to: Lab; readonly whole: boolean },
): ColourMap {
  const samples = samplesOf(small, mask, paint)
  const statistics = statisticsOf(samples, paint, whole ? blackest : 0)
  let aim = to
  let map = mapTo(aim, statistics)
  for (let round = 0; round < 6; round++) {
    const mean = [0, 0, 0]
    let total = 0
    for (const { lab, weight } of samples) {
      const shown = labOfLinear(...positive(withinGamut(map(lab))))
      for (let c = 0; c < 3; c++) mean[c]! += weight * shown[c]!
      total += weight
    }
    const off = mean.map((sum, c) => to[c]! - sum / total)
    aim = [
      Math.min(0.97, Math.max(0.05, aim[0] + off[0]!)),
      aim[1] + Math.min(0.04, Math.max(-0.04, off[1]!)),
      aim[2] + Math.min(0.04, Math.max(-0.04, off[2]!)),
    ]
    map = mapTo(aim, statistics)
  }
  return map
}

interface Sample {
  readonly lab: Lab
  readonly weight: number
}

/** At most some thousands of the paint's colours. */
function samplesOf(small: Picture, mask: Mask, paint: Paint): Sample[] {
  const { lightness, a, b } = labOfPicture(small)
  const inside: number[] = []
  for (let i = 0; i < mask.data.length; i++) if (mask.data[i]! > 127) inside.push(i)
  if (inside.length === 0) for (let i = 0; i < mask.data.length; i++) if (mask.data[i]! > 0) inside.push(i)
  const step = Math.max(1, Math.floor(inside.length / 2000))
  const samples: Sample[] = []
  for (let k = 0; k < inside.length; k += step) {
    const i = inside[k]!
    const lab: Lab = [lightness[i]!, a[i]!, b[i]!]
    samples.push({ lab, weight: paint.membership(lab) * mask.data[i]! + 1e-6 })
  }
  return samples
}

/** A night sky darker than this is black: its levels of 0, 1 and 3 are noise, and no shading of the new colour. */
const blackest = 0.13

/** What of a thing's colours is shading, and what is its own. */
interface PaintStatistics {
  readonly lightness: number
  /** Chroma by lightness: shading scales both alike. */
  readonly slope: readonly [number, number]
  /** How much of what deviates from that is kept. */
  readonly kept: number
  /** Whether highlights can be told from the paint, and from which lightness on. */
  readonly shine: number | undefined
  /** Below this lightness all is as dark. */
  readonly floor: number
}

function statisticsOf(samples: readonly Sample[], paint: Paint, black: number): PaintStatistics {
  let [weights, l, squares, la, lb] = [0, 0, 0, 0, 0]
  for (const { lab, weight } of samples) {
    weights += weight
    l += weight * lab[0]
    squares += weight * lab[0] ** 2
    la += weight * lab[0] * lab[1]
    lb += weight * lab[0] * lab[2]
  }
  const slope = [la / squares, lb / squares] as const
  const rest = samples.reduce(
    (sum, { lab, weight }) =>
      sum + weight * ((lab[1] - slope[0] * lab[0]) ** 2 + (lab[2] - slope[1] * lab[0]) ** 2),
    0,
  )
  const lightness = l / weights
  // Only the few lightest pixels of a thing that is not light are highlights.
  const sorted = samples.map(({ lab }) => lab[0]).sort((one, other) => one - other)
  const light = sorted[Math.floor(0.97 * (sorted.length - 1))]!
  const shine = Math.max(light, lightness + 0.2)
  return {
    lightness: Math.min(0.95, Math.max(0.06, black, lightness)),
    floor: lightness < black ? black : 0,
    slope,
    kept: Math.min(0.7, 0.018 / Math.max(0.005, Math.sqrt(rest / weights))) * (paint.share > 0.4 ? 1 : 0.5),
    shine: shine < 0.9 ? shine : undefined,
  }
}

/**
 * Takes the paint's lightness to the wanted one and keeps the shading: below it by a power, so that black stays
 * black, above it straight on. The slope at the paint's own lightness is between that of light, which multiplies, and
 * 1, which keeps differences: black fur shows mostly its gloss, and white fur must not turn into coal.
 */
function mapTo([lt, at, bt]: Lab, { lightness: l0, slope, kept, shine, floor }: PaintStatistics): ColourMap {
  const gain = Math.min(1.5, Math.max(0.5, (lt / l0) ** 0.5))
  const power = (gain * l0) / lt
  const room = Math.max(0.02, 0.985 - lt)
  return ([own, a, b]) => {
    const l = Math.max(floor, own)
    const under = l <= l0
    const rise = gain * (l - l0)
    let lightness = under ? lt * Math.max(0, l / l0) ** power : lt + room * Math.tanh(rise / room)
    const scale = lightness <= lt ? lightness / lt : 1
    const rest = kept * Math.min(1, lightness / Math.max(0.05, l))
    let [u, v] = [at * scale + rest * (a - slope[0] * l), bt * scale + rest * (b - slope[1] * l)]
    if (shine !== undefined && l > shine) {
      const share = smoothstep(shine, Math.min(1, shine + 0.25), l)
      lightness += (Math.max(lightness, l) - lightness) * share
      u += (0.2 * a - u) * share
      v += (0.2 * b - v) * share
    }
    return [lightness, u, v]
  }
}

const positive = ([r, g, b]: readonly [number, number, number]): [number, number, number] => [
  Math.max(0, r),
  Math.max(0, g),
  Math.max(0, b),
]

/** How much of what is around each pixel is painted: single pixels go with their neighbours. */
function sharesAround(small: Picture, mask: Mask, paint: Paint): Mask {
  const { width, height } = small
  const lab = labOfPicture(small)
  const [shares, weights] = [new Float32Array(width * height), new Float32Array(width * height)]
  for (let i = 0; i < shares.length; i++) {
    const coverage = mask.data[i]! / 255
    if (coverage === 0) continue
    weights[i] = coverage
    shares[i] = coverage * paint.membership([lab.lightness[i]!, lab.a[i]!, lab.b[i]!])
  }
  const sigma = Math.max(1, Math.max(width, height) / 400)
  const [sum, total] = [blurPlane(shares, width, height, sigma), blurPlane(weights, width, height, sigma)]
  const data = Uint8Array.from(sum, (value, i) => (255 * value) / Math.max(1e-4, total[i]!) + 0.5)
  return { width, height, data }
}

/** What the pixels are painted by. */
interface Painting {
  /** The picture with the thing's own colours along its soft edge. */
  readonly own: Picture
  readonly cube: Cube
  /** How much of what is around each pixel is painted, shrunk by the factor. */
  readonly around: Mask
  readonly factor: number
}

function painted(
  picture: Picture,
  mask: Mask,
  { own: { data: own }, cube, around, factor }: Painting,
): Edited & { readonly region: Mask } {
  const { width, height } = picture
  const data = picture.data.slice()
  const region = new Uint8Array(width * height)
  const out = new Float64Array(4)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const i = y * width + x
      const coverage = mask.data[i]!
      if (coverage === 0) continue
      const at = 3 * i
      const [r, g, b] = [own[at]!, own[at + 1]!, own[at + 2]!]
      lookUp(cube, r, g, b, out)
      const near = sampled(around, 1, 0, factor, x, y) / 255
      const share = Math.min(1, Math.max(0, (0.75 * out[3]! + 0.25 * near - 0.1) / 0.8)) * (coverage / 255)
      if (share < 0.004) continue
      region[i] = Math.max(1, Math.round(255 * share))
      for (let c = 0; c < 3; c++) {
        const level = out[c]!
        if (share === 1) data[at + c] = level + 0.5
        else {
          // What is behind the thing stays; only the thing's own light is exchanged.
          const mixed = mixedLevel(own[at + c]!, level, share)
          data[at + c] =
            coverage === 255
              ? mixed
              : exchangedLevel(picture.data[at + c]!, own[at + c]!, Math.round(level), share)
        }
      }
    }
  return { picture: { width, height, data }, region: { width, height, data: region } }
}
