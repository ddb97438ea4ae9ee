import { type TensorValue, tensorValue } from '../graph/index.ts'
import { type QwenTextConfig, unseen } from '../models/index.ts'

/** Places by which a cache grows. */
const step = 256

/** Places of a cache that holds so many tokens: it depends on nothing else, so that equal texts give equal numbers. */
function placesFor(tokens: number): number {
  return Math.max(1, Math.ceil(tokens / step)) * step
}

/** Keys and values of the tokens that rows of text have so far. */
export class KeyValueCache {
  readonly #config: QwenTextConfig
  readonly #head: number
  #lengths: number[]
  #places: number
  /** Of each layer keys and values in turns, [rows, key heads, places, head width]. */
  #arrays: Float32Array[]

  constructor(config: QwenTextConfig, rows = 1) {
    this.#config = config
    this.#head = config.width / config.heads
    this.#lengths = Array.from({ length: rows }, () => 0)
    this.#places = placesFor(0)
    this.#arrays = this.#made(rows)
  }

  /** Tokens of each row. */
  get lengths(): readonly number[] {
    return this.#lengths
  }

  /** Several caches as the rows of one. */
  static joined(config: QwenTextConfig, caches: readonly KeyValueCache[]): KeyValueCache {
    if (caches.length === 1) return caches[0]!
    const joined = new KeyValueCache(config, 0)
    joined.#take(caches.flatMap((cache) => cache.#lengths.map((_, row) => ({ cache, row }))))
    return joined
  }

  /** Only some rows, in this order. */
  keepRows(rows: readonly number[]): KeyValueCache {
    const kept = new KeyValueCache(this.#config, 0)
    kept.#take(rows.map((row) => ({ cache: this, row })))
    return kept
  }

  /** The first tokens of its only row. */
  beginning(tokens: number): KeyValueCache {
    const kept = new KeyValueCache(this.#config, 0)
    kept.#take([{ cache: this, row: 0 }], tokens)
    return kept
  }

  /** Makes room for more tokens in each row. */
  reserve(tokens: number): void {
    if (placesFor(Math.max(...this.#lengths) + tokens) > this.#places)
      this.#take(
        this.#lengths.map((_, row) => ({ cache: this, row })),
        undefined,
        tokens,
      )
  }

  /** What a run is fed: a mask of the places, and the arrays as they are. */
  feeds(): Readonly<Record<string, TensorValue>> {
    const { keyHeads, layers } = this.#config
    const rows = this.#lengths.length
    const mask = new Float32Array(rows * this.#places).fill(unseen)
    for (const [row, length] of this.#lengths.entries())
      mask.fill(0, row * this.#places, row * this.#places + length)
    const shape = [rows, keyHeads, this.#places, this.#head]
    const value = (i: number): TensorValue => ({ dtype: 'f32', shape, data: this.#arrays[i]! as never })
    return {
      cached: tensorValue('f32', [rows, 1, 1, this.#places], mask),
      ...Object.fromEntries(
        Array.from({ length: layers }, (_, i) => [
          [`keys.${i}`, value(2 * i)],
          [`values.${i}`, value(2 * i + 1)],
        ]).flat(),
      ),
    }
  }

  /** Takes in what a run left: of each layer keys and values [rows, key heads, L, head width]. */
  append(left: Readonly<Record<string, TensorValue>>, tokens: number): void {
    this.reserve(tokens)
    const { keyHeads, layers } = this.#config
    const width = tokens * this.#head
    for (let i = 0; i < 2 * layers; i++) {
      const from = left[`${i % 2 === 0 ? 'key' : 'value'}.${i >> 1}`]!.data as Float32Array
      for (const [row, length] of this.#lengths.entries())
        for (let head = 0; head < keyHeads; head++) {
          const at = row * keyHeads + head
          this.#arrays[i]!.set(
            from.subarray(at * width, (at + 1) * width),
            (at * this.#places + length) * this.#head,
          )
        }
    }
    this.#lengths = this.#lengths.map((length) => length + tokens)
  }

  #take(
    rows: readonly { readonly cache: KeyValueCache; readonly row: number }[],
    most = Number.POSITIVE_INFINITY,
    more = 0,
  ): void {
    const { keyHeads } = this.#config
    const lengths = rows.map(({ cache, row }) => Math.min(most, cache.#lengths[row]!))
    const places = placesFor(Math.max(0, ...lengths) + more)
    const arrays = this.#arrays.map((_, i) => {
      const array = new Float32Array(rows.length * keyHeads * places * this.#head)
      for (const [to, { cache, row }] of rows.entries())
        for (let head = 0; head < keyHeads; head++) {
          const from = (row * keyHeads + head) * cache.#places * this.#head
          const part = cache.#arrays[i]!.subarray(from, from + lengths[to]! * this.#head)
          array.set(part, (to * keyHeads + head) * places * this.#head)
        }
      return array
    })
    this.#lengths = lengths
    this.#places = places
    this.#arrays = arrays
  }

  #made(rows: number): Float32Array[] {
    const { layers, keyHeads } = this.#config
    const length = rows * keyHeads * this.#places * this.#head
    return Array.from({ length: 2 * layers }, () => new Float32Array(length))
  }
}
