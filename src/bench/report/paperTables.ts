import { publishedElos, publishedPreferences, publishedRatings } from '../published/others.ts'
import {
  type PublishedScore,
  publishedJudges,
  publishedScores,
  publishedSources,
  publishedWarning,
} from '../published/scores.ts'
import type { BenchResults } from '../results.ts'
import type { ScoreRow } from '../statistics/aggregate.ts'
import { measures, type Subset } from '../statistics/scored.ts'
import type { Language } from '../suite/suite.ts'
import { intervalOf } from './numbers.ts'
import { bestOf, languageNames, tablesOf, withheldNotes } from './scoreTables.ts'
import { type Cell, cell, nothing, type Table } from './table.ts'

/** Letters of the paper's columns: G for GPT-4.1, Q for Qwen2.5-VL-72B; other judges have their names. */
const letters = { 'gpt-4.1': 'G', 'qwen2.5-vl-72b': 'Q' } as const

/** Labels of the judges: a judge that follows a convention of the paper has its letter. */
function judgeLabels(results: BenchResults): ReadonlyMap<string, string> {
  const labels = new Map<string, string>()
  for (const { judge, calls } of results.judgements) {
    if (labels.has(judge)) continue
    const convention = calls.sc?.convention ?? calls.pq?.convention
    if (convention !== undefined)
      labels.set(judge, convention in letters ? letters[convention as keyof typeof letters] : judge)
  }
  // Two judges of one convention, such as one model on two servers, keep their names.
  const taken = [...labels.values()]
  return new Map(
    [...new Set(results.judgements.map(({ judge }) => judge))].map((judge) => {
      const label = labels.get(judge) ?? judge
      return [judge, taken.filter((each) => each === label).length > 1 ? judge : label]
    }),
  )
}

/**
 * Scores in the layout of the paper's tables 2 and 3, one table a language: intersection subset and full set, in each
 * SC, PQ and O of every judge. Ours come first; published rows, if asked, follow with their source.
 */
export function paperTables(
  results: BenchResults,
  scores: readonly ScoreRow[],
  { published = false, intervals = true }: { published?: boolean; intervals?: boolean } = {},
): Table[] {
  const labels = judgeLabels(results)
  return (['en', 'cn'] as const).flatMap((language) => {
    const own = scores.filter((row) => row.language === language)
    const cited = published
      ? publishedScores.filter((row) => row.language === language && row.source === 'paper')
      : []
    if (own.length === 0 && (cited.length === 0 || !results.items.some((item) => item.language === language)))
      return []
    return [layout(language, own, cited, labels, results, intervals)]
  })
}

interface Column {
  readonly subset: Subset | 'intersection'
  readonly label: string
  readonly judge: string | undefined
}

function layout(
  language: Language,
  own: readonly ScoreRow[],
  cited: readonly PublishedScore[],
  labels: ReadonlyMap<string, string>,
  results: BenchResults,
  intervals: boolean,
): Table {
  const judges = [
    ...new Set([
      ...own.map(({ judge }) => labels.get(judge) ?? judge),
      ...(cited.length > 0 ? publishedJudges.map((judge) => letters[judge]) : []),
    ]),
  ]
  const nameOf = (label: string): string | undefined => [...labels].find(([, each]) => each === label)?.[0]
  const told = tablesOf(own)
  const subsets = (['common', 'official', 'full'] as const).filter(
    (subset) =>
      told.some((rows) => rows[0]!.subset === subset) ||
      (cited.length > 0 && subset !== 'official') ||
      subset === 'full',
  )
  const columns: Column[] = subsets.flatMap((subset) =>
    judges.map((label) => ({ subset, label, judge: nameOf(label) })),
  )
  const rowOf = (system: string, { subset, judge }: Column): ScoreRow | undefined =>
    own.find((row) => row.system === system && row.subset === subset && row.judge === judge)
  const systems = [...new Set(own.map(({ system }) => system))]
  const chosen = (subset: Subset): number | undefined =>
    own.find((row) => row.subset === subset)?.coverage.chosen
  return {
    title: `${results.suite.title}, ${languageNames[language]}`,
    groups: subsets.map((subset) => ({
      label: headOf(subset, chosen(subset)),
      span: judges.length * measures.length,
    })),
    columns: [
      'system',
      ...columns.flatMap(({ label }) => measures.map((measure) => `${label}_${measure.toUpperCase()}`)),
    ],
    rows: [
      ...systems.map((system) => ({
        head: system,
        cells: columns.flatMap((column) => {
          const row = rowOf(system, column)
          const best = bestOf(
            own.filter(({ subset, judge }) => subset === column.subset && judge === column.judge),
          )
          return measures.map((measure): Cell => {
            const value = row?.overall?.[measure]
            if (value === undefined) return cell(nothing)
            return cell(
              value.value.toFixed(3),
              intervals ? intervalOf(value) : undefined,
              best[measure] === system ? 'best' : undefined,
            )
          })
        }),
      })),
      ...citedRows(cited, columns),
    ],
    notes: [
      ...judges.flatMap((label) => {
        const name = nameOf(label)
        return name === undefined || name === label ? [] : [`${label}_: judge ${name}.`]
      }),
      ...(cited.length > 0 ? [...foreign(results), publishedWarning, ...sourceNotes(cited)] : []),
      ...withheldNotes(own.filter(({ subset }) => subset === 'full')),
    ],
  }
}

