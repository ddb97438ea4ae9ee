import {
  contrast,
  linearOfLevel,
  mapLinear,
  mapOklab,
  type NextRandom,
  type Picture,
  type Plane,
  saturate,
  whiteBalance,
} from '../../image/index.ts'
import type { Scene } from '../scene/scene.ts'
import { between, cloudsOver } from './chance.ts'
import { falling } from './falling.ts'
import { snowed, snowOnGround } from './ground.ts'
import type { LookParametersByName, LooksOf } from './look.ts'
import { lightLaid } from './overlay.ts'

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
 * `air` in levels. Source: Koschmieder's law, the model of dehazing.
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

/** How dark a scene is, from 0, by day, to 1, by night: its air is as dark. */
const duskOf = ({ tones }: Scene): number => Math.min(1, Math.max(0, (0.45 - tones.lightness) / 0.25))

/** The light of the air at dusk, in levels. */
function airAt(dusk: number, [red, green, blue]: readonly [number, number, number]) {
  const share = 1 - 0.68 * dusk
  return [red * share, green * share, blue * share] as const
}

/** The lightness of a sky that clouds over, which at dusk stays as dark as it was. */
const cloudedAt = (dusk: number, lightness: number, { skyLightness }: Scene): number =>
  lightness + dusk * (Math.min(lightness, skyLightness) - lightness)

function rainyAir(
  scene: Scene,
  { density, dusk = 0 }: LookParametersByName['rain'],
  next: NextRandom,
): Picture {
  const dull = greySky(
    overcast(scene.picture, { stops: -0.75 * (1 - dusk), colour: 0.62 }),
    scene,
    cloudsOver(scene, next, 0.4),
    cloudedAt(dusk, 0.62, scene),
  )
  return haze(dull, { distance: scene.distance, density, air: airAt(dusk, [150, 156, 164]) })
}

function snowyAir(
  scene: Scene,
  { density, dusk = 0, ground = 0 }: LookParametersByName['snowfall'],
  next: NextRandom,
): Picture {
  const cold = whiteBalance(contrast(saturate(scene.picture, 0.6), -0.15), { kelvin: 8200 })
  const pale = greySky(cold, scene, cloudsOver(scene, next, 0.5), cloudedAt(dusk, 0.8, scene))
  const white = ground === 0 ? pale : snowLaid(pale, scene, ground, next)
  return haze(white, { distance: scene.distance, density, air: airAt(dusk, [214, 219, 226]) })
}

function snowLaid(picture: Picture, scene: Scene, ground: number, next: NextRandom): Picture {
  const lying = snowOnGround(scene, cloudsOver(scene, next, 0.03, 3)).data
  return mapOklab(picture, (lab, i) => {
    if (lying[i]! > 0.002) snowed(lab, ground * lying[i]!)
  })
}

/** Weather over a photograph whose own weather is clear. */
export const weathers: LooksOf<'haze' | 'dense-fog' | 'rain' | 'snowfall' | 'overcast'> = {
  haze: {
    by: 'place',
    unfit: (scene) => clear(scene) ?? noSky(scene),
    usual: (strength, scene) => ({ density: 1.05 * strength, warmth: 3, dusk: duskOf(scene) }),
    base(scene, { density, warmth, dusk = 0 }, next) {
      return haze(saturate(scene.picture, 0.92), {
        distance: scene.distance,
        density,
        air: airAt(dusk, [208 + warmth, 210 + warmth / 2, 214 - warmth]),
        uneven: cloudsOver(scene, next, 0.5),
      })
    },
  },
  'dense-fog': {
    by: 'place',
    unfit: (scene) => clear(scene) ?? noSky(scene),
    usual: (strength, scene) => ({ density: 1.45 + 1.8 * (strength - 1), dusk: duskOf(scene) }),
    base: (scene, { density, dusk = 0 }, next) =>
      haze(saturate(scene.picture, 0.75), {
        distance: scene.distance,
        density,
        air: airAt(dusk, [206, 210, 214]),
        uneven: cloudsOver(scene, next, 0.35, 4),
      }),
  },
  rain: {
    by: 'place',
    unfit: clear,
    usual: (strength, scene, next) => ({
      angle: between(next, -0.25, 0.25),
      amount: strength,
      density: 0.45 * strength,
      dusk: duskOf(scene),
    }),
    base: rainyAir,
    over(picture, { picture: size }, { angle, amount }, next) {
      const drops = falling(size, next, {
        angle,
        layers: [
          { perMegapixel: 5200 * amount, length: 16, opacity: 0.55, blur: 0.4, gain: 1.2 },
          { perMegapixel: 1700 * amount, length: 34, opacity: 0.8, blur: 0.55, gain: 1.5 },
          { perMegapixel: 230 * amount, length: 70, opacity: 0.9, blur: 1.1, gain: 2.2 },
        ],
      })
      return lightLaid(picture, drops, { light: 0.62, most: 0.5 })
    },
  },
  snowfall: {
    by: 'place',
    unfit: clear,
    usual: (strength, scene, next) => ({
      angle: between(next, -0.4, 0.4),
      amount: strength,
      density: 0.65 * strength,
      dusk: duskOf(scene),
      ground: scene.ground || (scene.hasDepth && scene.outdoors) ? 0.55 : 0,
    }),
    base: snowyAir,
    over(picture, { picture: size }, { angle, amount }, next) {
      const flakes = falling(size, next, {
        angle,
        layers: [
          { perMegapixel: 5200 * amount, length: 1, opacity: 0.9, blur: 0.65, gain: 2.6 },
          { perMegapixel: 1500 * amount, length: 2.5, opacity: 1, blur: 1.2, gain: 5 },
          { perMegapixel: 260 * amount, length: 5, opacity: 1, blur: 2.4, gain: 9 },
          { perMegapixel: 36 * amount, length: 8, opacity: 1, blur: 5, gain: 17 },
        ],
      })
      return lightLaid(picture, flakes, { light: 0.93, most: 0.88 })
    },
  },
  overcast: {
    by: 'place',
    unfit: (scene) => clear(scene) ?? (scene.blueSky && scene.skyShare > 0.15 ? undefined : 'no blue sky'),
    usual: (strength, scene) => ({ stops: -0.55 * strength, dusk: duskOf(scene) }),
    base(scene, { stops, dusk = 0 }, next) {
      const dull = overcast(scene.picture, { stops: stops * (1 - dusk), colour: 0.6 })
      return greySky(dull, scene, cloudsOver(scene, next, 0.45, 4), cloudedAt(dusk, 0.72, scene))
    },
  },
}
