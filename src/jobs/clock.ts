/** Tells when the time of day has gone back against a clock that only goes forward. */
export class ClockWatch {
  readonly #now: () => number
  readonly #monotonic: () => number
  /** How far the time of day is ahead of the other clock, in milliseconds, at most until now. */
  #ahead: number

  constructor(now: () => number = () => Date.now(), monotonic: () => number = () => performance.now()) {
    this.#now = now
    this.#monotonic = monotonic
    this.#ahead = now() - monotonic()
  }

  /** Whether it was set back by a second or more since this was last true. */
  wasSetBack(): boolean {
    const ahead = this.#now() - this.#monotonic()
    const isBack = ahead < this.#ahead - 1000
    this.#ahead = isBack ? ahead : Math.max(this.#ahead, ahead)
    return isBack
  }
}
