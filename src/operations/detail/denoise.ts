import type { Picture, Plane } from '../../image/index.ts'
import { blockSide, fromCosines, toCosines } from './cosines.ts'

/** Deviations of noise in levels, 64 of them: for each frequency of blocks of 8 × 8 pixels. */
export type NoiseSpectrum = Float64Array

/** Share of the blocks that count as flat, and what a choice of the flattest leaves of the variance of white noise. */
const [flatShare, flatBias] = [0.04, 0.63]
/** Noise is hardly coarser than this, by its finest frequencies: what is, is texture. */
const mostCoarse = 2.5
/** Blocks that are looked at. */
const mostBlocks = 16_000

/**
 * The noise of a plane of levels 0 to 255, from its flattest blocks. Where a picture is flat nowhere, fine texture
 * counts as noise.
 */
export function noiseOf({ width, height, data }: Plane): NoiseSpectrum {
  const spectrum = new Float64Array(64)
  const [columns, rows] = [Math.floor(width / blockSide), Math.floor(height / blockSide)]
  if (columns < 2 || rows < 2) return spectrum
  const stride = Math.max(1, Math.round(Math.sqrt((columns * rows) / mostBlocks)))
  const blocks: { readonly energy: number; readonly squares: Float32Array }[] = []
  const block = new Float64Array(64)
  for (let row = 0; row < rows; row += stride)
    for (let column = 0; column < columns; column += stride) {
      take(block, data, width, column * blockSide, row * blockSide)
      toCosines(block)
      const mean = block[0]! / 8
      if (mean < 6 || mean > 246) continue
      const squares = Float32Array.from(block, (value, k) => (k === 0 ? 0 : value * value))
      const energy = squares.reduce((sum, value) => sum + value, 0)
      // Flatter than rounding to whole levels: clipped, or smoothed away by compression.
      if (energy > 2) blocks.push({ energy, squares })
    }
  blocks.sort((one, other) => one.energy - other.energy)
  const flat = blocks.slice(0, Math.max(8, Math.round(flatShare * blocks.length)))
  if (flat.length === 0) return spectrum
  for (let k = 1; k < 64; k++) {
    const sum = flat.reduce((all, { squares }) => all + squares[k]!, 0)
    spectrum[k] = Math.sqrt(sum / flat.length / flatBias)
  }
  let [finest, count] = [0, 0]
  for (let k = 1; k < 64; k++)
    if ((k >> 3) + (k & 7) >= 8) {
      finest += spectrum[k]! ** 2
      count++
    }
  const most = mostCoarse * Math.sqrt(finest / count)
  return spectrum.map((value) => Math.min(value, most))
}

/** The mean deviation of a noise, in levels. */
export function noiseLevel(spectrum: NoiseSpectrum): number {
  return Math.sqrt(spectrum.reduce((sum, value) => sum + value * value, 0) / 63)
}

function take(block: Float64Array, data: Float32Array, width: number, x: number, y: number): void {
  for (let v = 0, k = 0; v < blockSide; v++) {
    const at = (y + v) * width + x
    for (let u = 0; u < blockSide; u++) block[k++] = data[at + u]!
  }
}

/** How a plane is freed of noise. */
interface Cleaning {
  /** Deviations above which a frequency counts as picture. */
  readonly strength: number
  /** Noise below this deviation is not believed, in levels. */
  readonly least: number
  /** Noise above this deviation is taken for texture, in levels. */
  readonly most: number
  /** How often the plane is halved, to reach coarser noise. */
  readonly coarser: number
}

/**
 * The plane without its noise: overlapping blocks lose the frequencies in which there is no more than noise, and are
 * averaged. Coarser noise goes in smaller copies. Source: Yu and Sapiro, "DCT image denoising".
 */
function cleaned(plane: Plane, { strength, least, most, coarser }: Cleaning): Plane {
  const spectrum = noiseOf(plane)
  const level = noiseLevel(spectrum)
  const believed = Math.min(most, Math.max(least, level))
  const limits = spectrum.map((value) =>
    level < 0.05 ? strength * least : (strength * value * believed) / level,
  )
  const out = thresholded(plane, limits)
  const { width, height } = plane
  if (coarser === 0 || Math.min(width, height) < 64) return out
  const small = halved(out)
  const calm = cleaned(small, {
    strength,
    least: 0,
    most: 0.8 * Math.min(most, Math.max(level, least)),
    coarser: coarser - 1,
  })
  for (let i = 0; i < calm.data.length; i++) calm.data[i]! -= small.data[i]!
  addEnlarged(out, calm)
  return out
}

/** Blocks without the frequencies below their limits, averaged where they overlap; simpler ones count more. */
function thresholded({ width, height, data }: Plane, limits: Float64Array): Plane {
  if (width < blockSide || height < blockSide) return { width, height, data: data.slice() }
  const step = width * height > 3_000_000 ? 4 : width * height > 500_000 ? 3 : 2
  const sums = new Float32Array(data.length)
  const weights = new Float32Array(data.length)
  const block = new Float64Array(64)
  for (let top = 0; ; top += step) {
    const y = Math.min(top, height - blockSide)
    for (let left = 0; ; left += step) {
      const x = Math.min(left, width - blockSide)
      take(block, data, width, x, y)
      toCosines(block)
      let kept = 1
      for (let k = 1; k < 64; k++)
        if (Math.abs(block[k]!) < limits[k]!) block[k] = 0
        else kept++
      const weight = 1 / kept
      if (kept === 1) block.fill(block[0]! / 8)
      else fromCosines(block)
      for (let v = 0, k = 0; v < blockSide; v++) {
        const at = (y + v) * width + x
        for (let u = 0; u < blockSide; u++) {
          sums[at + u]! += weight * block[k++]!
          weights[at + u]! += weight
        }
      }
      if (x === width - blockSide) break
    }
    if (y === height - blockSide) break
  }
  for (let i = 0; i < sums.length; i++) sums[i]! /= weights[i]!
  return { width, height, data: sums }
}

