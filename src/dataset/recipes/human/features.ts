import { type Mask, type Picture, type Plane, soften } from '../../../image/index.ts'
import { type Point, Rejection } from '../../../tools/index.ts'
import { meshPoint, meshPoints, partMask } from './faceParts.ts'
import type { Retouch, Sitter } from './retouch.ts'
import { planeOfMask, tinted } from './skin.ts'

const length = ([x, y]: Point, [u, v]: Point): number => Math.hypot(u - x, v - y)

/** @throws Rejection where both eyes are shut */
function openEyes({ face }: Sitter): void {
  const open = Math.max(
    length(meshPoint(face, 159), meshPoint(face, 145)) / length(meshPoint(face, 33), meshPoint(face, 133)),
    length(meshPoint(face, 386), meshPoint(face, 374)) / length(meshPoint(face, 263), meshPoint(face, 362)),
  )
  if (open < 0.14) throw new Rejection('eyes-shut', { open })
}

/** A colour for lips or lids: hue in degrees of OKLCh, chroma, how much darker, and its names. */
interface Paint {
  readonly name: string
  readonly en: string
  readonly cn: string
  readonly hue: number
  readonly chroma: number
  readonly darker: number
}

const lipstick: readonly Paint[] = [
  { name: 'red', en: 'red', cn: '红色', hue: 24, chroma: 0.18, darker: 0.05 },
  { name: 'pink', en: 'pink', cn: '粉色', hue: 5, chroma: 0.13, darker: -0.02 },
  { name: 'coral', en: 'coral', cn: '珊瑚色', hue: 38, chroma: 0.15, darker: -0.01 },
  { name: 'berry', en: 'berry', cn: '浆果色', hue: 5, chroma: 0.13, darker: 0.11 },
]

const shadows: readonly Paint[] = [
  { name: 'purple', en: 'purple', cn: '紫色', hue: 315, chroma: 0.09, darker: 0.09 },
  { name: 'blue', en: 'blue', cn: '蓝色', hue: 258, chroma: 0.09, darker: 0.08 },
  { name: 'brown', en: 'brown', cn: '棕色', hue: 50, chroma: 0.075, darker: 0.2 },
  { name: 'green', en: 'green', cn: '绿色', hue: 155, chroma: 0.08, darker: 0.08 },
]

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

function lips(paint: Paint): Retouch {
  return {
    name: `lips-${paint.name}`,
    forward: { en: `put ${paint.en} lipstick on the lips`, cn: `涂上${paint.cn}口红` },
    moves: 0.03,
    apply({ picture, face }, random) {
      const amount = random.between(0.7, 0.9)
      const [outer, inner] = [
        partMask(picture, face, ['lips'], 0.008),
        partMask(picture, face, ['mouth'], 0.006),
      ]
      const cover = planeOfMask(minus(outer, inner))
      return { picture: painted(picture, cover, paint, amount), strength: 'clear', drawn: { amount } }
    },
  }
}

const minus = (one: Mask, other: Mask): Mask => ({
  ...one,
  data: one.data.map((value, i) => Math.max(0, value - other.data[i]!)),
})

