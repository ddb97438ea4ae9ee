import { describe, expect, it } from 'vitest'
import { largePhoto } from '../../test/largePhoto.ts'
import { blurPicture } from './blur.ts'
import { carryEdit, type LargeEdit } from './carryEdit.ts'
import type { Picture } from './picture.ts'
import { readPicture } from './read.ts'
import { resizePicture } from './resize.ts'
import { encodePicture } from './write.ts'

interface Size {
  readonly width: number
  readonly height: number
}

/** About level² pixels in the picture's own shape, sides multiples of 16: the size at which models edit. */
function editSize({ width, height }: Size, level: number): Size {
  const side = (ratio: number) => 16 * Math.floor((level * Math.sqrt(ratio)) / 16)
  return { width: side(width / height), height: side(height / width) }
}

type Colour = readonly [number, number, number]
/** An edit that can be made at any size: x and y go from 0 to 1. */
type Edit = (colour: Colour, x: number, y: number) => Colour

function made(picture: Picture, edit: Edit): Picture {
  const { width, height } = picture
  const data = new Uint8ClampedArray(picture.data.length)
  for (let i = 0; i < width * height; i++) {
    const [x, y] = [((i % width) + 0.5) / width, (Math.floor(i / width) + 0.5) / height]
    const colour = edit([picture.data[3 * i]!, picture.data[3 * i + 1]!, picture.data[3 * i + 2]!], x, y)
    for (let c = 0; c < 3; c++) data[3 * i + c] = colour[c]!
  }
  return { width, height, data: new Uint8Array(data.buffer) }
}

const mix = ([r, g, b]: Colour, to: Colour, share: number): Colour => [
  r + share * (to[0] - r),
  g + share * (to[1] - g),
  b + share * (to[2] - b),
]

const blackAndWhite: Edit = ([r, g, b]) => {
  const level = 0.299 * r + 0.587 * g + 0.114 * b
  return [level, level, level]
}
const warm: Edit = ([r, g, b]) => [1.12 * r + 6, 1.02 * g, 0.78 * b]
const darker: Edit = ([r, g, b]) => [255 * (r / 255) ** 1.8, 255 * (g / 255) ** 1.8, 255 * (b / 255) ** 1.8]
const evening: Edit = (colour, _, y) => mix([0.35 * colour[0], 0.4 * colour[1], 0.6 * colour[2]], colour, y)
/** Darker above the middle, and less so toward it; below nothing changes. */
const eveningSky: Edit = (colour, x, y) => evening(colour, x, Math.min(1, 2 * y))

const ball = { x: 0.42, y: 0.6, radius: 0.13 }
const fromBall = (x: number, y: number, ratio: number): number =>
  Math.hypot((x - ball.x) * ratio, y - ball.y) - ball.radius
/** A shaded red ball, its edge as sharp as the size allows. */
const withBall =
  ({ width, height }: Size): Edit =>
  (colour, x, y) => {
    const shade = 1 - 2.5 * Math.hypot(((x - ball.x + 0.03) * width) / height, y - ball.y + 0.05)
    const cover = Math.min(1, Math.max(0, 0.5 - fromBall(x, y, width / height) * height))
    return mix(colour, [230 * shade + 20, 60 * shade, 40 * shade], cover)
  }

/** What an autoencoder does: softer, with errors that follow the content, and a little noise that the seed decides. */
async function throughModel(
  picture: Picture,
  { seed = 0, noise = 0, drift = [0, 0, 0] as Colour }: { seed?: number; noise?: number; drift?: Colour },
): Promise<Picture> {
  const soft = await readPicture(await encodePicture(blurPicture(picture, 0.6), 'jpeg', { quality: 80 }))
  const data = new Uint8ClampedArray(soft.data.length)
  let state = seed
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
  for (let i = 0; i < data.length; i++)
    data[i] = soft.data[i]! + noise * (random() + random() + random() - 1.5) * 2 + drift[i % 3]!
  return { width: soft.width, height: soft.height, data: new Uint8Array(data.buffer) }
}

interface Tried extends LargeEdit {
  readonly original: Picture
  /** The same edit made at the large size. */
  readonly target: Picture
  /** The small result, and it enlarged. */
  readonly result: Picture
  readonly plain: Picture
}

