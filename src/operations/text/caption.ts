import { dilateMask, type Font, greyOf, type Mask, type Picture } from '../../image/index.ts'
import { blurredMask, type Frame, type LetterColour, letterInto, paintInk } from './lettering.ts'

/** How a caption is set. */
export interface CaptionLook {
  readonly font: Font
  /** In pixels of the picture. */
  readonly frame: Frame
  readonly colour: LetterColour
  readonly opacity: number
  /** Something dark around the letters, so that they can be read on anything. */
  readonly edge: 'outline' | 'shadow'
  readonly align: 'left' | 'centre'
}

/** Letters a text into a frame of the picture itself. */
export async function writeCaption(
  picture: Picture,
  text: string,
  { font, frame, colour, opacity, edge, align }: CaptionLook,
): Promise<{ readonly picture: Picture; readonly ink: Mask }> {
  // White letters on snow need their dark edge to carry them.
  const dark = edge === 'outline' ? 1 : 0.55 + 0.35 * lightnessWithin(greyOf(picture), frame)
  const ink = await letterInto(text, picture, frame, { font, align })
  const reach = Math.max(1, Math.round(frame.height / 24))
  const around = blurredMask(dilateMask(ink, reach), edge === 'outline' ? 0.5 : 1.6 * reach)
  const edged = paintInk(picture, around, [12, 12, 16], { opacity: dark * opacity })
  return { picture: paintInk(edged, ink, colour, { opacity }), ink: united(ink, around) }
}

function lightnessWithin(
  { width, data }: { width: number; data: Float32Array },
  { x, y, width: w, height: h }: Frame,
): number {
  let [sum, count] = [0, 0]
  for (let v = Math.floor(y); v < y + h; v++)
    for (let u = Math.floor(x); u < x + w; u++) {
      sum += data[v * width + u] ?? 0
      count++
    }
  return sum / Math.max(1, count)
}

const united = (one: Mask, other: Mask): Mask => ({
  ...one,
  data: one.data.map((value, i) => Math.max(value, other.data[i]!)),
})
