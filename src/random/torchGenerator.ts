import { RandomError } from './error.ts'
import { createScratch, normalBlock } from './normal.ts'

const stateSize = 624
const shift = 397

/**
 * PyTorch's CPU random generator: MT19937 seeded with the low 32 bits of `seed`, bit-equal to
 * `torch.Generator('cpu').manual_seed(seed)` for float32 `rand` and `randn` (of its AVX2 kernels).
 * @throws RandomError when the seed is no whole number from 0 to 2⁶⁴ − 1
 */
export class TorchGenerator {
  readonly #state: Uint32Array = new Uint32Array(stateSize)
  #next: number = stateSize
  /** The second value of the last pair of the serial path, f64. */
  #spare: number | undefined

  constructor(seed: number | bigint) {
    const whole = typeof seed === 'bigint' || Number.isSafeInteger(seed)
    if (!whole || seed < 0 || seed >= 2n ** 64n)
      throw new RandomError('argument', `seed: expected a whole number from 0 to 2^64 - 1, got ${seed}`)
    const state = this.#state
    state[0] = Number(BigInt(seed) & 0xffff_ffffn)
    for (let i = 1; i < stateSize; i++) {
      const last = state[i - 1] as number
      state[i] = Math.imul(1812433253, last ^ (last >>> 30)) + i
    }
  }

  /** The next 32 random bits as an unsigned number. */
  uint32(): number {
    if (this.#next >= stateSize) this.#twist()
    let y = this.#state[this.#next++] as number
    y ^= y >>> 11
    y ^= (y << 7) & 0x9d2c5680
    y ^= (y << 15) & 0xefc60000
    return (y ^ (y >>> 18)) >>> 0
  }

  /** `torch.rand(n)`: `n` uniform f32 values in [0, 1), multiples of 2⁻²⁴. */
  rand(n: number): Float32Array {
    const values = new Float32Array(checkCount('rand', n))
    this.#fillUniform(values, 0, n)
    return values
  }

  /**
   * `torch.randn(n)`: `n` standard normal f32 values. Fewer than 16 go through another path of the original
   * (f64, in pairs); so two calls of 8 are not one call of 16.
   */
  randn(n: number): Float32Array {
    const values = new Float32Array(checkCount('randn', n))
    if (n < 16) {
      for (let i = 0; i < n; i++) values[i] = this.#serialNormal()
      return values
    }
    const scratch = createScratch()
    this.#fillUniform(values, 0, n)
    for (let at = 0; at + 16 <= n; at += 16) normalBlock(values, at, scratch)
    if (n % 16 > 0) {
      // The original computes only whole blocks: it draws the last 16 again.
      this.#fillUniform(values, n - 16, n)
      normalBlock(values, n - 16, scratch)
    }
    return values
  }

  #fillUniform(values: Float32Array, start: number, end: number): void {
    for (let i = start; i < end; i++) values[i] = (this.uint32() & 0xffffff) * 2 ** -24
  }

  /** Box and Muller in f64 on 53-bit uniforms; the sine half waits for the next call. */
  #serialNormal(): number {
    const spare = this.#spare
    this.#spare = undefined
    if (spare !== undefined) return spare
    const turn = this.#uniform53()
    const radius = Math.sqrt(-2 * Math.log1p(-this.#uniform53()))
    this.#spare = radius * Math.sin(2 * Math.PI * turn)
    return radius * Math.cos(2 * Math.PI * turn)
  }

  /** The low 53 bits of a 64-bit word (first draw above the second), times 2⁻⁵³. */
  #uniform53(): number {
    const high = this.uint32() & 0x1fffff
    return (high * 2 ** 32 + this.uint32()) * 2 ** -53
  }

  #twist(): void {
    const state = this.#state
    for (let i = 0; i < stateSize; i++) {
      const mixed =
        ((state[i] as number) & 0x80000000) | ((state[i + 1 < stateSize ? i + 1 : 0] as number) & 0x7fffffff)
      const far = state[i + shift < stateSize ? i + shift : i + shift - stateSize] as number
      state[i] = far ^ (mixed >>> 1) ^ (mixed & 1 ? 0x9908b0df : 0)
    }
    this.#next = 0
  }
}

function checkCount(where: string, n: number): number {
  if (!Number.isSafeInteger(n) || n < 0 || n > 2 ** 32)
    throw new RandomError('argument', `${where}: expected a whole count from 0 to 2^32, got ${n}`)
  return n
}
