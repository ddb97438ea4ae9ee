import {
  blurPlane,
  dilateMask,
  invertMask,
  type Mask,
  type Picture,
  subtractMask,
  uniteMasks,
} from '../../image/index.ts'
import type { FactsOf, Phrase } from '../../instructions/index.ts'
import { faceWidth, partMask } from '../../operations/index.ts'
import { type Face, Rejection } from '../../tools/index.ts'

/** What was found of a retouched face. */
export interface RetouchMeasures {
  readonly facts: FactsOf<'ps_human'>
  /** The face and what is around it. */
  readonly region: Mask
  readonly values: Readonly<Record<string, number>>
}

/** Most that the middles of eyes and nose may move, by the width of the face; most of the background that may change. */
const [mostMoved, mostBackground] = [0.08, 0.1]

/**
 * Says what was done to a face by what differs in its parts, of two pictures that lie over each other.
 * @throws Rejection `layout`, `background` where something else changed, `unchanged` where nothing can be told
 */
export function measureRetouching(
  source: Picture,
  target: Picture,
  face: Face,
  changed: Face,
): RetouchMeasures {
  const width = faceWidth(face)
  const middles = [1, 33, 133, 263, 362].map((index) => {
    const [[x, y], [u, v]] = [face.mesh[index]!, changed.mesh[index]!]
    return Math.hypot(u - x, v - y)
  })
  const moved = middles.reduce((sum, each) => sum + each, 0) / middles.length / width
  if (moved > mostMoved) throw new Rejection('layout', { moved: rounded(moved), most: mostMoved })
  const whole = uniteMasks(partMask(source, face, ['face']), partMask(source, changed, ['face']))
  const region = dilateMask(whole, 0.35 * width)
  const background = changedShare(source, target, invertMask(region))
  if (background > mostBackground)
    throw new Rejection('background', { changed: rounded(background), most: mostBackground })

  const [skin, newSkin] = [skinOf(source, face), skinOf(target, changed)]
  const [was, is] = [rednessOf(source, skin), rednessOf(target, newSkin)]
  const lips = (picture: Picture, own: Face): number => rednessOf(picture, partMask(picture, own, ['lips']))
  // Resampling softens all of the picture: what the background lost too is no retouching.
  const ratio = (before: Mask, after: Mask): number =>
    Math.max(0.1, textureOf(target, after, width)) / Math.max(0.1, textureOf(source, before, width))
  const values = {
    moved: rounded(moved),
    background: rounded(background),
    texture: rounded(ratio(skin, newSkin) / ratio(invertMask(region), invertMask(region))),
    brightness: rounded(meanOf(lumaOf(target), newSkin) - meanOf(lumaOf(source), skin)),
    width: rounded(widthToHeight(changed) / widthToHeight(face)),
    eyes: rounded(eyesOf(changed) / eyesOf(face)),
    lips: rounded(lips(target, changed) - lips(source, face) - (is - was)),
  }
  const found = findings
    .flatMap(({ phrase, size }) => ({ phrase, size: size(values) }))
    .filter(({ size }) => size >= 1)
  if (found.length === 0) throw new Rejection('unchanged', values)
  const join = (language: 'en' | 'cn', between: string): string =>
    found.map(({ phrase }) => phrase[language]).join(between)
  const retouch = { en: join('en', ' and '), cn: join('cn', '，并') }
  const strength = Math.max(...found.map(({ size }) => size)) >= 2 ? 'clear' : 'slight'
  return { facts: { kind: 'ps_human', retouch, strength }, region, values }
}

const rounded = (value: number): number => Math.round(1000 * value) / 1000

type Values = Readonly<Record<'texture' | 'brightness' | 'width' | 'eyes' | 'lips', number>>

/** What may be said, and how strong it is: from 1 on it is seen, from 2 on it is clear. */
const findings: readonly { readonly phrase: Phrase; size(values: Values): number }[] = [
  { phrase: { en: 'smooth the skin', cn: '让皮肤更光滑' }, size: ({ texture }) => (1 - texture) / 0.1 },
  { phrase: { en: 'brighten the skin', cn: '提亮肤色' }, size: ({ brightness }) => brightness / 5 },
  { phrase: { en: 'slim the face', cn: '瘦脸' }, size: ({ width }) => (1 - width) / 0.025 },
  { phrase: { en: 'enlarge the eyes', cn: '放大眼睛' }, size: ({ eyes }) => (eyes - 1) / 0.05 },
  { phrase: { en: 'make the lips redder', cn: '让嘴唇更红' }, size: ({ lips }) => lips / 10 },
]

const skinOf = (picture: Picture, face: Face): Mask =>
  subtractMask(
    partMask(picture, face, ['face']),
    partMask(picture, face, ['leftEye', 'rightEye', 'leftBrow', 'rightBrow', 'lips', 'mouth']),
  )

function lumaOf({ data, width, height }: Picture): Float32Array {
  return Float32Array.from(
    { length: width * height },
    (_, i) => 0.299 * data[3 * i]! + 0.587 * data[3 * i + 1]! + 0.114 * data[3 * i + 2]!,
  )
}

function meanOf(plane: Float32Array, { data }: Mask): number {
  let [sum, weight] = [0, 0]
  for (let i = 0; i < data.length; i++) {
    sum += plane[i]! * data[i]!
    weight += data[i]!
  }
  return weight === 0 ? 0 : sum / weight
}

/** Mean deviation of the skin from itself blurred, in levels: pores, spots, wrinkles. */
function textureOf(picture: Picture, skin: Mask, faceWide: number): number {
  const luma = lumaOf(picture)
  const soft = blurPlane(luma, picture.width, picture.height, Math.max(1, 0.02 * faceWide))
  return meanOf(
    luma.map((value, i) => Math.abs(value - soft[i]!)),
    skin,
  )
}

/** How much red is above green and blue, in levels. */
function rednessOf({ data }: Picture, mask: Mask): number {
  const red = Float32Array.from(mask.data, (_, i) => data[3 * i]! - (data[3 * i + 1]! + data[3 * i + 2]!) / 2)
  return meanOf(red, mask)
}

const distance = ({ mesh }: Face, a: number, b: number): number =>
  Math.hypot(mesh[a]![0] - mesh[b]![0], mesh[a]![1] - mesh[b]![1])

/** Jaw by the distance of the eyes' outer corners. */
const widthToHeight = (face: Face): number => distance(face, 172, 397) / distance(face, 33, 263)

/** Openings of both eyes by the distance from nose to forehead. */
const eyesOf = (face: Face): number =>
  (distance(face, 159, 145) + distance(face, 386, 374)) / distance(face, 1, 10)

/** The share of pixels that differ by more than 12 levels. */
function changedShare(before: Picture, after: Picture, { data }: Mask): number {
  let [changed, all] = [0, 0]
  for (let i = 0; i < data.length; i++) {
    if (data[i]! < 128) continue
    all++
    for (let c = 3 * i; c < 3 * i + 3; c++)
      if (Math.abs(before.data[c]! - after.data[c]!) > 12) {
        changed++
        break
      }
  }
  return all === 0 ? 0 : changed / all
}
