import { mean, pearson } from '../../statistics/index.ts'
import { type Answered, repeatedPairs } from './answered.ts'
import type { Study } from './study.ts'

/** The rules by which a participant counts as inattentive. */
export interface AttentionRules {
  /** `speed`: more than this share of the tasks … Default: 0.5. */
  readonly mostHasty: number
  /** … took less than this for each picture, in seconds. Default: 0.5. */
  readonly leastSeconds: number
  /** `constant`: the share of one and the same level, or of one and the same pattern of ranks, is greater. Default: 0.9. */
  readonly mostSame: number
  /** `constant`: applies from this many tasks on. Default: 10. */
  readonly leastTasks: number
  /**
   * `repeats`: the correlation between the first and the second answer on the same pictures is smaller, where answers by
   * chance have one of 0 … Default: 0.25.
   */
  readonly leastCorrelation: number
  /** … and their mean difference is greater than this, in levels or ranks. Default: 0.5. */
  readonly mostDifference: number
  /** `repeats`: applies from this many pictures seen twice on. Default: 24. */
  readonly leastPairs: number
}

export const attentionRules: AttentionRules = {
  mostHasty: 0.5,
  leastSeconds: 0.5,
  mostSame: 0.9,
  leastTasks: 10,
  leastCorrelation: 0.25,
  mostDifference: 0.5,
  leastPairs: 24,
}

/** A participant whose votes do not count, with the measured value and the bound that it violates. */
export interface Excluded {
  readonly participant: string
  readonly rule: 'speed' | 'constant' | 'repeats'
  readonly value: number
  readonly bound: number
}

/** The inattentive participants, each with the first rule that applies. */
export function inattentive(
  { participants, mode }: Study,
  answered: readonly Answered[],
  rules: AttentionRules = attentionRules,
): readonly Excluded[] {
  return participants.flatMap(({ name }, person): Excluded[] => {
    const own = answered.filter((each) => each.person === person)
    const told = (rule: Excluded['rule'], value: number | undefined, bound: number): Excluded[] => {
      if (value === undefined) return []
      const isBad = rule === 'repeats' ? value < bound : value > bound
      return isBad ? [{ participant: name, rule, value, bound }] : []
    }
    const found = [
      ...told('speed', hastyShare(own, rules), rules.mostHasty),
      ...told('constant', sameShare(own, mode, rules), rules.mostSame),
      ...told('repeats', repeatCorrelation(own, rules), rules.leastCorrelation),
    ]
    return found.slice(0, 1)
  })
}

/** The share of tasks answered faster than anyone can look. */
function hastyShare(
  own: readonly Answered[],
  { leastSeconds, leastTasks }: AttentionRules,
): number | undefined {
  const times = own.flatMap((each, i) => {
    const seconds = each.seconds ?? sinceBefore(each, own[i - 1])
    return seconds === undefined ? [] : [seconds < leastSeconds * each.answers.length ? 1 : 0]
  })
  return times.length < leastTasks ? undefined : mean(times)
}

/** The time since the previous vote, an upper bound of what the task took; a clock may have gone backwards. */
function sinceBefore({ at }: Answered, before: Answered | undefined): number | undefined {
  const seconds = before ? (Date.parse(at) - Date.parse(before.at)) / 1000 : Number.NaN
  return seconds >= 0 ? seconds : undefined
}

/** The share of the most frequent level, or of the most frequent pattern of answers by position. */
function sameShare(
  own: readonly Answered[],
  mode: Study['mode'],
  { leastTasks }: AttentionRules,
): number | undefined {
  if (own.length < leastTasks) return undefined
  const sizes = [...new Set(own.map(({ answers }) => answers.length))]
  // A pattern of three answers is not one of four, where a system gave no picture.
  const patterns = sizes.map((size) =>
    commonest(own.flatMap(({ answers }) => (answers.length === size ? [answers.join(' ')] : []))),
  )
  const pattern = patterns.reduce((sum, each) => sum + each, 0) / own.length
  const answers = own.flatMap((each) => each.answers)
  return mode !== 'rate' ? pattern : Math.max(pattern, commonest(answers) / answers.length)
}

/** How often the most frequent value occurs. */
function commonest(values: readonly (string | number)[]): number {
  const counts = new Map<string | number, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return Math.max(...counts.values())
}

/** Correlation of second with first answers; undefined if they differ little or are too few. */
function repeatCorrelation(
  own: readonly Answered[],
  { leastPairs, mostDifference }: AttentionRules,
): number | undefined {
  const pairs = own.flatMap(repeatedPairs)
  if (pairs.length < leastPairs) return undefined
  const difference = mean(pairs.map(([first, again]) => Math.abs(first - again)))
  if (difference <= mostDifference) return undefined
  return pearson(
    pairs.map(([first]) => first),
    pairs.map(([, again]) => again),
  )
}
