import type { Picture, Plane } from '../../image/index.ts'
import { type Face, Rejection } from '../../tools/index.ts'
import { meshPoints, partMask } from './faceParts.ts'
import { opennessOf } from './features.ts'
import type { Sitter } from './sitter.ts'
import { planeOfMask, tinted } from './tinting.ts'

/** A circle in pixels. */
interface Circle {
  readonly x: number
  readonly y: number
  readonly radius: number
}

/** Points of the mesh of each iris: its centre, then four on its edge. */
const irises = [468, 473] as const

/** Both irises. @throws Rejection `no-irises` where the mesh has none */
export function irisesOf({ mesh }: Face): readonly Circle[] {
  if (mesh.length < 478) throw new Rejection('no-irises')
  return irises.map((first) => {
    const [x, y] = mesh[first]!
    const edge = [1, 2, 3, 4].map((k) => Math.hypot(mesh[first + k]![0] - x, mesh[first + k]![1] - y))
    return { x, y, radius: edge.reduce((sum, value) => sum + value, 0) / 4 }
  })
}

/** The height of an eye by its width from which on its iris can be seen. */
const leastOpen = 0.24

/** Colours that irises take: hue in degrees of OKLCh, chroma, and how light they are in OKLab. */
const irisColours = {
  blue: { hue: 245, chroma: 0.058, light: 0.55 },
  green: { hue: 140, chroma: 0.042, light: 0.5 },
  brown: { hue: 55, chroma: 0.048, light: 0.33 },
  grey: { hue: 240, chroma: 0.014, light: 0.58 },
} as const

/** The name of a colour of irises. */
export type IrisColour = 'blue' | 'green' | 'brown' | 'grey'

/** Irises in another colour: pupils, catchlights and the pattern stay. @throws Rejection `eyes-shut`, `no-irises` */
export function colourIrises({ picture, face, maps }: Sitter, colour: IrisColour, amount: number): Picture {
  const openness = opennessOf(face)
  const open = irisesOf(face).filter((_, eye) => openness[eye]! >= leastOpen)
  if (open.length === 0) throw new Rejection('eyes-shut', { open: Math.max(...openness) })
  const { hue, chroma, light } = irisColours[colour]
  const angle = (hue / 180) * Math.PI
  const eyes = planeOfMask(partMask(maps.picture, maps.face, ['leftEye', 'rightEye'], 0.004))
  const rings = ringsOf(picture, open)
  const across = maps.picture.width / picture.width
  return tinted(picture, rings, (lab, share, at) => {
    const [x, y] = [at % picture.width, Math.floor(at / picture.width)]
    const u = Math.min(maps.picture.width - 1, Math.floor(x * across))
    const v = Math.min(maps.picture.height - 1, Math.floor(y * across))
    const inEye = eyes.data[v * maps.picture.width + u]!
    const before = lab[0]!
    const pupil = Math.min(1, Math.max(0, (before - 0.16) / 0.12))
    const glint = Math.min(1, Math.max(0, (0.82 - before) / 0.12))
    const s = share * amount * inEye * glint
    lab[0] = before + s * pupil * 0.7 * (light - Math.min(light + 0.15, Math.max(0.2, before)))
    lab[1] = lab[1]! + s * ((0.3 + 0.7 * pupil) * chroma * Math.cos(angle) - lab[1]!)
    lab[2] = lab[2]! + s * ((0.3 + 0.7 * pupil) * chroma * Math.sin(angle) - lab[2]!)
  })
}

/** Coverage of irises, soft at the edge, empty in the middle of the pupil. */
function ringsOf({ width, height }: Picture, circles: readonly Circle[]): Plane {
  const data = new Float32Array(width * height)
  for (const { x, y, radius } of circles) {
    const soft = Math.max(0.8, 0.18 * radius)
    const reach = radius + soft
    for (let v = Math.max(0, Math.floor(y - reach)); v < Math.min(height, y + reach); v++)
      for (let u = Math.max(0, Math.floor(x - reach)); u < Math.min(width, x + reach); u++) {
        const away = Math.hypot(u + 0.5 - x, v + 0.5 - y)
        const outer = Math.min(1, Math.max(0, (radius + soft / 2 - away) / soft))
        const inner = Math.min(1, Math.max(0, (away - 0.12 * radius) / (0.2 * radius)))
        data[v * width + u] = Math.max(data[v * width + u]!, outer * inner)
      }
  }
  return { width, height, data }
}

/** How red a pixel is beyond its other channels, as a share of its brightness. */
const redness = (r: number, g: number, b: number): number => (r - Math.max(g, b)) / Math.max(40, r)

const ramp = (value: number, from: number, to: number): number =>
  Math.min(1, Math.max(0, (value - from) / (to - from)))

/** Levels that red lies above the others in brown eyes at most, and in red ones at least. */
const [brownLevels, redLevels] = [38, 58]
/** The share of an iris that is red in a red eye. */
const leastRed = 0.04

