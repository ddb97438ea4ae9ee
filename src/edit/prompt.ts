import { z } from 'zod'
import { pictureSizes, smartResize, type VisionConfig } from '../models/index.ts'
import { EditError } from './error.ts'
import type { Size } from './sampling.ts'

/*
 * The checkpoint's text interface. The model was trained on exactly these words and this layout: do not mend them.
 * Source: https://github.com/stepfun-ai/Step1X-Edit/blob/570eba6/modules/conditioner.py (Apache-2.0), and the chat
 * template of https://huggingface.co/Qwen/Qwen2.5-VL-7B-Instruct (Apache-2.0) with `add_vision_id`.
 */
/** The words before picture and instruction. */
export const promptPrefix = `Given a user prompt, generate an "Enhanced prompt" that provides detailed visual descriptions suitable for image generation. Evaluate the level of detail in the user prompt:
- If the prompt is simple, focus on adding specifics about colors, shapes, sizes, textures, and spatial relationships to create vivid and concrete scenes.
- If the prompt is already detailed, refine and enhance the existing details slightly without overcomplicating.

Here are examples of how to transform or refine prompts:
- User Prompt: A cat sleeping -> Enhanced: A small, fluffy white cat curled up in a round shape, sleeping peacefully on a warm sunny windowsill, surrounded by pots of blooming red flowers.
- User Prompt: A busy city street -> Enhanced: A bustling city street scene at dusk, featuring glowing street lamps, a diverse crowd of people in colorful clothing, and a double-decker bus passing by towering glass skyscrapers.

Please generate only the enhanced description for the prompt below and avoid including any additional commentary or evaluations:
User Prompt:`

function template(instruction: string, pads: string): string {
  return (
    '<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\n' +
    `${promptPrefix}Picture 1: <|vision_start|>${pads}<|vision_end|>${instruction}<|im_end|>\n<|im_start|>assistant\n`
  )
}

/** Tokens before the features that are kept, and the most that are kept. */
export const featureCut = { skip: 217, most: 640 } as const

/** Characters of the templated text before which quotes are not looked for. */
const quotesFrom = 155
/** Ids of “ and ”, which are taken off a quoted character's tokens when both are there. */
const quoteIds = { open: 2073, close: 854 } as const
// end of the checkpoint's text interface

const imagePad = '<|image_pad|>'

/** `faithful` as the original splits quotes, which apostrophes open too; `paired` takes only quotes that close. */
export type Quotes = 'faithful' | 'paired'

/**
 * The templated text in pieces that are cut into tokens one by one: quoted text goes character by character, each
 * inside “ ”. Source: `split_string` of modules/conditioner.py.
 */
export function splitQuoted(text: string, quotes: Quotes): string[] {
  const straight = text.replaceAll(/[“”]/g, '"')
  const characters = [...(quotes === 'faithful' ? straight.replaceAll("'", '"') : straight)]
  const isQuote = (character: string, i: number) => character === '"' && i > quotesFrom
  // Without its partner a last quote is plain text.
  const count = characters.filter(isQuote).length
  let left = quotes === 'faithful' ? count : count - (count % 2)
  const pieces: string[] = []
  let inside = false
  let piece = ''
  for (const [i, character] of characters.entries()) {
    if (isQuote(character, i) && left > 0) {
      left--
      piece += character
      if (!inside) {
        pieces.push(piece)
        piece = ''
      }
      inside = !inside
    } else if (inside) pieces.push(`“${character}”`)
    else piece += character
  }
  if (piece !== '') pieces.push(piece)
  return pieces
}

/** Cuts text into token ids. */
export type Encode = (text: string) => readonly number[]

/** Longer instructions are refused before they are tokenised: none of that would be kept. */
const longestInstruction = 20_000

/** @throws EditError for an instruction that cannot mean anything to the model */
export function checkInstruction(instruction: string): void {
  if (instruction.trim() === '')
    throw new EditError(
      'input',
      "instruction: expected some words, got none; say what to change, such as 'make it winter'",
    )
  if (instruction.length > longestInstruction)
    throw new EditError(
      'input',
      `instruction: expected at most ${longestInstruction} characters, got ${instruction.length}; the model reads about 300 tokens`,
    )
}

/** Another text interface than Step1X-Edit's, from `pentimento.json`. */
export interface PromptHints {
  /** The whole prompt, with `{picture}` and `{instruction}` in their places. */
  readonly template: string
  /** Tokens before the features that are kept, and the most that are kept. */
  readonly skip: number
  readonly most: number
  /** Bounds of the picture that the language model sees. */
  readonly minPixels: number
  readonly maxPixels: number
}

