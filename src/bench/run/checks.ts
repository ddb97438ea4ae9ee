import type { Picture } from '../../image/index.ts'
import { type ActiveUnit, digestOf, type Json } from '../../jobs/index.ts'
import { allJobs, type Toolbox } from '../../tools/index.ts'
import type { CheckReport } from '../checks/check.ts'
import { checkEdit, checksVersion } from '../checks/checkEdit.ts'
import type { SuiteItem } from '../suite/suite.ts'
import type { Pictures } from './pictures.ts'
import { type QueueContext, runQueue } from './queue.ts'
import type { MadeEdit } from './trace.ts'
import { asJson, type CheckPayload, checkKey, fromJson, queueOf } from './units.ts'

/** The checker of edits. */
export interface Checker {
  /** Names and versions of the tools and the checks: equal ones need not look again. */
  readonly identity: string
  /** Whether edits without checks of their own are measured too: how much of the picture stayed. */
  readonly all: boolean
  readonly concurrency: number
  check(edit: {
    readonly item: SuiteItem
    readonly source: Picture
    readonly edited: Picture
    readonly signal: AbortSignal
  }): Promise<CheckReport>
}

/** Checks edits with the installed tools; with other tools, or other versions, edits are checked again. */
export function toolChecker(
  tools: Toolbox,
  { all = false, concurrency = 1 }: { readonly all?: boolean; readonly concurrency?: number } = {},
): Checker {
  const facts = allJobs
    .filter((job) => tools.has(job))
    .map((job) => {
      const { implementation, version } = tools.get(job).facts
      return [job, implementation, version]
    })
  return {
    identity: digestOf({ checksVersion, facts }),
    all,
    concurrency,
    check: (edit) => checkEdit({ ...edit, tools }),
  }
}

/** Whether an item's edits are checked. */
export const isChecked = ({ checks = [] }: SuiteItem, { all }: Pick<Checker, 'all'>): boolean =>
  all || checks.length > 0

/** Checks the edits that were not checked yet. @returns the reason where it was stopped */
export function runChecks(
  context: QueueContext & { readonly pictures: Pictures },
  checker: Checker,
  edits: readonly MadeEdit[],
): Promise<string | undefined> {
  const queue = queueOf.check
  const units = edits
    .filter(({ item }) => isChecked(item, checker))
    .map(({ item, source, edited }) => {
      const payload: CheckPayload = { item, source: source.place, edited }
      const key = checkKey(item, source, edited, checker.identity)
      return { key, queue, payload: asJson(payload), tools: [queue] }
    })
  const make = async ({ payload, signal }: ActiveUnit): Promise<Json> => {
    const { item, source, edited } = fromJson<CheckPayload>(payload)
    const [before, after] = await Promise.all([
      context.pictures.of(source),
      context.pictures.of({ file: edited }),
    ])
    return asJson(await checker.check({ item, source: before, edited: after, signal }))
  }
  const { concurrency } = checker
  return runQueue(context, { queue, units, make, concurrency, retryDead: context.retryFailed })
}
