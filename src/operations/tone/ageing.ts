import {
  applyCurves,
  defocus,
  levelOfLinear,
  linearOfLevel,
  mapLinear,
  mapOklab,
  monochrome,
  type NextRandom,
  type Picture,
  type Plane,
  planeOf,
  resizePicture,
  soften,
  splitTone,
} from '../../image/index.ts'
import type { Scene } from '../scene/scene.ts'
import { between, cloudsOver } from './chance.ts'
import { enlarged, isLarge } from './enlarge.ts'
import type { LookParametersByName, LooksOf, ToneLook } from './look.ts'
import { cornersDarkened, grainOver } from './overlay.ts'

/** Scratches and dust as coverage: long thin lines that waver, and specks. */
function damage({ picture: { width, height } }: Scene, next: NextRandom): Plane {
  const plane = planeOf(width, height)
  const put = (x: number, y: number, ink: number): void => {
    const [px, py] = [Math.round(x), Math.round(y)]
    if (px >= 0 && py >= 0 && px < width && py < height)
      plane.data[py * width + px] = Math.max(plane.data[py * width + px]!, ink)
  }
  for (let k = 0; k < 5 + Math.floor(next() * 6); k++) {
    let [x, y] = [between(next, 0, width), between(next, 0, height)]
    let angle = next() < 0.7 ? Math.PI / 2 + between(next, -0.25, 0.25) : between(next, 0, Math.PI)
    const [length, ink] = [between(next, 0.1, 0.7) * height, between(next, 0.4, 0.9)]
    for (let step = 0; step < length; step++) {
      if (next() < 0.93) put(x, y, ink)
      angle += between(next, -0.03, 0.03)
      x += Math.cos(angle)
      y += Math.sin(angle)
    }
  }
  for (let k = 0; k < (width * height) / 1800; k++) {
    const [x, y, size] = [
      between(next, 0, width),
      between(next, 0, height),
      Math.floor(next() * 4) === 0 ? 2 : 1,
    ]
    for (let dy = 0; dy < size; dy++)
      for (let dx = 0; dx < size; dx++) put(x + dx, y + dy, between(next, 0.3, 0.9))
  }
  return soften(plane, 0.45)
}

/** A fold, a pale crease across the print: at each pixel how pale, and how the light bends beside it. */
type Crease = (i: number) => readonly [pale: number, bent: number]

function creaseAcross({ picture: { width, height } }: Scene, next: NextRandom): Crease {
  const [upright, place, lean] = [next() < 0.5, between(next, 0.3, 0.7), between(next, -0.06, 0.06)]
  const waver = Float64Array.from({ length: Math.max(width, height) }, () => between(next, -1, 1))
  return (i) => {
    const [x, y] = [i % width, Math.floor(i / width)]
    const [along, across, size] = upright ? [y, x, width] : [x, y, height]
    const away =
      across - (place + lean * (along / Math.max(width, height) - 0.5)) * size - 0.6 * waver[along]!
    const pale = 0.5 * Math.exp(-(away * away) / 1.6) * (0.6 + 0.4 * waver[(along * 7) % waver.length]!)
    const bent = 1 + 0.12 * Math.tanh(away / 3) * Math.exp(-Math.abs(away) / 14)
    return [pale, bent]
  }
}

function creased(picture: Picture, crease: Crease): Picture {
  return mapLinear(picture, (rgb, i) => {
    const [pale, bent] = crease(i)
    for (let c = 0; c < 3; c++) rgb[c] = rgb[c]! * bent * (1 - pale) + 0.62 * pale
  })
}

/** Shares of red, green and blue that a stain takes, and the light of a scratch. */
const [stainTakes, scratchLight] = [[0.35, 0.55, 0.9] as const, [0.82, 0.78, 0.68] as const]

/** Stains, scratches, dust and maybe a fold over a print. */
function wearOver(picture: Picture, scene: Scene, stained: number, next: NextRandom): Picture {
  const stains = cloudsOver(scene, next, 0.5, 4)
  const scratches = damage(scene, next)
  const crease = next() < 0.6 ? creaseAcross(scene, next) : undefined
  const size = scene.picture
  if (isLarge(picture) || picture.width !== size.width || picture.height !== size.height)
    return wornLarge(picture, { scene, stains, scratches, crease, stained })
  return mapLinear(crease ? creased(picture, crease) : picture, (rgb, i) => {
    const stain = 0.3 * stained * Math.max(0, stains.data[i]! - 0.5) * 2
    const scratch = 0.75 * scratches.data[i]!
    for (let c = 0; c < 3; c++)
      rgb[c] = rgb[c]! * (1 - stain * stainTakes[c]!) * (1 - scratch) + scratch * scratchLight[c]!
  })
}

