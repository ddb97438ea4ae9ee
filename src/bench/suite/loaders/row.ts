import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { BenchError } from '../../error.ts'
import { staysInside } from '../schema.ts'
import type { Cells, FoundRow } from '../tables/table.ts'

/** A row of a published table, read by what its cells are expected to be. */
export class Row {
  readonly where: string
  readonly #file: string
  readonly #cells: Cells

  constructor({ file, where, cells }: FoundRow) {
    this.where = where
    this.#file = file
    this.#cells = cells
  }

  /** A text, without blanks around it; empty where there is none. @throws BenchError `suite` */
  text(column: string): string {
    const value = this.#cells[column]
    if (value === null || value === undefined) return ''
    if (typeof value === 'number' || typeof value === 'bigint') return String(value)
    if (typeof value !== 'string') throw this.#misfit(column, 'text', value)
    return value.trim()
  }

  /** A whole number. @throws BenchError `suite` */
  whole(column: string): number {
    const value = Number(this.#cells[column] ?? Number.NaN)
    if (!Number.isSafeInteger(value)) throw this.#misfit(column, 'a whole number', this.#cells[column])
    return value
  }

  /** Yes or no; undefined where nothing is said. @throws BenchError `suite` */
  flag(column: string): boolean | undefined {
    const value = this.#cells[column]
    if (value === null || value === undefined) return undefined
    if (typeof value !== 'boolean') throw this.#misfit(column, 'true or false', value)
    return value
  }

  /**
   * The bytes of a picture: of `{ bytes }`, or in JSON lines of the file that its path names, relative to the table.
   * Undefined where there is none. @throws BenchError `suite`
   */
  picture(column: string): Promise<Uint8Array | undefined> {
    return this.#picture(column, this.#cells[column])
  }

  async #picture(column: string, value: unknown): Promise<Uint8Array | undefined> {
    if (value === null || value === undefined) return undefined
    if (value instanceof Uint8Array) return value
    if (typeof value === 'string') return this.#read(column, value)
    const { bytes, path } = value as { bytes?: unknown; path?: unknown }
    if (bytes instanceof Uint8Array) return bytes
    if (typeof path === 'string') return this.#read(column, path)
    return undefined
  }

  /** The pictures of a list; undefined in it where one has no bytes. @throws BenchError `suite` */
  async pictures(column: string): Promise<readonly (Uint8Array | undefined)[]> {
    const value = this.#cells[column]
    if (value === null || value === undefined) return []
    if (!Array.isArray(value)) throw this.#misfit(column, 'a list of pictures', value)
    return Promise.all(value.map((each) => this.#picture(column, each)))
  }

  /** Whether a cell has something in it. */
  has(column: string): boolean {
    const value = this.#cells[column]
    if (value === null || value === undefined || value === '') return false
    if (typeof value !== 'object' || value instanceof Uint8Array) return true
    return Object.values(value).some((part) => part !== null && part !== undefined)
  }

  async #read(column: string, path: string): Promise<Uint8Array | undefined> {
    if (!staysInside(path)) throw this.#misfit(column, "a path below the table's folder", path)
    return readFile(join(dirname(this.#file), path)).catch(() => undefined)
  }

  #misfit(column: string, wanted: string, got: unknown): BenchError {
    const text = JSON.stringify(got, (_, part: unknown) => (typeof part === 'bigint' ? String(part) : part))
    return new BenchError(
      'suite',
      `${this.where}: ${column}: expected ${wanted}, got ${(text ?? 'none').slice(0, 60)}`,
    )
  }
}
