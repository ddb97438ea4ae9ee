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

/** Grey values by a power that brings their mean to `mean`, so that dark and bright scenes leave alike much paper. */
function balanced(grey: Plane, mean: number): Plane {
  const power = Math.log(mean) / Math.log(Math.min(0.95, Math.max(0.05, meanOf(grey))))
  return mapPlane(grey, (value) => value ** Math.min(1.6, Math.max(0.4, power)))
}

/**
 * Pencil: grey lines, and shading by strokes that lie over each other the more the darker it is. Graphite is never
 * black, and where it is bright the paper stays free.
 */
export function pencilSketch(picture: Picture, { next }: { readonly next: NextRandom }): Picture {
  const { width, height } = picture
  const grey = balanced(greyOf(picture), 0.6)
  const calm = guidedFilter(grey, { guide: grey, radius: 3, epsilon: 0.003 })
  const form = soften(guidedFilter(grey, { guide: grey, radius: 5, epsilon: 0.02 }), width / 400)
  // Where the picture is darker than what is around it: thin lines, from the finest on.
  const around = soften(calm, Math.max(2, width / 220))
  const grain = soften(normalNoise(width, height, next), 0.6)
  const strokes = [-0.85, -0.6, 0.5].map((angle, k) =>
    hatching(width, height, { angle, period: 4.2 + 0.5 * k, next }),
  )
  return greyPicture(
    mapPlane(calm, (value, i) => {
      const line = clamp((around.data[i]! - value - 0.012) / 0.13)
      const dark = clamp((0.86 - form.data[i]!) / 0.8)
      let shade = 0.14 * dark
      for (const [k, hatch] of strokes.entries())
        shade += 0.3 * clamp((dark - 0.24 * k) / 0.45) * hatch.data[i]! ** 1.5
      const graphite = 1 - (1 - 0.72 * line) * (1 - Math.min(0.62, shade))
      return clamp(0.975 - 0.86 * graphite * (1 + 0.22 * grain.data[i]!))
    }),
  )
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

/** Charcoal: broad dark lines and smeared tones, broken by the tooth of the paper. */
export function charcoal(picture: Picture, { next }: { readonly next: NextRandom }): Picture {
  const { width, height } = picture
  const grey = balanced(greyOf(picture), 0.62)
  const form = soften(
    guidedFilter(grey, { guide: grey, radius: Math.max(3, Math.round(width / 90)), epsilon: 0.015 }),
    width / 300,
  )
  const lines = inkLines(soften(grey, width / 420), {
    sigma: width / 340,
    emphasis: 12,
    threshold: 0.5,
    softness: 0.4,
  })
  const [tooth, drag] = [
    soften(normalNoise(width, height, next), 0.8),
    hatching(width, height, { angle: -0.75, period: 9, next }),
  ]
  const drawn = mapPlane(form, (value, i) => {
    const dark = 1 - clamp((value - 0.08) / 0.74)
    const rubbed = dark * (0.72 + 0.28 * drag.data[i]!)
    const coal = 1 - (1 - 0.95 * rubbed) * (0.12 + 0.88 * lines.data[i]!)
    // Coal stays on the tooth: in the middle tones the paper shows through as grain.
    return 0.95 - 0.87 * clamp(coal + 1.5 * coal * (1 - coal) * tooth.data[i]!)
  })
  return greyPicture(drawn)
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
