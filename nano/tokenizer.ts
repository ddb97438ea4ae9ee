import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Tokens with a meaning of their own, from id 0 on. */
export const specialTokens = [
  '<|endoftext|>',
  '<|im_start|>',
  '<|im_end|>',
  '<|vision_start|>',
  '<|vision_end|>',
  '<|image_pad|>',
] as const

/** Id of a special token. */
export const specialId = (token: (typeof specialTokens)[number]): number => specialTokens.indexOf(token)

/** Cuts text into words before they are cut into tokens: Qwen's expression, without its inline flag. */
const words =
  "'(?:[sdmtSDMT]|ll|LL|ve|VE|re|RE)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"

/** A byte-level BPE: every text can be written in it, whatever it was learned from. */
export interface BytePairs {
  /** Ids of all tokens, bytes as GPT-2's printable stand-ins. */
  readonly vocabulary: ReadonlyMap<string, number>
  readonly merges: readonly (readonly [left: string, right: string])[]
}

/**
 * Learns the merges that shorten these texts most, until the vocabulary is full. A merge joins bytes of one character,
 * or whole characters: a token of the end of one and the beginning of another would say nothing.
 */
export function learnBytePairs(texts: Iterable<string>, size: number): BytePairs {
  const counts = new Map<string, number>()
  for (const text of texts)
    for (const [word] of text.normalize('NFC').matchAll(new RegExp(words, 'gu')))
      counts.set(word, (counts.get(word) ?? 0) + 1)
  const learned = [...counts]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([word, count]) => ({ symbols: [...Buffer.from(word)].map((byte) => symbolOf[byte]!), count }))
  const pairs = new PairCounts(learned)
  const merges: (readonly [string, string])[] = []
  const vocabulary = new Map<string, number>()
  for (const symbol of symbolOf) vocabulary.set(symbol, specialTokens.length + vocabulary.size)
  while (specialTokens.length + vocabulary.size < size) {
    const best = pairs.commonest()
    if (best === undefined) break
    merges.push(best)
    vocabulary.set(best[0] + best[1], specialTokens.length + vocabulary.size)
    pairs.join(best)
  }
  return { vocabulary, merges }
}

interface Word {
  symbols: readonly string[]
  readonly count: number
}

/** How often two symbols stand side by side, and in which words. */
class PairCounts {
  readonly #pairs = new Map<string, { count: number; readonly words: Set<Word>; readonly mayJoin: boolean }>()

  constructor(learned: readonly Word[]) {
    for (const word of learned) this.#count(word, 1)
  }

  /** The commonest pair that may be joined; of several the first in order. */
  commonest(): readonly [string, string] | undefined {
    let best = ''
    let most = 1
    for (const [pair, { count, mayJoin }] of this.#pairs)
      if (mayJoin && (count > most || (count === most && most > 1 && pair < best))) {
        best = pair
        most = count
      }
    return best === '' ? undefined : (best.split(' ') as [string, string])
  }

  /** Makes one symbol of a pair, everywhere. */
  join(pair: readonly [string, string]): void {
    for (const word of [...this.#pairs.get(pair.join(' '))!.words]) {
      this.#count(word, -1)
      word.symbols = joined(word.symbols, pair)
      this.#count(word, 1)
    }
  }

  #count(word: Word, sign: 1 | -1): void {
    const { symbols, count } = word
    for (let i = 0; i + 1 < symbols.length; i++) {
      const key = `${symbols[i]} ${symbols[i + 1]}`
      let pair = this.#pairs.get(key)
      if (pair === undefined) {
        pair = { count: 0, words: new Set(), mayJoin: mayJoin(symbols[i]!, symbols[i + 1]!) }
        this.#pairs.set(key, pair)
      }
      pair.count += sign * count
      if (sign > 0) pair.words.add(word)
      else pair.words.delete(word)
      if (pair.count === 0) this.#pairs.delete(key)
    }
  }
}

function joined(symbols: readonly string[], [left, right]: readonly [string, string]): string[] {
  const result: string[] = []
  for (let i = 0; i < symbols.length; i++)
    if (symbols[i] === left && symbols[i + 1] === right) {
      result.push(left + right)
      i++
    } else result.push(symbols[i]!)
  return result
}

function mayJoin(one: string, other: string): boolean {
  const [left, right] = [bytesOfToken(one), bytesOfToken(other)]
  if (isWhole(left)) return isWhole(right)
  // Within one character: its first bytes, then only bytes that go on with it.
  return !isInside(left[0]!) && right.every(isInside)
}

const isInside = (byte: number): boolean => byte >> 6 === 0b10

/** Whether bytes are whole characters. */
function isWhole(bytes: readonly number[]): boolean {
  const lengthOf = (byte: number) => (byte < 0x80 ? 1 : byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2)
  let at = 0
  while (at < bytes.length && !isInside(bytes[at]!)) at += lengthOf(bytes[at]!)
  return at === bytes.length
}

/** GPT-2's printable stand-in for each byte. */
const symbolOf: readonly string[] = (() => {
  const printable = (byte: number) =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || (byte >= 174 && byte <= 255)
  let next = 256
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(printable(byte) ? byte : next++))
})()

const byteOf: ReadonlyMap<string, number> = new Map(symbolOf.map((symbol, byte) => [symbol, byte]))

const bytesOfToken = (token: string): number[] => [...token].map((symbol) => byteOf.get(symbol)!)

/** Writes `tokenizer.json` and `tokenizer_config.json` as Qwen's are laid out. */
export async function writeTokenizer(folder: string, { vocabulary, merges }: BytePairs): Promise<void> {
  await mkdir(folder, { recursive: true })
  const special = specialTokens.map((content, id) => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  }))
  const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false }
  const tokenizer = {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: special,
    normalizer: { type: 'NFC' },
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        { type: 'Split', pattern: { Regex: words }, behavior: 'Isolated', invert: false },
        byteLevel,
      ],
    },
    post_processor: byteLevel,
    decoder: byteLevel,
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: '',
      end_of_word_suffix: '',
      fuse_unk: false,
      byte_fallback: false,
      vocab: Object.fromEntries(vocabulary),
      merges: merges.map((pair) => pair.join(' ')),
    },
  }
  const config = {
    tokenizer_class: 'Qwen2Tokenizer',
    add_prefix_space: false,
    clean_up_tokenization_spaces: false,
    eos_token: '<|im_end|>',
    pad_token: '<|endoftext|>',
    unk_token: null,
    model_max_length: 1024,
  }
  await writeFile(join(folder, 'tokenizer.json'), JSON.stringify(tokenizer))
  await writeFile(join(folder, 'tokenizer_config.json'), `${JSON.stringify(config, null, 2)}\n`)
}
