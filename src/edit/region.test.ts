import { describe, expect, it } from 'vitest'
import { encodeLayer, encodeMask, type Mask, type Picture } from '../image/index.ts'
import { checkRegion, keepOutside, parseBox, readMask } from './region.ts'

const flat = (width: number, height: number, level: number): Picture => ({
  width,
  height,
  data: new Uint8Array(3 * width * height).fill(level),
})

const red = ({ data, width }: Picture, x: number, y: number): number => data[3 * (y * width + x)]!

describe('keepOutside', () => {
  const original: Picture = {
    ...flat(80, 60, 0),
    data: Uint8Array.from({ length: 3 * 80 * 60 }, (_, i) => (i * 7) % 251),
  }

  it('leaves what is outside of a box as it is, bit for bit, and takes the edit in its middle', () => {
    const out = keepOutside(original, flat(80, 60, 255), { x: 20, y: 10, width: 40, height: 30 })
    for (let y = 0; y < 60; y++)
      for (let x = 0; x < 80; x++)
        if (x < 20 || x >= 60 || y < 10 || y >= 40) expect(red(out, x, y)).toBe(red(original, x, y))
    expect(red(out, 40, 25)).toBe(255)
  })

  it('passes from one to the other over a rim, except along the border of the picture', () => {
    const out = keepOutside(flat(80, 60, 0), flat(80, 60, 200), { x: 0, y: 0, width: 60, height: 60 })
    const row = [56, 57, 58, 59, 60].map((x) => red(out, x, 30))
    expect(row.at(-1)).toBe(0)
    expect([...row].sort((one, other) => other - one)).toEqual(row)
    expect(row[3]).toBeGreaterThan(0)
    expect(row[3]).toBeLessThan(100)
    expect(red(out, 0, 0)).toBe(200)
  })

  it('follows a soft mask', () => {
    const mask: Mask = { width: 80, height: 60, data: new Uint8Array(80 * 60) }
    for (let i = 0; i < mask.data.length; i++) mask.data[i] = Math.min(255, 4 * (i % 80))
    const out = keepOutside(flat(80, 60, 0), flat(80, 60, 255), mask)
    expect(red(out, 0, 30)).toBe(0)
    expect(red(out, 10, 30)).toBe(40)
    expect(red(out, 79, 30)).toBe(255)
    for (let x = 1; x < 80; x++) expect(red(out, x, 30) - red(out, x - 1, 30)).toBeLessThan(12)
  })
})

describe('parseBox', () => {
  it('reads four whole numbers', () => {
    expect(parseBox('120, 80,300,200')).toEqual({ x: 120, y: 80, width: 300, height: 200 })
  })

  it.each(['1,2,3', '1,2,3,4,5', 'a,b,c,d', '1,2,0,4', '-1,2,3,4', '1.5,2,3,4', ',,,'])(
    'refuses %j',
    (text) => {
      expect(() => parseBox(text)).toThrow(/^box: expected x,y,width,height in whole pixels/)
    },
  )
})

describe('checkRegion', () => {
  const size = { width: 100, height: 50 }

  it('takes what lies within the picture', () => {
    expect(() => checkRegion({ x: 0, y: 0, width: 100, height: 50 }, size)).not.toThrow()
  })

  it.each([
    [{ x: 90, y: 0, width: 11, height: 10 }, /got 11×10 at 90,0/],
    [{ x: 0, y: 0, width: 1.5, height: 10 }, /whole pixels/],
    [
      { width: 50, height: 50, data: new Uint8Array(2500).fill(255) },
      /the mask has 50×50 pixels, expected 100×50/,
    ],
    [{ width: 100, height: 50, data: new Uint8Array(5000) }, /covers nothing/],
  ])('refuses %j', (region, message) => {
    expect(() => checkRegion(region, size)).toThrow(message)
  })
})

describe('readMask', () => {
  const mask: Mask = { width: 4, height: 1, data: Uint8Array.of(0, 90, 200, 255) }

  it('takes the brightness of a picture', async () => {
    expect(await readMask(await encodeMask(mask))).toEqual(mask)
  })

  it('takes the alpha channel where there is one', async () => {
    const layer = await encodeLayer({ picture: flat(4, 1, 10), alpha: mask })
    expect(await readMask(layer)).toEqual(mask)
  })
})
