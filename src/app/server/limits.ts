import type { MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { ApiError } from './apiError.ts'

/** What a request may take. */
export interface Limits {
  /** Bytes of one picture file. */
  readonly pictureBytes: number
  /** Bytes of a request with several pictures. */
  readonly bodyBytes: number
  /** Requests a minute of one key; 0 for no limit. */
  readonly requestsPerMinute: number
  /** Maximum number of entries of a list per request. */
  readonly pageLength: number
}

export const defaultLimits: Limits = {
  pictureBytes: 50 * 1024 * 1024,
  bodyBytes: 200 * 1024 * 1024,
  requestsPerMinute: 600,
  pageLength: 200,
}

/** Refuses a longer body, whether or not its length is declared. */
export function mostBytes(most: number): MiddlewareHandler {
  return bodyLimit({
    maxSize: most,
    onError: () => {
      throw new ApiError(413, 'body_too_large', `body: expected at most ${most} bytes; send less at a time`)
    },
  })
}

/** What is left of an allowance. */
export interface Allowance {
  readonly isGiven: boolean
  readonly left: number
  /** Until the next one is given, and until all are there again. */
  readonly nextSeconds: number
  readonly wholeSeconds: number
}

/** Token buckets by name: each holds a minute's worth of requests, and fills evenly. */
export class RateLimit {
  readonly #perMinute: number
  readonly #now: () => number
  readonly #buckets = new Map<string, { tokens: number; at: number }>()

  /** @param now in seconds, for tests */
  constructor(perMinute: number, now: () => number = () => performance.now() / 1000) {
    this.#perMinute = perMinute
    this.#now = now
  }

  get perMinute(): number {
    return this.#perMinute
  }

  take(name: string): Allowance {
    const [now, rate] = [this.#now(), this.#perMinute / 60]
    const known = this.#buckets.get(name)
    const filled = known ? Math.min(this.#perMinute, known.tokens + (now - known.at) * rate) : this.#perMinute
    const isGiven = filled >= 1
    const tokens = isGiven ? filled - 1 : filled
    // Last in the map's order, so that the full ones, which need no memory, are found first.
    this.#buckets.delete(name)
    this.#buckets.set(name, { tokens, at: now })
    this.#forgetFull(now, rate)
    return {
      isGiven,
      left: Math.floor(tokens),
      nextSeconds: isGiven ? 0 : (1 - tokens) / rate,
      wholeSeconds: (this.#perMinute - tokens) / rate,
    }
  }

  #forgetFull(now: number, rate: number): void {
    for (const [name, { tokens, at }] of this.#buckets) {
      if (tokens + (now - at) * rate < this.#perMinute) break
      this.#buckets.delete(name)
    }
  }
}
