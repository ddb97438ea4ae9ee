import {
  boxMean,
  guidedFilter,
  type Picture,
  type Plane,
  type Triple,
  toChannels,
  toLevel,
} from '../../image/index.ts'
import { Rejection } from '../../tools/index.ts'
import { meshPoint, meshPoints, partMask } from './faceParts.ts'
import type { FaceMaps, Sitter } from './sitter.ts'
import { mixed, planeInSize, planeOfMask, tinted } from './tinting.ts'

/** How much of the face is skin that can be seen. @throws Rejection `little-skin` for a face behind hair, a beard or a mask */
function enoughSkin({ skin, size }: FaceMaps): void {
  const area = skin.data.reduce((sum, value) => sum + value, 0) / (size * size)
  if (area < 0.35) throw new Rejection('little-skin', { area })
}

/**
 * Skin without its small unevenness, by `amount` of 0 to 1: blotches go, pores stay a little, edges of features stay.
 * @throws Rejection `little-skin`
 */
export function smoothSkin({ picture, maps }: Sitter, amount: number): Picture {
  enoughSkin(maps)
  const even = evened(maps)
  const { skin } = maps
  const cover = { ...skin, data: skin.data.map((value) => value * amount) }
  if (maps.picture === picture) return mixed(picture, even, cover)
  // What is finer than the small copy shows, pores, stays as it is.
  const { width, height } = picture
  const data = new Uint8Array(picture.data.length)
  const [before, after] = [toChannels(maps.picture), toChannels(even)]
  for (let c = 0; c < 3; c++) {
    const delta = before[c]!.data.map((value, i) => 255 * (after[c]!.data[i]! - value))
    const large = planeInSize({ ...before[c]!, data: delta }, picture).data
    for (let i = 0; i < large.length; i++)
      data[3 * i + c] = Math.min(255, Math.max(0, Math.round(picture.data[3 * i + c]! + large[i]!)))
  }
  return mixed(picture, { width, height, data }, cover)
}

/** The whole picture evened out: of what is between edges a quarter of the detail stays. */
function evened({ picture, size }: FaceMaps): Picture {
  const radius = Math.max(2, Math.round(size / 22))
  const data = new Uint8Array(picture.data.length)
  for (const [c, channel] of toChannels(picture).entries()) {
    const calm = guidedFilter(channel, { guide: channel, radius, epsilon: 0.004 }).data
    for (let i = 0; i < calm.length; i++)
      data[3 * i + c] = toLevel(Math.fround(calm[i]! + 0.25 * (channel.data[i]! - calm[i]!)))
  }
  return { ...picture, data }
}

/** The name of a tone of skin. */
export type SkinTone = 'brighten-skin' | 'warm-skin' | 'rosy-skin' | 'tan' | 'pale-skin'

/** Ways to tone skin, each with what it does to OKLab. */
const skinTones: {
  readonly [S in SkinTone]: (lab: Triple, share: number, amount: number) => void
} = {
  'brighten-skin': (lab, share, amount) => {
    lab[0]! += 0.085 * share * amount * Math.min(1, 2.2 * (1 - lab[0]!))
  },
  'warm-skin': (lab, share, amount) => {
    lab[1]! += 0.008 * share * amount
    lab[2]! += 0.024 * share * amount
  },
  'rosy-skin': (lab, share, amount) => {
    lab[1]! += 0.022 * share * amount
    lab[0]! += 0.015 * share * amount
  },
  tan: (lab, share, amount) => {
    lab[0]! -= 0.06 * share * amount
    lab[1]! += 0.012 * share * amount
    lab[2]! += 0.022 * share * amount
  },
  'pale-skin': (lab, share, amount) => {
    lab[0]! += 0.04 * share * amount * Math.min(1, 2.2 * (1 - lab[0]!))
    lab[1]! -= 0.45 * share * amount * Math.max(0, lab[1]! - 0.01)
    lab[2]! -= 0.15 * share * amount * Math.max(0, lab[2]!)
  },
}

