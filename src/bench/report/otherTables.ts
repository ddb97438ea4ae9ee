import type { CheckRow } from '../statistics/checked.ts'
import type { Comparison } from '../statistics/compare.ts'
import type { CheckComparison, CheckMeasure } from '../statistics/compareChecks.ts'
import type { JudgeAgreement, JudgeNoise } from '../statistics/judges.ts'
import type { PairedDifference } from '../statistics/paired.ts'
import type { PairwiseRow } from '../statistics/pairwise.ts'
import { intervalOf, pText, scoreCell, shareCell } from './numbers.ts'
import { languageNames } from './scoreTables.ts'
import { type Cell, cell, nothing, type Table } from './table.ts'

/** Results of the checks, one table per language. */
export function checkTables(rows: readonly CheckRow[]): Table[] {
  return byLanguage(rows).map((own) => ({
    title: `Checks, ${languageNames[own[0]!.language]} (${own[0]!.counts.chosen} items)`,
    columns: [
      'system',
      'passed',
      'done',
      'n',
      'unknown',
      'refused',
      'missing',
      'kept',
      'SSIM',
      'ΔE',
      'in place',
      'size kept',
    ],
    rows: own.map(
      ({ system, passed, done, counts, preservation: { kept, ssim, deltaE, inPlace, sizeKept } }) => ({
        head: system,
        cells: [
          shareCell(passed),
          shareCell(done),
          cell(String(counts.passed + counts.failed)),
          cell(String(counts.unknown)),
          cell(String(counts.refused)),
          cell(String(counts.unchecked + counts.unmade)),
          shareCell(kept),
          scoreCell(ssim, 3),
          scoreCell(deltaE, 1),
          shareCell(inPlace),
          shareCell(sizeKept),
        ],
      }),
    ),
    notes: [
      'passed: share of the edits that checks could tell, mean over kinds; done: share of all chosen items, a refusal is none. kept, SSIM, ΔE: outside the changed region.',
      ...own.flatMap(({ system, withheld }) =>
        withheld === undefined ? [] : [`No rate for ${system}: ${withheld}. --allow-missing gives one.`],
      ),
    ],
  }))
}

/** Pass rates by kind, one table per language. */
export function checkKindTables(rows: readonly CheckRow[]): Table[] {
  return byLanguage(rows).map((own) => ({
    title: `Checks passed by kind, ${languageNames[own[0]!.language]}`,
    columns: ['kind', ...own.map(({ system }) => system)],
    rows: own[0]!.kinds.map(({ kind }, k) => ({
      head: kind,
      cells: own.map(({ kinds }) => {
        const { passed, counts } = kinds[k]!
        if (passed === undefined)
          return cell(nothing, counts.refused > 0 ? `refused ${counts.refused}` : undefined)
        return cell(
          `${counts.passed} of ${passed.n}`,
          counts.refused > 0 ? `refused ${counts.refused}` : undefined,
        )
      }),
    })),
    notes: [],
  }))
}

function byLanguage<R extends { readonly language: 'en' | 'cn' }>(rows: readonly R[]): R[][] {
  return (['en', 'cn'] as const)
    .map((language) => rows.filter((row) => row.language === language))
    .filter((own) => own.length > 0)
}

/** Differences of every two systems, with p corrected by Holm over the table; O alone unless asked. */
export function comparisonTables(comparisons: readonly Comparison[]): Table[] {
  const groups = new Map<string, Comparison[]>()
  for (const each of comparisons) {
    const key = `${languageNames[each.language]}, ${each.measure.toUpperCase()}, judge ${each.judge}`
    groups.set(key, [...(groups.get(key) ?? []), each])
  }
  return [...groups].map(([title, own]) => ({
    title: `Differences, ${title}`,
    columns: ['systems', 'difference', 'p', 'corrected p', 'n'],
    rows: own.map((each) => ({ head: `${each.first} − ${each.second}`, cells: differenceCells(each) })),
    notes: ['Paired bootstrap on the items that both have, two-sided; p corrected by Holm over this table.'],
  }))
}

