import {
  addNoise,
  contrast,
  expose,
  mapLinear,
  mapOklab,
  mapPlane,
  type NextRandom,
  type Picture,
  type Plane,
  planeOf,
  saturate,
  soften,
  splitTone,
  whiteBalance,
} from '../../image/index.ts'
import type { Scene } from '../scene/scene.ts'
import type { LookParametersByName, LooksOf } from './look.ts'
import { grainOver, lightAdded } from './overlay.ts'

const byDay = ({ outdoors, tones }: Scene): string | undefined =>
  !outdoors ? 'not outdoors' : tones.lightness < 0.38 ? 'dark itself' : undefined

const underSky = (scene: Scene): string | undefined =>
  byDay(scene) ?? (scene.skyShare < 0.06 || scene.skyLightness < 0.5 ? 'no bright sky' : undefined)

/** Lamps, windows and their like: much brighter than all around, small, and no sky. */
function lampsOf({ grey, sky }: Scene): Plane {
  const around = soften(grey, grey.width / 16)
  return mapPlane(
    grey,
    (value, i) =>
      Math.min(1, Math.max(0, (value - 0.86) * 8)) *
      Math.min(1, Math.max(0, (value - around.data[i]! - 0.22) * 6)) *
      (1 - sky.data[i]!),
  )
}

/** By day what is bright is snow, a wall or a cloud. */
const hasLamps = ({ lightness }: Scene['tones']): boolean => lightness < 0.45

/** Moonlight on the land, a dark sky with its own gradient, lamps that glow; `stars` are light to be added. */
function nightLight(
  scene: Scene,
  { stops, lamps: shining = true }: LookParametersByName['night'],
  stars: Plane | undefined,
): Picture {
  const { sky, grey } = scene
  const { width, height } = scene.picture
  const lamps = shining ? lampsOf(scene) : planeOf(width, height)
  const glow = shining ? soften(lamps, width / 60) : lamps
  // A photograph of a bright day needs more darkening than one that is dim already.
  const gain = 2 ** (stops - 1.6 * (scene.tones.lightness - 0.55))
  const dark = mapLinear(saturate(scene.picture, 0.55), (rgb, i) => {
    const [x, y] = [i % width, Math.floor(i / width)]
    const cover = sky.data[i]!
    // The sky's own gradient: darkest above.
    const night = [0.006, 0.011, 0.03].map(
      (light) => light * (0.5 + (1.6 * y) / height) * (0.6 + 0.8 * grey.data[i]!),
    )
    const moon = 0.9 + (0.2 * x) / width
    for (let c = 0; c < 3; c++) {
      const land = rgb[c]! * gain * [0.62, 0.86, 1.42][c]! * moon + [0.0012, 0.002, 0.0045][c]!
      const lamp = lamps.data[i]! * 0.75 + glow.data[i]! * 0.8
      rgb[c] = land * (1 - cover) + night[c]! * cover + lamp * [1, 0.78, 0.45][c]! + (stars?.data[i] ?? 0)
    }
  })
  return contrast(dark, 0.15)
}

function starsIn(sky: Plane, next: NextRandom): Plane {
  const plane = planeOf(sky.width, sky.height)
  const count = Math.round(sky.data.length / 650)
  for (let k = 0; k < count; k++) {
    const i = Math.floor(next() * plane.data.length)
    plane.data[i] = sky.data[i]! > 0.97 ? 0.06 + 0.9 * next() ** 5 : 0
  }
  return mapPlane(soften(plane, 0.45), (value) => 1.5 * value)
}

/** Dark parts brighter by stops, bright ones by less: white stays white. */
function lifted(picture: Picture, stops: number): Picture {
  const gain = 2 ** stops
  return mapLinear(picture, (rgb) => {
    for (let c = 0; c < 3; c++) rgb[c] = (rgb[c]! * gain) / (1 + (gain - 1) * rgb[c]!)
  })
}

