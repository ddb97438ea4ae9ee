import {
  type Area,
  type Component,
  dilateMask,
  distanceToMask,
  featherMask,
  invertMask,
  type Mask,
  maskBox,
  maskComponents,
  maskOfPixels,
  type Picture,
  uniteMasks,
} from '../../image/index.ts'
import { enlargeMask, factorTo, reduceMask, reducePicture } from './reduce.ts'

/** Shadows are looked for at this size of the longer side or less. */
const analysisSide = 720

/** What counts as shadow: how much darker than the ground beside it, how far off in colour, and how it must end. */
const limits = {
  /** Share of the lit ground's light. */
  light: { least: 0.012, most: 0.84 },
  /** Where it fades out: grown to here once it is found. */
  fading: 0.93,
  /** Shares of red, green and blue less those of the ground: what the sky alone lights is greyer and bluer. */
  colour: [
    [-0.1, 0.035],
    [-0.035, 0.035],
    [-0.03, 0.1],
  ],
  /** Below this share of light, in hard sun, the colour may be off by so many times as much: there is little of it. */
  dark: { below: 0.12, times: 2.2 },
  /** Pixels of the shadow by those of the thing. */
  area: { least: 0.004, most: 1.3 },
  /** Share of its outer rim where lit ground begins. */
  bounded: 0.55,
  /** By how much its light rises from within its rim to beyond it: light that falls off slowly is no shadow. */
  rise: 0.12,
  /** Share of all that is so dark as far around as it is large: else it is the ground's own pattern. */
  own: 0.5,
}

/**
 * The shadow that a thing throws on the ground: what adjoins its lower part, is darker than the ground of the same rows
 * and of like hue, and ends in lit ground. Of the picture's size; undefined where none is found.
 */
export function shadowOf(picture: Picture, thing: Mask): Mask | undefined {
  const factor = factorTo(analysisSide, picture)
  const small = reducePicture(picture, factor)
  const body = reduceMask(thing, factor)
  const { width, height } = body
  const parts = maskComponents(body)
  // Each of several things has its own.
  const shadows = parts
    .filter(({ area }) => area >= 0.1 * parts[0]!.area)
    .map(({ pixels }) => smallShadow(small, maskOfPixels(width, height, pixels), body))
    .filter((shadow) => shadow !== undefined)
  return shadows.length === 0 ? undefined : enlargeMask(shadows.reduce(uniteMasks), factor, picture)
}

interface Ground {
  /** Light of each pixel as a share of the lit ground's in its row; 1 where nothing is known. */
  readonly light: Float32Array
  /** Whether its hue is that of the ground. */
  readonly alike: Uint8Array
}

function smallShadow(picture: Picture, thing: Mask, all: Mask): Mask | undefined {
  const { width, height } = picture
  const box = maskBox(thing)
  if (box === undefined) return undefined
  const margin = Math.max(1.5, 0.006 * width)
  const close = dilateMask(all, margin)
  const reach = Math.max(box.width, box.height)
  const area = {
    left: Math.max(0, Math.round(box.x - 1.3 * reach)),
    right: Math.min(width, Math.round(box.x + box.width + 1.3 * reach)),
    top: Math.max(0, Math.round(box.y + 0.35 * box.height)),
    bottom: Math.min(height, Math.round(box.y + box.height + 0.7 * reach)),
  }
  const { light, alike } = groundAround(picture, close, area)
  const isDark = (i: number, most: number): boolean =>
    alike[i] === 1 && close.data[i]! < 128 && light[i]! >= limits.light.least && light[i]! <= most
  // From where the thing stands, outward through all that is dark.
  const beside = dilateMask(thing, margin + 1.5)
  const starts: number[] = []
  for (let i = Math.floor(box.y + 0.72 * box.height) * width; i < beside.data.length; i++)
    if (beside.data[i]! >= 128 && close.data[i]! < 128 && isDark(i, limits.light.most)) starts.push(i)
  const reached = spread(starts, area, picture, (i) => isDark(i, limits.light.most))
  const thingArea = thing.data.reduce((sum, value) => sum + (value >= 128 ? 1 : 0), 0)
  const isShadow = (part: Component): boolean => {
    if (part.area < limits.area.least * thingArea || part.area > limits.area.most * thingArea) return false
    let dark = 0
    // As dark as this part, or half as much.
    const half = (1 + mean(part.pixels.map((i) => light[i]!))) / 2
    const around = widened(part.box, area)
    for (let y = around.top; y < around.bottom; y++)
      for (let x = around.left; x < around.right; x++)
        if (isDark(y * width + x, Math.min(half, limits.light.most))) dark++
    if (part.area < limits.own * dark) return false
    const { lit, rise } = rimOf(maskOfPixels(width, height, part.pixels), close, light, alike)
    return lit >= limits.bounded && rise >= limits.rise
  }
  const found = maskComponents(maskOfPixels(width, height, reached)).filter(isShadow)
  if (found.length === 0) return undefined
  // The soft edge: all that still fades, close to what was found.
  const pixels = found.flatMap((part) => part.pixels)
  const near = dilateMask(maskOfPixels(width, height, pixels), Math.max(2, 0.012 * width))
  const faded = spread(pixels, area, picture, (i) => near.data[i]! >= 128 && isDark(i, limits.fading))
  return featherMask(dilateMask(maskOfPixels(width, height, faded), Math.max(1.5, 0.005 * width)), 0.7)
}

