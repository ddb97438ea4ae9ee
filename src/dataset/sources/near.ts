import { HashIndex, hashBits } from '../hashIndex.ts'

/** Perceptual hashes that differ in so many bits or fewer are of the same scene. */
const nearBits = 7

/**
 * Groups of entries whose perceptual hashes are near, by a chain of neighbours, as comparing all with all finds them.
 * Entries are numbered in the order in which they come, and a group has the smallest number in it: 32 bytes an entry.
 */
export class NearGroups {
  readonly #index = new HashIndex()
  #parents = new Int32Array(256)

  /** Adds an entry with the next number. */
  add(hash: string): number {
    const bits = hashBits(hash)
    const near = this.#index.near(bits, nearBits)
    const number = this.#index.add(bits)
    if (number === this.#parents.length) {
      const grown = new Int32Array(2 * number)
      grown.set(this.#parents)
      this.#parents = grown
    }
    this.#parents[number] = number
    for (const other of near) this.join(other, number)
    return number
  }

  /** Two entries that belong together whatever they look like, such as clips of one video. */
  join(one: number, other: number): void {
    const [a, b] = [this.groupOf(one), this.groupOf(other)]
    this.#parents[Math.max(a, b)] = Math.min(a, b)
  }

  groupOf(number: number): number {
    let root = number
    while (this.#parents[root] !== root) root = this.#parents[root]!
    for (let at = number; at !== root; ) {
      const next = this.#parents[at]!
      this.#parents[at] = root
      at = next
    }
    return root
  }
}
