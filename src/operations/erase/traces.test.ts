import { describe, expect, it } from 'vitest'
import {
  castShadow,
  type Mask,
  maskArea,
  type Picture,
  polygonMask,
  shadePicture,
} from '../../image/index.ts'
import { obscureRegion } from './obscure.ts'
import { withRim } from './rim.ts'
import { shadowOf } from './shadow.ts'

const [width, height] = [240, 180]

function drawn(colour: (x: number, y: number) => readonly number[]): Picture {
  const data = new Uint8Array(3 * width * height)
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data.set(colour(x, y), 3 * (y * width + x))
  return { width, height, data }
}

/** Grass with some grain, under a sky. */
const meadow = drawn((x, y) => {
  const grain = (((x * 7919 + y * 104729) % 97) - 48) / 6
  return y < 60 ? [130, 170, 220] : [110 + grain, 140 + grain, 80 + grain]
})

const thing: Mask = polygonMask(width, height, [
  [100, 60],
  [130, 60],
  [132, 140],
  [98, 140],
])

function withThing(ground: Picture, colour: readonly number[] = [180, 40, 40]): Picture {
  const data = ground.data.slice()
  for (let i = 0; i < thing.data.length; i++) if (thing.data[i]! >= 128) data.set(colour, 3 * i)
  return { ...ground, data }
}

const count = (mask: Mask, where: (i: number) => boolean): number =>
  mask.data.reduce((sum, value, i) => sum + (value >= 128 && where(i) ? 1 : 0), 0)

describe('shadowOf', () => {
  const shadow = castShadow(thing, { flatness: 0.35, lean: 0.9, blur: 2 })
  const visible: Mask = { ...shadow, data: shadow.data.map((x, i) => (thing.data[i]! > 0 ? 0 : x)) }

  it.each([0.35, 0.6, 0.95])('finds the shadow on the ground that takes %f of its light', (strength) => {
    const found = shadowOf(withThing(shadePicture(meadow, shadow, strength)), thing)!
    const core = count(visible, (i) => visible.data[i]! > 160)
    expect(count(visible, (i) => visible.data[i]! > 160 && found.data[i]! >= 64) / core).toBeGreaterThan(0.9)
    expect(count(found, (i) => shadow.data[i] === 0 && thing.data[i] === 0)).toBeLessThan(0.6 * core)
  })

  it('finds none where there is none, nor in a mat of another colour, nor in a dark spot farther off', () => {
    expect(shadowOf(withThing(meadow), thing)).toBeUndefined()
    const mat = drawn((x, y) =>
      y > 120 && y < 160 && x > 60 && x < 170
        ? [120, 30, 30]
        : (meadow.data.subarray(3 * (y * width + x), 3 * (y * width + x) + 3) as never),
    )
    expect(shadowOf(withThing(mat, [230, 230, 230]), thing)).toBeUndefined()
    const spot = polygonMask(width, height, [
      [180, 110],
      [210, 110],
      [210, 130],
      [180, 130],
    ])
    expect(shadowOf(withThing(shadePicture(meadow, spot, 0.5)), thing)).toBeUndefined()
  })

  it('takes no light that falls off slowly for one', () => {
    const wall = drawn((x) => Array(3).fill(160 + Math.min(20, Math.max(0, Math.abs(x - 115) - 15) / 2)))
    expect(shadowOf(withThing(wall), thing)).toBeUndefined()
  })

  it('finds that of each of two things', () => {
    const other: Mask = {
      ...thing,
      data: thing.data.map((_, i) => (i % width < 80 ? 0 : thing.data[i - 80]!)),
    }
    const both: Mask = { ...thing, data: thing.data.map((x, i) => Math.max(x, other.data[i]!)) }
    const spot = (x: number) =>
      polygonMask(width, height, [
        [x, 132],
        [x + 22, 132],
        [x + 22, 142],
        [x, 142],
      ])
    const shaded = shadePicture(shadePicture(meadow, spot(132), 0.5), spot(212), 0.5)
    const data = withThing(shaded).data
    for (let i = 0; i < both.data.length; i++) if (both.data[i]! > 0) data.set([180, 40, 40], 3 * i)
    const found = shadowOf({ ...shaded, data }, both)!
    for (const x of [142, 222]) expect(found.data[137 * width + x]).toBe(255)
  })

  it('takes no dark half of the picture for one', () => {
    const half = polygonMask(width, height, [
      [0, 100],
      [width, 100],
      [width, height],
      [0, height],
    ])
    expect(shadowOf(withThing(shadePicture(meadow, half, 0.5)), thing)).toBeUndefined()
  })
})

describe('withRim', () => {
  it('covers the thing with a margin, and a halo of its colour farther out', () => {
    const plain = withRim(withThing(meadow), thing)
    expect(count(thing, (i) => plain.data[i] === 0)).toBe(0)
    const more = count(plain, () => true)
    expect(more).toBeGreaterThan(maskArea(thing))
    expect(more).toBeLessThan(1.35 * maskArea(thing))
    const halo = withThing(meadow)
    for (let y = 80; y < 130; y++)
      for (let x = 131; x < 137; x++) halo.data.set([170, 50, 45], 3 * (y * width + x))
    expect(withRim(halo, thing).data[100 * width + 136]).toBe(255)
    expect(plain.data[100 * width + 136]).toBe(0)
  })
})

describe('obscureRegion', () => {
  const letters = drawn((x, y) => (((x >> 2) + (y >> 2)) % 2 === 0 ? [255, 255, 255] : [0, 0, 0]))

  it.each(['blur', 'pixelate', 'black'] as const)(
    'by %s leaves nothing of what was there, and all else',
    (how) => {
      const { picture } = obscureRegion(letters, thing, how, 1)
      let [outside, least, most] = [0, 255, 0]
      for (let i = 0; i < thing.data.length; i++) {
        const level = picture.data[3 * i]!
        if (thing.data[i]! < 128) outside += level === letters.data[3 * i] ? 0 : 1
        else [least, most] = [Math.min(least, level), Math.max(most, level)]
      }
      expect(outside).toBe(0)
      expect(most - least).toBeLessThan(how === 'black' ? 1 : 160)
      if (how === 'black') expect(most).toBe(0)
    },
  )
})
