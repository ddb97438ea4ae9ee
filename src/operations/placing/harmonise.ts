import {
  blurPicture,
  type ColourStatistics,
  colourStatistics,
  type Mask,
  type Picture,
  transferColours,
} from '../../image/index.ts'

/** What a picture's light and camera are like, as far as something put into it has to match them. */
export interface Look {
  readonly colours: ColourStatistics
  /** Mean distance from grey in OKLab. */
  readonly chroma: number
  /** Standard deviation of its noise in levels. */
  readonly noise: number
  /** How soft its details are: the standard deviation of a Gaussian that makes a sharp picture alike. */
  readonly softness: number
}

/** Measures the look of a picture, or of the part under a mask (for softness and noise the part's rows and columns). */
export function lookOf(picture: Picture, mask?: Mask): Look {
  const colours = colourStatistics(picture, mask)
  const [, a, b] = colours.mean
  const [, da, db] = colours.deviation
  return { colours, chroma: Math.hypot(a, b, da, db), ...detailOf(picture) }
}

/**
 * The noise by the median response to a filter that sees no planes (Immerkær 1996), and the softness by how much the
 * steps from pixel to pixel exceed a half of those over two pixels: 1 in noise, near 0.5 where all is blurred.
 */
function detailOf({ width, height, data }: Picture): { noise: number; softness: number } {
  const at = (x: number, y: number): number => data[3 * (y * width + x) + 1]!
  const responses: number[] = []
  let [one, two] = [0, 0]
  for (let y = 1; y < height - 1; y += 2)
    for (let x = 1; x < width - 1; x += 2) {
      const corners = at(x - 1, y - 1) + at(x + 1, y - 1) + at(x - 1, y + 1) + at(x + 1, y + 1)
      const sides = at(x - 1, y) + at(x + 1, y) + at(x, y - 1) + at(x, y + 1)
      responses.push(Math.abs(corners - 2 * sides + 4 * at(x, y)))
      const wide = Math.abs(at(x + 1, y) - at(x - 1, y))
      if (wide < 10) continue
      two += wide
      one += Math.max(Math.abs(at(x + 1, y) - at(x, y)), Math.abs(at(x, y) - at(x - 1, y)))
    }
  responses.sort((a, b) => a - b)
  const quiet = responses[Math.floor(responses.length * 0.3)] ?? 0
  const crispness = two === 0 ? 0.5 : one / two
  return {
    noise: Math.min(2.5, quiet / 6 / 0.385),
    softness: crispness > 0.72 ? 0 : crispness > 0.64 ? 0.5 : crispness > 0.59 ? 0.8 : 1.2,
  }
}

/** The look between two: what suits both. */
export function meanLook(one: Look, other: Look): Look {
  const half = (a: number, b: number): number => (a + b) / 2
  const triple = (
    a: readonly [number, number, number],
    b: readonly [number, number, number],
  ): [number, number, number] => [half(a[0], b[0]), half(a[1], b[1]), half(a[2], b[2])]
  return {
    colours: {
      mean: triple(one.colours.mean, other.colours.mean),
      deviation: triple(one.colours.deviation, other.colours.deviation),
    },
    chroma: half(one.chroma, other.chroma),
    noise: half(one.noise, other.noise),
    softness: half(one.softness, other.softness),
  }
}

/** Numbers of a harmonisation, for provenance. */
export interface Harmony {
  readonly lightness: number
  readonly contrast: number
  readonly saturation: number
  readonly softness: number
  readonly noise: number
}

/** From which spread of colours to which one something has to go, to be brought to a look. */
export function harmonyOf(
  above: Picture,
  alpha: Mask,
  look: Look,
  strength = 1,
): { readonly from: ColourStatistics; readonly to: ColourStatistics; readonly harmony: Harmony } {
  const own = colourStatistics(above, alpha)
  const darker = look.colours.mean[0] < own.mean[0]
  const lightness = (look.colours.mean[0] - own.mean[0]) * (darker ? 0.5 : 0.25) * strength
  const ratio = look.colours.deviation[0] / Math.max(0.02, own.deviation[0])
  const contrast = 1 + (Math.min(1.4, Math.max(0.6, ratio)) - 1) * 0.35 * strength
  const saturation = look.chroma < 0.012 ? 0.04 : look.chroma < 0.03 ? 0.55 : look.chroma < 0.06 ? 0.85 : 1
  const cast = 0.28 * strength
  const to: ColourStatistics = {
    mean: [
      own.mean[0] + lightness,
      own.mean[1] * saturation + look.colours.mean[1] * cast,
      own.mean[2] * saturation + look.colours.mean[2] * cast,
    ],
    deviation: [own.deviation[0] * contrast, own.deviation[1] * saturation, own.deviation[2] * saturation],
  }
  return {
    from: own,
    to,
    harmony: { lightness, contrast, saturation, softness: look.softness, noise: look.noise },
  }
}

/**
 * What is put into a picture, brought to its look: part of the way to its lightness and contrast, a share of the cast
 * of its light, greyed where it is grey, softened as it is.
 */
export function harmonise(
  above: Picture,
  alpha: Mask,
  look: Look,
  { strength = 1 }: { strength?: number } = {},
): { picture: Picture; harmony: Harmony } {
  const { from, to, harmony } = harmonyOf(above, alpha, look, strength)
  const recoloured = transferColours(above, from, to)
  const picture = look.softness === 0 ? recoloured : blurPicture(recoloured, look.softness)
  return { picture, harmony }
}

/** Adds grey noise of a standard deviation in levels where the mask covers, of numbers in [0, 1). */
export function addGrain(picture: Picture, mask: Mask, deviation: number, next: () => number): Picture {
  if (deviation < 0.3) return picture
  const data = picture.data.slice()
  for (let i = 0; i < mask.data.length; i++) {
    if (mask.data[i] === 0) continue
    // The sum of four uniform numbers is nearly normal, with the variance 1/3.
    const noise = (next() + next() + next() + next() - 2) * Math.sqrt(3)
    const shift = (noise * deviation * mask.data[i]!) / 255
    for (let c = 3 * i; c < 3 * i + 3; c++) data[c] = Math.min(255, Math.max(0, Math.round(data[c]! + shift)))
  }
  return { ...picture, data }
}
