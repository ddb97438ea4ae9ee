import {
  type Font,
  greyOf,
  type Mask,
  mapPlane,
  normalNoise,
  type Picture,
  type Plane,
  perspectiveWarp,
  soften,
  type Warp,
  warpMask,
} from '../../../image/index.ts'
import type { Phrase } from '../../../instructions/index.ts'
import type { Random } from '../../../random/index.ts'
import type { Point } from '../../../tools/index.ts'
import { calmestBox } from './calmPlace.ts'
import { blurredMask, type Colour, type Frame, letterInto, paintInk } from './lettering.ts'
import type { Staged } from './staged.ts'
import type { TextSort } from './vocabulary.ts'

/** A kind of board that something is written on. */
export interface SignDesign {
  readonly name: string
  readonly place: Phrase
  readonly sorts: readonly TextSort[]
  /** Width by height, and width by the picture's width. */
  readonly aspect: readonly [number, number]
  readonly share: readonly [number, number]
  /** Panel, ink and line, to be drawn together. */
  readonly colours: readonly { readonly panel: Colour; readonly ink: Colour; readonly line: Colour }[]
  /** Of the height: rounding of the corners; how far in a line runs, and how wide it is (0 without). */
  readonly corner: number
  readonly line: { readonly inset: number; readonly width: number }
  readonly bold: boolean
}

const cream: Colour = [244, 236, 214]
const white: Colour = [244, 245, 243]
const black: Colour = [26, 26, 28]

/** Boards as they hang in streets, shops and offices. */
export const signDesigns: readonly SignDesign[] = [
  {
    name: 'shop-board',
    place: { en: 'on the shop sign', cn: '店铺招牌上' },
    sorts: ['shop'],
    aspect: [3, 4.4],
    share: [0.5, 0.78],
    colours: [
      { panel: [28, 58, 46], ink: [226, 196, 120], line: [226, 196, 120] },
      { panel: [120, 26, 30], ink: cream, line: cream },
      { panel: [24, 38, 74], ink: white, line: [190, 200, 220] },
      { panel: [72, 46, 28], ink: cream, line: [190, 150, 100] },
      { panel: [236, 230, 216], ink: [52, 44, 38], line: [120, 100, 80] },
    ],
    corner: 0.04,
    line: { inset: 0.07, width: 0.025 },
    bold: true,
  },
  {
    name: 'street-sign',
    place: { en: 'on the street sign', cn: '路牌上' },
    sorts: ['street'],
    aspect: [3, 4.2],
    share: [0.42, 0.66],
    colours: [
      { panel: [0, 106, 78], ink: white, line: white },
      { panel: [22, 76, 150], ink: white, line: white },
      { panel: [238, 238, 234], ink: black, line: black },
    ],
    corner: 0.14,
    line: { inset: 0.05, width: 0.035 },
    bold: true,
  },
  {
    name: 'notice',
    place: { en: 'on the notice', cn: '告示牌上' },
    sorts: ['notice', 'number'],
    aspect: [1.9, 2.8],
    share: [0.36, 0.58],
    colours: [
      { panel: white, ink: [190, 24, 32], line: [190, 24, 32] },
      { panel: white, ink: black, line: [90, 90, 94] },
      { panel: [250, 206, 40], ink: black, line: black },
      { panel: [186, 30, 36], ink: white, line: white },
    ],
    corner: 0.08,
    line: { inset: 0.06, width: 0.03 },
    bold: true,
  },
  {
    name: 'chalkboard',
    place: { en: 'on the chalkboard', cn: '小黑板上' },
    sorts: ['menu', 'slogan'],
    aspect: [1.7, 2.4],
    share: [0.4, 0.62],
    colours: [{ panel: [46, 52, 50], ink: [232, 230, 222], line: [140, 98, 58] }],
    corner: 0.02,
    line: { inset: 0, width: 0.07 },
    bold: false,
  },
  {
    name: 'banner',
    place: { en: 'on the banner', cn: '横幅上' },
    sorts: ['slogan', 'greeting'],
    aspect: [4.4, 6],
    share: [0.62, 0.86],
    colours: [
      { panel: [196, 26, 34], ink: [252, 224, 96], line: [196, 26, 34] },
      { panel: [30, 90, 170], ink: white, line: [30, 90, 170] },
      { panel: [240, 240, 236], ink: [30, 100, 60], line: [240, 240, 236] },
    ],
    corner: 0,
    line: { inset: 0, width: 0 },
    bold: true,
  },
  {
    name: 'poster',
    place: { en: 'on the poster', cn: '海报上' },
    sorts: ['title', 'greeting'],
    aspect: [1.6, 2.2],
    share: [0.44, 0.64],
    colours: [
      { panel: [238, 186, 74], ink: [44, 40, 82], line: [44, 40, 82] },
      { panel: [226, 96, 78], ink: cream, line: cream },
      { panel: [70, 150, 150], ink: cream, line: cream },
      { panel: [242, 238, 228], ink: [34, 84, 130], line: [214, 90, 70] },
    ],
    corner: 0.01,
    line: { inset: 0.08, width: 0.018 },
    bold: true,
  },
]

