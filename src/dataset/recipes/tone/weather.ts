import {
  contrast,
  linearOfLevel,
  mapLinear,
  mapOklab,
  type Picture,
  type Plane,
  planeOf,
  saturate,
  soften,
  whiteBalance,
} from '../../../image/index.ts'
import type { Random } from '../../../random/index.ts'
import { type Look, words } from './look.ts'
import { cloudsFor, type Scene } from './scene.ts'

const outside = ({ outdoors }: Scene): string | undefined => (outdoors ? undefined : 'not outdoors')

const noSky = ({ skyShare }: Scene): string | undefined => (skyShare < 0.06 ? 'no sky' : undefined)

const clear = (scene: Scene): string | undefined =>
  outside(scene) ??
  (scene.tones.black > 0.35 || scene.tones.contrast < 0.13
    ? 'hazy itself'
    : scene.tones.lightness < 0.3 || (scene.skyShare > 0.06 && scene.skyLightness < 0.52)
      ? 'too dark'
      : undefined)

/**
 * Haze as the air makes it: what comes through, e^(−density · distance), and the light of the air instead of the rest.
 * Source: Koschmieder's law, the model of dehazing.
 */
function haze(
  picture: Picture,
  {
    distance,
    density,
    air,
    uneven,
  }: {
    readonly distance: Plane
    readonly density: number
    readonly air: readonly [number, number, number]
    readonly uneven?: Plane
  },
): Picture {
  const light = air.map((level) => linearOfLevel[Math.round(level)]!)
  return mapLinear(picture, (rgb, i) => {
    const thickness =
      density * (0.12 + distance.data[i]!) * (uneven === undefined ? 1 : 0.7 + 0.6 * uneven.data[i]!)
    const through = Math.exp(-thickness)
    for (let c = 0; c < 3; c++) rgb[c] = rgb[c]! * through + light[c]! * (1 - through)
  })
}

/** Adds what falls, in layers from far to near, as coverage of 0 to 1. */
function falling(
  scene: Scene,
  random: Random,
  { angle, layers }: { readonly angle: number; readonly layers: readonly FallingLayer[] },
): Plane {
  const { width, height } = scene.picture
  const sum = planeOf(width, height)
  const scale = Math.max(width, height) / 512
  for (const layer of layers) {
    const plane = planeOf(width, height)
    const count = Math.round((layer.perMegapixel * width * height) / 1e6 / scale)
    for (let k = 0; k < count; k++) {
      const length = layer.length * scale * random.between(0.6, 1.3)
      const lean = angle + random.between(-0.03, 0.03)
      streak(plane, {
        x: random.between(-20, width + 20),
        y: random.between(-length, height),
        dx: Math.sin(lean),
        dy: Math.cos(lean),
        length,
        strength: layer.opacity * random.between(0.5, 1),
      })
    }
    const soft = soften(plane, layer.blur * scale)
    const gain = layer.gain
    soft.data.forEach((value, i) => {
      sum.data[i] = 1 - (1 - sum.data[i]!) * (1 - Math.min(0.95, gain * value))
    })
  }
  return sum
}

interface FallingLayer {
  readonly perMegapixel: number
  /** Pixels, of a picture of 512. */
  readonly length: number
  readonly opacity: number
  readonly blur: number
  /** Makes up for the blur, which spreads a thin line. */
  readonly gain: number
}

/** A line, thin at both ends, spread over the pixels beside it. */
function streak(
  plane: Plane,
  {
    x,
    y,
    dx,
    dy,
    length,
    strength,
  }: { x: number; y: number; dx: number; dy: number; length: number; strength: number },
): void {
  const { width, height, data } = plane
  for (let step = 0; step <= length; step++) {
    const [u, v] = [x + dx * step, y + dy * step]
    const [left, top] = [Math.floor(u), Math.floor(v)]
    const ink = strength * Math.sin((Math.PI * (step + 0.5)) / (length + 1))
    for (const [ix, iy] of [
      [0, 0],
      [1, 0],
      [0, 1],
      [1, 1],
    ] as const) {
      const [px, py] = [left + ix, top + iy]
      if (px < 0 || py < 0 || px >= width || py >= height) continue
      const share = (ix === 0 ? 1 - (u - left) : u - left) * (iy === 0 ? 1 - (v - top) : v - top)
      data[py * width + px]! = Math.max(data[py * width + px]!, ink * share)
    }
  }
}

/** Lays a light over the picture by coverage, in linear light. */
function lit(picture: Picture, cover: Plane, light: number, most: number): Picture {
  return mapLinear(picture, (rgb, i) => {
    const share = most * cover.data[i]!
    for (let c = 0; c < 3; c++) rgb[c] = rgb[c]! * (1 - share) + Math.max(rgb[c]!, light) * share
  })
}

/** The light of a grey sky over the picture: flat, dim, cool. */
function overcast(
  picture: Picture,
  { stops, colour }: { readonly stops: number; readonly colour: number },
): Picture {
  const gain = 2 ** stops
  const dim = mapLinear(saturate(picture, colour), (rgb) => {
    for (let c = 0; c < 3; c++) rgb[c]! *= gain
  })
  return whiteBalance(contrast(dim, -0.25), { kelvin: 7800 })
}

/** A blue sky goes grey, and keeps a little of its clouds. */
function greySky(picture: Picture, { sky, grey }: Scene, clouds: Plane, lightness: number): Picture {
  return mapOklab(picture, (lab, i) => {
    const cover = sky.data[i]!
    const cloud = lightness + 0.16 * (clouds.data[i]! - 0.5) + 0.12 * (grey.data[i]! - 0.6)
    lab[0] = lab[0]! + cover * (cloud - lab[0]!)
    lab[1] = lab[1]! * (1 - 0.9 * cover)
    lab[2] = lab[2]! * (1 - 0.9 * cover) - 0.008 * cover
  })
}

