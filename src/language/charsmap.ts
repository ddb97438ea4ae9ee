/**
 * How SentencePiece rewrites text before it is cut, from the `precompiled_charsmap` of a tokenizer.json: a trie over
 * UTF-8 bytes (Darts' double array), then the texts that its leaves point to, each ended by a zero byte.
 * Source: https://github.com/huggingface/spm_precompiled and SentencePiece's normalizer.cc
 */
export class Charsmap {
  readonly #units: Uint32Array
  readonly #texts: Uint8Array

  /** @throws RangeError where the bytes are no such map */
  constructor(bytes: Uint8Array) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const size = bytes.length < 4 ? 0 : view.getUint32(0, true)
    if (size === 0 || size % 4 !== 0 || 4 + size > bytes.length)
      throw new RangeError('the character map is truncated')
    this.#units = Uint32Array.from({ length: size / 4 }, (_, i) => view.getUint32(4 + 4 * i, true))
    this.#texts = bytes.subarray(4 + size)
  }

  /** A text rewritten: letters with their marks as a whole if they are short and known, else sign by sign. */
  apply(text: string): string {
    let out = ''
    graphemes ??= new Intl.Segmenter('en', { granularity: 'grapheme' })
    for (const { segment } of graphemes.segment(text)) {
      const whole = encoder.encode(segment)
      const found = whole.length < 6 ? this.#find(whole) : undefined
      if (found !== undefined) out += found
      else for (const sign of segment) out += this.#find(encoder.encode(sign)) ?? sign
    }
    return out
  }

  /** What the shortest known beginning of a key becomes; the original takes the first, too, and drops the rest. */
  #find(key: Uint8Array): string | undefined {
    const units = this.#units
    let at = offsetOf(units[0]!)
    for (const byte of key) {
      at ^= byte
      const unit = units[at] ?? 0
      // A unit of another byte is none of this key's.
      if (byte === 0 || (unit & 0x800000ff) >>> 0 !== byte) return undefined
      at ^= offsetOf(unit)
      if (((unit >>> 8) & 1) === 1) return this.#textAt(units[at]! & 0x7fffffff)
    }
    return undefined
  }

  #textAt(from: number): string {
    const end = this.#texts.indexOf(0, from)
    return decoder.decode(this.#texts.subarray(from, end < 0 ? undefined : end))
  }
}

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
/** A tenth of a second to make. */
let graphemes: Intl.Segmenter | undefined

/** Where the children of a unit begin. */
function offsetOf(unit: number): number {
  return (unit >>> 10) << ((unit & 0x200) >>> 6)
}