/** Means of squares of 2 × 2 pixels. An odd last row or column counts twice. */
function halved({ width, height, data }: Plane): Plane {
  const [columns, rows] = [(width + 1) >> 1, (height + 1) >> 1]
  const out = new Float32Array(columns * rows)
  for (let y = 0; y < rows; y++) {
    const above = 2 * y * width
    const below = Math.min(height - 1, 2 * y + 1) * width
    for (let x = 0; x < columns; x++) {
      const [left, right] = [2 * x, Math.min(width - 1, 2 * x + 1)]
      out[y * columns + x] =
        (data[above + left]! + data[above + right]! + data[below + left]! + data[below + right]!) / 4
    }
  }
  return { width: columns, height: rows, data: out }
}

/** Adds a plane of half the size, interpolated. */
function addEnlarged(plane: Plane, half: Plane): void {
  const line = new Float32Array(plane.width)
  for (let y = 0; y < plane.height; y++) {
    enlargedLine(line, half, y)
    const at = y * plane.width
    for (let x = 0; x < plane.width; x++) plane.data[at + x]! += line[x]!
  }
}

/** One row of a plane of half the size, interpolated to the full size. */
function enlargedLine(line: Float32Array, { width, height, data }: Plane, y: number): void {
  const near = y >> 1
  const other = Math.min(height - 1, Math.max(0, y % 2 === 0 ? near - 1 : near + 1))
  const [first, second] = [near * width, other * width]
  const mean = (x: number): number => 0.75 * data[first + x]! + 0.25 * data[second + x]!
  let [before, here] = [mean(0), mean(0)]
  for (let x = 0; x < width; x++) {
    const after = x + 1 < width ? mean(x + 1) : here
    line[2 * x] = 0.75 * here + 0.25 * before
    if (2 * x + 1 < line.length) line[2 * x + 1] = 0.75 * here + 0.25 * after
    before = here
    here = after
  }
}

/** Brightness, and the two differences of colour at half the size, in levels. */
interface Channels {
  readonly light: Plane
  readonly blue: Plane
  readonly red: Plane
}

function channelsOf({ width, height, data }: Picture): Channels {
  const light = new Float32Array(width * height)
  for (let i = 0; i < light.length; i++)
    light[i] = 0.299 * data[3 * i]! + 0.587 * data[3 * i + 1]! + 0.114 * data[3 * i + 2]!
  const [columns, rows] = [(width + 1) >> 1, (height + 1) >> 1]
  const [blue, red] = [new Float32Array(columns * rows), new Float32Array(columns * rows)]
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < columns; x++) {
      let [b, r] = [0, 0]
      for (let k = 0; k < 4; k++) {
        const at = Math.min(height - 1, 2 * y + (k >> 1)) * width + Math.min(width - 1, 2 * x + (k & 1))
        b += data[3 * at + 2]! - light[at]!
        r += data[3 * at]! - light[at]!
      }
      blue[y * columns + x] = b / 4
      red[y * columns + x] = r / 4
    }
  return {
    light: { width, height, data: light },
    blue: { width: columns, height: rows, data: blue },
    red: { width: columns, height: rows, data: red },
  }
}

/**
 * The picture with less noise, `amount` 0 to 1, where 0.3 is usual. How much noise there is is measured; brightness keeps
 * its texture where that is stronger than the noise, colours are smoothed more.
 */
export function denoise(picture: Picture, amount: number): Picture {
  const { width, height, data } = picture
  if (amount <= 0) return { width, height, data: data.slice() }
  const { light, blue, red } = channelsOf(picture)
  const strength = 2 + 2.2 * amount
  const calm = cleaned(light, { strength, least: 0.5 + amount, most: 60, coarser: 1 })
  const level = noiseLevel(noiseOf(light))
  const colours = { strength: strength + 0.8, least: 0.5 + amount, most: 40, coarser: 2 }
  const [calmBlue, calmRed] = [cleaned(blue, colours), cleaned(red, colours)]
  const out = new Uint8ClampedArray(data.length)
  const lines = [0, 1, 2, 3].map(() => new Float32Array(width)) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ]
  const [newBlue, newRed, oldBlue, oldRed] = lines
  // Colour finer than the half size is kept where it is stronger than noise.
  const fine = (1.5 * strength * Math.max(0.7, level)) ** 2
  for (let y = 0; y < height; y++) {
    enlargedLine(newBlue, calmBlue, y)
    enlargedLine(newRed, calmRed, y)
    enlargedLine(oldBlue, blue, y)
    enlargedLine(oldRed, red, y)
    for (let x = 0, i = y * width; x < width; x++, i++) {
      const old = light.data[i]!
      const detailBlue = data[3 * i + 2]! - old - oldBlue[x]!
      const detailRed = data[3 * i]! - old - oldRed[x]!
      const squares = detailBlue * detailBlue + detailRed * detailRed
      const kept = squares / (squares + fine)
      const b = newBlue[x]! + kept * detailBlue
      const r = newRed[x]! + kept * detailRed
      const l = calm.data[i]!
      out[3 * i] = l + r
      out[3 * i + 1] = l - (0.299 * r + 0.114 * b) / 0.587
      out[3 * i + 2] = l + b
    }
  }
  return { width, height, data: new Uint8Array(out.buffer) }
}
