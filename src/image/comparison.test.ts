import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  colourDistance,
  colourSignature,
  differenceMap,
  differenceShares,
  edgeCorrelation,
  encodeLayer,
  encodeMask,
  encodeStored,
  hashDistance,
  type Mask,
  maskBox,
  type Picture,
  perceptualHash,
  pictureStatistics,
  readLayer,
  readPicture,
  resizePicture,
  widened,
} from './index.ts'

const fileOf = (name: string) => fileURLToPath(new URL(`../../test/pictures/${name}`, import.meta.url))

const names = [
  'galen-crout-175291',
  'jad-limcaco-183877',
  'jared-evans-119758',
  'nasa-45068',
  'samuel-zeller-337041',
]
let photo: Picture
let scenes: readonly Picture[]
beforeAll(async () => {
  photo = await readPicture(fileOf('plain.png'))
  scenes = await Promise.all(names.map((name) => readPicture(fileOf(`photos/${name}.jpg`))))
})
const flat = (width: number, height: number): Picture => ({
  width,
  height,
  data: new Uint8Array(3 * width * height).fill(90),
})

function altered(picture: Picture, change: (level: number, x: number, y: number) => number): Picture {
  const data = picture.data.map((level, i) => {
    const pixel = Math.floor(i / 3)
    return Math.max(0, Math.min(255, change(level, pixel % picture.width, Math.floor(pixel / picture.width))))
  })
  return { ...picture, data }
}

describe('perceptualHash', () => {
  it('stays near under scaling, brightness and noise, and tells scenes apart', () => {
    const base = scenes[0]!
    const hash = perceptualHash(base)
    expect(hash).toMatch(/^[0-9a-f]{16}$/)
    expect(hashDistance(hash, hash)).toBe(0)
    const scaled = resizePicture(base, { width: 151, height: 97 })
    expect(hashDistance(hash, perceptualHash(scaled))).toBeLessThanOrEqual(6)
    expect(hashDistance(hash, perceptualHash(altered(base, (v) => v * 0.8 + 10)))).toBeLessThanOrEqual(4)
    for (const other of scenes.slice(1)) expect(hashDistance(hash, perceptualHash(other))).toBeGreaterThan(14)
  })

  it('counts bits', () => {
    expect(hashDistance('0000000000000000', 'ffffffffffffffff')).toBe(64)
    expect(hashDistance('0000000000000001', '0000000000000003')).toBe(1)
  })
})

it('colourSignature sees what the hash does not: tone', () => {
  const base = scenes[0]!
  const brighter = altered(base, (v) => v + 40)
  expect(colourDistance(colourSignature(base), colourSignature(base))).toBe(0)
  expect(colourDistance(colourSignature(base), colourSignature(brighter))).toBeGreaterThan(20)
})

describe('differences', () => {
  const changed = () =>
    altered(photo, (v, x, y) => (x >= 10 && x < 20 && y >= 5 && y < 15 ? (v + 128) % 256 : v))

  it('are counted in and out of a region', () => {
    const map = differenceMap(photo, changed())
    const pixels = photo.width * photo.height
    const region: Mask = {
      width: photo.width,
      height: photo.height,
      data: Uint8Array.from({ length: pixels }, (_, i) => (i % photo.width < 15 ? 1 : 0)),
    }
    expect(differenceShares(map, 8)).toMatchObject({ changed: 100 / pixels, outside: 0 })
    const shares = differenceShares(map, 8, region)
    expect(shares.outside).toBe((photo.width - 15) * photo.height)
    expect(shares.leaked).toBeCloseTo(50 / shares.outside, 10)
    expect(shares.equalOutside).toBeCloseTo(1 - 50 / shares.outside, 10)
    expect(maskBox(map, 8)).toEqual({ x: 10, y: 5, width: 10, height: 10 })
    expect(maskBox(differenceMap(photo, photo), 1)).toBeUndefined()
  })

  it('need pictures of one size', () => {
    expect(() => differenceMap(photo, flat(8, 8))).toThrow(/72×56.*8×8/)
    expect(() => edgeCorrelation(photo, flat(8, 8))).toThrow(/one size/)
  })
})

it('widened covers everything within reach, in a square', () => {
  const mask: Mask = { width: 9, height: 9, data: new Uint8Array(81) }
  mask.data[4 * 9 + 4] = 1
  const { data } = widened(mask, 2)
  for (let y = 0; y < 9; y++)
    for (let x = 0; x < 9; x++)
      expect(data[y * 9 + x]).toBe(Math.abs(x - 4) <= 2 && Math.abs(y - 4) <= 2 ? 255 : 0)
})

describe('edgeCorrelation', () => {
  it('is 1 with itself, high under grading, low with another scene, 0 with nothing', () => {
    const base = scenes[0]!
    expect(edgeCorrelation(base, base)).toBeCloseTo(1, 6)
    expect(
      edgeCorrelation(
        base,
        altered(base, (v) => v * 0.7 + 20),
      ),
    ).toBeGreaterThan(0.9)
    const other = resizePicture(scenes[1]!, base)
    expect(edgeCorrelation(base, other)).toBeLessThan(0.5)
    expect(
      edgeCorrelation(
        base,
        altered(base, () => 7),
      ),
    ).toBe(0)
  })
})

it('pictureStatistics tells broken pictures', () => {
  const base = scenes[0]!
  expect(pictureStatistics(base).clipped).toBeLessThan(0.05)
  expect(pictureStatistics(base).deviation).toBeGreaterThan(20)
  expect(pictureStatistics(altered(base, () => 255))).toMatchObject({ clipped: 1, flat: 1, deviation: 0 })
})

describe('stored pictures', () => {
  it('read back to the same pixels, alpha and all', async () => {
    expect(Buffer.compare((await readPicture(await encodeStored(photo))).data, photo.data)).toBe(0)
    const alpha: Mask = {
      width: photo.width,
      height: photo.height,
      data: Uint8Array.from({ length: photo.width * photo.height }, (_, i) => i % 256),
    }
    const found = await readLayer(await encodeLayer({ picture: photo, alpha }))
    expect(Buffer.compare(found.picture.data, photo.data)).toBe(0)
    expect(Buffer.compare(found.alpha.data, alpha.data)).toBe(0)
    const grey = await readPicture(await encodeMask(alpha))
    expect([...grey.data.subarray(0, 9)]).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2])
  })

  it('without alpha cover everything; what is no picture is refused', async () => {
    const { alpha } = await readLayer(await encodeStored(photo))
    expect(alpha.data.every((level) => level === 255)).toBe(true)
    await expect(readLayer(fileOf('text.png'))).rejects.toThrow(/text\.png/)
    await expect(readLayer(fileOf('empty.png'))).rejects.toThrow(/empty/)
  })
})
