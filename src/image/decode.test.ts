import { readFileSync } from 'node:fs'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { greyProfile, storedTurned, withChunk, withProfile } from '../../test/pictures/pngFiles.ts'
import type { Picture } from './picture.ts'
import { readPicture } from './read.ts'
import { readLayer } from './readLayer.ts'

/** Colours all over the cube, 17 levels a channel. */
const cube: Picture = {
  width: 289,
  height: 17,
  data: Uint8Array.from({ length: 3 * 17 ** 3 }, (_, i) =>
    Math.min(255, 16 * (Math.floor(i / 3 / 17 ** (2 - (i % 3))) % 17)),
  ),
}

const raw = ({ width, height, data }: Picture) => sharp(data, { raw: { width, height, channels: 3 } })
const level = (value: number) => Uint8Array.from({ length: 9 }, () => value)

function farthest(a: Uint8Array, b: Uint8Array): number {
  expect(b.length).toBe(a.length)
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0)
}

async function profileOf(name: 'srgb' | 'p3'): Promise<Uint8Array> {
  const { icc } = await sharp(await raw(cube).withIccProfile(name).png().toBuffer()).metadata()
  return icc!
}

/** 16 bits a channel, each level as 257 times the one of 8 bits. */
const deep = (picture: Picture, format: 'png' | 'tiff' = 'png') =>
  raw(picture)
    .toColourspace('rgb16')
    .toFormat(format, { compression: 'deflate' } as object)
    .toBuffer()

describe('colour profiles', () => {
  it('are converted to sRGB in 16 bits as in 8', async () => {
    for (const name of ['srgb', 'p3'] as const) {
      const profile = await profileOf(name)
      const shallow = await readPicture(withProfile(await raw(cube).png().toBuffer(), profile))
      const found = await readPicture(withProfile(await deep(cube), profile))
      expect(farthest(found.data, shallow.data), name).toBe(0)
      expect(farthest(found.data, cube.data) > 20, name).toBe(name === 'p3')
    }
  })

  it('leave levels as they are where they say sRGB, also in TIFF files of 16 bits', async () => {
    const tiff = await raw(cube)
      .toColourspace('srgb')
      .withIccProfile('srgb')
      .tiff({ compression: 'deflate' })
      .toBuffer()
    expect(farthest((await readPicture(tiff)).data, cube.data)).toBe(0)
    const depth = await sharp(await deep(cube, 'tiff')).metadata()
    expect(depth.depth).toBe('ushort')
    expect(farthest((await readPicture(await deep(cube, 'tiff'))).data, cube.data)).toBe(0)
  })

  it('are converted for layers too, and leave alpha as it is', async () => {
    const rgba = Uint8Array.of(30, 200, 40, 128, 200, 30, 40, 0, 255, 255, 255, 255, 0, 0, 0, 64)
    const image = sharp(rgba, { raw: { width: 4, height: 1, channels: 4 } })
    const png = await image.toColourspace('rgb16').png().toBuffer()
    const { picture, alpha } = await readLayer(withProfile(png, await profileOf('srgb')))
    expect([...picture.data]).toEqual([30, 200, 40, 200, 30, 40, 255, 255, 255, 0, 0, 0])
    expect([...alpha.data]).toEqual([128, 0, 255, 64])
  })

  it('of grey pictures count in 8 and in 16 bits', async () => {
    const grey = Uint8Array.of(0, 32, 64, 96, 128, 160, 192, 224, 255)
    const image = () => sharp(grey, { raw: { width: 9, height: 1, channels: 1 } })
    // Levels of this profile are light itself.
    const wanted = [...grey].map((value) =>
      Math.round(255 * (value < 1 ? 0 : 1.055 * (value / 255) ** (1 / 2.4) - 0.055)),
    )
    for (const space of ['b-w', 'grey16'] as const) {
      const png = await image().toColourspace(space).png().toBuffer()
      expect((await readPicture(png)).data.filter((_, i) => i % 3 === 0)).toEqual(grey)
      const { data } = await readPicture(withProfile(png, greyProfile(1)))
      expect(
        farthest(data, Uint8Array.from(wanted.flatMap((value) => [value, value, value]))),
        space,
      ).toBeLessThan(2)
    }
  })

  it('that are broken are left out', async () => {
    const png = withProfile(await raw(cube).png().toBuffer(), new Uint8Array(200).fill(7))
    expect(farthest((await readPicture(png)).data, cube.data)).toBe(0)
  })
})

