import type { JudgeProblem } from '../../judges/index.ts'
import type { BenchResults, EditResult, Judgement } from '../results.ts'
import type { Language, SuiteItem } from '../suite/suite.ts'
import { itemName, languages } from '../suite/suite.ts'

/** VIEScore's three numbers, 0 to 10. O is the geometric mean of a sample's SC and PQ. */
export const measures = ['sc', 'pq', 'o'] as const
export type Measure = (typeof measures)[number]

/**
 * Which items count: all; those with the official intersection flag; those of which every system compared made a
 * picture, as the paper defines its intersection subset.
 */
export const subsets = ['full', 'official', 'common'] as const
export type Subset = (typeof subsets)[number]

/** Complete judgements of one edit: SC and PQ of each repeat that has both. */
export interface ScoredItem {
  readonly item: SuiteItem
  readonly sc: readonly number[]
  readonly pq: readonly number[]
}

/** Why an edit has no score. */
export type Unscored = JudgeProblem | 'not-judged'

/** Results by system and item, to be asked many times. */
export class ResultsIndex {
  readonly results: BenchResults
  readonly #edits = new Map<string, EditResult>()
  readonly #judgements = new Map<string, Judgement[]>()

  /** Rows of items that were not chosen are left out; of two for the same edit, judge and repeat the last one counts. */
  constructor(results: BenchResults) {
    this.results = results
    const chosen = new Set(results.items.map(itemName))
    for (const edit of results.edits)
      if (chosen.has(edit.item)) this.#edits.set(`${edit.system}\n${edit.item}`, edit)
    for (const judgement of results.judgements) {
      if (!chosen.has(judgement.item)) continue
      const key = `${judgement.judge}\n${judgement.system}\n${judgement.item}`
      const known = this.#judgements.get(key)
      if (known === undefined) this.#judgements.set(key, [judgement])
      else {
        const same = known.findIndex(({ repeat }) => repeat === judgement.repeat)
        if (same < 0) known.push(judgement)
        else known[same] = judgement
      }
    }
  }

  /** Those of which there are judgements, in the order of the results. */
  get judges(): readonly string[] {
    const found = new Set(this.results.judgements.map(({ judge }) => judge))
    return [
      ...this.results.judges.filter((judge) => found.has(judge)),
      ...[...found].filter((judge) => !this.results.judges.includes(judge)),
    ]
  }

  get languages(): readonly Language[] {
    return languages.filter((language) => this.results.items.some((item) => item.language === language))
  }

  editOf(system: string, item: SuiteItem): EditResult {
    const name = itemName(item)
    return this.#edits.get(`${system}\n${name}`) ?? { system, item: name, outcome: 'missing' }
  }

  /** All repeats, with and without scores. */
  judgementsOf(judge: string, system: string, item: SuiteItem): readonly Judgement[] {
    return this.#judgements.get(`${judge}\n${system}\n${itemName(item)}`) ?? []
  }

  /**
   * The scores of an edit, or why there are none. Only repeats with both SC and PQ count, as in the official scripts;
   * scores of an edit that is no picture are not counted.
   */
  scoreOf(judge: string, system: string, item: SuiteItem): ScoredItem | Unscored {
    if (this.editOf(system, item).outcome !== 'picture') return 'not-judged'
    const judgements = this.judgementsOf(judge, system, item)
    const whole = judgements.filter(({ sc, pq }) => sc !== undefined && pq !== undefined)
    if (whole.length > 0) return { item, sc: whole.map(({ sc }) => sc!), pq: whole.map(({ pq }) => pq!) }
    const problems = judgements.flatMap(({ calls }) => [calls.sc?.problem, calls.pq?.problem])
    return problems.find((problem) => problem !== undefined) ?? 'not-judged'
  }

  /** The items of a language and subset, over the systems compared. Undefined: the suite has no official flags. */
  itemsOf(
    language: Language,
    subset: Subset,
    systems: readonly string[] = this.results.systems.map(({ name }) => name),
  ): readonly SuiteItem[] | undefined {
    const items = this.results.items.filter((item) => item.language === language)
    if (subset === 'full') return items
    if (subset === 'official')
      return items.some(({ intersection }) => intersection !== undefined)
        ? items.filter(({ intersection }) => intersection === true)
        : undefined
    return items.filter((item) => systems.every((system) => this.editOf(system, item).outcome === 'picture'))
  }

  /** Kinds of these items, in the suite's order. */
  kindsOf(items: readonly SuiteItem[]): readonly string[] {
    const found = new Set(items.map(({ kind }) => kind))
    const known = this.results.suite.kinds.filter((kind) => found.has(kind))
    return [...known, ...[...found].filter((kind) => !known.includes(kind))]
  }
}
