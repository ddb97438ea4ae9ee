import {
  Draws,
  defaults,
  type Estimate,
  groupedMeans,
  type SampleOptions,
  wilson,
} from '../../statistics/index.ts'
import type { CheckName, CheckReport } from '../checks/check.ts'
import type { BenchResults } from '../results.ts'
import { itemName, type Language, type SuiteItem } from '../suite/suite.ts'
import { ResultsIndex } from './scored.ts'

/** Outcomes of the chosen items in the checks; `chosen` is the sum of all others. */
export interface CheckCounts {
  readonly chosen: number
  readonly passed: number
  readonly failed: number
  /** Checked, and every check was `unknown`. */
  readonly unknown: number
  /** A picture that was not checked. */
  readonly unchecked: number
  readonly refused: number
  /** Failed or missing edits. */
  readonly unmade: number
}

/** How much of the pictures was preserved, over all edits for which it is known. */
export interface Kept {
  /** Shares of edits: size as in the source; registered within 1 pixel and 0.5 % of zoom. */
  readonly sizeKept?: Estimate
  readonly inPlace?: Estimate
  /** Means outside the changed region: share of pixels that stayed, PSNR in dB, SSIM, ΔE. */
  readonly kept?: Estimate
  readonly psnr?: Estimate
  readonly ssim?: Estimate
  readonly deltaE?: Estimate
}

export interface CheckRow {
  readonly language: Language
  readonly system: string
  readonly kinds: readonly {
    readonly kind: string
    readonly counts: CheckCounts
    /** passed / (passed + failed), with Wilson's interval; undefined where no check could tell. */
    readonly passed: Estimate | undefined
  }[]
  readonly counts: CheckCounts
  /**
   * The unweighted mean over the kinds of which checks could tell; bootstrap by item within kinds, Wilson's interval
   * where all passed or all failed.
   */
  readonly passed: Estimate | undefined
  /** Why there is none, as text. */
  readonly withheld?: string
  /** Passed, of all chosen items: a refusal is no pass here. Wilson's interval. */
  readonly done: Estimate | undefined
  readonly checks: {
    readonly [K in CheckName]?: { readonly pass: number; readonly fail: number; readonly unknown: number }
  }
  readonly preservation: Kept
}

/** Pass rates of the checks, and preservation, for every language and system. Never mixed with a judge's scores. */
export function aggregateChecks(
  results: BenchResults,
  options: SampleOptions & { readonly allowMissing?: boolean } = {},
): readonly CheckRow[] {
  if (results.checks.length === 0) return []
  const index = new ResultsIndex(results)
  const reports = new Map(results.checks.map(({ system, item, report }) => [`${system}\n${item}`, report]))
  return index.languages.flatMap((language) => {
    const items = index.itemsOf(language, 'full')!
    return results.systems.map(({ name }) =>
      checkRow(index, language, name, items, (item) => reports.get(`${name}\n${itemName(item)}`), options),
    )
  })
}

function checkRow(
  index: ResultsIndex,
  language: Language,
  system: string,
  items: readonly SuiteItem[],
  reportOf: (item: SuiteItem) => CheckReport | undefined,
  options: SampleOptions & { readonly allowMissing?: boolean },
): CheckRow {
  const kinds = index.kindsOf(items)
  const groups = kinds.map((kind) =>
    items.filter((item) => item.kind === kind).map((item) => stateOf(index, system, item, reportOf(item))),
  )
  const all = groups.flat()
  const counts = countsOf(all)
  const confidence = options.confidence ?? defaults.confidence
  const means = groupedMeans(
    groups.map((states) =>
      states.flatMap((state) =>
        state === 'passed' || state === 'failed' ? [{ passed: [state === 'passed' ? 1 : 0] }] : [],
      ),
    ),
    ['passed'],
    new Draws('checks', options.seed ?? defaults.seed, language, system),
    options,
  )
  const reports = items.flatMap((item) => {
    const report = index.editOf(system, item).outcome === 'picture' ? reportOf(item) : undefined
    return report === undefined ? [] : [report]
  })
  const missing = counts.unchecked + counts.unmade
  const withheld =
    missing > 0 && options.allowMissing !== true
      ? `${counts.unmade} without a picture, ${counts.unchecked} not checked of ${counts.chosen}`
      : undefined
  return {
    language,
    system,
    kinds: kinds.map((kind, i) => {
      const own = countsOf(groups[i]!)
      return { kind, counts: own, passed: share(own.passed, own.passed + own.failed, confidence) }
    }),
    counts,
    passed: withheld === undefined ? spread(means.overall?.passed, confidence) : undefined,
    ...(withheld === undefined ? {} : { withheld }),
    done: withheld === undefined ? share(counts.passed, counts.chosen, confidence) : undefined,
    checks: byCheck(reports),
    preservation: keptOf(reports, system, language, options),
  }
}

