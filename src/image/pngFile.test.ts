import { inflateSync } from 'node:zlib'
import sharp from 'sharp'
import { expect, it } from 'vitest'
import { storedPng } from './pngFile.ts'

// Sizes whose rows end within, at and beyond the ends of blocks.
it.each([
  [1, 1, 3],
  [21_844, 3, 3],
  [21_845, 2, 3],
  [16_383, 4, 4],
  [300, 200, 4],
  [7, 30_000, 3],
] as const)('holds pixels as they are: %i×%i of %i channels', async (width, height, channels) => {
  const data = Uint8Array.from({ length: width * height * channels }, (_, i) => (i * 7919) % 256)
  const png = storedPng({ width, height, data }, channels, [])
  const found = await sharp(png, { failOn: 'warning' }).raw().toBuffer({ resolveWithObject: true })
  expect(found.info).toMatchObject({ width, height, channels })
  expect(Buffer.compare(found.data, data)).toBe(0)
  // Node checks lengths and checksum more strictly than libpng.
  const at = png.indexOf('IDAT', 0, 'latin1')
  const stream = png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4))
  expect(inflateSync(stream).length).toBe(height * (width * channels + 1))
})
