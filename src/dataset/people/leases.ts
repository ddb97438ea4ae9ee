/** Leases: things that one holder has for a limited time, so that nobody else works on them. */
export class Leases {
  readonly #seconds: number
  readonly #now: () => number
  /** By thing: who has it, and until when. */
  readonly #lent = new Map<string, Map<string, number>>()
  /** By holder, in the order in which they were lent. */
  readonly #held = new Map<string, Set<string>>()

  /** @param now milliseconds, of a clock that does not go back */
  constructor(seconds: number, now: () => number) {
    this.#seconds = seconds
    this.#now = now
  }

  /** Lends it, or lends it for longer. */
  lend(thing: string, holder: string): void {
    const lent = this.#lent.get(thing) ?? new Map<string, number>()
    lent.set(holder, this.#now() + 1000 * this.#seconds)
    this.#lent.set(thing, lent)
    const held = this.#held.get(holder) ?? new Set<string>()
    this.#held.set(holder, held.add(thing))
  }

  end(thing: string, holder: string): void {
    const lent = this.#lent.get(thing)
    lent?.delete(holder)
    if (lent?.size === 0) this.#lent.delete(thing)
    this.#held.get(holder)?.delete(thing)
  }

  /** Who has it now. */
  holders(thing: string): readonly string[] {
    const lent = this.#lent.get(thing)
    if (!lent) return []
    const now = this.#now()
    for (const [holder, until] of lent) if (until <= now) this.end(thing, holder)
    return [...lent.keys()]
  }

  /** What somebody has now, earliest first. */
  heldBy(holder: string): readonly string[] {
    return [...(this.#held.get(holder) ?? [])].filter((thing) => this.holders(thing).includes(holder))
  }
}
