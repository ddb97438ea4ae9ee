import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { Charsmap } from './charsmap.ts'
import { LanguageError } from './error.ts'

/** Cuts text into the ids of SentencePiece's likeliest pieces, as the tokenizers of T5 do. */
export interface Unigram {
  /** Without the end token that T5 puts behind a text. */
  encode(text: string): readonly number[]
  /** Of a piece or an added token, such as `</s>`. */
  idOf(piece: string): number | undefined
}

type Normalizer =
  | { readonly type: 'Precompiled'; readonly precompiled_charsmap: string }
  | { readonly type: 'Strip'; readonly strip_left: boolean; readonly strip_right: boolean }
  | { readonly type: 'Replace'; readonly pattern: Pattern; readonly content: string }
  | { readonly type: 'NFC' | 'NFD' | 'NFKC' | 'NFKD' | 'Lowercase' }
  | { readonly type: 'Sequence'; readonly normalizers: readonly Normalizer[] }
type Pattern = { readonly String: string } | { readonly Regex: string }
type PreTokenizer =
  | {
      readonly type: 'Metaspace'
      readonly replacement: string
      readonly prepend_scheme?: 'always' | 'first' | 'never' | undefined
      readonly add_prefix_space?: boolean | undefined
      readonly split?: boolean | undefined
    }
  | { readonly type: 'WhitespaceSplit' }
  | { readonly type: 'Sequence'; readonly pretokenizers: readonly PreTokenizer[] }

const normalizerSchema: z.ZodType<Normalizer> = z.lazy(() =>
  z.union([
    z.object({ type: z.literal('Precompiled'), precompiled_charsmap: z.string() }),
    z.object({ type: z.literal('Strip'), strip_left: z.boolean(), strip_right: z.boolean() }),
    z.object({
      type: z.literal('Replace'),
      pattern: z.union([z.object({ String: z.string() }), z.object({ Regex: z.string() })]),
      content: z.string(),
    }),
    z.object({ type: z.enum(['NFC', 'NFD', 'NFKC', 'NFKD', 'Lowercase']) }),
    z.object({ type: z.literal('Sequence'), normalizers: z.array(normalizerSchema) }),
  ]),
)
const preTokenizerSchema: z.ZodType<PreTokenizer> = z.lazy(() =>
  z.union([
    z.object({
      type: z.literal('Metaspace'),
      replacement: z.string(),
      prepend_scheme: z.enum(['always', 'first', 'never']).optional(),
      add_prefix_space: z.boolean().optional(),
      split: z.boolean().optional(),
    }),
    z.object({ type: z.literal('WhitespaceSplit') }),
    z.object({ type: z.literal('Sequence'), pretokenizers: z.array(preTokenizerSchema) }),
  ]),
)
const fileSchema = z.object({
  normalizer: normalizerSchema.nullish(),
  pre_tokenizer: preTokenizerSchema.nullish(),
  added_tokens: z
    .array(
      z.object({
        id: z.number(),
        content: z.string().min(1),
        lstrip: z.boolean().optional(),
        rstrip: z.boolean().optional(),
      }),
    )
    .optional(),
  model: z.object({
    type: z.literal('Unigram'),
    unk_id: z.number(),
    byte_fallback: z.literal(false).nullish(),
    vocab: z.array(z.tuple([z.string(), z.number()])).min(1),
  }),
})

/** Reads the tokenizer.json of a folder whose model is Unigram. @throws LanguageError in one line */
export async function openUnigram(folder: string): Promise<Unigram> {
  const file = join(folder, 'tokenizer.json')
  const fail = (what: string, cause?: unknown): never => {
    throw new LanguageError('checkpoint', `${file}: ${what}`, { cause })
  }
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) =>
    fail(
      error.code === 'ENOENT'
        ? "no such file; T5's tokenizer is needed, from the folder tokenizer_2 of the model's repository"
        : `cannot be read (${error.message})`,
      error,
    ),
  )
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    fail(`not JSON (${(error as Error).message}); download it again`, error)
  }
  const parsed = fileSchema.safeParse(json)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    return fail(
      `${issue?.path.join('.') || 'the document'}: expected a tokenizer of T5 (Unigram), got another (${issue?.message})`,
    )
  }
  try {
    return unigramOf(parsed.data)
  } catch (error) {
    return fail(`not a tokenizer (${(error as Error).message}); download it again`, error)
  }
}

function unigramOf(file: z.infer<typeof fileSchema>): Unigram {
  const { vocab, unk_id: unknown } = file.model
  const added = [...(file.added_tokens ?? [])].sort((a, b) => b.content.length - a.content.length)
  const ids = new Map(vocab.map(([piece], id) => [piece, id]))
  for (const { content, id } of added) ids.set(content, id)
  const normalize = file.normalizer ? normalizerOf(file.normalizer) : (text: string) => text
  const split = file.pre_tokenizer ? splitterOf(file.pre_tokenizer) : (text: string) => [text]
  const cut = cutter(vocab, unknown)
  return {
    encode: (text) =>
      sections(text, added).flatMap((section) =>
        'id' in section
          ? [section.id]
          : split(normalize(section.text), section.isFirst).flatMap((word) => cut(word)),
      ),
    idOf: (piece) => ids.get(piece),
  }
}

