import {
  contrast,
  mapOklab,
  mapOklch,
  mapPlane,
  type Picture,
  type Plane,
  saturate,
  soften,
  splitTone,
  whiteBalance,
} from '../../image/index.ts'
import type { Scene } from '../scene/scene.ts'
import { cloudsOver } from './chance.ts'
import { snowed, snowOnGround } from './ground.ts'
import type { LooksOf } from './look.ts'

/** A season is seen on plants out of doors: not on a green wall behind an apple, nor on a green blur. */
const green = ({ foliageShare, foliageDetail, outdoors }: Scene): string | undefined => {
  if (!outdoors) return 'indoors'
  return foliageShare < 0.12 || foliageDetail < 0.1 ? 'little green' : undefined
}

/** With few plants in it, a photograph tells its season by its light. */
const moodOf = ({ foliageShare }: Scene): number => Math.min(1, Math.max(0, (0.25 - foliageShare) / 0.15))

/** Low sun on a dry land. */
const autumnLight = (picture: Picture, mood: number): Picture =>
  splitTone(saturate(picture, 1 - 0.12 * mood), {
    shadows: { hue: 50, chroma: 0.014 * mood },
    highlights: { hue: 72, chroma: 0.05 * mood },
  })

const springLight = (picture: Picture, mood: number): Picture =>
  splitTone(saturate(picture, 1 + 0.15 * mood), {
    shadows: { hue: 150, chroma: 0.012 * mood },
    highlights: { hue: 112, chroma: 0.03 * mood },
  })

/** Cold, flat light under a pale sky, and snow on what faces up. */
function wintry(scene: Scene, picture: Picture, { mood, ground }: { mood: number; ground: Plane }): Picture {
  const cold = whiteBalance(contrast(saturate(picture, 1 - 0.35 * mood), -0.08 * mood), {
    kelvin: 6500 + 1500 * mood,
  })
  const pale = 0.45 * mood * Math.min(1, Math.max(0, (scene.skyLightness - 0.3) / 0.3))
  return mapOklab(cold, (lab, i) => {
    const cover = pale * scene.sky.data[i]!
    lab[0] = lab[0]! + cover * Math.max(0, 0.88 - lab[0]!)
    lab[1] = lab[1]! * (1 - cover)
    lab[2] = lab[2]! * (1 - cover)
    const white = ground.data[i]!
    if (white > 0.002) snowed(lab, white)
  })
}

const radians = (degrees: number): number => (degrees / 180) * Math.PI

/** Seasons: what they do to leaves and grass, in OKLCh, so that light and shade stay. */
export const seasons: LooksOf<'autumn' | 'winter' | 'spring'> = {
  autumn: {
    by: 'place',
    unfit: green,
    usual: (strength, scene) => ({
      hue: 69 - 9 * (strength - 1),
      spread: 28 + 4 * (strength - 1),
      mood: moodOf(scene),
    }),
    base(scene, { hue, spread, mood = 0 }, next) {
      // Trees turn one by one, and so do leaves: large and small clouds.
      const [trees, leaves] = [cloudsOver(scene, next, 0.22, 2), cloudsOver(scene, next, 0.025, 3)]
      const picture = mood > 0 ? autumnLight(scene.picture, mood) : scene.picture
      return mapOklch(picture, (lch, i) => {
        const turned = scene.foliage.data[i]!
        const wanted = radians(hue + spread * (2 * (0.6 * trees.data[i]! + 0.4 * leaves.data[i]!) - 1))
        lch[2] = lch[2]! + turned * (wanted - lch[2]!)
        lch[1] = lch[1]! * (1 + 0.3 * turned) + 0.012 * turned
        lch[0] = lch[0]! + 0.045 * turned * (1 - lch[0]!)
      })
    },
  },
  winter: {
    by: 'place',
    unfit: (scene) => green(scene) ?? (scene.foliageShare < 0.22 ? 'little green' : undefined),
    usual: (strength, scene) => ({
      cover: Math.min(1, 0.92 + 0.08 * (strength - 1)),
      ground: Math.min(1, 0.85 + 0.15 * (strength - 1)),
      mood: 0.4 + 0.6 * moodOf(scene),
    }),
    base(scene, { cover, ground = 0, mood = 0 }, next) {
      const uneven = cloudsOver(scene, next, 0.03, 3)
      const snow = snowOn(scene, uneven)
      const white = mapOklch(scene.picture, (lch, i) => {
        const white = cover * snow.data[i]!
        // Shade in snow is blue and not deep.
        const light = 0.5 + 0.5 * Math.min(1, 1.35 * lch[0]!) ** 0.75
        const bluish = 0.03 * (1 - light) + 0.006
        const [x, y] = [lch[1]! * Math.cos(lch[2]!) * 0.55, lch[1]! * Math.sin(lch[2]!) * 0.55 - 0.008]
        const [u, v] = [x * (1 - white) - 0.004 * white, y * (1 - white) - bluish * white]
        lch[0] = lch[0]! + white * (light - lch[0]!)
        lch[1] = Math.hypot(u, v)
        lch[2] = Math.atan2(v, u)
      })
      if (ground === 0 && mood === 0) return white
      // What is white already takes no more.
      const lying = mapPlane(
        snowOnGround(scene, uneven),
        (up, i) => ground * up * (1 - cover * snow.data[i]!),
      )
      return wintry(scene, white, { mood, ground: lying })
    },
  },
  spring: {
    by: 'place',
    unfit: green,
    usual: (strength, scene) => ({ turn: 9 * strength, light: 0.08 * strength, mood: moodOf(scene) }),
    base: (scene, { turn, light, mood = 0 }) =>
      mapOklch(mood > 0 ? springLight(scene.picture, mood) : scene.picture, (lch, i) => {
        const leaf = scene.foliage.data[i]!
        lch[2] = lch[2]! - radians(turn) * leaf
        lch[1]! *= 1 + 0.45 * leaf
        lch[0]! += (light * leaf + 0.03) * Math.min(1, 3 * (1 - lch[0]!)) * Math.min(1, 3 * lch[0]!)
      }),
  },
}

/** Where snow lies: on what is green, more on its lit parts. */
function snowOn({ foliage, grey }: Scene, uneven: Plane): Plane {
  const local = soften(grey, 4)
  const lying = mapPlane(foliage, (leaf, i) => {
    const raised = grey.data[i]! - local.data[i]!
    return leaf * Math.min(1, Math.max(0, 0.82 + 3 * raised + 0.5 * (uneven.data[i]! - 0.5)))
  })
  return soften(lying, 0.5)
}
