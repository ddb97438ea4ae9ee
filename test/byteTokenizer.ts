import { promptPrefix } from 'pentimento/edit'

/**
 * A tokenizer.json that knows bytes, some special tokens, and the fixed text before the picture, in as many tokens as
 * the real one makes of it.
 * @param texts other long texts that are one token @param prefix long piece of that text. Default: v1.0's
 */
export function byteTokenizer(
  special: Readonly<Record<string, number>>,
  prefix: string = promptPrefix.slice(0, -211),
  texts: Readonly<Record<string, number>> = {},
): object {
  const added = { ...pieces(prefix), ...texts, ...special }
  return {
    ...byteVocabulary(1),
    added_tokens: Object.entries(added).map(([content, id]) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: content in special,
    })),
  }
}

/** A tokenizer.json that makes of each byte one token, its number that of the byte plus `from`. */
export function byteVocabulary(from: number): object {
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false },
    post_processor: null,
    decoder: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: '',
      end_of_word_suffix: '',
      fuse_unk: false,
      byte_fallback: false,
      vocab: Object.fromEntries(byteCharacters().map((character, byte) => [character, byte + from])),
      merges: [],
    },
  }
}

/** GPT-2's printable stand-in for each byte. */
function byteCharacters(): string[] {
  const printable = (byte: number) =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || (byte >= 174 && byte <= 255)
  let next = 256
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(printable(byte) ? byte : next++))
}

/** Long pieces of the text before the picture, so that it makes 217 tokens up to its last colon. */
function pieces(prefix: string): Record<string, number> {
  // Six tokens come before: <|im_start|>, the first text, <|im_end|>, a line break, <|im_start|>, the second text.
  // The prefix makes 211: one long piece, and 210 bytes.
  const texts = ['system\nYou are a helpful assistant.', 'user\n', prefix]
  return Object.fromEntries(texts.map((text, i) => [text, 300 + i]))
}
