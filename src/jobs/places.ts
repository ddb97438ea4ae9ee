/** Who waits for a place. */
interface Waiting {
  wake(): void
}

/**
 * Places that workers of several queues in one process share: each unit in work takes one. Who finds none waits, and
 * they get them in that order: a queue that is never empty does not keep the others from theirs.
 */
export class Places {
  readonly #waiting: Waiting[] = []
  #free: number

  /** @param most how many there are */
  constructor(most: number) {
    this.#free = most
  }

  /** Takes a place where one is free and it is this worker's turn; else it is woken when that is so. */
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

  /** Gives a place back. */
  give(): void {
    this.#free++
    this.#waiting[0]?.wake()
  }

  /** Waits no longer. */
  leave(worker: Waiting): void {
    const at = this.#waiting.indexOf(worker)
    if (at >= 0) this.#waiting.splice(at, 1)
    if (at === 0 && this.#free > 0) this.#waiting[0]?.wake()
  }
}
