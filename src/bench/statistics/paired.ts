import { bounds, type Draws, defaults, drawnSums, mean, type SampleOptions } from '../../statistics/index.ts'

/** The difference of two systems in one measure, on the items of which both have it. */
export interface PairedDifference {
  readonly difference: number
  readonly low?: number
  readonly high?: number
  /** Two-sided; absent where there is no interval. */
  readonly p?: number
  /** p, corrected by Holm over the pairs of a table. */
  readonly corrected?: number
  readonly n: number
}

/** An item's values of two systems: a list of repeats for each measure. */
export interface PairedItem {
  readonly first: readonly (readonly number[])[]
  readonly second: readonly (readonly number[])[]
}

/** Each pair's p has a step of 2/(samples + 1), which Holm multiplies by the number of pairs. */
const comparisonSamples = 10_000

/**
 * The differences of two systems by the paired bootstrap, one for each measure: the same items are drawn for both, within
 * their groups (n − 1 of n, see {@link groupedMeans}), and a difference is that of the unweighted means over groups. p is
 * twice the smaller share of drawn differences on one side of 0 (each side counts 0 and one more draw, Davison and
 * Hinkley 1997), so that it is below 0.05 where the 95 % interval leaves 0 out. Without an interval where a group has one
 * item. @param groups none of them empty
 */
export function pairedDifferences(
  groups: readonly (readonly PairedItem[])[],
  draws: Draws,
  { samples = comparisonSamples, confidence = defaults.confidence }: SampleOptions = {},
): readonly PairedDifference[] {
  const measures = groups[0]?.[0]?.first.length ?? 0
  const drawn = drawnDifferences(groups, measures, draws, samples)
  const n = groups.reduce((sum, group) => sum + group.length, 0)
  const known = groups.every((group) => group.length > 1)
  return drawn.map((differences, m) => {
    const difference = mean(
      groups.map((group) => mean(group.map(({ first, second }) => mean(first[m]!) - mean(second[m]!)))),
    )
    if (!known) return { difference, n }
    return { difference, ...bounds(differences, confidence), p: twoSided(differences), n }
  })
}

/** The drawn differences of means over groups, for each measure. */
function drawnDifferences(
  groups: readonly (readonly PairedItem[])[],
  measures: number,
  draws: Draws,
  samples: number,
): Float64Array[] {
  const drawn = Array.from({ length: measures }, () => new Float64Array(samples))
  for (const group of groups) {
    const parts = group.map(({ first, second }) => [
      first,
      second.map((values) => values.map((value) => -value)),
    ])
    const share = 1 / (Math.max(1, group.length - 1) * groups.length)
    drawnSums(parts, draws, samples).forEach((sums, m) => {
      for (let s = 0; s < samples; s++) drawn[m]![s]! += share * sums[s]!
    })
  }
  return drawn
}

function twoSided(drawn: Float64Array): number {
  let [below, above] = [1, 1]
  for (const value of drawn) {
    // The same values in another order do not sum to exactly 0.
    if (value <= 1e-12) below++
    if (value >= -1e-12) above++
  }
  return Math.min(1, (2 * Math.min(below, above)) / (drawn.length + 1))
}

/** Holm's step-down correction (1979): the chance of any false difference in the table stays below the level. */
export function holm(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((a, b) => values[a]! - values[b]!)
  const corrected = values.map(() => 1)
  let most = 0
  order.forEach((at, rank) => {
    most = Math.max(most, Math.min(1, (values.length - rank) * values[at]!))
    corrected[at] = most
  })
  return corrected
}

/** The comparisons of a table with their p corrected over it. */
export function withHolm<C extends PairedDifference>(comparisons: readonly C[]): C[] {
  const told = comparisons.filter(({ p }) => p !== undefined)
  const corrected = holm(told.map(({ p }) => p!))
  return comparisons.map((each) => {
    const at = told.indexOf(each)
    return at < 0 ? each : { ...each, corrected: corrected[at]! }
  })
}
