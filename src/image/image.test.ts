import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readGolden, relativeError } from '../../test/golden.ts'
import { fromPlanes, type Picture, pictureHash, toPlanes } from './picture.ts'
import { resizedPlanes } from './planes.ts'
import { readPicture } from './read.ts'
import { readLayer } from './readLayer.ts'
import { readRecipe } from './readRecipe.ts'
import { type ResizeFilter, resizePicture } from './resize.ts'
import { checkWritable, encodePicture, writePicture } from './write.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'image-'))
})
afterEach(() => rm(folder, { recursive: true }))
const at = (name: string) => join(folder, name)

/** A picture with a gradient and a bright corner, so that orientations differ. */
function sample(width: number, height: number): Picture {
  const data = Uint8Array.from({ length: 3 * width * height }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)]
    return x < width / 4 && y < height / 4 ? 250 : (i % 3) * 40 + ((x * 97 + y * 31) % 60)
  })
  return { width, height, data }
}

const raw = ({ width, height, data }: Picture) => sharp(data, { raw: { width, height, channels: 3 } })

describe('resizePicture', () => {
  it("gives Pillow's levels exactly", async () => {
    const golden = await readGolden('qwen25vl/pil_resize.safetensors')
    const names = Object.keys(golden).filter((name) => !name.endsWith('.src'))
    expect(names.length).toBeGreaterThan(8)
    for (const name of names) {
      const [index, filter] = name.split('.') as [string, ResizeFilter]
      const source = golden[`${index}.src`]!
      const [height, width] = source.shape as [number, number]
      const wanted = golden[name]!
      const found = resizePicture(
        { width, height, data: source.data as Uint8Array },
        { width: wanted.shape[1]!, height: wanted.shape[0]!, filter },
      )
      expect(Buffer.compare(found.data, wanted.data as Uint8Array), name).toBe(0)
    }
  })

  it('leaves a picture of one colour as it is, and one of the same size', () => {
    const filters = fc.constantFrom<ResizeFilter>('nearest', 'box', 'bilinear', 'bicubic', 'lanczos')
    const size = fc.integer({ min: 1, max: 40 })
    fc.assert(
      fc.property(size, size, size, size, fc.nat(255), filters, (w, h, width, height, level, filter) => {
        const plain = { width: w, height: h, data: new Uint8Array(3 * w * h).fill(level) }
        const resized = resizePicture(plain, { width, height, filter })
        expect(resized.data.every((x) => x === level)).toBe(true)
        const same = sample(w, h)
        expect(resizePicture(same, { width: w, height: h, filter })).toEqual(same)
      }),
    )
    expect(() => resizePicture(sample(4, 4), { width: 0, height: 4 })).toThrow(/above 0, got 0×4/)
  })

  it('takes the mean of the pixels that a box covers', () => {
    const row = { width: 4, height: 1, data: Uint8Array.from([0, 0, 0, 1, 4, 9, 10, 10, 10, 20, 20, 20]) }
    expect([...resizePicture(row, { width: 2, height: 1, filter: 'box' }).data]).toEqual([
      1, 2, 5, 15, 15, 15,
    ])
  })

  it('takes the nearest pixel as torch does', () => {
    const row = { width: 3, height: 1, data: Uint8Array.from([1, 1, 1, 2, 2, 2, 3, 3, 3]) }
    const { data } = resizePicture(row, { width: 5, height: 1, filter: 'nearest' })
    expect([...data].filter((_, i) => i % 3 === 0)).toEqual([1, 1, 2, 2, 3])
  })
})

describe('planes', () => {
  it('become levels by truncation, as in the original', async () => {
    const golden = await readGolden('sampler/loop_outputs_f32.safetensors')
    const { data } = fromPlanes(golden['default.decoded']!)
    const wanted = golden['default.rgb_u8_hwc']!.data as Uint8Array
    expect(data).toEqual(wanted)
  })

  it('become levels by rounding, as in diffusers', () => {
    const levels = [0.4, 0.6, 1.7, 254.6, 300, -1]
    const data = Float32Array.from(levels, (level) => (2 * level) / 255 - 1)
    const planes = { dtype: 'f32', shape: [1, 3, 1, 2], data } as const
    expect([...fromPlanes(planes, { rounded: true }).data]).toEqual([0, 2, 255, 1, 255, 0])
  })

  it('are resized without levels in between, as torch does it', async () => {
    const { rgb } = await readGolden('step1x-v1.2/loop_inputs.safetensors')
    const { image_pixels: wanted } = await readGolden('step1x-v1.2/loop_outputs_f64.safetensors')
    const picture = { width: 84, height: 60, data: rgb!.data as Uint8Array }
    expect(relativeError(resizedPlanes(picture, { width: 64, height: 48 }), wanted!)).toBeLessThan(1e-6)
    const same = resizedPlanes(picture, picture)
    expect(relativeError(same, toPlanes(picture))).toBeLessThan(1e-6)
  })

  it('give most levels back one lower at worst', () => {
    const picture = { width: 256, height: 1, data: Uint8Array.from({ length: 768 }, (_, i) => i / 3) }
    const back = fromPlanes(toPlanes(picture)).data
    expect(back.every((level, i) => picture.data[i]! - level <= 1 && level <= picture.data[i]!)).toBe(true)
    expect(() => fromPlanes({ dtype: 'f32', shape: [1, 4, 1, 1], data: new Float32Array(4) })).toThrow(
      /expected f32 \[1, 3, h, w\]/,
    )
  })
})

