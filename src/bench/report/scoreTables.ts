import { type Coverage, refusals, type ScoreRow } from '../statistics/aggregate.ts'
import { type Measure, measures, type Subset } from '../statistics/scored.ts'
import { countsText, scoreCell } from './numbers.ts'
import { type Cell, cell, nothing, type Table } from './table.ts'

export const languageNames = { en: 'English', cn: 'Chinese' } as const

const subsetNames: { readonly [S in Subset]: string } = {
  full: 'full set',
  official: 'official intersection',
  common: 'intersection of these systems',
}

/** A table for each judge, language and subset: SC, PQ and O with intervals, n, refusals and what is missing. */
export function scoreTables(rows: readonly ScoreRow[]): Table[] {
  return tablesOf(rows).map((own) => {
    const { judge, language, subset, coverage } = own[0]!
    const best = bestOf(own)
    return {
      title: `${languageNames[language]}, ${subsetNames[subset]} (${coverage.chosen} items), judge ${judge}`,
      columns: ['system', 'SC', 'PQ', 'O', 'n', 'refused', 'missing', 'groups'],
      rows: own.map((row) => ({
        head: row.system,
        cells: [
          ...measures.map((measure) =>
            scoreCell(row.overall?.[measure], 2, best[measure] === row.system ? 'best' : undefined),
          ),
          cell(`${row.coverage.judged} of ${row.coverage.chosen}`),
          refusedCell(row.coverage),
          missingCell(row.coverage),
          cell(`${row.groups.present} of ${row.groups.of}`),
        ],
      })),
      notes: withheldNotes(own),
    }
  })
}

/** The same without the scores: n, refusals by kind and what is missing by reason. */
export function coverageTables(rows: readonly ScoreRow[]): Table[] {
  return scoreTables(rows).map(({ title, columns, rows: own }) => ({
    title: `Coverage: ${title}`,
    columns: columns.filter((_, c) => c === 0 || c > measures.length),
    rows: own.map(({ head, cells }) => ({ head, cells: cells.slice(measures.length) })),
    notes: [],
  }))
}

/** Rows by judge, language and subset; an intersection that leaves no item out is not told again. */
export function tablesOf(rows: readonly ScoreRow[]): ScoreRow[][] {
  const tables = new Map<string, ScoreRow[]>()
  for (const row of rows) {
    const full = rows.find(
      ({ judge, language, subset }) => judge === row.judge && language === row.language && subset === 'full',
    )
    if (row.subset !== 'full' && row.coverage.chosen === full?.coverage.chosen) continue
    const key = `${row.judge}\n${row.language}\n${row.subset}`
    tables.set(key, [...(tables.get(key) ?? []), row])
  }
  return [...tables.values()]
}

/** The system with the highest value; none of one. */
export function bestOf(rows: readonly ScoreRow[]): { readonly [M in Measure]?: string } {
  if (rows.length < 2) return {}
  return Object.fromEntries(
    measures.flatMap((measure) => {
      const told = rows.filter(({ overall }) => overall !== undefined)
      const most = Math.max(...told.map(({ overall }) => overall![measure].value))
      const first = told.find(({ overall }) => overall![measure].value === most)
      return first === undefined ? [] : [[measure, first.system]]
    }),
  )
}

export function withheldNotes(rows: readonly ScoreRow[]): string[] {
  return rows.flatMap(({ system, withheld }) =>
    withheld === undefined ? [] : [`No number for ${system}: ${withheld}. --allow-missing gives one.`],
  )
}

const refusedCell = (coverage: Coverage): Cell => {
  const n = refusals(coverage)
  return n === 0 ? cell('0') : cell(String(n), `(${countsText(coverage.refused)})`)
}

const missingCell = ({ failed, absent, unscored }: Coverage): Cell => {
  const counts = { failed, 'no edit': absent, ...unscored }
  const n = Object.values(counts).reduce((sum, each) => sum + (each ?? 0), 0)
  return n === 0 ? cell('0') : cell(String(n), `(${countsText(counts)})`)
}

/** O of every kind and system, for one judge and language: the axes of the paper's figure 6. */
export function kindTables(rows: readonly ScoreRow[]): Table[] {
  return tablesOf(rows.filter(({ subset }) => subset === 'full')).map((own) => {
    const { judge, language } = own[0]!
    return {
      title: `O by kind, ${languageNames[language]}, judge ${judge}`,
      columns: ['kind', ...own.map(({ system }) => system)],
      rows: own[0]!.kinds.map(({ kind }, k) => ({
        head: kind,
        cells: own.map((row) => {
          const { scores, coverage } = row.kinds[k]!
          if (scores === undefined) return cell(nothing)
          const found = scoreCell(scores.o)
          return { ...found, small: [found.small, `n ${coverage.judged}`].filter(Boolean).join(' ') }
        }),
      })),
      notes: [],
    }
  })
}
