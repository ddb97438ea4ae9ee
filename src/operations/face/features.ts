import { type Mask, type Picture, type Plane, soften } from '../../image/index.ts'
import { type Face, type Point, Rejection } from '../../tools/index.ts'
import { meshPoint, meshPoints, partMask } from './faceParts.ts'
import type { FaceMaps, Sitter } from './sitter.ts'
import { planeOfMask, tinted } from './tinting.ts'

const length = ([x, y]: Point, [u, v]: Point): number => Math.hypot(u - x, v - y)

/** How far the picture's left and right eye are open: their height by their width. */
export function opennessOf(face: Face): readonly [number, number] {
  return [
    length(meshPoint(face, 159), meshPoint(face, 145)) / length(meshPoint(face, 33), meshPoint(face, 133)),
    length(meshPoint(face, 386), meshPoint(face, 374)) / length(meshPoint(face, 263), meshPoint(face, 362)),
  ]
}

/** @throws Rejection `eyes-shut` where both eyes are shut */
function openEyes({ face }: FaceMaps): void {
  const open = Math.max(...opennessOf(face))
  if (open < 0.14) throw new Rejection('eyes-shut', { open })
}

/** A colour for lips or lids: hue in degrees of OKLCh, chroma, and how much darker it is in OKLab. */
export interface Paint {
  readonly hue: number
  readonly chroma: number
  readonly darker: number
}

/** The name of a lipstick. */
export type Lipstick = 'red' | 'pink' | 'coral' | 'berry'
/** The name of an eye shadow. */
export type EyeShadow = 'purple' | 'blue' | 'brown' | 'green'

/** Colours of lipstick. */
export const lipsticks: { readonly [L in Lipstick]: Paint } = {
  red: { hue: 24, chroma: 0.18, darker: 0.05 },
  pink: { hue: 5, chroma: 0.13, darker: -0.02 },
  coral: { hue: 38, chroma: 0.15, darker: -0.01 },
  berry: { hue: 5, chroma: 0.13, darker: 0.11 },
}

/** Colours of eye shadow. */
export const eyeShadows: { readonly [E in EyeShadow]: Paint } = {
  purple: { hue: 315, chroma: 0.09, darker: 0.09 },
  blue: { hue: 258, chroma: 0.09, darker: 0.08 },
  brown: { hue: 50, chroma: 0.075, darker: 0.2 },
  green: { hue: 155, chroma: 0.08, darker: 0.08 },
}

/** Colour laid on a part; light and shade stay. */
function painted(picture: Picture, cover: Plane, { hue, chroma, darker }: Paint, amount: number): Picture {
  const angle = (hue / 180) * Math.PI
  return tinted(picture, cover, (lab, share) => {
    const s = share * amount
    lab[0] = lab[0]! - darker * s
    lab[1] = lab[1]! + s * (chroma * Math.cos(angle) - lab[1]!)
    lab[2] = lab[2]! + s * (chroma * Math.sin(angle) - lab[2]!)
  })
}

const minus = (one: Mask, other: Mask): Mask => ({
  ...one,
  data: one.data.map((value, i) => Math.max(0, value - other.data[i]!)),
})

/** Lips in a colour; an amount of 0.8 is that of lipstick. */
export function paintLips({ picture, maps }: Sitter, paint: Paint, amount: number): Picture {
  const [outer, inner] = [
    partMask(maps.picture, maps.face, ['lips'], 0.008),
    partMask(maps.picture, maps.face, ['mouth'], 0.006),
  ]
  return painted(picture, planeOfMask(minus(outer, inner)), paint, amount)
}

/** Eye shadow, strongest at the lashes; an amount of 0.65 is clear. @throws Rejection `eyes-shut` */
export function paintLids({ picture, maps }: Sitter, paint: Paint, amount: number): Picture {
  openEyes(maps)
  const { face, size } = maps
  const lids = partMask(maps.picture, face, ['leftLid', 'rightLid'], 0.025)
  const brows = partMask(maps.picture, face, ['leftBrow', 'rightBrow', 'leftEye', 'rightEye'], 0.01)
  const eyes = partMask(maps.picture, face, ['leftEye', 'rightEye'], 0.005)
  // Strongest at the lashes, nothing at the brow.
  const lash = soften(planeOfMask(eyes), 0.05 * size)
  const most = lash.data.reduce((largest, value) => Math.max(largest, value), 1e-6)
  const cover = planeOfMask(minus(lids, brows))
  const fading = {
    ...cover,
    data: cover.data.map((value, i) => value * Math.min(1, (1.6 * lash.data[i]!) / most)),
  }
  return painted(picture, fading, paint, amount)
}

