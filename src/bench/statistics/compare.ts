import { bounds, Draws, defaults, drawnSums, mean, type SampleOptions } from '../../statistics/index.ts'
import type { BenchResults } from '../results.ts'
import type { Language } from '../suite/suite.ts'
import { type Measure, measures, ResultsIndex, type Subset } from './scored.ts'

/** The difference of two systems on the items of which both have a score. */
export interface Comparison {
  readonly judge: string
  readonly language: Language
  readonly subset: Subset
  readonly measure: Measure
  /** `difference` is that of `first` − `second`. */
  readonly first: string
  readonly second: string
  readonly difference: number
  readonly low?: number
  readonly high?: number
  /** Two-sided; absent where there is no interval. */
  readonly p?: number
  /** p, corrected by Holm over all pairs of this judge, language, subset and measure. */
  readonly corrected?: number
  readonly n: number
}

export interface CompareOptions extends SampleOptions {
  /** Default: all. */
  readonly systems?: readonly string[]
  /** Default: `full`: the items of which both systems have a score. */
  readonly subset?: Subset
  /** Default: all. */
  readonly measures?: readonly Measure[]
}

/** Each pair's p has a step of 2/(samples + 1), which Holm multiplies by the number of pairs. */
const comparisonSamples = 10_000

/**
 * Every two systems by the paired bootstrap: the same items are drawn for both, within their groups (n − 1 of n, see
 * {@link groupedMeans}), and the difference is that of the unweighted means over groups. p is twice the smaller share
 * of drawn differences on one side of 0 (each side counts 0 and one more draw, Davison and Hinkley 1997), so that it is
 * below 0.05 where the 95 % interval leaves 0 out.
 */
export function compareSystems(results: BenchResults, options: CompareOptions = {}): readonly Comparison[] {
  const index = new ResultsIndex(results)
  const systems = options.systems ?? results.systems.map(({ name }) => name)
  const subset = options.subset ?? 'full'
  const pairs = systems.flatMap((first, i) => systems.slice(i + 1).map((second) => [first, second] as const))
  return index.judges.flatMap((judge) =>
    index.languages.flatMap((language) => {
      const found = pairs.flatMap(([first, second]) =>
        comparePair(index, { judge, language, subset, first, second }, systems, options),
      )
      return (options.measures ?? measures).flatMap((measure) =>
        withHolm(found.filter((each) => each.measure === measure)),
      )
    }),
  )
}

function withHolm(comparisons: readonly Comparison[]): Comparison[] {
  const told = comparisons.filter(({ p }) => p !== undefined)
  const corrected = holm(told.map(({ p }) => p!))
  return comparisons.map((each) => {
    const at = told.indexOf(each)
    return at < 0 ? each : { ...each, corrected: corrected[at]! }
  })
}

function comparePair(
  index: ResultsIndex,
  pair: Pick<Comparison, 'judge' | 'language' | 'subset' | 'first' | 'second'>,
  systems: readonly string[],
  options: CompareOptions,
): Comparison[] {
  const { judge, language, subset, first, second } = pair
  const items = index.itemsOf(language, subset, systems) ?? []
  const chosen = options.measures ?? measures
  const groups = index
    .kindsOf(items)
    .map((kind) =>
      items
        .filter((item) => item.kind === kind)
        .flatMap((item) => {
          const [a, b] = [index.scoreOf(judge, first, item), index.scoreOf(judge, second, item)]
          return typeof a === 'string' || typeof b === 'string' ? [] : [[valuesOf(a), valuesOf(b)] as const]
        }),
    )
    .filter((group) => group.length > 0)
  if (groups.length === 0) return []
  const seed = options.seed ?? defaults.seed
  const drawn = drawnDifferences(
    groups,
    chosen,
    new Draws('compare', seed, judge, language, subset, first, second),
    options.samples ?? comparisonSamples,
  )
  const n = groups.reduce((sum, group) => sum + group.length, 0)
  const known = groups.every((group) => group.length > 1)
  return chosen.map((measure, m) => {
    const difference = mean(
      groups.map((group) => mean(group.map(([a, b]) => mean(a[measure]) - mean(b[measure])))),
    )
    if (!known) return { ...pair, measure, difference, n }
    const p = twoSided(drawn[m]!)
    return {
      ...pair,
      measure,
      difference,
      ...bounds(drawn[m]!, options.confidence ?? defaults.confidence),
      p,
      n,
    }
  })
}

type Values = { readonly [M in Measure]: readonly number[] }

function valuesOf({ sc, pq }: { readonly sc: readonly number[]; readonly pq: readonly number[] }): Values {
  return { sc, pq, o: sc.map((value, i) => Math.sqrt(value * pq[i]!)) }
}

/** The drawn differences of means over groups, for each measure. */
function drawnDifferences(
  groups: readonly (readonly (readonly [Values, Values])[])[],
  chosen: readonly Measure[],
  draws: Draws,
  samples: number,
): Float64Array[] {
  const drawn = chosen.map(() => new Float64Array(samples))
  for (const group of groups) {
    const parts = group.map(([a, b]) => [
      chosen.map((measure) => a[measure]),
      chosen.map((measure) => b[measure].map((value) => -value)),
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
