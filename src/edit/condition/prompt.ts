import { z } from 'zod'
import type { Encode } from '../../language/index.ts'
import {
  type Grid,
  type Position,
  pictureSizes,
  type Qwen25VLConfig,
  smartResize,
  type VisionConfig,
} from '../../models/index.ts'
import { EditError } from '../error.ts'
import type { Size } from '../sampling/sampling.ts'
import { quotedSpans } from './quotes.ts'
import { breaksIn } from './tokenNames.ts'

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

/** Before the picture, and after the instruction. */
const head =
  '<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\n' +
  `${promptPrefix}Picture 1: <|vision_start|>`
const tail = '<|im_end|>\n<|im_start|>assistant\n'

/** Tokens before the features that are kept, and the most that are kept. */
export const featureCut = { skip: 217, most: 640 } as const

/** Ids of “ and ”, which are taken off a quoted character's tokens when both are there. */
const quoteIds = { open: 2073, close: 854 } as const
// end of the checkpoint's text interface

const imagePad = '<|image_pad|>'

/**
 * Which quotes mark text to draw. `paired`: matching pairs of any common kind, so that apostrophes and marks of
 * inches are none. `faithful`: as the original, where each of `"`, `“`, `”` and `'`, an apostrophe too, begins or ends one.
 */
export type Quotes = 'faithful' | 'paired'

/**
 * An instruction and the text after it in pieces that are cut into tokens one by one: quoted text goes character by
 * character, each inside “ ”, its quotes become `"`. A token's name in the instruction is broken, so that it stays text.
 * Source: `split_string` of modules/conditioner.py.
 */
export function promptPieces(
  instruction: string,
  options: {
    readonly quotes: Quotes
    readonly addedTokens: readonly string[]
    readonly tail?: string | undefined
  },
): string[] {
  const { quotes, addedTokens, tail = '' } = options
  // The original looks for quotes in what comes after the instruction as well.
  const characters = [...instruction, ...tail]
  const isMark = quotes === 'faithful' ? faithfulMarks(characters) : pairedMarks([...instruction])
  const breaks = breaksIn(instruction, addedTokens)
  const pieces: string[] = []
  let inside = false
  let piece = ''
  const end = () => {
    if (piece !== '') pieces.push(piece)
    piece = ''
  }
  for (const [i, character] of characters.entries()) {
    if (breaks.has(i)) end()
    if (isMark(i)) {
      piece += '"'
      if (!inside) end()
      inside = !inside
    } else if (inside) pieces.push(`“${character}”`)
    else piece += /[“”]/.test(character) ? '"' : character
  }
  end()
  return pieces
}