type AddedToken = NonNullable<z.infer<typeof fileSchema>['added_tokens']>[number]
type Section = { readonly id: number } | { readonly text: string; readonly isFirst: boolean }

/** A text cut at the added tokens in it; the longest counts where several begin at one place. */
function sections(text: string, added: readonly AddedToken[]): readonly Section[] {
  const out: Section[] = []
  let from = 0
  const plain = (end: number): void => {
    if (end > from) out.push({ text: text.slice(from, end), isFirst: from === 0 })
  }
  for (let at = 0; at < text.length; ) {
    const token = added.find(({ content }) => text.startsWith(content, at))
    if (!token) {
      at++
      continue
    }
    const before = text.slice(from, at)
    plain(from + (token.lstrip ? before.trimEnd() : before).length)
    out.push({ id: token.id })
    at += token.content.length
    if (token.rstrip) at = text.length - text.slice(at).trimStart().length
    from = at
  }
  plain(text.length)
  return out
}

function normalizerOf(given: Normalizer): (text: string) => string {
  switch (given.type) {
    case 'Precompiled': {
      const map = new Charsmap(Buffer.from(given.precompiled_charsmap, 'base64'))
      return (text) => map.apply(text)
    }
    case 'Strip': {
      const { strip_left: left, strip_right: right } = given
      return (text) => {
        const begun = left ? text.replace(/^\p{White_Space}+/u, '') : text
        return right ? begun.replace(/\p{White_Space}+$/u, '') : begun
      }
    }
    case 'Replace': {
      const { pattern, content } = given
      if ('String' in pattern) return (text) => text.replaceAll(pattern.String, () => content)
      const regex = new RegExp(pattern.Regex, 'gu')
      return (text) => text.replace(regex, () => content)
    }
    case 'Lowercase':
      return (text) => text.toLowerCase()
    case 'Sequence': {
      const each = given.normalizers.map(normalizerOf)
      return (text) => each.reduce((all, next) => next(all), text)
    }
    default:
      return (text) => text.normalize(given.type)
  }
}

type Split = (text: string, isFirst: boolean) => readonly string[]

function splitterOf(given: PreTokenizer): Split {
  if (given.type === 'WhitespaceSplit') return (text) => text.match(/\P{White_Space}+/gu) ?? []
  if (given.type === 'Sequence') {
    const each = given.pretokenizers.map(splitterOf)
    return (text, isFirst) =>
      each.reduce<readonly string[]>(
        (words, next) => words.flatMap((word, i) => next(word, isFirst && i === 0)),
        [text],
      )
  }
  const { replacement, split = true } = given
  const scheme = given.prepend_scheme ?? (given.add_prefix_space === false ? 'never' : 'always')
  return (text, isFirst) => {
    if (text === '') return []
    const marked = text.replaceAll(' ', replacement)
    const isPrepended = scheme === 'always' || (scheme === 'first' && isFirst)
    const whole = isPrepended && !marked.startsWith(replacement) ? replacement + marked : marked
    if (!split) return [whole]
    const words: string[] = []
    for (const [i, rest] of whole.split(replacement).entries()) {
      const word = i === 0 ? rest : replacement + rest
      if (word !== '') words.push(word)
    }
    return words
  }
}

/** Viterbi's path through the pieces of a word: the largest sum of scores, unknown signs far below all pieces. */
function cutter(
  vocabulary: readonly (readonly [string, number])[],
  unknown: number,
): (word: string) => readonly number[] {
  const ids = new Map(vocabulary.map(([piece], id) => [piece, id]))
  const longest = vocabulary.reduce((most, [piece]) => Math.max(most, piece.length), 0)
  const unknownScore = vocabulary.reduce((least, [, score]) => Math.min(least, score), Infinity) - 10
  return (word) => {
    const best: { score: number; from: number; id: number }[] = []
    const offer = (end: number, score: number, from: number, id: number): void => {
      const there = best[end]
      if (!there || score > there.score) best[end] = { score, from, id }
    }
    let at = 0
    for (const sign of word) {
      const soFar = best[at]?.score ?? 0
      let isKnown = false
      for (let length = 1; length <= longest && at + length <= word.length; length++) {
        const id = ids.get(word.slice(at, at + length))
        if (id === undefined) continue
        offer(at + length, vocabulary[id]![1] + soFar, at, id)
        isKnown ||= length === sign.length
      }
      if (!isKnown) offer(at + sign.length, unknownScore + soFar, at, unknown)
      at += sign.length
    }
    const path: number[] = []
    for (let end = word.length; end > 0; end = best[end]!.from) {
      const { id } = best[end]!
      // Unknown signs that follow each other are one token.
      if (id !== unknown || path.at(-1) !== unknown) path.push(id)
    }
    return path.reverse()
  }
}
