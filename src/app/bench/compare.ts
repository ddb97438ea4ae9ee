import { type Command, Option } from 'commander'
import {
  type CheckComparison,
  type CheckMeasure,
  type Comparison,
  collectResults,
  compareChecks,
  compareSystems,
  type Measure,
  type PairedDifference,
  rankSystems,
  type Subset,
  subsets,
} from '../../bench/index.ts'
import { UsageError } from '../failure.ts'
import type { Terminal } from '../terminal.ts'
import { withBench } from './opening.ts'
import { columnsText } from './tables.ts'

interface Flags {
  readonly judge?: string
  readonly subset: Subset
  readonly json?: true
}

/** `pentimento bench compare <folder> [systems...]` */
export function compareCommand(bench: Command, terminal: Terminal): void {
  bench
    .command('compare')
    .description(
      'compare systems on the same items: by judges, by checks and in pairs: difference, 95 % interval, p-value',
    )
    .argument('<folder>', "the bench's folder")
    .argument('[systems...]', 'two or more systems of the bench (default: all)')
    .option('--judge <name>', 'only by this judge')
    .addOption(new Option('--subset <subset>', 'which items count').choices(subsets).default('full'))
    .option('--json', 'print the result as JSON')
    .action((folder: string, systems: readonly string[], flags: Flags) =>
      withBench(folder, terminal, async (workspace) => {
        const results = await collectResults(workspace)
        const known = results.systems.map(({ name }) => name)
        const chosen = systems.length === 0 ? known : systems
        const strange = chosen.find((name) => !known.includes(name))
        if (strange !== undefined)
          throw new UsageError(`${strange}: no such system in ${folder}; expected ${known.join(', ')}`)
        if (chosen.length < 2)
          throw new UsageError(`${folder}: expected two systems or more, got ${chosen.join(', ') || 'none'}`)
        if (flags.judge !== undefined && !results.judges.includes(flags.judge))
          throw new UsageError(
            `--judge: ${flags.judge} has not judged in ${folder}; expected ${results.judges.join(', ') || "a judge of 'bench judge'"}`,
          )
        const isWanted = ({ judge }: { readonly judge: string }): boolean =>
          flags.judge === undefined || judge === flags.judge
        const comparisons = compareSystems(results, { systems: chosen, subset: flags.subset }).filter(
          isWanted,
        )
        // Checks belong to no judge and to no subset.
        const isByJudge = flags.judge !== undefined || flags.subset !== 'full'
        const checks = isByJudge ? [] : compareChecks(results, { systems: chosen })
        const pairwise = rankSystems(results).filter(isWanted)
        if (flags.json) terminal.out(`${JSON.stringify({ comparisons, checks, pairwise })}\n`)
        else if (comparisons.length + checks.length + pairwise.length === 0)
          throw new UsageError(
            `${folder}: no two of these systems have scores or checks on the same items; 'pentimento bench judge ${folder} --judge <name>' judges them`,
          )
        else
          terminal.out(
            [comparisonsText(comparisons), checksText(checks), ...rankingTexts(pairwise)]
              .filter((part) => part !== '')
              .join('\n'),
          )
      }),
    )
}

const measureWords: Readonly<Record<Measure, string>> = { sc: 'SC', pq: 'PQ', o: 'O' }
const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`
const pText = (p: number | undefined): string => (p === undefined ? '–' : p < 0.001 ? '<0.001' : p.toFixed(3))

function differenceCells({ difference, low, high, p, corrected, n }: PairedDifference): string[] {
  return [
    low === undefined || high === undefined
      ? signed(difference)
      : `${signed(difference)} (${signed(low)} … ${signed(high)})`,
    pText(p),
    pText(corrected),
    String(n),
  ]
}

/** A table for each judge and language, so that lines stay short. */
function comparisonsText(comparisons: readonly Comparison[]): string {
  const tables = new Map<string, Comparison[]>()
  for (const each of comparisons) {
    const title = `By ${each.judge}, ${each.language.toUpperCase()}`
    tables.set(title, [...(tables.get(title) ?? []), each])
  }
  return [...tables]
    .map(
      ([title, own]) =>
        `${title}:\n${differencesText(own.map((each) => [each, measureWords[each.measure]] as const))}`,
    )
    .join('\n')
}

const checkWords: Readonly<Record<CheckMeasure, string>> = {
  passed: 'passed',
  done: 'done',
  kept: 'kept',
  ssim: 'SSIM',
  deltaE: 'ΔE',
}

function checksText(comparisons: readonly CheckComparison[]): string {
  return (['en', 'cn'] as const)
    .map((language) => [language, comparisons.filter((each) => each.language === language)] as const)
    .filter(([, own]) => own.length > 0)
    .map(
      ([language, own]) =>
        `By checks, ${language.toUpperCase()}:\n${differencesText(own.map((each) => [each, checkWords[each.measure]] as const))}`,
    )
    .join('\n')
}

function differencesText(
  rows: readonly (readonly [
    PairedDifference & { readonly first: string; readonly second: string },
    string,
  ])[],
): string {
  return columnsText([
    ['first − second', '', 'difference (95 %)', 'p', 'p (Holm)', 'n'],
    ...rows.map(([each, measure]) => [`${each.first} − ${each.second}`, measure, ...differenceCells(each)]),
  ])
}

function rankingTexts(rows: ReturnType<typeof rankSystems>): string[] {
  return rows.map(({ judge, language, ranking, answers, missing }) => {
    const lines = [
      ['', 'Elo (95 %)', 'wins', 'losses', 'ties'],
      ...ranking.competitors.map(({ name, elo, wins, losses, ties }) => [
        name,
        `${elo.value.toFixed(0)} (${elo.low.toFixed(0)}–${elo.high.toFixed(0)})`,
        wins.toFixed(1),
        losses.toFixed(1),
        ties.toFixed(1),
      ]),
    ]
    const lost = missing > 0 ? `, ${missing} could not be read` : ''
    return `In pairs by ${judge}, ${language.toUpperCase()}: ${ranking.items} items, ${answers} answers${lost}\n${columnsText(lines)}`
  })
}
