import {
  dilateMask,
  type Lab,
  labOfRgb,
  levelOfLinear,
  linearOfLab,
  linearOfLevel,
  type Mask,
  maskBox,
  type Picture,
  type Rgb,
  resizePicture,
} from '../../image/index.ts'
import { Rejection } from '../../tools/index.ts'
import { colourCube, entriesFor, lookUp } from '../colour/cube.ts'
import type { Edited } from '../edited.ts'
import { cutSubject, edgeColours } from '../placing/cut.ts'
import { harmonyOf, lookOf } from '../placing/harmonise.ts'
import { floorShadow } from '../placing/stage.ts'
import { skyOf } from '../placing/surfaces.ts'
import { sampled, shrinkFactor, shrinkMask, shrinkPicture } from '../shrink.ts'
import { type BackdropName, backdrops } from './backdrops.ts'
import { coverOf } from './cover.ts'
import { isCutBelow } from './defocus.ts'

interface Size {
  readonly width: number
  readonly height: number
}

/** Backdrops are painted at most so large, and enlarged: they have no fine detail. */
const mostPainted = 1_100_000

/** An even background. */
export function evenBackground({ width, height }: Size, [r, g, b]: Rgb): Picture {
  const data = new Uint8Array(3 * width * height)
  for (let i = 0; i < data.length; i += 3) {
    data[i] = r
    data[i + 1] = g
    data[i + 2] = b
  }
  return { width, height, data }
}

/** A background that goes evenly from one colour at the top to another below, without bands. */
export function gradientBackground({ width, height }: Size, from: Rgb, to: Rgb): Picture {
  const data = new Uint8Array(3 * width * height)
  const [one, other] = [labOfRgb(from), labOfRgb(to)]
  for (let y = 0; y < height; y++) {
    const share = height === 1 ? 0 : y / (height - 1)
    const light = linearOfLab(
      one[0] + (other[0] - one[0]) * share,
      one[1] + (other[1] - one[1]) * share,
      one[2] + (other[2] - one[2]) * share,
    )
    for (let c = 0; c < 3; c++) {
      const [low, high, part] = neighbours(light[c]!)
      for (let x = 0; x < width; x++)
        data[3 * (y * width + x) + c] = part > chanceAt(y * width + x) ? high : low
    }
  }
  return { width, height, data }
}

/** The levels below and above a light, and how far it is from the one to the other. */
function neighbours(light: number): [low: number, high: number, share: number] {
  const nearest = levelOfLinear(light)
  const low = linearOfLevel[nearest]! > light ? Math.max(0, nearest - 1) : nearest
  const high = Math.min(255, low + 1)
  const step = linearOfLevel[high]! - linearOfLevel[low]!
  return [low, high, step <= 0 ? 0 : (light - linearOfLevel[low]!) / step]
}

/** A number in [0, 1) for a pixel, always the same. */
function chanceAt(i: number): number {
  let h = Math.imul(i, 0x27d4eb2d)
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b)
  return ((h ^ (h >>> 13)) >>> 0) / 2 ** 32
}

/** A painted backdrop at any size; `next` gives numbers in [0, 1). @throws Rejection `unknown-backdrop` */
export function paintedBackground({ width, height }: Size, name: BackdropName, next: () => number): Picture {
  const backdrop = backdrops.find((each) => each.name === name)
  if (backdrop === undefined) throw new Rejection('unknown-backdrop', { backdrop: name })
  const scale = Math.min(1, Math.sqrt(mostPainted / (width * height)))
  const small = backdrop.paint({ width: Math.ceil(width * scale), height: Math.ceil(height * scale) }, next)
  return scale === 1 ? small : resizePicture(small, { width, height })
}

/** What comes behind a subject, and what its being there does to it. */
export interface Behind {
  readonly picture: Picture
  /** The subject throws a soft shadow on the floor, unless the picture cuts it off below. */
  readonly floor: boolean
  /** The subject takes on the background's light. */
  readonly harmonised: boolean
}

/**
 * The subject before another background. Its soft edge is mixed of its own colours and the new background's. Where it is
 * fully covered it stays to the bit, unless it is harmonised.
 * @throws Rejection `empty` where there is no subject
 */
