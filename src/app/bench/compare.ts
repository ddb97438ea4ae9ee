import { type Command, Option } from 'commander'
import {
  type Comparison,
  collectResults,
  compareSystems,
  type Measure,
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
    .description('compare systems on the same items: difference, 95 % interval, p-value')
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
        const pairwise = rankSystems(results).filter(isWanted)
        if (flags.json) terminal.out(`${JSON.stringify({ comparisons, pairwise })}\n`)
        else if (comparisons.length + pairwise.length === 0)
          throw new UsageError(
            `${folder}: no two of these systems have scores on the same items; 'pentimento bench judge ${folder} --judge <name>' judges them`,
          )
        else terminal.out(comparisonsText(comparisons) + rankingText(pairwise))
      }),
    )
}

const measureWords: Readonly<Record<Measure, string>> = { sc: 'SC', pq: 'PQ', o: 'O' }
const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`
const pText = (p: number | undefined): string => (p === undefined ? '–' : p < 0.001 ? '<0.001' : p.toFixed(3))

function comparisonsText(comparisons: readonly Comparison[]): string {
  if (comparisons.length === 0) return ''
  return columnsText([
    ['first − second', 'judge', 'language', 'measure', 'difference (95 %)', 'p', 'p (Holm)', 'n'],
    ...comparisons.map((each) => [
      `${each.first} − ${each.second}`,
      each.judge,
      each.language.toUpperCase(),
      measureWords[each.measure],
      each.low === undefined || each.high === undefined
        ? signed(each.difference)
        : `${signed(each.difference)} (${signed(each.low)} … ${signed(each.high)})`,
      pText(each.p),
      pText(each.corrected),
      String(each.n),
    ]),
  ])
}

function rankingText(rows: ReturnType<typeof rankSystems>): string {
  return rows
    .map(({ judge, language, ranking, answers, missing }) => {
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
      return `\nIn pairs by ${judge}, ${language.toUpperCase()}: ${ranking.items} items, ${answers} answers${lost}\n${columnsText(lines)}`
    })
    .join('')
}
