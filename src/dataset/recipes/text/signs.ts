import { type Font, greyOf, type Picture } from '../../../image/index.ts'
import type { Phrase } from '../../../instructions/index.ts'
import {
  type BoardColours,
  type BoardLook,
  calmestBox,
  hangBoard,
  type LetterColour,
  lightOn,
} from '../../../operations/index.ts'
import type { Random } from '../../../random/index.ts'
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
  readonly colours: readonly BoardColours[]
  /** Of the height: rounding of the corners; how far in a line runs, and how wide it is (0 without). */
  readonly corner: number
  readonly line: BoardLook['line']
  readonly bold: boolean
}

const cream: LetterColour = [244, 236, 214]
const white: LetterColour = [244, 245, 243]
const black: LetterColour = [26, 26, 28]

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
    () => random.unit(),
  )
  const [yaw, pitch, roll] = [
    random.between(-0.42, 0.42),
    random.between(-0.16, 0.16),
    random.between(-0.035, 0.035),
  ]
  const board = {
    ...sheet,
    corner: design.corner,
    line: design.line,
    colours,
    center: [area.x + area.width / 2, area.y + area.height / 2],
    yaw,
    pitch,
    roll,
  } as const
  const shading = lightOn(grey, () => random.unit())
  const sharpness = random.between(0.35, 0.6)
  const hung = hangBoard(picture, board, { shading, sharpness })
  return {
    blank: hung.picture,
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
    write: (text) => hung.write(text, font),
  }
}
