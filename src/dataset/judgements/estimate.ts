import type { JobStore } from '../../jobs/index.ts'
import type { PairStore } from '../pairs/store.ts'
import type { JudgementStage } from './judgementStage.ts'

/** The estimated usage of one judge for all pairs that it has not judged yet. */
export interface JudgingEstimate {
  readonly judge: string
  readonly pairs: number
  readonly calls: number
  readonly inputTokens: number
  readonly outputTokens: number
  /** USD; undefined where the price is not known. */
  readonly cost?: number
}

/** Estimates the usage of judging before any question is asked. */
export async function estimateJudging(
  pairs: Pick<PairStore, 'dossiers'>,
  judges: readonly JudgementStage[],
): Promise<readonly JudgingEstimate[]> {
  const sums = judges.map(({ judge }) => ({
    judge,
    pairs: 0,
    calls: 0,
    inputTokens: 0,
    outputTokens: 0,
    cost: 0 as number | undefined,
  }))
  for await (const dossier of pairs.dossiers())
    for (const [i, judge] of judges.entries()) {
      const id = judge.judgementOf(dossier)
      if (id === undefined || dossier.judgements.some((each) => each.id === id)) continue
      const estimate = judge.estimate(dossier)
      if (estimate === undefined) continue
      const sum = sums[i]!
      sum.pairs++
      sum.calls += estimate.calls
      sum.inputTokens += estimate.inputTokens
      sum.outputTokens += estimate.outputTokens
      sum.cost = sum.cost === undefined || estimate.cost === undefined ? undefined : sum.cost + estimate.cost
    }
  return sums.map(({ cost, ...sum }) => ({ ...sum, ...(cost !== undefined && { cost }) }))
}

/** What judging has cost so far, in USD, of pairs that nobody wants any more too; calls without a price count nothing. */
export async function spentOnJudging({ jobs: { sql } }: { readonly jobs: JobStore }): Promise<number> {
  const [row] = await sql.query<{ spent: number | null }>(
    `SELECT sum((content->'usage'->>'cost')::float8) AS spent FROM ${sql.schema}.judgements`,
  )
  return row?.spent ?? 0
}
