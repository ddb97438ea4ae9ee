import {
  boxMean,
  levelOfLinear,
  linearOfLevel,
  type Mask,
  maskBox,
  type Picture,
  spreadColours,
} from '../../image/index.ts'
import { type Plane, Rejection } from '../../tools/index.ts'
import type { Edited } from '../edited.ts'
import { edgeColours } from '../placing/cut.ts'
import { smoothstep } from '../ramp.ts'
import { shrinkFactor, shrinkMask, shrinkPicture } from '../shrink.ts'
import { diskBlur, type Light, rowOf } from './disk.ts'

/** How a background is put out of focus. */
export interface Defocus {
  /** 0 to 2; at 1 the farthest is blurred by disks of 1.5 % of the longer side in radius. */
  readonly strength: number
  /** Nearness, 0 (far) to 1 (near), at any size, where a tool knows it. */
  readonly nearness?: Plane | undefined
}

/** The radius at strength 1, as a share of the longer side. */
const widest = 0.015

/** The least blur, at the subject's foot, as a share of the most: a subject may as well hang in the air. */
const leastShare = 0.1

/** Blurs are worked out on at most so many pixels, wider ones on fewer. */
const mostWorked = 2_000_000

/**
 * The background out of focus as a lens shows it, behind a sharp subject: disks, wider with the distance from where the
 * subject stands. Without depth the ground tells it: the blur grows in proportion to the height above the foot up to
 * the horizon. What lies behind the subject is carried in from around it, so nothing of it bleeds into the blur.
 * The subject, where fully covered, stays as it is to the bit.
 * @throws Rejection `empty` where there is no subject
 */
export function blurBackground(
  picture: Picture,
  subject: Mask,
  { strength, nearness }: Defocus,
): Edited & { readonly region: Mask } {
  if (maskBox(subject) === undefined) throw new Rejection('empty')
  const { width, height } = picture
  const most = widest * strength * Math.max(width, height)
  const levels = blurredLevels(picture, subject, most)
  const own = edgeColours(picture, subject)
  const data = picture.data.slice()
  const region = new Uint8Array(width * height)
  const radii = radiiOf(picture, subject, most, nearness)
  const rows = levels.map(() => new Float32Array(3 * width))
  const radius = new Float32Array(width)
  for (let y = 0; y < height; y++) {
    radii(y, radius)
    fillRows(rows, levels, y, radius)
    let [last, at] = [Number.NaN, 0]
    for (let x = 0; x < width; x++) {
      const i = y * width + x
      const coverage = subject.data[i]!
      if (coverage === 255) continue
      if (radius[x] !== last) {
        last = radius[x]!
        at = levelAt(last, levels[0]!.radius)
      }
      // 0 is the picture itself, 1 the first level.
      if (at < 0.02) continue
      const lower = Math.min(levels.length, Math.floor(at))
      const share = Math.min(levels.length, at) - lower
      const alpha = coverage / 255
      region[i] = 255
      const nearer = lower === 0 ? undefined : rows[lower - 1]!
      const wider = share === 0 || lower === levels.length ? undefined : rows[lower]!
      const chance = chanceAt(i)
      for (let c = 0; c < 3; c++) {
        const k = 3 * i + c
        const ownLight = alpha === 0 ? 0 : alpha * linearOfLevel[own.data[k]!]!
        const one =
          nearer === undefined
            ? linearOfLevel[picture.data[k]!]!
            : ownLight + (1 - alpha) * nearer[3 * x + c]!
        const other = wider === undefined ? one : ownLight + (1 - alpha) * wider[3 * x + c]!
        data[k] = dithered(one + (other - one) * share, chance)
      }
    }
  }
  return { picture: { width, height, data }, region: { width, height, data: region } }
}

/** The levels that any radius of the row needs. */
function fillRows(
  rows: readonly Float32Array[],
  levels: readonly Level[],
  y: number,
  radius: Float32Array,
): void {
  let [least, most] = [Number.POSITIVE_INFINITY, 0]
  for (const each of radius) {
    if (each < least) least = each
    if (each > most) most = each
  }
  const first = levels[0]!.radius
  const from = Math.floor(levelAt(least, first)) - 1
  const to = Math.ceil(levelAt(most, first)) - 1
  for (let k = Math.max(0, from); k <= Math.min(levels.length - 1, to); k++)
    rowOf(levels[k]!, levels[k]!.factor, y, rows[k]!)
}

/** Which of the levels a radius is, counted from 1 at the first, twice as wide each; below it in proportion. */
const levelAt = (radius: number, first: number): number =>
  radius <= first ? radius / first : 1 + Math.log2(radius / first)

interface Level extends Light {
  readonly radius: number
  readonly factor: number
}

/** The background alone, blurred by disks of the widest radius, half of it, and so on down to hardly any. */
function blurredLevels(picture: Picture, subject: Mask, most: number): Level[] {
  const fewest = shrinkFactor(picture, mostWorked)
  const unit = Math.max(picture.width, picture.height) / 1024
  const count = Math.max(1, Math.ceil(Math.log2(Math.max(1, most / (0.9 * unit)))) + 1)
  const base = { picture: shrinkPicture(picture, fewest), subject: shrinkMask(subject, fewest) }
  const behind = new Map<number, Light>()
  return Array.from({ length: count }, (_, k) => {
    const radius = most / 2 ** (count - 1 - k)
    const more = Math.max(1, Math.round(radius / 5 / fewest))
    const factor = fewest * more
    const light = behind.get(factor) ?? lightBehind(base, more, unit / factor)
    behind.set(factor, light)
    return { ...diskBlur(light, radius / factor), radius, factor }
  })
}