/** If all passed or all failed, the bootstrap gives no interval: Wilson's over all items does. */
function spread(passed: Estimate | undefined, confidence: number): Estimate | undefined {
  if (passed?.low === undefined || (passed.value > 0 && passed.value < 1)) return passed
  return wilson(passed.value * passed.n, passed.n, confidence)
}

type State = Exclude<keyof CheckCounts, 'chosen'>

function stateOf(
  index: ResultsIndex,
  system: string,
  item: SuiteItem,
  report: CheckReport | undefined,
): State {
  const { outcome } = index.editOf(system, item)
  if (outcome === 'refused') return 'refused'
  if (outcome !== 'picture') return 'unmade'
  if (report === undefined) return 'unchecked'
  return ({ pass: 'passed', fail: 'failed', unknown: 'unknown' } as const)[report.verdict]
}

function countsOf(states: readonly State[]): CheckCounts {
  const count = (state: State): number => states.filter((each) => each === state).length
  return {
    chosen: states.length,
    passed: count('passed'),
    failed: count('failed'),
    unknown: count('unknown'),
    unchecked: count('unchecked'),
    refused: count('refused'),
    unmade: count('unmade'),
  }
}

const share = (passed: number, of: number, confidence: number): Estimate | undefined =>
  of === 0 ? undefined : wilson(passed, of, confidence)

function byCheck(reports: readonly CheckReport[]): CheckRow['checks'] {
  const counts: { [K in CheckName]?: { pass: number; fail: number; unknown: number } } = {}
  for (const { check, verdict } of reports.flatMap(({ results }) => results)) {
    counts[check] ??= { pass: 0, fail: 0, unknown: 0 }
    counts[check][verdict]++
  }
  return counts
}

function keptOf(
  reports: readonly CheckReport[],
  system: string,
  language: Language,
  options: SampleOptions,
): Kept {
  const all = reports.map(({ preservation }) => preservation)
  const confidence = options.confidence ?? defaults.confidence
  const still = all.flatMap(({ shift, zoom }) =>
    shift === undefined ? [] : [Math.hypot(...shift) <= 1 && Math.abs((zoom ?? 1) - 1) <= 0.005],
  )
  const meanOf = (name: 'kept' | 'psnr' | 'ssim' | 'deltaE'): { readonly [K in typeof name]?: Estimate } => {
    const values = all.flatMap((each) => {
      const value = each[name]
      return value === undefined || !Number.isFinite(value) ? [] : [{ value: [value] }]
    })
    const draws = new Draws('kept', options.seed ?? defaults.seed, language, system, name)
    const { overall } = groupedMeans([values], ['value'], draws, options)
    return overall === undefined ? {} : { [name]: overall.value }
  }
  const shareOf = (name: 'sizeKept' | 'inPlace', told: readonly boolean[]): Kept => {
    const estimate = share(told.filter(Boolean).length, told.length, confidence)
    return estimate === undefined ? {} : { [name]: estimate }
  }
  return {
    ...shareOf(
      'sizeKept',
      all.map(({ sizeKept }) => sizeKept),
    ),
    ...shareOf('inPlace', still),
    ...meanOf('kept'),
    ...meanOf('psnr'),
    ...meanOf('ssim'),
    ...meanOf('deltaE'),
  }
}
