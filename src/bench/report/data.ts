import type { SampleOptions } from '../../statistics/index.ts'
import type { BenchResults } from '../results.ts'
import { aggregate, type ScoreRow } from '../statistics/aggregate.ts'
import { aggregateChecks, type CheckRow } from '../statistics/checked.ts'
import { type Comparison, compareSystems } from '../statistics/compare.ts'
import { type CheckComparison, compareChecks } from '../statistics/compareChecks.ts'
import { compareJudges, type JudgeAgreement, type JudgeNoise, judgeNoise } from '../statistics/judges.ts'
import { type PairwiseRow, rankSystems } from '../statistics/pairwise.ts'

/** All numbers of a bench, computed once for page, terminal and JSON. */
export interface BenchNumbers {
  readonly scores: readonly ScoreRow[]
  readonly checks: readonly CheckRow[]
  readonly comparisons: readonly Comparison[]
  readonly checkComparisons: readonly CheckComparison[]
  readonly judges: readonly JudgeAgreement[]
  readonly noise: readonly JudgeNoise[]
  readonly pairwise: readonly PairwiseRow[]
}

/** Computes all statistics of results. */
export function numbersOf(
  results: BenchResults,
  { allowMissing = false, ...options }: SampleOptions & { readonly allowMissing?: boolean } = {},
): BenchNumbers {
  return {
    scores: aggregate(results, { ...options, allowMissing }),
    checks: aggregateChecks(results, { ...options, allowMissing }),
    comparisons: compareSystems(results, options),
    checkComparisons: compareChecks(results, options),
    judges: compareJudges(results, options),
    noise: judgeNoise(results),
    pairwise: rankSystems(results, options),
  }
}
