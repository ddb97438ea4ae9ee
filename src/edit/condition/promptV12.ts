import type { Encode } from '../../language/index.ts'
import {
  type Grid,
  type Position,
  type Qwen25VLConfig,
  smartResize,
  textPositions,
} from '../../models/index.ts'
import { EditError } from '../error.ts'
import type { Size } from '../sampling/sampling.ts'
import type { Prompt, PromptFormat } from './prompt.ts'
import { breaksIn } from './tokenNames.ts'

/*
 * The text interface of Step1X-Edit v1.2, which was trained on exactly these words and this layout: do not mend them.
 * Source: Step1XEditPipelineV1P2 of https://github.com/Peyton-Chen/diffusers/tree/c69df6b (Apache-2.0).
 */
/** The words before the instruction. */
export const promptPrefixV12 = `Given a reference image and a user editing instruction.
You need to understand the information of the reference image and the content of the editing instruction,
and then generate a detailed description of the edited target image based on the reference image and the editing instruction. 
The description should include the requirements in the editing instruction and try to closely match the content of the target image.
The editing instruction is:`
const head = '<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\n'
const imagePad = '<|image_pad|>'
const tail = '<|vision_end|><|im_end|>\n<|im_start|>assistant\n'

/** Tokens before those that are kept, and the most that are kept. */
export const cutV12 = { skip: 90, most: 2048 } as const

/** Bounds of the picture that the language model sees, in pixels. */
const bounds = { minPixels: 256 * 28 * 28, maxPixels: 400 * 28 * 28 } as const
// end of the checkpoint's text interface

/** A piece of text that is cut into tokens alone; inside quotes it is one character. */
export interface QuotedPiece {
  readonly text: string
  readonly isQuoted: boolean
}

/**
 * A text in pieces: what stands in "…" or “…” goes character by character, its signs outside. A piece that starts with “
 * loses that sign, and an empty one is left out. Source: `split_string`.
 * @param from characters at the beginning that are not looked at
 */
export function quotedPieces(text: string, from = 0): QuotedPiece[] {
  const characters = [...text]
  const before = characters.slice(0, from).join('')
  const rest = characters.slice(from).join('')
  const pieces: QuotedPiece[] = []
  let outside = before
  const put = (): void => {
    const kept = outside.startsWith('“') ? outside.slice(1) : outside
    if (kept !== '') pieces.push({ text: kept, isQuoted: false })
    outside = ''
  }
  let at = 0
  let isSplit = false
  for (const match of rest.matchAll(/"([^"]*)"|“([^”]*)”/g)) {
    isSplit = true
    const inside = match[1] ?? match[2] ?? ''
    // The opening sign is one unit long, and so is the closing one, which begins what comes next.
    outside += rest.slice(at, match.index + 1)
    put()
    for (const character of inside) pieces.push({ text: character, isQuoted: true })
    at = match.index + 1 + inside.length
  }
  if (!isSplit) return [{ text, isQuoted: false }]
  outside += rest.slice(at)
  put()
  return pieces
}

/** A prompt of v1.2. */
export interface PromptV12 extends Prompt {
  /** Whether each token belongs to quoted text. */
  readonly quoted: readonly boolean[]
}

/** Where a token's name in an instruction is broken, so that it stays text. It is no character, and is taken out again. */
const crack = '\u{10ffff}'

/** Picture and instruction as v1.2's language model reads them, in whole. @throws EditError */
export function promptV12(
  encode: Encode,
  instruction: string,
  { imageToken, imageTokens }: { readonly imageToken: number; readonly imageTokens: number },
): PromptV12 {
  const said = cracked(instruction, encode.addedTokens)
  const text = `${head}${promptPrefixV12} ${said}Picture 1: <|vision_start|>${imagePad.repeat(imageTokens)}${tail}`
  const { ids, quoted } = encoded(encode, quotedPieces(text, [...promptPrefixV12].length))
  const imageStart = ids.indexOf(imageToken)
  if (ids.filter((id) => id === imageToken).length !== imageTokens || imageStart < cutV12.skip)
    throw new EditError(
      'checkpoint',
      `tokenizer: the prompt has not ${imageTokens} tokens ${imagePad} in their place; the tokenizer.json does not belong to this checkpoint`,
    )
  const tokens = encoded(encode, quotedPieces(said)).ids.length
  // One token, the colon's, is kept before the instruction.
  return { ids, quoted, imageStart, instruction: { read: Math.min(tokens, cutV12.most - 1), tokens } }
}

function cracked(text: string, addedTokens: readonly string[]): string {
  const characters = [...text.replaceAll(crack, '')]
  const breaks = breaksIn(characters.join(''), addedTokens)
  return characters.map((character, i) => (breaks.has(i) ? crack + character : character)).join('')
}

function encoded(
  encode: Encode,
  pieces: readonly QuotedPiece[],
): { readonly ids: readonly number[]; readonly quoted: readonly boolean[] } {
  const ids: number[] = []
  const quoted: boolean[] = []
  for (const { text, isQuoted } of pieces)
    for (const part of text.split(crack))
      if (part !== '')
        for (const id of encode(part)) {
          ids.push(id)
          quoted.push(isQuoted)
        }
  return { ids, quoted }
}

/** The format of v1.2: no padding, the letters of quoted text as they are, and a place for every token. */
export function v12Format({
  minPixels,
  maxPixels,
}: {
  readonly minPixels: number
  readonly maxPixels: number
} = bounds): PromptFormat {
  const sizeOf = (picture: Size, factor: number): Size =>
    smartResize(picture, { factor, minPixels, maxPixels })
  return {
    ...cutV12,
    isPadded: false,
    pictureSizes: (picture, { patch: side, merge }) => [sizeOf(picture, side * merge)],
    prompt: promptV12,
    isSeen: () => true,
    // Id 0 is `!`, which the original takes for padding where it counts places, and nowhere else.
    isCounted: (id) => id > 0,
    places(prompt, picture, grid, config) {
      const side = config.vision.patch
      const processed = { width: grid.columns * side, height: grid.rows * side }
      return positionsV12(prompt, { picture, processed, grid }, config)
    },
  }
}

/** The side of a merged token, and of a token of the transformer, in pixels; and where their first centres lie. */
const [patch, patchCentre, token, tokenCentre] = [28, 13.5, 16, 11] as const

/**
 * Positions of the kept tokens for the transformer: the last one lies at −1 on the first axis, and the picture's lie on
 * the other two where they lie among the tokens of the picture itself.
 * @param picture the size at which the picture was given @param processed that at which the language model sees it
 */
export function positionsV12(
  { ids }: Pick<Prompt, 'ids'>,
  { picture, processed, grid }: { picture: Size; processed: Size; grid: Grid },
  config: Qwen25VLConfig,
): Position[] {
  const [times] = textPositions(ids, [grid], config, (i) => ids[i]! > 0)
  const { skip, most } = cutV12
  const end = Math.max(...times.slice(skip, skip + most)) + 1
  const columns = processed.width / patch
  const centre = (place: number, to: number, from: number): number =>
    ((place * patch + patchCentre) * ((to - 1) / (from - 1)) - tokenCentre) / token
  let seen = 0
  return ids
    .map((id, i): Position => {
      const time = times[i]! - end
      if (id !== config.imageToken) return [time, 0, 0]
      const [row, column] = [Math.floor(seen / columns), seen % columns]
      seen++
      return [
        time,
        centre(row, picture.height, processed.height),
        centre(column, picture.width, processed.width),
      ]
    })
    .slice(skip, skip + most)
}
