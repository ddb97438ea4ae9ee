import {
  type Font,
  gradientOf,
  greyOf,
  type Mask,
  type Picture,
  renderText,
  resizePicture,
  soften,
} from '../../image/index.ts'
import { type Box, Rejection } from '../../tools/index.ts'
import type { Edited } from '../edited.ts'
import type { LetterColour } from './lettering.ts'

/** Where text is put: at a side, in a corner, or in the middle. */
export interface TextPlace {
  readonly across: 'left' | 'center' | 'right'
  readonly down: 'top' | 'center' | 'bottom'
}

/** How text is added. */
export interface AddedText {
  readonly text: string
  readonly font: Font
  readonly place: TextPlace
  /** Size of an em, as a share of the picture's smaller side. */
  readonly size: number
  /** Default: light or dark, whichever can be read on what is there. */
  readonly colour?: LetterColour | undefined
}

const light: LetterColour = [252, 251, 247]
const dark: LetterColour = [22, 23, 27]
/** Text keeps this share of the picture's smaller side free around it. */
const inset = 0.05
/** Lines stand this far apart, in ems. */
const leading = 1.28
/** Text takes at most these shares of the picture's width and height. */
const [widest, tallest] = [0.86, 0.42]
/** Contrast, as WCAG measures it, from which on text is read without a shadow. */
const enough = 4.5

/**
 * Puts text on a picture: in several lines where it is long, where little is going on near the place, in a colour that
 * can be read, with a soft shadow only where the picture beneath is too busy or too like. @throws Rejection `no-font`
 */
export async function addText(
  picture: Picture,
  added: AddedText,
): Promise<Edited & { readonly colour: LetterColour }> {
  const { text, font, place } = added
  if (!font.has(text)) throw new Rejection('no-font', { text })
  const short = Math.min(picture.width, picture.height)
  let em = Math.max(9, added.size * short)
  let lines = await wrapped(text, font, em, widest * picture.width)
  for (let round = 0; round < 8; round++) {
    const wide = Math.max(...lines.map(({ mask }) => mask.width))
    if (lines.length * leading * em <= tallest * picture.height && wide <= widest * picture.width) break
    em *= 0.88
    lines = await wrapped(text, font, em, widest * picture.width)
  }
  const block = stacked(lines, em, place.across)
  const box = calmestNear(picture, block, place, inset * short)
  const ground = groundIn(picture, box)
  const colour =
    added.colour ?? (contrastOf(light, ground.mean) >= contrastOf(dark, ground.mean) - 4 ? light : dark)
  // The part of what is beneath that is nearest to the ink decides.
  const least = Math.min(contrastOf(colour, ground.low), contrastOf(colour, ground.high))
  const shadow = least >= enough ? 0 : Math.min(0.75, 0.25 + 0.5 * (1 - least / enough))
  const edited = inked(picture, block, box, { colour, shadow, em })
  return { ...edited, colour }
}

interface SetLine {
  readonly text: string
  readonly mask: Mask
  readonly descent: number
}

/** The text in lines no wider than `most`, about equally long. */
async function wrapped(text: string, font: Font, em: number, most: number): Promise<SetLine[]> {
  const paragraphs = text.split(/\s*\n\s*/).filter((each) => each.trim() !== '')
  const lines: SetLine[] = []
  for (const paragraph of paragraphs) {
    const whole = await renderText(paragraph, { font, size: em })
    const count = Math.ceil(whole.width / most)
    for (const line of balanced(paragraph, count)) lines.push(await setLine(line, font, em))
  }
  return lines
}

async function setLine(text: string, font: Font, em: number): Promise<SetLine> {
  const tall = 'bdHkl'
  const alone = await renderText(tall, { font, size: em })
  const together = await renderText(`${tall} ${text}`, { font, size: em })
  return {
    text,
    mask: await renderText(text, { font, size: em }),
    descent: Math.max(0, together.height - alone.height),
  }
}

