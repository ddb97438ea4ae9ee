import {
  addNoise,
  applyCurves,
  defocus,
  mapLinear,
  mapOklab,
  monochrome,
  type Picture,
  type Plane,
  planeOf,
  soften,
  splitTone,
  vignette,
} from '../../../image/index.ts'
import type { Random } from '../../../random/index.ts'
import { type Look, words } from './look.ts'
import { cloudsFor, type Scene } from './scene.ts'

/** Scratches and dust as coverage: long thin lines that waver, and specks. */
function damage({ picture: { width, height } }: Scene, random: Random): Plane {
  const plane = planeOf(width, height)
  const put = (x: number, y: number, ink: number): void => {
    const [px, py] = [Math.round(x), Math.round(y)]
    if (px >= 0 && py >= 0 && px < width && py < height)
      plane.data[py * width + px] = Math.max(plane.data[py * width + px]!, ink)
  }
  for (let k = 0; k < 5 + random.below(6); k++) {
    let [x, y] = [random.between(0, width), random.between(0, height)]
    let angle = random.chance(0.7) ? Math.PI / 2 + random.between(-0.25, 0.25) : random.between(0, Math.PI)
    const [length, ink] = [random.between(0.1, 0.7) * height, random.between(0.4, 0.9)]
    for (let step = 0; step < length; step++) {
      if (random.chance(0.93)) put(x, y, ink)
      angle += random.between(-0.03, 0.03)
      x += Math.cos(angle)
      y += Math.sin(angle)
    }
  }
  for (let k = 0; k < (width * height) / 1800; k++) {
    const [x, y, size] = [random.between(0, width), random.between(0, height), random.below(4) === 0 ? 2 : 1]
    for (let dy = 0; dy < size; dy++)
      for (let dx = 0; dx < size; dx++) put(x + dx, y + dy, random.between(0.3, 0.9))
  }
  return soften(plane, 0.45)
}

/** A fold: a pale crease across the print. */
function creased(picture: Picture, random: Random): Picture {
  const { width, height } = picture
  const [upright, place, lean] = [random.chance(0.5), random.between(0.3, 0.7), random.between(-0.06, 0.06)]
  const waver = Float64Array.from({ length: Math.max(width, height) }, () => random.between(-1, 1))
  return mapLinear(picture, (rgb, i) => {
    const [x, y] = [i % width, Math.floor(i / width)]
    const [along, across, size] = upright ? [y, x, width] : [x, y, height]
    const away =
      across - (place + lean * (along / Math.max(width, height) - 0.5)) * size - 0.6 * waver[along]!
    const pale = 0.5 * Math.exp(-(away * away) / 1.6) * (0.6 + 0.4 * waver[(along * 7) % waver.length]!)
    const bent = 1 + 0.12 * Math.tanh(away / 3) * Math.exp(-Math.abs(away) / 14)
    for (let c = 0; c < 3; c++) rgb[c] = rgb[c]! * bent * (1 - pale) + 0.62 * pale
  })
}

function aged(scene: Scene, random: Random, colour: boolean): ReturnType<Look['apply']> {
  const { picture } = scene
  const [softness, fading, stained] = [
    random.between(0.5, 0.9),
    random.between(0.85, 1.15),
    random.between(0.5, 1),
  ]
  const soft = defocus(picture, (softness * Math.max(picture.width, picture.height)) / 512)
  const base = colour
    ? mapOklab(soft, (lab) => {
        // Dyes fade unevenly: cyan first, so that the print goes red and yellow.
        lab[1] = 0.5 * lab[1]! + 0.02
        lab[2] = 0.45 * lab[2]! + 0.035
      })
    : monochrome(soft, [0.3, 0.6, 0.1])
  const faded = applyCurves(base, {
    all: [
      [0, 0.17 * fading],
      [0.5, 0.52],
      [1, 1 - 0.13 * fading],
    ],
  })
  const paper = colour
    ? faded
    : splitTone(faded, { shadows: { hue: 70, chroma: 0.03 }, highlights: { hue: 85, chroma: 0.045 } })
  const stains = cloudsFor(scene, random, 0.5, 4)
  const scratches = damage(scene, random)
  const worn = mapLinear(random.chance(0.6) ? creased(paper, random) : paper, (rgb, i) => {
    const stain = 0.3 * stained * Math.max(0, stains.data[i]! - 0.5) * 2
    const scratch = 0.75 * scratches.data[i]!
    for (let c = 0; c < 3; c++)
      rgb[c] =
        rgb[c]! * (1 - stain * [0.35, 0.55, 0.9][c]!) * (1 - scratch) + scratch * [0.82, 0.78, 0.68][c]!
  })
  const grainy = addNoise(vignette(worn, 0.3), {
    levels: 7,
    grain: 0.6,
    grey: true,
    next: () => random.unit(),
  })
  return { picture: grainy, drawn: { softness, fading, stained, colour } }
}

const colourful = ({ tones }: Scene): string | undefined =>
  tones.chroma < 0.03 ? 'too grey' : tones.contrast < 0.1 ? 'flat itself' : undefined

/** Old photographs, and their restoration. */
export const ageings: readonly Look[] = [
  {
    name: 'old-photo',
    forward: words(
      'restore',
      ['age it into a worn old photograph', '做旧成一张破损的老照片'],
      ['a worn, scratched old photograph', '一张有划痕的破旧老照片'],
    ),
    back: words(
      'restore',
      ['restore and colorize this old photo', '修复这张老照片并上色'],
      ['a restored photo in color', '一张修复好的彩色照片'],
    ),
    unfit: colourful,
    apply: (scene, random) => aged(scene, random, false),
  },
  {
    name: 'faded-print',
    forward: words(
      'restore',
      ['make it look like a faded color print from the seventies', '做成七十年代褪色彩色照片的样子'],
      ['a faded color print from the seventies', '一张七十年代的褪色彩照'],
    ),
    back: words(
      'restore',
      ['restore this faded, scratched photo', '修复这张褪色、有划痕的照片'],
      ['a restored photo with its colors back', '一张色彩复原的照片'],
    ),
    unfit: colourful,
    apply: (scene, random) => aged(scene, random, true),
  },
]
