import type { Picture } from './picture.ts'
import { resizePicture } from './resize.ts'

const side = 32
const kept = 8

/** Rows of the DCT-II that are kept: [8, 32]. */
function cosines(): Float64Array {
  const table = new Float64Array(kept * side)
  for (let u = 0; u < kept; u++)
    for (let x = 0; x < side; x++) table[u * side + x] = Math.cos((Math.PI * u * (2 * x + 1)) / (2 * side))
  return table
}

/**
 * A hash of what a picture looks like, 64 bits as 16 hexadecimal digits: those of the 8×8 lowest frequencies of its
 * 32×32 luma that lie above their median (the mean left out). Scaling, recompression and small shifts of tone flip few
 * bits; pictures that have nothing to do with each other differ in about 32.
 */
export function perceptualHash(picture: Picture): string {
  const { data } = resizePicture(picture, { width: side, height: side, filter: 'bilinear' })
  const luma = new Float64Array(side * side)
  for (let i = 0; i < luma.length; i++)
    luma[i] = 0.299 * data[3 * i]! + 0.587 * data[3 * i + 1]! + 0.114 * data[3 * i + 2]!
  const frequencies = lowFrequencies(luma)
  const middle = medianOf(frequencies.subarray(1))
  let hash = 0n
  for (const [i, value] of frequencies.entries()) if (i > 0 && value > middle) hash |= 1n << BigInt(i)
  return hash.toString(16).padStart(16, '0')
}

/** DCT-II of both axes, the lowest 8×8. */
function lowFrequencies(luma: Float64Array): Float64Array {
  const table = cosines()
  const rows = new Float64Array(side * kept)
  for (let y = 0; y < side; y++)
    for (let u = 0; u < kept; u++) {
      let sum = 0
      for (let x = 0; x < side; x++) sum += luma[y * side + x]! * table[u * side + x]!
      rows[y * kept + u] = sum
    }
  const out = new Float64Array(kept * kept)
  for (let v = 0; v < kept; v++)
    for (let u = 0; u < kept; u++) {
      let sum = 0
      for (let y = 0; y < side; y++) sum += rows[y * kept + u]! * table[v * side + y]!
      out[v * kept + u] = sum
    }
  return out
}

function medianOf(values: Float64Array): number {
  const sorted = Float64Array.from(values).sort()
  return sorted[sorted.length >> 1]!
}

/** In how many bits two perceptual hashes differ: 0 to 64. */
export function hashDistance(a: string, b: string): number {
  const differing = (at: number): number =>
    bitsSet(Number.parseInt(a.slice(at, at + 8), 16) ^ Number.parseInt(b.slice(at, at + 8), 16))
  return differing(0) + differing(8)
}

/** How many of 32 bits are set. */
function bitsSet(bits: number): number {
  let sum = bits - ((bits >>> 1) & 0x5555_5555)
  sum = (sum & 0x3333_3333) + ((sum >>> 2) & 0x3333_3333)
  return Math.imul((sum + (sum >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24
}

/** The mean colours of an 8×8 grid over a picture, rounded to 16 levels a channel: 192 hexadecimal digits. */
export function colourSignature(picture: Picture): string {
  const { data } = resizePicture(picture, { width: 8, height: 8, filter: 'bilinear' })
  return Array.from(data, (level) => (level >> 4).toString(16)).join('')
}

/** The mean difference of two colour signatures, in levels of 0 to 255. */
export function colourDistance(a: string, b: string): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += Math.abs(Number.parseInt(a[i]!, 16) - Number.parseInt(b[i]!, 16))
  return (16 * sum) / a.length
}
