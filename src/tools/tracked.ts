import type { Job, Tool, Toolbox, ToolFacts } from './tool.ts'

/** What a unit of work did with its tools. */
export interface ToolUse {
  readonly facts: ToolFacts
  readonly calls: number
  /** Of all calls together, waiting for their turn included. */
  readonly seconds: number
}

/**
 * A toolbox that records the use of another one and allows only the given jobs, so that a result cannot depend on a
 * tool that is missing from its key.
 */
export class TrackedToolbox implements Toolbox {
  readonly #tools: Toolbox
  readonly #allowed: ReadonlySet<Job>
  readonly #clock: () => number
  readonly #uses = new Map<Job, ToolUse>()

  /** @param clock milliseconds */
  constructor(tools: Toolbox, allowed: Iterable<Job>, clock: () => number = () => performance.now()) {
    this.#tools = tools
    this.#allowed = new Set(allowed)
    this.#clock = clock
  }

  /** Jobs that were used, with what for how long. */
  get uses(): ReadonlyMap<Job, ToolUse> {
    return this.#uses
  }

  has(job: Job): boolean {
    return this.#allowed.has(job) && this.#tools.has(job)
  }

  get<J extends Job>(job: J): Tool<J> {
    if (!this.#allowed.has(job))
      throw new Error(`internal: a recipe or check asks for '${job}', which is not among its needs`)
    const tool = this.#tools.get(job)
    return new Proxy(tool, {
      get: (target, property) => {
        const value: unknown = Reflect.get(target, property, target)
        if (typeof value !== 'function') return value
        return (...given: readonly unknown[]) =>
          this.#timed(job, tool.facts, () => Reflect.apply(value, target, given) as unknown)
      },
    })
  }

  async #timed(job: Job, facts: ToolFacts, call: () => unknown): Promise<unknown> {
    const start = this.#clock()
    try {
      return await call()
    } finally {
      const { calls, seconds } = this.#uses.get(job) ?? { calls: 0, seconds: 0 }
      const took = (this.#clock() - start) / 1000
      this.#uses.set(job, { facts, calls: calls + 1, seconds: seconds + took })
    }
  }

  /** Ends nothing: the tools belong to whoever opened them. */
  close(): Promise<void> {
    return Promise.resolve()
  }
}
