/** SHA-256 hashes in hexadecimal, numbered in the order in which they come: 32 bytes each. */
export class PackedIds {
  #bytes: Buffer = Buffer.alloc(32 * 256)
  #size = 0

  get size(): number {
    return this.#size
  }

  /** @returns its number */
  add(id: string): number {
    const at = 32 * this.#size
    if (at === this.#bytes.length) this.#bytes = Buffer.concat([this.#bytes, Buffer.alloc(at)])
    if (id.length !== 64 || this.#bytes.write(id, at, 'hex') !== 32)
      throw new Error(`internal: expected a hash of 64 hexadecimal digits, got '${id}'`)
    return this.#size++
  }

  at(number: number): string {
    return this.#bytes.toString('hex', 32 * number, 32 * number + 32)
  }

  /** The number of an id, where they came in ascending order; -1 where it did not come. */
  numberOf(id: string): number {
    const wanted = Buffer.from(id, 'hex')
    let [low, high] = [0, this.#size]
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#bytes.compare(wanted, 0, 32, 32 * middle, 32 * middle + 32) < 0) low = middle + 1
      else high = middle
    }
    return low < this.#size && this.at(low) === id ? low : -1
  }
}
