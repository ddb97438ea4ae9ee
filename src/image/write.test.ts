import { lstatSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { withChunk } from '../../test/pictures/pngFiles.ts'
import { type ExifDirectory, type ExifEntry, encodeExif, exifText, parseExif } from './exif.ts'
import type { PictureMetadata } from './metadata.ts'
import type { Picture } from './picture.ts'
import { readPicture } from './read.ts'
import { readRecipe } from './readRecipe.ts'
import { encodePicture, type OutputFormat, outputFormat, writeMask, writePicture } from './write.ts'

const formats = ['png', 'jpeg', 'webp', 'avif', 'tiff'] as const satisfies readonly OutputFormat[]

const sample: Picture = {
  width: 24,
  height: 16,
  data: Uint8Array.from({ length: 3 * 24 * 16 }, (_, i) => (i % 3) * 60 + (Math.floor(i / 3) % 24) * 5),
}

const ascii = (directory: ExifDirectory, tag: number, text: string): ExifEntry => {
  const bytes = new TextEncoder().encode(`${text}\0`)
  return { directory, tag, type: 2, count: bytes.length, bytes }
}
const long = (directory: ExifDirectory, tag: number, type: number, words: readonly number[]): ExifEntry => {
  const bytes = new Uint8Array(Uint32Array.from(words).buffer)
  return { directory, tag, type, count: type === 4 ? words.length : words.length / 2, bytes }
}
const short = (directory: ExifDirectory, tag: number, value: number): ExifEntry => ({
  directory,
  tag,
  type: 3,
  count: 1,
  bytes: Uint8Array.of(value & 255, value >> 8),
})

/** What a telephone writes, and the names behind its numbers. */
const entries: readonly ExifEntry[] = [
  ascii('image', 0x010e, 'Anna at home'),
  ascii('image', 0x010f, 'Canon'),
  ascii('image', 0x0110, 'EOS R5'),
  short('image', 0x0112, 6),
  ascii('image', 0x013b, '王小明'),
  ascii('image', 0x8298, '© Müller'),
  long('photo', 0x829a, 5, [1, 200]),
  short('photo', 0x8827, 400),
  ascii('photo', 0x9003, '2026:01:31 12:00:01'),
  ascii('photo', 0x9011, '+02:00'),
  { directory: 'photo', tag: 0x927c, type: 7, count: 9, bytes: new TextEncoder().encode('MAKERNOTE') },
  long('photo', 0xa002, 4, [6000]),
  ascii('photo', 0xa430, 'Anna Owner'),
  ascii('photo', 0xa431, 'SERIAL-0815'),
  ascii('photo', 0xa434, 'RF 24–70'),
  ascii('gps', 0x0001, 'N'),
  long('gps', 0x0002, 5, [51, 1, 30, 1, 3230, 100]),
]

const iptcRecord = Buffer.concat([Buffer.from([0x1c, 2, 120, 0, 9]), Buffer.from('A caption')])
const foreignXmp =
  '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">' +
  '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" ' +
  'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6">' +
  '<dc:subject><rdf:Bag><rdf:li>a keyword</rdf:li></rdf:Bag></dc:subject></rdf:Description></rdf:RDF></x:xmpmeta>' +
  `${' '.repeat(2000)}<?xpacket end="w"?>`

const metadata: PictureMetadata = {
  density: 300,
  exif: entries,
  xmp: foreignXmp,
  iptc: Buffer.concat([
    Buffer.from('Photoshop 3.0\0', 'latin1'),
    // A thumbnail, which must not be kept, and the records.
    Buffer.from('8BIM\x04\x0c\0\0\0\0\0\x05THUMB\0', 'latin1'),
    Buffer.from([...Buffer.from('8BIM', 'latin1'), 4, 4, 0, 0, 0, 0, 0, iptcRecord.length]),
    iptcRecord,
  ]),
}

async function headerOf(bytes: Uint8Array) {
  const { exif, xmp, iptc, icc, density, orientation } = await sharp(bytes).metadata()
  return {
    exif: exif === undefined ? [] : parseExif(exif),
    xmp: xmp?.toString('utf8') ?? '',
    iptc: iptc?.toString('latin1') ?? '',
    icc,
    density,
    orientation,
  }
}

const everythingIn = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')

describe('every format', () => {
  it.each(formats)('says that it is sRGB, and comes back: %s', async (format) => {
    const bytes = await encodePicture(sample, format)
    const { icc, exif, xmp } = await headerOf(bytes)
    expect(icc!.length).toBeLessThan(1000)
    // Its description is UTF-16.
    expect(icc!.toString('latin1').replaceAll('\0', '')).toContain('sRGB')
    expect([exif, xmp]).toEqual([[], ''])
    const found = await readPicture(bytes)
    const error = found.data.reduce((sum, level, i) => sum + Math.abs(level - sample.data[i]!), 0)
    expect(error / sample.data.length).toBeLessThan(format === 'png' || format === 'tiff' ? 1e-9 : 3)
    expect(await encodePicture(sample, format)).toEqual(bytes)
  })

  it('is chosen by the ending of a name', () => {
    const names = ['a.png', 'a.JPG', 'a.jpeg', 'a.webp', 'a.avif', 'a.tif', 'a.tiff']
    expect(names.map(outputFormat)).toEqual(['png', 'jpeg', 'jpeg', 'webp', 'avif', 'tiff', 'tiff'])
    expect(() => outputFormat('a.bmp')).toThrow('a.bmp: expected a name that ends in .png, .jpg')
  })
})

describe('JPEG', () => {
  it('keeps the colour of thin lines', async () => {
    const lines: Picture = {
      width: 32,
      height: 32,
      data: Uint8Array.from({ length: 3 * 1024 }, (_, i) =>
        Math.floor(i / 3) % 4 === 0 && i % 3 > 0 ? 0 : 255,
      ),
    }
    const bytes = await encodePicture(lines, 'jpeg')
    expect((await sharp(bytes).metadata()).chromaSubsampling).toBe('4:4:4')
    const { data } = await readPicture(bytes)
    expect([data[0]! > 240, data[1]! < 16, data[2]! < 16]).toEqual([true, true, true])
  })

  it('is smaller for less quality, as are WebP and AVIF', async () => {
    for (const format of ['jpeg', 'webp', 'avif'] as const) {
      const [low, high] = [20, 95].map((quality) => encodePicture(sample, format, { quality }))
      expect((await low!).length, format).toBeLessThan((await high!).length)
    }
  })

  it('holds a long recipe, and refuses one that is too long for it', async () => {
    const recipe = JSON.stringify({ text: 'x'.repeat(64_000) })
    expect(await readRecipe(await encodePicture(sample, 'jpeg', { recipe }))).toBe(recipe)
    // The other program's packet has no room beside it any more.
    const both = await encodePicture(sample, 'jpeg', { recipe, metadata, policy: 'keep' })
    expect(await readRecipe(both)).toBe(recipe)
    await expect(encodePicture(sample, 'jpeg', { recipe: 'x'.repeat(66_000) })).rejects.toThrow(
      /recipe of \d+ bytes, a JPEG file holds at most 65504; use PNG, or omit the recipe/,
    )
  })
})

describe('alpha', () => {
  const alpha = { width: 24, height: 16, data: Uint8Array.from({ length: 384 }, (_, i) => (i % 24) * 11) }
  const layer = Buffer.from(
    Uint8Array.from({ length: 4 * 384 }, (_, i) =>
      i % 4 === 3 ? alpha.data[i >> 2]! : sample.data[3 * (i >> 2) + (i % 4)]!,
    ),
  )

  it.each(['png', 'webp', 'tiff', 'avif'] as const)(
    'comes back with the colours that were set on white: %s',
    async (format) => {
      const source = await readPicture(
        await sharp(layer, { raw: { width: 24, height: 16, channels: 4 } })
          .png()
          .toBuffer(),
      )
      const found = await readPicture(await encodePicture(source, format, { alpha: source.alpha }))
      const wrong = found.alpha!.data.reduce(
        (most, level, i) => Math.max(most, Math.abs(level - alpha.data[i]!)),
        0,
      )
      expect(wrong).toBeLessThan(format === 'avif' ? 16 : 1)
      const farthest = found.data.reduce(
        (most, level, i) => Math.max(most, Math.abs(level - source.data[i]!)),
        0,
      )
      expect(farthest).toBeLessThan(format === 'png' || format === 'tiff' ? 2 : 40)
    },
  )

  it('leaves no rim of the ground: colours are those of the layer again', async () => {
    const source = await readPicture(
      await sharp(layer, { raw: { width: 24, height: 16, channels: 4 } })
        .png()
        .toBuffer(),
    )
    const bytes = await encodePicture(source, 'png', { alpha: source.alpha })
    const { data } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true })
    for (let i = 0; i < 384; i++) {
      const a = alpha.data[i]!
      if (a < 128) continue
      for (let c = 0; c < 3; c++) expect(Math.abs(data[4 * i + c]! - layer[4 * i + c]!)).toBeLessThan(2)
    }
  })

  it('is left out of JPEG, and refused in another size', async () => {
    const bytes = await encodePicture(sample, 'jpeg', { alpha })
    expect((await readPicture(bytes)).alpha).toBeUndefined()
    const small = { width: 2, height: 2, data: new Uint8Array(4) }
    await expect(encodePicture(sample, 'png', { alpha: small })).rejects.toThrow(
      "encode: alpha of 2×2, expected the picture's 24×16",
    )
  })
})

