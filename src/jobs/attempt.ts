import type { Completions } from './completions.ts'
import type { Database } from './database/database.ts'
import type { Limit, Patience } from './database/patience.ts'
import { JobError, Unworkable } from './error.ts'
import { jsonText } from './names.ts'
import type { WorkOptions } from './store.ts'
import type { Claimed } from './units/claim.ts'
import { fail, giveBack } from './units/finish.ts'
import type { Tables } from './units/tables.ts'

/** How long a handler may continue after its signal before this is logged. */
const tolerance = 10_000

/** The longest time that a timer takes. */
const longestTimer = 2 ** 31 - 1

/** What the workers of a store have in common. */
export interface Workplace {
  readonly database: Database
  readonly tables: Tables
  readonly patience: Patience
  /** This store's UUID. */
  readonly holder: string
  readonly leaseSeconds: number
  /** False while others may take our units. */
  readonly isHeld: () => boolean
  readonly log: (line: string) => void
  /** Called before a worker looks for units. */
  readonly beforeTaking?: () => Promise<void>
}

/** The options with their defaults. */
export type FullWorkOptions = Required<Omit<WorkOptions, 'timeLimitSeconds' | 'places'>> &
  Pick<WorkOptions, 'timeLimitSeconds' | 'places'>

type Outcome = { readonly output: string } | { readonly error: unknown }

/**
 * Runs the handler on a unit and stores its result, waiting for the database for at most `limit`.
 * @param onHandled called once the handler has ended
 */
export async function attempt(
  { database, tables, patience, log }: Workplace,
  options: FullWorkOptions,
  claimed: Claimed,
  controller: AbortController,
  {
    completions,
    limit,
    onHandled,
  }: { readonly completions: Completions; readonly limit: Limit; readonly onHandled: () => void },
): Promise<void> {
  const outcome = controller.signal.aborted
    ? { error: controller.signal.reason as unknown }
    : await handle(options, claimed, controller, log)
  onHandled()
  if ('output' in outcome) return completions.add({ ...claimed, output: outcome.output }, limit)
  // An abort up to this point counts; one while the result is being stored does not.
  const abortReason: unknown = controller.signal.aborted ? controller.signal.reason : undefined
  await patience.wait(() => {
    if (abortReason instanceof JobError && abortReason.code === 'stopped')
      return giveBack(database, tables, claimed)
    const error = abortReason ?? outcome.error
    return fail(database, tables, claimed, {
      reason: reasonOf(error),
      unworkable: error instanceof Unworkable,
      retries: options.retries,
      backoffSeconds: options.backoffSeconds,
    })
  }, limit)
}

/** Runs the handler under its time limit. */
async function handle(
  { queue, handler, timeLimitSeconds }: FullWorkOptions,
  { key, payload, attempt }: Claimed,
  controller: AbortController,
  log: (line: string) => void,
): Promise<Outcome> {
  const { signal } = controller
  const timers: NodeJS.Timeout[] = []
  if (timeLimitSeconds !== undefined) {
    const stop = (): void =>
      controller.abort(
        new JobError('time-limit', `expected to end within its time limit of ${timeLimitSeconds} s`),
      )
    timers.push(setTimeout(stop, Math.min(timeLimitSeconds * 1000, longestTimer)))
  }
  const complain = (): void => {
    const line = `queue '${queue}': the handler of unit ${JSON.stringify(key)} has not ended ${tolerance / 1000} s after its signal`
    timers.push(setTimeout(() => log(line), tolerance))
  }
  signal.addEventListener('abort', complain)
  try {
    const result = await handler({ key, payload, attempt, signal })
    return { output: outputText(result) }
  } catch (error) {
    return { error }
  } finally {
    signal.removeEventListener('abort', complain)
    for (const timer of timers) clearTimeout(timer)
  }
}

/** A result that is not JSON, or too long, would be the same on the next try. */
function outputText(result: Parameters<typeof jsonText>[1]): string {
  try {
    return jsonText('output', result)
  } catch (error) {
    throw new Unworkable(error instanceof Error ? error.message : String(error))
  }
}

/** An error as a reason that a row can keep: text without NUL, at most 2,000 characters. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error)
  return text
    .slice(0, 2000)
    .replaceAll('\0', '\ufffd')
    .replace(/\p{Surrogate}/gu, '\ufffd')
}
