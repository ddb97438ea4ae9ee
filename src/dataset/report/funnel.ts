import type { DatasetView, Overview } from '../reading/view.ts'
import { judgeSet, type Picked, type SetVerdicts } from '../selection/pick.ts'
import type { Selection, SelectionStage } from '../selection/selection.ts'
import { type Kind, kinds } from '../taxonomy.ts'
import { type Judging, JudgingCounter } from './judging.ts'

/** Counts at each step, for one kind or all; each count is part of the one before it. */
export interface FunnelStep {
  readonly planned: number
  /** Pairs that drafts gave. */
  readonly generated: number
  /** Of those, within the bounds of measures and with words. */
  readonly measured: number
  /** Of those, not refused by judges, and judged where that is required. */
  readonly judged: number
  /** Of those, not refused by people, and accepted where that is required. */
  readonly reviewed: number
  /** Of those, neither a near-duplicate nor beyond the ratio. */
  readonly kept: number
  /** Pairs that a judge has scored, and that a person has decided on. */
  readonly scored: number
  readonly decided: number
  /** Pairs for which something that the selection requires has not been done yet. */
  readonly waiting: number
  readonly failed: number
  readonly open: number
}

/** A reason of rejection and its count. */
export interface ReasonCount {
  readonly stage: 'draft' | SelectionStage
  readonly reason: string
  readonly count: number
}

/** The work and usage of a captioner or judge. */
export interface ModelRow {
  readonly name: string
  readonly version: string
  readonly model?: string
  readonly pairs: number
  readonly calls: number
  readonly inputTokens: number
  readonly outputTokens: number
  /** USD, of calls whose price is known. */
  readonly cost: number
  readonly seconds: number
  /** Of judges: verdicts that were none, and the mean score by question. */
  readonly refused?: number
  readonly scores?: Readonly<Record<string, number>>
}

/** The content of the report, as JSON. */
export interface Funnel {
  readonly overview: Overview
  readonly total: FunnelStep
  readonly kinds: { readonly [K in Kind]?: FunnelStep & { readonly reasons: readonly ReasonCount[] } }
  readonly recipes: readonly (FunnelStep & { readonly name: string; readonly kind: Kind })[]
  readonly splits: Readonly<Record<string, { readonly sources: number; readonly triplets: number }>>
  readonly captioners: readonly ModelRow[]
  readonly judges: readonly ModelRow[]
  readonly judging: Judging
  /** Decisions of people, and the seconds they took. */
  readonly people: { readonly reviewers: number; readonly decisions: number; readonly seconds: number }
  /** Bounds of the selection that no pair was measured by: mistyped, or their tool is missing. */
  readonly unmeasured: readonly string[]
}

/** How many drafts there are for one that is kept: the paper's is 20. */
export const retention = ({ generated, kept }: Pick<FunnelStep, 'generated' | 'kept'>): number | undefined =>
  kept === 0 ? undefined : generated / kept

const order: readonly SelectionStage[] = [
  'measures',
  'captions',
  'judgements',
  'decisions',
  'duplicates',
  'ratio',
]

class Step {
  planned = 0
  generated = 0
  measured = 0
  judged = 0
  reviewed = 0
  kept = 0
  scored = 0
  decided = 0
  waiting = 0
  failed = 0
  open = 0

  add({ dossier, selected }: Picked): void {
    this.generated++
    if (dossier.judgements.some(({ state }) => state === 'scored')) this.scored++
    if (dossier.decisions.some(({ verdict }) => verdict !== 'skip' && verdict !== 'undo')) this.decided++
    if (selected.state === 'waiting') this.waiting++
    const passed = selected.state === 'kept' ? order.length : order.indexOf(selected.stage)
    if (passed > order.indexOf('captions')) this.measured++
    if (passed > order.indexOf('judgements')) this.judged++
    if (passed > order.indexOf('decisions')) this.reviewed++
    if (selected.state === 'kept') this.kept++
  }

