import { Draws, defaults, type SampleOptions } from '../../statistics/index.ts'
import type { BenchResults } from '../results.ts'
import type { Language } from '../suite/suite.ts'
import { type PairedDifference, pairedDifferences, withHolm } from './paired.ts'
import { type Measure, measures, ResultsIndex, type Subset } from './scored.ts'

/** The difference of two systems on the items of which both have a score. */
export interface Comparison extends PairedDifference {
  readonly judge: string
  readonly language: Language
  readonly subset: Subset
  readonly measure: Measure
  /** `difference` is that of `first` − `second`. */
  readonly first: string
  readonly second: string
}

export interface CompareOptions extends SampleOptions {
  /** Default: all. */
  readonly systems?: readonly string[]
  /** Default: `full`: the items of which both systems have a score. */
  readonly subset?: Subset
  /** Default: all. */
  readonly measures?: readonly Measure[]
}

/**
 * Every two systems by the paired bootstrap, see {@link pairedDifferences}. p is corrected over all pairs of a judge,
 * language, subset and measure.
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
          if (typeof a === 'string' || typeof b === 'string') return []
          const [ours, theirs] = [valuesOf(a), valuesOf(b)]
          return [{ first: chosen.map((each) => ours[each]), second: chosen.map((each) => theirs[each]) }]
        }),
    )
    .filter((group) => group.length > 0)
  if (groups.length === 0) return []
  const seed = options.seed ?? defaults.seed
  const draws = new Draws('compare', seed, judge, language, subset, first, second)
  return pairedDifferences(groups, draws, options).map((difference, m) => ({
    ...pair,
    measure: chosen[m]!,
    ...difference,
  }))
}

type Values = { readonly [M in Measure]: readonly number[] }

function valuesOf({ sc, pq }: { readonly sc: readonly number[]; readonly pq: readonly number[] }): Values {
  return { sc, pq, o: sc.map((value, i) => Math.sqrt(value * pq[i]!)) }
}
