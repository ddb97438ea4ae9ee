/** A table of a FlatBuffer (https://flatbuffers.dev/internals): fields by their number in the schema. */
export class FlatTable {
  readonly #view: DataView
  readonly #at: number

  private constructor(view: DataView, at: number) {
    this.#view = view
    this.#at = at
  }

  /** The root table of a buffer. */
  static root(bytes: Uint8Array): FlatTable {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    return new FlatTable(view, view.getUint32(0, true))
  }

  /** Where a field is; 0 where it has its default. */
  #field(number: number): number {
    const table = this.#at - this.#view.getInt32(this.#at, true)
    const slot = 4 + 2 * number
    if (slot >= this.#view.getUint16(table, true)) return 0
    const offset = this.#view.getUint16(table + slot, true)
    return offset === 0 ? 0 : this.#at + offset
  }

  /** An unsigned or signed byte, as a boolean too. */
  byte(number: number): number {
    const at = this.#field(number)
    return at === 0 ? 0 : this.#view.getUint8(at)
  }

  int(number: number): number {
    const at = this.#field(number)
    return at === 0 ? 0 : this.#view.getInt32(at, true)
  }

  long(number: number): number {
    const at = this.#field(number)
    return at === 0 ? 0 : Number(this.#view.getBigInt64(at, true))
  }

  table(number: number): FlatTable | undefined {
    const at = this.#field(number)
    return at === 0 ? undefined : new FlatTable(this.#view, at + this.#view.getUint32(at, true))
  }

  text(number: number): string {
    const at = this.#field(number)
    if (at === 0) return ''
    const start = at + this.#view.getUint32(at, true)
    const length = this.#view.getUint32(start, true)
    return new TextDecoder().decode(
      new Uint8Array(this.#view.buffer, this.#view.byteOffset + start + 4, length),
    )
  }

  /** A vector of tables. */
  tables(number: number): readonly FlatTable[] {
    return this.#vector(number, 4, (at) => new FlatTable(this.#view, at + this.#view.getUint32(at, true)))
  }

  /** A vector of structs of two 64-bit numbers. */
  pairs(number: number): readonly (readonly [number, number])[] {
    return this.#vector(number, 16, (at) => [
      Number(this.#view.getBigInt64(at, true)),
      Number(this.#view.getBigInt64(at + 8, true)),
    ])
  }

  #vector<T>(number: number, size: number, read: (at: number) => T): readonly T[] {
    const at = this.#field(number)
    if (at === 0) return []
    const start = at + this.#view.getUint32(at, true)
    const length = this.#view.getUint32(start, true)
    return Array.from({ length }, (_, i) => read(start + 4 + i * size))
  }
}