/** A text cut into so many lines of about the same length: between words, and between Chinese characters. */
export function balanced(text: string, count: number): string[] {
  if (count <= 1) return [text]
  // What cannot be parted: words with what follows them, or single Chinese characters with their punctuation.
  const units = text.match(
    /[\p{Script=Han}\u3040-\u30ff][，。！？、；：）》”’]*|[^\s\p{Script=Han}]+\s*|\s+/gu,
  ) ?? [text]
  const widthOf = (unit: string): number =>
    [...unit].reduce((sum, character) => sum + (/\p{Script=Han}/u.test(character) ? 2 : 1), 0)
  const ends: number[] = []
  let done = 0
  for (const unit of units) {
    done += widthOf(unit)
    ends.push(done)
  }
  const lines: string[] = []
  let from = 0
  for (let n = 1; n < count; n++) {
    const goal = (n * done) / count
    // A break after a mark is worth a line that is a little shorter or longer.
    const off = (i: number): number =>
      Math.abs(ends[i]! - goal) - (/[,.;:!?，。！？、；：]\s*$/u.test(units[i]!) ? (0.2 * done) / count : 0)
    let best = from
    for (let i = from; i < units.length - 1; i++) if (off(i) < off(best)) best = i
    lines.push(
      units
        .slice(from, best + 1)
        .join('')
        .trim(),
    )
    from = best + 1
  }
  lines.push(units.slice(from).join('').trim())
  return lines.filter((each) => each !== '')
}

/** Lines one below the other, on their feet. */
function stacked(lines: readonly SetLine[], em: number, across: TextPlace['across']): Mask {
  const width = Math.max(...lines.map(({ mask }) => mask.width))
  const feet = lines.map((_, i) => Math.round(i * leading * em))
  const first = lines[0]!
  const rise = first.mask.height - first.descent
  const height = Math.max(...lines.map(({ descent }, i) => feet[i]! + rise + descent))
  const data = new Uint8Array(width * height)
  for (const [i, { mask, descent }] of lines.entries()) {
    const free = width - mask.width
    const x0 = across === 'left' ? 0 : across === 'right' ? free : free >> 1
    const y0 = feet[i]! + rise + descent - mask.height
    for (let y = Math.max(0, -y0); y < Math.min(mask.height, height - y0); y++)
      data.set(mask.data.subarray(y * mask.width, (y + 1) * mask.width), (y + y0) * width + x0)
  }
  return { width, height, data }
}

/** The place with the least going on, of those a little nearer to the middle than the wanted one. */
function calmestNear(picture: Picture, block: Mask, { across, down }: TextPlace, edge: number): Box {
  const scale = Math.min(1, 400 / Math.max(picture.width, picture.height))
  const grey = greyOf(
    scale < 1
      ? resizePicture(picture, {
          width: Math.round(picture.width * scale),
          height: Math.round(picture.height * scale),
        })
      : picture,
  )
  const stir = gradientOf(soften(grey, 0.7))
  const [freeX, freeY] = [picture.width - block.width, picture.height - block.height]
  const at = (side: 'left' | 'top' | 'center' | 'right' | 'bottom', free: number, more: number): number => {
    if (side === 'center') return free / 2 + more
    return side === 'left' || side === 'top' ? Math.min(edge + more, free) : Math.max(0, free - edge - more)
  }
  const shift = 0.045 * Math.min(picture.width, picture.height)
  let [best, least]: [Box | undefined, number] = [undefined, Number.POSITIVE_INFINITY]
  for (let i = 0; i <= 3; i++)
    for (let j = 0; j <= (across === 'center' ? 0 : 1); j++)
      for (const sign of down === 'center' ? [-1, 1] : [1]) {
        const x = Math.round(Math.max(0, at(across, freeX, j * shift)))
        const y = Math.round(Math.max(0, at(down, freeY, sign * i * shift)))
        const box = {
          x,
          y,
          width: Math.min(block.width, picture.width),
          height: Math.min(block.height, picture.height),
        }
        // The place that was asked for is kept unless another is clearly calmer.
        const cost = meanWithin(stir, box, scale) * (1 + 0.12 * (i + j)) + 0.002 * (i + j)
        if (cost < least) [best, least] = [box, cost]
      }
  return best!
}

