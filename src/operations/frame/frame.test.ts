import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  blurPicture,
  cropPicture,
  type Mask,
  type Picture,
  peakSignalToNoise,
  readPicture,
  resizePicture,
} from '../../image/index.ts'
import { areaAround, areaOfRatio, areaWithout, croppedTo } from './cropping.ts'
import {
  extendedByBlur,
  extendedByColour,
  extendedByFill,
  extendedByMirror,
  marginsOf,
  marginsToRatio,
} from './extending.ts'
import { resized } from './resized.ts'
import { sureTilt, tiltOf } from './tilt.ts'
import { largestWithin, mirrored, rotated, turnQuarters } from './turning.ts'

const photo = await readPicture(
  new URL('../../../test/pictures/photos/kait-herzog-8242.jpg', import.meta.url).pathname,
)
const part = cropPicture(photo, { x: 20, y: 40, width: 160, height: 120 })
const small: Picture = { width: 3, height: 2, data: Uint8Array.from({ length: 18 }, (_, i) => i) }
const smallMask: Mask = { width: 3, height: 2, data: Uint8Array.of(1, 2, 3, 4, 5, 6) }

const masks = fc
  .record({ width: fc.integer({ min: 1, max: 9 }), height: fc.integer({ min: 1, max: 9 }) })
  .chain((size) =>
    fc
      .uint8Array({ minLength: size.width * size.height, maxLength: size.width * size.height })
      .map((data): Mask => ({ ...size, data })),
  )

describe('turning', () => {
  it('by a quarter is clockwise', () => {
    expect(turnQuarters(smallMask, 1)).toEqual({ width: 2, height: 3, data: Uint8Array.of(4, 1, 5, 2, 6, 3) })
    expect(turnQuarters(smallMask, 2).data).toEqual(Uint8Array.of(6, 5, 4, 3, 2, 1))
    expect([...turnQuarters(small, -1).data.subarray(0, 6)]).toEqual([6, 7, 8, 15, 16, 17])
  })

  it('four times, or mirroring twice, changes nothing', () => {
    fc.assert(
      fc.property(masks, fc.integer({ min: 0, max: 3 }), (mask, quarters) => {
        expect(turnQuarters(turnQuarters(mask, quarters), 4 - quarters)).toEqual(mask)
        for (const axis of ['horizontal', 'vertical'] as const)
          expect(mirrored(mirrored(mask, axis), axis)).toEqual(mask)
        expect(mirrored(mirrored(mask, 'horizontal'), 'vertical')).toEqual(turnQuarters(mask, 2))
      }),
    )
  })

  it('by multiples of 90° is exact', () => {
    expect(rotated(small, 270)).toEqual(turnQuarters(small, 3))
    expect(rotated(small, -90)).toEqual(turnQuarters(small, 3))
    expect(rotated(small, 360)).toEqual(small)
  })

  it('leaves the largest rectangle within: its corners lie in the turned picture, and touch its border', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.3, max: 4, noNaN: true }),
        fc.double({ min: 0.5, max: 89.5, noNaN: true }),
        (ratio, degrees) => {
          const { width, height } = largestWithin(ratio, 1, degrees)
          const angle = (degrees / 180) * Math.PI
          const reach = [-1, 1].map((sign) => ({
            x: Math.abs((width / 2) * Math.cos(angle) + ((sign * height) / 2) * Math.sin(angle)),
            y: Math.abs((sign * height * Math.cos(angle)) / 2 - (width / 2) * Math.sin(angle)),
          }))
          const [across, down] = [Math.max(...reach.map(({ x }) => x)), Math.max(...reach.map(({ y }) => y))]
          expect(across).toBeLessThanOrEqual(ratio / 2 + 1e-9)
          expect(down).toBeLessThanOrEqual(0.5 + 1e-9)
          expect(Math.min(ratio / 2 - across, 0.5 - down)).toBeCloseTo(0, 6)
        },
      ),
    )
  })

  it('there and back by some degrees gives the middle of the picture again', () => {
    const soft = blurPicture(part, 1)
    const back = rotated(rotated(soft, 8), -8)
    const area = { x: (160 - 80) / 2, y: (120 - 60) / 2, width: 80, height: 60 }
    const middle = { x: Math.round((back.width - 80) / 2), y: Math.round((back.height - 60) / 2) }
    const found = cropPicture(back, { ...middle, width: 80, height: 60 })
    expect(peakSignalToNoise(cropPicture(soft, area), found)).toBeGreaterThan(27)
  })
})

