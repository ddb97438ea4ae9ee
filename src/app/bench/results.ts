import {
  aggregate,
  aggregateChecks,
  type BenchResults,
  type BenchWorkspace,
  collectResults,
  publishedScores,
  publishedSources,
  publishedWarning,
} from '../../bench/index.ts'
import type { Terminal } from '../terminal.ts'
import { checksText, columnsText, editsText, failuresText, scoresText } from './tables.ts'

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
  const [scores, checks] = [aggregate(results, options), aggregateChecks(results, options)]
  if (json) {
    const failed = results.edits.filter(({ outcome }) => outcome === 'failed')
    const { suite, systems, judges } = results
    terminal.out(
      `${JSON.stringify({ folder: workspace.folder, suite, systems, judges, items: results.items.length, ...about, scores, checks, failed })}\n`,
    )
    return results
  }
  const texts = [editsText(results), checksText(checks), scoresText(scores)]
  if (withPublished) texts.push(publishedText())
  texts.push(failuresText(results))
  terminal.out(texts.filter((text) => text !== '').join('\n'))
  return results
}

/** Published scores of GEdit-Bench on the full set, with judge and source, best first. */
function publishedText(): string {
  const rows = publishedScores
    .filter(({ subset }) => subset === 'full')
    .sort((a, b) => (a.language === b.language ? b.o - a.o : a.language < b.language ? 1 : -1))
  const number = (value: number | undefined): string => (value === undefined ? '–' : value.toFixed(3))
  const lines = [
    ['Published, full set', 'language', 'judge', 'SC', 'PQ', 'O', 'source'],
    ...rows.map(({ system, language, judge, sc, pq, o, source }) => [
      system,
      language.toUpperCase(),
      judge,
      number(sc),
      number(pq),
      number(o),
      publishedSources[source].short,
    ]),
  ]
  return `${columnsText(lines)}${publishedWarning}\n`
}
