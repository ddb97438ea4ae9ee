import type { Picture } from '../image/index.ts'
import { LanguageError } from './error.ts'
import type { Encode, Tokenizer } from './tokenizer.ts'

/** Something that was said: text and pictures in the order in which the model gets them. */
export interface Message {
  readonly role: 'system' | 'user' | 'assistant'
  readonly parts: readonly (string | Picture)[]
}

/** A conversation as tokens, with one pad for each picture. */
export interface ChatPrompt {
  readonly ids: readonly number[]
  readonly pictures: readonly Picture[]
}

/*
 * The chat template of Qwen2.5-VL, of which Qwen2 and Qwen2.5 have the same without pictures.
 * Source: https://huggingface.co/Qwen/Qwen2.5-VL-7B-Instruct/blob/main/chat_template.json (Apache-2.0).
 */
const start = '<|im_start|>'
const end = '<|im_end|>'
const picturePad = '<|vision_start|><|image_pad|><|vision_end|>'
const defaultSystem = 'You are a helpful assistant.'

/**
 * Puts a conversation as the model was trained on it, up to where the assistant speaks. Names of tokens in what was said
 * stay text. @throws LanguageError
 */
export function chatPrompt(
  { encode, template }: Pick<Tokenizer, 'encode' | 'template'>,
  messages: readonly Message[],
  { numbered = false }: { readonly numbered?: boolean | undefined } = {},
): ChatPrompt {
  if (messages.length === 0)
    throw new LanguageError('input', 'chat: expected at least one message, got none; ask something')
  const pictures: Picture[] = []
  const text = new TrustedText(encode)
  const [first] = messages
  if (first!.role !== 'system') text.own(`${start}system\n${systemOf(template)}${end}\n`)
  for (const { role, parts } of messages) {
    text.own(`${start}${role}\n`)
    for (const part of parts)
      if (typeof part === 'string') text.said(part)
      else {
        pictures.push(part)
        text.own(`${numbered ? `Picture ${pictures.length}: ` : ''}${picturePad}`)
      }
    text.own(`${end}\n`)
  }
  text.own(`${start}assistant\n`)
  return { ids: text.ids(), pictures }
}

/** The system message that a template puts where there is none. */
function systemOf(template: string | undefined): string {
  const found = template && /<\|im_start\|>system\\n([^<'"{}]+)<\|im_end\|>/.exec(template)
  return found ? found[1]! : defaultSystem
}

/** Text in parts that are cut into tokens one by one: between two parts no token's name is read. */
class TrustedText {
  readonly #encode: Encode
  readonly #parts: string[] = ['']

  constructor(encode: Encode) {
    this.#encode = encode
  }

  own(text: string): void {
    this.#parts[this.#parts.length - 1] += text
  }

  said(text: string): void {
    const [first, ...rest] = unbroken(text, this.#encode.addedTokens)
    this.own(first!)
    this.#parts.push(...rest)
  }

  ids(): readonly number[] {
    return this.#parts.flatMap((part) => [...this.#encode(part)])
  }
}

/** A text in parts none of which holds an added token's name. */
function unbroken(text: string, names: readonly string[]): string[] {
  const parts: string[] = []
  let rest = text
  for (;;) {
    const found = names
      .map((name) => ({ name, at: name.length > 1 ? rest.indexOf(name) : -1 }))
      .filter(({ at }) => at >= 0)
      .sort((a, b) => a.at - b.at || a.name.length - b.name.length)[0]
    if (!found) return [...parts, rest]
    // After the first character of the name, which may be two units long.
    const cut = found.at + [...found.name][0]!.length
    parts.push(rest.slice(0, cut))
    rest = rest.slice(cut)
  }
}