/**
 * What is behind the subject, in linear light, shrunk; small bright spots brighter than the picture could show them.
 * A unit is a 1024th of the longer side, in pixels of the shrunk picture.
 */
function lightBehind(
  base: { readonly picture: Picture; readonly subject: Mask },
  factor: number,
  unit: number,
): Light {
  const small = shrinkPicture(base.picture, factor)
  const matte = shrinkMask(base.subject, factor)
  const reach = Math.max(1, Math.round(2 * unit))
  const isSubject = boxMean(
    { ...matte, data: Float32Array.from(matte.data, (value) => (value > 8 ? 1 : 0)) },
    reach,
  )
  const outside = { ...matte, data: Uint8Array.from(isSubject.data, (share) => (share > 1e-6 ? 0 : 255)) }
  const { width, height, data } = spreadColours(small, outside)
  const planes = [0, 1, 2].map(() => new Float32Array(width * height))
  const bright = new Float32Array(width * height)
  for (let i = 0; i < bright.length; i++) {
    for (let c = 0; c < 3; c++) planes[c]![i] = linearOfLevel[data[3 * i + c]!]!
    bright[i] = Math.max(planes[0]![i]!, planes[1]![i]!, planes[2]![i]!)
  }
  const nearby = boxMean({ width, height, data: bright }, Math.max(2, Math.round(26 * unit))).data
  for (let i = 0; i < bright.length; i++) {
    const lift = 1.6 * smoothstep(0.6, 0.98, bright[i]!) * (1 - smoothstep(0.2, 0.5, nearby[i]!))
    if (lift > 0) for (const plane of planes) plane[i]! *= 1 + lift
  }
  return { width, height, planes }
}

/** Fills in the radius of a row's pixels, by depth, or by the height above the subject's foot. */
function radiiOf(
  { width, height }: Picture,
  subject: Mask,
  most: number,
  nearness: Plane | undefined,
): (y: number, out: Float32Array) => void {
  if (nearness !== undefined) return byNearness(width, height, subject, most, nearness)
  const box = maskBox(subject)!
  const foot = box.y + box.height
  if (isCutBelow(subject)) return (_, out) => out.fill(most)
  const horizon = Math.min(foot - 0.2 * height, box.y + 0.2 * box.height)
  return (y, out) => {
    const away = Math.abs(foot - y) / (foot - horizon)
    out.fill(most * Math.min(1, leastShare + (1 - leastShare) * away))
  }
}

/** Whether the subject goes on below the picture: then nothing is seen of the ground that it stands on. */
export function isCutBelow(subject: Mask): boolean {
  const box = maskBox(subject)
  if (box === undefined) return false
  const { width, height, data } = subject
  if (box.y + box.height < height - Math.max(2, 0.006 * height)) return false
  let covered = 0
  const row = (height - 1 - Math.round(0.002 * height)) * width
  for (let x = 0; x < width; x++) if (data[row + x]! >= 128) covered++
  return covered > 0.2 * box.width
}

function byNearness(
  width: number,
  height: number,
  subject: Mask,
  most: number,
  { width: across, height: down, data }: Plane,
): (y: number, out: Float32Array) => void {
  const factor = shrinkFactor(subject, 200_000)
  const small = shrinkMask(subject, factor)
  let [sum, count] = [0, 0]
  for (let v = 0; v < small.height; v++)
    for (let u = 0; u < small.width; u++) {
      if (small.data[v * small.width + u]! < 200) continue
      const [x, y] = [((u + 0.5) / small.width) * across, ((v + 0.5) / small.height) * down]
      sum += data[Math.min(down - 1, Math.floor(y)) * across + Math.min(across - 1, Math.floor(x))]!
      count++
    }
  const focus = count === 0 ? 1 : sum / count
  return (y, out) => {
    const v = Math.min(down - 1, Math.floor(((y + 0.5) / height) * down)) * across
    for (let x = 0; x < width; x++) {
      const near = data[v + Math.min(across - 1, Math.floor(((x + 0.5) / width) * across))]!
      const away = Math.max(0, Math.abs(near - focus) - 0.04) / Math.max(0.2, focus)
      out[x] = most * Math.min(1, 1.4 * away)
    }
  }
}

/** A light as a level, by chance the one below or above in proportion: wide blurs show no bands. */
function dithered(light: number, chance: number): number {
  const level = levelOfLinear(light)
  const here = linearOfLevel[level]!
  if (light > here && level < 255)
    return (light - here) / (linearOfLevel[level + 1]! - here) > chance ? level + 1 : level
  if (light < here && level > 0)
    return (here - light) / (here - linearOfLevel[level - 1]!) > chance ? level - 1 : level
  return level
}

/** A number from 0 to below 1 by the pixel's index, always the same. */
function chanceAt(i: number): number {
  let h = Math.imul(i, 0x27d4eb2d)
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b)
  return ((h ^ (h >>> 13)) >>> 0) / 2 ** 32
}
