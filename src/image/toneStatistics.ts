import { labOfPicture } from './colour.ts'
import type { Picture } from './picture.ts'

/** What a photographer reads from a picture's histogram, in OKLab. */
export interface ToneStatistics {
  /** Mean lightness, 0 to 1, and its standard deviation. */
  readonly lightness: number
  readonly contrast: number
  /** Mean chroma: below 0.015 a picture looks grey. */
  readonly chroma: number
  /** Mean of a (green to red) and b (blue to yellow). */
  readonly cast: readonly [a: number, b: number]
  /** Lightness below which 2 %, 50 % and 98 % of the pixels lie. */
  readonly black: number
  readonly median: number
  readonly white: number
}

/** Statistics of a picture's tones. */
export function toneStatistics(picture: Picture): ToneStatistics {
  const { lightness, a, b } = labOfPicture(picture)
  const count = lightness.length
  const histogram = new Uint32Array(1024)
  let [sum, squares, chroma, sumA, sumB] = [0, 0, 0, 0, 0]
  for (let i = 0; i < count; i++) {
    sum += lightness[i]!
    squares += lightness[i]! ** 2
    chroma += Math.hypot(a[i]!, b[i]!)
    sumA += a[i]!
    sumB += b[i]!
    histogram[Math.min(1023, Math.max(0, Math.floor(lightness[i]! * 1023)))]!++
  }
  return {
    lightness: sum / count,
    contrast: Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2)),
    chroma: chroma / count,
    cast: [sumA / count, sumB / count],
    black: quantile(histogram, 0.02 * count),
    median: quantile(histogram, 0.5 * count),
    white: quantile(histogram, 0.98 * count),
  }
}

function quantile(histogram: Uint32Array, rank: number): number {
  let seen = 0
  const at = histogram.findIndex((count) => {
    seen += count
    return seen >= rank
  })
  return at / 1023
}

/** The picture with the other's histogram in each of red, green and blue. */
export function matchHistogram(picture: Picture, reference: Picture): Picture {
  const tables = [0, 1, 2].map((c) => {
    const [own, wanted] = [cumulative(picture, c), cumulative(reference, c)]
    let level = 0
    return Uint8Array.from(own, (share) => {
      while (level < 255 && wanted[level]! < share - 1e-9) level++
      return level
    })
  })
  return { ...picture, data: picture.data.map((level, i) => tables[i % 3]![level]!) }
}

/** The share of pixels up to each level. */
function cumulative({ data }: Picture, channel: number): Float64Array {
  const counts = new Float64Array(256)
  for (let i = channel; i < data.length; i += 3) counts[data[i]!]!++
  for (let level = 1; level < 256; level++) counts[level]! += counts[level - 1]!
  return counts.map((count) => (count * 3) / data.length)
}
