import { describe, expect, it } from 'vitest'
import { boxMask, compositePictures, type Mask, type Picture, peakSignalToNoise } from '../../image/index.ts'
import { eraseRegion } from './erase.ts'

function drawn(width: number, height: number, colour: (x: number, y: number) => readonly number[]): Picture {
  const data = new Uint8Array(3 * width * height)
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data.set(colour(x, y), 3 * (y * width + x))
  return { width, height, data }
}

const stripes = drawn(96, 72, (x, y) => (x % 12 < 6 ? [200, 60, 40] : [40, 90, 160 + (y % 3)]))
const horizon = drawn(96, 72, (_, y) => (y < 36 ? [120, 170, 230] : [60, 110, 50]))
const hole = boxMask(96, 72, { x: 40, y: 24, width: 20, height: 22 })

describe('eraseRegion', () => {
  it.each([
    ['stripes', stripes],
    ['a horizon', horizon],
  ])('goes on with %s across what it takes out', (_, picture) => {
    const marked = {
      ...picture,
      data: picture.data.map((x, i) => (hole.data[Math.floor(i / 3)]! > 0 ? 255 : x)),
    }
    expect(peakSignalToNoise(eraseRegion(marked, hole).picture, picture)).toBeGreaterThan(40)
  })

  it('keeps the edge of a shadow that begins where the hole ends, without fog above it', () => {
    const ground = drawn(96, 72, (x, y) =>
      y >= 46 && y < 56 && x > 20 && x < 76 ? [30, 32, 40] : [190, 186, 178],
    )
    const { data } = eraseRegion(ground, hole).picture
    const levels = Array.from({ length: 16 }, (_, k) => data[3 * ((26 + k) * 96 + 50)]!)
    expect(Math.min(...levels)).toBeGreaterThan(180)
  })

  it('leaves what is outside as it is, to the bit, and says where it changed something', () => {
    const soft: Mask = { ...hole, data: hole.data.map((x, i) => (x > 0 ? 1 + (i % 255) : 0)) }
    const { picture, region } = eraseRegion(stripes, soft)
    expect(region?.data).toEqual(hole.data)
    expect(compositePictures(stripes, picture, hole)).toEqual(picture)
  })

  it('does not look at what it takes out', () => {
    const other = {
      ...stripes,
      data: stripes.data.map((x, i) => (hole.data[Math.floor(i / 3)]! > 0 ? i % 256 : x)),
    }
    expect(eraseRegion(other, hole).picture).toEqual(eraseRegion(stripes, hole).picture)
  })

  it('changes nothing without a hole', () => {
    const none = boxMask(96, 72, { x: 0, y: 0, width: 0, height: 0 })
    expect(eraseRegion(stripes, none).picture).toBe(stripes)
  })

  it('fills even where nothing but the rim is left, and at the corners', () => {
    const tiny = drawn(5, 4, () => [10, 200, 30])
    const most = boxMask(5, 4, { x: 1, y: 0, width: 4, height: 4 })
    expect(eraseRegion(tiny, most).picture).toEqual(tiny)
    const corner = boxMask(96, 72, { x: 70, y: 50, width: 26, height: 22 })
    expect(peakSignalToNoise(eraseRegion(horizon, corner).picture, horizon)).toBeGreaterThan(40)
  })

  it('refuses a mask of another size, and one that leaves nothing', () => {
    expect(() => eraseRegion(stripes, boxMask(95, 72, { x: 0, y: 0, width: 9, height: 9 }))).toThrow(
      'erase: expected a mask of 96×72, got 95×72; scale it to the picture',
    )
    expect(() => eraseRegion(stripes, boxMask(96, 72, { x: 0, y: 0, width: 96, height: 72 }))).toThrow(
      'erase: the mask covers the complete picture; leave some of it free to fill from',
    )
  })
})