function eyeShadow(paint: Paint): Retouch {
  return {
    name: `eye-shadow-${paint.name}`,
    forward: { en: `add ${paint.en} eye shadow`, cn: `画上${paint.cn}眼影` },
    moves: 0.03,
    apply(sitter, random) {
      const { picture, face, size } = sitter
      openEyes(sitter)
      const amount = random.between(0.55, 0.75)
      const lids = partMask(picture, face, ['leftLid', 'rightLid'], 0.025)
      const brows = partMask(picture, face, ['leftBrow', 'rightBrow', 'leftEye', 'rightEye'], 0.01)
      // Strongest at the lashes, nothing at the brow.
      const lash = soften(planeOfMask(partMask(picture, face, ['leftEye', 'rightEye'], 0.005)), 0.05 * size)
      const most = lash.data.reduce((largest, value) => Math.max(largest, value), 1e-6)
      const cover = planeOfMask(minus(lids, brows))
      const fading = {
        ...cover,
        data: cover.data.map((value, i) => value * Math.min(1, (1.6 * lash.data[i]!) / most)),
      }
      return { picture: painted(picture, fading, paint, amount), strength: 'clear', drawn: { amount } }
    },
  }
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

/** Retouches of the eyes. */
export const eyeRetouches: readonly Retouch[] = [
  {
    name: 'brighter-eyes',
    forward: { en: 'brighten the eyes', cn: '让眼睛更明亮' },
    moves: 0.03,
    apply(sitter, random) {
      openEyes(sitter)
      const { picture, face } = sitter
      const amount = random.between(0.8, 1.1)
      const eyes = planeOfMask(partMask(picture, face, ['leftEye', 'rightEye'], 0.008))
      const bright = tinted(picture, eyes, (lab, share) => {
        // The white goes lighter and loses its red, the iris gains contrast.
        const white = Math.min(1, Math.max(0, (lab[0]! - 0.38) / 0.25))
        const s = share * amount
        lab[0]! += s * (0.15 * white * (1 - lab[0]!) * 2 + 0.03 * (1 - white))
        lab[1]! *= 1 - 0.55 * s * white
        lab[2]! *= 1 - 0.45 * s * white
      })
      return { picture: bright, strength: amount > 0.95 ? 'clear' : 'slight', drawn: { amount } }
    },
  },
  ...shadows.map(eyeShadow),
  {
    name: 'darker-brows',
    forward: { en: 'darken the eyebrows', cn: '加深眉毛颜色' },
    moves: 0.03,
    apply({ picture, face }, random) {
      const amount = random.between(0.8, 1.1)
      const brows = planeOfMask(partMask(picture, face, ['leftBrow', 'rightBrow'], 0.012))
      const darkened = tinted(picture, brows, (lab, share) => {
        lab[0]! -= 0.14 * share * amount * Math.min(1, 1.6 * lab[0]!)
      })
      return { picture: darkened, strength: 'clear', drawn: { amount } }
    },
  },
]

/** Retouches of mouth and cheeks. */
export const mouthRetouches: readonly Retouch[] = [
  ...lipstick.map(lips),
  {
    name: 'whiter-teeth',
    forward: { en: 'whiten the teeth', cn: '美白牙齿' },
    moves: 0.03,
    apply({ picture, face, lab, size }, random) {
      const mouth = planeOfMask(partMask(picture, face, ['mouth'], 0.004))
      const amount = random.between(0.85, 1.1)
      // Teeth are bright and hardly red, gums and tongue are not.
      const teeth = mouth.data.map(
        (value, i) =>
          value *
          Math.min(1, Math.max(0, (lab.lightness[i]! - 0.48) / 0.12)) *
          Math.min(1, Math.max(0, (0.075 - lab.a[i]!) / 0.03)),
      )
      const area = teeth.reduce((sum, value) => sum + value, 0) / (size * size)
      if (area < 0.006) throw new Rejection('no-teeth', { area })
      const white = tinted(picture, { ...mouth, data: teeth }, (lch, share) => {
        const s = share * amount
        lch[0]! += s * 0.22 * (1 - lch[0]!) + 0.03 * s
        lch[1]! *= 1 - 0.6 * s
        lch[2]! *= 1 - 0.75 * s
      })
      return { picture: white, strength: 'clear', drawn: { amount, area } }
    },
  },
  {
    name: 'blush',
    forward: { en: 'add some blush to the cheeks', cn: '给脸颊加一点腮红' },
    moves: 0.03,
    apply({ picture, face, size, skin }, random) {
      const amount = random.between(0.8, 1.15)
      const cheeks = [meshPoints.leftCheek, meshPoints.rightCheek].map((index) => meshPoint(face, index))
      const spots = glow(picture, cheeks, 0.15 * size)
      const cover = { ...spots, data: spots.data.map((value, i) => value * Math.min(1, 1.3 * skin.data[i]!)) }
      const rosy = tinted(picture, cover, (lab, share) => {
        lab[1]! += 0.055 * share * amount
        lab[2]! += 0.006 * share * amount
        lab[0]! -= 0.012 * share
      })
      return { picture: rosy, strength: amount > 0.95 ? 'clear' : 'slight', drawn: { amount } }
    },
  },
]
