import { linearOfLevel } from './colour.ts'
import { encodeSrgb, greyOf, greyPicture, mapLinear, mapOklab, mapOklch } from './colourMap.ts'
import { ImageError } from './error.ts'
import type { Picture } from './picture.ts'
import { toLevel } from './plane.ts'

/** Points of a curve from 0 to 1, as a photographer draws it: at least two, with growing x. */
export type Curve = readonly (readonly [x: number, y: number])[]

/**
 * The level that a curve makes of each of the 256 levels: a cubic through the points that never overshoots
 * (Fritsch and Carlson's monotone interpolation). @throws ImageError for points that do not grow
 */
export function curveTable(curve: Curve): Uint8Array {
  if (curve.length < 2 || curve.some(([x], i) => i > 0 && x <= curve[i - 1]![0]))
    throw new ImageError(
      'size',
      `curve: expected at least two points with growing x, got ${JSON.stringify(curve)}`,
    )
  const slopes = curve.slice(1).map(([x, y], i) => (y - curve[i]![1]) / (x - curve[i]![0]))
  const tangents = curve.map((_, i) => tangentAt(slopes, i))
  return Uint8Array.from({ length: 256 }, (_, level) => toLevel(valueAt(curve, tangents, level / 255)))
}

/** Zero at a turn, else the harmonic mean of the slopes at both sides: that keeps the cubic monotone. */
function tangentAt(slopes: readonly number[], i: number): number {
  const [before, after] = [slopes[i - 1], slopes[i]]
  if (before === undefined) return after!
  if (after === undefined) return before
  return before * after <= 0 ? 0 : (2 * before * after) / (before + after)
}

function valueAt(curve: Curve, tangents: readonly number[], x: number): number {
  const last = curve.length - 1
  if (x <= curve[0]![0]) return curve[0]![1]
  if (x >= curve[last]![0]) return curve[last]![1]
  const i = curve.findIndex(([next]) => next > x) - 1
  const [[x0, y0], [x1, y1]] = [curve[i]!, curve[i + 1]!]
  const [span, t] = [x1 - x0, (x - x0) / (x1 - x0)]
  const [t2, t3] = [t * t, t * t * t]
  return (
    (2 * t3 - 3 * t2 + 1) * y0 +
    (t3 - 2 * t2 + t) * span * tangents[i]! +
    (3 * t2 - 2 * t3) * y1 +
    (t3 - t2) * span * tangents[i + 1]!
  )
}

/** Curves on the sRGB levels: `all` on every channel, then each channel's own. */
export function applyCurves(
  { width, height, data }: Picture,
  {
    all,
    red,
    green,
    blue,
  }: { readonly all?: Curve; readonly red?: Curve; readonly green?: Curve; readonly blue?: Curve },
): Picture {
  const straight: Curve = [
    [0, 0],
    [1, 1],
  ]
  const first = curveTable(all ?? straight)
  const tables = [red, green, blue].map((curve) => curveTable(curve ?? straight))
  return { width, height, data: data.map((level, i) => tables[i % 3]![first[level]!]!) }
}

/** Contrast around middle grey by an S-curve: −1 (flat) to 1 (hard), 0 leaves everything. */
export function contrast(picture: Picture, amount: number): Picture {
  const bend = 0.14 * amount
  return applyCurves(picture, {
    all: [
      [0, amount < 0 ? -0.2 * amount : 0],
      [0.25, 0.25 - bend],
      [0.5, 0.5],
      [0.75, 0.75 + bend],
      [1, amount < 0 ? 1 + 0.2 * amount : 1],
    ],
  })
}

/** More or less light by stops; highlights roll off softly instead of being cut. */
export function expose(picture: Picture, stops: number): Picture {
  const gain = 2 ** stops
  const knee = 0.7
  const table = Uint8Array.from(linearOfLevel, (light) => {
    const x = encodeSrgb(light * gain)
    if (stops <= 0 || x <= knee) return toLevel(x)
    // What lies between the knee and the brightest is pressed into what is left above the knee.
    const [over, most] = [(x - knee) / (1 - knee), (encodeSrgb(gain) - knee) / (1 - knee)]
    return toLevel(knee + (1 - knee) * ((over * (1 + over / most ** 2)) / (1 + over)))
  })
  return { ...picture, data: picture.data.map((level) => table[level]!) }
}

