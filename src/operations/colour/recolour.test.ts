import { describe, expect, it } from 'vitest'
import { paintedBall } from '../../../test/pictures/painted.ts'
import {
  compositePictures,
  evenMask,
  labOfRgb,
  type Mask,
  type Picture,
  pictureHash,
} from '../../image/index.ts'
import { labOfHex, recolour, recolourError } from './recolour.ts'

const size = 96

function flat(r: number, g: number, b: number): Picture {
  return {
    width: size,
    height: size,
    data: Uint8Array.from({ length: 3 * size * size }, (_, i) => [r, g, b][i % 3]!),
  }
}

/** A shaded ball of a colour before grey, and its soft outline. */
function scene(colour: readonly [number, number, number]): { picture: Picture; mask: Mask } {
  const { picture, alpha } = paintedBall(size, colour)
  return { picture: compositePictures(flat(120, 122, 118), picture, alpha), mask: alpha }
}

const things = {
  red: [200, 40, 30],
  white: [235, 235, 232],
  grey: [120, 120, 120],
  black: [32, 30, 31],
} as const
const wanted = ['#c42024', '#265cc4', '#34963e', '#f0c824', '#ffffff', '#808080', '#000000', '#6b4226']

describe('recolour', () => {
  it('gives a black sky one colour, not one for each level of its noise', () => {
    const night = flat(1, 1, 1)
    for (let i = 0; i < night.data.length; i += 3) night.data.fill([0, 1, 1, 1, 1, 3][(i / 3) % 6]!, i, i + 3)
    const { picture } = recolour(night, evenMask(size, size, 255), { to: labOfHex('#800080'), whole: true })
    const reds = picture.data.filter((_, i) => i % 3 === 0)
    expect(Math.max(...reds) - Math.min(...reds)).toBeLessThan(6)
    expect(Math.abs(reds[0]! - 128)).toBeLessThan(6)
  })

  it.each(Object.entries(things))(
    'gives a %s thing any colour, and leaves all else to the bit',
    (_, colour) => {
      const { picture, mask } = scene(colour)
      for (const hex of wanted) {
        const { picture: out, region } = recolour(picture, mask, { to: labOfHex(hex) })
        expect(recolourError(out, region, labOfHex(hex)), hex).toBeLessThan(0.09)
        for (let i = 0; i < size * size; i++)
          if (mask.data[i] === 0 || region.data[i] === 0)
            expect(out.data.subarray(3 * i, 3 * i + 3)).toEqual(picture.data.subarray(3 * i, 3 * i + 3))
      }
    },
  )

  it('leaves nothing of the old colour along the soft edge', () => {
    const { picture, mask } = scene(things.red)
    const { picture: out } = recolour(picture, mask, { to: labOfHex('#265cc4') })
    const reddest = mask.data.reduce(
      (most, value, i) => (value > 0 ? Math.max(most, out.data[3 * i]! - out.data[3 * i + 2]!) : most),
      -255,
    )
    expect(reddest).toBeLessThan(16)
  })

  it('keeps the order of light and shade', () => {
    const { picture, mask } = scene(things.grey)
    const { picture: out } = recolour(picture, mask, { to: labOfHex('#c42024') })
    const middle = Array.from({ length: 40 }, (_, k) => (k + 30) * size + 48).filter(
      (i) => mask.data[i] === 255,
    )
    for (const [k, i] of middle.entries()) {
      const before = middle[k - 1]
      if (before === undefined) continue
      const step = picture.data[3 * i + 1]! - picture.data[3 * before + 1]!
      if (Math.abs(step) > 1)
        expect(Math.sign(out.data[3 * i]! - out.data[3 * before]!)).toBe(Math.sign(step))
    }
  })

  it('leaves what has another colour, or takes just that where it is meant', () => {
    const { picture, mask } = scene(things.red)
    const data = picture.data.slice()
    const isStripe = (i: number): boolean => Math.floor(i / size) > 42 && Math.floor(i / size) < 54
    for (let i = 0; i < size * size; i++)
      if (isStripe(i) && mask.data[i] === 255) data.set([40, 60, 210], 3 * i)
    const striped = { ...picture, data }
    const stripe = 48 * size + 48
    const main = recolour(striped, mask, { to: labOfHex('#34963e') })
    expect(main.region.data[stripe]).toBe(0)
    expect(main.region.data[30 * size + 48]).toBeGreaterThan(250)
    const meant = recolour(striped, mask, { to: labOfHex('#34963e'), from: labOfHex('#2850d0') })
    expect(meant.region.data[stripe]).toBeGreaterThan(250)
    expect(meant.region.data[30 * size + 48]).toBe(0)
  })

  it('takes the colour of what is else black and chrome', () => {
    const { picture, mask } = scene(things.red)
    const data = picture.data.slice()
    const isFrame = (i: number): boolean => Math.floor(i / size) < 66
    for (let i = 0; i < size * size; i++)
      if (isFrame(i) && mask.data[i]! > 0) data.fill((i % size) % 16 < 8 ? 18 : 215, 3 * i, 3 * i + 3)
    const { region } = recolour({ ...picture, data }, mask, { to: labOfHex('#265cc4') })
    expect(region.data[40 * size + 48]).toBe(0)
    expect(region.data[76 * size + 48]).toBeGreaterThan(250)
  })

  it('takes the whole of what has many colours', () => {
    const { picture, mask } = scene(things.red)
    const data = picture.data.slice()
    for (let i = 0; i < size * size; i++)
      if (mask.data[i]! > 0)
        data.set(
          [
            [210, 40, 30],
            [40, 180, 60],
            [40, 60, 220],
          ][Math.floor((3 * (i % size)) / size)]!,
          3 * i,
        )
    const { region } = recolour({ ...picture, data }, mask, { to: labOfHex('#f0c824') })
    const inside = mask.data.reduce((count, value) => count + (value === 255 ? 1 : 0), 0)
    const taken = region.data.reduce((count, value) => count + (value > 200 ? 1 : 0), 0)
    expect(taken / inside).toBeGreaterThan(0.97)
  })

  it('gives the same picture again, and refuses an empty mask', () => {
    const { picture, mask } = scene(things.white)
    const once = recolour(picture, mask, { to: labOfHex('#265cc4') })
    expect(pictureHash(recolour(picture, mask, { to: labOfHex('#265cc4') }).picture)).toBe(
      pictureHash(once.picture),
    )
    const empty = { ...mask, data: new Uint8Array(size * size) }
    expect(() => recolour(picture, empty, { to: labOfHex('#265cc4') })).toThrow('empty')
  })
})

it('recolours all of a sky that goes from blue to white, where all of it is meant', () => {
  const [width, height] = [40, 80]
  const data = new Uint8Array(3 * width * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const white = y / height
      data.set([90 + 150 * white, 150 + 92 * white, 220 + 24 * white], 3 * (y * width + x))
    }
  const sky = { width, height, data }
  const mask = evenMask(width, height, 255)
  const to = labOfHex('#7030a0')
  const hueAt = (picture: Picture, y: number): number => {
    const [, a, b] = labOfRgb([...picture.data.slice(3 * y * width, 3 * y * width + 3)] as [
      number,
      number,
      number,
    ])
    return (Math.atan2(b, a) * 180) / Math.PI
  }
  const { picture } = recolour(sky, mask, { to, whole: true })
  const hues = Array.from({ length: 70 }, (_, y) => hueAt(picture, y))
  for (const hue of hues) expect(Math.abs(hue - hues[0]!)).toBeLessThan(12)
})
