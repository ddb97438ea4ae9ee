import {
  boxMean,
  distanceToMask,
  erodeMask,
  type Mask,
  maskComponents,
  type Picture,
} from '../../image/index.ts'
import type { FlatLine } from './flatLine.ts'
import type { LetterColour } from './lettering.ts'

/** Letters told from what they stand on: one reading of a sheet, of which the fit of type chooses. */
export interface Ink {
  /** How much of each pixel is ink, 0 to 1, as far as the colours tell. */
  readonly coverage: Float32Array
  /** Strokes, 255 and 0. */
  readonly strokes: Mask
  /** In levels. */
  readonly colour: LetterColour
  readonly surface: LetterColour
  /** Distance of the two colours, in levels. */
  readonly contrast: number
  /** Share of the border of the line's zone that is ink: letters hardly touch it, what is around them does. */
  readonly contact: number
  /** The rectangle that the strokes take on the sheet. */
  readonly box: {
    readonly left: number
    readonly top: number
    readonly right: number
    readonly bottom: number
  }
}

/** Ink and surface nearer to each other than this many levels are not told apart. */
const leastContrast = 18

/** Readings of a sheet: darker or lighter than the surface, by lightness or by the axis along which colours differ most. */
export function inksOf(line: FlatLine): Ink[] {
  const { flat } = line
  const inside = zoneOf(line)
  const size = { width: flat.width, height: flat.height }
  const found: Ink[] = []
  for (const axis of axesOf(flat, inside)) {
    const values = projected(flat, axis)
    const threshold = otsu(values, inside)
    // Against one level for all of the line, and against the mean around each pixel, where the surface changes.
    const around = boxMean({ ...size, data: values }, Math.round(0.7 * line.margin)).data
    for (const sign of [-1, 1])
      for (const level of [() => threshold, (i: number) => around[i]!]) {
        const first = new Uint8Array(values.length)
        for (let i = 0; i < first.length; i++)
          first[i] = inside[i] === 1 && sign * (values[i]! - level(i)) > 0 ? 255 : 0
        const ink = refined(line, inside, first)
        if (ink && !found.some((other) => alike(other, ink))) found.push(ink)
      }
  }
  return found
}

function alike(one: Ink, other: Ink): boolean {
  let differing = 0
  for (let i = 0; i < one.strokes.data.length; i++)
    if (one.strokes.data[i] !== other.strokes.data[i]) differing++
  return differing < 0.005 * one.strokes.data.length
}

/** Where ink may be: the line and a little around it. */
function zoneOf({ flat: { width, height }, margin }: FlatLine): Uint8Array {
  const inside = new Uint8Array(width * height)
  const [x0, y0] = [Math.round(0.62 * margin), Math.round(0.72 * margin)]
  for (let y = y0; y < height - y0; y++) inside.fill(1, y * width + x0, (y + 1) * width - x0)
  return inside
}

type Axis = readonly [number, number, number]

function axesOf({ data }: Picture, inside: Uint8Array): readonly Axis[] {
  const grey: Axis = [0.299, 0.587, 0.114]
  const mean = [0, 0, 0]
  let count = 0
  for (let i = 0; i < inside.length; i++) {
    if (inside[i] === 0) continue
    count++
    for (let c = 0; c < 3; c++) mean[c]! += data[3 * i + c]!
  }
  for (let c = 0; c < 3; c++) mean[c]! /= Math.max(1, count)
  const spread = new Float64Array(9)
  for (let i = 0; i < inside.length; i++) {
    if (inside[i] === 0) continue
    for (let a = 0; a < 3; a++)
      for (let b = 0; b < 3; b++)
        spread[3 * a + b]! += (data[3 * i + a]! - mean[a]!) * (data[3 * i + b]! - mean[b]!)
  }
  // The first principal axis, by power iteration.
  let axis: [number, number, number] = [0.5, 0.6, 0.4]
  for (let round = 0; round < 24; round++) {
    const next = [0, 1, 2].map((a) => [0, 1, 2].reduce((sum, b) => sum + spread[3 * a + b]! * axis[b]!, 0))
    const size = Math.hypot(...next)
    if (size < 1e-9) break
    axis = [next[0]! / size, next[1]! / size, next[2]! / size]
  }
  const isGrey = Math.abs(axis[0] + axis[1] + axis[2]) > 1.6
  return isGrey ? [axis] : [grey, axis]
}

