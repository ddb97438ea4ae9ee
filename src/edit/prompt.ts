import { EditError } from './error.ts'

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

const imagePad = '<|image_pad|>'

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
