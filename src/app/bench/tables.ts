import {
  type BenchResults,
  type CheckRow,
  type Estimate,
  type Language,
  refusals,
  type ScoreRow,
} from '../../bench/index.ts'

const languageWords: Readonly<Record<Language, string>> = { en: 'English', cn: 'Chinese' }

/** Cells in columns: the first to the left, the others to the right. */
export function columnsText(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)))
  return rows
    .map((row) =>
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('')
}

/** `7.09 (6.90–7.28)` */
export function estimateText(estimate: Estimate | undefined): string {
  if (estimate === undefined) return '–'
  const { value, low, high } = estimate
  return low === undefined || high === undefined
    ? value.toFixed(2)
    : `${value.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`
}

/** `62 % (41–79)` */
export function shareText(estimate: Estimate | undefined): string {
  if (estimate === undefined) return '–'
  const percent = (share: number): string => String(Math.round(100 * share))
  const { value, low, high } = estimate
  const range = low === undefined || high === undefined ? '' : ` (${percent(low)}–${percent(high)})`
  return `${percent(value)} %${range}`
}

/** Pass rates of the checks: kinds by systems, a table a language. */
export function checksText(rows: readonly CheckRow[]): string {
  const texts = [...new Set(rows.map(({ language }) => language))].map((language) => {
    const of = rows.filter((row) => row.language === language)
    const kinds = of[0]?.kinds.map(({ kind }) => kind) ?? []
    const lines = [
      ['', ...of.map(({ system }) => system)],
      ...kinds.map((kind, i) => [
        kind,
        ...of.map((row) => `${shareText(row.kinds[i]?.passed)} of ${told(row.kinds[i]?.counts)}`),
      ]),
      ['mean of kinds', ...of.map(({ passed }) => shareText(passed))],
      ['done, of all items', ...of.map(({ done }) => shareText(done))],
      ['refused', ...of.map(({ counts }) => String(counts.refused))],
      ['no picture', ...of.map(({ counts }) => String(counts.unmade))],
      ['not told', ...of.map(({ counts }) => String(counts.unknown + counts.unchecked))],
      ['pixels that stayed', ...of.map(({ preservation }) => shareText(preservation.kept))],
    ]
    return `Checks passed, ${languageWords[language]} (95 % interval)\n${columnsText(lines)}`
  })
  return texts.join('\n')
}

const told = (counts: CheckRow['counts'] | undefined): number =>
  counts === undefined ? 0 : counts.passed + counts.failed

const subsetWords = { full: 'all items', official: 'official intersection', common: 'items of all systems' }

/** SC, PQ and O of every judge, language and subset, then O by kind. */
export function scoresText(rows: readonly ScoreRow[]): string {
  const texts: string[] = []
  for (const group of grouped(rows, ({ judge, language, subset }) => `${judge} ${language} ${subset}`)) {
    const { judge, language, subset } = group[0]!
    const title = `Scores by ${judge}, ${languageWords[language]}, ${subsetWords[subset]} (95 % interval)`
    const lines = [
      ['', 'SC', 'PQ', 'O', 'n', 'coverage', 'refused'],
      ...group.map(({ system, overall, coverage }) => [
        system,
        estimateText(overall?.sc),
        estimateText(overall?.pq),
        estimateText(overall?.o),
        String(coverage.judged),
        `${Math.round(100 * coverage.share)} %`,
        String(refusals(coverage)),
      ]),
    ]
    const withheld = group.flatMap(({ system, withheld }) =>
      withheld === undefined
        ? []
        : [`  ${system}: no overall score, ${withheld} (--allow-missing gives one)\n`],
    )
    texts.push(`${title}\n${columnsText(lines)}${withheld.join('')}`)
    if (subset === 'full') texts.push(kindsText(group))
  }
  return texts.join('\n')
}

function kindsText(rows: readonly ScoreRow[]): string {
  const kinds = rows[0]?.kinds.map(({ kind }) => kind) ?? []
  const lines = [
    ['O by kind', ...rows.map(({ system }) => system)],
    ...kinds.map((kind, i) => [kind, ...rows.map((row) => estimateText(row.kinds[i]?.scores?.o))]),
  ]
  return columnsText(lines)
}

function grouped<T>(rows: readonly T[], keyOf: (row: T) => string): readonly (readonly T[])[] {
  const groups = new Map<string, T[]>()
  for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row])
  return [...groups.values()]
}

/** How many edits of each system came to what, and refusals by kind. */
export function editsText({ systems, edits }: BenchResults): string {
  const lines = [['', 'pictures', 'refused', 'failed', 'missing', 'refused as']]
  for (const { name } of systems) {
    const of = edits.filter(({ system }) => system === name)
    const count = (outcome: string): string => String(of.filter((edit) => edit.outcome === outcome).length)
    const kinds = new Map<string, number>()
    for (const edit of of)
      if (edit.outcome === 'refused') kinds.set(edit.kind, (kinds.get(edit.kind) ?? 0) + 1)
    const told = [...kinds].map(([kind, n]) => `${kind} ${n}`).join(', ')
    lines.push([name, count('picture'), count('refused'), count('failed'), count('missing'), told])
  }
  return columnsText(lines)
}

const shown = 10

/** Edits that were given up, with their reasons. */
export function failuresText({ edits }: BenchResults): string {
  const failed = edits.filter((edit) => edit.outcome === 'failed')
  if (failed.length === 0) return ''
  const lines = failed
    .slice(0, shown)
    .map((edit) => `  ${edit.system} ${edit.item}: ${'reason' in edit ? edit.reason : ''}\n`)
  const more = failed.length > shown ? `  and ${failed.length - shown} more; --json lists them all\n` : ''
  return `Failed; --retry-failed tries them again:\n${lines.join('')}${more}`
}