describe('metadata', () => {
  it.each(['png', 'jpeg', 'webp', 'avif'] as const)(
    'keeps date, camera and copyright, and no more: %s',
    async (format) => {
      const bytes = await encodePicture(sample, format, { metadata, recipe: '{"a":1}' })
      const { exif, xmp, iptc, orientation } = await headerOf(bytes)
      const text = (directory: ExifDirectory, tag: number) => exifText(exif, directory, tag)
      expect([text('image', 0x010f), text('image', 0x0110)]).toEqual(['Canon', 'EOS R5'])
      expect([text('image', 0x013b), text('image', 0x8298)]).toEqual(['王小明', '© Müller'])
      expect([text('photo', 0x9003), text('photo', 0x9011)]).toEqual(['2026:01:31 12:00:01', '+02:00'])
      expect(text('photo', 0xa434)).toBe('RF 24–70')
      expect(exif.find(({ tag }) => tag === 0x829a)!.bytes).toEqual(entries[6]!.bytes)
      expect(exif.filter(({ directory }) => directory === 'gps')).toEqual([])
      // ColorSpace: sRGB.
      expect([...exif.find(({ tag }) => tag === 0xa001)!.bytes]).toEqual([1, 0])
      expect([undefined, 1]).toContain(orientation)
      for (const secret of ['Anna', 'SERIAL', 'MAKERNOTE', 'keyword', 'caption', 'THUMB'])
        expect(`${everythingIn(bytes)}${xmp}`, secret).not.toContain(secret)
      expect(iptc).toBe('')
      expect(await readRecipe(bytes)).toBe('{"a":1}')
      expect(await encodePicture(sample, format, { metadata, recipe: '{"a":1}' })).toEqual(bytes)
      expect((await readPicture(bytes)).width).toBe(24)
    },
  )

  it('of TIFF files is XMP, which holds date, camera and copyright too', async () => {
    const bytes = await encodePicture(sample, 'tiff', { metadata, recipe: '{"a":1}' })
    const { xmp, density } = await headerOf(bytes)
    expect(xmp).toContain('<exif:DateTimeOriginal>2026-01-31T12:00:01+02:00</exif:DateTimeOriginal>')
    expect(xmp).toContain('<tiff:Make>Canon</tiff:Make>')
    expect(xmp).toContain('<rdf:li xml:lang="x-default">© Müller</rdf:li>')
    expect(xmp).toContain('<dc:creator><rdf:Seq><rdf:li>王小明</rdf:li></rdf:Seq></dc:creator>')
    expect(density).toBe(300)
    expect(await readRecipe(bytes)).toBe('{"a":1}')
  })

  it.each(['png', 'jpeg', 'webp', 'avif'] as const)(
    'keeps all that still holds when asked to: %s',
    async (format) => {
      const bytes = await encodePicture(sample, format, { metadata, policy: 'keep', recipe: '{"a":1}' })
      const { exif, xmp, iptc, orientation } = await headerOf(bytes)
      expect(exifText(exif, 'image', 0x010e)).toBe('Anna at home')
      expect(exifText(exif, 'photo', 0xa431)).toBe('SERIAL-0815')
      expect(exif.find(({ directory, tag }) => directory === 'gps' && tag === 2)!.bytes).toEqual(
        entries.at(-1)!.bytes,
      )
      expect(xmp).toContain('a keyword')
      // They describe the old file.
      expect(xmp).not.toContain('Orientation')
      expect([undefined, 1]).toContain(orientation)
      for (const old of ['MAKERNOTE', 'THUMB']) expect(everythingIn(bytes)).not.toContain(old)
      expect(iptc.includes('A caption')).toBe(format === 'jpeg')
      expect(await readRecipe(bytes)).toBe('{"a":1}')
      // What is kept can be kept again, with one recipe.
      const again = await readPicture(bytes)
      const twice = await encodePicture(again, format, {
        metadata: again.metadata,
        policy: 'keep',
        recipe: '{"b":2}',
      })
      expect(await readRecipe(twice)).toBe('{"b":2}')
      expect((await headerOf(twice)).xmp.split('pentimento:recipe>').length).toBe(3)
      expect(exifText((await headerOf(twice)).exif, 'photo', 0xa431)).toBe('SERIAL-0815')
    },
  )

  it('is a density alone where there is no more', async () => {
    for (const format of ['png', 'jpeg', 'webp', 'avif'] as const) {
      const { exif, density } = await headerOf(
        await encodePicture(sample, format, { metadata: { density: 300, exif: [] } }),
      )
      expect([...exif.find(({ tag }) => tag === 0xa001)!.bytes], format).toEqual([1, 0])
      const resolution = exif.find(({ tag }) => tag === 0x011a)!.bytes
      const [dots, unit] = new Uint32Array(resolution.slice().buffer)
      expect(dots! / unit!, format).toBeCloseTo(300, 0)
      if (format === 'png' || format === 'jpeg') expect(density).toBe(300)
    }
  })

  it('is left out when asked to', async () => {
    for (const format of formats) {
      const bytes = await encodePicture(sample, format, { metadata, policy: 'none', recipe: '{"a":1}' })
      const { exif, xmp, iptc, density } = await headerOf(bytes)
      expect([exif, iptc], format).toEqual([[], ''])
      expect(density).not.toBe(300)
      expect(xmp).not.toContain('Canon')
      expect(await readRecipe(bytes)).toBe('{"a":1}')
      expect(bytes).toEqual(await encodePicture(sample, format, { recipe: '{"a":1}' }))
    }
  })

  it('is read from every format that is written', async () => {
    for (const format of ['png', 'jpeg', 'webp', 'avif'] as const) {
      const { metadata: found } = await readPicture(await encodePicture(sample, format, { metadata }))
      expect(exifText(found.exif, 'photo', 0x9003), format).toBe('2026:01:31 12:00:01')
      if (format === 'png' || format === 'jpeg') expect(found.density).toBe(300)
    }
  })

  it('of a TIFF file is read from its own directory', async () => {
    const block = encodeExif(entries)
    const tiff = await sharp(sample.data, { raw: { width: 24, height: 16, channels: 3 } })
      .tiff({ compression: 'none' })
      .toBuffer()
    // The picture's directory behind all else, with the entries of a camera in it.
    const own = parseExif(tiff).filter(({ directory }) => directory === 'image')
    const file = Buffer.concat([tiff, Buffer.alloc(tiff.length % 2)])
    expect(own.length).toBeGreaterThan(8)
    expect(exifText(parseExif(block), 'photo', 0x9003)).toBe('2026:01:31 12:00:01')
    expect((await readPicture(file)).metadata.exif.length).toBe(own.length)
  })

  it('of big-endian files is the same', async () => {
    // MM, one directory with Copyright and a pointer to one with ExposureTime.
    const block = Buffer.alloc(8 + 2 + 24 + 4 + 8 + 2 + 12 + 4 + 8)
    block.write('MM\0*', 'latin1')
    block.writeUInt32BE(8, 4)
    block.writeUInt16BE(2, 8)
    block.writeUInt16BE(0x8298, 10)
    block.writeUInt16BE(2, 12)
    block.writeUInt32BE(8, 14)
    block.writeUInt32BE(38, 18)
    block.writeUInt16BE(0x8769, 22)
    block.writeUInt16BE(4, 24)
    block.writeUInt32BE(1, 26)
    block.writeUInt32BE(46, 30)
    block.write('(c) Me!\0', 38, 'latin1')
    block.writeUInt16BE(1, 46)
    block.writeUInt16BE(0x829a, 48)
    block.writeUInt16BE(5, 50)
    block.writeUInt32BE(1, 52)
    block.writeUInt32BE(64, 56)
    block.writeUInt32BE(1, 64)
    block.writeUInt32BE(200, 68)
    const png = withChunk(
      await sharp(sample.data, { raw: { width: 24, height: 16, channels: 3 } })
        .png()
        .toBuffer(),
      'eXIf',
      block,
    )
    const read = await readPicture(png)
    const { exif } = await headerOf(await encodePicture(read, 'jpeg', { metadata: read.metadata }))
    expect(exifText(exif, 'image', 0x8298)).toBe('(c) Me!')
    expect(exif.find(({ tag }) => tag === 0x829a)!.bytes).toEqual(entries[6]!.bytes)
  })
})

