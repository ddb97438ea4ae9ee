import { JudgeError } from './error.ts'

/** What decides whether a call that costs money is made. */
export interface Spending {
  /**
   * Makes a call, once the calls in flight leave enough for it.
   * @param name of what is called
   * @param known estimate of its cost; undefined where its price is not known
   * @param costOf what it did cost; undefined where nobody says, then the estimate counts
   * @throws JudgeError `budget` where there is not enough left
   */
  spend<T>(
    name: string,
    known: number | undefined,
    call: () => Promise<T>,
    costOf: (made: T) => number | undefined,
  ): Promise<T>
}

/** Money that a run may spend, in USD: no call is begun that could go beyond it. */
export class Budget implements Spending {
  readonly #limit: number
  readonly #allowUnknown: boolean
  #spent: number
  /** What calls in flight may cost. */
  #reserved = 0
  #calls = 0
  readonly #waiting: (() => void)[] = []

  /**
   * @param spent by earlier runs
   * @param allowUnknown calls whose price is not known are made in spite of a limit
   */
  constructor(limit: number | undefined, spent: number, allowUnknown = false) {
    this.#allowUnknown = allowUnknown
    this.#limit = limit ?? Number.POSITIVE_INFINITY
    this.#spent = spent
  }

  get spent(): number {
    return this.#spent
  }

  /** Counts what a killed process has paid. */
  add(cost: number): void {
    this.#spent += cost
  }

  async spend<T>(
    name: string,
    known: number | undefined,
    call: () => Promise<T>,
    costOf: (made: T) => number | undefined,
  ): Promise<T> {
    if (known === undefined && !this.#allowUnknown && this.#limit !== Number.POSITIVE_INFINITY)
      throw unknownPrice(name, this.#limit)
    const estimate = known ?? 0
    while (this.#spent + this.#reserved + estimate > this.#limit) {
      if (this.#spent + estimate > this.#limit || this.#calls === 0)
        throw beyondBudget({ spent: this.#spent, most: this.#limit, estimate })
      await new Promise<void>((done) => this.#waiting.push(done))
    }
    this.#reserved += estimate
    this.#calls++
    try {
      const made = await call()
      this.#spent += costOf(made) ?? estimate
      return made
    } finally {
      this.#calls--
      // With nothing in flight nothing is reserved, whatever the roundings.
      this.#reserved = this.#calls === 0 ? 0 : this.#reserved - estimate
      for (const wake of this.#waiting.splice(0)) wake()
    }
  }
}

/** Of a call whose price is not known, where there is a limit. */
export function unknownPrice(name: string, most: number): JudgeError {
  return new JudgeError(
    'budget',
    `budget: the price of ${name} is not known, so the limit of ${usd(most)} cannot be guaranteed; ` +
      'name it under "price" in the configuration, or give --allow-unknown-price',
  )
}

/** Of a call that could go beyond the limit. */
export function beyondBudget({
  spent,
  most,
  estimate,
}: {
  readonly spent: number
  readonly most: number
  readonly estimate: number
}): JudgeError {
  return new JudgeError(
    'budget',
    `budget: ${usd(spent)} of ${usd(most)} are spent, and the next call may cost ${usd(estimate)}; ` +
      'everything so far is kept; run it again with a larger --budget to continue',
  )
}

/** `$1.20`, `$0.0123` */
export function usd(amount: number): string {
  const digits = amount <= 0 || amount >= 0.1 ? 2 : Math.min(6, 2 - Math.floor(Math.log10(amount)))
  return `$${amount.toFixed(digits).replace(/(\.\d\d\d*?)0+$/, '$1')}`
}
