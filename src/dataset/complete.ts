import { type JobStore, type Unit, wantUnits } from '../jobs/index.ts'
import { stopIfAborted } from './cancel.ts'
import type { Stage } from './stages.ts'
import type { Kind } from './taxonomy.ts'

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
  /** Called with the kinds of the triplets to make, by their keys, before the first is made. */
  readonly onPlan?: (kinds: ReadonlyMap<string, Kind>) => void
  /** Fails when the workers cannot go on. */
  readonly failed: Promise<never>
}

const pollMilliseconds = 200

/** Adds units, puts aside those of earlier plans, and waits until each is done or dead. */
export async function complete(
  jobs: JobStore,
  stage: Stage,
  units: readonly Unit[],
  { signal, failed, onProgress }: RunHooks,
): Promise<void> {
  const stopped = (): void => stopIfAborted(signal, 'stopped; what is done is kept, run it again to go on')
  const others = await wantUnits(jobs, stage, units, stopped)
  const total = new Set(units.map(({ key }) => key)).size
  for (;;) {
    stopped()
    const counts = await jobs.counts(stage)
    const left = counts.waiting + counts.active
    const dead = counts.dead + counts.cancelled - others
    onProgress?.({ stage, done: Math.max(0, total - left - dead), dead, total })
    if (left === 0) return
    await Promise.race([pause(pollMilliseconds, signal), failed])
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