describe('a picture of a library user', () => {
  it('is refused where its data are not three bytes a pixel', async () => {
    const wrong = [
      { ...sample, data: new Uint8Array(4 * 384) },
      { ...sample, data: new Uint8Array(100) },
      { ...sample, width: 24.5 },
      { ...sample, height: 0 },
    ]
    for (const picture of wrong) {
      await expect(encodePicture(picture, 'png')).rejects.toMatchObject({ name: 'ImageError', code: 'size' })
      const { toPlanes, pictureHash } = await import('./picture.ts')
      const { resizePicture } = await import('./resize.ts')
      expect(() => toPlanes(picture)).toThrow(/toPlanes: picture of/)
      expect(() => pictureHash(picture)).toThrow(/expected/)
      expect(() => resizePicture(picture, { width: 2, height: 2 })).toThrow(/resize: picture of/)
    }
    await expect(encodePicture(wrong[0]!, 'png')).rejects.toThrow(
      'encode: picture of 24×16 with 1536 bytes, expected 1152 (three a pixel)',
    )
  })
})

describe('what a format cannot hold', () => {
  it('is refused in one line, before the library is asked', async () => {
    for (const [format, side] of [
      ['jpeg', 65_501],
      ['webp', 16_384],
      ['avif', 16_385],
    ] as const) {
      const long = { width: side, height: 1, data: new Uint8Array(3 * side) }
      await expect(encodePicture(long, format)).rejects.toThrow(
        `${side}×1 pixels, ${format} allows at most ${side - 1} per side; use PNG`,
      )
      const short = { width: side - 1, height: 1, data: new Uint8Array(3 * (side - 1)) }
      expect((await encodePicture(short, format)).length).toBeGreaterThan(100)
      expect((await readPicture(await encodePicture(long, 'png'))).width).toBe(side)
    }
  })

  it.each([0, 101, 50.5, Number.NaN])('is a quality of %s', async (quality) => {
    await expect(encodePicture(sample, 'jpeg', { quality })).rejects.toMatchObject({ code: 'option' })
  })
})

describe('writing', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'write-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('replaces nothing where that is not wanted, masks too', async () => {
    const file = join(folder, 'a.png')
    writeFileSync(file, 'mine')
    await expect(writePicture(sample, file, { overwrite: false })).rejects.toThrow(
      'a.png: cannot write it, it exists already',
    )
    const mask = { width: 1, height: 1, data: new Uint8Array(1) }
    await expect(writeMask(mask, file, { overwrite: false })).rejects.toMatchObject({ code: 'exists' })
    expect(readFileSync(file, 'utf8')).toBe('mine')
    await writePicture(sample, file)
    expect((await readPicture(file)).width).toBe(24)
  })

  it('follows a link, and leaves it a link', async () => {
    const [file, link] = [join(folder, 'a.png'), join(folder, 'b.png')]
    writeFileSync(file, '')
    symlinkSync(file, link)
    await writePicture(sample, link)
    expect(lstatSync(link).isSymbolicLink()).toBe(true)
    expect((await readPicture(file)).width).toBe(24)
  })
})
