import { Draws, defaults, type SampleOptions } from '../../statistics/index.ts'
import type { CheckReport } from '../checks/check.ts'
import type { BenchResults } from '../results.ts'
import { itemName, type Language, type SuiteItem } from '../suite/suite.ts'
import { type PairedDifference, pairedDifferences, withHolm } from './paired.ts'
import { ResultsIndex } from './scored.ts'

/**
 * - `passed`: share of the edits of both that checks could tell, mean over kinds;
 * - `done`: passed, of all items of which both have a picture or a refusal, which is no pass;
 * - `kept`, `ssim`, `deltaE`: what stayed outside the changed region.
 */
export const checkMeasures = ['passed', 'done', 'kept', 'ssim', 'deltaE'] as const
export type CheckMeasure = (typeof checkMeasures)[number]

/** The difference of two systems by the checks. */
export interface CheckComparison extends PairedDifference {
  readonly language: Language
  readonly measure: CheckMeasure
  /** `difference` is that of `first` − `second`. */
  readonly first: string
  readonly second: string
}

/**
 * Every two systems by what the checks saw, as {@link compareSystems} does by what judges gave; p is corrected over all
 * pairs of a language and measure.
 */
export function compareChecks(
  results: BenchResults,
  options: SampleOptions & { readonly systems?: readonly string[] } = {},
): readonly CheckComparison[] {
  if (results.checks.length === 0) return []
  const index = new ResultsIndex(results)
  const systems = options.systems ?? results.systems.map(({ name }) => name)
  const reports = new Map(results.checks.map(({ system, item, report }) => [`${system}\n${item}`, report]))
  const valueBy = (measure: CheckMeasure, system: string, item: SuiteItem): number | undefined => {
    const { outcome } = index.editOf(system, item)
    if (outcome === 'refused') return measure === 'done' ? 0 : undefined
    const report = outcome === 'picture' ? reports.get(`${system}\n${itemName(item)}`) : undefined
    return report && measured(measure, report)
  }
  const pairs = systems.flatMap((first, i) => systems.slice(i + 1).map((second) => [first, second] as const))
  return index.languages.flatMap((language) => {
    const items = index.itemsOf(language, 'full') ?? []
    const kinds = index.kindsOf(items).map((kind) => items.filter((item) => item.kind === kind))
    return checkMeasures.flatMap((measure) =>
      withHolm(
        pairs.flatMap(([first, second]) => {
          const groups = (measure === 'passed' ? kinds : [items])
            .map((group) =>
              group.flatMap((item) => {
                const [a, b] = [valueBy(measure, first, item), valueBy(measure, second, item)]
                return a === undefined || b === undefined ? [] : [{ first: [[a]], second: [[b]] }]
              }),
            )
            .filter((group) => group.length > 0)
          if (groups.length === 0) return []
          const draws = new Draws('checks', options.seed ?? defaults.seed, language, measure, first, second)
          const [found] = pairedDifferences(groups, draws, options)
          return [{ language, measure, first, second, ...found! }]
        }),
      ),
    )
  })
}

function measured(measure: CheckMeasure, { verdict, preservation }: CheckReport): number | undefined {
  switch (measure) {
    case 'passed':
      return verdict === 'unknown' ? undefined : Number(verdict === 'pass')
    case 'done':
      return Number(verdict === 'pass')
    default:
      return preservation[measure]
  }
}