  /** One that counted as kept is not kept among the others. */
  drop(stage: SelectionStage): void {
    this.kept--
    if (stage === 'decisions') this.reviewed--
  }
}

/** Sums of what one captioner or judge took. */
class Model {
  readonly #row: { name: string; version: string; model?: string }
  pairs = 0
  refused = 0
  readonly sums = { calls: 0, inputTokens: 0, outputTokens: 0, cost: 0, seconds: 0 }
  readonly #scores = new Map<string, { sum: number; count: number }>()

  constructor(row: { name: string; version: string; model?: string }) {
    this.#row = row
  }

  use(usage: Partial<Model['sums']> | undefined): void {
    for (const name of Object.keys(this.sums) as (keyof Model['sums'])[])
      this.sums[name] += usage?.[name] ?? 0
  }

  score(scores: Readonly<Record<string, number>>): void {
    for (const [question, score] of Object.entries(scores)) {
      const known = this.#scores.get(question) ?? { sum: 0, count: 0 }
      this.#scores.set(question, { sum: known.sum + score, count: known.count + 1 })
    }
  }

  row(isJudge: boolean): ModelRow {
    const scores = [...this.#scores].map(([name, { sum, count }]) => [name, sum / count] as const)
    return {
      ...this.#row,
      pairs: this.pairs,
      ...this.sums,
      ...(isJudge ? { refused: this.refused, scores: Object.fromEntries(scores) } : {}),
    }
  }
}

/** Counts pairs as they are read, and the usage of models and the time of people. */
class FunnelCounter {
  readonly total: Step = new Step()
  readonly #kinds = new Map<Kind, Step>()
  readonly #recipes = new Map<string, { readonly kind: Kind; readonly step: Step }>()
  readonly #reasons = new Map<Kind, Map<string, ReasonCount>>()
  readonly #splits = new Map<string, number>()
  readonly #captioners = new Map<string, Model>()
  readonly #judges = new Map<string, Model>()
  readonly #judging = new JudgingCounter()
  readonly #reviewers = new Set<string>()
  readonly #measured = new Set<string>()
  /** Recipes and splits of pairs that are kept alone, by their numbers. */
  readonly #tags: { readonly recipe: string; readonly split: string }[] = []
  readonly #numbers = new Map<string, number>()
  #decisions = 0
  #seconds = 0

