import { existsSync, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, join } from 'node:path'
import {
  blurPlane,
  featherMask,
  type Mask,
  type Picture,
  peakSignalToNoise,
  readPicture,
  resizePicture,
} from 'pentimento/image'

/** A photograph with something pasted into it, which is to go. */
export interface Paste {
  readonly name: string
  readonly photo: Picture
  readonly pasted: Picture
  /** What was pasted, with soft edges. */
  readonly mask: Mask
  readonly instruction: string
}

/** Packages of photographs that the operations were not tuned on; `npm run dataset:demo` unpacks them into the cache. */
const packages: readonly (readonly [string, string])[] = [
  ['mate-backgrounds', 'usr/share/backgrounds/mate/nature'],
  ['lomiri-wallpapers-16.04', 'usr/share/backgrounds'],
  ['lomiri-wallpapers-20.04', 'usr/share/backgrounds'],
]

/** Photographs of a folder, or of {@link packages}, by name. */
export function heldOutFiles(folder?: string): readonly string[] {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache')
  const root = process.env.PENTIMENTO_PHOTOS ?? join(cache, 'pentimento', 'photos')
  const folders = folder === undefined ? packages.map(([name, place]) => join(root, name, place)) : [folder]
  return folders
    .filter(existsSync)
    .flatMap((place) =>
      readdirSync(place)
        .filter((name) => /\.(jpe?g|png|webp)$/i.test(name))
        .map((name) => join(place, name)),
    )
    .sort((a, b) => (basename(a) < basename(b) ? -1 : 1))
}

/** A photo at so many pixels on its longer side, or its own if that is less. */
export async function photoOf(file: string, side: number): Promise<Picture> {
  const picture = await readPicture(file)
  const scale = side / Math.max(picture.width, picture.height)
  if (scale >= 1) return picture
  const size = { width: Math.round(scale * picture.width), height: Math.round(scale * picture.height) }
  return resizePicture(picture, { ...size, filter: 'lanczos' })
}

/** Things by their outline: ellipses with centre and radii as shares of the thing's height, from its middle. */
const things: readonly {
  readonly word: string
  readonly height: number
  readonly colour: readonly number[]
  readonly parts: readonly (readonly [x: number, y: number, rx: number, ry: number])[]
}[] = [
  { word: 'red ball', height: 0.28, colour: [190, 40, 45], parts: [[0, 0, 0.5, 0.5]] },
  {
    word: 'person',
    height: 0.5,
    colour: [60, 70, 110],
    parts: [
      [0, -0.39, 0.085, 0.11],
      [0, -0.08, 0.16, 0.24],
      [-0.07, 0.28, 0.07, 0.23],
      [0.07, 0.28, 0.07, 0.23],
    ],
  },
  {
    word: 'street lamp',
    height: 0.6,
    colour: [50, 50, 55],
    parts: [
      [0, 0, 0.02, 0.5],
      [0.04, -0.46, 0.09, 0.045],
    ],
  },
]

/** The photo with one of the things in it, where the number says. */
export function pasteInto(photo: Picture, name: string, number: number): Paste {
  const { word, height, colour, parts } = things[number % things.length]!
  const size = Math.min(photo.width, photo.height)
  // Places by the golden ratio: all over the middle of the pictures.
  const x = photo.width * (0.25 + 0.5 * ((number * 0.618) % 1))
  const y = photo.height * (0.35 + 0.35 * ((number * 0.382) % 1))
  const h = height * size
  const hard = new Uint8Array(photo.width * photo.height)
  for (const [px, py, rx, ry] of parts)
    for (let v = 0, i = 0; v < photo.height; v++)
      for (let u = 0; u < photo.width; u++, i++)
        if (((u - x) / h - px) ** 2 / rx ** 2 + ((v - y) / h - py) ** 2 / ry ** 2 < 1) hard[i] = 255
  const mask = featherMask({ width: photo.width, height: photo.height, data: hard }, 0.7)
  const data = photo.data.slice()
  for (let i = 0; i < mask.data.length; i++) {
    const alpha = mask.data[i]! / 255
    if (alpha === 0) continue
    const light = 1.15 - (0.5 * (((i % photo.width) - x) / h + 0.5) + 0.3 * ((i / photo.width - y) / h + 0.5))
    for (let c = 0; c < 3; c++)
      data[3 * i + c] = alpha * Math.min(255, light * colour[c]!) + (1 - alpha) * data[3 * i + c]!
  }
  return {
    name: `${name} · ${word}`,
    photo,
    pasted: { ...photo, data },
    mask,
    instruction: `remove the ${word}`,
  }
}

/** How near two pictures are within a mask (> 0): PSNR over its pixels in dB, SSIM over the windows around them. */
export function likenessIn(one: Picture, other: Picture, mask: Mask): { psnr: number; ssim: number } {
  const inside = [...mask.data.keys()].filter((i) => mask.data[i]! > 0)
  const pixels = ({ data }: Picture): Picture => {
    const some = new Uint8Array(3 * inside.length)
    for (const [n, i] of inside.entries()) some.set(data.subarray(3 * i, 3 * i + 3), 3 * n)
    return { width: inside.length, height: 1, data: some }
  }
  const psnr = Math.min(60, peakSignalToNoise(pixels(one), pixels(other)))
  return { psnr, ssim: similarity(one, other, inside) }
}

/** Source: Wang et al., "Image quality assessment: from error visibility to structural similarity", with its constants. */
function similarity(one: Picture, other: Picture, inside: readonly number[]): number {
  const { width, height } = one
  const [c1, c2] = [(0.01 * 255) ** 2, (0.03 * 255) ** 2]
  const luma = ({ data }: Picture): Float32Array =>
    Float32Array.from(
      { length: width * height },
      (_, i) => 0.299 * data[3 * i]! + 0.587 * data[3 * i + 1]! + 0.114 * data[3 * i + 2]!,
    )
  const means = (plane: Float32Array): Float32Array => blurPlane(plane, width, height, 1.5)
  const product = (a: Float32Array, b: Float32Array): Float32Array => a.map((value, i) => value * b[i]!)
  const [x, y] = [luma(one), luma(other)]
  const [mx, my] = [means(x), means(y)]
  const [xx, yy, xy] = [means(product(x, x)), means(product(y, y)), means(product(x, y))]
  let sum = 0
  for (const i of inside) {
    const [a, b] = [mx[i]!, my[i]!]
    const spread = xx[i]! - a * a + yy[i]! - b * b
    sum += ((2 * a * b + c1) * (2 * (xy[i]! - a * b) + c2)) / ((a * a + b * b + c1) * (spread + c2))
  }
  return sum / Math.max(1, inside.length)
}
