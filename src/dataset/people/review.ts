import { readMask } from '../../edit/index.ts'
import { encodeMask } from '../../image/index.ts'
import { digestOf, type FileStore } from '../../jobs/index.ts'
import { Random } from '../../random/index.ts'
import { DatasetError } from '../error.ts'
import type { Decision, Dossier } from '../pairs/pair.ts'
import type { PairStore } from '../pairs/store.ts'
import { Candidates } from './candidates.ts'
import { DecisionBook, stateOf } from './decisionBook.ts'
import { figuresOf, type ReviewFigures } from './figures.ts'
import { type DisputedItem, itemOf, opinionOf, type ReviewItem } from './item.ts'
import { Leases } from './leases.ts'
import type { ReviewFilter } from './reviewFilter.ts'
import { checkVerdict, type Verdict } from './verdict.ts'

/** A pair with a known answer, which measures the accuracy of reviewers. */
export interface GoldItem {
  readonly pair: string
  readonly verdict: 'accept' | 'reject'
}

export interface ReviewOptions {
  readonly filter?: ReviewFilter
  /** The share of pairs that two people decide, 0 to 1. Default: 0. */
  readonly double?: number
  readonly gold?: readonly GoldItem[]
  /** One of so many items is a gold item. Default: 20. */
  readonly goldEvery?: number
  /** How long a pair stays reserved without a decision, in seconds. Default: 900. */
  readonly leaseSeconds?: number
  readonly seed?: number
  /** Milliseconds. Default: the process's own clock. */
  readonly now?: () => number
}

/** The result of a decision. */
export interface Decided {
  readonly id: string
  /** How many decisions of this person stand. */
  readonly done: number
}

/** Longest time between two reads of all pairs, in milliseconds: a run may add some at any time. */
const rereadAfter = 60_000

/**
 * People's review of a dataset: hands out pairs so that nobody does what another does, takes decisions and appends them to
 * the journal, and works out from the journal alone how far everybody is. One process serves a dataset at a time; stopped
 * and opened again, it goes on where it was.
 */
export class Review {
  readonly #pairs: PairStore
  readonly #files: FileStore
  readonly #options: Required<Omit<ReviewOptions, 'filter' | 'gold'>>
  readonly #gold: ReadonlyMap<string, GoldItem>
  readonly #book = new DecisionBook()
  readonly #candidates: Candidates
  readonly #leases: Leases
  /** Calls take turns, so that each sees what the one before has done. */
  #turn: Promise<unknown> = Promise.resolve()
  #readAt: number

  private constructor(pairs: PairStore, files: FileStore, options: ReviewOptions) {
    this.#pairs = pairs
    this.#files = files
    const { filter = {}, gold = [], ...rest } = options
    const now = (): number => performance.now()
    this.#options = { double: 0, goldEvery: 20, leaseSeconds: 900, seed: 0, now, ...rest }
    this.#gold = new Map(gold.map((item) => [item.pair, item]))
    this.#candidates = new Candidates(pairs, filter, (pair) => this.#gold.has(pair) || !this.#isOpen(pair))
    this.#leases = new Leases(this.#options.leaseSeconds, this.#options.now)
    this.#readAt = this.#options.now()
  }

  /** Opens it where the journal of decisions stands. @throws DatasetError `review` for gold items that are not there */
  static async open(
    { pairs, files }: { readonly pairs: PairStore; readonly files: FileStore },
    options: ReviewOptions = {},
  ): Promise<Review> {
    const review = new Review(pairs, files, options)
    for (const { pair } of options.gold ?? [])
      if (!(await pairs.get(pair)))
        throw new DatasetError('review', `gold item ${pair}: the dataset has no such pair`)
    for await (const decision of pairs.decisions()) review.#book.add(decision)
    return review
  }

