import type { Encode } from '../../../language/index.ts'
import { EditError } from '../../error.ts'

/** The text of the branch without instruction. Source: processor.py of VectorSpaceLab/OmniGen d475201. */
export const omnigenNegative =
  'low quality, jpeg artifacts, ugly, duplicate, morbid, mutilated, extra fingers, mutated hands, poorly drawn hands, poorly drawn face, mutation, deformed, blurry, dehydrated, bad anatomy, bad proportions, extra limbs, cloned face, disfigured, gross proportions, malformed limbs, missing arms, missing legs, extra arms, extra legs, fused fingers, too many fingers.'

/** Where pictures stand in a text. */
const pictureSign = /<\|image_(\d+)\|>/g

/** The pictures alone, as the branch without instruction but with pictures has them. */
export function picturesAlone(pictures: number): string {
  return Array.from({ length: pictures }, (_, i) => `<img><|image_${i + 1}|></img>`).join(' ')
}

/**
 * The instruction with its pictures: where it has signs of its own (`<img><|image_1|></img>`) they stay, else the pictures
 * come first. @throws EditError when its signs do not name each picture
 */
export function withPictures(instruction: string, pictures: number): string {
  const named = [...instruction.matchAll(pictureSign)].map(([, number]) => Number(number))
  if (named.length === 0) return `${picturesAlone(pictures)} ${instruction}`
  const wanted = Array.from({ length: pictures }, (_, i) => i + 1)
  const found = [...new Set(named)].sort((a, b) => a - b)
  if (found.join() !== wanted.join())
    throw new EditError(
      'input',
      `instruction: expected <|image_1|> ${pictures > 1 ? `to <|image_${pictures}|>, ` : ''}for the ${pictures} pictures that are given, got ${found.map((each) => `<|image_${each}|>`).join(', ')}`,
    )
  return instruction
}

/** A picture's tokens in a text. */
export interface PlacedPicture {
  /** Which of the given pictures. */
  readonly picture: number
  readonly start: number
  /** After its last token. */
  readonly end: number
}

/** A text as tokens, 0 where pictures stand. */
export interface OmnigenText {
  readonly ids: readonly number[]
  readonly pictures: readonly PlacedPicture[]
}

const start = 1

/**
 * The tokens of a text in the template of the original, which cuts it at its pictures and gives each piece to the
 * tokenizer on its own: of all but the first a leading sign for the start is dropped.
 * @param tokens of each picture
 */
export function omnigenText(encode: Encode, text: string, tokens: readonly number[]): OmnigenText {
  const whole = `<|user|>\nGenerate an image according to the following instructions\n${text}<|end|>\n<|assistant|>\n<|diffusion|>`
  // Pieces, and between them the numbers of pictures.
  const pieces = tokens.length === 0 ? [whole] : whole.split(pictureSign)
  const ids: number[] = []
  const pictures: PlacedPicture[] = []
  for (const [i, piece] of pieces.entries()) {
    if (i % 2 === 0) {
      const own = encode(piece)
      ids.push(...(i > 0 && own[0] === start ? own.slice(1) : own))
      continue
    }
    const picture = Number(piece) - 1
    const count = tokens[picture]!
    pictures.push({ picture, start: ids.length, end: ids.length + count })
    for (let token = 0; token < count; token++) ids.push(0)
  }
  return { ids, pictures }
}
