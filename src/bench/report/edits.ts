import { mean } from '../../statistics/index.ts'
import type { CheckReport } from '../checks/check.ts'
import type { BenchResults, EditResult, Judgement } from '../results.ts'
import { ResultsIndex } from '../statistics/scored.ts'
import { itemName, type SuiteItem } from '../suite/suite.ts'

/** Everything about one edit that a page shows. */
export interface ShownEdit {
  readonly system: string
  readonly edit: EditResult
  readonly judgements: readonly Judgement[]
  readonly report: CheckReport | undefined
  /** Mean O of all whole judgements; where nobody judged, 10 for passed checks and 0 for failed ones. */
  readonly score: number | undefined
  /**
   * How far O lies apart between judges and repeats; at least 3 where checks and judges contradict each other: passed
   * with O below 4, or failed with O of 7 or more.
   */
  readonly apart: number
}

export interface ShownItem {
  readonly item: SuiteItem
  /** In the order of the systems. */
  readonly edits: readonly ShownEdit[]
}

/** All items with their edits, in the suite's order. */
export function shownItems(results: BenchResults): ShownItem[] {
  const index = new ResultsIndex(results)
  const judges = index.judges
  const reports = new Map(results.checks.map(({ system, item, report }) => [`${system}\n${item}`, report]))
  return results.items.map((item) => ({
    item,
    edits: results.systems.map(({ name: system }) => {
      const edit = index.editOf(system, item)
      const isPicture = edit.outcome === 'picture'
      const judgements = isPicture ? judges.flatMap((judge) => index.judgementsOf(judge, system, item)) : []
      const report = isPicture ? reports.get(`${system}\n${itemName(item)}`) : undefined
      const overall = judgements.flatMap(({ sc, pq }) =>
        sc === undefined || pq === undefined ? [] : [Math.sqrt(sc * pq)],
      )
      const score = overall.length > 0 ? mean(overall) : verdictScore(report)
      const apart = overall.length > 0 ? Math.max(...overall) - Math.min(...overall) : 0
      const contradicted =
        overall.length > 0 &&
        ((report?.verdict === 'pass' && mean(overall) < 4) ||
          (report?.verdict === 'fail' && mean(overall) >= 7))
      return { system, edit, judgements, report, score, apart: contradicted ? Math.max(3, apart) : apart }
    }),
  }))
}

function verdictScore(report: CheckReport | undefined): number | undefined {
  if (report?.verdict === 'pass') return 10
  return report?.verdict === 'fail' ? 0 : undefined
}

/** The mean score of an item's edits; undefined where none has one. */
export function itemScore({ edits }: ShownItem): number | undefined {
  const known = edits.flatMap(({ score }) => (score === undefined ? [] : [score]))
  return known.length === 0 ? undefined : mean(known)
}
