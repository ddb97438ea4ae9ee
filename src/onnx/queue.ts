/** A task that waits for its turn. */
interface Waiting {
  start(): void
  refuse(reason: unknown): void
}

/** Runs tasks one at a time, or a number of them, and begins them in the order in which they came. */
export class Queue {
  readonly #waiting: Waiting[] = []
  readonly #ended: (() => void)[] = []
  readonly #most: number
  #running = 0

  constructor(most: number = 1) {
    this.#most = most
  }

  /**
   * Runs a task when its turn comes, however those before it ended. One whose signal is aborted while it waits leaves
   * the queue at once, and rejects with the signal's reason.
   */
  async run<T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted()
    if (this.#running < this.#most) this.#running++
    // Who ends hands its place over, so that nobody who comes meanwhile takes it.
    else await this.#turn(signal)
    try {
      return await task()
    } finally {
      const next = this.#waiting.shift()
      if (next) next.start()
      else {
        this.#running--
        for (const resolve of this.#ended.splice(0)) resolve()
      }
    }
  }

  /** Sends away all tasks that have not started: they reject with this reason. */
  refuseWaiting(reason: unknown): void {
    for (const each of this.#waiting.splice(0)) each.refuse(reason)
  }

  /** Resolves when nothing runs any more; for a queue that takes nothing new. */
  async idle(): Promise<void> {
    while (this.#running > 0) await new Promise<void>((resolve) => this.#ended.push(resolve))
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
