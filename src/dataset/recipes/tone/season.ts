import { mapOklch, mapPlane, type Plane, soften } from '../../../image/index.ts'
import { type Look, words } from './look.ts'
import { cloudsFor, type Scene } from './scene.ts'

/** A season is seen on plants out of doors: not on a green wall behind an apple, nor on a green blur. */
const green = ({ foliageShare, foliageDetail, outdoors }: Scene): string | undefined => {
  if (!outdoors) return 'indoors'
  return foliageShare < 0.12 || foliageDetail < 0.1 ? 'little green' : undefined
}

const radians = (degrees: number): number => (degrees / 180) * Math.PI

/** Seasons: what they do to leaves and grass, in OKLCh, so that light and shade stay. */
export const seasons: readonly Look[] = [
  {
    name: 'autumn',
    forward: words(
      'season',
      ['make it autumn', '变成秋天'],
      ['an autumn scene with golden leaves', '金黄的秋日景色'],
    ),
    back: words(
      'season',
      ['turn autumn into summer', '把秋天变成夏天'],
      ['a green summer scene', '绿意盎然的夏日景色'],
    ),
    unfit: green,
    apply: (scene, random) => {
      const [hue, spread] = [random.between(62, 76), random.between(22, 34)]
      // Trees turn one by one, and so do leaves: large and small clouds.
      const [trees, leaves] = [cloudsFor(scene, random, 0.22, 2), cloudsFor(scene, random, 0.025, 3)]
      const picture = mapOklch(scene.picture, (lch, i) => {
        const turned = scene.foliage.data[i]!
        const wanted = radians(hue + spread * (2 * (0.6 * trees.data[i]! + 0.4 * leaves.data[i]!) - 1))
        lch[2] = lch[2]! + turned * (wanted - lch[2]!)
        lch[1] = lch[1]! * (1 + 0.3 * turned) + 0.012 * turned
        lch[0] = lch[0]! + 0.045 * turned * (1 - lch[0]!)
      })
      return { picture, drawn: { hue, spread } }
    },
  },
  {
    name: 'winter',
    forward: words(
      'season',
      ['make it a snowy winter scene', '变成白雪皑皑的冬天'],
      ['a snowy winter scene', '白雪皑皑的冬日景色'],
    ),
    back: words(
      'season',
      ['turn winter into summer', '把冬天变成夏天'],
      ['a green summer scene', '绿意盎然的夏日景色'],
    ),
    unfit: (scene) => green(scene) ?? (scene.foliageShare < 0.22 ? 'little green' : undefined),
    apply: (scene, random) => {
      const cover = random.between(0.85, 1)
      const snow = snowOn(scene, cloudsFor(scene, random, 0.03, 3))
      const picture = mapOklch(scene.picture, (lch, i) => {
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
      return { picture, drawn: { cover } }
    },
  },
  {
    name: 'spring',
    forward: words(
      'season',
      ['make the greens fresh as in spring', '让绿色像春天一样清新'],
      ['a fresh spring scene', '清新的春日景色'],
    ),
    unfit: green,
    apply: (scene, random) => {
      const [turn, light] = [random.between(6, 12), random.between(0.06, 0.1)]
      const picture = mapOklch(scene.picture, (lch, i) => {
        const leaf = scene.foliage.data[i]!
        lch[2] = lch[2]! - radians(turn) * leaf
        lch[1]! *= 1 + 0.45 * leaf
        lch[0]! += (light * leaf + 0.03) * Math.min(1, 3 * (1 - lch[0]!)) * Math.min(1, 3 * lch[0]!)
      })
      return { picture, drawn: { turn, light } }
    },
  },
]

/** Where snow lies: on what is green, more on its lit parts. */
function snowOn({ foliage, grey }: Scene, uneven: Plane): Plane {
  const local = soften(grey, 4)
  const lying = mapPlane(foliage, (leaf, i) => {
    const raised = grey.data[i]! - local.data[i]!
    return leaf * Math.min(1, Math.max(0, 0.82 + 3 * raised + 0.5 * (uneven.data[i]! - 0.5)))
  })
  return soften(lying, 0.5)
}
