import { boxMean, dilateMask, type Mask, type Picture, type Plane, soften } from '../../image/index.ts'
import { Rejection } from '../../tools/index.ts'
import { partMask } from './faceParts.ts'
import type { FaceMaps, Sitter } from './sitter.ts'
import { planeInSize, planeOfMask, tinted } from './tinting.ts'

/** What is to be done to each pixel in OKLab, as planes of the maps' size. */
interface Change {
  readonly lightness: Float32Array
  readonly a: Float32Array
  readonly b: Float32Array
}

/** Applies a change worked out on the maps to the picture: what is finer than the maps show stays. */
function changed({ picture, maps }: Sitter, { lightness, a, b }: Change): Picture {
  const { width, height } = maps.picture
  const large = (data: Float32Array): Float32Array => planeInSize({ width, height, data }, picture).data
  const cover = {
    width,
    height,
    data: lightness.map((value, i) => (Math.abs(value) + Math.abs(a[i]!) + Math.abs(b[i]!) < 0.0008 ? 0 : 1)),
  }
  const [dl, da, db] = [large(lightness), large(a), large(b)]
  return tinted(picture, cover, (lab, _, i) => {
    lab[0]! += dl[i]!
    lab[1]! += da[i]!
    lab[2]! += db[i]!
  })
}

/** The mean of a plane over the skin around each pixel; where there is no skin, the plane itself. */
function meanOfSkin(plane: Float32Array, skin: Plane, radius: number): Float32Array {
  const { width, height } = skin
  const weights = boxMean(boxMean(skin, radius), radius).data
  const weighted = { width, height, data: plane.map((value, i) => value * skin.data[i]!) }
  const sums = boxMean(boxMean(weighted, radius), radius).data
  return plane.map((value, i) => (weights[i]! < 0.02 ? value : sums[i]! / weights[i]!))
}

/** Skin where a spot may be: away from eyes, brows, lips and nostrils, 0 to 1. */
function openSkin({ picture, face, skin, size }: FaceMaps): Plane {
  const parts = partMask(picture, face, ['leftEye', 'rightEye', 'leftBrow', 'rightBrow', 'lips'], 0)
  const [left, right] = [face.mesh[98]!, face.mesh[327]!]
  const nostrils = new Uint8Array(parts.data.length)
  const reach = 0.05 * size
  for (const [x, y] of [left, right])
    for (let v = Math.floor(y - reach); v <= y + reach; v++)
      for (let u = Math.floor(x - reach); u <= x + reach; u++)
        if (u >= 0 && v >= 0 && u < parts.width && v < parts.height) nostrils[v * parts.width + u] = 255
  const away: Mask = {
    ...parts,
    data: parts.data.map((value, i) => Math.max(value, nostrils[i]!)),
  }
  const near = soften(planeOfMask(dilateMask(away, 0.03 * size)), 0.012 * size).data
  const inside = planeOfMask(partMask(picture, face, ['face'], 0.02)).data
  return {
    ...skin,
    data: skin.data.map((_, i) => Math.max(0, 1 - near[i]!) * inside[i]!),
  }
}

const ramp = (value: number, from: number, to: number): number => {
  const share = Math.min(1, Math.max(0, (value - from) / (to - from)))
  return share * share * (3 - 2 * share)
}

/**
 * The face without spots: what is small, and redder or darker than the skin around it, takes that skin's colour.
 * `amount` 0 to 1. `freckles` takes faint spots too. @throws Rejection `no-spots`
 */
