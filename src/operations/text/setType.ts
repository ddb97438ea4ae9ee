import { type Font, type Mask, renderText } from '../../image/index.ts'
import { type TypeFace, type TypeFit, trialSize } from './typeFit.ts'

/** New text set for the place of an old one, in the units of the old text's ink at {@link trialSize}. */
export interface SetText {
  readonly text: string
  readonly face: TypeFace
  /** Size and space between letters, in those units. */
  readonly size: number
  readonly spacing: number
  /** How much thicker than the font's the strokes are, in ems. */
  readonly weight: number
  /** Of its ink. */
  readonly width: number
  readonly height: number
  /** Its top, where the old ink's is 0. */
  readonly top: number
}

const isHan = (text: string): boolean => /\p{Script=Han}/u.test(text)

/** Sets a text in the manner of the old one; in a like face where the old one's lacks its characters. */
export async function setLike(fit: TypeFit, text: string, faces: readonly TypeFace[]): Promise<SetText> {
  const face = faceFor(fit, text, faces)
  const same = face === fit.face
  const spacing = isHan(text) === isHan(fit.text) ? fit.spacing : Math.min(fit.spacing, 0.08)
  const old = await inkOf(fit.text, fit.face.font, trialSize, fit.spacing * trialSize)
  const crossed = isHan(text) !== isHan(fit.text)
  const size = crossed ? await crossedSize(fit, old, face) : trialSize
  const ink = await inkOf(text, face.font, size, spacing * size)
  const ascent = old.mask.height - old.descent
  const top = crossed
    ? middleOf(fit, old) - ink.mask.height / 2 + (isHan(text) ? 0 : ink.descent / 2)
    : ascent - (ink.mask.height - ink.descent)
  return {
    text,
    face,
    size,
    spacing: spacing * size,
    weight: same ? fit.weight : 0,
    width: ink.mask.width,
    height: ink.mask.height,
    top,
  }
}

/** The fit's own face where it can, else one of the same kind. */
function faceFor(fit: TypeFit, text: string, faces: readonly TypeFace[]): TypeFace {
  if (fit.face.font.has(text)) return fit.face
  const able = faces.filter(({ font }) => font.has(text))
  const own = fit.face.face === 'slab' ? 'serif' : fit.face.face
  // What was hardly recognised is set plainly.
  const kind = fit.score > 0.85 ? own : 'sans'
  const closeness = (face: TypeFace): number =>
    (face.face === kind ? 2 : face.face === 'sans' ? 1 : 0) + (face.bold === fit.face.bold ? 0.5 : 0)
  return able.reduce<TypeFace>(
    (best, face) => (best === fit.face || closeness(face) > closeness(best) ? face : best),
    fit.face,
  )
}

/** Ink of a text and how far it reaches below the line that letters stand on. */
async function inkOf(
  text: string,
  font: Font,
  size: number,
  spacing: number,
): Promise<{ readonly mask: Mask; readonly descent: number }> {
  const tall = 'bdHkl'
  const alone = await renderText(tall, { font, size })
  const together = await renderText(`${tall} ${text}`, { font, size })
  const mask = await renderText(text, { font, size, spacing })
  return { mask, descent: Math.max(0, together.height - alone.height) }
}

/** Chinese characters fill their line; letters of the same look are smaller. Sizes are matched by heights of ink. */
async function crossedSize(
  fit: TypeFit,
  old: { readonly mask: Mask; readonly descent: number },
  face: TypeFace,
): Promise<number> {
  if (isHan(fit.text)) {
    const capital = await renderText('H', { font: face.font, size: trialSize })
    return (trialSize * 0.8 * old.mask.height) / capital.height
  }
  const rise = riseOf(fit.text, old.mask.height - old.descent)
  const character = await renderText('国', { font: face.font, size: trialSize })
  return (trialSize * 1.14 * rise) / character.height
}

/** Height of capitals, of a text that may have small letters only. */
function riseOf(text: string, ascent: number): number {
  return /[\p{Lu}\p{N}bdfhklt]/u.test(text) ? ascent : 1.38 * ascent
}

/** The middle of the old text's capitals or characters. */
function middleOf(fit: TypeFit, old: { readonly mask: Mask; readonly descent: number }): number {
  if (isHan(fit.text)) return old.mask.height / 2
  const ascent = old.mask.height - old.descent
  return ascent - riseOf(fit.text, ascent) / 2
}