/** All pixels that hang together with some by sides, within an area, as far as they may be taken. */
function spread(
  from: readonly number[],
  area: Sides,
  { width, height }: { readonly width: number; readonly height: number },
  may: (i: number) => boolean,
): readonly number[] {
  const found = [...from]
  const seen = new Uint8Array(width * height)
  for (const i of from) seen[i] = 1
  for (let n = 0; n < found.length; n++) {
    const i = found[n]!
    const [x, y] = [i % width, Math.floor(i / width)]
    const beside = [
      x > area.left ? i - 1 : i,
      x < area.right - 1 ? i + 1 : i,
      y > area.top ? i - width : i,
      y < area.bottom - 1 ? i + width : i,
    ]
    for (const j of beside) {
      if (seen[j] === 1 || !may(j)) continue
      seen[j] = 1
      found.push(j)
    }
  }
  return found
}

interface Sides {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** A box with three quarters of its own size around it on each side, within an area. */
function widened(box: Area, area: Sides): Sides {
  const [across, down] = [Math.round(0.75 * box.width) + 2, Math.round(0.75 * box.height) + 2]
  return {
    left: Math.max(area.left, box.x - across),
    right: Math.min(area.right, box.x + box.width + across),
    top: Math.max(area.top, box.y - down),
    bottom: Math.min(area.bottom, box.y + box.height + down),
  }
}

/** The lit ground by rows: medians of what is not the thing; smoothed, since texture is no shadow. */
function groundAround({ width, height, data }: Picture, thing: Mask, area: Sides): Ground {
  const light = new Float32Array(width * height).fill(1)
  const alike = new Uint8Array(width * height)
  const levels = smoothedWithout(data, thing, width, height)
  const rows = area.bottom - area.top
  const median = new Float32Array(rows)
  const colour = new Float32Array(3 * rows)
  for (let y = area.top; y < area.bottom; y++) {
    const row = y - area.top
    const found: number[] = []
    for (let x = area.left; x < area.right; x++)
      if (thing.data[y * width + x]! < 128) found.push(y * width + x)
    found.sort((a, b) => luma(levels, a) - luma(levels, b))
    // A little above the middle: shadow may lie on a good part of the row.
    const at = found[Math.floor(0.62 * found.length)]
    if (at !== undefined) median[row] = luma(levels, at)
    const around = found.slice(Math.floor(0.45 * found.length), Math.ceil(0.85 * found.length))
    for (let c = 0; c < 3; c++) colour[3 * row + c] = mean(around.map((i) => share(levels, i, c)))
  }
  for (let y = area.top; y < area.bottom; y++)
    for (let x = area.left; x < area.right; x++) {
      const i = y * width + x
      const row = y - area.top
      light[i] = (luma(levels, i) + 1) / (median[row]! + 1)
      const times = light[i]! < limits.dark.below ? limits.dark.times : 1
      const isAlike = limits.colour.every(([least, most], c) => {
        const off = share(levels, i, c) - colour[3 * row + c]!
        return off >= times * least! && off <= times * most!
      })
      alike[i] = isAlike ? 1 : 0
    }
  return { light, alike }
}

const luma = (levels: Float32Array, i: number): number =>
  (levels[3 * i]! + 2 * levels[3 * i + 1]! + levels[3 * i + 2]!) / 4

const share = (levels: Float32Array, i: number, c: number): number =>
  (levels[3 * i + c]! + 1) / (levels[3 * i]! + levels[3 * i + 1]! + levels[3 * i + 2]! + 3)

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)

/** Linear light, averaged over 3 × 3 pixels that are not the thing's. */
function smoothedWithout(data: Uint8Array, thing: Mask, width: number, height: number): Float32Array {
  const out = new Float32Array(data.length)
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++) {
      let [r, g, b, count] = [0, 0, 0, 0]
      for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++)
        for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
          const j = v * width + u
          if (thing.data[j]! >= 128 && j !== i) continue
          r += (data[3 * j]! / 16) ** 2
          g += (data[3 * j + 1]! / 16) ** 2
          b += (data[3 * j + 2]! / 16) ** 2
          count++
        }
      out[3 * i] = r / count
      out[3 * i + 1] = g / count
      out[3 * i + 2] = b / count
    }
  return out
}

/** The share of a shadow's outer rim that is lit ground of the same hue, and how much lighter it is there than within. */
function rimOf(
  found: Mask,
  thing: Mask,
  light: Float32Array,
  alike: Uint8Array,
): { readonly lit: number; readonly rise: number } {
  let [lit, all, beyond, beyondCount, within, withinCount] = [0, 0, 0, 0, 0, 0]
  const outside = distanceToMask(found)
  const inside = distanceToMask(invertMask(found))
  for (let i = 0; i < outside.length; i++) {
    if (thing.data[i]! >= 128) continue
    if (outside[i]! > 2 && outside[i]! <= 3) {
      all++
      if (alike[i] === 1 && light[i]! > limits.light.most) lit++
    }
    if (outside[i]! > 2 && outside[i]! <= 6) {
      beyond += Math.min(1.2, light[i]!)
      beyondCount++
    }
    if (inside[i]! > 0 && inside[i]! <= 4) {
      within += light[i]!
      withinCount++
    }
  }
  const per = (sum: number, count: number): number => sum / Math.max(1, count)
  return { lit: per(lit, all), rise: per(beyond, beyondCount) - per(within, withinCount) }
}