function headOf(subset: Subset, items: number | undefined): string {
  const name = { common: 'intersection', official: 'official intersection', full: 'full set' }[subset]
  return items === undefined ? name : `${name}, ${items} items`
}

function citedRows(cited: readonly PublishedScore[], columns: readonly Column[]): Table['rows'] {
  const rows = new Map<string, PublishedScore[]>()
  for (const each of cited) {
    const key = `${each.source}\n${each.system}`
    rows.set(key, [...(rows.get(key) ?? []), each])
  }
  return [...rows.values()].map((own) => ({
    head: own[0]!.system,
    small: publishedSources[own[0]!.source].short,
    cells: columns.flatMap(({ subset, label }) => {
      const found = own.find(
        (each) =>
          letters[each.judge] === label && (each.subset === 'full' ? subset === 'full' : subset === 'common'),
      )
      return measures.map((measure): Cell => {
        const value = found?.[measure]
        return value === undefined
          ? cell(nothing, undefined, 'soft')
          : cell(value.toFixed(3), undefined, 'soft')
      })
    }),
  }))
}

/** Published rows are of GEdit-Bench, whatever suite stands beside them. */
function foreign({ suite }: BenchResults): string[] {
  return suite.name.startsWith('gedit-bench')
    ? []
    : [`The published rows are of GEdit-Bench, not of the suite ${suite.name}: other items.`]
}

function sourceNotes(cited: readonly { readonly source: keyof typeof publishedSources }[]): string[] {
  return [...new Set(cited.map(({ source }) => source))].map((name) => {
    const { short, title, address, date, note } = publishedSources[name]
    return `${short}: ${title}, ${address}, ${date}.${note === undefined ? '' : ` ${note}`}`
  })
}

function laterTable(language: Language): Table {
  const rows = publishedScores.filter((row) => row.language === language && row.source !== 'paper')
  return {
    title: `Published later: GEdit-Bench, ${languageNames[language]}, full set, judge GPT-4.1`,
    columns: ['system', 'source', ...measures.map((measure) => `G_${measure.toUpperCase()}`)],
    rows: rows.map((row) => ({
      head: row.system,
      cells: [
        cell(publishedSources[row.source].short),
        // As many digits as the source gives.
        ...measures.map((measure) =>
          cell(row[measure]?.toFixed(row.source === 'firered' ? 3 : 2) ?? nothing),
        ),
      ],
    })),
    notes: [publishedWarning, ...sourceNotes(rows)],
  }
}

/** Later records of GEdit-Bench, and published figures of other kinds: user study, ImgEdit-Bench, GEditBench v2. */
export function publishedTables(): Table[] {
  const optional = (value: number | undefined): Cell => cell(value === undefined ? nothing : String(value))
  return [
    ...(['en', 'cn'] as const).map(laterTable),
    {
      title: 'Published: user study of the paper, 55 participants, 2 to 10',
      columns: ['system', 'UP-IS', 'UP-Full'],
      rows: publishedPreferences.map(({ system, intersection, full }) => ({
        head: system,
        cells: [cell(intersection.toFixed(3)), cell(full.toFixed(3))],
      })),
      notes: sourceNotes(publishedPreferences),
    },
    {
      title: 'Published: ImgEdit-Bench, overall, 1 to 5',
      columns: ['system', 'overall'],
      rows: publishedRatings.map(({ system, overall }) => ({
        head: system,
        cells: [cell(overall.toFixed(2))],
      })),
      notes: sourceNotes(publishedRatings),
    },
    {
      title: 'Published: GEditBench v2, Elo',
      columns: ['system', 'overall', 'instruction', 'quality', 'consistency'],
      rows: publishedElos.map(({ system, overall, instruction, quality, consistency }) => ({
        head: system,
        cells: [cell(String(overall)), optional(instruction), optional(quality), optional(consistency)],
      })),
      notes: sourceNotes(publishedElos),
    },
  ]
}
