/** A task that waits for its turn. */
interface Waiting {
  start(): void
  refuse(reason: unknown): void
}

/** Runs tasks one at a time, in the order in which they came. */
export class Queue {
  readonly #waiting: Waiting[] = []
  #isBusy = false

  /**
   * Runs a task when all before it have ended, however they ended. One whose signal is aborted while it waits leaves
   * the queue at once, and rejects with the signal's reason.
   */
  async run<T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted()
    if (this.#isBusy) await this.#turn(signal)
    this.#isBusy = true
    try {
      return await task()
    } finally {
      const next = this.#waiting.shift()
      if (next) next.start()
      else this.#isBusy = false
    }
  }

  /** Sends away all tasks that have not started: they reject with this reason. */
  refuseWaiting(reason: unknown): void {
    for (const each of this.#waiting.splice(0)) each.refuse(reason)
  }

  #turn(signal: AbortSignal | undefined): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const onAbort = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1)
        waiting.refuse(signal?.reason)
      }
      const waiting: Waiting = {
        start() {
          signal?.removeEventListener('abort', onAbort)
          resolve()
        },
        refuse(reason) {
          signal?.removeEventListener('abort', onAbort)
          reject(reason)
        },
      }
      signal?.addEventListener('abort', onAbort)
      this.#waiting.push(waiting)
    })
  }
}
