import type { Area } from '../../image/index.ts'
import { channelsOf, type Raster } from './raster.ts'

/** Width and height of a picture. */
export interface Size {
  readonly width: number
  readonly height: number
}

/** The part of a picture or mask in a rectangle of whole pixels within it. */
export function croppedTo(raster: Raster, area: Area): Raster {
  const channels = channelsOf(raster)
  const out = new Uint8Array(channels * area.width * area.height)
  for (let y = 0; y < area.height; y++) {
    const from = channels * ((area.y + y) * raster.width + area.x)
    out.set(raster.data.subarray(from, from + channels * area.width), channels * y * area.width)
  }
  return { width: area.width, height: area.height, data: out }
}

/** What is left when shares of width and height are cut off the sides; at least a pixel. */
export function areaWithout(
  { width, height }: Size,
  sides: { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number },
): Area {
  const x = Math.min(width - 1, Math.round(sides.left * width))
  const y = Math.min(height - 1, Math.round(sides.top * height))
  return {
    x,
    y,
    width: Math.max(1, Math.round((1 - sides.right) * width) - x),
    height: Math.max(1, Math.round((1 - sides.bottom) * height) - y),
  }
}

/** The largest area of a ratio of width to height, in the middle. */
export function areaOfRatio({ width, height }: Size, ratio: number): Area {
  const w = Math.max(1, Math.min(width, Math.round(height * ratio)))
  const h = Math.max(1, Math.min(height, Math.round(w / ratio)))
  return { x: Math.floor((width - w) / 2), y: Math.floor((height - h) / 2), width: w, height: h }
}

/** Room around a thing, by the longer side of its box. */
const margin = 0.15

/**
 * An area around a box, with room around it. Of a ratio where one is given: then the thing lies toward the side where it
 * lay, at most on the line of a third.
 */
export function areaAround({ width, height }: Size, box: Area, ratio?: number): Area {
  const room = margin * Math.max(box.width, box.height)
  const wide = Math.min(width, box.width + 2 * room)
  const tall = Math.min(height, box.height + 2 * room)
  let [w, h] = [wide, tall]
  if (ratio !== undefined) {
    w = Math.max(wide, tall * ratio)
    h = w / ratio
    const fit = Math.min(1, width / w, height / h)
    w *= fit
    h *= fit
  }
  const [columns, rows] = [Math.max(1, Math.round(w)), Math.max(1, Math.round(h))]
  return {
    x: placed([box.x, box.width], columns, width, ratio !== undefined),
    y: placed([box.y, box.height], rows, height, ratio !== undefined),
    width: columns,
    height: rows,
  }
}

/** Where a side of the area begins: the thing is in it as in the picture, within the thirds, and whole where it fits. */
function placed(
  [start, length]: readonly [number, number],
  side: number,
  all: number,
  asBefore: boolean,
): number {
  const middle = start + length / 2
  const share = asBefore ? Math.min(2 / 3, Math.max(1 / 3, 0.5 + 0.34 * (middle / all - 0.5))) : 0.5
  const [first, last] = [Math.ceil(start + length - side), Math.floor(start)]
  const wanted = Math.round(middle - share * side)
  const whole = first <= last ? Math.max(first, Math.min(last, wanted)) : wanted
  return Math.max(0, Math.min(all - side, whole))
}