function meanWithin(
  { width, height, data }: { readonly width: number; readonly height: number; readonly data: Float32Array },
  box: Box,
  scale: number,
): number {
  let [sum, count] = [0, 0]
  const [x1, y1] = [Math.ceil((box.x + box.width) * scale), Math.ceil((box.y + box.height) * scale)]
  for (let y = Math.floor(box.y * scale); y < Math.min(height, y1); y++)
    for (let x = Math.floor(box.x * scale); x < Math.min(width, x1); x++) {
      sum += data[y * width + x]!
      count++
    }
  return sum / Math.max(1, count)
}

interface Ground {
  readonly mean: LetterColour
  /** What is dark and what is bright beneath: the tenth and the ninetieth of a hundred by lightness. */
  readonly low: LetterColour
  readonly high: LetterColour
}

function groundIn({ width, data }: Picture, box: Box): Ground {
  const stride = Math.max(1, Math.floor(Math.sqrt((box.width * box.height) / 6000)))
  const spots: number[] = []
  for (let y = box.y; y < box.y + box.height; y += stride)
    for (let x = box.x; x < box.x + box.width; x += stride) spots.push(3 * (y * width + x))
  const brightness = (i: number): number => 0.3 * data[i]! + 0.59 * data[i + 1]! + 0.11 * data[i + 2]!
  spots.sort((one, other) => brightness(one) - brightness(other))
  const mean = (from: number, to: number): LetterColour => {
    const some = spots.slice(Math.floor(from * spots.length), Math.max(1, Math.ceil(to * spots.length)))
    const sum = (c: number): number => some.reduce((all, i) => all + data[i + c]!, 0) / some.length
    return [sum(0), sum(1), sum(2)]
  }
  return { mean: mean(0, 1), low: mean(0.02, 0.12), high: mean(0.88, 0.98) }
}

const luminance = (colour: LetterColour): number => {
  const [r, g, b] = colour.map((level) => {
    const value = level / 255
    return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!
}

/** Contrast of two colours, 1 to 21. Source: WCAG 2.1. */
export function contrastOf(one: LetterColour, other: LetterColour): number {
  const [a, b] = [luminance(one), luminance(other)]
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
}

function inked(
  picture: Picture,
  block: Mask,
  box: Box,
  { colour, shadow, em }: { readonly colour: LetterColour; readonly shadow: number; readonly em: number },
): Edited {
  const { width, height } = picture
  const data = picture.data.slice()
  const region = new Uint8Array(width * height)
  const rim = shadow > 0 ? Math.ceil(0.5 * em) : 0
  const part = { width: block.width + 2 * rim, height: block.height + 2 * rim }
  const ink = new Float32Array(part.width * part.height)
  for (let y = 0; y < block.height; y++)
    for (let x = 0; x < block.width; x++)
      ink[(y + rim) * part.width + x + rim] = block.data[y * block.width + x]! / 255
  const [wide, tight] =
    shadow > 0
      ? [soften({ ...part, data: ink }, 0.16 * em).data, soften({ ...part, data: ink }, 0.045 * em).data]
      : [undefined, undefined]
  const under = luminance(colour) > 0.3 ? 8 : 250
  for (let y = 0; y < part.height; y++)
    for (let x = 0; x < part.width; x++) {
      const [u, v] = [x + box.x - rim, y + box.y - rim]
      if (u < 0 || v < 0 || u >= width || v >= height) continue
      const i = y * part.width + x
      const share = ink[i]!
      const shade = wide ? Math.min(0.85, shadow * (1.1 * wide[i]! + 0.7 * tight![i]!)) : 0
      if (share < 1 / 510 && shade < 1 / 255) continue
      const at = v * width + u
      region[at] = 255
      for (let c = 0; c < 3; c++) {
        const level = data[3 * at + c]!
        const shaded = level + shade * (under - level)
        data[3 * at + c] = Math.round(shaded + share * (colour[c]! - shaded))
      }
    }
  return { picture: { width, height, data }, region: { width, height, data: region } }
}