function projected({ data }: Picture, [r, g, b]: Axis): Float32Array {
  const out = new Float32Array(data.length / 3)
  for (let i = 0; i < out.length; i++) out[i] = r * data[3 * i]! + g * data[3 * i + 1]! + b * data[3 * i + 2]!
  return out
}

/** The threshold that parts values into the two groups with the least spread. Source: Otsu. */
function otsu(values: Float32Array, inside: Uint8Array): number {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (let i = 0; i < values.length; i++)
    if (inside[i] === 1) {
      least = Math.min(least, values[i]!)
      most = Math.max(most, values[i]!)
    }
  const step = Math.max(1e-6, (most - least) / 128)
  const counts = new Float64Array(129)
  let [total, sum] = [0, 0]
  for (let i = 0; i < values.length; i++)
    if (inside[i] === 1) {
      const level = Math.floor((values[i]! - least) / step)
      counts[level]!++
      total++
      sum += level
    }
  let [below, sumBelow, best, widest] = [0, 0, 64, -1]
  for (let level = 0; level < 128; level++) {
    below += counts[level]!
    sumBelow += counts[level]! * level
    if (below === 0 || below === total) continue
    const apart = sumBelow / below - (sum - sumBelow) / (total - below)
    const between = below * (total - below) * apart * apart
    if (between > widest) [best, widest] = [level + 1, between]
  }
  return least + best * step
}

/** Surface and ink told from each other again and again, each time with the surface as it is beneath. */
function refined(line: FlatLine, inside: Uint8Array, first: Uint8Array): Ink | undefined {
  const { flat, margin } = line
  const { width, height, data } = flat
  let strokes = withoutGrounds({ width, height, data: first }, inside)
  const coverage = new Float32Array(width * height)
  let colour: number[] = []
  let under: number[] = []
  let contrast = 0
  for (let round = 0; round < 3; round++) {
    if (shareOf(strokes.data, inside) < 0.01) return undefined
    const surface = surfaceAround(flat, strokes, margin)
    const core = coreOf(strokes)
    colour = meanColour(data, core)
    under = [0, 1, 2].map((c) => meanOver(surface[c]!, strokes.data))
    const way = colour.map((level, c) => level - under[c]!)
    contrast = Math.hypot(...way)
    if (contrast < leastContrast) return undefined
    const square = contrast * contrast
    const next = new Uint8Array(width * height)
    for (let i = 0; i < coverage.length; i++) {
      let dot = 0
      for (let c = 0; c < 3; c++) dot += (data[3 * i + c]! - surface[c]![i]!) * way[c]!
      coverage[i] = Math.min(1.25, Math.max(-0.25, dot / square))
      if (inside[i] === 1 && coverage[i]! > 0.5) next[i] = 255
    }
    strokes = { width, height, data: next }
    strokes = withoutGrounds(strokes, inside)
  }
  const contact = contactOf(strokes, inside)
  strokes = withoutStrays(strokes, line)
  const box = boxOf(strokes)
  if (!box || box.right - box.left < 3 || box.bottom - box.top < 6) return undefined
  return {
    coverage,
    strokes,
    colour: colour.map(Math.round) as unknown as LetterColour,
    surface: under.map(Math.round) as unknown as LetterColour,
    contrast,
    contact,
    box,
  }
}

/** Without what runs along the border of the zone, as no letter does: sky above a sign, a panel around its letters. */
function withoutGrounds(strokes: Mask, inside: Uint8Array): Mask {
  const { width, height, data } = strokes
  let tall = 0
  for (let y = 0; y < height; y++) tall += inside[y * width + (width >> 1)]!
  const onBorder = (i: number): boolean =>
    inside[i - width] === 0 || inside[i + width] === 0 || inside[i - 1] === 0 || inside[i + 1] === 0
  let out: Uint8Array | undefined
  for (const { pixels } of maskComponents(strokes)) {
    let contact = 0
    for (const i of pixels) if (onBorder(i)) contact++
    if (contact < 0.5 * tall) continue
    out ??= data.slice()
    for (const pixel of pixels) out[pixel] = 0
  }
  return out ? { width, height, data: out } : strokes
}

