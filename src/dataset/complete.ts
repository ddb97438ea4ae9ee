import { type JobStore, type Unit, wantUnits } from '../jobs/index.ts'
import { stopIfAborted } from './cancel.ts'
import type { Stage } from './stages.ts'

/** How far a stage is. */
export interface Progress {
  readonly stage: Stage
  readonly done: number
  readonly dead: number
  readonly total: number
}

/** How a run is watched and stopped. */
export interface RunHooks {
  readonly signal: AbortSignal
  readonly onProgress?: (progress: Progress) => void
  /** Fails when the workers cannot go on. */
  readonly failed: Promise<never>
}

/** The least time between two looks; where a look takes long, they are so rare that they take a twentieth of the time. */
const pollMilliseconds = 200

/** Adds units, puts aside those of earlier plans, and waits until each is done or dead. */
export async function complete(
  jobs: JobStore,
  stage: Stage,
  units: readonly Unit[],
  hooks: RunHooks,
): Promise<void> {
  await completeMissing(jobs, stage, units, hooks)
}

/** The same with units that are worked out while they are added. */
export async function completeMissing(
  jobs: JobStore,
  stage: Stage,
  units: Iterable<Unit> | AsyncIterable<Unit>,
  { signal, failed, onProgress }: RunHooks,
  { onAdded = () => Promise.resolve() }: { readonly onAdded?: () => Promise<void> } = {},
): Promise<void> {
  const stopped = (): void => stopIfAborted(signal, 'stopped; what is done is kept, run it again to go on')
  const keys = new Set<string>()
  async function* counted(): AsyncGenerator<Unit> {
    for await (const unit of units) {
      keys.add(unit.key)
      yield unit
    }
  }
  const others = await wantUnits(jobs, stage, counted(), stopped)
  const total = keys.size
  keys.clear()
  await onAdded()
  for (;;) {
    stopped()
    const start = performance.now()
    const counts = await jobs.counts(stage)
    const took = performance.now() - start
    const left = counts.waiting + counts.active
    const dead = counts.dead + counts.cancelled - others
    onProgress?.({ stage, done: Math.max(0, total - left - dead), dead, total })
    if (left === 0) return
    await Promise.race([pause(Math.max(pollMilliseconds, 20 * took), signal), failed])
  }
}

const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((done) => {
    const end = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      done()
    }
    const timer = setTimeout(end, milliseconds)
    signal.addEventListener('abort', end)
    if (signal.aborted) end()
  })
