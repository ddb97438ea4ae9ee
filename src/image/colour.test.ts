import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  labOfPicture,
  labOfRgb,
  levelOfLinear,
  linearOfLab,
  linearOfLevel,
  pictureOfLab,
  rgbOfLab,
} from './colour.ts'

describe('levels and light', () => {
  it('give each level back', () => {
    for (let level = 0; level < 256; level++) expect(levelOfLinear(linearOfLevel[level]!)).toBe(level)
  })

  it('clamp', () => {
    expect([levelOfLinear(-1), levelOfLinear(2)]).toEqual([0, 255])
  })
})

describe('OKLab', () => {
  it('has the published values', () => {
    expect(labOfRgb([255, 255, 255])[0]).toBeCloseTo(1, 3)
    expect(labOfRgb([255, 0, 0])).toEqual([
      expect.closeTo(0.628, 3),
      expect.closeTo(0.225, 3),
      expect.closeTo(0.126, 3),
    ])
    expect(labOfRgb([0, 0, 0])).toEqual([0, 0, 0])
  })

  it('gives every colour back', () => {
    const level = fc.integer({ min: 0, max: 255 })
    fc.assert(
      fc.property(level, level, level, (r, g, b) => {
        expect(rgbOfLab(labOfRgb([r, g, b]))).toEqual([r, g, b])
        const picture = { width: 1, height: 1, data: Uint8Array.of(r, g, b) }
        expect(pictureOfLab(labOfPicture(picture)).data).toEqual(picture.data)
      }),
    )
  })

  it('gives up saturation where sRGB cannot show it, and keeps the lightness', () => {
    const lab = {
      width: 1,
      height: 1,
      lightness: Float32Array.of(0.9),
      a: Float32Array.of(0.3),
      b: Float32Array.of(0.1),
    }
    expect(Math.max(...linearOfLab(0.9, 0.3, 0.1))).toBeGreaterThan(1.2)
    expect(labOfPicture(pictureOfLab(lab)).lightness[0]).toBeCloseTo(0.9, 2)
  })
})