function differenceCells({ difference, low, high, p, corrected, n }: PairedDifference): Cell[] {
  return [
    cell(
      signed(difference),
      low === undefined ? undefined : intervalOf({ low, high: high! }),
      corrected !== undefined && corrected < 0.05 ? 'best' : undefined,
    ),
    cell(pText(p)),
    cell(pText(corrected)),
    cell(String(n)),
  ]
}

const checkMeasureWords: Readonly<Record<CheckMeasure, string>> = {
  passed: 'passed',
  done: 'done',
  kept: 'kept',
  ssim: 'SSIM',
  deltaE: 'ΔE',
}

/** Differences of every two systems by the checks, one table a language; shares are numbers from 0 to 1. */
export function checkComparisonTables(comparisons: readonly CheckComparison[]): Table[] {
  return byLanguage(comparisons).map((own) => ({
    title: `Differences by checks, ${languageNames[own[0]!.language]}`,
    columns: ['systems', 'measure', 'difference', 'p', 'corrected p', 'n'],
    rows: own.map((each) => ({
      head: `${each.first} − ${each.second}`,
      cells: [cell(checkMeasureWords[each.measure]), ...differenceCells(each)],
    })),
    notes: [
      'Paired bootstrap on the items that both have, two-sided; p corrected by Holm over the pairs of a measure.',
    ],
  }))
}

const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`

/** How far judges agree, and the noise of each. */
export function judgeTables(agreements: readonly JudgeAgreement[], noise: readonly JudgeNoise[]): Table[] {
  const number = (value: number | undefined): string => value?.toFixed(2) ?? nothing
  return [
    ...(agreements.length === 0
      ? []
      : [
          {
            title: 'Agreement of judges, on the edits that both scored',
            columns: [
              'judges',
              'score',
              'Pearson',
              'Spearman',
              'Kendall τ-b',
              'weighted κ',
              'difference',
              'n',
            ],
            rows: agreements.map((each) => ({
              head: `${each.first} − ${each.second}`,
              cells: [
                cell(each.measure.toUpperCase()),
                ...[each.pearson, each.spearman, each.kendall, each.kappa].map((value) =>
                  cell(number(value)),
                ),
                cell(signed(each.difference.value), intervalOf(each.difference)),
                cell(String(each.n)),
              ],
            })),
            notes: [],
          },
        ]),
    ...(noise.length === 0
      ? []
      : [
          {
            title: 'Noise of judges: standard deviation of repeats of one edit',
            columns: ['judge', 'SC', 'PQ', 'O', 'edits'],
            rows: [...new Set(noise.map(({ judge }) => judge))].map((judge) => {
              const own = noise.filter((each) => each.judge === judge)
              return {
                head: judge,
                cells: [...own.map(({ sd }) => cell(sd.toFixed(2))), cell(String(own[0]!.n))],
              }
            }),
            notes: [],
          },
        ]),
  ]
}

/** Rankings by Bradley-Terry, with the judge's bias towards a place. */
export function pairwiseTables(rows: readonly PairwiseRow[]): Table[] {
  return rows.map(({ judge, language, ranking, position, answers, missing }) => ({
    title: `Pairwise, ${languageNames[language]}, judge ${judge} (${ranking.items} items)`,
    columns: ['system', 'Elo', 'wins', 'losses', 'ties'],
    rows: ranking.competitors.map(({ name, elo, wins, losses, ties }) => ({
      head: name,
      cells: [
        cell(elo.value.toFixed(0), intervalOf(elo, 0)),
        ...[wins, losses, ties].map((n) => cell(n.toFixed(Number.isInteger(n) ? 0 : 1))),
      ],
    })),
    notes: [
      `Bradley-Terry with Davidson's ties, Elo 1000 + θ·400/ln 10, intervals by bootstrap over items. ${answers} answers, ${missing} could not be read.`,
      ...(position.first === undefined
        ? []
        : [
            `The picture shown first was preferred in ${oneLine(shareCell(position.first))} of the decided answers; both orders agree in ${oneLine(shareCell(position.consistent))}.`,
          ]),
      ...(ranking.groups.length > 1
        ? [
            `Nothing compares these groups with each other: ${ranking.groups.map((group) => group.join(', ')).join(' | ')}.`,
          ]
        : []),
    ],
  }))
}

const oneLine = ({ text, small }: { text: string; small?: string }): string =>
  small === undefined ? text : `${text} ${small}`
