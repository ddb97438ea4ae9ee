import { EditError } from '../../edit/index.ts'
import { isCancelled } from '../../error/index.ts'
import {
  type ActiveUnit,
  isDiskFull,
  type Json,
  orAborted,
  type Unit,
  Unworkable,
  untilAborted,
  wantUnits,
} from '../../jobs/index.ts'
import { JudgeError } from '../../judges/index.ts'
import { BenchError } from '../error.ts'
import type { BenchWorkspace } from '../workspace.ts'
import { afterwardsQueue } from './afterwards.ts'
import type { Journal } from './journal.ts'

/** The signal that stops all queues of a run: a full disk, an exhausted budget, the user. */
export class RunControl {
  readonly #controller = new AbortController()
  readonly #workspace: Pick<BenchWorkspace, 'folder'>
  /** Stops listening to the user. */
  readonly close: () => void
  #failure: unknown

  constructor(workspace: Pick<BenchWorkspace, 'folder'>, signal: AbortSignal) {
    this.#workspace = workspace
    const stop = (): void => this.#controller.abort()
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
    this.close = () => signal.removeEventListener('abort', stop)
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  fail(error: unknown): void {
    this.#failure ??= isDiskFull(error) ? diskFull(this.#workspace, error) : error
    this.#controller.abort()
  }

  /** @throws what stopped the run */
  readonly check = (): void => {
    if (this.#failure !== undefined) throw this.#failure
    if (this.signal.aborted)
      throw new BenchError('cancelled', 'stopped; finished work is kept, the same command continues it')
  }
}

function diskFull({ folder }: Pick<BenchWorkspace, 'folder'>, error: unknown): BenchError {
  const said = (error as Error).message.split('\n')[0]!
  const advice = 'make room and start again, it goes on where it stopped'
  return new BenchError(
    'workspace',
    said.includes(advice) ? said : `${folder}: the disk is full (${said}), ${advice}`,
    { cause: error },
  )
}

/** Whether every other unit of the queue would fail the same way: a quota that is used up, a key that is refused. */
const isHopeless = (error: unknown): boolean =>
  (error instanceof EditError && (error.code === 'quota' || error.code === 'key')) ||
  (error instanceof JudgeError && error.code === 'judge-unusable')

/** A unit that was only taken ahead dies with its worker too, so this is no sign that it kills workers. */
const mostDeaths = 30

/** The units of a queue, and their handler. */
export interface QueueTask {
  readonly queue: string
  readonly units: readonly Unit[]
  /** Makes a unit's output. Unworkable for what no other try can mend. */
  readonly make: (unit: ActiveUnit) => Promise<Json>
  /** Units at a time that the system or judge takes. */
  readonly concurrency: number
  /** Units that may be prepared beside those, where no other process shares the limit. Default: none. */
  readonly prepared?: number
  /** Units that are fetched before they can be done, so that the database holds up nobody. Default: none. */
  readonly ahead?: number
  readonly retries?: number
  /** Whether units are tried again that were given up. Default: false. */
  readonly retryDead?: boolean
}

/** A queue whose units are being done. */
export interface QueueStart {
  /** `edit <system>`, `check`, `judge <judge>` or `pair <judge>`. */
  readonly queue: string
  readonly total: number
  /** Of these, those that were done or given up before. */
  readonly before: number
}

/** How a unit ended. */
export type UnitEnd = {
  readonly queue: string
  readonly key: string
} & ({ readonly output: Json } | { readonly error: unknown })

/** The shared context of a run's queues. */
export interface QueueContext {
  readonly workspace: BenchWorkspace
  readonly journal: Journal
  readonly control: RunControl
  readonly onQueue: (queue: QueueStart) => void
  readonly onEnd: (end: UnitEnd) => void
  /** Called with outputs that a killed process has made and paid. */
  readonly onRecovered: (output: Json) => void
  readonly retryFailed: boolean
}

/**
 * Does the units of a queue that are not done yet, and waits until each is done or dead. A queue of which one unit
 * after another fails, or whose account is used up, is stopped, and its units go on waiting.
 * @returns the reason where it was stopped
 * @throws what stopped the run
 */
export async function runQueue(
  { workspace, journal, control, onQueue, onEnd, onRecovered }: QueueContext,
  { queue, units, make, concurrency, prepared = 0, ahead = 0, retries = 3, retryDead = false }: QueueTask,
): Promise<string | undefined> {
  await wantUnits(workspace.jobs, queue, units, control.check)
  if (retryDead) await workspace.jobs.retry(queue, { state: 'dead', keys: units.map(({ key }) => key) })
  control.check()
  const counts = await workspace.jobs.counts(queue)
  const open = counts.waiting + counts.active
  if (open === 0) return undefined
  const total = new Set(units.map(({ key }) => key)).size
  onQueue({ queue, total, before: Math.max(0, total - open) })
  const mostFailures = 10 + 2 * concurrency
  const afterwards = afterwardsQueue()
  let failures = 0
  let stopped: string | undefined
  const handler = async (unit: ActiveUnit): Promise<Json> => {
    try {
      const known = journal.of(unit.key)
      const output = known ?? (await orAborted(make(unit), unit.signal))
      if (known === undefined) journal.add(unit.key, output)
      else onRecovered(output)
      failures = 0
      onEnd({ queue, key: unit.key, output })
      // The output outlives a kill now; storing it and preparing the next unit can wait for other answers.
      await afterwards()
      return output
    } catch (error) {
      if (isDiskFull(error) || (error instanceof JudgeError && error.code === 'budget')) {
        control.fail(error)
        await untilAborted(unit.signal)
      } else if (!(unit.signal.aborted || isCancelled(error))) {
        const message = error instanceof Error ? error.message : String(error)
        if (error instanceof Unworkable) onEnd({ queue, key: unit.key, error })
        else if (isHopeless(error) || ++failures >= mostFailures) {
          stopped ??= `${queue}: ${isHopeless(error) ? '' : `${failures} failures one after another, the last: `}${message}`
          void worker.stop({ abort: true })
          await untilAborted(unit.signal)
        } else if (unit.attempt > retries) onEnd({ queue, key: unit.key, error })
      }
      throw error
    }
  }
  const worker = await workspace.jobs.work({
    queue,
    handler,
    ...(workspace.isShared
      ? { concurrency, limits: { [queue]: concurrency } }
      : { concurrency: concurrency + prepared, ahead }),
    retries,
    deaths: mostDeaths,
    drain: true,
  })
  const stop = (): void => void worker.stop({ abort: true })
  control.signal.addEventListener('abort', stop)
  if (control.signal.aborted) stop()
  try {
    await worker.done
  } finally {
    control.signal.removeEventListener('abort', stop)
  }
  control.check()
  return stopped
}
