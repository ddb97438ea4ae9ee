import { Queue } from './queue.ts'

/** How values are loaded and freed. */
export interface LoadCacheOptions<Key, T> {
  load(key: Key): Promise<T>
  free(value: T): Promise<void>
  /** Maximum number of values; the least recently used is freed first. Default: 1. */
  readonly most?: number | undefined
}

/**
 * A cache of values that are slow to load. One use, load or release runs at a time. A load that
 * fails is forgotten: the next use tries again. A release waits for the use before it, frees every value, and throws
 * only what freeing throws.
 */
export class LoadCache<Key, T> {
  readonly #options: LoadCacheOptions<Key, T>
  readonly #values = new Map<Key, T>()
  readonly #queue = new Queue()

  constructor(options: LoadCacheOptions<Key, T>) {
    this.#options = options
  }

  /** Runs `work` on the value of a key, which is loaded first if needed. */
  use<R>(key: Key, work: (value: T) => Promise<R>): Promise<R> {
    return this.#queue.run(async () => work(await this.#get(key)))
  }

  /** Frees all values. Later uses load them again. */
  release(): Promise<void> {
    return this.#queue.run(() => this.#free([...this.#values.keys()]))
  }

  async #get(key: Key): Promise<T> {
    const { load, most = 1 } = this.#options
    if (this.#values.has(key)) {
      const value = this.#values.get(key) as T
      // A map keeps the order of insertion: the first key is the one used longest ago.
      this.#values.delete(key)
      this.#values.set(key, value)
      return value
    }
    await this.#free([...this.#values.keys()].slice(0, Math.max(0, this.#values.size + 1 - most)))
    const value = await load(key)
    this.#values.set(key, value)
    return value
  }

  async #free(keys: readonly Key[]): Promise<void> {
    const values = keys.map((key) => this.#values.get(key) as T)
    for (const key of keys) this.#values.delete(key)
    await freeAll(values.map((value) => () => this.#options.free(value)))
  }
}

/** Runs every step even if others throw; then throws the first error. */
export async function freeAll(steps: readonly (() => Promise<unknown>)[]): Promise<void> {
  const errors: unknown[] = []
  for (const step of steps) {
    try {
      await step()
    } catch (error) {
      errors.push(error)
    }
  }
  if (errors.length > 0) throw errors[0]
}
