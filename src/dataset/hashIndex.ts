const bands = 4
const bandValues = 65_536

/** A hash of 64 bits as its upper and lower 32. */
export type HashBits = readonly [high: number, low: number]

/** Reads 16 hexadecimal digits. */
export function hashBits(hash: string): HashBits {
  return [Number.parseInt(hash.slice(0, 8), 16) | 0, Number.parseInt(hash.slice(8, 16), 16) | 0]
}

/** How many of 32 bits are set. */
export function popcount(bits: number): number {
  let sum = bits - ((bits >>> 1) & 0x5555_5555)
  sum = (sum & 0x3333_3333) + ((sum >>> 2) & 0x3333_3333)
  return Math.imul((sum + (sum >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24
}

/**
 * Hashes of 64 bits, searched by Hamming distance with multi-index hashing (Norouzi, Punjani and Fleet, 2012): of 4
 * bands of 16 bits one differs in at most a quarter of all differing bits, so only entries that share a band, or nearly
 * share it, are compared. Results are those of comparing with all. An entry takes 28 bytes: a million fit 30 MB.
 */
export class HashIndex {
  readonly #heads: readonly Int32Array[] = Array.from({ length: bands }, () =>
    new Int32Array(bandValues).fill(-1),
  )
  #next = new Int32Array(bands * 256)
  #hashes = new Int32Array(2 * 256)
  /** The query that last looked at an entry. */
  #looked = new Int32Array(256)
  #query = 0
  #size = 0

  get size(): number {
    return this.#size
  }

  /**
   * Adds an entry. @param salt entries of other salts are seldom looked at; the caller compares what it stands for
   * @returns its number, from 0 on
   */
  add([high, low]: HashBits, salt = 0): number {
    const entry = this.#size++
    if (entry === this.#looked.length) this.#grow()
    this.#hashes[2 * entry] = high
    this.#hashes[2 * entry + 1] = low
    for (let band = 0; band < bands; band++) {
      const heads = this.#heads[band]!
      const value = bandOf(high, low, band) ^ (salt & 0xffff)
      this.#next[bands * entry + band] = heads[value]!
      heads[value] = entry
    }
    return entry
  }

  /** Numbers of the entries within `bits` (0 to 11) of a hash, ascending. */
  near([high, low]: HashBits, bits: number, salt = 0): number[] {
    const found: number[] = []
    const query = ++this.#query
    const reach = Math.floor(bits / bands)
    for (let band = 0; band < bands; band++) {
      const value = bandOf(high, low, band) ^ (salt & 0xffff)
      for (const flip of flips[reach]!)
        for (
          let entry = this.#heads[band]![value ^ flip]!;
          entry >= 0;
          entry = this.#next[bands * entry + band]!
        ) {
          if (this.#looked[entry] === query) continue
          this.#looked[entry] = query
          const distance =
            popcount(this.#hashes[2 * entry]! ^ high) + popcount(this.#hashes[2 * entry + 1]! ^ low)
          if (distance <= bits) found.push(entry)
        }
    }
    return found.sort((a, b) => a - b)
  }

  #grow(): void {
    const grown = (from: Int32Array): Int32Array<ArrayBuffer> => {
      const to = new Int32Array(2 * from.length)
      to.set(from)
      return to
    }
    this.#next = grown(this.#next)
    this.#hashes = grown(this.#hashes)
    this.#looked = grown(this.#looked)
  }
}

function bandOf(high: number, low: number, band: number): number {
  const half = band < 2 ? high : low
  return band % 2 === 0 ? half >>> 16 : half & 0xffff
}

/** Words of 16 bits with at most 0, 1 and 2 bits set. */
const flips: readonly (readonly number[])[] = [0, 1, 2].map((most) =>
  Array.from({ length: bandValues }, (_, word) => word).filter((word) => popcount(word) <= most),
)
