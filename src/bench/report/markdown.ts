import type { BenchResults } from '../results.ts'
import type { BenchNumbers } from './data.ts'
import {
  checkComparisonTables,
  checkKindTables,
  checkTables,
  comparisonTables,
  judgeTables,
  pairwiseTables,
} from './otherTables.ts'
import { paperTables, publishedTables } from './paperTables.ts'
import { kindTables, scoreTables } from './scoreTables.ts'
import { markdownTable, type Table, textTable } from './table.ts'

/** All tables of a bench, for the terminal or for a README. */
export function reportTables(
  results: BenchResults,
  numbers: BenchNumbers,
  { withPublished = false }: { readonly withPublished?: boolean } = {},
): Table[] {
  return [
    ...(withPublished ? paperTables(results, numbers.scores, { published: true, intervals: false }) : []),
    ...scoreTables(numbers.scores),
    ...kindTables(numbers.scores),
    ...checkTables(numbers.checks),
    ...checkKindTables(numbers.checks),
    ...checkComparisonTables(numbers.checkComparisons.filter(({ measure }) => measure === 'done')),
    ...comparisonTables(numbers.comparisons.filter(({ measure }) => measure === 'o')),
    ...pairwiseTables(numbers.pairwise),
    ...judgeTables(numbers.judges, numbers.noise),
    ...(withPublished ? publishedTables() : []),
  ]
}

/** The tables as Markdown or as plain text, an empty line between them. */
export function tablesText(tables: readonly Table[], format: 'markdown' | 'text'): string {
  const write = format === 'markdown' ? markdownTable : textTable
  return tables.map((table) => `${write(table)}\n`).join('\n')
}