function contactOf({ width, data }: Mask, inside: Uint8Array): number {
  let [ink, all] = [0, 0]
  for (let i = width; i < data.length - width; i++) {
    const isBorder =
      inside[i] === 1 &&
      (inside[i - 1] === 0 || inside[i + 1] === 0 || inside[i - width] === 0 || inside[i + width] === 0)
    if (!isBorder) continue
    all++
    if (data[i]! > 0) ink++
  }
  return ink / Math.max(1, all)
}

function shareOf(strokes: Uint8Array, inside: Uint8Array): number {
  let [ink, all] = [0, 0]
  for (let i = 0; i < strokes.length; i++) {
    if (inside[i] === 0) continue
    all++
    if (strokes[i]! > 0) ink++
  }
  return ink / Math.max(1, all)
}

/** Red, green and blue of the surface, carried on beneath the ink from what is around it. */
function surfaceAround(flat: Picture, strokes: Mask, margin: number): Float32Array[] {
  const { width, height, data } = flat
  const near = distanceToMask(strokes)
  const known = new Float32Array(width * height)
  for (let i = 0; i < known.length; i++) known[i] = near[i]! > 2 ? 1 : near[i]! > 0 ? 1e-3 : 1e-6
  const radius = Math.max(3, Math.round(0.5 * margin))
  const around = (plane: Float32Array): Float32Array =>
    boxMean(boxMean({ width, height, data: plane }, radius), radius).data
  const weight = around(known)
  return [0, 1, 2].map((c) => {
    const plane = new Float32Array(known.length)
    for (let i = 0; i < plane.length; i++) plane[i] = known[i]! * data[3 * i + c]!
    const sum = around(plane)
    for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! / weight[i]!
    return sum
  })
}

/** The heart of the strokes, which has their true colour; of thin ones all of them. */
function coreOf(strokes: Mask): Uint8Array {
  const count = (data: Uint8Array): number => data.reduce((sum, value) => sum + (value > 0 ? 1 : 0), 0)
  const all = count(strokes.data)
  for (const radius of [2, 1]) {
    const core = erodeMask(strokes, radius).data
    if (count(core) > 0.12 * all) return core
  }
  return strokes.data
}

function meanColour(data: Uint8Array, where: Uint8Array): number[] {
  const sum = [0, 0, 0]
  let count = 0
  for (let i = 0; i < where.length; i++) {
    if (where[i] === 0) continue
    count++
    for (let c = 0; c < 3; c++) sum[c]! += data[3 * i + c]!
  }
  return sum.map((value) => value / Math.max(1, count))
}

function meanOver(plane: Float32Array, where: Uint8Array): number {
  let [sum, count] = [0, 0]
  for (let i = 0; i < where.length; i++)
    if (where[i]! > 0) {
      sum += plane[i]!
      count++
    }
  return sum / Math.max(1, count)
}

/** Without what belongs to a border or to another line: parts whose middle is outside, or that reach the sheet's rim. */
function withoutStrays(strokes: Mask, { margin }: FlatLine): Mask {
  const { width, height } = strokes
  const kept = new Uint8Array(width * height)
  const [inX, inY] = [0.8 * margin, 0.85 * margin]
  for (const { box, pixels, area } of maskComponents(strokes)) {
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
    const isOutside = x < inX || x > width - inX || y < inY || y > height - inY
    const isRule = box.width > 0.9 * (width - 2 * margin) && box.height < 0.12 * height
    if (isOutside || isRule || area < 3) continue
    for (const pixel of pixels) kept[pixel] = 255
  }
  return { width, height, data: kept }
}

/** Rows and columns with ink worth the name. */
function boxOf({ width, height, data }: Mask): Ink['box'] | undefined {
  const [rows, columns] = [new Float64Array(height), new Float64Array(width)]
  for (let i = 0; i < data.length; i++)
    if (data[i]! > 0) {
      rows[Math.floor(i / width)]!++
      columns[i % width]!++
    }
  const span = (counts: Float64Array, least: number): readonly [number, number] => {
    const enough = counts.reduce((most, count) => Math.max(most, count), 0) * least
    return [counts.findIndex((count) => count > enough), counts.findLastIndex((count) => count > enough) + 1]
  }
  const [[top, bottom], [left, right]] = [span(rows, 0.04), span(columns, 0.04)]
  return right > left && bottom > top ? { left, top, right, bottom } : undefined
}
