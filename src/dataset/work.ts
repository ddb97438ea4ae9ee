import { isDiskFull, type Json, untilAborted, type Worker } from '../jobs/index.ts'
import { JudgeError } from '../judges/index.ts'
import { allJobs, type Job, type Toolbox, type ToolFacts } from '../tools/index.ts'
import { DatasetError } from './error.ts'
import type { Parts } from './parts.ts'
import { type Stage, Stages, stages, type UnitListener } from './stages.ts'
import type { Workspace } from './workspace.ts'

/** Options of a worker process. */
export interface WorkChoice {
  /** Queues that it takes from. Default: all. A machine that cannot see the source files takes the other ones. */
  readonly stages?: readonly Stage[]
  readonly concurrency?: number
  readonly onUnit?: UnitListener
  readonly signal: AbortSignal
}

/** Workers of one process. */
export interface Working {
  /** Rejects with errors that stop all work: a full disk, a database that refuses. */
  readonly failed: Promise<never>
  /** Waits for units in flight, or aborts them. */
  stop(options?: { readonly abort?: boolean }): Promise<void>
}

/** Works on a dataset's queues until it is stopped. @throws JobError when the database cannot be reached */
export async function startWorking(
  workspace: Workspace,
  parts: Parts,
  { stages: chosen = stages, concurrency, onUnit, signal }: WorkChoice,
): Promise<Working> {
  const handlers = new Stages(workspace, parts)
  const { limits } = workspace.configuration
  const { promise: failed, reject } = withReject()
  const workers: Worker[] = []
  // Running units, and those of them that are returned because no unit of their kind can succeed.
  let [running, givenBack] = [0, 0]
  let hopeless: unknown
  /** Calls in flight are already paid for, so they finish before the failure stops the worker. */
  const failWhenIdle = (): void => {
    if (hopeless !== undefined && running === givenBack) reject(hopeless)
  }
  const stop = async (options?: { readonly abort?: boolean }): Promise<void> => {
    await Promise.all(workers.map((worker) => worker.stop(options)))
  }
  for (const stage of chosen) {
    const worker = await workspace.jobs.work({
      queue: stage,
      handler: async (unit) => {
        running++
        try {
          const output = await handlers.run(stage, unit)
          onUnit?.({ stage, key: unit.key, output })
          return output
        } catch (error) {
          if (isDiskFull(error)) {
            reject(fatalError(workspace, error))
            await untilAborted(unit.signal)
          } else if (isHopeless(error)) {
            hopeless ??= error
            givenBack++
            for (const each of workers) each.stop().catch(reject)
            failWhenIdle()
            await untilAborted(unit.signal)
            givenBack--
          }
          throw error
        } finally {
          running--
          failWhenIdle()
        }
      },
      concurrency: concurrency ?? limits.concurrency,
      limits: serverLimits(parts),
      retries: limits.retries,
      timeLimitSeconds: limits.secondsPerTriplet,
    })
    worker.done.catch(reject)
    workers.push(worker)
  }
  if (signal.aborted) await stop({ abort: true })
  return { failed, stop }
}

/**
 * Whether every other question to a judge would fail the same way: its key is wrong, its account is used up, or the
 * budget is.
 */
const isHopeless = (error: unknown): boolean =>
  error instanceof JudgeError && (error.code === 'judge-unusable' || error.code === 'budget')

/** A promise that can only reject, and whose rejection need not be handled. */
function withReject(): { promise: Promise<never>; reject: (error: unknown) => void } {
  let reject: (error: unknown) => void = () => undefined
  const promise = new Promise<never>((_, fail) => {
    reject = fail
  })
  promise.catch(() => undefined)
  return { promise, reject }
}

function fatalError({ folder }: Workspace, error: unknown): DatasetError {
  return new DatasetError(
    'workspace',
    `${folder}: the disk is full (${(error as Error).message.split('\n')[0]}); free some space and run it again, it continues where it stopped`,
    { cause: error },
  )
}

/** Servers are shared by all workers, so their limits hold across workers; embedded tools belong to each process. */
function serverLimits({ tools, pairStages }: Parts): Record<string, number> {
  const facts = allJobs.filter((job) => tools.has(job)).map((job) => tools.get(job).facts)
  return {
    ...Object.fromEntries(facts.filter(isServer).map((each) => [each.implementation, each.concurrency])),
    ...Object.assign({}, ...pairStages.map(({ limits }) => limits)),
  }
}

/** The version of an adapter names its server: `openai:gpt-4o`. */
const isServer = ({ implementation }: ToolFacts): boolean => implementation.includes(':')

/** Names of the servers that do some of these jobs. */
export function serversOf(jobs: readonly Job[], tools: Toolbox): readonly string[] {
  const names = jobs
    .filter((job) => tools.has(job))
    .map((job) => tools.get(job).facts)
    .filter(isServer)
    .map(({ implementation }) => implementation)
  return [...new Set(names)].sort()
}

/** A unit's output with its type. */
export const outputAs = <T>(output: Json | undefined): T => output as unknown as T