describe('numbers of other kinds', () => {
  it('are refused where it is not known which is white', async () => {
    const tiff = await raw(cube).tiff({ compression: 'none', predictor: 'float' }).toBuffer()
    expect((await sharp(tiff).metadata()).depth).toBe('float')
    await expect(readPicture(tiff)).rejects.toThrow(
      /samples of type float, expected 8 or 16 bits per channel/,
    )
    await expect(readLayer(tiff)).rejects.toMatchObject({ code: 'format' })
  })
})

describe('transparent pictures', () => {
  const rgba = Uint8Array.of(10, 20, 30, 0, 100, 50, 0, 128, 40, 50, 60, 255)
  const image = () => sharp(rgba, { raw: { width: 3, height: 1, channels: 4 } })

  it.each(['png', 'webp', 'tiff'] as const)(
    'are set on white, with their alpha beside them: %s',
    async (format) => {
      const options = { lossless: true, compression: 'none', exact: true }
      const bytes = await image()
        .toFormat(format, options as object)
        .toBuffer()
      const found = await readPicture(bytes)
      const half = (value: number) => Math.round((value * 128 + 255 * 127) / 255)
      // What is hidden under an alpha of 0 does not show.
      expect([...found.data]).toEqual([255, 255, 255, half(100), half(50), half(0), 40, 50, 60])
      expect([...found.alpha!.data]).toEqual([0, 128, 255])
      expect([...(await readPicture(bytes, { ground: [0, 9, 0] })).data.subarray(0, 3)]).toEqual([0, 9, 0])
    },
  )

  it('of GIF and of palettes are set on white', async () => {
    const wide = new Uint8Array(4 * 64).map((_, i) => (i % 4 === 3 ? (i < 128 ? 0 : 255) : 60))
    for (const format of ['gif', 'png'] as const) {
      const bytes = await sharp(wide, { raw: { width: 8, height: 8, channels: 4 } })
        .toFormat(format, { palette: true } as object)
        .toBuffer()
      const { data, alpha } = await readPicture(bytes)
      expect([...data.subarray(0, 3)], format).toEqual([255, 255, 255])
      expect(farthest(data.subarray(-3), Uint8Array.of(60, 60, 60)), format).toBeLessThan(8)
      expect([alpha!.data[0], alpha!.data.at(-1)], format).toEqual([0, 255])
    }
  })

  it('have no alpha where all is covered', async () => {
    const png = await raw(cube).ensureAlpha(1).png().toBuffer()
    const found = await readPicture(png)
    expect(found.alpha).toBeUndefined()
    expect(farthest(found.data, cube.data)).toBe(0)
  })
})

describe('orientation', () => {
  it('of all eight kinds gives the same upright picture, of layers too', async () => {
    const upright: Picture = { width: 3, height: 2, data: Uint8Array.from({ length: 18 }, (_, i) => 13 * i) }
    for (let orientation = 1; orientation <= 8; orientation++) {
      const turned = await raw(storedTurned(upright, orientation)).png().toBuffer()
      for (const format of ['png', 'tiff', 'webp'] as const) {
        const bytes = await sharp(turned)
          .withMetadata({ orientation })
          .toFormat(format, { lossless: true, compression: 'none' } as object)
          .toBuffer()
        expect((await sharp(bytes).metadata()).orientation).toBe(orientation)
        const found = await readPicture(bytes)
        expect(
          { width: found.width, height: found.height, data: [...found.data] },
          `${orientation} in ${format}`,
        ).toEqual({
          ...upright,
          data: [...upright.data],
        })
        expect((await readLayer(bytes)).picture).toEqual(upright)
      }
    }
  })
})

