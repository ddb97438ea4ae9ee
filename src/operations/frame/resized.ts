import { levelOfLinear, linearOfLevel, type Plane } from '../../image/index.ts'
import { channelsOf, type Raster } from './raster.ts'

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x))
const lanczos = { support: 3, weight: (x: number) => (Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0) }
/** Each pixel by the share of it that lies within: what a sensor of larger pixels would see. */
const area = { support: 0.5, weight: (x: number) => (Math.abs(x) <= 0.5 ? 1 : 0) }

/** For each target pixel where its source pixels begin, how many they are, and their weights. */
interface Taps {
  readonly starts: Int32Array
  readonly counts: Int32Array
  readonly weights: Float32Array
  readonly most: number
}

function tapsOf(from: number, to: number, kernel: typeof lanczos): Taps {
  const scale = from / to
  const stretch = Math.max(1, scale)
  const reach = kernel.support * stretch
  const most = Math.ceil(2 * reach) + 2
  const taps = {
    starts: new Int32Array(to),
    counts: new Int32Array(to),
    weights: new Float32Array(to * most),
    most,
  }
  for (let target = 0; target < to; target++) {
    const centre = (target + 0.5) * scale
    const start = Math.max(0, Math.floor(centre - reach))
    const count = Math.min(from, Math.ceil(centre + reach)) - start
    let total = 0
    for (let i = 0; i < count; i++) {
      const weight =
        kernel === area
          ? Math.min(start + i + 1, centre + reach) - Math.max(start + i, centre - reach)
          : kernel.weight((start + i + 0.5 - centre) / stretch)
      taps.weights[target * most + i] = weight
      total += weight
    }
    for (let i = 0; i < count; i++) taps.weights[target * most + i]! /= total
    taps.starts[target] = start
    taps.counts[target] = count
  }
  return taps
}

/** The plane in another size by a kernel, which is widened when shrinking. */
function resampled(plane: Plane, width: number, height: number, kernel: typeof lanczos): Plane {
  const across = tapsOf(plane.width, width, kernel)
  const lines = new Float32Array(width * plane.height)
  for (let y = 0; y < plane.height; y++)
    for (let x = 0; x < width; x++) {
      const [from, first] = [y * plane.width + across.starts[x]!, x * across.most]
      const last = across.counts[x]!
      let sum = 0
      for (let k = 0; k < last; k++) sum += across.weights[first + k]! * plane.data[from + k]!
      lines[y * width + x] = sum
    }
  const down = tapsOf(plane.height, height, kernel)
  const out = new Float32Array(width * height)
  for (let y = 0; y < height; y++)
    for (let k = 0; k < down.counts[y]!; k++) {
      const weight = down.weights[y * down.most + k]!
      const from = (down.starts[y]! + k) * width
      for (let x = 0, to = y * width; x < width; x++, to++) out[to]! += weight * lines[from + x]!
    }
  return { width, height, data: out }
}

/**
 * The picture or mask in another size. Pictures are shrunk in linear light by Lanczos' kernel; what is enlarged is
 * sharpened until its shrunk copy is the picture again, without halos at edges.
 */
export function resized(raster: Raster, width: number, height: number): Raster {
  if (width === raster.width && height === raster.height) return { ...raster, data: raster.data.slice() }
  const channels = channelsOf(raster)
  const out = new Uint8ClampedArray(channels * width * height)
  const enlarges = width >= raster.width && height >= raster.height
  const isLight = channels === 3 && !enlarges
  for (let c = 0; c < channels; c++) {
    const plane = channelOf(raster, c, channels, isLight)
    const { data } = enlarges ? enlarged(plane, width, height) : resampled(plane, width, height, lanczos)
    if (isLight) for (let i = 0; i < data.length; i++) out[channels * i + c] = levelOfLinear(data[i]!)
    else for (let i = 0; i < data.length; i++) out[channels * i + c] = data[i]!
  }
  return { width, height, data: new Uint8Array(out.buffer) }
}

function channelOf(raster: Raster, channel: number, channels: number, isLight: boolean): Plane {
  const { width, height, data } = raster
  const out = new Float32Array(width * height)
  for (let i = 0; i < out.length; i++) {
    const level = data[channels * i + channel]!
    out[i] = isLight ? linearOfLevel[level]! : level
  }
  return { width, height, data: out }
}