/** A sign of the design hung where the photograph is calm, seen somewhat from the side, in the light of the place. */
export function hangSign(picture: Picture, design: SignDesign, font: Font, random: Random): Staged {
  const aspect = random.between(...design.aspect)
  const width = Math.round(
    Math.min(random.between(...design.share) * picture.width, 0.9 * aspect * 0.5 * picture.height),
  )
  const sheet = { width, height: Math.round(width / aspect) }
  const colours = random.pick(design.colours)
  const grey = greyOf(picture)
  const area = calmestBox(
    grey,
    { width: Math.round(1.06 * width), height: Math.round(1.25 * sheet.height) },
    random,
  )
  const [yaw, pitch, roll] = [
    random.between(-0.42, 0.42),
    random.between(-0.16, 0.16),
    random.between(-0.035, 0.035),
  ]
  const warp = seenFromTheSide(sheet, [area.x + area.width / 2, area.y + area.height / 2], {
    yaw,
    pitch,
    roll,
  })
  const shading = lightOn(grey, random)
  const sharpness = random.between(0.35, 0.6)
  const onPhoto = (mask: Mask): Mask => blurredMask(warpMask(mask, warp, picture), sharpness)

  const whole = { x: 0, y: 0, ...sheet }
  const panel = roundedMask(sheet, whole, design.corner * sheet.height)
  const shadow = blurredMask(
    shifted(warpMask(panel, warp, picture), Math.max(1, Math.round(sheet.height / 40))),
    sheet.height / 22,
  )
  let blank = paintInk(picture, shadow, [0, 0, 0], { opacity: 0.45 })
  blank = paintInk(blank, onPhoto(panel), colours.panel, { shading })
  if (design.line.width > 0)
    blank = paintInk(blank, onPhoto(lineMask(sheet, design)), colours.line, { shading })
  return {
    blank,
    place: design.place,
    area,
    drawn: {
      design: design.name,
      width,
      aspect,
      yaw,
      pitch,
      roll,
      sharpness,
      panel: colours.panel,
      ink: colours.ink,
    },
    async write(text) {
      const flat = await letterInto(text, sheet, textFrame(sheet, design), { font, spacing: 0.02 })
      const ink = onPhoto(flat)
      return { picture: paintInk(blank, ink, colours.ink, { shading }), ink }
    },
  }
}

/** Where text may stand: within the line. */
function textFrame({ width, height }: { width: number; height: number }, { line }: SignDesign): Frame {
  const inset = (line.inset + line.width + 0.13) * height
  return { x: 1.2 * inset, y: inset, width: width - 2.4 * inset, height: height - 2 * inset }
}

/** How a sheet lies in the picture when it is turned in space before a camera, by angles in radians. */
function seenFromTheSide(
  { width, height }: { width: number; height: number },
  [x, y]: Point,
  { yaw, pitch, roll }: { yaw: number; pitch: number; roll: number },
): Warp {
  const focal = 2.6 * width
  const corner = (u: number, v: number): Point => {
    const [a, b] = [u * Math.cos(roll) - v * Math.sin(roll), u * Math.sin(roll) + v * Math.cos(roll)]
    const [across, down] = [a * Math.cos(yaw), b * Math.cos(pitch)]
    const depth = focal + a * Math.sin(yaw) + b * Math.sin(pitch)
    return [x + (focal * across) / depth, y + (focal * down) / depth]
  }
  const [w, h] = [width / 2, height / 2]
  return perspectiveWarp(
    [
      [0, 0],
      [width, 0],
      [width, height],
      [0, height],
    ],
    [corner(-w, -h), corner(w, -h), corner(w, h), corner(-w, h)],
  )
}

/** The light on the place, 1 on average, with the photograph's own grain. */
function lightOn(grey: Plane, random: Random): Plane {
  const { width, height } = grey
  const broad = soften(grey, width / 10)
  const mean = broad.data.reduce((sum, value) => sum + value, 0) / broad.data.length
  const fine = soften(grey, 1)
  const rest = Float32Array.from(grey.data, (value, i) => Math.abs(value - fine.data[i]!)).sort()
  const grain = Math.min(0.02, 2 * rest[rest.length >> 2]!)
  const noise = soften(
    normalNoise(width, height, () => random.unit()),
    0.5,
  )
  // A dark scene has dim signs, if not as dim as itself.
  const level = Math.min(1.05, 0.45 + 0.9 * mean)
  return mapPlane(
    broad,
    (value, i) =>
      level * Math.min(1.3, Math.max(0.7, 0.5 + (0.5 * value) / mean)) * (1 + 2.4 * grain * noise.data[i]!),
  )
}

/** A rectangle with rounded corners, its border a pixel soft. */
function roundedMask(
  { width, height }: { width: number; height: number },
  frame: Frame,
  radius: number,
): Mask {
  const data = new Uint8Array(width * height)
  for (let i = 0; i < data.length; i++) {
    const x = Math.abs((i % width) + 0.5 - frame.x - frame.width / 2) - frame.width / 2 + radius
    const y = Math.abs(Math.floor(i / width) + 0.5 - frame.y - frame.height / 2) - frame.height / 2 + radius
    const away = Math.hypot(Math.max(0, x), Math.max(0, y)) + Math.min(0, Math.max(x, y)) - radius
    data[i] = Math.round(255 * Math.min(1, Math.max(0, 0.5 - away)))
  }
  return { width, height, data }
}

/** The line along the border, or the frame where it is not inset. */
function lineMask(sheet: { width: number; height: number }, { corner, line }: SignDesign): Mask {
  const { width, height } = sheet
  const ring = (inset: number): Mask =>
    roundedMask(
      sheet,
      { x: inset, y: inset, width: width - 2 * inset, height: height - 2 * inset },
      Math.max(0, corner * height - 0.5 * inset),
    )
  const [outer, inner] = [ring(line.inset * height), ring((line.inset + line.width) * height)]
  return { ...outer, data: outer.data.map((value, i) => Math.max(0, value - inner.data[i]!)) }
}

/** The mask moved down and to the right. */
function shifted({ width, height, data }: Mask, by: number): Mask {
  const out = new Uint8Array(data.length)
  for (let y = by; y < height; y++)
    for (let x = by; x < width; x++) out[y * width + x] = data[(y - by) * width + x - by]!
  return { width, height, data: out }
}
