import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { displacePicture } from './displace.ts'
import { bilateral, boxMean, defocus, gradientOf, guidedFilter, sharpen, soften } from './filter.ts'
import { addNoise, cloudNoise, normalNoise } from './filterNoise.ts'
import type { Picture } from './picture.ts'
import { type Plane, planeOf } from './plane.ts'
import { polygonMask } from './polygon.ts'

/** Left half 0, right half 1. */
const step = (width: number, height: number): Plane => ({
  width,
  height,
  data: Float32Array.from({ length: width * height }, (_, i) => (i % width < width / 2 ? 0 : 1)),
})

const even = (level: number): Picture => ({ width: 8, height: 8, data: new Uint8Array(192).fill(level) })

/** A generator that gives the same numbers every time. */
function counted(): () => number {
  let state = 1
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

describe('filters', () => {
  it('leave an even picture as it is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 255 }), (level) => {
        expect(defocus(even(level), 1.5)).toEqual(even(level))
        expect(sharpen(even(level), { sigma: 1, amount: 2 })).toEqual(even(level))
        expect(bilateral(even(level), { space: 2, levels: 20 })).toEqual(even(level))
      }),
    )
  })

  it('keep the mean of a plane', () => {
    const plane = step(16, 8)
    const mean = (of: Plane) => of.data.reduce((sum, value) => sum + value, 0) / of.data.length
    expect(mean(soften(plane, 2))).toBeCloseTo(0.5, 4)
    expect(boxMean(plane, 1).data[8]).toBeCloseTo(2 / 3, 6)
  })

  it('guided by the plane itself keeps a strong edge and flattens weak ones', () => {
    const strong = step(16, 16)
    const kept = guidedFilter(strong, { guide: strong, radius: 3, epsilon: 0.01 })
    expect(kept.data[7]!).toBeLessThan(0.05)
    expect(kept.data[8]!).toBeGreaterThan(0.95)
    const weak = { ...strong, data: strong.data.map((value) => 0.02 * value) }
    const flat = guidedFilter(weak, { guide: weak, radius: 3, epsilon: 0.01 })
    expect(flat.data[8]! - flat.data[7]!).toBeLessThan(0.004)
    expect(() => guidedFilter(strong, { guide: step(8, 8), radius: 1, epsilon: 1 })).toThrow('expected 16×16')
  })

  it('bilateral: does not mix colours far from each other', () => {
    const data = Uint8Array.from({ length: 192 }, (_, i) => (Math.floor(i / 3) % 8 < 4 ? 20 : 220))
    expect(bilateral({ width: 8, height: 8, data }, { space: 2, levels: 20 }).data).toEqual(data)
  })

  it('gradient: 1 at a step from 0 to 1, 0 elsewhere', () => {
    const { data } = gradientOf(step(8, 4))
    expect([...data.slice(8, 16)]).toEqual([0, 0, 0, 1, 1, 0, 0, 0])
  })
})

describe('noise', () => {
  it('is normal, and the same for the same numbers', () => {
    const { data } = normalNoise(64, 64, counted())
    const mean = data.reduce((sum, value) => sum + value, 0) / data.length
    const variance = data.reduce((sum, value) => sum + value * value, 0) / data.length - mean * mean
    expect(mean).toBeCloseTo(0, 1)
    expect(variance).toBeCloseTo(1, 1)
    const noisy = () => addNoise(even(128), { levels: 10, grain: 0.7, grey: true, next: counted() })
    expect(noisy()).toEqual(noisy())
    expect(noisy()).not.toEqual(even(128))
    expect(noisy().data.every((level, i, all) => level === all[i - (i % 3)])).toBe(true)
  })

  it('clouds stay within 0 and 1', () => {
    const { data } = cloudNoise(40, 30, { scale: 10, octaves: 3, next: counted() })
    expect(Math.min(...data)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...data)).toBeLessThanOrEqual(1)
    expect(Math.max(...data) - Math.min(...data)).toBeGreaterThan(0.3)
  })
})

describe('polygonMask', () => {
  it('covers a rectangle to the share of a pixel', () => {
    const { data } = polygonMask(4, 3, [
      [1, 1],
      [2.5, 1],
      [2.5, 2],
      [1, 2],
    ])
    expect([...data]).toEqual([0, 0, 0, 0, 0, 255, 128, 0, 0, 0, 0, 0])
  })

  it('covers the area of any triangle', () => {
    const corner = fc.tuple(
      fc.double({ min: 1, max: 39, noNaN: true }),
      fc.double({ min: 1, max: 39, noNaN: true }),
    )
    fc.assert(
      fc.property(corner, corner, corner, (a, b, c) => {
        const area = Math.abs((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])) / 2
        const { data } = polygonMask(40, 40, [a, b, c])
        // A quarter of a row is taken as wide as it is in its middle: what is flat may miss 3/8 of its widest row.
        const height = Math.max(a[1], b[1], c[1]) - Math.min(a[1], b[1], c[1])
        const widest = height === 0 ? 0 : (2 * area) / height
        expect(Math.abs(data.reduce((sum, value) => sum + value, 0) / 255 - area)).toBeLessThan(
          Math.max(3 + 0.02 * area, (3 / 8) * widest + 0.5),
        )
      }),
    )
  })
})

describe('displacePicture', () => {
  const picture: Picture = {
    width: 5,
    height: 4,
    data: Uint8Array.from({ length: 60 }, (_, i) => (i * 37) % 256),
  }

  it('moves by whole pixels exactly, and nothing where nothing moves', () => {
    const nothing = planeOf(5, 4).data
    expect(displacePicture(picture, nothing, nothing)).toEqual(picture)
    const moved = displacePicture(picture, planeOf(5, 4, 1).data, nothing)
    expect(moved.data.slice(0, 12)).toEqual(picture.data.slice(3, 15))
  })
})