function faithfulMarks(characters: readonly string[]): (i: number) => boolean {
  return (i) => /["“”']/.test(characters[i]!)
}

function pairedMarks(instruction: readonly string[]): (i: number) => boolean {
  const marks = new Set(quotedSpans(instruction).flatMap(({ open, close }) => [open, close]))
  return (i) => marks.has(i)
}

/** The ids of an instruction's pieces. Single characters come again and again: each is cut once. */
function encodePieces(encode: Encode, pieces: readonly string[]): number[] {
  const known = new Map<string, readonly number[]>()
  const quoted = (ids: readonly number[]) =>
    ids[0] === quoteIds.open && ids.at(-1) === quoteIds.close ? ids.slice(1, -1) : ids
  return pieces.flatMap((piece) => {
    const ids = known.get(piece) ?? quoted(encode(piece))
    known.set(piece, ids)
    return ids
  })
}

/** Characters of the longest instruction; of its tokens, the model reads no more than fit into its prompt. */
const longestInstruction = 20_000

/** @throws EditError for an instruction that cannot mean anything to the model */
export function checkInstruction(instruction: string): void {
  if (instruction.trim() === '')
    throw new EditError(
      'input',
      "instruction: expected text, got none; say what to change, such as 'make it winter'",
    )
  if (instruction.length > longestInstruction)
    throw new EditError(
      'input',
      `instruction: expected at most ${longestInstruction} characters, got ${instruction.length}; shorten it`,
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

/** A prompt, cut to what the model reads. */
export interface Prompt {
  /** Of padded formats no more than `skip + most`: what comes later changes nothing before it. */
  readonly ids: readonly number[]
  /** Place of the picture's first token. */
  readonly imageStart: number
  readonly instruction: InstructionLength
  /** Of v1.2: whether each token belongs to quoted text. */
  readonly quoted?: readonly boolean[] | undefined
}

/** Tokens that an instruction has, and those that the model reads, from the first one on. */
export interface InstructionLength {
  readonly read: number
  readonly tokens: number
}

/** How a checkpoint wants picture and instruction put to its language model. */
export interface PromptFormat {
  /** Tokens before the features that are kept, and the most that are kept. */
  readonly skip: number
  readonly most: number
  /** The sizes that a picture is resized to, one after the other. */
  pictureSizes(picture: Size, vision: VisionConfig): readonly Size[]
  /** @throws EditError for a tokenizer of another model */
  prompt(encode: Encode, instruction: string, picture: PictureTokens): Prompt
  /** Whether the transformer was trained on text that is padded to `most`. */
  readonly isPadded: boolean
  /** Whether a token takes part in attention. */
  isSeen(id: number): boolean
  /** Whether a token counts where places of tokens are counted. */
  isCounted(id: number): boolean
  /** Of v1.2: the places of the kept tokens for the transformer. @param picture the size at which it was given */
  places?(prompt: Pick<Prompt, 'ids'>, picture: Size, grid: Grid, config: Qwen25VLConfig): readonly Position[]
}

/** What a prompt must know of its picture and its language model. */
export interface PictureTokens {
  readonly imageTokens: number
  readonly imageToken: number
}

/** The prompt format of a checkpoint's hints. Default: Step1X-Edit's, the only one that uses `quotes`. */
export function promptFormat(hints: PromptHints | undefined, quotes: Quotes): PromptFormat {
  return hints ? plainFormat(hints) : step1xFormat(quotes)
}

function step1xFormat(quotes: Quotes): PromptFormat {
  return {
    ...featureCut,
    pictureSizes: (picture) => pictureSizes(picture),
    // Source: `Qwen25VL_7b_Embedder.forward`.
    prompt(encode, instruction, picture) {
      const before = encode(`${head}${imagePad.repeat(picture.imageTokens)}<|vision_end|>`)
      const { addedTokens } = encode
      const text = encodePieces(encode, promptPieces(instruction, { quotes, addedTokens, tail }))
      const tokens = encodePieces(encode, promptPieces(instruction, { quotes, addedTokens })).length
      return cutPrompt([...before, ...text], { ...featureCut, picture, start: before.length, tokens })
    },
    isPadded: true,
    // Id 0 is `!`, which the original takes for padding.
    isSeen: (id) => id > 0,
    isCounted: (id) => id > 0,
  }
}

/** The template, with the picture's pad tokens and the instruction inserted. */
function plainFormat({ template, skip, most, ...bounds }: PromptHints): PromptFormat {
  return {
    skip,
    most,
    pictureSizes: (picture, { patch, merge }) => [sizeWithin(picture, { ...bounds, factor: patch * merge })],
    prompt(encode, instruction, picture) {
      // By a function: an instruction may hold `$&`, or the name of a slot.
      const slots = template.replace('{picture}', () => imagePad.repeat(picture.imageTokens))
      const [before, after] = slots.split('{instruction}') as [string, string]
      const ids = encodeAround(encode, before, instruction, after)
      const tokens = ids.length - encode(before + after).length
      return cutPrompt(ids, { skip, most, picture, start: encode(before).length, tokens })
    },
    isPadded: true,
    isSeen: () => true,
    isCounted: () => true,
  }
}

/** The tokens of an instruction between two texts; a token's name in the instruction is broken, so that it stays text. */
export function encodeAround(encode: Encode, before: string, instruction: string, after: string): number[] {
  const [first, ...rest] = unbroken(instruction, encode.addedTokens)
  const texts = [before + first, ...rest]
  return texts.flatMap((text, i) => encode(i === texts.length - 1 ? text + after : text))
}

/** A text in parts none of which holds an added token's name. */
function unbroken(text: string, addedTokens: readonly string[]): string[] {
  const characters = [...text]
  const places = [0, ...[...breaksIn(text, addedTokens)].sort((a, b) => a - b), characters.length]
  return places.slice(1).map((place, i) => characters.slice(places[i], place).join(''))
}

/**
 * Attention is causal: tokens after the last feature that is kept are not read, unless they are the picture's.
 * @throws EditError for a tokenizer of another model
 */
function cutPrompt(
  ids: readonly number[],
  options: {
    readonly skip: number
    readonly most: number
    readonly picture: PictureTokens
    /** Where the instruction begins, and how many tokens it has. */
    readonly start: number
    readonly tokens: number
  },
): Prompt {
  const { skip, most, start, tokens } = options
  const { imageToken, imageTokens } = options.picture
  const imageStart = ids.indexOf(imageToken)
  const imageEnd = imageStart + imageTokens
  if (
    imageStart < 0 ||
    ids.slice(imageStart, imageEnd + 1).some((id, i) => (id === imageToken) !== i < imageTokens)
  )
    throw new EditError(
      'checkpoint',
      `tokenizer: ${imagePad} is not token ${imageToken}; the tokenizer.json does not belong to this checkpoint`,
    )
  const length = Math.max(imageEnd, skip + most)
  const read = Math.max(0, Math.min(tokens, length - start))
  return { ids: ids.slice(0, length), imageStart, instruction: { read, tokens } }
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
