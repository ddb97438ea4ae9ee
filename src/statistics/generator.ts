import { Random } from '../random/index.ts'

/**
 * Random whole numbers, the same for the same seed words on any machine. Small and fast (sfc32, seeded by `Random`): a
 * bootstrap draws some hundred million.
 */
export class Draws {
  // In an array: JavaScript boxes 32-bit numbers that a closure or an object holds.
  readonly #state = new Int32Array(4)

  constructor(...words: readonly (string | number)[]) {
    const random = new Random(...words)
    for (let i = 0; i < 3; i++) this.#state[i] = Math.floor(random.unit() * 2 ** 32)
    this.#state[3] = 1
    this.fill(new Int32Array(12), 1)
  }

  /** Fills an array with numbers from 0 to `count` − 1. */
  fill(target: Int32Array, count: number): void {
    const state = this.#state
    let [a, b, c, counter] = [state[0]!, state[1]!, state[2]!, state[3]!]
    for (let i = 0; i < target.length; i++) {
      const sum = (((a + b) | 0) + counter) | 0
      counter = (counter + 1) | 0
      a = b ^ (b >>> 9)
      b = (c + (c << 3)) | 0
      c = (c << 21) | (c >>> 11)
      c = (c + sum) | 0
      target[i] = (sum >>> 0) * (count / 4294967296)
    }
    state[0] = a
    state[1] = b
    state[2] = c
    state[3] = counter
  }

  readonly #one = new Int32Array(1)

  /** A number from 0 to `count` − 1. */
  below(count: number): number {
    this.fill(this.#one, count)
    return this.#one[0]!
  }
}
