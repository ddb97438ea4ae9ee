import {
  aggregate,
  aggregateChecks,
  type BenchResults,
  type BenchWorkspace,
  collectResults,
  numbersOf,
  reportTables,
  tablesText,
} from '../../bench/index.ts'
import type { Terminal } from '../terminal.ts'
import { editsText, failuresText } from './tables.ts'

/** How results are shown. */
export interface ResultFlags {
  readonly allowMissing?: boolean
  readonly withPublished?: boolean
  readonly json?: true
}

/** Prints what a bench knows by now: edits, checks, scores, and what failed. */
export async function printResults(
  workspace: BenchWorkspace,
  { allowMissing = false, withPublished = false, json }: ResultFlags,
  terminal: Terminal,
  about: Readonly<Record<string, unknown>> = {},
): Promise<BenchResults> {
  const results = await collectResults(workspace)
  const options = { allowMissing }
  if (json) {
    const [scores, checks] = [aggregate(results, options), aggregateChecks(results, options)]
    const failed = results.edits.filter(({ outcome }) => outcome === 'failed')
    const { suite, systems, judges, unanswered = [] } = results
    terminal.out(
      `${JSON.stringify({ folder: workspace.folder, suite, systems, judges, items: results.items.length, ...about, scores, checks, failed, unanswered })}\n`,
    )
    return results
  }
  const tables = reportTables(results, numbersOf(results, options), { withPublished })
  const texts = [editsText(results), tablesText(tables, 'text'), failuresText(results)]
  terminal.out(texts.filter((text) => text !== '').join('\n'))
  return results
}
