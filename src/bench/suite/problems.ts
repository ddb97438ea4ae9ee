import { BenchError } from '../error.ts'

const shown = 10
/** Messages that are kept; the others are only counted. */
const most = 1000

/** Collects the problems of a suite, so that all are reported together. */
export class Problems {
  readonly #where: string
  readonly #found: string[] = []
  #count = 0

  /** @param where the file or folder that messages begin with */
  constructor(where: string) {
    this.#where = where
  }

  get count(): number {
    return this.#count
  }

  add(problem: string): void {
    this.#count++
    if (this.#found.length < most) this.#found.push(problem)
  }

  /** @throws BenchError `suite`: one line with the count, the first ten, and what to do */
  throwIfAny(advice: string): void {
    if (this.#count === 0) return
    const first = this.#found.slice(0, shown).join('; ')
    const rest = this.#count > shown ? `; and ${this.#count - shown} more` : ''
    const count = this.#count === 1 ? '1 problem' : `${this.#count} problems`
    throw new BenchError('suite', `${this.#where}: ${count}: ${first}${rest}; ${advice}`)
  }
}