interface Wear {
  readonly scene: Scene
  readonly stains: Plane
  readonly scratches: Plane
  readonly crease: Crease | undefined
  readonly stained: number
}

/** The same, on a picture larger than the scene's: each pixel's light times one plane, plus another. */
function wornLarge(picture: Picture, { scene, stains, scratches, crease, stained }: Wear): Picture {
  const { width, height, data } = picture
  const size = scene.picture
  const pixels = size.width * size.height
  const keep = planeOf(size.width, size.height, 1)
  const add = planeOf(size.width, size.height)
  for (let i = 0; i < pixels; i++) {
    const scratch = 0.75 * scratches.data[i]!
    const [pale, bent] = crease?.(i) ?? [0, 1]
    keep.data[i] = bent * (1 - pale) * (1 - scratch)
    add.data[i] = 0.62 * pale * (1 - scratch) + 0.78 * scratch
  }
  const [kept, added, stain] = [enlarged(keep, picture), enlarged(add, picture), enlarged(stains, picture)]
  const out = new Uint8Array(data.length)
  for (let i = 0; i < width * height; i++) {
    const dark = 0.6 * stained * Math.max(0, stain.data[i]! - 0.5)
    for (let c = 0; c < 3; c++) {
      const light = linearOfLevel[data[3 * i + c]!]! * kept.data[i]! * (1 - dark * stainTakes[c]!)
      out[3 * i + c] = levelOfLinear(light + added.data[i]!)
    }
  }
  return { width, height, data: out }
}

/** The print's own colours: faded, and brown or red with age. */
function faded(picture: Picture, fading: number, colour: boolean): Picture {
  const base = colour
    ? mapOklab(picture, (lab) => {
        // Dyes fade unevenly: cyan first, so that the print goes red and yellow.
        lab[1] = 0.5 * lab[1]! + 0.02
        lab[2] = 0.45 * lab[2]! + 0.035
      })
    : monochrome(picture, [0.3, 0.6, 0.1])
  const pale = applyCurves(base, {
    all: [
      [0, 0.17 * fading],
      [0.5, 0.52],
      [1, 1 - 0.13 * fading],
    ],
  })
  return colour
    ? pale
    : splitTone(pale, { shadows: { hue: 70, chroma: 0.03 }, highlights: { hue: 85, chroma: 0.045 } })
}

/** A large picture as blurred as a lens of its time left it: by going through a smaller size. */
function softened(picture: Picture, softness: number): Picture {
  const { width, height } = picture
  const longest = Math.min(Math.max(width, height), 700 / softness)
  const scale = longest / Math.max(width, height)
  const size = { width: Math.round(width * scale), height: Math.round(height * scale) }
  const small = resizePicture(picture, { ...size, filter: 'bilinear' })
  return resizePicture(small, { width, height, filter: 'bicubic' })
}

function aged(colour: boolean): ToneLook<LookParametersByName['old-photo']> {
  const unfit = ({ tones }: Scene): string | undefined =>
    tones.chroma < 0.03 ? 'too grey' : tones.contrast < 0.1 ? 'flat itself' : undefined
  const soft = (picture: Picture, softness: number): Picture =>
    isLarge(picture)
      ? softened(picture, softness)
      : defocus(picture, (softness * Math.max(picture.width, picture.height)) / 512)
  const finish = (picture: Picture, scene: Scene, stained: number, next: NextRandom): Picture =>
    grainOver(cornersDarkened(wearOver(picture, scene, stained, next), 0.3), {
      levels: 7,
      grain: 0.6,
      grey: true,
      next,
    })
  return {
    by: 'colour',
    unfit,
    usual: (strength) => ({
      softness: 0.65 * strength,
      fading: 1 + 0.3 * (strength - 1),
      stained: 0.75 * strength,
    }),
    base: ({ picture }, { fading }) => faded(picture, fading, colour),
    over: (picture, scene, { softness, stained }, next) =>
      finish(soft(picture, softness), scene, stained, next),
    whole: (scene, { softness, fading, stained }, next) =>
      finish(faded(soft(scene.picture, softness), fading, colour), scene, stained, next),
  }
}

/** Old photographs. */
export const ageings: LooksOf<'old-photo' | 'faded-print'> = {
  'old-photo': aged(false),
  'faded-print': aged(true),
}