/**
 * Pupils that flash light made red, dark again. Looks around the irises for what is redder than the cheeks; catchlights
 * stay. @throws Rejection `no-red-eyes`, `no-irises`
 */
export function removeRedEyes(picture: Picture, face: Face): Picture {
  const { width, height, data } = picture
  const skin = cheekRedness(picture, face)
  const cover = new Float32Array(width * height)
  let found = 0
  for (const iris of irisesOf(face)) {
    const pupil = redPupil(picture, iris, skin)
    if (pupil === undefined) continue
    found++
    // In a red pupil all red goes, the faint too.
    for (const { at, away } of pixelsIn(picture, pupil)) {
      const [r, g, b] = [data[3 * at]!, data[3 * at + 1]!, data[3 * at + 2]!]
      const levels = r - Math.max(g, b)
      const strong = ramp(redness(r, g, b), 0.3, 0.42) * ramp(levels, 30, 50)
      // A brown iris is red as well, but yellow with it.
      const brown = ramp((g - b) / Math.max(1, r - b), 0.2, 0.4)
      const faint = ramp(redness(r, g, b), 0.1, 0.22) * ramp(levels, 8, 24) * (1 - brown)
      cover[at] = Math.max(strong, faint) * ramp(pupil.radius - away, 0, 0.2 * pupil.radius)
    }
  }
  if (found === 0) throw new Rejection('no-red-eyes')
  return darkened(picture, cover)
}

/** The circle in which an eye is red, if it is: around what is redder than the cheeks. */
function redPupil(picture: Picture, iris: Circle, skin: number): Circle | undefined {
  const { data } = picture
  let [sum, x, y] = [0, 0, 0]
  for (const { at, away } of pixelsIn(picture, { ...iris, radius: 1.35 * iris.radius })) {
    const [r, g, b] = [data[3 * at]!, data[3 * at + 1]!, data[3 * at + 2]!]
    // Lids and tear ducts are red too, but paler, and lie at the rim.
    const least = Math.max(0.27, skin + 0.06) + 0.25 * Math.max(0, away / iris.radius - 0.6)
    const share =
      ramp(redness(r, g, b), least, least + 0.1) * ramp(r - Math.max(g, b), brownLevels, redLevels)
    sum += share
    x += share * ((at % picture.width) + 0.5)
    y += share * (Math.floor(at / picture.width) + 0.5)
  }
  if (sum < leastRed * Math.PI * iris.radius ** 2) return undefined
  // A catchlight in it is not red, and its rim is faint.
  const radius = Math.min(1.3 * iris.radius, 1.6 * Math.sqrt(sum / Math.PI) + 0.15 * iris.radius + 1)
  return { x: x / sum, y: y / sum, radius }
}

/** The pixels whose centres lie in a circle, with their distance from its middle. */
function* pixelsIn(
  { width, height }: Picture,
  { x, y, radius }: Circle,
): Generator<{ readonly at: number; readonly away: number }> {
  for (let v = Math.max(0, Math.floor(y - radius)); v < Math.min(height, y + radius); v++)
    for (let u = Math.max(0, Math.floor(x - radius)); u < Math.min(width, x + radius); u++) {
      const away = Math.hypot(u + 0.5 - x, v + 0.5 - y)
      if (away <= radius) yield { at: v * width + u, away }
    }
}

/** How red the cheeks are: in warm light everything is. */
function cheekRedness({ width, height, data }: Picture, { mesh }: Face): number {
  const found: number[] = []
  for (const index of [meshPoints.leftCheek, meshPoints.rightCheek]) {
    const [x, y] = mesh[index]!
    for (let v = Math.round(y) - 3; v <= y + 3; v++)
      for (let u = Math.round(x) - 3; u <= x + 3; u++)
        if (u >= 0 && v >= 0 && u < width && v < height) {
          const i = 3 * (v * width + u)
          found.push(redness(data[i]!, data[i + 1]!, data[i + 2]!))
        }
  }
  found.sort((one, other) => one - other)
  return found[found.length >> 1] ?? 0
}

/** Red becomes the dark grey of what is left in green and blue; the rim is softened. */
function darkened({ width, height, data }: Picture, cover: Float32Array): Picture {
  const out = data.slice()
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      const i = y * width + x
      const around =
        (cover[i - 1]! + cover[i + 1]! + cover[i - width]! + cover[i + width]! + 4 * cover[i]!) / 8
      if (around === 0) continue
      const [r, g, b] = [data[3 * i]!, data[3 * i + 1]!, data[3 * i + 2]!]
      // The red of a catchlight is as bright as its other channels, and stays so.
      const grey = 0.9 * Math.min(g, b) + 0.1 * Math.max(g, b)
      const share = Math.min(1, 1.3 * around)
      out[3 * i] = Math.round(r + share * (grey - r))
      out[3 * i + 1] = Math.round(g + share * (grey - g))
      out[3 * i + 2] = Math.round(b + share * (grey - b))
    }
  return { width, height, data: out }
}
