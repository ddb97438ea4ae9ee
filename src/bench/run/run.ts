import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { JobError } from '../../jobs/index.ts'
import { Budget } from '../../judges/index.ts'
import { BenchError } from '../error.ts'
import type { EditJudge } from '../judges/judge.ts'
import type { Suite, SuiteItem } from '../suite/suite.ts'
import type { System } from '../systems/system.ts'
import { type BenchWorkspace, type ChosenItem, readItems } from '../workspace.ts'
import { type Checker, runChecks } from './checks.ts'
import { costOf, spentBefore } from './cost.ts'
import { type EditContext, runEdits } from './edits.ts'
import { Journal } from './journal.ts'
import { runJudge } from './judgements.ts'
import { Pictures } from './pictures.ts'
import { type QueueStart, RunControl, type UnitEnd } from './queue.ts'
import { inItemOrder, madeEdits, traceAll } from './trace.ts'

/** Options of a run. All systems and judges are named in the bench's facts. */
export interface BenchRun {
  readonly suite: Suite
  /** Systems whose missing edits are made. */
  readonly systems: readonly System[]
  /** Judges that are asked about the edits of all systems of the bench. */
  readonly judges: readonly EditJudge[]
  /** Checks the edits of all systems. */
  readonly checker?: Checker | undefined
  /** The most that edits and judges of the bench may cost together, in USD. Default: no limit. */
  readonly budget?: number | undefined
  /** Whether edits whose price is not known are made in spite of a budget, and count as nothing. Default: false. */
  readonly allowUnknownPrice?: boolean | undefined
  /** Whether edits and questions are tried again that were given up. Default: false. */
  readonly retryFailed?: boolean | undefined
  readonly signal: AbortSignal
  /** Units of a queue begin. */
  readonly onQueue?: (queue: QueueStart) => void
  /** A unit of the step is done, or was given up. */
  readonly onEnd?: (end: UnitEnd, spent: number) => void
}

/** The result of a run that was not stopped. */
export interface RunEnd {
  /** In USD, over all runs of the bench. */
  readonly spent: number
  /** Systems and judges that were given up after failures one after another, each with its reason in a line. */
  readonly stopped: readonly string[]
}

/**
 * Does what is missing of a bench: edits, then checks, then what judges are asked. What is done stays done, also after
 * a kill; another call goes on.
 * @throws BenchError `cancelled`, `budget`, or `workspace` where the disk is full; everything so far is kept
 */
export async function runBench(workspace: BenchWorkspace, run: BenchRun): Promise<RunEnd> {
  const { suite, systems, judges, checker, signal, onQueue, onEnd } = run
  const items = await readItems(workspace)
  const journal = await Journal.open(join(workspace.folder, 'journal'))
  const control = new RunControl(workspace, signal)
  const budget = new Budget(run.budget, await spentBefore(workspace), run.allowUnknownPrice)
  const context: EditContext = {
    workspace,
    journal,
    control,
    suite,
    budget,
    pictures: new Pictures(suite, workspace.files),
    retryFailed: run.retryFailed === true,
    onQueue: (queue) => onQueue?.(queue),
    onEnd: (end) => onEnd?.(end, budget.spent),
    onRecovered: (output) => budget.add(costOf(output)),
  }
  const stopped: string[] = []
  const note = (reason: string | undefined): void => {
    if (reason !== undefined) stopped.push(reason)
  }
  let end: { readonly stored: boolean; readonly allDone: boolean } = { stored: true, allDone: false }
  try {
    await makeEdits(context, systems, items, note)
    const made = inItemOrder(madeEdits(await traceAll(workspace, items)))
    if (checker !== undefined) note(await runChecks(context, checker, made))
    const asking = judges.map(async (judge) => {
      const facts = workspace.facts.judges.find(({ name }) => name === judge.name)
      if (facts === undefined) throw new Error(`internal: ${judge.name} is not a judge of the bench`)
      note(await runJudge(context, judge, facts, made))
    })
    await settle(asking, control)
    end = { stored: true, allDone: stopped.length === 0 }
    return { spent: budget.spent, stopped }
  } catch (error) {
    if (error instanceof JobError) end = { stored: false, allDone: false }
    throw error
  } finally {
    control.close()
    await journal.close(end)
  }
}

/** Systems of one edit at a time are on this machine: they work one after another, beside those on servers. */
async function makeEdits(
  context: EditContext,
  systems: readonly System[],
  items: readonly ChosenItem[],
  note: (reason: string | undefined) => void,
): Promise<void> {
  const make = async (system: System): Promise<void> => {
    note(await runEdits(context, system, items))
  }
  const here = systems.filter(({ concurrency }) => concurrency === 1)
  const elsewhere = systems.filter(({ concurrency }) => concurrency > 1)
  const oneByOne = async (): Promise<void> => {
    for (const system of here) await make(system)
  }
  await settle([oneByOne(), ...elsewhere.map(make)], context.control)
}

/** Waits for all; where one fails, the others are stopped before its error is thrown. */
async function settle(work: readonly Promise<void>[], control: RunControl): Promise<void> {
  const watched = work.map((each) =>
    each.catch((error: unknown) => {
      control.fail(error)
    }),
  )
  await Promise.all(watched)
  control.check()
}

/** Chosen items with the hashes of their pictures' files. @throws BenchError `suite` that lists what is missing */
export async function withSources(
  suite: Pick<Suite, 'facts' | 'fileOf'>,
  items: readonly SuiteItem[],
): Promise<readonly ChosenItem[]> {
  const hashes = new Map<string, string>()
  const missing: string[] = []
  for (const { picture } of items) {
    if (hashes.has(picture)) continue
    const hash = await fileHash(suite.fileOf(picture)).catch(() => undefined)
    if (hash === undefined) missing.push(picture)
    hashes.set(picture, hash ?? '')
  }
  if (missing.length > 0)
    throw new BenchError(
      'suite',
      `${suite.facts.name}: ${missing.length} of ${hashes.size} pictures cannot be read: ` +
        `${missing.slice(0, 5).join(', ')}${missing.length > 5 ? ', …' : ''}; expected them in ${suite.fileOf('')}`,
    )
  return items.map((item) => ({ item, source: hashes.get(item.picture)! }))
}

async function fileHash(file: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const bytes of createReadStream(file)) hash.update(bytes as Buffer)
  return hash.digest('hex')
}
