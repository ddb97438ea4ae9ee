import { digestOf } from '../../jobs/index.ts'
import { type HashBits, HashIndex, hashBits, popcount } from '../hashIndex.ts'
import type { Pair } from '../pairs/pair.ts'

/**
 * Pairs alike: near sources, in the same place a change that looks the same, colours too, and the same edit in words: a
 * photograph without its rain and without its haze may be the same picture, and are two edits.
 */
const alike = { bits: 4, colours: 6, area: 0.8 } as const

/** Numbers a pair: two hashes, its edit, its area, its score. */
const words = 6
const reals = 5
const colourBytes = 96

/** Pairs of one kind that passed individually: 300 bytes each, so that a million fit in memory. */
export class Candidates {
  readonly ids: string[] = []
  readonly #parents = new Map<string, string>()
  #words = new Int32Array(words * 256)
  #reals = new Float64Array(reals * 256)
  #colours = new Uint8Array(colourBytes * 256)
  #accepted = new Uint8Array(256)
  #tags = new Int32Array(256)

  /** @param tag what its owner knows it by */
  add(
    { id, parent, signature, facts }: Pair,
    { score, accepted, tag }: { readonly score: number; readonly accepted: boolean; readonly tag: number },
  ): void {
    const at = this.ids.length
    if (at === this.#accepted.length) this.#grow()
    this.ids.push(id)
    if (parent !== undefined) this.#parents.set(parent, id)
    const edit = digestOf(facts).slice(0, 16)
    this.#words.set(
      [...hashBits(signature.change), ...hashBits(signature.source), ...hashBits(edit)],
      words * at,
    )
    const { x, y, width, height } = signature.area
    this.#reals.set([score, x, y, width, height], reals * at)
    this.#colours.set(Buffer.from(signature.colours.padEnd(2 * colourBytes, '0'), 'hex'), colourBytes * at)
    this.#accepted[at] = accepted ? 1 : 0
    this.#tags[at] = tag
  }

  /** The retouched pair that stands for this one. */
  childOf(id: string): string | undefined {
    return this.#parents.get(id)
  }

  tag(at: number): number {
    return this.#tags[at]!
  }

  score(at: number): number {
    return this.#reals[reals * at]!
  }

  /** The best first: what people accepted, then by score, then by id. */
  best(): Uint32Array {
    const order = Uint32Array.from(this.ids.keys())
    return order.sort(
      (a, b) =>
        this.#accepted[b]! - this.#accepted[a]! ||
        this.score(b) - this.score(a) ||
        (this.ids[a]! < this.ids[b]! ? -1 : 1),
    )
  }

  /** Of pairs in an order, those that look and mean the same as one before them, with that one. */
  twins(order: Iterable<number>): Map<number, number> {
    const index = new HashIndex()
    const kept: number[] = []
    const twins = new Map<number, number>()
    for (const at of order) {
      const [change, salt] = [this.#hash(at, 0), this.#words[words * at + 5]!]
      const twin = index
        .near(change, alike.bits, salt)
        .map((number) => kept[number]!)
        .find((other) => this.#areAlike(other, at))
      if (twin !== undefined) twins.set(at, twin)
      else {
        index.add(change, salt)
        kept.push(at)
      }
    }
    return twins
  }

  #hash(at: number, word: number): HashBits {
    return [this.#words[words * at + word]!, this.#words[words * at + word + 1]!]
  }

  #areAlike(a: number, b: number): boolean {
    const [one, other] = [words * a, words * b]
    const differing = (word: number): number =>
      popcount(this.#words[one + word]! ^ this.#words[other + word]!)
    return (
      differing(4) + differing(5) === 0 &&
      differing(0) + differing(1) <= alike.bits &&
      differing(2) + differing(3) <= alike.bits &&
      this.#colourDistance(a, b) <= alike.colours &&
      this.#sharedArea(a, b) >= alike.area
    )
  }

  /** The mean difference in levels of 0 to 255; a byte has two of 16 levels. */
  #colourDistance(a: number, b: number): number {
    let sum = 0
    for (let i = 0; i < colourBytes; i++) {
      const [one, other] = [this.#colours[colourBytes * a + i]!, this.#colours[colourBytes * b + i]!]
      sum += Math.abs((one >> 4) - (other >> 4)) + Math.abs((one & 15) - (other & 15))
    }
    return (16 * sum) / (2 * colourBytes)
  }

  /** Intersection over union of where two pairs changed. */
  #sharedArea(a: number, b: number): number {
    const of = (at: number) => [...this.#reals.subarray(reals * at + 1, reals * at + reals)] as number[]
    const [[x = 0, y = 0, w = 0, h = 0], [u = 0, v = 0, m = 0, n = 0]] = [of(a), of(b)]
    const width = Math.min(x + w, u + m) - Math.max(x, u)
    const height = Math.min(y + h, v + n) - Math.max(y, v)
    const both = Math.max(0, width) * Math.max(0, height)
    return both / (w * h + m * n - both)
  }

  #grow(): void {
    const twice = 2 * this.#accepted.length
    const grow = <T extends Int32Array | Float64Array | Uint8Array>(from: T, to: T): T => {
      to.set(from as never)
      return to
    }
    this.#words = grow(this.#words, new Int32Array(words * twice))
    this.#reals = grow(this.#reals, new Float64Array(reals * twice))
    this.#colours = grow(this.#colours, new Uint8Array(colourBytes * twice))
    this.#tags = grow(this.#tags, new Int32Array(twice))
    this.#accepted = grow(this.#accepted, new Uint8Array(twice))
  }
}
