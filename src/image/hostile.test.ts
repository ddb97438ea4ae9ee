import { describe, expect, it } from 'vitest'
import {
  gifOf,
  jpegOf,
  largeProfile,
  largeText,
  pngOf,
  polyglots,
  tiffChain,
  tiffOf,
  webpOf,
} from '../../test/hostile/bombs.ts'
import { cuts, mutant } from '../../test/hostile/mutants.ts'
import { runs } from '../../test/runs.ts'
import { ImageError } from './error.ts'
import type { Picture } from './picture.ts'
import { type PictureFile, readPicture } from './read.ts'
import { readLayer } from './readLayer.ts'
import { readRecipe } from './readRecipe.ts'
import { encodePicture } from './write.ts'

const [width, height] = [37, 23]
const picture: Picture = {
  width,
  height,
  data: Uint8Array.from({ length: 3 * width * height }, (_, i) => (i * 7 + (i >> 4)) & 255),
}
const recipe = { recipe: '{"instruction":"brighter"}' }
const sources: Readonly<Record<string, Uint8Array>> = {
  png: await encodePicture(picture, 'png', recipe),
  jpeg: await encodePicture(picture, 'jpeg', recipe),
  webp: await encodePicture(picture, 'webp', recipe),
  tiff: await encodePicture(picture, 'tiff', recipe),
  avif: await encodePicture(picture, 'avif', recipe),
  gif: gifOf(3),
}

/** A picture that is whole, or an ImageError in one line; nothing else may come of a file. */
async function read(bytes: Uint8Array): Promise<PictureFile | ImageError> {
  const found = await readPicture(bytes).catch((error: unknown) => error)
  if (found instanceof ImageError) {
    expect(found.message).toMatch(/^picture: [^\n]+$/)
    return found
  }
  if (found instanceof Error) throw found
  const { data, width: across, height: down } = found as PictureFile
  expect(data.length).toBe(3 * across * down)
  const kept = await readRecipe(bytes).catch((error: unknown) => error)
  if (kept instanceof Error) expect(kept).toBeInstanceOf(ImageError)
  return found as PictureFile
}

describe('damaged files', () => {
  it.each(Object.keys(sources))('of %s give a picture or one line', async (format) => {
    const source = sources[format]!
    expect(await read(source)).not.toBeInstanceOf(ImageError)
    for (let seed = 0; seed < runs(60); seed++) await read(mutant(source, seed))
    for (const cut of cuts(source, 64)) await read(cut)
    await read(source.subarray(0, 1))
  })

  it('of masks likewise', async () => {
    for (let seed = 0; seed < runs(20); seed++) {
      const found = await readLayer(mutant(sources.png!, seed)).catch((error: unknown) => error)
      if (found instanceof Error) expect(found).toBeInstanceOf(ImageError)
    }
  })
})

describe('bombs', () => {
  const tiny = { width: 60_000, height: 60_000, rowsPerStrip: 60_000, strips: 1, stripBytes: 4096 }
  it.each<[string, () => Buffer, RegExp]>([
    ['a PNG of 60000×60000', () => pngOf(60_000, 60_000, { rows: 100 }), /million/],
    ['a PNG of 2^31 - 1 rows', () => pngOf(1, 2 ** 31 - 1, { rows: 1 }), /million|damaged/],
    ['a GIF of 65535×65535', () => gifOf(1, 65_535, 65_535), /million|damaged/],
    ['a JPEG of 65500×65500', () => jpegOf(65_500, 65_500), /million|damaged/],
    ['a WebP of 16000×16000', () => webpOf(sources.webp!, 1, 16, 16_000), /million|damaged/],
    ['a TIFF of 60000×60000', () => tiffOf(tiny), /million/],
    ['a TIFF whose directories go round', () => tiffChain(3, true), /damaged|million|samples/],
  ])('%s are refused from their headers', async (_, make, why) => {
    const before = process.memoryUsage().rss
    const found = await read(make())
    expect(found).toBeInstanceOf(ImageError)
    expect((found as ImageError).message).toMatch(why)
    expect(process.memoryUsage().rss - before).toBeLessThan(200e6)
  })

  it('in the lists of a TIFF are not followed', async () => {
    const before = process.memoryUsage().rss
    await read(tiffOf({ ...tiny, width: 1, height: 1, strips: 0xffffffff }))
    await read(tiffOf({ ...tiny, width: 9, height: 9, stripBytes: 0xfffffff0 }))
    expect(process.memoryUsage().rss - before).toBeLessThan(200e6)
  })

  it('in metadata do not unpack', async () => {
    const before = process.memoryUsage().rss
    for (const extra of [largeText(), largeProfile()]) await read(pngOf(16, 16, { extra: [extra] }))
    expect(process.memoryUsage().rss - before).toBeLessThan(200e6)
  })

  it('of ten thousand frames give the first one', async () => {
    const lossless = await encodePicture({ width: 16, height: 16, data: new Uint8Array(768) }, 'webp')
    const before = process.memoryUsage().rss
    for (const file of [gifOf(10_000), webpOf(lossless, 10_000, 16), tiffChain(10_000, false)]) {
      const found = await read(file)
      if (!(found instanceof ImageError)) expect(found.width * found.height).toBeLessThanOrEqual(256)
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(200e6)
  })
})

describe('files that are two things', () => {
  it('are pictures by their beginning, or refused', async () => {
    const outcomes: Record<string, string> = {}
    for (const [name, file] of Object.entries(polyglots(sources.png!, sources.jpeg!))) {
      const found = await read(file)
      outcomes[name] = found instanceof ImageError ? found.message : found.format
    }
    expect(outcomes).toMatchInlineSnapshot(`
      {
        "html after a png": "png",
        "html before a png": "picture: not a supported picture; expected JPEG, PNG, WebP, AVIF, HEIC, GIF or TIFF",
        "html in a comment of a png": "png",
        "pdf before a jpeg": "picture: a PDF document; export it as PNG or JPEG",
        "pdf in a comment of a jpeg": "jpeg",
        "zip after a jpeg": "jpeg",
      }
    `)
  })
})