export function replaceBackground(picture: Picture, subject: Mask, behind: Behind): Edited {
  if (maskBox(subject) === undefined) throw new Rejection('empty')
  const { width, height } = picture
  const own = edgeColours(picture, subject)
  const above = behind.harmonised ? inLightOf(own, subject, behind.picture) : own
  const data = behind.picture.data.slice()
  if (behind.floor && !isCutBelow(subject)) shade(data, subject, behind.picture)
  for (let i = 0; i < subject.data.length; i++) {
    const coverage = subject.data[i]!
    if (coverage === 0) continue
    for (let c = 3 * i; c < 3 * i + 3; c++) {
      if (coverage === 255) data[c] = above.data[c]!
      else {
        const under = linearOfLevel[data[c]!]!
        data[c] = levelOfLinear(under + (coverage / 255) * (linearOfLevel[above.data[c]!]! - under))
      }
    }
  }
  const changed = { width, height, data: subject.data.map((value) => (value === 255 ? 0 : 255)) }
  return { picture: { width, height, data }, region: behind.harmonised ? undefined : changed }
}

/** Another photograph that fills the size, and whether something can stand at a place of it, in shares of the size. */
export function photographBehind(
  photograph: Picture,
  size: Size,
  foot: { readonly x: number; readonly y: number },
): { readonly picture: Picture; readonly floor: boolean } {
  const { picture } = coverOf(photograph, size)
  const small = shrinkPicture(picture, shrinkFactor(picture, 200_000))
  const sky = dilateMask(skyOf(small), 2)
  const [x, y] = [Math.floor(foot.x * small.width), Math.floor(foot.y * small.height)]
  const at = Math.min(small.height - 1, y) * small.width + Math.min(small.width - 1, x)
  return { picture, floor: sky.data[at] === 0 }
}

/** The subject alone: its own colours everywhere, and how much of each pixel it covers. */
export function cutOut(picture: Picture, subject: Mask): { readonly picture: Picture; readonly alpha: Mask } {
  if (maskBox(subject) === undefined) throw new Rejection('empty')
  return { picture: cutSubject(picture, subject).picture, alpha: subject }
}

/** Lessens the light on the floor under a subject. */
function shade(data: Uint8Array, subject: Mask, { width, height }: Picture): void {
  const factor = shrinkFactor(subject, 400_000)
  const shadow = floorShadow(shrinkMask(subject, factor))
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const depth = sampled(shadow, 1, 0, factor, x, y)
      if (depth < 1) continue
      const share = 1 - (0.75 * depth) / 255
      const i = 3 * (y * width + x)
      for (let c = i; c < i + 3; c++) data[c] = levelOfLinear(linearOfLevel[data[c]!]! * share)
    }
}

/** A subject in the light of a background: part of the way to its lightness, contrast and cast. */
function inLightOf(own: Picture, subject: Mask, background: Picture): Picture {
  const factor = shrinkFactor(own, 300_000)
  const small = shrinkPicture(background, shrinkFactor(background, 300_000))
  const { from, to } = harmonyOf(shrinkPicture(own, factor), shrinkMask(subject, factor), lookOf(small))
  const ratio = from.deviation.map((spread, c) => (spread > 1e-6 ? to.deviation[c]! / spread : 1))
  const moved = (lab: Lab, c: 0 | 1 | 2): number => to.mean[c] + (lab[c] - from.mean[c]) * ratio[c]!
  const cube = colourCube(entriesFor(own, subject), (lab) => ({
    lab: [moved(lab, 0), moved(lab, 1), moved(lab, 2)],
    share: 1,
  }))
  const data = own.data.slice()
  const out = new Float64Array(4)
  for (let i = 0; i < subject.data.length; i++) {
    if (subject.data[i] === 0) continue
    lookUp(cube, data[3 * i]!, data[3 * i + 1]!, data[3 * i + 2]!, out)
    for (let c = 0; c < 3; c++) data[3 * i + c] = out[c]! + 0.5
  }
  return { ...own, data }
}