export const promptHintsSchema: z.ZodType<PromptHints> = z.object({
  template: z
    .string()
    .refine(
      (text) => ['{picture}', '{instruction}'].every((slot) => text.split(slot).length === 2),
      'expected {picture} and {instruction}, once each',
    ),
  skip: z.number().int().nonnegative(),
  most: z.number().int().positive(),
  minPixels: z.number().int().positive(),
  maxPixels: z.number().int().positive(),
})

/** How a checkpoint wants picture and instruction put to its language model. */
export interface PromptFormat {
  /** Tokens before the features that are kept, and the most that are kept. */
  readonly skip: number
  readonly most: number
  /** The sizes that a picture is resized to, one after the other. */
  pictureSizes(picture: Size, vision: VisionConfig): readonly Size[]
  /** The ids of the whole prompt. @throws EditError for a tokenizer of another model */
  tokens(encode: Encode, instruction: string, picture: PictureTokens): readonly number[]
  /** Whether other tokens see this one. */
  isSeen(id: number): boolean
}

/** What a prompt must know of its picture and its language model. */
export interface PictureTokens {
  readonly imageTokens: number
  readonly imageToken: number
  readonly visionEndToken: number
}

/** The format that a checkpoint's hints tell; without any Step1X-Edit's, for which alone `quotes` counts. */
export function promptFormat(hints: PromptHints | undefined, quotes: Quotes): PromptFormat {
  return hints ? plainFormat(hints) : step1xFormat(quotes)
}

function step1xFormat(quotes: Quotes): PromptFormat {
  return {
    ...featureCut,
    pictureSizes: (picture) => pictureSizes(picture),
    tokens: (encode, instruction, { imageTokens, visionEndToken }) =>
      promptTokens(encode, instruction, { imageTokens, visionEnd: visionEndToken, quotes }),
    // Id 0 is `!`, which the original takes for padding.
    isSeen: (id) => id > 0,
  }
}

/** The template as it is, with the picture's pads and the instruction in their places. */
function plainFormat({ template, skip, most, ...bounds }: PromptHints): PromptFormat {
  return {
    skip,
    most,
    pictureSizes: (picture, { patch, merge }) => [sizeWithin(picture, { ...bounds, factor: patch * merge })],
    tokens(encode, instruction, { imageTokens, imageToken }) {
      // One after the other by a function: an instruction may hold `$&`, or the name of a slot.
      const [before, after] = template.split('{instruction}') as [string, string]
      const withPads = (text: string) => text.replace('{picture}', () => imagePad.repeat(imageTokens))
      const ids = encode(withPads(before) + instruction + withPads(after))
      const start = ids.indexOf(imageToken)
      if (start < 0 || ids.slice(start, start + imageTokens).some((id) => id !== imageToken))
        throw new EditError(
          'checkpoint',
          `tokenizer: ${imagePad} is not token ${imageToken}; the tokenizer.json does not belong to this checkpoint`,
        )
      return ids
    },
    isSeen: () => true,
  }
}

/** As smartResize, but a long and narrow picture gets one token across where the original refuses it. */
function sizeWithin(
  { height, width }: Size,
  bounds: { readonly factor: number; readonly minPixels: number; readonly maxPixels: number },
): Size {
  const { factor } = bounds
  const scale = Math.max(1, factor / Math.min(height, width))
  const size = smartResize({ height: height * scale, width: width * scale }, bounds)
  return { height: Math.max(factor, size.height), width: Math.max(factor, size.width) }
}

/**
 * The token ids of the whole prompt: those of the plain text up to the picture's end, then those of the pieces.
 * Source: `Qwen25VL_7b_Embedder.forward`.
 */
export function promptTokens(
  encode: Encode,
  instruction: string,
  options: { readonly imageTokens: number; readonly visionEnd: number; readonly quotes: Quotes },
): number[] {
  const { imageTokens, visionEnd, quotes } = options
  const plain = encode(template(instruction, imagePad.repeat(imageTokens)))
  const pieces = splitQuoted(template(instruction, imagePad), quotes).flatMap((piece) => {
    const ids = encode(piece)
    return ids[0] === quoteIds.open && ids.at(-1) === quoteIds.close ? ids.slice(1, -1) : ids
  })
  const [end, from] = [plain.indexOf(visionEnd), pieces.indexOf(visionEnd)]
  if (end < 0 || from < 0)
    throw new EditError(
      'checkpoint',
      `tokenizer: <|vision_end|> is not token ${visionEnd}; the tokenizer.json does not belong to this checkpoint`,
    )
  return [...plain.slice(0, end), ...pieces.slice(from)]
}
