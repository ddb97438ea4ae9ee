import {
  boxMean,
  guidedFilter,
  mapOklab,
  type Picture,
  type Plane,
  toChannels,
} from '../../../image/index.ts'
import type { Random } from '../../../random/index.ts'
import { Rejection } from '../../../tools/index.ts'
import { meshPoint, meshPoints, partMask } from './faceParts.ts'
import type { Retouch, Retouched, Sitter } from './retouch.ts'

/** The picture with another mixed in by coverage of 0 to 1; exact where it is 0. */
function mixed(picture: Picture, other: Picture, cover: Plane): Picture {
  return {
    ...picture,
    data: picture.data.map((level, i) => {
      const share = cover.data[Math.floor(i / 3)]!
      return share === 0 ? level : Math.round(level + share * (other.data[i]! - level))
    }),
  }
}

/** The picture changed in OKLab where a plane covers it; exact where it does not. */
export function tinted(
  picture: Picture,
  cover: Plane,
  change: (lab: Float64Array, share: number, at: number) => void,
): Picture {
  const changed = mapOklab(picture, (lab, i) => {
    if (cover.data[i]! > 0) change(lab, cover.data[i]!, i)
  })
  return {
    ...picture,
    data: picture.data.map((level, i) => (cover.data[Math.floor(i / 3)] === 0 ? level : changed.data[i]!)),
  }
}

/** Skin without its small unevenness: blotches go, pores stay a little, edges of features stay. */
function smoothed({ picture, size, skin }: Sitter, amount: number): Picture {
  const radius = Math.max(2, Math.round(size / 22))
  const channels = toChannels(picture).map((channel) => {
    const calm = guidedFilter(channel, { guide: channel, radius, epsilon: 0.004 })
    return calm.data.map((value, i) => value + 0.25 * (channel.data[i]! - value))
  })
  const even: Picture = {
    ...picture,
    data: picture.data.map((_, i) =>
      Math.round(255 * Math.min(1, Math.max(0, channels[i % 3]![Math.floor(i / 3)]!))),
    ),
  }
  return mixed(picture, even, { ...skin, data: skin.data.map((value) => value * amount) })
}

/** Spots scattered over the skin: small soft discs, fewer where the face turns away. */
function spots(
  { picture: { width, height }, face, size, skin }: Sitter,
  random: Random,
  { count, radius }: { count: number; radius: readonly [number, number] },
): Plane {
  const data = new Float32Array(width * height)
  const { x, y, width: w, height: h } = face.box
  let placed = 0
  for (let trial = 0; placed < count && trial < 60 * count; trial++) {
    const [u, v] = [random.between(x, x + w), random.between(y, y + h)]
    const i = Math.floor(v) * width + Math.floor(u)
    if (!(skin.data[i]! > 0.85)) continue
    placed++
    const [r, ink, squash] = [
      Math.max(0.7, size * random.between(...radius)),
      random.between(0.5, 1),
      random.between(0.75, 1.25),
    ]
    const reach = Math.ceil(2.5 * r)
    for (let dy = -reach; dy <= reach; dy++)
      for (let dx = -reach; dx <= reach; dx++) {
        const [px, py] = [Math.floor(u) + dx, Math.floor(v) + dy]
        if (px < 0 || py < 0 || px >= width || py >= height) continue
        const away = Math.hypot(dx * squash, dy / squash) / r
        const at = py * width + px
        data[at] = Math.max(data[at]!, ink * Math.exp(-(away ** 3)))
      }
  }
  if (placed < count / 2) throw new Rejection('little-skin', { placed })
  return {
    width,
    height,
    data: data.map((value, i) => (value < 0.02 ? 0 : value * Math.min(1, 1.2 * skin.data[i]!))),
  }
}

/** How much of the face is skin that can be seen. @throws Rejection for a face behind hair, a beard or a mask */
function enoughSkin({ skin, size }: Sitter): void {
  const area = skin.data.reduce((sum, value) => sum + value, 0) / (size * size)
  if (area < 0.35) throw new Rejection('little-skin', { area })
}

const toneOf = (
  name: string,
  forward: readonly [string, string],
  change: (lab: Float64Array, share: number, amount: number) => void,
): Retouch => ({
  name,
  forward: { en: forward[0], cn: forward[1] },
  moves: 0.03,
  apply(sitter, random): Retouched {
    enoughSkin(sitter)
    const amount = random.between(0.75, 1.15)
    const picture = tinted(sitter.picture, sitter.wideSkin, (lab, share) => change(lab, share, amount))
    return { picture, strength: amount > 0.95 ? 'clear' : 'slight', drawn: { amount } }
  },
})

