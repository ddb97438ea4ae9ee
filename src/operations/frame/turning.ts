import { channelsOf, type Raster } from './raster.ts'

/** The picture or mask turned clockwise by so many quarters, exactly. */
export function turnQuarters<R extends Raster>(raster: R, quarters: number): Raster {
  const { width, height, data } = raster
  const turns = ((Math.round(quarters) % 4) + 4) % 4
  const channels = channelsOf(raster)
  const [columns, rows] = turns % 2 === 0 ? [width, height] : [height, width]
  const out = new Uint8Array(data.length)
  // Where pixel (0, 0) of the result comes from, and how far the next ones to the right and below are from it.
  const [start, right, below] = [
    [0, 1, width],
    [(height - 1) * width, -width, 1],
    [width * height - 1, -1, -width],
    [width - 1, width, -1],
  ][turns]! as [number, number, number]
  for (let y = 0, to = 0; y < rows; y++)
    for (let x = 0, from = channels * (start + y * below); x < columns; x++, from += channels * right)
      for (let c = 0; c < channels; c++) out[to++] = data[from + c]!
  return { width: columns, height: rows, data: out }
}

/** The picture or mask mirrored: `horizontal` swaps left and right. */
export function mirrored(raster: Raster, axis: 'horizontal' | 'vertical'): Raster {
  const { width, height, data } = raster
  const channels = channelsOf(raster)
  const out = new Uint8Array(data.length)
  const row = channels * width
  for (let y = 0; y < height; y++) {
    if (axis === 'vertical') {
      out.set(data.subarray((height - 1 - y) * row, (height - y) * row), y * row)
      continue
    }
    for (let x = 0; x < width; x++)
      for (let c = 0; c < channels; c++)
        out[y * row + channels * x + c] = data[y * row + channels * (width - 1 - x) + c]!
  }
  return { width, height, data: out }
}

/** The largest upright rectangle within one of this size that is turned by an angle in degrees. */
export function largestWithin(
  width: number,
  height: number,
  degrees: number,
): { readonly width: number; readonly height: number } {
  const angle = (Math.abs(degrees) * Math.PI) / 180
  const [sin, cos] = [Math.abs(Math.sin(angle)), Math.abs(Math.cos(angle))]
  const [long, short] = [Math.max(width, height), Math.min(width, height)]
  // Either two corners touch the long sides, and the others lie between them; or all four touch.
  if (short <= 2 * sin * cos * long || Math.abs(sin - cos) < 1e-9) {
    const half = short / 2
    return width >= height
      ? { width: half / sin, height: half / cos }
      : { width: half / cos, height: half / sin }
  }
  const both = cos * cos - sin * sin
  return { width: (width * cos - height * sin) / both, height: (height * cos - width * sin) / both }
}

/** Places between two pixels for which the weights are kept. */
const phases = 1024

/** Catmull-Rom's weights of the four pixels around a place between the second and the third. */
const weights: Float32Array = Float32Array.from({ length: 4 * (phases + 1) }, (_, i) => {
  const t = (i >> 2) / phases
  return [
    ((-0.5 * t + 1) * t - 0.5) * t,
    (1.5 * t - 2.5) * t * t + 1,
    ((-1.5 * t + 2) * t + 0.5) * t,
    (0.5 * t - 0.5) * t * t,
  ][i & 3]!
})

/**
 * The picture or mask turned clockwise by degrees and cut to the largest rectangle that it fills. Quarters are exact;
 * other angles are sampled by Catmull-Rom's cubic.
 */
export function rotated(raster: Raster, degrees: number): Raster {
  const quarters = Math.round(degrees / 90)
  const rest = degrees - 90 * quarters
  const upright = quarters % 4 === 0 ? raster : turnQuarters(raster, quarters)
  if (Math.abs(rest) < 1e-6) return upright === raster ? { ...raster, data: raster.data.slice() } : upright
  const inner = largestWithin(upright.width, upright.height, rest)
  const size = { width: Math.max(1, Math.floor(inner.width)), height: Math.max(1, Math.floor(inner.height)) }
  return turned(upright, (rest * Math.PI) / 180, size)
}

function turned(raster: Raster, angle: number, size: { width: number; height: number }): Raster {
  const { width, height, data } = raster
  const channels = channelsOf(raster)
  const out = new Uint8ClampedArray(channels * size.width * size.height)
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  const row = width * channels
  for (let y = 0, to = 0; y < size.height; y++) {
    const v = y + 0.5 - size.height / 2
    for (let x = 0; x < size.width; x++, to += channels) {
      const u = x + 0.5 - size.width / 2
      const across = cos * u + sin * v + width / 2 - 0.5
      const down = -sin * u + cos * v + height / 2 - 0.5
      const [left, top] = [Math.floor(across), Math.floor(down)]
      const a = 4 * Math.round((across - left) * phases)
      const b = 4 * Math.round((down - top) * phases)
      const first = channels * Math.min(width - 1, Math.max(0, left - 1))
      const second = channels * Math.min(width - 1, Math.max(0, left))
      const third = channels * Math.min(width - 1, Math.max(0, left + 1))
      const fourth = channels * Math.min(width - 1, Math.max(0, left + 2))
      for (let c = 0; c < channels; c++) {
        let sum = 0
        for (let k = 0; k < 4; k++) {
          const line = Math.min(height - 1, Math.max(0, top - 1 + k)) * row + c
          sum +=
            weights[b + k]! *
            (weights[a]! * data[line + first]! +
              weights[a + 1]! * data[line + second]! +
              weights[a + 2]! * data[line + third]! +
              weights[a + 3]! * data[line + fourth]!)
        }
        out[to + c] = sum
      }
    }
  }
  return { ...size, data: new Uint8Array(out.buffer) }
}
