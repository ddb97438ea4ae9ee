import type { Font, Picture } from '../../../image/index.ts'
import type { Phrase } from '../../../instructions/index.ts'
import { type CaptionLook, type Frame, type LetterColour, writeCaption } from '../../../operations/index.ts'
import type { Random } from '../../../random/index.ts'
import type { Staged } from './staged.ts'
import type { TextSort } from './vocabulary.ts'

/** Lettering that stands on the photograph itself. */
export interface CaptionDesign {
  readonly name: string
  readonly place: Phrase
  readonly sorts: readonly TextSort[]
  /** The frame of the text, in shares of the picture. */
  readonly frame: Frame
  readonly colours: readonly LetterColour[]
  readonly opacity: number
  readonly edge: CaptionLook['edge']
  readonly align: CaptionLook['align']
}

/** Captions, titles, and marks in corners. */
export const captionDesigns: readonly CaptionDesign[] = [
  {
    name: 'subtitle',
    place: { en: 'at the bottom as a caption', cn: '画面底部的字幕处' },
    sorts: ['greeting', 'title', 'slogan'],
    frame: { x: 0.15, y: 0.86, width: 0.7, height: 0.085 },
    colours: [
      [250, 250, 246],
      [255, 226, 90],
    ],
    opacity: 1,
    edge: 'outline',
    align: 'centre',
  },
  {
    name: 'title',
    place: { en: 'at the top as a title', cn: '画面上方的标题处' },
    sorts: ['title', 'greeting', 'slogan'],
    frame: { x: 0.1, y: 0.07, width: 0.8, height: 0.14 },
    colours: [
      [252, 250, 244],
      [255, 214, 70],
      [255, 120, 90],
    ],
    opacity: 1,
    edge: 'shadow',
    align: 'centre',
  },
  {
    name: 'watermark',
    place: { en: 'as a watermark at the bottom left', cn: '左下角的水印处' },
    sorts: ['title', 'shop', 'number'],
    frame: { x: 0.04, y: 0.88, width: 0.42, height: 0.07 },
    colours: [[255, 255, 255]],
    opacity: 0.72,
    edge: 'shadow',
    align: 'left',
  },
]

/** The photograph as the place of a caption. */
export function stageCaption(picture: Picture, design: CaptionDesign, font: Font, random: Random): Staged {
  const { width, height } = picture
  const { frame, edge, opacity, align } = design
  const area = {
    x: frame.x * width,
    y: frame.y * height,
    width: frame.width * width,
    height: frame.height * height,
  }
  const colour = random.pick(design.colours)
  return {
    blank: picture,
    place: design.place,
    area,
    drawn: { design: design.name, colour },
    write: (text) => writeCaption(picture, text, { font, frame: area, colour, opacity, edge, align }),
  }
}
