import { inflateSync } from 'node:zlib'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { isPlainPng, storedPng } from './pngFile.ts'
import { readFilePicture } from './read.ts'
import { encodeStored } from './stored.ts'
import { encodePicture } from './write.ts'

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

describe('a plain PNG file', () => {
  const picture = { width: 3, height: 2, data: Uint8Array.from({ length: 18 }, (_, i) => 13 * i) }

  it('comes with the picture that was read from it, as long as that is all that is in it', async () => {
    const file = await encodeStored(picture)
    expect(await readFilePicture(file)).toEqual({ ...picture, png: file })
    expect(isPlainPng(file.subarray(0, -1))).toBe(false)
    const others = await Promise.all([
      encodePicture(picture, 'jpeg'),
      sharp(file).ensureAlpha().png().toBuffer(),
      sharp(file).toColourspace('b-w').png().toBuffer(),
      sharp(file).withMetadata({ orientation: 6 }).png().toBuffer(),
      sharp(file).withIccProfile('p3').png().toBuffer(),
    ])
    expect(others.map(isPlainPng)).toEqual([false, false, false, false, false])
    expect(await readFilePicture(others[0]!)).not.toHaveProperty('png')
  })
})
