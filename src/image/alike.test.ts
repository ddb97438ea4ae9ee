import { expect, it } from 'vitest'
import { encodeAlike } from './alike.ts'
import { readPicture } from './read.ts'

it('pictures of any size come out with one size in pixels and in bytes', async () => {
  const noisy = Uint8Array.from({ length: 3 * 40 * 30 }, (_, i) => (i * i * 31) & 255)
  const pictures = [
    { width: 40, height: 30, data: noisy },
    { width: 40, height: 30, data: new Uint8Array(3 * 40 * 30).fill(9) },
    { width: 20, height: 40, data: new Uint8Array(3 * 20 * 40).fill(200) },
  ]
  const { width, height, files } = await encodeAlike(pictures)
  expect([width, height]).toEqual([40, 30])
  expect(new Set(files.map(({ length }) => length)).size).toBe(1)
  const read = await Promise.all(files.map((file) => readPicture(file)))
  expect(read.map((each) => [each.width, each.height])).toEqual(Array(3).fill([40, 30]))
  expect(read[0]!.data).toEqual(noisy)
  // Of other proportions: in the middle, on grey.
  const row = read[2]!.data.subarray(3 * 40 * 15, 3 * 40 * 16)
  expect([row[0], row[3 * 20], row[3 * 39]]).toEqual([128, 200, 128])
  const small = await encodeAlike(pictures, { most: 20 })
  expect([small.width, small.height]).toEqual([20, 15])
})
