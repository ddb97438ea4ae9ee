import type { Picture } from '../../image/index.ts'
import type { EditJudge } from '../judges/judge.ts'
import type { Suite, SuiteItem } from '../suite/suite.ts'
import type { System } from '../systems/system.ts'
import { type BenchWorkspace, readItems } from '../workspace.ts'
import { judgeUnits } from './judgements.ts'
import { madeEdits, readUnits, traceAll, traceEdits } from './trace.ts'
import { queueOf } from './units.ts'

/** The missing work of a bench, and its approximate cost. */
export interface RunEstimate {
  readonly parts: readonly {
    /** The system or the judge. */
    readonly name: string
    readonly what: 'edits' | 'questions'
    /** At most so many. */
    readonly count: number
    /** In USD; undefined where the price is not known. */
    readonly cost: number | undefined
  }[]
  readonly cost: number
}

/** Pictures on which a price is tried: they are read for it. */
const tried = 24

/** What a run would do, and cost by the price tables; edits that are not made yet are taken to give a picture. */
export async function estimateRun(
  workspace: BenchWorkspace,
  {
    suite,
    systems,
    judges,
  }: { readonly suite: Suite; readonly systems: readonly System[]; readonly judges: readonly EditJudge[] },
): Promise<RunEstimate> {
  const items = await readItems(workspace)
  const step = Math.max(1, Math.ceil(items.length / tried))
  const samples: {
    readonly item: SuiteItem
    readonly picture: Picture
    readonly more: readonly Picture[]
  }[] = []
  const isPriced = systems.some(({ estimate }) => estimate) || judges.some(({ estimate }) => estimate)
  if (isPriced)
    for (let i = 0; i < items.length; i += step) {
      const { item } = items[i]!
      const [picture, ...more] = await Promise.all(
        [item.picture, ...(item.more ?? [])].map((path) => suite.read(path)),
      )
      samples.push({ item, picture: picture!, more })
    }

  const parts: RunEstimate['parts'][number][] = []
  let missing = 0
  for (const system of systems) {
    const facts = workspace.facts.systems.find(({ name }) => name === system.name)
    if (facts === undefined) continue
    const units = await readUnits(workspace, queueOf.edit(system.name))
    const count = traceEdits(items, workspace.facts, facts, units).filter(
      ({ unit }) => unit?.state !== 'done' && unit?.state !== 'dead',
    ).length
    missing += count
    const each =
      system.estimate &&
      meanOf(samples.map(({ item, picture, more }) => system.estimate?.(item, picture, more)))
    if (system.estimate)
      parts.push({
        name: system.name,
        what: 'edits',
        count,
        cost: each === undefined ? undefined : each * count,
      })
  }
  const made = madeEdits(await traceAll(workspace, items))
  for (const judge of judges) {
    const facts = workspace.facts.judges.find(({ name }) => name === judge.name)
    if (facts === undefined) continue
    const units = await readUnits(workspace, queueOf.judge(judge.name))
    const open = new Set(
      judgeUnits(facts, made)
        .map(({ key }) => key)
        .filter((key) => !units.has(key) || units.get(key)!.state === 'waiting'),
    )
    const count = open.size + 2 * facts.repeats * missing
    const each =
      judge.estimate && meanOf(samples.map(({ item, picture }) => questionCost(judge, item, picture)))
    parts.push({
      name: judge.name,
      what: 'questions',
      count,
      cost: each === undefined ? undefined : each * count,
    })
  }
  return { parts, cost: parts.reduce((sum, { cost = 0 }) => sum + cost, 0) }
}

/** The mean of an SC and a PQ question about a picture of the same size. */
function questionCost(judge: EditJudge, { instruction }: SuiteItem, picture: Picture): number | undefined {
  const { width, height } = picture
  const sc = judge.estimate?.({ type: 'sc', instruction, source: picture, edited: picture })
  const pq = judge.estimate?.({ type: 'pq', edited: picture, sourceSize: { width, height } })
  return sc === undefined || pq === undefined ? undefined : (sc + pq) / 2
}

function meanOf(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined)
  return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value, 0) / known.length
}
