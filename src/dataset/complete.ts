import type { JobStore, Unit } from '../jobs/index.ts'
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
  for (let start = 0; start < units.length; start += 1000) {
    stopIfAborted(signal, 'stopped; what is done is kept, run it again to go on')
    await jobs.add(units.slice(start, start + 1000))
  }
  const wanted = new Set(units.map(({ key }) => key))
  const others = await putAside(jobs, stage, wanted)
  for (;;) {
    stopIfAborted(signal, 'stopped; what is done is kept, run it again to go on')
    const counts = await jobs.counts(stage)
    const left = counts.waiting + counts.active
    const total = wanted.size
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

/**
 * What an earlier configuration still wanted is not made any more; what was put aside and is wanted again, is.
 * @returns how many units that are not wanted are dead or put aside
 */
async function putAside(jobs: JobStore, stage: Stage, wanted: ReadonlySet<string>): Promise<number> {
  const old: string[] = []
  for await (const { key } of jobs.rows(stage, { state: 'waiting' })) if (!wanted.has(key)) old.push(key)
  if (old.length > 0) await jobs.cancel(stage, old)
  const again: string[] = []
  let others = 0
  for await (const { key } of jobs.rows(stage, { state: 'cancelled' }))
    if (wanted.has(key)) again.push(key)
    else others++
  for await (const { key } of jobs.rows(stage, { state: 'dead' })) if (!wanted.has(key)) others++
  if (again.length > 0) await jobs.retry(stage, { state: 'cancelled', keys: again })
  return others
}
