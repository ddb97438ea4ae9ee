import {
  composeWarps,
  distanceToMask,
  invertWarp,
  type Mask,
  type Picture,
  renderText,
  resizeMask,
  soften,
  type Warp,
  warpMask,
  warpSpot,
} from '../../image/index.ts'
import type { Box } from '../../tools/index.ts'
import type { FlatLine } from './flatLine.ts'
import type { Halo } from './halo.ts'
import type { SetText } from './setType.ts'

/** Ink of a text in a part of a picture. */
export interface LaidText {
  readonly part: Box
  readonly coverage: Mask
}

/** Pixels an em up to which text is drawn larger and made smaller, for smooth borders in any position. */
const [fine, finer] = [220, 60]
const largestSize = 2000

/**
 * Lays a set text into the picture. `toPicture` maps the units of its setting to pixels; its ink's left edge comes to
 * `left`, stretched by `narrow` in width and by `scale` in all, about its foot.
 */
export async function layText(
  set: SetText,
  toPicture: Warp,
  picture: { readonly width: number; readonly height: number },
  { left, narrow, scale }: { readonly left: number; readonly narrow: number; readonly scale: number },
): Promise<LaidText | undefined> {
  const unit = unitAt(toPicture, left, set.top + set.height)
  const size = set.size * scale * unit
  const over = size < finer ? 3 : size < fine ? 2 : 1
  const drawn = Math.max(4, Math.min(largestSize, size * over))
  const ratio = drawn / set.size
  const plain = await renderText(set.text, {
    font: set.face.font,
    size: drawn,
    spacing: set.spacing * ratio,
  })
  const ink = thickened(plain, set.weight * drawn)
  const grown = (ink.width - plain.width) / 2
  // From the drawn ink to the units of the setting: smaller text stands on the same foot.
  const back = scale / ratio
  const foot = set.top + set.height
  const place: Warp = [
    back * narrow,
    0,
    left - grown * back * narrow,
    0,
    back,
    foot - set.height * scale - grown * back,
    0,
    0,
    1,
  ]
  const whole = composeWarps(toPicture, place)
  const part = boundsOf(whole, ink, picture)
  if (!part) return undefined
  const toPart: Warp = [over, 0, -over * part.x, 0, over, -over * part.y, 0, 0, 1]
  const large = warpMask(ink, composeWarps(toPart, whole), {
    width: over * part.width,
    height: over * part.height,
  })
  return {
    part,
    coverage: over === 1 ? large : resizeMask(large, { width: part.width, height: part.height }),
  }
}

/** Pixels of the picture by a unit, at a place. */
function unitAt(toPicture: Warp, x: number, y: number): number {
  const [a, b, c] = [
    warpSpot(toPicture, [x, y]),
    warpSpot(toPicture, [x + 1, y]),
    warpSpot(toPicture, [x, y + 1]),
  ]
  const area = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
  return Math.sqrt(Math.abs(area))
}

function boundsOf(
  warp: Warp,
  { width, height }: Mask,
  picture: { readonly width: number; readonly height: number },
): Box | undefined {
  const spots = [
    warpSpot(warp, [0, 0]),
    warpSpot(warp, [width, 0]),
    warpSpot(warp, [width, height]),
    warpSpot(warp, [0, height]),
  ]
  const rim = 8
  const [xs, ys] = [spots.map(([x]) => x), spots.map(([, y]) => y)]
  const x = Math.max(0, Math.floor(Math.min(...xs)) - rim)
  const y = Math.max(0, Math.floor(Math.min(...ys)) - rim)
  const right = Math.min(picture.width, Math.ceil(Math.max(...xs)) + rim)
  const bottom = Math.min(picture.height, Math.ceil(Math.max(...ys)) + rim)
  return right > x && bottom > y ? { x, y, width: right - x, height: bottom - y } : undefined
}