interface Trial {
  readonly level?: number
  readonly noise?: number
  readonly drift?: Colour
  readonly withRoundTrip?: boolean
}

/** Makes an edit at a small size as a model would, and carries it. */
async function tried(
  original: Picture,
  edit: Edit | undefined,
  { level = 384, noise = 1.5, drift = [0, 0, 0], withRoundTrip = true }: Trial = {},
): Promise<Tried> {
  const target = edit ? made(original, edit) : original
  const size = editSize(original, level)
  const seen = resizePicture(original, size)
  const roundTrip = withRoundTrip ? await throughModel(seen, {}) : undefined
  const result = await throughModel(resizePicture(target, size), { seed: 1, noise, drift })
  const carried = carryEdit({ original, result, seen, roundTrip })
  return { ...carried, original, target, result, plain: resizePicture(result, original) }
}

type Where = (x: number, y: number) => boolean

/** Of the pixels somewhere, in dB. */
function psnr(a: Picture, b: Picture, where: Where = () => true): number {
  const { width, height } = a
  let [sum, count] = [0, 0]
  for (let i = 0; i < width * height; i++) {
    if (!where(((i % width) + 0.5) / width, (Math.floor(i / width) + 0.5) / height)) continue
    for (let c = 0; c < 3; c++) sum += (a.data[3 * i + c]! - b.data[3 * i + c]!) ** 2
    count += 3
  }
  return 10 * Math.log10((255 ** 2 * count) / sum)
}

/** The share of pixels somewhere that are not the same to the bit. */
function shareChanged(a: Picture, b: Picture, where: Where = () => true): number {
  const { width, height } = a
  let [changed, count] = [0, 0]
  for (let i = 0; i < width * height; i++) {
    if (!where(((i % width) + 0.5) / width, (Math.floor(i / width) + 0.5) / height)) continue
    count++
    if ([0, 1, 2].some((c) => a.data[3 * i + c] !== b.data[3 * i + c])) changed++
  }
  return changed / count
}

/** By how many pixels one picture is shifted against another: the least squares of the optical-flow equation. */
function shiftBetween(one: Picture, other: Picture): readonly [number, number] {
  const { width, height } = one
  const [a, b] = [one, other].map((picture) => blurPicture(picture, 1.5).data) as [Uint8Array, Uint8Array]
  let [xx, xy, yy, xt, yt] = [0, 0, 0, 0, 0]
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      const i = 3 * (y * width + x) + 1
      const [gx, gy] = [(a[i + 3]! - a[i - 3]!) / 2, (a[i + 3 * width]! - a[i - 3 * width]!) / 2]
      const t = a[i]! - b[i]!
      xx += gx * gx
      xy += gx * gy
      yy += gy * gy
      xt += gx * t
      yt += gy * t
    }
  const determinant = xx * yy - xy * xy
  return [(yy * xt - xy * yt) / determinant, (xx * yt - xy * xt) / determinant]
}

const photos = new Map<string, Promise<Picture>>()
/** A photograph at a size, made once for all tests: none of them changes it. */
function photo(width = 1000, height = 667, name = 'tony-webster-97532'): Promise<Picture> {
  const key = `${name} ${width} ${height}`
  const made = photos.get(key) ?? largePhoto(name, width, height)
  photos.set(key, made)
  return made
}

let ballOnPhoto: Promise<Tried> | undefined
/** The edit that several tests look at, made once. */
async function withBallOnPhoto(): Promise<Tried> {
  const original = await photo(1200, 800)
  ballOnPhoto ??= tried(original, withBall(original))
  return ballOnPhoto
}

