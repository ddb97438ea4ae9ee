import type { Dossier } from '../pairs/pair.ts'
import type { PairStore } from '../pairs/store.ts'
import type { Kind } from '../taxonomy.ts'
import { isWanted, type ReviewFilter } from './reviewFilter.ts'

/** A pair that waits for people. */
export interface Candidate {
  readonly pair: string
  readonly kind: Kind
}

/**
 * The pairs to be looked at, read a page ahead of the people, so that a large dataset does not lie in memory. They come in
 * the order of their ids, which are hashes: any stretch is a fair sample.
 */
export class Candidates {
  readonly #pairs: Pick<PairStore, 'dossiers'>
  readonly #filter: ReviewFilter
  readonly #isDone: (pair: string) => boolean
  readonly #waiting = new Map<string, Candidate>()
  #reading: AsyncIterator<Dossier> | undefined
  #found = 0
  #isWhole = false

  /** @param isDone whether nobody needs to look at it any more */
  constructor(pairs: Pick<PairStore, 'dossiers'>, filter: ReviewFilter, isDone: (pair: string) => boolean) {
    this.#pairs = pairs
    this.#filter = filter
    this.#isDone = isDone
  }

  /** How many pairs have been found so far, and whether that is all. */
  get found(): { readonly pairs: number; readonly isWhole: boolean } {
    return { pairs: this.#found, isWhole: this.#isWhole }
  }

  /** Pairs that were read and are not done, in order. */
  *waiting(): Generator<Candidate> {
    for (const candidate of this.#waiting.values())
      if (this.#isDone(candidate.pair)) this.#waiting.delete(candidate.pair)
      else yield candidate
  }

  /** Reads on until one more waits. @returns it; undefined when all pairs were read */
  async more(): Promise<Candidate | undefined> {
    if (this.#isWhole) return undefined
    const { kinds } = this.#filter
    this.#reading ??= this.#pairs.dossiers(kinds && { kinds })[Symbol.asyncIterator]()
    for (;;) {
      const next = await this.#reading.next()
      if (next.done) {
        this.#isWhole = true
        this.#reading = undefined
        return undefined
      }
      const { pair } = next.value
      if (!isWanted(next.value, this.#filter) || this.#waiting.has(pair.id)) continue
      this.#found++
      if (this.#isDone(pair.id)) continue
      const candidate = { pair: pair.id, kind: pair.kind }
      this.#waiting.set(pair.id, candidate)
      return candidate
    }
  }

  /** Puts one back whose decision was undone. */
  put(candidate: Candidate): void {
    this.#waiting.set(candidate.pair, candidate)
  }

  /** Reads from the start again: since then there may be new pairs. */
  restart(): void {
    this.#reading = undefined
    this.#found = this.#waiting.size
    this.#isWhole = false
  }
}
