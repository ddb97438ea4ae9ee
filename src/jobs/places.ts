/** A worker that waits for a place. */
interface Waiting {
  wake(): void
}

/**
 * Places shared by the workers of several queues in one process: each active unit takes one. Workers without a place
 * wait and are served in order, so that a queue that is never empty does not block the others.
 */
export class Places {
  readonly #waiting: Waiting[] = []
  #free: number

  /** @param most number of places */
  constructor(most: number) {
    this.#free = most
  }

  /** Takes a place if one is free and it is this worker's turn; otherwise the worker is woken when that is the case. */
  take(worker: Waiting): boolean {
    const isNext = this.#waiting.length === 0 || this.#waiting[0] === worker
    if (this.#free > 0 && isNext) {
      this.leave(worker)
      this.#free--
      return true
    }
    if (!this.#waiting.includes(worker)) this.#waiting.push(worker)
    return false
  }

  /** Returns a place. */
  give(): void {
    this.#free++
    this.#waiting[0]?.wake()
  }

  /** Stops waiting. */
  leave(worker: Waiting): void {
    const at = this.#waiting.indexOf(worker)
    if (at >= 0) this.#waiting.splice(at, 1)
    if (at === 0 && this.#free > 0) this.#waiting[0]?.wake()
  }
}