describe('what did not change', () => {
  it.each<[string, Trial]>([
    ['with a little noise', {}],
    ['with much noise', { noise: 5 }],
    ['with a drift of colour', { noise: 3, drift: [3, -2, 2] }],
  ])('stays to the bit, %s', async (_, trial) => {
    const { picture, changeMap, original } = await tried(await photo(700, 467), undefined, trial)
    expect(shareChanged(picture, original)).toBe(0)
    expect(changeMap.data.findIndex((value) => value !== 0)).toBe(-1)
  })

  it('stays nearly everywhere without a round trip to compare with', async () => {
    const { picture, original } = await tried(await photo(700, 467), undefined, { withRoundTrip: false })
    expect(shareChanged(picture, original)).toBeLessThan(0.03)
  })

  it('stays to the bit beside what changed', async () => {
    const original = await photo(1200, 800)
    const sky = await tried(original, eveningSky)
    expect(shareChanged(sky.picture, original, (_, y) => y > 0.52)).toBe(0)
    const drawn = await withBallOnPhoto()
    // JPEG, which plays the autoencoder, spreads colour over blocks of 16 pixels.
    expect(shareChanged(drawn.picture, original, (x, y) => fromBall(x, y, 1.5) > 20 / 304)).toBe(0)
    expect(shareChanged(drawn.picture, original, (x, y) => fromBall(x, y, 1.5) < 0)).toBeGreaterThan(0.99)
  })
})

describe('a change of tone', () => {
  // The least PSNR against the edit made at full size, and the least gain over the small result enlarged, in dB.
  it.each<[string, Edit, number, number]>([
    ['black and white', blackAndWhite, 48, 18],
    ['warm', warm, 40, 10],
    ['darker', darker, 37, 5],
    ['darker toward the top', evening, 42, 10],
    ['darker in the upper half', eveningSky, 42, 10],
  ])('is carried from 240 to 1000 pixels: %s', async (_, edit, least, gain) => {
    const { picture, target, plain, changeMap } = await tried(await photo(), edit, { level: 240 })
    const [carried, enlarged] = [psnr(picture, target), psnr(plain, target)]
    expect(carried).toBeGreaterThan(least)
    expect(carried).toBeGreaterThan(enlarged + gain)
    // Nothing of it counts as redrawn.
    expect(changeMap.data.filter((value) => value > 127).length / changeMap.data.length).toBeLessThan(0.01)
  })
})

describe('what was drawn anew', () => {
  it('is there as the model drew it, alone and with a change of tone', async () => {
    const original = await photo(1200, 800)
    const draw = withBall(original)
    const inside: Where = (x, y) => fromBall(x, y, 1.5) < -0.01
    const outside: Where = (x, y) => fromBall(x, y, 1.5) > 8 / 304
    const grey: Edit = (colour, x, y) => draw(blackAndWhite(colour, x, y), x, y)
    for (const trial of [await withBallOnPhoto(), await tried(original, grey)]) {
      const { picture, target, plain, changeMap } = trial
      expect(psnr(picture, plain, inside)).toBeGreaterThan(38)
      expect(psnr(picture, target, inside)).toBeGreaterThan(30)
      expect(psnr(picture, target, outside)).toBeGreaterThan(40)
      const at = (x: number, y: number) => changeMap.data[Math.floor(y * 800) * 1200 + Math.floor(x * 1200)]!
      expect(at(ball.x, ball.y)).toBe(255)
      expect(at(0.9, 0.1)).toBeLessThan(128)
    }
  })

  it('meets the rest without a halo', async () => {
    const { picture, target, plain } = await withBallOnPhoto()
    const ring: Where = (x, y) => fromBall(x, y, 1.5) > 2 / 304 && fromBall(x, y, 1.5) < 8 / 304
    expect(psnr(picture, target, ring)).toBeGreaterThan(psnr(plain, target, ring) + 2)
  })

  it('ends at an edge of the picture where the change does', async () => {
    // A wavy edge between two textures; what is left of it gets darker.
    const { width, height } = { width: 1200, height: 800 }
    const ahead = (x: number, y: number) => x - 0.5 - 0.1 * Math.sin(9 * y)
    const original = made(await photo(width, height), ([, g], x, y) => {
      const cover = Math.min(1, Math.max(0, 0.5 + ahead(x, y) * width))
      const texture = 0.25 * (g - 128)
      return mix(
        [200 + texture, 180 + texture, 150 + texture],
        [60 + texture, 70 + texture, 80 + texture],
        cover,
      )
    })
    const edit: Edit = (colour, x, y) =>
      mix(
        [0.45 * colour[0], 0.45 * colour[1], 0.5 * colour[2]],
        colour,
        Math.min(1, Math.max(0, 0.5 + ahead(x, y) * width)),
      )
    const { picture, target, plain } = await tried(original, edit)
    const beside: Where = (x, y) => Math.abs(ahead(x, y)) < 12 / width
    expect(psnr(picture, target, beside)).toBeGreaterThan(psnr(plain, target, beside) + 3)
  })

  it('takes the whole picture where nothing of it is left', async () => {
    const original = await photo(800, 533)
    const other = await largePhoto('jad-limcaco-183877', 800, 533)
    const target = made(other, (colour) => colour)
    const size = editSize(original, 256)
    const result = resizePicture(target, size)
    const { picture } = carryEdit({ original, result })
    expect(psnr(picture, resizePicture(result, original))).toBeGreaterThan(30)
  })
})

