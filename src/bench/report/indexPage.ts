import type { BenchResults } from '../results.ts'
import type { BenchNumbers } from './data.ts'
import { itemScore, type ShownItem } from './edits.ts'
import { details, htmlTable, page, section, sideBySide, text } from './html.ts'
import { kindFile } from './kindPage.ts'
import {
  checkComparisonTables,
  checkKindTables,
  checkTables,
  comparisonTables,
  judgeTables,
  pairwiseTables,
} from './otherTables.ts'
import { paperTables, publishedTables } from './paperTables.ts'
import { radarChart } from './radar.ts'
import { coverageTables, kindTables, languageNames } from './scoreTables.ts'

/** The page with all numbers. */
export function indexPage(
  results: BenchResults,
  numbers: BenchNumbers,
  kinds: ReadonlyMap<string, readonly ShownItem[]>,
  { published }: { readonly published: boolean },
): string {
  const { suite, items, systems } = results
  const judged = numbers.scores.length > 0
  return page({
    title: `${suite.title}: benchmark`,
    body: `<header>
<h1>${text(suite.title)}</h1>
<p class="lead">${items.length} items, ${systems.length} systems${judged ? `, judged by ${text([...new Set(numbers.scores.map(({ judge }) => judge))].join(', '))}` : ''}</p>
<p class="note">Suite ${text(suite.name)} ${text(suite.version)}, ${text(suite.source)}, licence ${text(suite.licence)}</p>
</header>
<main>
${section('Scores', [
  ...(judged || published ? paperTables(results, numbers.scores, { published }).map(htmlTable) : []),
  ...sideBySide(coverageTables(numbers.scores.filter(({ subset }) => subset === 'full'))),
  ...(judged
    ? [
        '<p class="note">SC semantic consistency, PQ perceptual quality, O = √(SC·PQ) of each edit, 0 to 10; means in each kind, then over kinds without weights; refused and missing edits are left out. In brackets 95 % intervals by bootstrap over items.</p>',
      ]
    : []),
])}
${section('Kinds', [charts(numbers), ...sideBySide(kindTables(numbers.scores))].filter(Boolean))}
${section('Checks', [
  ...checkTables(numbers.checks).map(htmlTable),
  ...sideBySide(checkKindTables(numbers.checks)),
])}
${section('Every item', [`<ul class="kinds">${[...kinds].map(([kind, own]) => kindLink(kind, own, judged)).join('\n')}</ul>`])}
${section('Differences', comparisons(numbers))}
${section('Pairwise', pairwiseTables(numbers.pairwise).map(htmlTable))}
${section('Judges', judgeTables(numbers.judges, numbers.noise).map(htmlTable))}
${published ? section('Published elsewhere', publishedTables().map(htmlTable)) : ''}
${section('Systems', [`<ul>${systems.map(({ name, source }) => `<li><b>${text(name)}</b> ${text(source)}</li>`).join('')}</ul>`])}
</main>`,
  })
}

/** O by kind of each judge and language, or the checks' pass rates where nobody judged. */
function charts({ scores, checks }: BenchNumbers): string {
  const full = scores.filter(({ subset }) => subset === 'full')
  const groups = new Map<string, typeof full>()
  for (const row of full) {
    const key = `O, ${languageNames[row.language]}, judge ${row.judge}`
    groups.set(key, [...(groups.get(key) ?? []), row])
  }
  const judged = [...groups].map(([title, rows]) => ({
    title,
    axes: rows[0]!.kinds.map(({ kind }) => kind),
    series: rows.map(({ system, kinds }) => ({
      name: system,
      values: kinds.map((each) => each.scores?.o.value),
    })),
    most: 10,
  }))
  const checked = (['en', 'cn'] as const).flatMap((language) => {
    const rows = checks.filter((row) => row.language === language)
    if (judged.length > 0 || rows.length === 0) return []
    return [
      {
        title: `Checks passed in %, ${languageNames[language]}`,
        axes: rows[0]!.kinds.map(({ kind }) => kind),
        series: rows.map(({ system, kinds }) => ({
          name: system,
          values: kinds.map(({ passed }) => (passed === undefined ? undefined : 100 * passed.value)),
        })),
        most: 100,
      },
    ]
  })
  const drawn = [...judged, ...checked]
    .filter(({ axes }) => axes.length > 2)
    .map(({ title, axes, series, most }) => radarChart(title, axes, series, most))
  return drawn.length === 0 ? '' : `<div class="charts">${drawn.join('\n')}</div>`
}

function comparisons({ comparisons: all, checkComparisons }: BenchNumbers): string[] {
  const of = (measure: 'sc' | 'pq' | 'o'): string =>
    comparisonTables(all.filter((each) => each.measure === measure))
      .map(htmlTable)
      .join('\n')
  const checked = checkComparisonTables(checkComparisons).map(htmlTable).join('\n')
  return [
    ...(all.length === 0 ? [] : [of('o'), details('SC and PQ', of('sc') + of('pq'))]),
    ...(checked === '' ? [] : [details('Differences by checks', checked)]),
  ]
}

function kindLink(kind: string, items: readonly ShownItem[], judged: boolean): string {
  const known = items.map(itemScore).filter((score) => score !== undefined)
  const refused = items.flatMap(({ edits }) => edits).filter(({ edit }) => edit.outcome === 'refused').length
  const facts = [
    `${items.length} items`,
    ...(judged && known.length > 0
      ? [`O ${(known.reduce((sum, each) => sum + each, 0) / known.length).toFixed(1)} on average`]
      : []),
    ...(refused > 0 ? [`${refused} refused`] : []),
  ]
  return `<li><a href="${kindFile(kind)}">${text(kind)}<small>${facts.join(', ')}</small></a></li>`
}
