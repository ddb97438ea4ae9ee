import { describe, expect, it } from 'vitest'
import { evenField, fitAffine, identityMap, levelPlanes, pictureOfLevels, resizeField } from './affine.ts'
import { carryChange, type Matte } from './carry.ts'
import type { Picture } from './picture.ts'

function noisy(width: number, height: number): Picture {
  const data = Uint8Array.from({ length: 3 * width * height }, (_, i) => Math.imul(i + 1, 2654435761) >>> 24)
  return { width, height, data }
}

/** Half red, half green and ten more for each output. */
const halves = [0.5, 0.5, 0, 10, 0, 0.5, 0.5, 10, 0.5, 0, 0.5, 10]

function mapped({ width, height, data }: Picture): Picture {
  const planes = levelPlanes({ width, height, data })
  const [red, green, blue] = planes.channels
  const half = (a: Float32Array, b: Float32Array) => a.map((value, i) => (value + b[i]!) / 2 + 10)
  return pictureOfLevels({ ...planes, channels: [half(red, green), half(green, blue), half(red, blue)] })
}

describe('fitAffine', () => {
  it.each([2, Number.POSITIVE_INFINITY])('finds the map between two pictures, windows of %d', (radius) => {
    const picture = noisy(24, 17)
    const { channels } = levelPlanes(mapped(picture))
    const { data } = fitAffine(levelPlanes(picture), channels, { radius, ridge: 0.01 })
    for (const [k, number] of halves.entries())
      expect(data[12 * 200 + k]! / (k % 4 === 3 ? 100 : 1)).toBeCloseTo(number / (k % 4 === 3 ? 100 : 1), 1)
  })

  it('stays where it started without weights, and where the guide is flat moves the offset alone', () => {
    const start = evenField(8, 8, halves)
    const picture = noisy(8, 8)
    const fit = { radius: 2, ridge: 16, start }
    const none = fitAffine(levelPlanes(picture), levelPlanes(picture).channels, {
      ...fit,
      weights: new Float32Array(64),
    })
    expect(none.data).toEqual(start.data)
    const flat: Picture = { width: 8, height: 8, data: new Uint8Array(192).fill(100) }
    const { data } = fitAffine(levelPlanes(flat), levelPlanes(flat).channels, fit)
    for (let k = 0; k < 12; k++) expect(data[12 * 30 + k]).toBeCloseTo(k % 4 === 3 ? 0 : halves[k]!, 3)
  })
})

describe('carryChange', () => {
  const matte = (width: number, height: number, share: (x: number) => number): Matte => {
    const data = new Float32Array(6 * width * height)
    for (let i = 0; i < width * height; i++) data.set([0, 0, 0, 0, share(i % width), share(i % width)], 6 * i)
    return { width, height, data }
  }

  it('applies the maps where they are to be, and leaves the rest to the bit', () => {
    const original = noisy(101, 47)
    const toned = matte(10, 5, (x) => (x < 5 ? 1 : 0))
    const { picture, map } = carryChange(original, {
      tone: evenField(10, 5, halves),
      toned,
      redrawn: undefined,
    })
    const wanted = mapped(original)
    for (let i = 0; i < 101 * 47; i++) {
      const x = i % 101
      const [found, from] = x < 45 ? [picture, wanted] : [picture, original]
      if (x >= 45 && x < 56) continue
      for (let c = 0; c < 3; c++)
        expect(Math.abs(found.data[3 * i + c]! - from.data[3 * i + c]!)).toBeLessThanOrEqual(x < 45 ? 1 : 0)
      if (x >= 56) expect(map.data[i]).toBe(0)
    }
  })

  it('draws anew by share, and tells the share', () => {
    const original = noisy(20, 10)
    const drawn: Picture = { width: 20, height: 10, data: new Uint8Array(600).fill(200) }
    const { picture, map } = carryChange(original, {
      tone: evenField(4, 2, identityMap),
      toned: undefined,
      redrawn: { picture: drawn, matte: matte(4, 2, () => 1) },
    })
    expect(Buffer.compare(picture.data, drawn.data)).toBe(0)
    expect(Math.min(...map.data)).toBe(255)
  })
})

it('resizeField keeps an even field, and puts centres upon centres', () => {
  expect(resizeField(evenField(3, 2, halves), 7, 5)).toEqual(evenField(7, 5, halves))
  const ramp = { width: 4, height: 1, outputs: 1, data: Float32Array.from({ length: 16 }, (_, i) => i >> 2) }
  const wide = resizeField(ramp, 8, 1)
  expect([...wide.data].filter((_, i) => i % 4 === 0)).toEqual([0, 0.25, 0.75, 1.25, 1.75, 2.25, 2.75, 3])
})
