import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  applyCurves,
  contrast,
  curveTable,
  expose,
  monochrome,
  saturate,
  splitTone,
  vibrance,
  vignette,
  whiteBalance,
} from './colourGrade.ts'
import { encodeSrgb, greyOf, mapLinear, mapOklab, mapOklch } from './colourMap.ts'
import type { Picture } from './picture.ts'
import { fromChannels, toChannels, toLevel } from './plane.ts'
import { matchHistogram, toneStatistics } from './toneStatistics.ts'

const pictures = fc
  .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }))
  .chain(([width, height]) =>
    fc
      .uint8Array({ minLength: 3 * width * height, maxLength: 3 * width * height })
      .map((data): Picture => ({ width, height, data })),
  )

it('turns every light into the level that a power gives, also just beside where levels change', () => {
  const edges = Array.from({ length: 255 }, (_, level) => {
    const value = (level + 0.5) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  const lights = [
    ...[Number.NaN, -1, 0, 1, 2],
    ...edges.flatMap((light) => [light * (1 - 1e-12), light, light * (1 + 1e-12)]),
    ...Array.from({ length: 4000 }, (_, i) => (i / 4000) ** 2),
  ]
  const blank = { width: lights.length, height: 1, data: new Uint8Array(3 * lights.length) }
  const made = mapLinear(blank, (rgb, i) => rgb.fill(lights[i]!))
  const wanted = Uint8Array.from(lights, (light) => toLevel(encodeSrgb(light)))
  expect(made.data.filter((_, i) => i % 3 === 0)).toEqual(wanted)
})

/** A picture of one row. */
const row = (...pixels: readonly (readonly [number, number, number])[]): Picture => ({
  width: pixels.length,
  height: 1,
  data: Uint8Array.from(pixels.flat()),
})

describe('maps over colour spaces', () => {
  it('give every picture back when nothing is changed', () => {
    fc.assert(
      fc.property(pictures, (picture) => {
        for (const map of [mapLinear, mapOklab, mapOklch]) expect(map(picture, () => {})).toEqual(picture)
        expect(fromChannels(toChannels(picture))).toEqual(picture)
      }),
    )
  })

  it('give each of the 16.7 million colours back, tried along its diagonals', () => {
    const data = new Uint8Array(3 * 256 * 16)
    for (let i = 0; i < 256 * 16; i++) data.set([i & 255, (i * 7) & 255, (i * 31) >> 4], 3 * i)
    const picture = { width: 256, height: 16, data }
    expect(mapOklab(picture, () => {})).toEqual(picture)
  })

  it('keep lightness and hue of what sRGB cannot show', () => {
    const { data } = mapOklch(row([200, 60, 60]), (lch) => {
      lch[1] = 0.5
    })
    expect(data[0]).toBeGreaterThan(data[1]!)
    const before = greyOf(row([200, 60, 60])).data[0]!
    expect(Math.abs(greyOf({ width: 1, height: 1, data }).data[0]! - before)).toBeLessThan(0.06)
  })
})

describe('encodeSrgb', () => {
  it('is the standard curve', () => {
    expect(encodeSrgb(0)).toBe(0)
    expect(encodeSrgb(1)).toBeCloseTo(1, 12)
    expect(encodeSrgb(0.2140411)).toBeCloseTo(0.5, 6)
  })
})

describe('curves', () => {
  it('go through their points and never turn', () => {
    const table = curveTable([
      [0, 0.1],
      [0.5, 0.8],
      [1, 0.9],
    ])
    expect([table[0], table[255]]).toEqual([26, 230])
    expect(table[128]).toBeGreaterThanOrEqual(203)
    expect(table.every((level, i) => i === 0 || level >= table[i - 1]!)).toBe(true)
  })

  it('leave the picture when straight', () => {
    const picture = row([0, 128, 255], [3, 77, 200])
    const straight = [
      [0, 0],
      [1, 1],
    ] as const
    expect(applyCurves(picture, { all: straight, green: straight })).toEqual(picture)
    expect(contrast(picture, 0)).toEqual(picture)
  })

  it('refuse points that do not grow', () => {
    expect(() => curveTable([[0, 0]])).toThrow('at least two points with growing x')
  })
})

describe('grading', () => {
  it('doubles the light for a stop', () => {
    // 100 is 0.1274 in linear light, 0.2549 is 138.
    expect([...expose(row([100, 100, 100]), 1).data]).toEqual([138, 138, 138])
    expect(expose(row([9, 99, 199]), 0)).toEqual(row([9, 99, 199]))
  })

  it('keeps highlights apart when there is more light', () => {
    const { data } = expose(row([215, 215, 215], [235, 235, 235], [255, 255, 255]), 1)
    expect(data[0]).toBeLessThan(data[3]!)
    expect(data[3]).toBeLessThan(data[6]!)
  })

  it('is neutral at 6500 kelvin, warm below and cool above', () => {
    const grey = row([128, 128, 128])
    expect(whiteBalance(grey, { kelvin: 6500 })).toEqual(grey)
    const [warm, cool] = [
      whiteBalance(grey, { kelvin: 3500 }).data,
      whiteBalance(grey, { kelvin: 12_000 }).data,
    ]
    expect(warm[0]).toBeGreaterThan(warm[2]! + 40)
    expect(cool[2]).toBeGreaterThan(cool[0]! + 20)
    expect(() => whiteBalance(grey, { kelvin: 100 })).toThrow('expected 1700 to 20000 kelvin')
  })

  it('makes grey of every colour without saturation, and by monochrome', () => {
    fc.assert(
      fc.property(pictures, (picture) => {
        for (const { data } of [saturate(picture, 0), monochrome(picture)])
          for (let i = 0; i < data.length; i += 3) {
            expect(Math.abs(data[i]! - data[i + 1]!)).toBeLessThanOrEqual(1)
            expect(Math.abs(data[i]! - data[i + 2]!)).toBeLessThanOrEqual(1)
          }
        const { data } = monochrome(picture)
        expect(data.every((level, i) => level === data[i - (i % 3)])).toBe(true)
      }),
    )
  })

  it('adds more to pale colours than to strong ones', () => {
    const chroma = (picture: Picture) => toneStatistics(picture).chroma
    const [pale, strong] = [row([140, 128, 120]), row([230, 60, 20])]
    expect(chroma(vibrance(pale, 0.8)) / chroma(pale)).toBeGreaterThan(1.5)
    expect(chroma(vibrance(strong, 0.8)) / chroma(strong)).toBeLessThan(1.1)
  })

  it('tints shadows and highlights apart', () => {
    const { data } = splitTone(row([70, 70, 70], [200, 200, 200]), {
      shadows: { hue: 260, chroma: 0.05 },
      highlights: { hue: 80, chroma: 0.05 },
    })
    expect(data[2]).toBeGreaterThan(data[0]!)
    expect(data[3]).toBeGreaterThan(data[5]!)
  })

  it('darkens corners and not the middle', () => {
    const picture = { width: 9, height: 9, data: new Uint8Array(243).fill(200) }
    const { data } = vignette(picture, 0.8)
    expect(data[3 * 40]).toBe(200)
    expect(data[0]).toBeLessThan(120)
  })
})

describe('toneStatistics', () => {
  it('tells a half black, half white picture', () => {
    const tones = toneStatistics(row([0, 0, 0], [0, 0, 0], [255, 255, 255], [255, 255, 255]))
    expect(tones.lightness).toBeCloseTo(0.5, 3)
    expect(tones.contrast).toBeCloseTo(0.5, 3)
    expect(tones.chroma).toBeCloseTo(0, 3)
    expect([tones.black, tones.white]).toEqual([0, expect.closeTo(1, 2)])
  })

  it('matches histograms: a permutation of the same levels comes out', () => {
    const picture = row([0, 10, 20], [50, 60, 70], [100, 110, 120])
    const reference = row([9, 8, 7], [200, 100, 50], [30, 20, 10])
    const { data } = matchHistogram(picture, reference)
    expect([data[0], data[3], data[6]]).toEqual([9, 30, 200])
    fc.assert(
      fc.property(pictures, (any) => {
        expect(matchHistogram(any, any)).toEqual(any)
      }),
    )
  })
})