  /**
   * The next pairs for a reviewer: first those that he has already, then others that nobody has and he has not seen; now
   * and then a gold item. Nothing when all is done.
   */
  next(reviewer: string, count: number): Promise<readonly ReviewItem[]> {
    return this.#inTurn(async () => {
      const held = this.#leases.heldBy(reviewer).filter((pair) => !this.#hasVoted(pair, reviewer))
      const chosen = held.slice(0, count)
      while (chosen.length < count) {
        const pair = this.#dueGold(reviewer, chosen) ?? (await this.#freeCandidate(reviewer))
        if (pair === undefined) break
        chosen.push(pair)
        this.#leases.lend(pair, reviewer)
      }
      const items: ReviewItem[] = []
      for (const pair of chosen) {
        this.#leases.lend(pair, reviewer)
        const dossier = await this.#pairs.get(pair)
        if (dossier) items.push(this.#itemFor(reviewer, dossier))
        else this.#leases.end(pair, reviewer)
      }
      return items
    })
  }

  /** The next pairs on which people disagree and which this person has not decided, unless he is the organiser. */
  disputes(reviewer: string, count: number, isOrganiser = false): Promise<readonly DisputedItem[]> {
    return this.#inTurn(async () => {
      const items: DisputedItem[] = []
      for (const pair of this.#book.pairs) {
        if (items.length === count) break
        const decisions = this.#book.of(pair)
        if (this.#gold.has(pair) || stateOf(decisions, this.#needed(pair)) !== 'disputed') continue
        if (decisions.votes.has(reviewer) && !isOrganiser) continue
        const lease = `dispute ${pair}`
        if (this.#leases.holders(lease).some((holder) => holder !== reviewer)) continue
        const dossier = await this.#pairs.get(pair)
        if (!dossier) continue
        this.#leases.lend(lease, reviewer)
        const opinions = [...decisions.votes.values()]
          .filter(({ verdict }) => verdict !== 'skip')
          .map(opinionOf)
        items.push({ ...itemOf(dossier), opinions })
      }
      return items
    })
  }

  /**
   * Appends a decision. Its `id` makes it safe to send it again.
   * @throws DatasetError `review` when the pair is not there, was decided by this person, or the decision does not fit it
   */
  decide(reviewer: string, verdict: Verdict): Promise<Decided> {
    return this.#inTurn(async () => {
      const { nonce, pair, drawn, ...rest } = checkVerdict(verdict)
      const id = digestOf({ reviewer, pair, nonce })
      if (this.#book.get(id)) return this.#decided(id, reviewer)
      const dossier = await this.#pairs.get(pair)
      if (!dossier) throw new DatasetError('review', `pair ${pair}: the dataset has no such pair`)
      const isAdjudication = rest.verdict.startsWith('adjudicate-')
      if (isAdjudication) this.#checkDisputed(pair)
      else if (this.#hasVoted(pair, reviewer))
        throw new DatasetError('review', `pair ${pair}: ${reviewer} has decided it already; undo that first`)
      const isGold = !isAdjudication && this.#gold.has(pair)
      const mask = drawn && (await this.#storeMask(dossier, drawn))
      await this.#append({
        ...rest,
        id,
        pair,
        kind: dossier.pair.kind,
        reviewer,
        ...(mask !== undefined && { mask }),
        ...(isGold && { gold: true }),
      })
      this.#leases.end(isAdjudication ? `dispute ${pair}` : pair, reviewer)
      return this.#decided(id, reviewer)
    })
  }

  /** Takes back a person's latest decision that stands. @returns the pair; undefined where there is none */
  undo(reviewer: string, nonce: string): Promise<(Decided & { readonly pair: string }) | undefined> {
    return this.#inTurn(async () => {
      const id = digestOf({ reviewer, nonce, verdict: 'undo' })
      const again = this.#book.get(id)
      if (again) return { ...this.#decided(id, reviewer), pair: again.pair }
      const last = this.#book.by(reviewer).at(-1)
      if (!last) return undefined
      const { pair, kind } = last
      await this.#append({ id, pair, ...(kind && { kind }), reviewer, verdict: 'undo', of: last.id })
      if (kind && !this.#gold.has(pair)) this.#candidates.put({ pair, kind })
      // It comes first again.
      const held = this.#leases.heldBy(reviewer)
      for (const other of held) this.#leases.end(other, reviewer)
      if (!last.verdict.startsWith('adjudicate-')) this.#leases.lend(pair, reviewer)
      for (const other of held) this.#leases.lend(other, reviewer)
      return { ...this.#decided(id, reviewer), pair }
    })
  }

  /** How many decisions of a person stand. */
  done(reviewer: string): number {
    return this.#book.by(reviewer).length
  }

  /** How many pairs wait, as far as so many have been read ahead, and whether that is all. */
  left(ahead = 500): Promise<{ readonly left: number; readonly isWhole: boolean }> {
    return this.#inTurn(async () => {
      const left = await this.#readAhead(ahead)
      return { left, isWhole: this.#candidates.found.isWhole }
    })
  }

  /** How far everybody is and how far they agree. Reads up to so many pairs ahead. */
  figures(ahead = 500): Promise<ReviewFigures> {
    return this.#inTurn(async () => {
      const waiting = await this.#readAhead(ahead)
      const { pairs, isWhole } = this.#candidates.found
      const gold = this.#gold
      return figuresOf(this.#book, (pair) => this.#needed(pair), gold, { pairs, isWhole, waiting })
    })
  }

  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(run, run)
    this.#turn = result.catch(() => undefined)
    return result
  }

  async #readAhead(ahead: number): Promise<number> {
    let waiting = [...this.#candidates.waiting()].length
    while (waiting < ahead && (await this.#candidates.more())) waiting++
    return waiting
  }

  async #append(decision: Omit<Decision, 'at'>): Promise<void> {
    for (const each of await this.#pairs.decide([decision])) this.#book.add(each)
  }

  #decided(id: string, reviewer: string): Decided {
    return { id, done: this.done(reviewer) }
  }

  /** How many people are to decide a pair. */
  #needed(pair: string): number {
    const { double, seed } = this.#options
    const share = Number.parseInt(digestOf({ pair, seed }).slice(0, 8), 16) / 2 ** 32
    return share < double ? 2 : 1
  }

  #isOpen(pair: string): boolean {
    return stateOf(this.#book.of(pair), this.#needed(pair)) === 'open'
  }

  #hasVoted(pair: string, reviewer: string): boolean {
    return this.#book.of(pair).votes.has(reviewer)
  }

  /** A pair that needs one more person than have decided or have it now. */
  async #freeCandidate(reviewer: string): Promise<string | undefined> {
    const isFree = (pair: string): boolean => {
      const { votes } = this.#book.of(pair)
      if (votes.has(reviewer)) return false
      const holders = this.#leases.holders(pair)
      if (holders.includes(reviewer)) return false
      const decided = [...votes.values()].filter(({ verdict }) => verdict !== 'skip').length
      return decided + holders.filter((holder) => !votes.has(holder)).length < this.#needed(pair)
    }
    for (const { pair } of this.#candidates.waiting()) if (isFree(pair)) return pair
    for (;;) {
      const more = await this.#candidates.more()
      if (more && isFree(more.pair)) return more.pair
      if (more) continue
      if (this.#options.now() - this.#readAt < rereadAfter) return undefined
      this.#readAt = this.#options.now()
      this.#candidates.restart()
    }
  }

  /** A gold item that this reviewer has not had, when his next item is to be one: one a stretch, at a drawn place. */
  #dueGold(reviewer: string, chosen: readonly string[]): string | undefined {
    const { seed, goldEvery } = this.#options
    if (this.#gold.size === 0) return undefined
    const had = (pair: string): boolean => this.#hasVoted(pair, reviewer) || chosen.includes(pair)
    const count = this.#book.by(reviewer).length + chosen.length
    const stretch = Math.floor(count / goldEvery)
    const place = new Random('gold place', seed, reviewer, stretch).below(goldEvery)
    const hadGold = [...this.#gold.keys()].filter(had).length
    if (hadGold > stretch || (hadGold === stretch && count % goldEvery < place)) return undefined
    return new Random('gold', seed, reviewer).shuffled([...this.#gold.keys()]).find((pair) => !had(pair))
  }

  #itemFor(reviewer: string, dossier: Dossier): ReviewItem {
    const undone = dossier.decisions.findLast(
      (each) =>
        each.reviewer === reviewer &&
        each.verdict !== 'undo' &&
        dossier.decisions.some(({ of }) => of === each.id),
    )
    const item = itemOf(dossier)
    return undone ? { ...item, before: opinionOf(undone) } : item
  }

  #checkDisputed(pair: string): void {
    if (stateOf(this.#book.of(pair), this.#needed(pair)) !== 'disputed')
      throw new DatasetError(
        'review',
        `pair ${pair}: expected one that people disagree on; nothing to settle`,
      )
  }

  async #storeMask({ pair }: Dossier, bytes: Uint8Array): Promise<string> {
    const mask = await readMask(bytes)
    if (mask.width !== pair.width || mask.height !== pair.height)
      throw new DatasetError(
        'review',
        `pair ${pair.id}: mask: expected ${pair.width}×${pair.height}, got ${mask.width}×${mask.height}`,
      )
    return this.#files.put(await encodeMask(mask))
  }
}
