import {
  bradleyTerry,
  type Estimate,
  type PairOutcome,
  type Ranking,
  type RankingOptions,
  wilson,
} from '../../statistics/index.ts'
import type { BenchResults, Preference } from '../results.ts'
import { itemName, type Language } from '../suite/suite.ts'

/** A pairwise judge's ranking of all systems. */
export interface PairwiseRow {
  readonly judge: string
  readonly language: Language
  readonly ranking: Ranking
  readonly position: PositionBias
  /** Answers that could be read, and those that could not. */
  readonly answers: number
  readonly missing: number
}

/** Whether a judge prefers a place to a picture. */
export interface PositionBias {
  /** Of the decided answers, how many preferred the picture that was shown first: 0.5 without bias. */
  readonly first: Estimate | undefined
  /** Of the pairs asked in both orders, how many got the same answer. */
  readonly consistent: Estimate | undefined
}

/**
 * Rankings by Bradley-Terry from the preferences of every judge and language. An item weighs one comparison of a pair,
 * which its orders and repeats share.
 */
export function rankSystems(results: BenchResults, options: RankingOptions = {}): readonly PairwiseRow[] {
  const languageOf = new Map(results.items.map((item) => [itemName(item), item.language]))
  const rows = new Map<string, Preference[]>()
  for (const preference of results.preferences) {
    const language = languageOf.get(preference.item)
    if (language === undefined) continue
    const key = `${preference.judge}\n${language}`
    rows.set(key, [...(rows.get(key) ?? []), preference])
  }
  return [...rows].flatMap(([key, preferences]) => {
    const [judge, language] = key.split('\n') as [string, Language]
    const told = preferences.filter(({ preferred }) => preferred !== undefined)
    if (told.length === 0) return []
    return [
      {
        judge,
        language,
        ranking: bradleyTerry(outcomesOf(told), options),
        position: positionBias(told),
        answers: told.length,
        missing: preferences.length - told.length,
      },
    ]
  })
}

const pairOf = ({ item, first, second }: Preference): string => [item, ...[first, second].sort()].join('\n')

function outcomesOf(told: readonly Preference[]): PairOutcome[] {
  const answers = new Map<string, number>()
  for (const each of told) answers.set(pairOf(each), (answers.get(pairOf(each)) ?? 0) + 1)
  return told.map((each) => ({
    item: each.item,
    first: each.first,
    second: each.second,
    outcome: each.preferred!,
    weight: 1 / answers.get(pairOf(each))!,
  }))
}

/** The bias towards a place, of answers that could be read. */
function positionBias(told: readonly Preference[]): PositionBias {
  const count = (preferred: Preference['preferred']): number =>
    told.filter((each) => each.preferred === preferred).length
  const decided = count('first') + count('second')
  const winner = ({ first, second, preferred }: Preference): string =>
    preferred === 'first' ? first : preferred === 'second' ? second : ''
  const orders = new Map<string, Map<string, string>>()
  for (const each of told) {
    const key = `${pairOf(each)}\n${each.repeat}`
    if (!orders.has(key)) orders.set(key, new Map())
    orders.get(key)!.set(each.first, winner(each))
  }
  const both = [...orders.values()].filter((answers) => answers.size === 2)
  const same = both.filter((answers) => new Set(answers.values()).size === 1)
  return {
    first: decided === 0 ? undefined : wilson(count('first'), decided),
    consistent: both.length === 0 ? undefined : wilson(same.length, both.length),
  }
}