/** Stops from a dark photograph to the light of an evening. */
const liftOf = ({ lightness }: Scene['tones']): number =>
  lightness < 0.38 ? Math.min(2.2, 3 * Math.log2(0.45 / lightness)) : 0

/** Warm light from one side, with a veil toward the sun. */
function goldenHour(
  { picture: dark, sky }: Scene,
  { fromLeft, strength, coolSky = 0, lift = 0 }: LookParametersByName['golden-hour'],
): Picture {
  const picture = lift > 0 ? lifted(dark, lift) : dark
  const { width, height } = picture
  const all = splitTone(whiteBalance(contrast(picture, 0.2), { kelvin: 6500 - 2100 * strength }), {
    shadows: { hue: 320, chroma: 0.012 },
    highlights: { hue: 75, chroma: 0.04 * strength },
  })
  const warm = coolSky > 0 ? keptIn(sky, picture, all, coolSky) : all
  return mapLinear(warm, (rgb, i) => {
    const [x, y] = [(i % width) / width, Math.floor(i / width) / height]
    const toward = (fromLeft ? 1 - x : x) * (1 - 0.45 * y)
    const light = 0.78 + 0.5 * toward
    const veil = 0.2 * strength * toward ** 2.2
    for (let c = 0; c < 3; c++) rgb[c] = rgb[c]! * light * (1 - 0.6 * veil) + veil * [1, 0.62, 0.26][c]!
  })
}

/** What a picture was before a change, to a share, where a plane covers. */
function keptIn({ data: cover }: Plane, before: Picture, after: Picture, share: number): Picture {
  const data = after.data.map((level, i) =>
    Math.round(level + share * cover[Math.floor(i / 3)]! * (before.data[i]! - level)),
  )
  return { ...after, data }
}

/** The sky in the colours of the sunset, the land dim and warm under it. */
function sunset(scene: Scene, { pink, dim }: LookParametersByName['sunset']): Picture {
  const { width, height } = scene.picture
  const { sky, grey } = scene
  const horizon = horizonOf(sky)
  // Lightness, a and b from the horizon to the zenith.
  const colours = [
    [0.86, 0.035, 0.125],
    [0.76, 0.09 + 0.03 * pink, 0.085 - 0.03 * pink],
    [0.6, 0.085, -0.015],
    [0.44, 0.035, -0.085],
  ] as const
  const land = whiteBalance(expose(scene.picture, dim), { kelvin: 4700 })
  return mapOklab(land, (lab, i) => {
    const above = Math.min(1, Math.max(0, 1 - Math.floor(i / width) / Math.max(0.25 * height, horizon)))
    const step = above * (colours.length - 1)
    const [low, high] = [
      colours[Math.floor(step)]!,
      colours[Math.min(colours.length - 1, Math.floor(step) + 1)]!,
    ]
    const cover = sky.data[i]!
    for (let c = 0; c < 3; c++) {
      let wanted = low[c]! + (high[c]! - low[c]!) * (step - Math.floor(step))
      // Clouds stay to be seen.
      if (c === 0) wanted += 0.35 * (grey.data[i]! - 0.75)
      lab[c] = lab[c]! + cover * (wanted - lab[c]!)
    }
    lab[1]! += 0.012 * (1 - cover)
    lab[2]! += 0.012 * (1 - cover)
  })
}

/** The lowest row of which a tenth is sky. */
function horizonOf({ width, height, data }: Plane): number {
  for (let y = height - 1; y > 0; y--) {
    let covered = 0
    for (let x = 0; x < width; x++) covered += data[y * width + x]!
    if (covered > 0.1 * width) return y
  }
  return 0
}

function blueHour(
  scene: Scene,
  { stops, lamps: shining = true, hue = 270 }: LookParametersByName['blue-hour'],
): Picture {
  const { width, height } = scene.picture
  const lamps = shining ? lampsOf(scene) : planeOf(width, height)
  const glow = shining ? soften(lamps, width / 80) : lamps
  const cool = whiteBalance(expose(saturate(scene.picture, 0.6), stops), { kelvin: 15_000 })
  return mapLinear(
    splitTone(cool, { shadows: { hue: hue - 2, chroma: 0.05 }, highlights: { hue: hue + 5, chroma: 0.035 } }),
    (rgb, i) => {
      const light = 0.7 * lamps.data[i]! + 0.6 * glow.data[i]!
      for (let c = 0; c < 3; c++) rgb[c]! += light * [1, 0.74, 0.38][c]!
    },
  )
}