/** Linear sRGB of a black body's light, its luminance 1. Source: Kim et al., US patent 7024034, cubic in 1/T. */
function lightOf(kelvin: number): readonly [number, number, number] {
  const t = 1000 / kelvin
  const x =
    kelvin < 4000
      ? -0.2661239 * t ** 3 - 0.2343589 * t ** 2 + 0.8776956 * t + 0.17991
      : -3.0258469 * t ** 3 + 2.1070379 * t ** 2 + 0.2226347 * t + 0.24039
  const y =
    kelvin < 2222
      ? -1.1063814 * x ** 3 - 1.3481102 * x ** 2 + 2.18555832 * x - 0.20219683
      : kelvin < 4000
        ? -0.9549476 * x ** 3 - 1.37418593 * x ** 2 + 2.09137015 * x - 0.16748867
        : 3.081758 * x ** 3 - 5.8733867 * x ** 2 + 3.75112997 * x - 0.37001483
  const [bigX, bigZ] = [x / y, (1 - x - y) / y]
  return [
    3.2404542 * bigX - 1.5371385 - 0.4985314 * bigZ,
    -0.969266 * bigX + 1.8760108 + 0.041556 * bigZ,
    0.0556434 * bigX - 0.2040259 + 1.0572252 * bigZ,
  ]
}

/**
 * The picture as if lit by light of another colour temperature (1700 to 20000 kelvin; 6500 leaves it): warmer below,
 * cooler above. `tint` from −1 (green) to 1 (magenta). Luminance of grey stays.
 */
export function whiteBalance(
  picture: Picture,
  { kelvin, tint = 0 }: { readonly kelvin: number; readonly tint?: number },
): Picture {
  if (!(kelvin >= 1700 && kelvin <= 20_000))
    throw new ImageError('size', `whiteBalance: expected 1700 to 20000 kelvin, got ${kelvin}`)
  const [light, neutral] = [lightOf(kelvin), lightOf(6500)]
  const gains = light.map((each, c) => Math.max(0.02, each / neutral[c]!))
  gains[1]! *= 2 ** (-0.3 * tint)
  const luminance = 0.2126 * gains[0]! + 0.7152 * gains[1]! + 0.0722 * gains[2]!
  return mapLinear(picture, (rgb) => {
    for (let c = 0; c < 3; c++) rgb[c]! *= gains[c]! / luminance
  })
}

/** Chroma times a factor in OKLCh: 0 leaves grey, 1 the picture. */
export function saturate(picture: Picture, factor: number): Picture {
  return mapOklab(picture, (lab) => {
    lab[1]! *= factor
    lab[2]! *= factor
  })
}

/** Pale colours gain more chroma than strong ones: `amount` 0 leaves the picture, 1 about doubles the palest. */
export function vibrance(picture: Picture, amount: number): Picture {
  return mapOklch(picture, (lch) => {
    lch[1]! *= 1 + amount * Math.max(0, 1 - lch[1]! / 0.2)
  })
}

/** A colour for a tone: hue in degrees of OKLCh (30 red, 70 orange, 110 yellow, 195 teal, 260 blue) and chroma. */
export interface Tint {
  readonly hue: number
  readonly chroma: number
}

/** Split toning: one colour into the shadows, another into the highlights; lightness stays. */
export function splitTone(
  picture: Picture,
  { shadows, highlights }: { readonly shadows: Tint; readonly highlights: Tint },
): Picture {
  const vector = ({ hue, chroma }: Tint) => {
    const angle = (hue / 180) * Math.PI
    return [chroma * Math.cos(angle), chroma * Math.sin(angle)] as const
  }
  const [dark, bright] = [vector(shadows), vector(highlights)]
  return mapOklab(picture, (lab) => {
    const x = Math.min(1, Math.max(0, (lab[0]! - 0.2) / 0.7))
    const high = x * x * (3 - 2 * x)
    // Black and white themselves stay clean.
    const room = Math.min(1, 6 * lab[0]!, 8 * (1 - lab[0]!))
    lab[1]! += room * (dark[0] * (1 - high) + bright[0] * high)
    lab[2]! += room * (dark[1] * (1 - high) + bright[1] * high)
  })
}

/** Black and white: red, green and blue are equal in every pixel. The weights mix the channels in linear light. */
export function monochrome(picture: Picture, weights?: readonly [number, number, number]): Picture {
  return greyPicture(greyOf(picture, weights))
}

/** Darker toward the corners, 0 (not) to 1 (black corners), smooth from half of the way. */
export function vignette(picture: Picture, strength: number): Picture {
  const { width, height } = picture
  return mapLinear(picture, (rgb, at) => {
    const x = (2 * ((at % width) + 0.5)) / width - 1
    const y = (2 * (Math.floor(at / width) + 0.5)) / height - 1
    const distance = Math.min(1, Math.max(0, (Math.hypot(x, y) / Math.SQRT2 - 0.35) / 0.65))
    const light = 1 - strength * distance * distance * (3 - 2 * distance)
    for (let c = 0; c < 3; c++) rgb[c]! *= light
  })
}
