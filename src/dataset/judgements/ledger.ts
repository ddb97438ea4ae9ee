import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { JobStore, Sql } from '../../jobs/index.ts'
import { beyondBudget, type Spending, unknownPrice } from '../../judges/index.ts'
import {
  type LedgerState,
  limitLedger,
  openLedgerRow,
  prolong,
  readLedger,
  reserve,
  settle,
} from '../tables/ledgerTable.ts'
import { spentOnJudging } from './estimate.ts'

const name = 'judgements'

/** How often calls in flight are prolonged, and how long a call waits for others to end before it looks again. */
const prolongMilliseconds = 30_000
const waitMilliseconds = 250

/**
 * What judging a dataset may cost and has cost, over all its processes on all machines: a call's estimate is reserved in the
 * database before it is begun, and settled when it ends. Of a process that dies the reservation counts as spent.
 */
export class Ledger implements Spending {
  readonly #sql: Sql
  readonly #mine = new Set<string>()
  #timer: NodeJS.Timeout | undefined

  private constructor(sql: Sql) {
    this.#sql = sql
  }

  static async open({ jobs }: { readonly jobs: JobStore }): Promise<Ledger> {
    await openLedgerRow(jobs.sql, name, await spentOnJudging({ jobs }))
    return new Ledger(jobs.sql)
  }

  /** Sets the limit of all processes; without `most` there is none. */
  limit(limit: Pick<LedgerState, 'most' | 'allowUnknown'>): Promise<void> {
    return limitLedger(this.#sql, name, limit)
  }

  async spent(): Promise<number> {
    return (await readLedger(this.#sql, name)).spent
  }

  async spend<T>(
    of: string,
    known: number | undefined,
    call: () => Promise<T>,
    costOf: (made: T) => number | undefined,
  ): Promise<T> {
    const id = await this.#reserve(of, known)
    // Of a call that failed nobody knows what it cost; one that was not made costs nothing.
    let cost = 0
    try {
      const made = await call()
      cost = costOf(made) ?? known ?? 0
      return made
    } finally {
      this.#mine.delete(id)
      if (this.#mine.size === 0) clearInterval(this.#timer)
      await settle(this.#sql, name, { id, cost })
    }
  }

  async #reserve(of: string, known: number | undefined): Promise<string> {
    const id = randomUUID()
    const amount = known ?? 0
    for (;;) {
      const { isReserved, state } = await reserve(this.#sql, name, {
        id,
        amount,
        fits: ({ most = Infinity, allowUnknown, spent, reserved }) =>
          (known !== undefined || allowUnknown || most === Infinity) && spent + reserved + amount <= most,
      })
      if (isReserved) {
        if (this.#mine.size === 0) this.#prolong()
        this.#mine.add(id)
        return id
      }
      const { most = Infinity, allowUnknown, spent, calls } = state
      if (known === undefined && !allowUnknown) throw unknownPrice(of, most)
      if (spent + amount > most || calls === 0) throw beyondBudget({ spent, most, estimate: amount })
      await pause(waitMilliseconds)
    }
  }

  #prolong(): void {
    clearInterval(this.#timer)
    this.#timer = setInterval(() => {
      // A database that is away is waited for when the call ends.
      prolong(this.#sql, [...this.#mine]).catch(() => undefined)
    }, prolongMilliseconds)
    this.#timer.unref()
  }
}