describe('damaged files', () => {
  const photo: Picture = {
    width: 96,
    height: 64,
    data: Uint8Array.from({ length: 3 * 96 * 64 }, (_, i) => (i * 7919) % 251),
  }

  it('are read where a JPEG has only lost its end marker', async () => {
    const jpeg = await raw(photo).jpeg().toBuffer()
    const whole = await readPicture(jpeg)
    for (const lost of [1, 2])
      expect((await readPicture(jpeg.subarray(0, -lost))).data, `${lost} bytes`).toEqual(whole.data)
    for (const lost of [200, 2000])
      await expect(readPicture(jpeg.subarray(0, -lost)), `${lost} bytes`).rejects.toMatchObject({
        code: 'damaged',
      })
  })

  it('do not fail for a broken EXIF block', async () => {
    const jpeg = await raw(photo)
      .withExif({ IFD0: { Copyright: 'Me' } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer()
    const head = jpeg.indexOf('Exif\0\0', 0, 'latin1') + 6
    const pixels = (await readPicture(await raw(photo).jpeg().toBuffer())).data
    const breaks: ((bytes: Buffer) => void)[] = [
      (bytes) => bytes.writeUInt32LE(0x7fffffff, head + 4),
      (bytes) => bytes.writeUInt32LE(3, head + 4),
      (bytes) => bytes.writeUInt16LE(0xffff, head + 8),
      (bytes) => bytes.fill(0xff, head + 10, head + 40),
      (bytes) => bytes.fill(0, head, head + 40),
    ]
    for (const damage of breaks) {
      const bytes = Buffer.from(jpeg)
      damage(bytes)
      const found = await readPicture(bytes)
      expect(Buffer.compare(Buffer.from(pixels).sort(), Buffer.from(found.data).sort())).toBe(0)
    }
    const png = withChunk(await raw(photo).png().toBuffer(), 'eXIf', new Uint8Array(5))
    expect((await readPicture(png)).metadata.exif).toEqual([])
  })
})

/** The file of these tests with a `colr` property for its one picture. Source: ISO/IEC 14496-12 and 23008-12. */
function heicWithProfile(heic: Buffer, profile: Uint8Array): Buffer {
  const boxAt = (type: string) => heic.indexOf(type, 0, 'latin1') - 4
  const [meta, iloc, iprp, ipco, ipma] = ['meta', 'iloc', 'iprp', 'ipco', 'ipma'].map(boxAt) as [
    number,
    number,
    number,
    number,
    number,
  ]
  const property = Buffer.concat([Buffer.alloc(4), Buffer.from('colrprof', 'latin1'), profile])
  property.writeUInt32BE(property.length)
  const end = ipma + heic.readUInt32BE(ipma)
  const head = Buffer.from(heic.subarray(0, end))
  const grow = (at: number, by: number) => head.writeUInt32BE(head.readUInt32BE(at) + by, at)
  for (const box of [meta, iprp]) grow(box, property.length + 1)
  grow(ipco, property.length)
  grow(ipma, 1)
  // The data moves, and the picture has a fourth property.
  grow(iloc + 20, property.length + 1)
  head[ipma + 18]! += 1
  return Buffer.concat([
    head.subarray(0, ipma),
    property,
    head.subarray(ipma),
    Uint8Array.of(4),
    heic.subarray(end),
  ])
}

describe('HEIC', () => {
  const file = readFileSync(new URL('../../test/pictures/phone.heic', import.meta.url))

  it('is decoded', async () => {
    const { width, height, data, format, alpha } = await readPicture(file)
    expect({ width, height, format, alpha }).toEqual({
      width: 96,
      height: 64,
      format: 'heic',
      alpha: undefined,
    })
    // Bars of red, green, yellow, purple, grey.
    for (const [i, wanted] of [
      [220, 30, 30],
      [30, 200, 40],
      [240, 220, 40],
      [200, 40, 200],
      [128, 128, 128],
    ].entries()) {
      const at = 3 * (96 * 40 + 10 + 19 * i)
      expect(farthest(data.subarray(at, at + 3), Uint8Array.from(wanted)), `bar ${i}`).toBeLessThan(4)
    }
  })

  it('is converted by its profile, as telephones write Display P3', async () => {
    const profile = await profileOf('p3')
    const plain = await readPicture(file)
    const wanted = await readPicture(withProfile(await raw(plain).png().toBuffer(), profile))
    const found = await readPicture(heicWithProfile(file, profile))
    expect(farthest(found.data, wanted.data)).toBe(0)
    expect(farthest(found.data, plain.data)).toBeGreaterThan(10)
  })

  it('that is cut short is refused in one line', async () => {
    for (const length of [40, 300, file.length - 100]) {
      const refusal = readPicture(file.subarray(0, length))
      await expect(refusal, `${length} bytes`).rejects.toMatchObject({ code: 'damaged' })
      await expect(refusal).rejects.toThrow(/the HEIC data cannot be decoded \(.*\); export it as JPEG/)
    }
  })
})

it('takes the first of several frames, and says how many there are', async () => {
  const frames = await sharp(Buffer.concat([level(9), level(200)]), {
    raw: { width: 1, height: 6, channels: 3, pageHeight: 3 },
  })
    .webp({ lossless: true })
    .toBuffer()
  const { data, frames: count } = await readPicture(frames)
  expect([count, ...data]).toEqual([2, ...level(9)])
})

it('counts the frames of an animated PNG', async () => {
  const png = await raw(cube).png().toBuffer()
  expect((await readPicture(png)).frames).toBe(1)
  expect((await readPicture(withChunk(png, 'acTL', Uint8Array.of(0, 0, 0, 5, 0, 0, 0, 0)))).frames).toBe(5)
})