/** Levels by which an enlarged edge may exceed the pixels around it, as a share of its height. */
const slack = 0.08

/** Enlarged by Lanczos from a sharper copy, and kept to the range of the pixels around. */
function enlarged(plane: Plane, width: number, height: number): Plane {
  const across = lackingKernel(width / plane.width)
  const down = lackingKernel(height / plane.height)
  const out = resampled(sharper(plane, across, down), width, height, lanczos)
  const [low, high] = rangeAround(plane)
  const columns = Int32Array.from({ length: width }, (_, x) =>
    Math.min(plane.width - 1, Math.floor(((x + 0.5) * plane.width) / width)),
  )
  for (let y = 0, i = 0; y < height; y++) {
    const row = Math.min(plane.height - 1, Math.floor(((y + 0.5) * plane.height) / height)) * plane.width
    for (let x = 0; x < width; x++, i++) {
      const at = row + columns[x]!
      const [least, most] = [low[at]!, high[at]!]
      const spare = slack * (most - least)
      const value = out.data[i]!
      if (value < least - spare) out.data[i] = least - spare
      else if (value > most + spare) out.data[i] = most + spare
    }
  }
  return out
}

/** Pixels on either side that a shrunk copy of an enlarged pixel spreads to. */
const spread = 4

/** What becomes of one pixel among zeros when a line is enlarged by a factor and shrunk again: its spread, with sum 1. */
function lackingKernel(factor: number): Float32Array {
  const length = 48
  const large = Math.round(length * factor)
  const [up, back] = [tapsOf(length, large, lanczos), tapsOf(large, length, area)]
  const kernel = new Float32Array(2 * spread + 1)
  // Where pixels of both sizes meet differs from place to place: the mean of some.
  for (let at = 20; at < 28; at++) {
    const line = new Float32Array(length)
    line[at] = 1
    const seen = throughTaps(throughTaps(line, up), back)
    for (let k = 0; k < kernel.length; k++) kernel[k]! += seen[at + k - spread]! / 8
  }
  const total = kernel.reduce((sum, weight) => sum + weight, 0)
  return kernel.map((weight) => weight / total)
}

function throughTaps(line: Float32Array, { starts, counts, weights, most }: Taps): Float32Array {
  return Float32Array.from(starts, (start, target) => {
    let sum = 0
    for (let k = 0; k < counts[target]!; k++) sum += weights[target * most + k]! * line[start + k]!
    return sum
  })
}

/** The plane with what it lacks once it has been through the kernels added, edges continued outward. */
function sharper({ width, height, data }: Plane, across: Float32Array, down: Float32Array): Plane {
  const lines = new Float32Array(data.length)
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++) {
      let sum = 0
      for (let k = -spread; k <= spread; k++) {
        const u = x + k < 0 ? 0 : x + k >= width ? width - 1 : x + k
        sum += across[k + spread]! * data[y * width + u]!
      }
      lines[i] = sum
    }
  const out = new Float32Array(data.length)
  for (let y = 0; y < height; y++) {
    const to = y * width
    for (let k = -spread; k <= spread; k++) {
      const from = Math.min(height - 1, Math.max(0, y + k)) * width
      const weight = down[k + spread]!
      for (let x = 0; x < width; x++) out[to + x]! -= weight * lines[from + x]!
    }
    for (let x = 0; x < width; x++) out[to + x]! += 2 * data[to + x]!
  }
  return { width, height, data: out }
}

/** The least and the largest number of the 3 × 3 pixels around each. */
function rangeAround({ width, height, data }: Plane): readonly [Float32Array, Float32Array] {
  const [lows, highs] = [new Float32Array(data.length), new Float32Array(data.length)]
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++) {
      const [before, here, after] = [data[x > 0 ? i - 1 : i]!, data[i]!, data[x + 1 < width ? i + 1 : i]!]
      lows[i] = before < here ? (before < after ? before : after) : here < after ? here : after
      highs[i] = before > here ? (before > after ? before : after) : here > after ? here : after
    }
  const [low, high] = [new Float32Array(data.length), new Float32Array(data.length)]
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++) {
      const [above, below] = [y > 0 ? i - width : i, y + 1 < height ? i + width : i]
      low[i] = Math.min(lows[above]!, lows[i]!, lows[below]!)
      high[i] = Math.max(highs[above]!, highs[i]!, highs[below]!)
    }
  return [low, high]
}