describe('readPicture', () => {
  it('reads every common format', async () => {
    for (const format of ['png', 'webp', 'tiff', 'gif', 'jpeg', 'avif'] as const) {
      const file = at(`a.${format}`)
      await raw(sample(40, 30))
        .toFormat(format, { lossless: true, quality: 100 } as object)
        .toFile(file)
      const found = await readPicture(file)
      expect(found).toMatchObject({ width: 40, height: 30, frames: 1, format })
      expect(found.alpha).toBeUndefined()
      const error = found.data.reduce((sum, x, i) => sum + Math.abs(x - sample(40, 30).data[i]!), 0) / 3600
      expect(error, format).toBeLessThan(['png', 'webp'].includes(format) ? 1e-9 : 12)
    }
  })

  it('turns pictures upright by their orientation', async () => {
    for (const orientation of [1, 3, 6, 8]) {
      const bytes = await raw(sample(40, 30)).withMetadata({ orientation }).png().toBuffer()
      const { width, height, data } = await readPicture(bytes)
      expect([width, height]).toEqual(orientation > 4 ? [30, 40] : [40, 30])
      const corner = { 1: [0, 0], 3: [39, 29], 6: [29, 0], 8: [0, 39] }[orientation as 1]!
      expect(data[3 * (corner[1]! * width + corner[0]!)]).toBe(250)
    }
  })

  it('makes 8-bit sRGB of CMYK, grey, palettes, 16 bits and alpha', async () => {
    const cmyk = await raw(sample(40, 30)).toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer()
    const grey = await raw(sample(40, 30)).greyscale().png().toBuffer()
    const palette = await raw(sample(40, 30)).png({ palette: true }).toBuffer()
    const deep = await raw(sample(40, 30)).toColourspace('rgb16').png().toBuffer()
    const alpha = await raw(sample(40, 30)).ensureAlpha(0.5).png().toBuffer()
    const one = await sharp(Buffer.alloc(1, 7), { raw: { width: 1, height: 1, channels: 1 } })
      .png()
      .toBuffer()
    for (const bytes of [cmyk, grey, palette, deep]) {
      const { data, width, height } = await readPicture(bytes)
      expect([width, height, data.length]).toEqual([40, 30, 3600])
      expect(data[0]).toBeGreaterThan(200)
      expect(data[3599]).toBeLessThan(200)
    }
    expect((await readPicture(deep)).data).toEqual(sample(40, 30).data)
    const onBlack = await readPicture(alpha, { ground: [0, 0, 0] })
    expect(onBlack.alpha!.data[0]).toBe(127)
    expect(onBlack.data).toEqual(sample(40, 30).data.map((level) => Math.round((level * 127) / 255)))
    expect((await readPicture(one)).data).toEqual(Uint8Array.of(7, 7, 7))
  })

  it('takes the first frame of an animation, and very long pictures', async () => {
    const frames = [sample(20, 10), { ...sample(20, 10), data: new Uint8Array(600) }]
    const bytes = await sharp(Buffer.concat(frames.map(({ data }) => data)), {
      raw: { width: 20, height: 20, channels: 3, pageHeight: 10 },
    })
      .gif()
      .toBuffer()
    expect(await readPicture(bytes)).toMatchObject({ width: 20, height: 10, frames: 2 })
    const long = await raw({ width: 1, height: 20_000, data: new Uint8Array(60_000) })
      .png()
      .toBuffer()
    expect(await readPicture(long)).toMatchObject({ width: 1, height: 20_000 })
  })

  it('says in one line what is wrong', async () => {
    await writeFile(at('empty.png'), '')
    await writeFile(at('text.png'), 'not a picture at all')
    const photo = { width: 200, height: 200, data: new Uint8Array(120_000).map((_, i) => (i * 7919) % 251) }
    const [jpeg, png] = [await raw(photo).jpeg().toBuffer(), await raw(photo).png().toBuffer()]
    await writeFile(at('cut.jpg'), jpeg.subarray(0, jpeg.length / 2))
    await writeFile(at('cut.png'), png.subarray(0, png.length / 2))
    const refusals = [
      [at('none.png'), 'missing', /none\.png: no such file$/],
      [folder, 'missing', /a folder, expected a picture file$/],
      [at('empty.png'), 'empty', /the file is empty, expected a picture$/],
      [at('text.png'), 'format', /text\.png: text; expected a picture/],
      [at('cut.jpg'), 'damaged', /the jpeg data is damaged or truncated/],
      [at('cut.png'), 'damaged', /the png data is damaged or truncated/],
    ] as const
    for (const [file, code, message] of refusals) {
      const refusal = readPicture(file)
      await expect(refusal).rejects.toMatchObject({ name: 'ImageError', code })
      await expect(refusal).rejects.toThrow(message)
      await expect(refusal).rejects.not.toThrow(/\n/)
    }
    const huge = await raw(sample(4, 4)).png().toBuffer()
    huge.writeUInt32BE(20_000, 16)
    huge.writeUInt32BE(20_000, 20)
    huge.writeUInt32BE(crc32(huge.subarray(12, 29)), 29)
    await expect(readPicture(huge)).rejects.toThrow(/20000×20000 pixels, expected at most 200/)
  })
})

