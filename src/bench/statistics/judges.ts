import {
  Draws,
  defaults,
  type Estimate,
  groupedMeans,
  kendall,
  mean,
  pearson,
  quadraticKappa,
  type SampleOptions,
  spearman,
} from '../../statistics/index.ts'
import type { BenchResults } from '../results.ts'
import { itemName } from '../suite/suite.ts'
import { type Measure, measures, ResultsIndex } from './scored.ts'

/** Two judges on the edits that both scored. */
export interface JudgeAgreement {
  readonly first: string
  readonly second: string
  readonly measure: Measure
  /** Edits. */
  readonly n: number
  /** Undefined if one judge always gives the same score. */
  readonly pearson: number | undefined
  readonly spearman: number | undefined
  /** τ-b. */
  readonly kendall: number | undefined
  /** Cohen's, with quadratic weights. */
  readonly kappa: number | undefined
  /** Mean of `first` − `second`; its interval draws edits. */
  readonly difference: Estimate
}

/** How far a judge's repeats of one edit lie apart. */
export interface JudgeNoise {
  readonly judge: string
  readonly measure: Measure
  /** Edits with two repeats or more. */
  readonly n: number
  /** Standard deviation within an edit, pooled: √(Σ squares / Σ (repeats − 1)). */
  readonly sd: number
}

type Edits = ReadonlyMap<string, { readonly [M in Measure]: readonly number[] }>

/** Every two judges, for SC, PQ and O, on the edits that both scored; repeats of an edit are averaged first. */
export function compareJudges(results: BenchResults, options: SampleOptions = {}): readonly JudgeAgreement[] {
  const scored = scoredEdits(results)
  const judges = [...scored.keys()]
  return judges.flatMap((first, i) =>
    judges.slice(i + 1).flatMap((second) => {
      const [a, b] = [scored.get(first)!, scored.get(second)!]
      const edits = [...a.keys()].filter((edit) => b.has(edit))
      if (edits.length === 0) return []
      return measures.map((measure) => {
        const x = edits.map((edit) => mean(a.get(edit)![measure]))
        const y = edits.map((edit) => mean(b.get(edit)![measure]))
        const draws = new Draws('judges', options.seed ?? defaults.seed, first, second, measure)
        const differences = x.map((value, k) => ({ difference: [value - y[k]!] }))
        return {
          first,
          second,
          measure,
          n: edits.length,
          pearson: pearson(x, y),
          spearman: spearman(x, y),
          kendall: kendall(x, y),
          kappa: quadraticKappa(x, y),
          difference: groupedMeans([differences], ['difference'], draws, options).overall!.difference,
        }
      })
    }),
  )
}

/** The noise of every judge that was asked more than once. */
export function judgeNoise(results: BenchResults): readonly JudgeNoise[] {
  return [...scoredEdits(results)].flatMap(([judge, edits]) => {
    const repeated = [...edits.values()].filter(({ sc }) => sc.length > 1)
    if (repeated.length === 0) return []
    return measures.map((measure) => {
      let [squares, freedom] = [0, 0]
      for (const { [measure]: values } of repeated) {
        const middle = mean(values)
        squares += values.reduce((sum, value) => sum + (value - middle) ** 2, 0)
        freedom += values.length - 1
      }
      return { judge, measure, n: repeated.length, sd: Math.sqrt(squares / freedom) }
    })
  })
}

function scoredEdits(results: BenchResults): ReadonlyMap<string, Edits> {
  const index = new ResultsIndex(results)
  return new Map(
    index.judges.map((judge) => [
      judge,
      new Map(
        results.systems.flatMap(({ name }) =>
          results.items.flatMap((item) => {
            const score = index.scoreOf(judge, name, item)
            if (typeof score === 'string') return []
            const { sc, pq } = score
            const o = sc.map((value, i) => Math.sqrt(value * pq[i]!))
            return [[`${name}\n${itemName(item)}`, { sc, pq, o }] as const]
          }),
        ),
      ),
    ]),
  )
}
