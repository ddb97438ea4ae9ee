import { greyOf, greyPicture } from './colourMap.ts'
import { guidedFilter, soften } from './filter.ts'
import { cloudNoise, type NextRandom, normalNoise } from './filterNoise.ts'
import type { Picture } from './picture.ts'
import { fromChannels, mapPlane, type Plane } from './plane.ts'

const clamp = (x: number): number => Math.min(1, Math.max(0, x))

/**
 * Lines as a pen draws them, 1 paper to 0 ink: a difference of Gaussians with a soft threshold.
 * Source: Winnemöller, Kyprianidis and Olsen, "XDoG: an extended difference-of-Gaussians compendium".
 */
export function inkLines(
  grey: Plane,
  {
    sigma,
    emphasis,
    threshold,
    softness,
  }: {
    readonly sigma: number
    readonly emphasis: number
    readonly threshold: number
    readonly softness: number
  },
): Plane {
  const [fine, coarse] = [soften(grey, sigma), soften(grey, 1.6 * sigma)]
  return mapPlane(fine, (value, i) => {
    const edge = (1 + emphasis) * value - emphasis * coarse.data[i]!
    return edge >= threshold ? 1 : 1 + Math.tanh((edge - threshold) / softness)
  })
}

/** Pencil: the picture divided by its own blur leaves lines and soft shading; hatching in the darks, grain of the paper. */
export function pencilSketch(picture: Picture, { next }: { readonly next: NextRandom }): Picture {
  const { width, height } = picture
  const grey = greyOf(picture)
  const inverse = soften(
    mapPlane(grey, (value) => 1 - value),
    Math.max(3, width / 70),
  )
  const grain = soften(normalNoise(width, height, next), 0.6)
  const hatch = hatching(width, height, { angle: -0.9, period: 4.5, next })
  const drawn = mapPlane(grey, (value, i) => {
    const dodged = clamp(value / Math.max(0.02, 1 - inverse.data[i]!)) ** 2.2
    const shade = 0.38 * clamp((0.62 - value) / 0.5) * (0.45 + 0.55 * hatch.data[i]!)
    return clamp(0.97 * dodged - shade + 0.05 * grain.data[i]! * (1 - 0.6 * dodged))
  })
  return greyPicture(mapPlane(drawn, (value) => 0.97 * value + 0.01))
}

/** Parallel strokes, 0 between them to 1 on them, wavering as by hand. `angle` in radians, `period` in pixels. */
function hatching(
  width: number,
  height: number,
  { angle, period, next }: { readonly angle: number; readonly period: number; readonly next: NextRandom },
): Plane {
  const waver = cloudNoise(width, height, { scale: 40, octaves: 2, next })
  return mapPlane(waver, (value, i) => {
    const [x, y] = [i % width, Math.floor(i / width)]
    const across = x * Math.cos(angle) + y * Math.sin(angle) + 14 * value
    return 0.5 + 0.5 * Math.sin((2 * Math.PI * across) / period)
  })
}

/** Charcoal: broad dark strokes, smeared, on rough paper. */
export function charcoal(picture: Picture, { next }: { readonly next: NextRandom }): Picture {
  const { width, height } = picture
  const grey = soften(greyOf(picture), 1)
  const lines = inkLines(grey, { sigma: 1.6, emphasis: 14, threshold: 0.72, softness: 0.25 })
  const tooth = soften(normalNoise(width, height, next), 0.7)
  return greyPicture(
    mapPlane(grey, (value, i) => {
      const smear = 0.3 + 0.75 * value
      const ink = 0.94 * smear * (0.3 + 0.7 * lines.data[i]!)
      return clamp(0.05 + ink + 0.16 * tooth.data[i]! * (1 - ink) * (0.35 + value))
    }),
  )
}

/** Line art: black lines on white, nothing else. */
export function lineArt(picture: Picture): Picture {
  const grey = greyOf(picture)
  const calm = guidedFilter(grey, { guide: grey, radius: 3, epsilon: 0.002 })
  return greyPicture(
    inkLines(calm, { sigma: 1, emphasis: 26, threshold: 0.02 + 0.62 * meanOf(calm), softness: 0.12 }),
  )
}

const meanOf = ({ data }: Plane): number => data.reduce((sum, value) => sum + value, 0) / data.length

