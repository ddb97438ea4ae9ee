/**
 * Cohen's κ with quadratic weights, counted value by value: 1 − Σ(x − y)² over what it would be were the two sides
 * independent. It takes any numbers; on whole scores it is the usual weighted κ, on answers of 0 and 1 the plain one.
 */
export class QuadraticKappa {
  #n = 0
  #meanX = 0
  #meanY = 0
  #spread = 0
  #apart = 0

  /** Adds what the two sides said of one thing. */
  add(x: number, y: number): void {
    this.#n++
    const [dx, dy] = [x - this.#meanX, y - this.#meanY]
    this.#meanX += dx / this.#n
    this.#meanY += dy / this.#n
    this.#spread += dx * (x - this.#meanX) + dy * (y - this.#meanY)
    this.#apart += (x - y) ** 2
  }

  /** How many things both sides spoke of. */
  get count(): number {
    return this.#n
  }

  /** The root of the mean of (x − y)². */
  get distance(): number {
    return this.#n === 0 ? 0 : Math.sqrt(this.#apart / this.#n)
  }

  /** Undefined where all said the same. */
  get value(): number | undefined {
    if (this.#n === 0) return undefined
    const expected = this.#spread / this.#n + (this.#meanX - this.#meanY) ** 2
    return expected === 0 ? undefined : 1 - this.#apart / this.#n / expected
  }
}

/** {@link QuadraticKappa} of two lists. */
export function quadraticKappa(x: ArrayLike<number>, y: ArrayLike<number>): number | undefined {
  const kappa = new QuadraticKappa()
  for (let i = 0; i < x.length; i++) kappa.add(x[i]!, y[i]!)
  return kappa.value
}
