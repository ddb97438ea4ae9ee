import type { JobStore, Unit } from '../jobs/index.ts'
import { stopIfAborted } from './cancel.ts'
import type { Stage } from './stages.ts'
import { renewStatistics } from './tables/statistics.ts'

/** Progress of a stage. */
export interface Progress {
  readonly stage: Stage
  readonly done: number
  readonly dead: number
  readonly total: number
}

/** Hooks that report a run's progress and stop it. */
export interface RunHooks {
  readonly signal: AbortSignal
  readonly onProgress?: (progress: Progress) => void
  /** Fails when the workers cannot go on. */
  readonly failed: Promise<never>
}

/** The hooks of a run with the number of its plan. */
export interface StageHooks extends RunHooks {
  readonly plan: number
}

/** The shortest interval between two polls; slow polls are spaced so that they take at most a twentieth of the time. */
const pollMilliseconds = 200

const unitsOfStatement = 1000

/** From this many units on, a stage renews the statistics of the tables that it filled. */
const unitsOfStatistics = 500

/**
 * Adds units, which may be worked out meanwhile, under the number of the run's plan, and waits until each is done or
 * dead. Nothing grows with their number.
 */
export async function complete(
  jobs: JobStore,
  stage: Stage,
  units: Iterable<Unit> | AsyncIterable<Unit>,
  hooks: StageHooks,
  { onAdded = () => Promise.resolve() }: { readonly onAdded?: () => Promise<void> } = {},
): Promise<void> {
  const { signal, failed, onProgress, plan } = hooks
  const total = await addUnits(jobs, stage, units, hooks)
  await onAdded()
  const others = await deadOfOthers(jobs, stage, plan)
  for (;;) {
    stopped(signal)
    const start = performance.now()
    const counts = await jobs.unfinished(stage)
    const took = performance.now() - start
    const left = counts.waiting + counts.active
    const dead = Math.max(0, counts.dead - others)
    onProgress?.({ stage, done: Math.max(0, total - left - dead), dead, total })
    if (left === 0) break
    await Promise.race([pause(Math.max(pollMilliseconds, 20 * took), signal), failed])
  }
  if (total >= unitsOfStatistics) await renewStatistics(jobs.sql)
}

/** Adds units of a plan, and puts aside those that only earlier plans wanted. @returns how many they are */
export async function addUnits(
  jobs: JobStore,
  stage: Stage,
  units: Iterable<Unit> | AsyncIterable<Unit>,
  { signal, plan }: Pick<StageHooks, 'signal' | 'plan'>,
): Promise<number> {
  let total = 0
  let page = new Map<string, Unit>()
  let adding: Promise<unknown> = Promise.resolve()
  const flush = async (): Promise<void> => {
    stopped(signal)
    await adding
    // Drafts that are missing from the tables were lost, whatever the state of their unit.
    const again = stage === 'drafts' ? (['cancelled', 'done'] as const) : (['cancelled'] as const)
    // The next units are worked out meanwhile; whoever comes to it is told of its failure.
    if (page.size > 0) adding = jobs.add([...page.values()], { plan, again })
    adding.catch(() => undefined)
    total += page.size
    page = new Map()
  }
  for await (const unit of units) {
    page.set(unit.key, unit)
    if (page.size >= unitsOfStatement) await flush()
  }
  await flush()
  await adding
  await jobs.putAside(stage, plan)
  return total
}

const stopped = (signal: AbortSignal): void =>
  stopIfAborted(signal, 'stopped; finished work is kept, run it again to continue')

/** Failed units that only earlier plans wanted. */
async function deadOfOthers({ sql }: JobStore, stage: Stage, plan: number): Promise<number> {
  const [row] = await sql.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM ${sql.schema}.units WHERE queue = $1 AND state = 'dead' AND plan <> $2`,
    [stage, plan],
  )
  return row?.count ?? 0
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
