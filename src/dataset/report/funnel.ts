import type { Collection } from '../collect.ts'
import type { UnitTimes } from '../record.ts'
import { splits } from '../sources/catalog.ts'
import { type Kind, kinds } from '../taxonomy.ts'

/** How many of one kind, or of all, came how far. */
export interface FunnelStep {
  readonly planned: number
  readonly drafted: number
  readonly passed: number
  readonly kept: number
  readonly failed: number
  readonly open: number
}

/** A reason of rejection with how often it was given, most often first. */
export interface ReasonCount {
  readonly stage: string
  readonly reason: string
  readonly count: number
}

/** Seconds and calls of one recipe or one tool. */
export interface TimeRow {
  readonly name: string
  readonly units: number
  readonly seconds: number
  /** A unit, or a call. */
  readonly each: number
}

/** What the report tells, as JSON. */
export interface Funnel {
  readonly name: string
  readonly seed: number
  readonly sources: {
    readonly files: number
    readonly others: number
    readonly used: number
    readonly videos: number
    readonly cutouts: number
    readonly rejected: readonly ReasonCount[]
    readonly details: readonly string[]
  }
  readonly splits: { readonly [split: string]: { readonly sources: number; readonly triplets: number } }
  readonly total: FunnelStep
  readonly kinds: {
    readonly [K in Kind]?: FunnelStep & { readonly reasons: readonly ReasonCount[] }
  }
  readonly recipes: readonly (FunnelStep & { readonly name: string; readonly kind: Kind })[]
  readonly licences: Readonly<Record<string, number>>
  readonly times: {
    readonly recipes: readonly TimeRow[]
    readonly tools: readonly TimeRow[]
    /** Seconds in recipes and captions, with their tools; in tools of checks; and in the pipeline itself. */
    readonly seconds: { readonly making: number; readonly checking: number; readonly pipeline: number }
  }
  readonly tools: Collection['plan']['tools']
  readonly captioner: Collection['plan']['captioner']
  readonly leftOut: Collection['plan']['leftOut']
  readonly failures: readonly { readonly name: string; readonly reason: string; readonly count: number }[]
}

/** Counts what became of a dataset's files and drafts. */
export function funnelOf(collection: Collection): Funnel {
  const { plan, sources, cutouts, kept, rejected, dead } = collection
  const used = kinds.filter((kind) => plan.units.some((unit) => unit.kind === kind))
  const recipes = [...new Map(plan.units.map(({ recipe, kind }) => [recipe, kind]))].sort(([a], [b]) =>
    a < b ? -1 : 1,
  )
  const all = [...sources.values()]
  return {
    name: plan.name,
    seed: plan.seed,
    sources: {
      files: plan.found.files + plan.rejections.length,
      others: plan.found.others,
      used: all.length,
      videos: all.filter(({ type }) => type === 'video').length,
      cutouts: cutouts.size,
      rejected: reasonsOf(plan.rejections.map(({ reason }) => ({ stage: 'sources', reason }))),
      details: plan.rejections.map(({ detail }) => detail),
    },
    splits: Object.fromEntries(
      splits.map((split) => [
        split,
        {
          sources: all.filter((source) => source.split === split).length,
          triplets: kept.filter((triplet) => triplet.split === split).length,
        },
      ]),
    ),
    total: stepOf(collection, () => true),
    kinds: Object.fromEntries(
      used.map((kind) => [
        kind,
        {
          ...stepOf(collection, (unit) => unit.kind === kind),
          reasons: reasonsOf(rejected.filter((unit) => unit.kind === kind)),
        },
      ]),
    ),
    recipes: recipes.map(([name, kind]) => ({
      name,
      kind,
      ...stepOf(collection, (unit) => unit.recipe === name),
    })),
    licences: counted(all.map(({ licence }) => licence)),
    times: timesOf([...kept, ...rejected]),
    tools: plan.tools,
    captioner: plan.captioner,
    leftOut: plan.leftOut,
    failures: failuresOf([
      ...dead.map(({ recipe, reason }) => ({ name: recipe, reason })),
      ...plan.problems.map(({ name, reason }) => ({ name, reason })),
    ]),
  }
}

function stepOf(
  { plan, kept, rejected, dead, open }: Collection,
  isOf: (unit: { readonly kind: Kind; readonly recipe: string }) => boolean,
): FunnelStep {
  const refused = rejected.filter(isOf)
  const result = {
    planned: plan.units.filter(isOf).length,
    kept: kept.filter(isOf).length,
    failed: dead.filter(isOf).length,
    open: open.filter(isOf).length,
  }
  const passed = result.kept + refused.filter(({ stage }) => stage === 'duplicates').length
  const drafted = passed + refused.filter(({ stage }) => stage === 'checks').length
  return { ...result, passed, drafted }
}

function reasonsOf(rows: readonly { readonly stage: string; readonly reason: string }[]): ReasonCount[] {
  const counts = counted(rows.map(({ stage, reason }) => `${stage} ${reason}`))
  return Object.entries(counts).map(([name, count]) => {
    const [stage = '', ...reason] = name.split(' ')
    return { stage, reason: reason.join(' '), count }
  })
}

function counted(words: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>()
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  return Object.fromEntries([...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)))
}

function failuresOf(rows: readonly { readonly name: string; readonly reason: string }[]): Funnel['failures'] {
  const counts = counted(rows.map((row) => JSON.stringify([row.name, row.reason])))
  return Object.entries(counts).map(([row, count]) => {
    const [name, reason] = JSON.parse(row) as [string, string]
    return { name, reason, count }
  })
}

function timesOf(units: readonly { readonly recipe: string; readonly times: UnitTimes }[]): Funnel['times'] {
  const recipes = new Map<string, { units: number; seconds: number }>()
  const tools = new Map<string, { units: number; seconds: number }>()
  let [making, checking, total] = [0, 0, 0]
  for (const { recipe, times } of units) {
    add(recipes, recipe, 1, times.total)
    for (const [job, { calls, seconds }] of Object.entries(times.tools)) add(tools, job, calls, seconds)
    making += times.draft + times.captions
    checking += times.checks
    total += times.total
  }
  return {
    recipes: rowsOf(recipes),
    tools: rowsOf(tools),
    seconds: { making, checking, pipeline: total - making - checking },
  }
}

type Sums = Map<string, { units: number; seconds: number }>

function add(to: Sums, name: string, units: number, seconds: number): void {
  const known = to.get(name) ?? { units: 0, seconds: 0 }
  to.set(name, { units: known.units + units, seconds: known.seconds + seconds })
}

const rowsOf = (sums: Sums): TimeRow[] =>
  [...sums]
    .map(([name, { units, seconds }]) => ({ name, units, seconds, each: seconds / Math.max(1, units) }))
    .sort((a, b) => b.seconds - a.seconds)