  /** @returns the number of its recipe and split, for {@link drop} */
  add(picked: Picked): number {
    const { pair, decisions, measures } = picked.dossier
    const recipe = pair.recipe?.name ?? pair.origin
    for (const step of [this.total, this.#kind(pair.kind), this.#recipe(recipe, pair.kind)]) step.add(picked)
    const { selected } = picked
    if (selected.state === 'kept') this.#splits.set(pair.split, (this.#splits.get(pair.split) ?? 0) + 1)
    else this.#refuse(pair.kind, selected.stage, selected.reason, 1)
    this.#models(picked)
    this.#judging.add(picked.dossier)
    for (const { reviewer, seconds = 0 } of decisions) {
      this.#reviewers.add(reviewer)
      this.#decisions++
      this.#seconds += seconds
    }
    for (const { check, values } of measures)
      for (const name of Object.keys(values)) this.#measured.add(`${check}.${name}`)
    return this.#tagOf(recipe, pair.split)
  }

  /** Takes back that a pair is kept. */
  drop(
    kind: Kind,
    tag: number,
    { stage, reason }: { readonly stage: SelectionStage; readonly reason: string },
  ): void {
    const { recipe, split } = this.#tags[tag]!
    for (const step of [this.total, this.#kind(kind), this.#recipe(recipe, kind)]) step.drop(stage)
    this.#splits.set(split, this.#splits.get(split)! - 1)
    this.#refuse(kind, stage, reason, 1)
  }

  #tagOf(recipe: string, split: string): number {
    const name = `${split} ${recipe}`
    const known = this.#numbers.get(name)
    if (known !== undefined) return known
    this.#numbers.set(name, this.#tags.length)
    return this.#tags.push({ recipe, split }) - 1
  }

  #models({ dossier: { captions, judgements } }: Picked): void {
    const model = (of: Map<string, Model>, row: { name: string; version: string; model?: string }): Model => {
      const key = JSON.stringify([row.name, row.version, row.model])
      const known = of.get(key) ?? new Model(row)
      of.set(key, known)
      return known
    }
    const told = new Set<Model>()
    for (const { captioner, usage } of captions) {
      const own = model(this.#captioners, captioner)
      own.use(usage)
      told.add(own)
    }
    for (const { judge, usage, state, scores } of judgements) {
      const own = model(this.#judges, judge)
      own.use(usage)
      if (state === 'scored') own.score(scores)
      else own.refused++
      told.add(own)
    }
    for (const own of told) own.pairs++
  }

  /** Adds what became of drafts, and gives all that was counted. */
  result(overview: Overview, selection: Selection): Funnel {
    for (const { recipe, kind, planned, failed, open, refused } of overview.drafts) {
      for (const step of [this.total, this.#kind(kind), this.#recipe(recipe, kind)]) {
        step.planned += planned
        step.failed += failed
        step.open += open
      }
      for (const [reason, count] of Object.entries(refused)) this.#refuse(kind, 'draft', reason, count)
    }
    const bounds = new Set([...this.#kinds.keys()].flatMap((kind) => Object.keys(selection[kind].measures)))
    return {
      overview,
      total: { ...this.total },
      kinds: Object.fromEntries(
        kinds.flatMap((kind) => {
          const step = this.#kinds.get(kind)
          if (step === undefined) return []
          const reasons = [...(this.#reasons.get(kind)?.values() ?? [])]
          return [
            [
              kind,
              {
                ...step,
                reasons: reasons.sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1)),
              },
            ],
          ]
        }),
      ),
      recipes: [...this.#recipes]
        .map(([name, { kind, step }]) => ({ name, kind, ...step }))
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
      splits: Object.fromEntries(
        Object.entries(overview.splits).map(([split, sources]) => [
          split,
          { sources, triplets: this.#splits.get(split) ?? 0 },
        ]),
      ),
      captioners: [...this.#captioners.values()].map((each) => each.row(false)),
      judges: [...this.#judges.values()].map((each) => each.row(true)),
      judging: this.#judging.result(),
      people: { reviewers: this.#reviewers.size, decisions: this.#decisions, seconds: this.#seconds },
      unmeasured:
        this.total.generated === 0 ? [] : [...bounds].filter((name) => !this.#measured.has(name)).sort(),
    }
  }

  #kind(kind: Kind): Step {
    const step = this.#kinds.get(kind) ?? new Step()
    this.#kinds.set(kind, step)
    return step
  }

  #recipe(name: string, kind: Kind): Step {
    const known = this.#recipes.get(name) ?? { kind, step: new Step() }
    this.#recipes.set(name, known)
    return known.step
  }

  #refuse(kind: Kind, stage: ReasonCount['stage'], reason: string, count: number): void {
    const reasons = this.#reasons.get(kind) ?? new Map<string, ReasonCount>()
    this.#reasons.set(kind, reasons)
    const key = `${stage} ${reason}`
    reasons.set(key, { stage, reason, count: (reasons.get(key)?.count ?? 0) + count })
  }
}

/** Reads all pairs once and counts what the selection makes of them. */
export async function funnelOf(
  view: DatasetView,
  selection: Selection,
): Promise<{ readonly funnel: Funnel; readonly verdicts: SetVerdicts }> {
  const counter = new FunnelCounter()
  const verdicts = await judgeSet(
    view,
    selection,
    (picked) => counter.add(picked),
    (kind, tag, selected) => counter.drop(kind, tag, selected),
  )
  return { funnel: counter.result(await view.overview(), selection), verdicts }
}
