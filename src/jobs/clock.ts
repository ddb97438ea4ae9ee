/** Detects when the time of day was set back, by comparison with a monotonic clock. */
export class ClockWatch {
  readonly #now: () => number
  readonly #monotonic: () => number
  /** The largest lead of the time of day over the monotonic clock so far, in milliseconds. */
  #ahead: number

  constructor(now: () => number = () => Date.now(), monotonic: () => number = () => performance.now()) {
    this.#now = now
    this.#monotonic = monotonic
    this.#ahead = now() - monotonic()
  }

  /** Whether it was set back by a second or more since this last returned true. */
  wasSetBack(): boolean {
    const ahead = this.#now() - this.#monotonic()
    const isBack = ahead < this.#ahead - 1000
    this.#ahead = isBack ? ahead : Math.max(this.#ahead, ahead)
    return isBack
  }
}
