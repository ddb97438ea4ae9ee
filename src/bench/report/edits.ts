import { mean } from '../../statistics/index.ts'
import type { CheckReport } from '../checks/check.ts'
import type { BenchResults, EditResult, Judgement, Preference } from '../results.ts'
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
  /** Preferences of the judges between every two systems. */
  readonly pairs: readonly ShownPair[]
}

/** Two systems on an item in one repeat of a judge, asked in both orders. */
export interface ShownPair {
  readonly judge: string
  readonly repeat: number
  readonly systems: readonly [string, string]
  /** For each order: the preferred system, `tie`, or undefined if the answer could not be read. */
  readonly answers: readonly { readonly shownFirst: string; readonly preferred: string | undefined }[]
  /** The system that both orders prefer, `tie` where both say so, `order` where they contradict each other. */
  readonly verdict: string | undefined
  readonly reasoning: readonly string[]
}

/** All items with their edits, in the suite's order. */
export function shownItems(results: BenchResults): ShownItem[] {
  const index = new ResultsIndex(results)
  const judges = index.judges
  const reports = new Map(results.checks.map(({ system, item, report }) => [`${system}\n${item}`, report]))
  const preferences = new Map<string, Preference[]>()
  for (const each of results.preferences)
    preferences.set(each.item, [...(preferences.get(each.item) ?? []), each])
  return results.items.map((item) => ({
    item,
    pairs: shownPairs(preferences.get(itemName(item)) ?? []),
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

function shownPairs(preferences: readonly Preference[]): ShownPair[] {
  const groups = new Map<string, Preference[]>()
  for (const each of preferences) {
    const key = [each.judge, each.repeat, ...[each.first, each.second].sort()].join('\n')
    groups.set(key, [...(groups.get(key) ?? []), each])
  }
  return [...groups.values()].map((own) => {
    const { judge, repeat, first, second } = own[0]!
    const answers = own.map((each) => ({
      shownFirst: each.first,
      preferred: each.preferred === 'tie' ? 'tie' : each.preferred && each[each.preferred],
    }))
    const said = new Set(answers.map(({ preferred }) => preferred))
    const verdict = said.has(undefined) ? undefined : said.size === 1 ? answers[0]!.preferred : 'order'
    const reasoning = own.flatMap(({ call }) => call.reasoning ?? [])
    return { judge, repeat, systems: [first, second], answers, verdict, reasoning }
  })
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