/** Light of other hours of the day. */
export const hours: LooksOf<'night' | 'golden-hour' | 'sunset' | 'blue-hour'> = {
  night: {
    by: 'place',
    unfit: underSky,
    usual: (strength, { skyShare, tones }) => ({
      stops: -1.95 - 0.8 * (strength - 1),
      starry: skyShare > 0.1,
      lamps: hasLamps(tones),
    }),
    base: (scene, parameters) => nightLight(scene, parameters, undefined),
    over(picture, { sky }, { starry }, next) {
      const stars = starry ? starsIn(sky, next) : undefined
      const lit = stars ? lightAdded(picture, stars) : picture
      return grainOver(lit, { levels: 1.6, grain: 0.5, next })
    },
    whole(scene, parameters, next) {
      const { width, height } = scene.picture
      const stars = parameters.starry ? starsIn(scene.sky, next) : planeOf(width, height)
      return addNoise(nightLight(scene, parameters, stars), { levels: 1.6, grain: 0.5, next })
    },
  },
  'golden-hour': {
    by: 'place',
    unfit: (scene) => byDay(scene) ?? (scene.tones.cast[1] > 0.06 ? 'warm itself' : undefined),
    usual: (strength, { tones }, next) => ({
      fromLeft: next() < 0.5,
      strength: 0.9 + 0.45 * (strength - 1),
      coolSky: 0.65,
      lift: liftOf(tones),
    }),
    base: goldenHour,
  },
  sunset: {
    by: 'place',
    unfit: (scene) =>
      byDay(scene) ??
      (scene.skyShare < 0.18 ? 'little sky' : scene.tones.cast[1] > 0.05 ? 'warm itself' : undefined),
    usual: (strength, _scene, next) => ({ pink: next(), dim: -1.05 - 0.5 * (strength - 1) }),
    base: sunset,
  },
  'blue-hour': {
    by: 'place',
    unfit: underSky,
    usual: (strength, { tones }) => ({
      stops: -1.2 - 0.6 * (strength - 1),
      lamps: hasLamps(tones),
      hue: 246,
    }),
    base: blueHour,
  },
}

/** Faults of exposure and white balance. */
export const exposures: LooksOf<'underexposed' | 'overexposed' | 'colour-cast'> = {
  underexposed: {
    by: 'colour',
    unfit: ({ tones }) => (tones.lightness < 0.42 ? 'dark itself' : undefined),
    usual: (strength) => ({ stops: -1.2 * strength }),
    base: ({ picture }, { stops }) => expose(picture, stops),
    over: (picture, _scene, _parameters, next) => grainOver(picture, { levels: 1.5, grain: 0, next }),
  },
  overexposed: {
    by: 'colour',
    unfit: ({ tones }) =>
      tones.lightness > 0.75 ? 'bright itself' : tones.lightness < 0.3 ? 'too dark' : undefined,
    usual: (strength) => ({ stops: 1.4 * strength }),
    base: ({ picture }, { stops }) =>
      mapLinear(picture, (rgb) => {
        for (let c = 0; c < 3; c++) rgb[c] = Math.min(1, rgb[c]! * 2 ** stops + 0.01)
      }),
  },
  'colour-cast': {
    by: 'colour',
    unfit: ({ tones }) => (Math.hypot(...tones.cast) > 0.045 ? 'has a cast itself' : undefined),
    usual: (strength) => ({ kelvin: 3800 - 500 * strength, tint: 0 }),
    base: ({ picture }, { kelvin, tint }) => whiteBalance(picture, { kelvin, tint }),
  },
}
