import type { SourceRejection } from './sources/find.ts'

/** Lists of what was left out are cut here; their counts by reason are kept whole. */
export const mostListed = 5000

/** Files that became nothing: all are counted by reason, the first ones are listed. */
export class Rejections {
  readonly #counts = new Map<string, number>()
  readonly #first: SourceRejection[] = []
  count = 0

  add(rejection: SourceRejection): void {
    const { reason } = rejection
    this.count++
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1)
    if (this.#first.length < mostListed) this.#first.push(rejection)
  }

  copy(): Rejections {
    const copy = new Rejections()
    copy.count = this.count
    copy.#first.push(...this.#first)
    for (const [reason, count] of this.#counts) copy.#counts.set(reason, count)
    return copy
  }

  get first(): readonly SourceRejection[] {
    return this.#first
  }

  /** By reason, in the order in which the reasons came. */
  get counts(): ReadonlyMap<string, number> {
    return this.#counts
  }
}

/** How often each reason was given in all of these. */
export function countReasons(all: readonly Rejections[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { counts: each } of all)
    for (const [reason, count] of each) counts.set(reason, (counts.get(reason) ?? 0) + count)
  return counts
}