/** Ink with its border moved outward by so many pixels (inward where negative). */
function thickened(ink: Mask, by: number): Mask {
  if (Math.abs(by) < 0.15) return ink
  const rim = Math.max(1, Math.ceil(by) + 1)
  const [width, height] = [ink.width + 2 * rim, ink.height + 2 * rim]
  const data = new Uint8Array(width * height)
  for (let y = 0; y < ink.height; y++)
    data.set(ink.data.subarray(y * ink.width, (y + 1) * ink.width), (y + rim) * width + rim)
  const outside = distanceToMask({ width, height, data })
  const inside = distanceToMask({ width, height, data: data.map((value) => (value >= 128 ? 0 : 255)) })
  const out = new Uint8Array(width * height)
  for (let i = 0; i < out.length; i++) {
    // The distance to the border, positive outward, finer than a pixel where the pixel is on it.
    const near = outside[i]! > 0 ? outside[i]! - 0.5 : 0.5 - inside[i]!
    const onBorder = data[i]! > 0 && data[i]! < 255 ? 0.5 - data[i]! / 255 : near
    out[i] = Math.round(255 * Math.min(1, Math.max(0, 0.5 + by - onBorder)))
  }
  return { width, height, data: out }
}

/** How ink looks in a picture. */
export interface InkLook {
  /** Levels at a position of the sheet: `c0 + cx·x + cy·y` for red, green and blue. */
  readonly colour: readonly (readonly [c0: number, cx: number, cy: number])[]
  /** Deviation of the lens' blur, in pixels of the picture. */
  readonly blur: number
  /** Share of the surface's grain that goes through the ink. */
  readonly grain: number
  readonly halo?: Halo | undefined
}

/** Paints ink, with what surrounds it, into levels that may be written to. Marks in `region` what it changes. */
export function paintLaid(
  picture: Picture,
  region: Mask,
  { part, coverage }: LaidText,
  look: InkLook,
  flat: FlatLine,
): void {
  const { width, data } = picture
  const soft =
    look.blur > 0.05 ? soften({ ...part, data: Float32Array.from(coverage.data) }, look.blur).data : undefined
  const grain = look.grain > 0.02 ? grainOf(picture, part) : undefined
  const around = look.halo ? distanceToMask(coverage) : undefined
  const toSheet = invertWarp(flat.toPart)
  const isFlat = look.colour.every(([, cx, cy]) => cx === 0 && cy === 0)
  for (let y = 0; y < part.height; y++)
    for (let x = 0; x < part.width; x++) {
      const i = y * part.width + x
      const share = (soft ? soft[i]! : coverage.data[i]!) / 255
      const shade = look.halo && around ? haloAt(look.halo, around[i]! * flat.scale) : 0
      if (share < 1 / 510 && shade < 1 / 510) continue
      const at = (y + part.y) * width + x + part.x
      region.data[at] = 255
      const [sx, sy] = isFlat
        ? [0, 0]
        : warpSpot(toSheet, [x + part.x - flat.part.x + 0.5, y + part.y - flat.part.y + 0.5])
      for (let c = 0; c < 3; c++) {
        const [c0, cx, cy] = look.colour[c]!
        let level = data[3 * at + c]!
        if (shade > 0) level += shade * (look.halo!.colour[c]! - level)
        const ink = c0 + cx * sx + cy * sy + (grain ? look.grain * grain[i]! : 0)
        level += share * (ink - level)
        data[3 * at + c] = level <= 0 ? 0 : level >= 255 ? 255 : level + 0.5
      }
    }
}

function haloAt({ opacity }: Halo, distance: number): number {
  const before = Math.floor(distance)
  const first = opacity[before] ?? 0
  return first + (distance - before) * ((opacity[before + 1] ?? 0) - first)
}

/** The grain of what is there, in levels. */
function grainOf({ width, data }: Picture, part: Box): Float32Array {
  const grey = new Float32Array(part.width * part.height)
  for (let y = 0; y < part.height; y++)
    for (let x = 0; x < part.width; x++) {
      const at = 3 * ((y + part.y) * width + x + part.x)
      grey[y * part.width + x] = (data[at]! + data[at + 1]! + data[at + 2]!) / 3
    }
  const smooth = soften({ ...part, data: grey }, 1.6).data
  for (let i = 0; i < grey.length; i++) grey[i] = grey[i]! - smooth[i]!
  return grey
}
