import type { RefusalKind } from '../../edit/index.ts'
import { Draws, defaults, type Estimate, groupedMeans, type SampleOptions } from '../../statistics/index.ts'
import type { BenchResults } from '../results.ts'
import type { Language, SuiteItem } from '../suite/suite.ts'
import {
  type Measure,
  measures,
  ResultsIndex,
  type ScoredItem,
  type Subset,
  subsets,
  type Unscored,
} from './scored.ts'

export type Scores = { readonly [M in Measure]: Estimate }

/** Outcomes of the chosen items. `chosen` = `judged` + all refusals + `failed` + `absent` + all `unscored`. */
export interface Coverage {
  readonly chosen: number
  /** Pictures with at least one whole judgement: n. */
  readonly judged: number
  readonly refused: { readonly [K in RefusalKind]?: number }
  /** Edits given up, and edits that are not there. */
  readonly failed: number
  readonly absent: number
  /** Pictures without a whole judgement, by why. */
  readonly unscored: { readonly [K in Unscored]?: number }
  /** Judgements of judged pictures that were lost, of several repeats. */
  readonly lostRepeats: number
  /** judged / (chosen − refused), 0 to 1; 1 where all were refused. */
  readonly share: number
}

export interface KindScores {
  readonly kind: string
  readonly coverage: Coverage
  /** Undefined where no item of the kind has a score. */
  readonly scores: Scores | undefined
}

/** A line of the paper's tables 2 and 3: what one judge says of one system, in one language, on one subset. */
export interface ScoreRow {
  readonly judge: string
  readonly language: Language
  readonly subset: Subset
  readonly system: string
  readonly kinds: readonly KindScores[]
  /** Groups with a score, of those with chosen items in this language. */
  readonly groups: { readonly present: number; readonly of: number }
  readonly coverage: Coverage
  /** The unweighted mean over the groups present; undefined where there are none, or where it is withheld. */
  readonly overall: Scores | undefined
  /** Why there is no overall number, as text. */
  readonly withheld?: string
}

export interface AggregateOptions extends SampleOptions {
  /** Gives overall numbers where chosen items lack a score, or whole groups do. Default: false. */
  readonly allowMissing?: boolean
  /** The systems compared, which decide the subset `common`. Default: all. */
  readonly systems?: readonly string[]
}

/**
 * The scores of every judge, language, subset and system, by the official aggregation: O of a sample is √(SC·PQ), its
 * repeats are averaged, then the items of a group, then the groups without weights, for SC, PQ and O apart; refused and
 * missing edits are left out. With 95 % bootstrap intervals, see {@link groupedMeans}.
 * Source: calculate_statistics.py of GEdit-Bench, stepfun-ai/Step1X-Edit at 570eba6.
 */
export function aggregate(results: BenchResults, options: AggregateOptions = {}): readonly ScoreRow[] {
  const index = new ResultsIndex(results)
  const systems = options.systems ?? results.systems.map(({ name }) => name)
  return index.judges.flatMap((judge) =>
    index.languages.flatMap((language) =>
      subsets.flatMap((subset) => {
        const items = index.itemsOf(language, subset, systems)
        if (items === undefined) return []
        const kinds = index.kindsOf(index.itemsOf(language, 'full')!)
        return systems.map((system) =>
          scoreRow(index, { judge, language, subset, system, kinds, items }, options),
        )
      }),
    ),
  )
}

function scoreRow(
  index: ResultsIndex,
  row: {
    readonly judge: string
    readonly language: Language
    readonly subset: Subset
    readonly system: string
    readonly kinds: readonly string[]
    readonly items: readonly SuiteItem[]
  },
  options: AggregateOptions,
): ScoreRow {
  const { judge, language, subset, system } = row
  const tallies = row.kinds.map((kind) =>
    tally(
      index,
      judge,
      system,
      row.items.filter((item) => item.kind === kind),
    ),
  )
  const draws = new Draws('scores', options.seed ?? defaults.seed, judge, language, subset, system)
  const means = groupedMeans(
    tallies.map(({ scored }) =>
      scored.map(({ sc, pq }) => ({ sc, pq, o: sc.map((value, i) => Math.sqrt(value * pq[i]!)) })),
    ),
    measures,
    draws,
    options,
  )
  const coverage = sumCoverage(tallies.map((each) => each.coverage))
  const groups = { present: means.groups.filter((each) => each !== undefined).length, of: row.kinds.length }
  const withheld = whyWithheld(coverage, groups, options.allowMissing === true)
  return {
    judge,
    language,
    subset,
    system,
    kinds: row.kinds.map((kind, i) => ({
      kind,
      coverage: tallies[i]!.coverage,
      scores: means.groups[i],
    })),
    groups,
    coverage,
    overall: withheld === undefined ? means.overall : undefined,
    ...(withheld === undefined ? {} : { withheld }),
  }
}