export function removeSpots(sitter: Sitter, amount: number, which: 'blemishes' | 'freckles'): Picture {
  const { maps } = sitter
  const { lab, size } = maps
  const open = openSkin(maps)
  const { width, height } = open
  const radius = Math.max(2, Math.round(size / 26))
  const [light, red, yellow] = [lab.lightness, lab.a, lab.b].map((plane) =>
    meanOfSkin(plane, open, radius),
  ) as [Float32Array, Float32Array, Float32Array]
  const fine = Math.max(0.5, 0.004 * size)
  const [l, a] = [lab.lightness, lab.a].map((data) => soften({ width, height, data }, fine).data) as [
    Float32Array,
    Float32Array,
  ]
  const [least, most] = which === 'blemishes' ? [0.028, 0.05] : [0.014, 0.03]
  const found = new Float32Array(l.length)
  let area = 0
  for (let i = 0; i < found.length; i++) {
    if (open.data[i]! < 0.3) continue
    const darker = light[i]! - l[i]!
    const redder = a[i]! - red[i]!
    // Far darker is no spot but hair, or the rim of something.
    if (darker > 0.3) continue
    found[i] = ramp(Math.max(0, darker) + 1.6 * Math.max(0, redder), least, most)
    area += found[i]!
  }
  if (area < 0.0004 * size * size) throw new Rejection('no-spots', { area: area / (size * size) })
  const grown = soften(
    planeOfMask(
      dilateMask(
        { width, height, data: Uint8Array.from(found, (value) => (value > 0.35 ? 255 : 0)) },
        0.007 * size,
      ),
    ),
    0.006 * size,
  ).data
  const share = grown.map((value, i) => amount * Math.min(1, Math.max(value, found[i]!)) * open.data[i]!)
  return changed(sitter, {
    lightness: share.map((value, i) => value * Math.max(-0.02, 0.92 * (light[i]! - l[i]!))),
    a: share.map((value, i) => value * (red[i]! - a[i]!)),
    b: share.map((value, i) => 0.7 * value * (yellow[i]! - lab.b[i]!)),
  })
}

/** Wrinkles less deep: dark lines rise toward the skin beside them. `amount` 1 takes most of them. */
export function reduceWrinkles(sitter: Sitter, amount: number): Picture {
  const { maps } = sitter
  const { lab, size } = maps
  const open = openSkin(maps)
  const { width, height } = open
  const change = new Float32Array(open.data.length)
  // Fine lines, then folds.
  for (const [inner, outer, share] of [
    [0.003, 0.018, 0.8],
    [0.01, 0.05, 0.6],
  ] as const) {
    const line = soften({ width, height, data: lab.lightness }, Math.max(0.4, inner * size)).data
    const beside = meanOfSkin(lab.lightness, open, Math.max(1, Math.round(outer * size)))
    for (let i = 0; i < change.length; i++) {
      const depth = beside[i]! - line[i]!
      if (depth <= 0.002 || open.data[i]! < 0.1) continue
      // Deep shadows are the face's shape.
      change[i]! += amount * share * open.data[i]! * depth * (1 - ramp(depth, 0.07, 0.14))
    }
  }
  const none = new Float32Array(change.length)
  return changed(sitter, {
    lightness: soften({ width, height, data: change }, Math.max(0.4, 0.003 * size)).data,
    a: none,
    b: none,
  })
}

/** Shine on the skin less bright, in the skin's own colour. `amount` 1 takes most of it. @throws Rejection `no-shine` */
export function reduceShine(sitter: Sitter, amount: number): Picture {
  const { maps } = sitter
  const { lab, size } = maps
  const open = openSkin(maps)
  const values: number[] = []
  for (let i = 0; i < open.data.length; i += 3) if (open.data[i]! > 0.7) values.push(i)
  const middle = (plane: Float32Array): number => {
    const sorted = values.map((i) => plane[i]!).sort((one, other) => one - other)
    return sorted[Math.floor(sorted.length / 2)] ?? 0
  }
  const [light, red, yellow] = [middle(lab.lightness), middle(lab.a), middle(lab.b)]
  const from = light + 0.06
  let area = 0
  const over = lab.lightness.map((value, i) => {
    const more = open.data[i]! * Math.max(0, value - from)
    if (more > 0.02) area++
    return more
  })
  if (area < 0.004 * size * size) throw new Rejection('no-shine', { area: area / (size * size) })
  const share = soften({ ...open, data: over.map((value) => Math.min(1, value / 0.1)) }, 0.01 * size).data
  return changed(sitter, {
    lightness: over.map((value) => -amount * 0.6 * value),
    a: share.map((value, i) => 0.6 * amount * value * (red - lab.a[i]!)),
    b: share.map((value, i) => 0.6 * amount * value * (yellow - lab.b[i]!)),
  })
}
