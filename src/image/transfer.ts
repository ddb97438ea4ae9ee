import { type LabPlanes, labOfPicture, pictureOfLab } from './colour.ts'
import { checkSizes } from './composite.ts'
import type { Mask, Picture } from './picture.ts'

/** Mean and standard deviation of lightness, a and b in OKLab. */
export interface ColourStatistics {
  readonly mean: readonly [number, number, number]
  readonly deviation: readonly [number, number, number]
}

/** How the colours under a mask are spread in OKLab, each pixel weighed by its coverage. @throws ImageError */
export function colourStatistics(picture: Picture, mask?: Mask): ColourStatistics {
  if (mask !== undefined) checkSizes('statistics', picture, mask)
  const planes = channelsOf(labOfPicture(picture))
  const weights = mask?.data ?? new Uint8Array(picture.width * picture.height).fill(255)
  const total = weights.reduce((sum, weight) => sum + weight, 0) || 1
  const mean = planes.map((plane) => plane.reduce((sum, value, i) => sum + value * weights[i]!, 0) / total)
  const deviation = planes.map((plane, c) =>
    Math.sqrt(plane.reduce((sum, value, i) => sum + (value - mean[c]!) ** 2 * weights[i]!, 0) / total),
  )
  return { mean: triple(mean), deviation: triple(deviation) }
}

/** How far each of lightness and colour goes, 0 (as it was) to 1 (as wanted). */
export interface TransferStrength {
  readonly lightness?: number
  readonly contrast?: number
  readonly colour?: number
  /** The spread of the colours. */
  readonly saturation?: number
}

/**
 * The picture with its colours moved from one spread to another in OKLab: `from` is measured on it, or a part of it,
 * `to` is wanted. Source: Reinhard and others, "Color transfer between images", in OKLab instead of lαβ.
 */
export function transferColours(
  picture: Picture,
  from: ColourStatistics,
  to: ColourStatistics,
  { lightness = 1, contrast = 1, colour = 1, saturation = 1 }: TransferStrength = {},
): Picture {
  const lab = labOfPicture(picture)
  const strengths = [
    [lightness, contrast],
    [colour, saturation],
    [colour, saturation],
  ] as const
  for (const [c, plane] of channelsOf(lab).entries()) {
    const [shift, spread] = strengths[c]!
    const ratio = from.deviation[c]! > 1e-6 ? to.deviation[c]! / from.deviation[c]! : 1
    const scale = 1 + spread * (Math.min(4, ratio) - 1)
    const mean = from.mean[c]! + shift * (to.mean[c]! - from.mean[c]!)
    for (let i = 0; i < plane.length; i++) plane[i] = mean + (plane[i]! - from.mean[c]!) * scale
  }
  return pictureOfLab(lab)
}

const channelsOf = ({ lightness, a, b }: LabPlanes): [Float32Array, Float32Array, Float32Array] => [
  lightness,
  a,
  b,
]

const triple = ([x = 0, y = 0, z = 0]: readonly number[]): [number, number, number] => [x, y, z]