/** A soft round spot, 1 in its middle. */
function glow({ width, height }: Picture, places: readonly Point[], reach: number): Plane {
  const data = new Float32Array(width * height)
  for (const [x, y] of places)
    for (let i = 0; i < data.length; i++) {
      const away = Math.hypot((i % width) - x, Math.floor(i / width) - y) / reach
      if (away < 2.2) data[i] = Math.max(data[i]!, Math.exp(-(away ** 2)) - 0.008)
    }
  return { width, height, data: data.map((value) => Math.max(0, value)) }
}

/** Whites lighter and less red, irises with more contrast; an amount of 1 is clear. @throws Rejection `eyes-shut` */
export function brightenEyes({ picture, maps }: Sitter, amount: number): Picture {
  openEyes(maps)
  const eyes = planeOfMask(partMask(maps.picture, maps.face, ['leftEye', 'rightEye'], 0.008))
  return tinted(picture, eyes, (lab, share) => {
    const white = Math.min(1, Math.max(0, (lab[0]! - 0.38) / 0.25))
    const s = share * amount
    lab[0]! += s * (0.15 * white * (1 - lab[0]!) * 2 + 0.03 * (1 - white))
    lab[1]! *= 1 - 0.55 * s * white
    lab[2]! *= 1 - 0.45 * s * white
  })
}

/** Darker eyebrows; an amount of 1 is clear. */
export function darkenBrows({ picture, maps }: Sitter, amount: number): Picture {
  const brows = planeOfMask(partMask(maps.picture, maps.face, ['leftBrow', 'rightBrow'], 0.012))
  return tinted(picture, brows, (lab, share) => {
    lab[0]! -= 0.14 * share * amount * Math.min(1, 1.6 * lab[0]!)
  })
}

/** Teeth, 0 to 1: within the mouth bright and hardly red, as gums and tongue are not; and their area by the face's. */
export function teethOf({ picture, face, lab, size }: FaceMaps): {
  readonly teeth: Plane
  readonly area: number
} {
  const mouth = planeOfMask(partMask(picture, face, ['mouth'], 0.004))
  const data = mouth.data.map(
    (value, i) =>
      value *
      Math.min(1, Math.max(0, (lab.lightness[i]! - 0.48) / 0.12)) *
      Math.min(1, Math.max(0, (0.075 - lab.a[i]!) / 0.03)),
  )
  return { teeth: { ...mouth, data }, area: data.reduce((sum, value) => sum + value, 0) / (size * size) }
}

/** Whiter teeth; an amount of 1 is clear. @throws Rejection `no-teeth` */
export function whitenTeeth({ picture, maps }: Sitter, amount: number): Picture {
  const { teeth, area } = teethOf(maps)
  if (area < 0.006) throw new Rejection('no-teeth', { area })
  return tinted(picture, teeth, (lab, share) => {
    const s = share * amount
    lab[0]! += s * 0.22 * (1 - lab[0]!) + 0.03 * s
    lab[1]! *= 1 - 0.6 * s
    lab[2]! *= 1 - 0.75 * s
  })
}

/** Red on the cheeks; an amount of 1 is clear. */
export function addBlush({ picture, maps }: Sitter, amount: number): Picture {
  const { face, size, skin } = maps
  const cheeks = [meshPoints.leftCheek, meshPoints.rightCheek].map((index) => meshPoint(face, index))
  const round = glow(maps.picture, cheeks, 0.15 * size)
  const cover = { ...round, data: round.data.map((value, i) => value * Math.min(1, 1.3 * skin.data[i]!)) }
  return tinted(picture, cover, (lab, share) => {
    lab[1]! += 0.055 * share * amount
    lab[2]! += 0.006 * share * amount
    lab[0]! -= 0.012 * share
  })
}
