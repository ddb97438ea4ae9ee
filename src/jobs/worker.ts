import { randomUUID } from 'node:crypto'
import { attempt, type FullWorkOptions, type Workplace } from './attempt.ts'
import { Completions } from './completions.ts'
import { JobError } from './error.ts'
import { pause } from './pause.ts'
import type { Worker } from './store.ts'
import { type Claimed, claimedUnits, claimUnits } from './units/claim.ts'
import { heldUnits, recoverUnits } from './units/recover.ts'
import { isOpen } from './units/rows.ts'

/** How often an idle worker asks for work, and a busy one whether its units were cancelled. */
const pollMilliseconds = 250

/** How long outputs of a worker with `ahead` are collected, to be stored together. */
const gatherMilliseconds = 50

/** Maximum number of units per claim. */
const mostClaims = 200

/** Takes units of one queue and runs the handler on them, several at a time. */
export class QueueWorker implements Worker {
  readonly done: Promise<void>
  readonly #place: Workplace
  readonly #options: FullWorkOptions
  readonly #completions: Completions
  /** Abort controllers of this worker's units by claim, including those that wait for a handler. */
  readonly #running = new Map<string, AbortController>()
  /** Units that wait for a handler. */
  readonly #ready: { readonly claimed: Claimed; readonly controller: AbortController }[] = []
  /** Running handlers and, without `ahead`, those whose results are being stored. */
  #busy = 0
  readonly #tasks = new Set<Promise<void>>()
  /** Aborted when no more units should be taken. */
  readonly #stopping = new AbortController()
  /** Aborted when results should no longer wait for an unreachable database. */
  readonly #givingUp = new AbortController()
  #wake = new AbortController()
  #failure: unknown
  #nextRecovery = 0
  #nextWatch = 0

  constructor(place: Workplace, options: FullWorkOptions) {
    this.#place = place
    this.#options = options
    this.#completions = new Completions(place, options.ahead > 0 ? gatherMilliseconds : 0)
    this.done = this.#work()
    // Prevents an unhandled rejection if nobody awaits `done`; those who do still get the error.
    this.done.catch(() => {})
  }

  get queue(): string {
    return this.#options.queue
  }

