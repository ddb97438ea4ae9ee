import type { Transfer } from '../models.ts'

/** Does a download: tells how far it is, and ends when the signal is aborted. */
export type Download = (tell: (progress: Transfer) => void, signal: AbortSignal) => Promise<void>

interface Entry {
  state: Transfer
  readonly controller: AbortController
  isRunning: boolean
  readonly ended: Promise<void>
}

/**
 * Downloads, by name. One runs at a time, the others wait in their order: two large ones side by side would both take
 * twice as long. One that failed keeps its error until it is started again or forgotten.
 */
export class Transfers {
  readonly #entries = new Map<string, Entry>()
  #last: Promise<void> = Promise.resolve()

  /** How far one is; undefined where there is none. */
  get(name: string): Transfer | undefined {
    return this.#entries.get(name)?.state
  }

  /** Whether one runs, or waits to. */
  isActive(name: string): boolean {
    return this.#entries.get(name)?.isRunning ?? false
  }

  /** Starts one after those before it; does nothing where it is active already. */
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
