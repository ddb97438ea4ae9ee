import type { Transfer } from '../models.ts'

/** Runs a download: reports progress, and ends when the signal is aborted. */
export type Download = (tell: (progress: Transfer) => void, signal: AbortSignal) => Promise<void>

interface Entry {
  state: Transfer
  readonly controller: AbortController
  isRunning: boolean
  readonly ended: Promise<void>
}

/**
 * Downloads, by name. One runs at a time and the others wait in order: two large ones in parallel would both take twice
 * as long. A failed one keeps its error until it is started again or removed.
 */
export class Transfers {
  readonly #entries = new Map<string, Entry>()
  #last: Promise<void> = Promise.resolve()

  /** Progress of one; undefined if there is none. */
  get(name: string): Transfer | undefined {
    return this.#entries.get(name)?.state
  }

  /** Whether one runs, or waits to. */
  isActive(name: string): boolean {
    return this.#entries.get(name)?.isRunning ?? false
  }

  /** Queues one; does nothing if it is already active. */
  start(name: string, total: number, download: Download): void {
    if (this.isActive(name)) return
    const controller = new AbortController()
    const before = this.#last
    const ended = Promise.resolve().then(() => this.#run(name, before, download))
    this.#entries.set(name, {
      state: { done: 0, total, isWaiting: true },
      controller,
      isRunning: true,
      ended,
    })
    this.#last = ended
  }

  /** Stops one, and waits until it has ended. */
  async stop(name: string): Promise<void> {
    const entry = this.#entries.get(name)
    entry?.controller.abort()
    await entry?.ended
    this.#entries.delete(name)
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#entries.keys()].map((name) => this.stop(name)))
  }

  /** Never rejects. */
  async #run(name: string, before: Promise<void>, download: Download): Promise<void> {
    const entry = this.#entries.get(name)!
    const { signal } = entry.controller
    await Promise.race([before, aborted(signal)])
    try {
      if (signal.aborted) return
      entry.state = { ...entry.state, isWaiting: false }
      await download((progress) => {
        entry.state = progress
      }, signal)
      this.#entries.delete(name)
    } catch (error) {
      if (signal.aborted) return
      const { file: _, stage: __, ...rest } = entry.state
      entry.state = { ...rest, error: (error as Error).message }
    } finally {
      entry.isRunning = false
    }
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((done) => signal.addEventListener('abort', () => done(), { once: true }))