describe('writePicture', () => {
  it('keeps any recipe inside every format, and the same bytes each time', async () => {
    const recipes = fc.string({ unit: 'grapheme', maxLength: 200 }).map((text) => JSON.stringify({ text }))
    const formats = fc.constantFrom('png', 'jpeg', 'webp', 'avif', 'tiff')
    await fc.assert(
      fc.asyncProperty(recipes, formats, async (recipe, format) => {
        const bytes = await encodePicture(sample(9, 7), format as 'png', { recipe })
        expect(await readRecipe(bytes)).toBe(recipe)
        expect(await encodePicture(sample(9, 7), format as 'png', { recipe })).toEqual(bytes)
      }),
      { numRuns: 60, examples: [['{"a":"]]></pentimento:recipe>&amp;“é😀"}', 'png']] },
    )
    const long = JSON.stringify({ text: '图'.repeat(60_000) })
    expect(await readRecipe(await encodePicture(sample(9, 7), 'png', { recipe: long }))).toBe(long)
    expect(await readRecipe(await raw(sample(9, 7)).png().toBuffer())).toBeUndefined()
    const foreign = await raw(sample(9, 7)).withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"/>').png().toBuffer()
    expect(await readRecipe(foreign)).toBeUndefined()
    await expect(readRecipe(Buffer.from('text'))).rejects.toThrow(/^picture: text; expected/)
  })

  it('loses nothing in PNG and makes folders on the way', async () => {
    await writePicture(sample(40, 30), at('new/deep/a.png'))
    const found = await readPicture(at('new/deep/a.png'))
    expect(pictureHash(found)).toBe(pictureHash(sample(40, 30)))
    expect(pictureHash(found)).not.toBe(pictureHash(sample(30, 40)))
  })

  it('leaves nothing behind when it fails', async () => {
    await mkdir(at('taken.png'))
    await writeFile(at('file'), '')
    await expect(writePicture(sample(4, 4), at('taken.png'))).rejects.toThrow(
      /cannot write it, it is a folder/,
    )
    await expect(writePicture(sample(4, 4), at('file/a.png'))).rejects.toThrow('is a file, not a folder')
    await expect(writePicture(sample(4, 4), at('a.bmp'))).rejects.toThrow(
      /expected a name that ends in \.png/,
    )
    await expect(checkWritable(at('file/a.png'))).rejects.toThrow('is a file, not a folder')
    await checkWritable(at('fine.png'))
    expect((await readdir(folder)).sort()).toEqual(['file', 'taken.png'])
  })
})

describe('readLayer', () => {
  it('gives colours and alpha as they are in the file', async () => {
    const data = Uint8Array.of(10, 20, 30, 0, 40, 50, 60, 128)
    await sharp(data, { raw: { width: 2, height: 1, channels: 4 } }).toFile(at('layer.png'))
    const { picture, alpha } = await readLayer(at('layer.png'))
    expect([...picture.data]).toEqual([10, 20, 30, 40, 50, 60])
    expect([...alpha.data]).toEqual([0, 128])
  })

  it('covers all of a file without alpha, and refuses what is no picture', async () => {
    await writePicture({ width: 1, height: 2, data: new Uint8Array(6).fill(9) }, at('plain.png'))
    expect([...(await readLayer(at('plain.png'))).alpha.data]).toEqual([255, 255])
    await writeFile(at('words.png'), 'no picture')
    await expect(readLayer(at('words.png'))).rejects.toThrow('words.png: text; expected a picture')
  })
})