describe('edges', () => {
  it('the measure finds a shift', async () => {
    const picture = await photo(600, 400)
    const half = resizePicture(picture, { width: 601, height: 400 })
    const cut = made({ ...picture, data: picture.data.slice() }, (colour) => colour)
    for (let y = 0; y < 400; y++)
      cut.data.set(half.data.subarray(3 * y * 601 + 3, 3 * (y + 1) * 601), 3 * y * 600)
    expect(Math.abs(shiftBetween(picture, cut)[0])).toBeGreaterThan(0.3)
  })

  it.each([
    [675, 451, 200, darker],
    [467, 801, 150, blackAndWhite],
    [427, 427, 128, darker],
  ])('stay where they are at %i × %i, edited at %i', async (width, height, level, edit) => {
    const original = await photo(width, height, 'sean-afnan-244576')
    const toned = await tried(original, edit, { level })
    expect(Math.hypot(...shiftBetween(toned.target, toned.picture))).toBeLessThan(0.25)
    // A mirrored picture is drawn anew all over.
    const size = editSize(original, level)
    const mirrored = { ...original, data: original.data.slice() }
    for (let i = 0; i < width * height; i++) {
      const from = 3 * (i + width - 1 - 2 * (i % width))
      mirrored.data.set(original.data.subarray(from, from + 3), 3 * i)
    }
    const { picture } = carryEdit({ original, result: resizePicture(mirrored, size) })
    expect(Math.hypot(...shiftBetween(mirrored, picture))).toBeLessThan(0.25)
  })
})

describe('pictures of all kinds', () => {
  it.each([
    [1, 300, 1, 64],
    [300, 1, 64, 1],
    [1, 1, 16, 16],
    [3, 5, 32, 48],
    [40, 30, 128, 96],
    [257, 255, 16, 16],
    [5000, 40, 256, 16],
  ])('%i × %i edited at %i × %i', (width, height, w, h) => {
    const original = made({ width, height, data: new Uint8Array(3 * width * height) }, (_, x, y) => [
      255 * x,
      128 + 100 * Math.sin(20 * y),
      90,
    ])
    const seen = resizePicture(original, { width: w, height: h })
    const same = carryEdit({ original, result: seen })
    expect(Buffer.compare(same.picture.data, original.data)).toBe(0)
    const grey = carryEdit({ original, result: made(seen, blackAndWhite) })
    expect(grey.changeMap).toMatchObject({ width, height })
    expect(psnr(grey.picture, made(original, blackAndWhite))).toBeGreaterThan(30)
    const again = carryEdit({ original, result: made(seen, blackAndWhite) })
    expect(Buffer.compare(again.picture.data, grey.picture.data)).toBe(0)
  })

  it('keeps a picture of one colour, and gives it another', () => {
    const plain = (colour: Colour, width: number, height: number) =>
      made({ width, height, data: new Uint8Array(3 * width * height) }, () => colour)
    const original = plain([90, 90, 90], 500, 400)
    const same = carryEdit({ original, result: plain([90, 90, 90], 80, 64) })
    expect(Buffer.compare(same.picture.data, original.data)).toBe(0)
    const red = carryEdit({ original, result: plain([200, 30, 40], 80, 64) })
    expect(psnr(red.picture, plain([200, 30, 40], 500, 400))).toBeGreaterThan(45)
  })

  it('is refused when the small pictures differ in size', () => {
    const of = (width: number) => ({ width, height: 16, data: new Uint8Array(48 * width) })
    expect(() => carryEdit({ original: of(64), result: of(32), seen: of(16) })).toThrow(
      "carryEdit: expected pictures of the edit's size 32×16, got 16×16",
    )
  })
})
