import { describe, expect, it } from 'vitest'
import {
  addNoise,
  blurPicture,
  cropPicture,
  type Picture,
  peakSignalToNoise,
  readPicture,
} from '../../image/index.ts'
import { fromCosines, toCosines } from './cosines.ts'
import { dehaze } from './dehaze.ts'
import { denoise, noiseLevel, noiseOf } from './denoise.ts'
import { sharpenDetail, softenDetail } from './sharpen.ts'

const photo = await readPicture(
  new URL('../../../test/pictures/photos/jad-limcaco-183877.jpg', import.meta.url).pathname,
)
const part = cropPicture(photo, { x: 40, y: 60, width: 200, height: 160 })

/** The same numbers in [0, 1) each time. */
function numbers(seed = 7): () => number {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0
    return (state + 0.5) / 2 ** 32
  }
}

const greenOf = ({ width, height, data }: Picture) => ({
  width,
  height,
  data: Float32Array.from({ length: width * height }, (_, i) => data[3 * i + 1]!),
})

describe('the cosine transform', () => {
  it('is its own sum of waves, and comes back', () => {
    const next = numbers()
    const block = Float64Array.from({ length: 64 }, () => next() - 0.5)
    const before = block.slice()
    toCosines(block)
    // Orthonormal: lengths stay, and the first number is 8 times the mean.
    const length = (values: Float64Array) => Math.hypot(...values)
    expect(length(block)).toBeCloseTo(length(before), 10)
    expect(block[0]).toBeCloseTo(before.reduce((sum, value) => sum + value, 0) / 8, 10)
    fromCosines(block)
    for (const [i, value] of block.entries()) expect(value).toBeCloseTo(before[i]!, 10)
  })

  it('puts a wave into its own frequency', () => {
    const block = Float64Array.from({ length: 64 }, (_, i) =>
      Math.cos(((2 * (i & 7) + 1) * 3 * Math.PI) / 16),
    )
    toCosines(block)
    expect([...block.keys()].filter((k) => Math.abs(block[k]!) > 1e-9)).toEqual([3])
  })
})

describe('denoise', () => {
  it.each([6, 12, 20])('knows noise of a deviation of %d levels', (levels) => {
    const flat: Picture = { width: 256, height: 256, data: new Uint8Array(3 * 256 * 256).fill(120) }
    const found = noiseLevel(noiseOf(greenOf(addNoise(flat, { levels, next: numbers() }))))
    expect(found / levels).toBeGreaterThan(0.85)
    expect(found / levels).toBeLessThan(1.15)
  })

  it.each([
    [10, 3.5],
    [20, 5.5],
  ])('brings a photograph with noise of %d levels nearer to what it was, by %d dB', (levels, least) => {
    const noisy = addNoise(part, { levels, next: numbers() })
    const gain = peakSignalToNoise(part, denoise(noisy, 0.3)) - peakSignalToNoise(part, noisy)
    expect(gain).toBeGreaterThan(least)
  })

  it('leaves a photograph without noise nearly as it is, and with an amount of 0 exactly', () => {
    expect(peakSignalToNoise(part, denoise(part, 0.3))).toBeGreaterThan(42)
    expect(denoise(part, 0).data).toEqual(part.data)
  })

  it('takes pictures of any size', () => {
    for (const [width, height] of [
      [1, 1],
      [7, 5],
      [9, 33],
    ] as const)
      expect(denoise(cropPicture(photo, { x: 3, y: 3, width, height }), 0.5)).toMatchObject({ width, height })
  })
})

describe('sharpenDetail', () => {
  const blurred = blurPicture(part, 0.8)

  it('brings a blurred photograph nearer to what it was', () => {
    expect(peakSignalToNoise(part, sharpenDetail(blurred, 0.3))).toBeGreaterThan(
      peakSignalToNoise(part, blurred) + 0.8,
    )
  })

  it('does not sharpen noise on a flat ground', () => {
    const flat: Picture = { width: 128, height: 128, data: new Uint8Array(3 * 128 * 128).fill(120) }
    const noisy = addNoise(flat, { levels: 3, grey: true, next: numbers() })
    const deviation = ({ data }: Picture) =>
      Math.sqrt(data.reduce((sum, level) => sum + (level - 120) ** 2, 0) / data.length)
    expect(deviation(sharpenDetail(noisy, 0.3))).toBeLessThan(1.6 * deviation(noisy))
  })

  it('exceeds a strong edge by little', () => {
    const width = 40
    const edge: Picture = {
      width,
      height: 10,
      data: Uint8Array.from({ length: 3 * width * 10 }, (_, i) =>
        Math.floor(i / 3) % width < 20 ? 60 : 190,
      ),
    }
    const { data } = sharpenDetail(edge, 1)
    expect(Math.min(...data)).toBeGreaterThan(60 - 23)
    expect(Math.max(...data)).toBeLessThan(190 + 23)
    expect(Math.max(...data)).toBeGreaterThan(195)
  })

  it('softens with the other sign of its wish', () => {
    const { data } = softenDetail(part, 1)
    const roughness = (levels: Uint8Array) =>
      levels.reduce((sum, level, i) => sum + Math.abs(level - (levels[i - 3] ?? level)), 0)
    expect(roughness(data)).toBeLessThan(0.75 * roughness(part.data))
  })
})

describe('dehaze', () => {
  /** Haze that thickens toward the top, of a known colour. */
  const hazy = (thick: number): Picture => ({
    ...part,
    data: part.data.map((level, i) => {
      const through = 1 - thick * (1 - Math.floor(i / 3 / part.width) / part.height / 2)
      return Math.round(level * through + [214, 218, 222][i % 3]! * (1 - through))
    }),
  })

  it.each([0.5, 0.7])('brings a photograph in haze of %d nearer to what it was', (thick) => {
    const before = hazy(thick)
    expect(peakSignalToNoise(part, dehaze(before, 0.7))).toBeGreaterThan(peakSignalToNoise(part, before) + 3)
  })

  it('takes more with a larger amount, and nothing with 0', () => {
    const before = hazy(0.6)
    const mean = ({ data }: Picture) => data.reduce((sum, level) => sum + level, 0) / data.length
    expect(mean(dehaze(before, 0.6))).toBeLessThan(mean(dehaze(before, 0.2)))
    expect(mean(dehaze(before, 0.2))).toBeLessThan(mean(before))
    expect(dehaze(before, 0).data).toEqual(before.data)
  })

  it('keeps a plain sky as it is', () => {
    const sky: Picture = {
      width: 64,
      height: 48,
      data: Uint8Array.from({ length: 3 * 64 * 48 }, (_, i) => [206, 214, 224][i % 3]!),
    }
    expect(peakSignalToNoise(sky, dehaze(sky, 0.5))).toBeGreaterThan(34)
  })
})