/** Lines in one colour on a ground of another, both as levels: a blueprint, chalk on a board. */
export function linesOn(
  picture: Picture,
  {
    line,
    ground,
    next,
  }: {
    readonly line: readonly [number, number, number]
    readonly ground: readonly [number, number, number]
    readonly next: NextRandom
  },
): Picture {
  const { width, height } = picture
  const grey = greyOf(picture)
  const calm = guidedFilter(grey, { guide: grey, radius: 3, epsilon: 0.002 })
  const lines = inkLines(calm, {
    sigma: 1,
    emphasis: 24,
    threshold: 0.02 + 0.62 * meanOf(calm),
    softness: 0.15,
  })
  const [cloud, grain] = [
    cloudNoise(width, height, { scale: width / 3, octaves: 3, next }),
    normalNoise(width, height, next),
  ]
  const channels = [0, 1, 2].map((c) =>
    mapPlane(lines, (paper, i) => {
      const back = (ground[c]! / 255) * (0.85 + 0.3 * cloud.data[i]!)
      const chalk = (1 - paper) * clamp(0.85 + 0.15 * grain.data[i]!)
      return back + (line[c]! / 255 - back) * chalk
    }),
  )
  return fromChannels([channels[0]!, channels[1]!, channels[2]!])
}

/**
 * Ink wash in the Chinese manner: few tones of ink that spread into wet paper, dry brush lines, much paper left free.
 */
export function inkWash(picture: Picture, { next }: { readonly next: NextRandom }): Picture {
  const { width, height } = picture
  const grey = greyOf(picture)
  const forms = guidedFilter(grey, {
    guide: grey,
    radius: Math.max(4, Math.round(width / 50)),
    epsilon: 0.01,
  })
  const wet = soften(forms, width / 170)
  const lines = inkLines(soften(grey, 0.7), { sigma: 1.1, emphasis: 16, threshold: 0.5, softness: 0.3 })
  const [cloud, fibre] = [
    cloudNoise(width, height, { scale: width / 5, octaves: 5, next }),
    cloudNoise(width, height, { scale: 5, octaves: 2, next }),
  ]
  const paper = [0.965, 0.945, 0.9] as const
  const ink = [0.1, 0.1, 0.115] as const
  // By its own mean, so that a dark scene has paper left free as well.
  const mean = Math.max(0.05, meanOf(wet))
  const light = mapPlane(wet, (value, i) => {
    const tone = clamp((value / mean - 0.3) / 0.95) + 0.22 * (cloud.data[i]! - 0.5)
    // Five inks, as the old masters count them, with soft steps between.
    const steps = 5 * clamp(tone)
    const step = Math.floor(steps) + clamp((steps - Math.floor(steps) - 0.3) / 0.4)
    return clamp(step / 5) * (0.35 + 0.65 * lines.data[i]!)
  })
  const channels = [0, 1, 2].map((c) =>
    mapPlane(
      light,
      (value, i) => ink[c]! + (paper[c]! * (0.97 + 0.06 * (fibre.data[i]! - 0.5)) - ink[c]!) * value ** 0.9,
    ),
  )
  return fromChannels([channels[0]!, channels[1]!, channels[2]!])
}

/** An engraving: lines that swell with the darkness, following the forms a little; crossed in the darkest parts. */
export function engraving(picture: Picture, { period }: { readonly period: number }): Picture {
  const { width } = picture
  const grey = greyOf(picture)
  const calm = guidedFilter(grey, { guide: grey, radius: 2, epsilon: 0.003 })
  const form = soften(grey, 6)
  const edges = inkLines(calm, { sigma: 0.9, emphasis: 18, threshold: 0.4, softness: 0.3 })
  const stroke = (across: number, dark: number): number => {
    const wave = 0.5 + 0.5 * Math.cos((2 * Math.PI * across) / period)
    return clamp((wave - (1 - dark)) * 4 + 0.5)
  }
  return greyPicture(
    mapPlane(calm, (value, i) => {
      const [x, y] = [i % width, Math.floor(i / width)]
      const bend = 5 * form.data[i]!
      const dark = clamp(1.02 - 1.1 * value)
      const first = dark < 0.06 ? 0 : stroke(y + 0.35 * x + period * bend, dark)
      const second = dark < 0.55 ? 0 : stroke(y - 0.9 * x - period * bend, (dark - 0.4) * 1.2)
      return clamp(1 - Math.max(first, second)) * edges.data[i]!
    }),
  )
}
