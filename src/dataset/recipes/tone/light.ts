import {
  addNoise,
  contrast,
  expose,
  mapLinear,
  mapOklab,
  mapPlane,
  type Picture,
  type Plane,
  planeOf,
  saturate,
  soften,
  splitTone,
  whiteBalance,
} from '../../../image/index.ts'
import type { Random } from '../../../random/index.ts'
import { type Look, words } from './look.ts'
import type { Scene } from './scene.ts'

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

function night(scene: Scene, random: Random): ReturnType<Look['apply']> {
  const { sky, grey } = scene
  const { width, height } = scene.picture
  const [stops, starry] = [random.between(-2.5, -2), scene.skyShare > 0.1]
  const lamps = lampsOf(scene)
  const glow = soften(lamps, width / 60)
  const stars = starry ? starsIn(sky, random) : planeOf(width, height)
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
      rgb[c] = land * (1 - cover) + night[c]! * cover + lamp * [1, 0.78, 0.45][c]! + stars.data[i]!
    }
  })
  return {
    picture: addNoise(contrast(dark, 0.15), { levels: 1.6, grain: 0.5, next: () => random.unit() }),
    drawn: { stops, starry },
  }
}

function starsIn(sky: Plane, random: Random): Plane {
  const plane = planeOf(sky.width, sky.height)
  const count = Math.round(sky.data.length / 650)
  for (let k = 0; k < count; k++) {
    const i = random.below(plane.data.length)
    plane.data[i] = sky.data[i]! > 0.97 ? 0.06 + 0.9 * random.unit() ** 5 : 0
  }
  return mapPlane(soften(plane, 0.45), (value) => 1.5 * value)
}

/** Warm light from one side, with a veil toward the sun. */
function goldenHour(scene: Scene, random: Random): ReturnType<Look['apply']> {
  const { width, height } = scene.picture
  const [fromLeft, strength] = [random.chance(0.5), random.between(0.8, 1.1)]
  const warm = splitTone(whiteBalance(contrast(scene.picture, 0.2), { kelvin: 6500 - 2100 * strength }), {
    shadows: { hue: 320, chroma: 0.012 },
    highlights: { hue: 75, chroma: 0.04 * strength },
  })
  const picture = mapLinear(warm, (rgb, i) => {
    const [x, y] = [(i % width) / width, Math.floor(i / width) / height]
    const toward = (fromLeft ? 1 - x : x) * (1 - 0.45 * y)
    const light = 0.78 + 0.5 * toward
    const veil = 0.2 * strength * toward ** 2.2
    for (let c = 0; c < 3; c++) rgb[c] = rgb[c]! * light * (1 - 0.6 * veil) + veil * [1, 0.62, 0.26][c]!
  })
  return { picture, drawn: { fromLeft, strength } }
}