function rain(scene: Scene, random: Random): ReturnType<Look['apply']> {
  const [angle, amount, density] = [
    random.between(-0.28, 0.28),
    random.between(0.8, 1.25),
    random.between(0.35, 0.6),
  ]
  const dull = greySky(
    overcast(scene.picture, { stops: -0.75, colour: 0.62 }),
    scene,
    cloudsFor(scene, random, 0.4),
    0.62,
  )
  const misty = haze(dull, { distance: scene.distance, density, air: [150, 156, 164] })
  const drops = falling(scene, random, {
    angle,
    layers: [
      { perMegapixel: 5200 * amount, length: 16, opacity: 0.55, blur: 0.4, gain: 1.2 },
      { perMegapixel: 1700 * amount, length: 34, opacity: 0.8, blur: 0.55, gain: 1.5 },
      { perMegapixel: 230 * amount, length: 70, opacity: 0.9, blur: 1.1, gain: 2.2 },
    ],
  })
  return { picture: lit(misty, drops, 0.62, 0.5), drawn: { angle, amount, density } }
}

function snowfall(scene: Scene, random: Random): ReturnType<Look['apply']> {
  const [angle, amount, density] = [
    random.between(-0.5, 0.5),
    random.between(0.8, 1.3),
    random.between(0.5, 0.8),
  ]
  const cold = whiteBalance(contrast(saturate(scene.picture, 0.6), -0.15), { kelvin: 8200 })
  const pale = greySky(cold, scene, cloudsFor(scene, random, 0.5), 0.8)
  const misty = haze(pale, { distance: scene.distance, density, air: [214, 219, 226] })
  const flakes = falling(scene, random, {
    angle,
    layers: [
      { perMegapixel: 5200 * amount, length: 1, opacity: 0.9, blur: 0.65, gain: 2.6 },
      { perMegapixel: 1500 * amount, length: 2.5, opacity: 1, blur: 1.2, gain: 5 },
      { perMegapixel: 260 * amount, length: 5, opacity: 1, blur: 2.4, gain: 9 },
      { perMegapixel: 36 * amount, length: 8, opacity: 1, blur: 5, gain: 17 },
    ],
  })
  return { picture: lit(misty, flakes, 0.93, 0.88), drawn: { angle, amount, density } }
}

/** Weather, with the way back where the photograph's own weather is clear. */
export const weathers: readonly Look[] = [
  {
    name: 'haze',
    forward: words('weather', ['make it a hazy day', '变成雾霾天'], ['a hazy day', '雾霾天']),
    back: words(
      'weather',
      ['remove the haze', '去除画面中的雾霾'],
      ['a clear day without haze', '没有雾霾的晴朗画面'],
    ),
    unfit: (scene) => clear(scene) ?? noSky(scene),
    apply: (scene, random) => {
      const [density, warmth] = [random.between(1, 1.6), random.between(-4, 10)]
      const air = [208 + warmth, 210 + warmth / 2, 214 - warmth] as const
      return {
        picture: haze(saturate(scene.picture, 0.92), {
          distance: scene.distance,
          density,
          air,
          uneven: cloudsFor(scene, random, 0.5),
        }),
        drawn: { density, warmth },
      }
    },
  },
  {
    name: 'dense-fog',
    forward: words(
      'weather',
      ['fill the scene with dense fog', '让场景笼罩在浓雾中'],
      ['a scene in dense fog', '浓雾笼罩的场景'],
    ),
    unfit: (scene) => clear(scene) ?? noSky(scene),
    apply: (scene, random) => {
      const density = random.between(2.2, 3)
      const picture = haze(saturate(scene.picture, 0.75), {
        distance: scene.distance,
        density,
        air: [206, 210, 214],
        uneven: cloudsFor(scene, random, 0.35, 4),
      })
      return { picture, drawn: { density } }
    },
  },
  {
    name: 'rain',
    forward: words('weather', ['make it rain', '让画面下起雨来'], ['a rainy day', '下雨天']),
    back: words(
      'weather',
      ['remove the rain', '去除画面中的雨'],
      ['a clear day without rain', '没有雨的晴朗画面'],
    ),
    unfit: clear,
    apply: rain,
  },
  {
    name: 'snowfall',
    forward: words('weather', ['make it snow', '让画面下起雪来'], ['a day with falling snow', '下雪天']),
    back: words(
      'weather',
      ['remove the falling snow', '去除画面中的飘雪'],
      ['the scene without snowfall', '没有飘雪的画面'],
    ),
    unfit: clear,
    apply: snowfall,
  },
  {
    name: 'overcast',
    forward: words('weather', ['make it an overcast day', '变成阴天'], ['a gray, overcast day', '阴天']),
    back: words(
      'weather',
      ['make it a sunny day with a blue sky', '变成蓝天白云的晴天'],
      ['a sunny day with a blue sky', '蓝天下的晴天'],
    ),
    unfit: (scene) => clear(scene) ?? (scene.blueSky && scene.skyShare > 0.15 ? undefined : 'no blue sky'),
    apply: (scene, random) => {
      const stops = random.between(-0.7, -0.4)
      const dull = overcast(scene.picture, { stops, colour: 0.6 })
      return { picture: greySky(dull, scene, cloudsFor(scene, random, 0.45, 4), 0.72), drawn: { stops } }
    },
  },
]