describe('tiltOf', () => {
  const scene: Picture = {
    width: 360,
    height: 240,
    data: Uint8Array.from({ length: 3 * 360 * 240 }, (_, i) => {
      const [x, y] = [Math.floor(i / 3) % 360, Math.floor(i / 3 / 360)]
      return y < 130 ? 190 - 30 * Math.sin(x / 40) : x > 100 && x < 118 ? 40 : 90 + 20 * Math.sin(x * y)
    }),
  }

  it.each([-9, -4, -1.5, 0.8, 3, 8])('finds a tilt of %d°', (degrees) => {
    expect(Math.abs(sureTilt(rotated(scene, degrees)).degrees - degrees)).toBeLessThan(0.25)
  })

  it('says that a straight picture is straight, and that nothing tells in another', () => {
    expect(() => sureTilt(scene)).toThrow('straight-already')
    const blobs: Picture = {
      ...scene,
      data: scene.data.map((_, i) => {
        const [x, y] = [Math.floor(i / 3) % 360, Math.floor(i / 3 / 360)]
        return 128 + 60 * Math.sin(x / 17) * Math.cos(y / 23)
      }),
    }
    expect(() => sureTilt(blobs)).toThrow('nothing-straight')
  })

  it('has nothing to go by in an even picture', () => {
    const even = { ...scene, data: new Uint8Array(scene.data.length).fill(128) }
    expect(tiltOf(even)).toMatchObject({ sureness: 0, longest: 0 })
  })
})

describe('cropping', () => {
  const size = { width: 300, height: 200 }

  it('cuts shares off the sides', () => {
    expect(areaWithout(size, { left: 0.1, top: 0, right: 0.2, bottom: 0.5 })).toEqual({
      x: 30,
      y: 0,
      width: 210,
      height: 100,
    })
    expect(croppedTo(smallMask, { x: 1, y: 0, width: 2, height: 2 }).data).toEqual(Uint8Array.of(2, 3, 5, 6))
  })

  it('takes the largest area of a ratio', () => {
    expect(areaOfRatio(size, 1)).toEqual({ x: 50, y: 0, width: 200, height: 200 })
    expect(areaOfRatio(size, 3)).toEqual({ x: 0, y: 50, width: 300, height: 100 })
  })

  it('around a thing holds all of it, within the picture, of the ratio that was asked for', () => {
    const side = (most: number) => fc.integer({ min: 1, max: most })
    fc.assert(
      fc.property(
        side(200),
        side(150),
        side(100),
        side(50),
        fc.constantFrom(undefined, 0.8, 1, 1.5),
        (x, y, w, h, ratio) => {
          const box = { x, y, width: Math.min(w, 300 - x), height: Math.min(h, 200 - y) }
          fc.pre(ratio === undefined || box.width / ratio <= 150)
          const area = areaAround(size, box, ratio)
          expect(area.x).toBeGreaterThanOrEqual(0)
          expect(area.x + area.width).toBeLessThanOrEqual(300)
          expect(area.y + area.height).toBeLessThanOrEqual(200)
          expect(area.x).toBeLessThanOrEqual(box.x)
          expect(area.x + area.width).toBeGreaterThanOrEqual(box.x + box.width)
          if (ratio !== undefined) expect(Math.abs(area.width - ratio * area.height)).toBeLessThan(1.5)
        },
      ),
    )
  })

  it('leaves a thing at the side toward that side, at most on the third', () => {
    const { x, width } = areaAround(
      { width: 1000, height: 400 },
      { x: 700, y: 150, width: 60, height: 60 },
      2,
    )
    const middle = (730 - x) / width
    expect(middle).toBeGreaterThan(0.52)
    expect(middle).toBeLessThanOrEqual(2 / 3)
  })
})

