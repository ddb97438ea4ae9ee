import type { Encode } from '../../../language/index.ts'
import { encodeAround, type InstructionLength } from '../../condition/prompt.ts'
import { EditError } from '../../error.ts'

/*
 * The text interface of Qwen-Image-Edit, which was trained on exactly these words and this layout: do not mend them.
 * Source: QwenImageEditPipeline and QwenImageEditPlusPipeline of diffusers 58eb52c (Apache-2.0).
 */
const system =
  'Describe the key features of the input image (color, shape, size, texture, objects, background), then explain how the ' +
  "user's text instruction should alter or modify the image. Generate a new image that meets the user's requirements while " +
  'maintaining consistency with the original input where appropriate.'
const head = `<|im_start|>system\n${system}<|im_end|>\n<|im_start|>user\n`
const tail = '<|im_end|>\n<|im_start|>assistant\n'
const imagePad = '<|image_pad|>'

/** Tokens that are cut off in front: all up to the user's first word. */
export const promptCut = 64
// end of the checkpoint's text interface

/** A prompt with its pictures. */
export interface QwenPrompt {
  readonly ids: readonly number[]
  readonly instruction: InstructionLength
}

/**
 * The prompt of pictures and an instruction, each picture as its number of tokens. The first model names no pictures, the
 * later ones number them.
 * @throws EditError for a tokenizer of another model
 */
export function qwenPrompt(
  encode: Encode,
  instruction: string,
  {
    imageToken,
    pictures,
    numbered,
  }: { readonly imageToken: number; readonly pictures: readonly number[]; readonly numbered: boolean },
): QwenPrompt {
  const shown = pictures.map((tokens, i) => {
    const picture = `<|vision_start|>${imagePad.repeat(tokens)}<|vision_end|>`
    return numbered ? `Picture ${i + 1}: ${picture}` : picture
  })
  const before = head + shown.join('')
  const ids = encodeAround(encode, before, instruction, tail)
  const total = pictures.reduce((sum, tokens) => sum + tokens, 0)
  if (ids.filter((id) => id === imageToken).length !== total)
    throw new EditError(
      'checkpoint',
      `tokenizer: ${imagePad} is not token ${imageToken}; the tokenizer.json does not belong to this checkpoint`,
    )
  const tokens = ids.length - encode(before + tail).length
  return { ids, instruction: { read: tokens, tokens } }
}
