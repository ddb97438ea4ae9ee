import { describe, expect, it } from 'vitest'
import { meanDifference, peakSignalToNoise, structuralSimilarity } from './likeness.ts'
import type { Picture } from './picture.ts'

const picture = (
  width: number,
  height: number,
  level: (x: number, y: number, c: number) => number,
): Picture => ({
  width,
  height,
  data: Uint8Array.from({ length: 3 * width * height }, (_, i) => {
    const pixel = Math.floor(i / 3)
    return level(pixel % width, Math.floor(pixel / width), i % 3)
  }),
})
const grey = (width: number, height: number, level: (x: number, y: number) => number): Picture =>
  picture(width, height, (x, y) => level(x, y))
const wavy = (x: number, y: number): number => (x * x * 7 + y * 31 + x * y * 3) % 256

describe('peakSignalToNoise', () => {
  it('is 10·log10(255² / mean square) over all channels', () => {
    // One channel of four pixels is off by 6: the mean square is 36 / 12 = 3.
    const other = picture(2, 2, (x, y, c) => (x === 1 && y === 1 && c === 2 ? 106 : 100))
    expect(
      peakSignalToNoise(
        grey(2, 2, () => 100),
        other,
      ),
    ).toBeCloseTo(10 * Math.log10(65025 / 3), 10)
    // Black against white: the peak itself.
    expect(
      peakSignalToNoise(
        grey(2, 2, () => 0),
        grey(2, 2, () => 255),
      ),
    ).toBe(0)
    expect(peakSignalToNoise(other, other)).toBe(Number.POSITIVE_INFINITY)
  })

  it('refuses pictures of two sizes', () => {
    expect(() =>
      peakSignalToNoise(
        grey(2, 2, () => 0),
        grey(2, 3, () => 0),
      ),
    ).toThrow(/expected 2×2/)
  })
})

describe('meanDifference', () => {
  it('is the mean of absolute differences, where the mask is', () => {
    const [one, other] = [grey(2, 1, () => 100), picture(2, 1, (x, _, c) => (x === 0 ? 100 - c : 106))]
    expect(meanDifference(one, other)).toBe((0 + 1 + 2 + 18) / 6)
    const where = (data: number[]) => ({ width: 2, height: 1, data: Uint8Array.from(data) })
    expect(meanDifference(one, other, where([255, 127]))).toBe(1)
    expect(meanDifference(one, other, where([0, 128]))).toBe(6)
    expect(meanDifference(one, other, where([0, 0]))).toBeUndefined()
  })
})

describe('structuralSimilarity', () => {
  it('is 1 for equal pictures', () => {
    expect(structuralSimilarity(grey(20, 16, wavy), grey(20, 16, wavy))).toBeCloseTo(1, 12)
  })

  it('of two even pictures compares their levels alone', () => {
    const c1 = (0.01 * 255) ** 2
    const expected = (2 * 100 * 150 + c1) / (100 ** 2 + 150 ** 2 + c1)
    expect(
      structuralSimilarity(
        grey(12, 12, () => 100),
        grey(12, 12, () => 150),
      ),
    ).toBeCloseTo(expected, 10)
  })

  it('of one window follows the formula', () => {
    const [one, other] = [grey(11, 11, wavy), grey(11, 11, (x, y) => 255 - wavy(y, x))]
    let weights = 0
    const sums = { x: 0, y: 0, xx: 0, yy: 0, xy: 0 }
    for (let y = 0; y < 11; y++)
      for (let x = 0; x < 11; x++) {
        const weight = Math.exp(-((x - 5) ** 2 + (y - 5) ** 2) / (2 * 1.5 ** 2))
        const [a, b] = [wavy(x, y), 255 - wavy(y, x)]
        weights += weight
        sums.x += weight * a
        sums.y += weight * b
        sums.xx += weight * a * a
        sums.yy += weight * b * b
        sums.xy += weight * a * b
      }
    const [mx, my] = [sums.x / weights, sums.y / weights]
    const [vx, vy] = [sums.xx / weights - mx ** 2, sums.yy / weights - my ** 2]
    const covariance = sums.xy / weights - mx * my
    const luminance = (2 * mx * my + 6.5025) / (mx ** 2 + my ** 2 + 6.5025)
    expect(structuralSimilarity(one, other)).toBeCloseTo(
      (luminance * (2 * covariance + 58.5225)) / (vx + vy + 58.5225),
      8,
    )
  })

  it('sees noise more than a shift of all levels', () => {
    const plain = grey(32, 32, (x, y) => 100 + 40 * Math.sin(x / 3) * Math.cos(y / 4))
    const lighter = grey(32, 32, (x, y) => plain.data[3 * (y * 32 + x)]! + 10)
    const noisy = grey(
      32,
      32,
      (x, y) => plain.data[3 * (y * 32 + x)]! + ((x * 5 + y * 3) % 2 === 0 ? 10 : -10),
    )
    const [shifted, grainy] = [structuralSimilarity(plain, lighter), structuralSimilarity(plain, noisy)]
    expect(shifted).toBeGreaterThan(0.95)
    expect(grainy).toBeLessThan(shifted - 0.1)
  })

  it('refuses pictures smaller than its window', () => {
    expect(() => structuralSimilarity(grey(10, 20, wavy), grey(10, 20, wavy))).toThrow(/sides of 11/)
  })
})
