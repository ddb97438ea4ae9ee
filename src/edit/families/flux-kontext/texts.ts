import { dataOf } from '../../../graph/index.ts'
import { freeAll } from '../../../onnx/index.ts'
import { ClipReader, type ClipReaderOptions } from '../../condition/clip.ts'
import type { ReadingHooks } from '../../condition/conditioner.ts'
import { T5Reader, type T5ReaderOptions } from '../../condition/t5.ts'
import { checkFinite } from '../../sampling/finite.ts'
import type { KontextText } from './denoiser.ts'

/** Texts that are kept after they were read. */
const mostKept = 8

/**
 * Texts as the transformer reads them: T5's states, and CLIP's pooled one. The last ones are kept, because a text does
 * not depend on the picture.
 */
export class KontextTexts {
  readonly #clip: ClipReader
  readonly #t5: T5Reader
  readonly #kept = new Map<string, KontextText>()

  constructor(options: { readonly clip: ClipReaderOptions; readonly t5: T5ReaderOptions }) {
    this.#clip = new ClipReader(options.clip)
    this.#t5 = new T5Reader(options.t5)
  }

  /** Whether all of these texts are kept, so that nothing needs to be loaded. */
  has(texts: readonly string[]): boolean {
    return texts.every((text) => this.#kept.has(text))
  }

  /** @param texts instruction first, whose length is reported */
  async read(
    texts: readonly string[],
    { onInstruction, onPart }: ReadingHooks = {},
  ): Promise<readonly KontextText[]> {
    const tokens = texts.map((text) => this.#t5.tokens(text))
    if (tokens[0]) onInstruction?.(tokens[0].length)
    const unread = [...new Set(texts)].filter((text) => !this.#kept.has(text))
    if (unread.length > 0) {
      const states = await this.#t5.readIds(
        unread.map((text) => tokens[texts.indexOf(text)]!.ids),
        onPart,
      )
      for (const [i, text] of unread.entries()) {
        const { pooled } = await this.#clip.read(text)
        checkFinite(dataOf(states[i]!, 'f32'), 'reading the instruction')
        checkFinite(dataOf(pooled, 'f32'), 'reading the instruction')
        this.#kept.set(text, { text: states[i]!, pooled })
      }
    }
    const read = texts.map((text) => this.#kept.get(text)!)
    for (const text of texts) {
      // A map keeps the order of insertion: the first one was used longest ago.
      const value = this.#kept.get(text)!
      this.#kept.delete(text)
      this.#kept.set(text, value)
    }
    for (const text of [...this.#kept.keys()].slice(0, -mostKept)) this.#kept.delete(text)
    return read
  }

  /** Frees what is loaded; the next text that is not kept loads it again. */
  release(): Promise<void> {
    return freeAll([() => this.#clip.release(), () => this.#t5.release()])
  }
}