/** The sky in the colours of the sunset, the land dim and warm under it. */
function sunset(scene: Scene, random: Random): ReturnType<Look['apply']> {
  const { width, height } = scene.picture
  const { sky, grey } = scene
  const horizon = horizonOf(sky)
  const [pink, dim] = [random.between(0, 1), random.between(-1.25, -0.85)]
  // Lightness, a and b from the horizon to the zenith.
  const colours = [
    [0.86, 0.035, 0.125],
    [0.76, 0.09 + 0.03 * pink, 0.085 - 0.03 * pink],
    [0.6, 0.085, -0.015],
    [0.44, 0.035, -0.085],
  ] as const
  const land = whiteBalance(expose(scene.picture, dim), { kelvin: 4700 })
  const picture = mapOklab(land, (lab, i) => {
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
  return { picture, drawn: { pink, dim } }
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

function blueHour(scene: Scene, random: Random): ReturnType<Look['apply']> {
  const stops = random.between(-1.5, -1.1)
  const lamps = lampsOf(scene)
  const glow = soften(lamps, scene.picture.width / 80)
  const cool = whiteBalance(expose(saturate(scene.picture, 0.6), stops), { kelvin: 15_000 })
  const picture: Picture = mapLinear(
    splitTone(cool, { shadows: { hue: 268, chroma: 0.05 }, highlights: { hue: 275, chroma: 0.035 } }),
    (rgb, i) => {
      const light = 0.7 * lamps.data[i]! + 0.6 * glow.data[i]!
      for (let c = 0; c < 3; c++) rgb[c]! += light * [1, 0.74, 0.38][c]!
    },
  )
  return { picture, drawn: { stops } }
}

/** Light of other hours of the day. */
export const hours: readonly Look[] = [
  {
    name: 'night',
    forward: words('light', ['turn day into night', '把白天变成夜晚'], ['the scene at night', '夜晚的景色']),
    back: words('light', ['turn night into day', '把夜晚变成白天'], ['the scene in daylight', '白天的景色']),
    unfit: underSky,
    apply: night,
  },
  {
    name: 'golden-hour',
    forward: words(
      'light',
      ['put it in warm golden hour light', '变成黄金时刻的温暖光线'],
      ['a scene in warm golden hour light', '黄金时刻暖光下的画面'],
    ),
    unfit: (scene) => byDay(scene) ?? (scene.tones.cast[1] > 0.06 ? 'warm itself' : undefined),
    apply: goldenHour,
  },
  {
    name: 'sunset',
    forward: words('light', ['make it sunset', '变成日落时分'], ['a scene at sunset', '日落时分的景色']),
    back: words(
      'light',
      ['change the sunset to midday light', '把日落改成正午的光线'],
      ['the scene in midday light', '正午光线下的景色'],
    ),
    unfit: (scene) =>
      byDay(scene) ??
      (scene.skyShare < 0.18 ? 'little sky' : scene.tones.cast[1] > 0.05 ? 'warm itself' : undefined),
    apply: sunset,
  },
  {
    name: 'blue-hour',
    forward: words(
      'light',
      ['make it the blue hour after sunset', '变成日落后的蓝调时刻'],
      ['a scene in the blue hour', '蓝调时刻的景色'],
    ),
    unfit: underSky,
    apply: blueHour,
  },
]

/** Exposure and white balance, mostly the way back: a fault mended. */
export const exposures: readonly Look[] = [
  {
    name: 'underexposed',
    forward: words('light', ['darken the photo', '把照片调暗'], ['a darker photo', '一张更暗的照片']),
    back: words(
      'light',
      ['brighten the underexposed photo', '把这张曝光不足的照片提亮'],
      ['a well exposed photo', '一张曝光正常的照片'],
    ),
    unfit: ({ tones }) => (tones.lightness < 0.42 ? 'dark itself' : undefined),
    apply: ({ picture }, random) => {
      const stops = random.between(-2.2, -1.6)
      return {
        picture: addNoise(expose(picture, stops), { levels: 1.5, next: () => random.unit() }),
        drawn: { stops },
      }
    },
  },
  {
    name: 'overexposed',
    back: words(
      'light',
      ['fix the overexposure', '修正过曝'],
      ['a well exposed photo', '一张曝光正常的照片'],
    ),
    unfit: ({ tones }) =>
      tones.lightness > 0.75 ? 'bright itself' : tones.lightness < 0.3 ? 'too dark' : undefined,
    apply: ({ picture }, random) => {
      const stops = random.between(1.2, 1.6)
      const washed = mapLinear(picture, (rgb) => {
        for (let c = 0; c < 3; c++) rgb[c] = Math.min(1, rgb[c]! * 2 ** stops + 0.01)
      })
      return { picture: washed, drawn: { stops } }
    },
  },
  {
    name: 'colour-cast',
    back: words(
      'light',
      ['correct the white balance', '校正白平衡'],
      ['a photo with neutral white balance', '一张白平衡准确的照片'],
    ),
    unfit: ({ tones }) => (Math.hypot(...tones.cast) > 0.045 ? 'has a cast itself' : undefined),
    apply: ({ picture }, random) => {
      const kelvin = random.chance(0.5) ? random.between(3100, 3700) : random.between(14_000, 19_000)
      const tint = random.between(-0.5, 0.5)
      return { picture: whiteBalance(picture, { kelvin, tint }), drawn: { kelvin, tint } }
    },
  },
]
