import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { fitPicture, pix2pixSize } from './sizes.ts'

it.each([
  [512, 512, 512, 512],
  [768, 512, 576, 384],
  [640, 480, 512, 384],
  [1024, 768, 512, 384],
  [480, 640, 384, 512],
  [300, 200, 576, 384],
  [1920, 1080, 512, 320],
  [513, 511, 512, 512],
  [2000, 500, 512, 128],
])('edits %d×%d at %d×%d, as the original command line', (width, height, w, h) => {
  expect(pix2pixSize({ width, height }, 512)).toEqual({ width: w, height: h })
})

it('edits the longest picture too', () => {
  expect(pix2pixSize({ width: 2000, height: 10 }, 512)).toEqual({ width: 12_800, height: 64 })
})

// SHA-256 of the pixels that ImageOps.fit(…, LANCZOS) of Pillow 12.3.0 gives.
it.each([
  [90, 51, 64, 64, '879244f9626cb323d4e38090a99d8cf54f3f8ce44dd3332a434ed26c9fce6459'],
  [51, 90, 64, 64, '1201ff1f84414beaadddaaa221b43b17c3acbd436da3dae5ec679fdd65f1052b'],
  [100, 37, 128, 64, '22baba5f742bbf0d4fd4c90235b11ff9abfc0a000ba89d558d87291ee1bc377f'],
  [64, 48, 64, 64, 'dc6f28a1c0d86393d2d5f5e909efb954761c2c422cd5c1cce1c5932ec52e4d1e'],
  [33, 200, 64, 128, '496338d3846548b8f516d93d0aa7d1b84a4fdbcab52041c020ad1051f124fb13'],
  [192, 64, 192, 64, '98e4286964c6533c722139650e0430a2f6ce07f26af4a07d16f6bcdab5147cc3'],
])('fits %d×%d into %d×%d as Pillow does', (width, height, w, h, wanted) => {
  const data = new Uint8Array(3 * width * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < 3; c++)
        data[3 * (y * width + x) + c] = (x * 7 + y * 13 + c * 29 + ((x * y) % 31) * 5) % 256
  const fitted = fitPicture({ width, height, data }, { width: w, height: h })
  expect(createHash('sha256').update(fitted.data).digest('hex')).toBe(wanted)
})