/** Another tone of the skin of face and neck; an amount of 1 is clear. @throws Rejection `little-skin` */
export function toneSkin({ picture, maps }: Sitter, tone: SkinTone, amount: number): Picture {
  enoughSkin(maps)
  const change = skinTones[tone]
  return tinted(picture, maps.wideSkin, (lab, share) => change(lab, share, amount))
}

/** Mean lightness of the face's skin in OKLab. */
export function lightnessOfSkin({ maps: { skin, lab } }: Sitter): number {
  let [sum, all] = [0, 1e-6]
  skin.data.forEach((share, i) => {
    sum += share * lab.lightness[i]!
    all += share
  })
  return sum / all
}

/** Less of the dark under the eyes; an amount of 1 is clear. */
export function lightenUnderEyes({ picture, maps }: Sitter, amount: number): Picture {
  const under = planeOfMask(partMask(maps.picture, maps.face, ['leftUnderEye', 'rightUnderEye'], 0.02))
  const eyes = partMask(maps.picture, maps.face, ['leftEye', 'rightEye'], 0.012)
  const around = boxMean({ ...under, data: maps.lab.lightness }, Math.round(maps.size / 5))
  const broad = planeInSize(around, picture).data
  const cover = { ...under, data: under.data.map((value, i) => value * (1 - eyes.data[i]! / 255)) }
  return tinted(picture, cover, (lab, share, i) => {
    const lift = Math.max(0.05, Math.min(0.14, broad[i]! - lab[0]!))
    lab[0]! += lift * share * amount
    lab[2]! += 0.01 * share
  })
}

/** Numbers in [0, 1), one after another. */
export type NextNumber = () => number

/** Freckles on nose and cheeks, so many of them. @throws Rejection `little-skin` */
export function addFreckles(
  { picture, maps }: Sitter,
  { count, next }: { readonly count: number; readonly next: NextNumber },
): Picture {
  enoughSkin(maps)
  const cover = onCheeks(maps, spots(maps, { count, radius: [0.005, 0.011], next }))
  return tinted(picture, cover, (lab, share) => {
    lab[0]! -= 0.15 * share
    lab[1]! += 0.02 * share
    lab[2]! += 0.025 * share
  })
}

/** Red spots with a dark core, so many of them. @throws Rejection `little-skin` */
export function addBlemishes(
  { picture, maps }: Sitter,
  { count, next }: { readonly count: number; readonly next: NextNumber },
): Picture {
  enoughSkin(maps)
  const cover = spots(maps, { count, radius: [0.014, 0.026], next })
  const core = spots(maps, { count: count * 2, radius: [0.005, 0.008], next })
  const red = tinted(picture, cover, (lab, share) => {
    lab[0]! -= 0.09 * share
    lab[1]! += 0.065 * share
  })
  return tinted(red, core, (lab, share) => {
    lab[0]! -= 0.09 * share
    lab[1]! += 0.02 * share
  })
}

/** Spots scattered over the skin: small soft discs, fewer where the face turns away. */
function spots(
  { picture: { width, height }, face, size, skin }: FaceMaps,
  {
    count,
    radius: [least, most],
    next,
  }: { readonly count: number; readonly radius: readonly [number, number]; readonly next: NextNumber },
): Plane {
  const between = (from: number, to: number): number => from + (to - from) * next()
  const data = new Float32Array(width * height)
  const { x, y, width: w, height: h } = face.box
  let placed = 0
  for (let trial = 0; placed < count && trial < 60 * count; trial++) {
    const [u, v] = [between(x, x + w), between(y, y + h)]
    const i = Math.floor(v) * width + Math.floor(u)
    if (!(skin.data[i]! > 0.85)) continue
    placed++
    const [r, ink, squash] = [
      Math.max(0.7, size * between(least, most)),
      between(0.5, 1),
      between(0.75, 1.25),
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

/** Freckles gather on nose and cheeks. */
function onCheeks({ face, size }: FaceMaps, cover: Plane): Plane {
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
