import { document, text } from '../report/html.ts'
import type { Funnel } from '../report/index.ts'
import { type PublicSet, publicSets } from './publicSets.ts'

/** The user's dataset among the public ones, by size. */
export interface Comparison {
  readonly own: PublicSet
  readonly sets: readonly PublicSet[]
}

/** Compares a dataset with the public ones (figure 2 of the paper). */
export function compareDatasets({ overview, total, kinds, judges }: Funnel, preferencePairs = 0): Comparison {
  const filled = Object.values(kinds).filter(({ kept }) => kept > 0).length
  const filters = [
    'measures',
    ...(total.scored > 0 ? ['multimodal models'] : []),
    ...(total.decided > 0 ? ['people'] : []),
  ]
  const own: PublicSet = {
    name: overview.name,
    year: new Date().getUTCFullYear(),
    size: total.kept,
    generated: total.generated,
    kinds: filled,
    languages: ['en', 'zh'],
    // Sources are given by the user; only styles may be generated.
    realImages: 'yes',
    filters: filters.join(', '),
    humanReview: total.decided === 0 ? 'none' : total.decided >= total.kept ? 'all' : 'part',
    scores: judges.length > 0 || total.generated > 0,
    ...(preferencePairs > 0 ? { preferencePairs } : {}),
    source: 'this workspace',
  }
  return { own, sets: [...publicSets, own].sort((a, b) => b.size - a.size || (a.name < b.name ? -1 : 1)) }
}

const unknown = '-'
const number = (value: number | undefined): string => value?.toLocaleString('en') ?? unknown
const yes = (value: boolean | undefined): string => (value === undefined ? unknown : value ? 'yes' : 'no')

const head = [
  'dataset',
  'year',
  'triplets',
  'generated : kept',
  'kinds',
  'languages',
  'real images',
  'filters',
  'human review',
  'scores a row',
  'preference pairs',
  'source',
] as const

function cells(set: PublicSet): readonly string[] {
  return [
    set.name,
    String(set.year),
    number(set.size),
    set.generated === undefined || set.size === 0 ? unknown : `${(set.generated / set.size).toFixed(1)} : 1`,
    number(set.kinds),
    set.languages?.join(', ') ?? unknown,
    set.realImages ?? unknown,
    set.filters ?? unknown,
    set.humanReview ?? unknown,
    yes(set.scores),
    number(set.preferencePairs),
    set.note === undefined ? set.source : `${set.source} (${set.note})`,
  ]
}

/** The comparison as a Markdown table. */
export function comparisonMarkdown({ sets, own }: Comparison): string {
  const row = (all: readonly string[]): string =>
    `| ${all.map((each) => each.replaceAll('|', '\\|')).join(' | ')} |`
  const rows = sets.map((set) => row(set === own ? cells(set).map((each) => `**${each}**`) : cells(set)))
  return `${[row(head), row(head.map(() => '---')), ...rows].join('\n')}\n\n'-': no source tells.\n`
}

/** The comparison as people read it in a terminal; sources are in the other forms. */
export function comparisonText({ sets, own }: Comparison): string {
  const rows = [head, ...sets.map(cells)].map((all) => all.slice(0, -1))
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)))
  const lines = rows.map((row, i) => {
    const mark = i > 0 && sets[i - 1] === own ? '* ' : '  '
    return `${mark}${row.map((cell, at) => cell.padEnd(widths[at]!)).join('  ')}`.trimEnd()
  })
  return `${lines.join('\n')}\n\n* this dataset; '-': no source tells; --format markdown, html or json gives the sources\n`
}

const [barHeight, labelWidth, chartWidth, numberWidth] = [26, 230, 560, 110] as const

/** Sizes as bars over a logarithmic axis, as SVG. */
export function sizeChart({ sets, own }: Comparison): string {
  const least = 10 ** Math.floor(Math.log10(Math.max(1, Math.min(...sets.map(({ size }) => size || 1)))))
  const most = 10 ** Math.ceil(Math.log10(Math.max(10, ...sets.map(({ size }) => size))))
  const decades = Math.max(1, Math.log10(most / least))
  const at = (size: number): number =>
    size <= least ? 2 : Math.max(2, (chartWidth * Math.log10(size / least)) / decades)
  const height = barHeight * sets.length
  const ticks = Array.from({ length: decades + 1 }, (_, i) => least * 10 ** i).map((value) => {
    const x = labelWidth + (chartWidth * Math.log10(value / least)) / decades
    return `<line class="tick" x1="${x}" x2="${x}" y1="0" y2="${height}"/><text class="axis" x="${x}" y="${height + 16}">${short(value)}</text>`
  })
  const bars = sets.map((set, i) => {
    const y = i * barHeight
    return `<text class="name" x="${labelWidth - 8}" y="${y + 17}">${text(set.name)}</text><rect class="${set === own ? 'own' : 'other'}" x="${labelWidth}" y="${y + 4}" width="${at(set.size).toFixed(1)}" height="${barHeight - 8}" rx="2"><title>${text(set.name)}: ${number(set.size)}</title></rect><text class="size" x="${(labelWidth + at(set.size) + 6).toFixed(1)}" y="${y + 17}">${number(set.size)}</text>`
  })
  return `<svg viewBox="0 0 ${labelWidth + chartWidth + numberWidth} ${height + 24}" role="img" aria-label="triplets by dataset, logarithmic">${ticks.join('')}${bars.join('')}</svg>`
}

function short(value: number): string {
  if (value >= 1e6) return `${value / 1e6} M`
  return value >= 1e3 ? `${value / 1e3} K` : String(value)
}

/** The comparison as a page that needs no other file. */
export function comparisonPage(comparison: Comparison): string {
  const { own, sets } = comparison
  const rows = sets.map((set) => {
    const [name = '', ...rest] = cells(set)
    return `<tr${set === own ? ' class="kept"' : ''}><th scope="row">${text(name)}</th>${rest.map((each) => `<td>${text(each)}</td>`).join('')}</tr>`
  })
  const style = `<style>svg{width:100%;height:auto}svg text{font-size:12px;fill:var(--ink)}.name{text-anchor:end}.axis{text-anchor:middle;fill:var(--soft)!important}.tick{stroke:var(--line)}.other{fill:var(--blue);opacity:.7}.own{fill:var(--mark)}.sets td,.sets th{text-align:left;white-space:normal;min-width:5rem}</style>`
  return document(
    `${own.name} beside public editing datasets`,
    `${style}<header><h1>${text(own.name)} beside public editing datasets</h1><p class="lead">Triplets, after figure 2 of the paper; the axis is logarithmic.</p></header>
<main><section>${sizeChart(comparison)}</section>
<section><div class="scroll"><table class="sets"><thead><tr>${head.map((each) => `<th>${each}</th>`).join('')}</tr></thead><tbody>${rows.join('\n')}</tbody></table></div><p class="note">'-': no source tells.</p></section></main>`,
  )
}

export type { PublicSet } from './publicSets.ts'
export { publicSets } from './publicSets.ts'