/** Retouches of the skin. */
export const skinRetouches: readonly Retouch[] = [
  {
    name: 'smooth-skin',
    forward: { en: 'smooth the skin', cn: '让皮肤更光滑' },
    moves: 0.03,
    apply(sitter, random) {
      enoughSkin(sitter)
      const amount = random.between(0.8, 1)
      return {
        picture: smoothed(sitter, amount),
        strength: amount > 0.9 ? 'clear' : 'slight',
        drawn: { amount },
      }
    },
  },
  toneOf('brighten-skin', ['brighten the skin', '提亮肤色'], (lab, share, amount) => {
    lab[0]! += 0.085 * share * amount * Math.min(1, 2.2 * (1 - lab[0]!))
  }),
  toneOf('warm-skin', ['give the skin a warmer tone', '让肤色更暖'], (lab, share, amount) => {
    lab[1]! += 0.008 * share * amount
    lab[2]! += 0.024 * share * amount
  }),
  toneOf('rosy-skin', ['give the skin a rosy tone', '让肤色更红润'], (lab, share, amount) => {
    lab[1]! += 0.022 * share * amount
    lab[0]! += 0.015 * share * amount
  }),
  toneOf('tan', ['give the skin a healthy tan', '把皮肤调成健康的小麦色'], (lab, share, amount) => {
    lab[0]! -= 0.06 * share * amount
    lab[1]! += 0.012 * share * amount
    lab[2]! += 0.022 * share * amount
  }),
  {
    name: 'freckles',
    forward: { en: 'add freckles', cn: '加上雀斑' },
    back: { en: 'remove the freckles', cn: '去掉雀斑' },
    moves: 0.03,
    apply(sitter, random) {
      enoughSkin(sitter)
      const count = 70 + random.below(50)
      const cover = onCheeks(sitter, spots(sitter, random, { count, radius: [0.005, 0.011] }))
      const picture = tinted(sitter.picture, cover, (lab, share) => {
        lab[0]! -= 0.15 * share
        lab[1]! += 0.02 * share
        lab[2]! += 0.025 * share
      })
      return { picture, strength: 'clear', drawn: { count } }
    },
  },
  {
    name: 'blemishes',
    back: { en: 'remove the blemishes from the skin', cn: '去除皮肤上的痘痘和瑕疵' },
    moves: 0.03,
    apply(sitter, random) {
      enoughSkin(sitter)
      const count = 9 + random.below(8)
      const cover = spots(sitter, random, { count, radius: [0.014, 0.026] })
      const core = spots(sitter, random, { count: count * 2, radius: [0.005, 0.008] })
      const red = tinted(sitter.picture, cover, (lab, share) => {
        lab[0]! -= 0.09 * share
        lab[1]! += 0.065 * share
      })
      const picture = tinted(red, core, (lab, share) => {
        lab[0]! -= 0.09 * share
        lab[1]! += 0.02 * share
      })
      return { picture, strength: 'clear', drawn: { count } }
    },
  },
  {
    name: 'dark-circles',
    forward: { en: 'reduce the dark circles under the eyes', cn: '淡化黑眼圈' },
    moves: 0.03,
    apply(sitter, random) {
      const amount = random.between(0.8, 1.1)
      const under = planeOfMask(
        partMask(sitter.picture, sitter.face, ['leftUnderEye', 'rightUnderEye'], 0.02),
      )
      const eyes = partMask(sitter.picture, sitter.face, ['leftEye', 'rightEye'], 0.012)
      const broad = boxMean({ ...under, data: sitter.lab.lightness }, Math.round(sitter.size / 5))
      const cover = { ...under, data: under.data.map((value, i) => value * (1 - eyes.data[i]! / 255)) }
      const picture = tinted(sitter.picture, cover, (lab, share, i) => {
        const lift = Math.max(0.05, Math.min(0.14, broad.data[i]! - lab[0]!))
        lab[0]! += lift * share * amount
        lab[2]! += 0.01 * share
      })
      return { picture, strength: 'slight', drawn: { amount } }
    },
  },
]

/** A mask as a plane of 0 to 1. */
export function planeOfMask({
  width,
  height,
  data,
}: {
  width: number
  height: number
  data: Uint8Array
}): Plane {
  return { width, height, data: Float32Array.from(data, (value) => value / 255) }
}

/** Freckles gather on nose and cheeks. */
function onCheeks({ face, size }: Sitter, cover: Plane): Plane {
  const places = [meshPoints.leftCheek, meshPoints.rightCheek, meshPoints.noseTip].map((index) =>
    meshPoint(face, index),
  )
  return {
    ...cover,
    data: cover.data.map((value, i) => {
      if (value === 0) return 0
      const [x, y] = [i % cover.width, Math.floor(i / cover.width)]
      const near = Math.min(...places.map(([u, v]) => Math.hypot(u - x, v - y))) / size
      return value * Math.exp(-((near / 0.3) ** 2))
    }),
  }
}