function whyWithheld(
  { chosen, judged, share, failed, absent, unscored }: Coverage,
  groups: ScoreRow['groups'],
  allowed: boolean,
): string | undefined {
  if (chosen === 0) return 'no item'
  if (judged === 0) return 'no item has a score'
  if (allowed) return undefined
  if (share < 1) {
    const unjudged = Object.values(unscored).reduce((sum, n) => sum + n, 0)
    const parts = [
      ...(absent > 0 ? [`${absent} without an edit`] : []),
      ...(failed > 0 ? [`${failed} failed`] : []),
      ...(unjudged > 0 ? [`${unjudged} without a score`] : []),
    ]
    return `${parts.join(', ')} of ${chosen}`
  }
  if (groups.present < groups.of) return `${groups.present} of ${groups.of} groups have a score`
  return undefined
}

function tally(
  index: ResultsIndex,
  judge: string,
  system: string,
  items: readonly SuiteItem[],
): { readonly coverage: Coverage; readonly scored: readonly ScoredItem[] } {
  const refused: { [K in RefusalKind]?: number } = {}
  const unscored: { [K in Unscored]?: number } = {}
  const scored: ScoredItem[] = []
  let [failed, absent, lostRepeats] = [0, 0, 0]
  for (const item of items) {
    const edit = index.editOf(system, item)
    if (edit.outcome === 'refused') refused[edit.kind] = (refused[edit.kind] ?? 0) + 1
    else if (edit.outcome === 'failed') failed++
    else if (edit.outcome === 'missing') absent++
    else {
      const score = index.scoreOf(judge, system, item)
      if (typeof score === 'string') unscored[score] = (unscored[score] ?? 0) + 1
      else {
        scored.push(score)
        lostRepeats += index.judgementsOf(judge, system, item).length - score.sc.length
      }
    }
  }
  return {
    scored,
    coverage: withShare({
      chosen: items.length,
      judged: scored.length,
      refused,
      failed,
      absent,
      unscored,
      lostRepeats,
    }),
  }
}

function withShare(coverage: Omit<Coverage, 'share'>): Coverage {
  const asked = coverage.chosen - refusals(coverage)
  return { ...coverage, share: asked === 0 ? 1 : coverage.judged / asked }
}

/** All refusals, whatever their kind. */
export function refusals({ refused }: Pick<Coverage, 'refused'>): number {
  return Object.values(refused).reduce((sum, n) => sum + n, 0)
}

function sumCoverage(parts: readonly Coverage[]): Coverage {
  const sum = (value: (each: Coverage) => number): number =>
    parts.reduce((total, each) => total + value(each), 0)
  const sumKeys = <K extends string>(
    counts: (each: Coverage) => { readonly [key in K]?: number },
  ): { [key in K]?: number } => {
    const total: { [key in K]?: number } = {}
    for (const part of parts)
      for (const [key, n] of Object.entries(counts(part)) as [K, number][]) total[key] = (total[key] ?? 0) + n
    return total
  }
  return withShare({
    chosen: sum(({ chosen }) => chosen),
    judged: sum(({ judged }) => judged),
    refused: sumKeys(({ refused }) => refused),
    failed: sum(({ failed }) => failed),
    absent: sum(({ absent }) => absent),
    unscored: sumKeys(({ unscored }) => unscored),
    lostRepeats: sum(({ lostRepeats }) => lostRepeats),
  })
}