describe('resized', () => {
  const half: Picture = {
    width: 80,
    height: 60,
    data: Uint8Array.from({ length: 3 * 80 * 60 }, (_, i) => {
      const [c, x, y] = [i % 3, 2 * (Math.floor(i / 3) % 80), 2 * Math.floor(i / 3 / 80)]
      const at = (u: number, v: number) => part.data[3 * (v * 160 + u) + c]!
      return Math.round((at(x, y) + at(x + 1, y) + at(x, y + 1) + at(x + 1, y + 1)) / 4)
    }),
  }

  it('enlarges nearer to the original than a plain kernel does', () => {
    const ours = peakSignalToNoise(part, resized(half, 160, 120))
    const plain = peakSignalToNoise(part, resizePicture(half, { width: 160, height: 120, filter: 'lanczos' }))
    expect(ours).toBeGreaterThan(plain + 0.2)
  })

  it('shrinks in linear light: black and white lines give the grey that the eye sees', () => {
    const lines: Picture = {
      width: 64,
      height: 64,
      data: Uint8Array.from({ length: 3 * 64 * 64 }, (_, i) => (Math.floor(i / 3 / 64) % 2 === 0 ? 0 : 255)),
    }
    const { data } = resized(lines, 16, 16)
    expect(Math.abs(data[3 * (8 * 16 + 8)]! - 188)).toBeLessThan(3)
  })

  it('keeps even areas even, its own size exact, and masks within their range', () => {
    const even = { width: 9, height: 7, data: new Uint8Array(3 * 63).fill(77) }
    for (const [width, height] of [
      [5, 3],
      [20, 15],
      [4, 30],
    ] as const)
      expect(new Set(resized(even, width, height).data)).toEqual(new Set([77]))
    expect(resized(part, 160, 120)).toEqual(part)
    expect(resized(smallMask, 6, 4)).toMatchObject({ width: 6, height: 4 })
  })
})

describe('extending', () => {
  const margins = { left: 12, top: 4, right: 9, bottom: 0 }
  const inner = (picture: { width: number; height: number; data: Uint8Array }) =>
    cropPicture(picture, { x: 12, y: 4, width: 160, height: 120 })

  it.each([
    ['mirror', extendedByMirror],
    ['blur', extendedByBlur],
    ['fill', extendedByFill],
    ['colour', (picture: Picture, by: typeof margins) => extendedByColour(picture, by, [1, 2, 3])],
  ] as const)('by %s leaves the picture bit-equal', (_, extend) => {
    const larger = extend(part, margins)
    expect([larger.width, larger.height]).toEqual([181, 124])
    expect(inner(larger)).toEqual(part)
  })

  it('continues the picture at its border by a mirror, however far', () => {
    const { data } = extendedByMirror(smallMask, { left: 4, top: 0, right: 1, bottom: 1 })
    expect([...data.subarray(0, 8)]).toEqual([3, 3, 2, 1, 1, 2, 3, 3])
    expect([...data.subarray(16)]).toEqual([6, 6, 5, 4, 4, 5, 6, 6])
  })

  it('goes out of focus away from the border', () => {
    const lines: Picture = {
      width: 160,
      height: 120,
      data: Uint8Array.from({ length: 3 * 160 * 120 }, (_, i) => (Math.floor(i / 480) % 2 === 0 ? 60 : 200)),
    }
    const { data } = extendedByBlur(lines, { left: 0, top: 0, right: 80, bottom: 0 })
    const step = (x: number) => Math.abs(data[3 * (60 * 240 + x)]! - data[3 * (61 * 240 + x)]!)
    expect(step(160)).toBeGreaterThan(110)
    expect(step(166)).toBeLessThan(step(162))
    expect(step(220)).toBeLessThan(10)
  })

  it('refuses to fill more than about a quarter', () => {
    expect(() => extendedByFill(part, { left: 100, top: 0, right: 0, bottom: 0 })).toThrow('too-much-to-fill')
  })

  it('works out margins by shares and to a ratio', () => {
    expect(marginsOf(part, { left: 0.1, top: 0, right: 0.25, bottom: 0.5 })).toEqual({
      left: 16,
      top: 0,
      right: 40,
      bottom: 60,
    })
    expect(marginsToRatio(part, 2)).toEqual({ left: 40, top: 0, right: 40, bottom: 0 })
    expect(marginsToRatio(part, 1)).toEqual({ left: 0, top: 20, right: 0, bottom: 20 })
  })
})
