import { join } from 'node:path'
import { Tokenizer as TokenizerFile } from '@huggingface/tokenizers'
import { z } from 'zod'
import { LanguageError } from './error.ts'
import { readJson } from './json.ts'

/** Cuts text into token ids. */
export interface Encode {
  (text: string): readonly number[]
  /** Texts that are cut as one token wherever they stand, such as `<|im_end|>`. */
  readonly addedTokens: readonly string[]
}

/** Text to tokens and back. */
export interface Tokenizer {
  readonly encode: Encode
  /** The id of an added token such as `<|im_end|>`. */
  idOf(token: string): number | undefined
  /** The UTF-8 bytes that a token stands for; none for one that is a sign for programs. */
  bytesOf(id: number): Uint8Array
  /** The template of a chat, where the folder has one. */
  readonly template: string | undefined
}

const vocabularySchema = z.looseObject({
  model: z.looseObject({ vocab: z.unknown() }),
  added_tokens: z
    .array(z.looseObject({ id: z.number(), content: z.string(), special: z.boolean().optional() }))
    .optional(),
})
const settingsSchema = z.looseObject({ chat_template: z.unknown().optional() })

/** Reads a folder's tokenizer. @throws LanguageError */
export async function openTokenizer(folder: string): Promise<Tokenizer> {
  const file = join(folder, 'tokenizer.json')
  const loose = await readJson(file, z.looseObject({ model: z.looseObject({}) }))
  if (!loose) throw new LanguageError('checkpoint', `${file}: no such file; the checkpoint is incomplete`)
  const settings = (await readJson(join(folder, 'tokenizer_config.json'), settingsSchema)) ?? {}
  const checked = vocabularySchema.safeParse(loose)
  let tokenizer: TokenizerFile
  try {
    if (!checked.success) throw new Error(`${checked.error.issues[0]?.path.join('.')} does not fit`)
    tokenizer = new TokenizerFile(loose, settings)
  } catch (error) {
    const { message } = error as Error
    throw new LanguageError('checkpoint', `${file}: not a tokenizer (${message}); download it again`, {
      cause: error,
    })
  }
  const added = checked.data.added_tokens ?? []
  const addedTokens = [...tokenizer.get_added_tokens_decoder().values()].map(({ content }) => content)
  const encode = Object.assign((text: string) => tokenizer.encode(text).ids, { addedTokens })
  const special = new Map(added.map((token) => [token.id, token]))
  let texts: readonly (string | undefined)[] | undefined
  return {
    encode,
    idOf: (token) => added.find(({ content }) => content === token)?.id,
    bytesOf(id) {
      const token = special.get(id)
      if (token) return token.special ? new Uint8Array() : new TextEncoder().encode(token.content)
      texts ??= textsById(checked.data.model.vocab)
      return bytesOfText(texts[id] ?? '')
    },
    template: await templateOf(folder, settings.chat_template),
  }
}

/** The template is in the tokenizer's settings or in a separate file. */
async function templateOf(folder: string, given: unknown): Promise<string | undefined> {
  if (typeof given === 'string') return given
  const file = await readJson(join(folder, 'chat_template.json'), settingsSchema)
  return typeof file?.chat_template === 'string' ? file.chat_template : undefined
}

function textsById(vocabulary: unknown): readonly (string | undefined)[] {
  const texts: string[] = []
  for (const [text, id] of Object.entries(vocabulary as Readonly<Record<string, number>>)) texts[id] = text
  return texts
}

/** GPT-2's printable stand-in of each byte, back to the byte. Source: `bytes_to_unicode` of OpenAI's GPT-2. */
const bytesByCharacter: ReadonlyMap<string, number> = (() => {
  const isPrintable = (byte: number) =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || (byte >= 174 && byte <= 255)
  let next = 256
  return new Map(
    Array.from({ length: 256 }, (_, byte) => [String.fromCharCode(isPrintable(byte) ? byte : next++), byte]),
  )
})()

function bytesOfText(text: string): Uint8Array {
  const characters = [...text]
  const bytes = characters.map((each) => bytesByCharacter.get(each))
  // A text that is in no byte's alphabet is meant as it stands.
  return bytes.includes(undefined) ? new TextEncoder().encode(text) : Uint8Array.from(bytes as number[])
}