  async stop({ abort = false }: { readonly abort?: boolean } = {}): Promise<void> {
    this.#stopping.abort()
    if (abort) this.abort(new JobError('stopped', `queue '${this.queue}': the worker stops`))
    this.wake()
    // After a lease, others take over these units anyway.
    const timer = setTimeout(() => this.#givingUp.abort(), this.#place.leaseSeconds * 1000)
    await this.done.catch(() => {})
    clearTimeout(timer)
  }

  /** Immediately looks for units to take. */
  wake(): void {
    this.#wake.abort()
  }

  /** Immediately looks for cancelled units. */
  look(): void {
    this.#nextWatch = 0
    this.wake()
  }

  /** Aborts the signals of all units in flight. */
  abort(reason: JobError): void {
    for (const controller of this.#running.values()) controller.abort(reason)
  }

  async #work(): Promise<void> {
    try {
      while (!this.#stopping.signal.aborted) {
        this.#wake = new AbortController()
        await this.#recover()
        await this.#watch()
        await this.#place.beforeTaking?.()
        await this.#fill()
        if (this.#options.drain && this.#running.size === 0 && !(await this.#isOpen())) break
        await pause(pollMilliseconds, this.#wake.signal)
      }
      this.#startReady()
      // Those still in flight may be cancelled, or lost.
      while (this.#running.size > 0) {
        this.#wake = new AbortController()
        // Without the database they cannot be cancelled either.
        await this.#watch().catch(() => {})
        await pause(pollMilliseconds, this.#wake.signal)
      }
    } catch (error) {
      this.#fail(error)
    }
    this.#options.places?.leave(this)
    await Promise.all(this.#tasks)
    if (this.#failure !== undefined) throw this.#failure
  }

  /** Ends the worker; its `done` fails. */
  #fail(error: unknown): void {
    // A stop that did not wait for the database is not a failure.
    if (!this.#stopping.signal.aborted) this.#failure ??= error
    this.#stopping.abort()
    this.abort(new JobError('stopped', `queue '${this.queue}': the worker stops`, { cause: error }))
    this.wake()
  }

  /** Waits for an unreachable database, until the worker stops. */
  #patiently<Result>(run: () => Promise<Result>): Promise<Result> {
    return this.#place.patience.wait(run, { signal: this.#stopping.signal })
  }

  #isOpen(): Promise<boolean> {
    const { database, tables } = this.#place
    return this.#patiently(() => isOpen(database, tables, this.queue))
  }

  /** Takes over units of dead workers, twice per lease. */
  async #recover(): Promise<void> {
    if (performance.now() < this.#nextRecovery) return
    const { database, tables, holder, leaseSeconds, log } = this.#place
    const { queue, deaths } = this.#options
    this.#nextRecovery = performance.now() + leaseSeconds * 500
    const found = await this.#patiently(() =>
      recoverUnits(database, tables, { queue, holder, deaths, leaseSeconds }),
    )
    if (found > 0) log(`queue '${queue}': took up ${found} unit(s) whose worker died`)
  }

  /** Aborts units that were cancelled, or taken over by others while we could not be reached. */
  async #watch(): Promise<void> {
    if (this.#running.size === 0 || performance.now() < this.#nextWatch) return
    this.#nextWatch = performance.now() + pollMilliseconds
    const ours = [...this.#running]
    const { database, tables, holder } = this.#place
    const held = await this.#patiently(() => heldUnits(database, tables, holder, this.queue))
    const byClaim = new Map(held.map((each) => [each.claim, each]))
    for (const [claim, controller] of ours) {
      const found = byClaim.get(claim)
      if (found === undefined) controller.abort(new JobError('stopped', 'the unit was taken over by another'))
      else if (found.cancelling) controller.abort(new JobError('cancelled', 'the unit was cancelled'))
    }
  }

  /** Takes units until the concurrency is reached or none is left. */
  async #fill(): Promise<void> {
    const { concurrency, ahead } = this.#options
    while (this.#place.isHeld() && !this.#stopping.signal.aborted) {
      const free = concurrency + ahead - this.#busy - this.#ready.length
      // The units taken ahead are refilled by halves: claiming many costs little more than claiming one.
      if (free <= ahead / 2) return
      const { places } = this.#options
      if (places && !places.take(this)) return
      const claimed = await this.#claim(places ? 1 : Math.min(free, mostClaims)).catch((error: unknown) => {
        places?.give()
        throw error
      })
      if (claimed.length === 0) places?.give()
      for (const each of claimed) {
        const controller = new AbortController()
        this.#running.set(each.claim, controller)
        this.#ready.push({ claimed: each, controller })
      }
      this.#startReady()
      if (claimed.length === 0) return
    }
  }

  async #claim(count: number): Promise<readonly Claimed[]> {
    const { database, tables, holder } = this.#place
    const { queue, name, limits } = this.#options
    const claims = Array.from({ length: count }, () => randomUUID())
    let tried = false
    return this.#patiently(async () => {
      // If the answer to the first try was lost, the claims may nevertheless have succeeded.
      const made = tried ? await claimedUnits(database, tables, claims) : []
      tried = true
      return made.length > 0
        ? made
        : claimUnits(database, tables, { holder, worker: name, queue, limits }, claims)
    })
  }

  /** Starts handlers on units that wait for them. A stopping worker returns these units. */
  #startReady(): void {
    while (
      this.#ready.length > 0 &&
      (this.#busy < this.#options.concurrency || this.#stopping.signal.aborted)
    ) {
      const { claimed, controller } = this.#ready.shift()!
      if (this.#stopping.signal.aborted)
        controller.abort(new JobError('stopped', `queue '${this.queue}': the worker stops`))
      this.#start(claimed, controller)
    }
  }

  #start(claimed: Claimed, controller: AbortController): void {
    this.#busy++
    let isBusy = true
    const free = (): void => {
      if (!isBusy) return
      isBusy = false
      this.#busy--
      this.#startReady()
    }
    const task = attempt(this.#place, this.#options, claimed, controller, {
      completions: this.#completions,
      limit: { signal: this.#givingUp.signal },
      onHandled: this.#options.ahead > 0 ? free : () => undefined,
    })
      .catch((error: unknown) => this.#fail(error))
      .finally(() => {
        this.#running.delete(claimed.claim)
        this.#tasks.delete(task)
        this.#options.places?.give()
        free()
        this.wake()
      })
    this.#tasks.add(task)
  }
}
