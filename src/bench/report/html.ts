import { createHash } from 'node:crypto'
import { htmlText, reportStyles } from '../../dataset/index.ts'
import { styles } from './styles.ts'
import type { Cell, Table } from './table.ts'

export { htmlText as text } from '../../dataset/index.ts'

/** A complete page. It may show pictures beside it and run its own script, but nothing else, whatever the texts contain. */
export function page({ title, body, script }: { title: string; body: string; script?: string }): string {
  const allowed = [
    "default-src 'none'",
    "img-src 'self' file: data:",
    "style-src 'unsafe-inline'",
    ...(script === undefined ? [] : [`script-src 'sha256-${sha256(script)}'`]),
    "base-uri 'none'",
    "form-action 'none'",
  ]
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${allowed.join('; ')}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${htmlText(title)}</title>
<style>${reportStyles}${styles}</style>
</head>
<body>
${body}
${script === undefined ? '' : `<script>${script}</script>\n`}</body>
</html>
`
}

const sha256 = (words: string): string => createHash('sha256').update(words).digest('base64')

/** A table with its title as caption. */
export function htmlTable({ title, groups, columns, rows, notes }: Table): string {
  const over =
    groups === undefined
      ? ''
      : `<tr><td></td>${groups.map(({ label, span }) => `<th scope="colgroup" colspan="${span}">${htmlText(label)}</th>`).join('')}</tr>`
  const head = columns.map((column) => `<th scope="col">${htmlText(column)}</th>`).join('')
  const body = rows.map(
    ({ head: name, small, cells }) =>
      `<tr><th scope="row">${htmlText(name)}${small === undefined ? '' : `<small>${htmlText(small)}</small>`}</th>${cells.map(htmlCell).join('')}</tr>`,
  )
  const under = notes.map((note) => `<p class="note">${htmlText(note)}</p>`).join('\n')
  return `<div class="scroll" tabindex="0" role="region" aria-label="${htmlText(title)}"><table class="numbers"><caption>${htmlText(title)}</caption>
<thead>${over}<tr>${head}</tr></thead>
<tbody>${body.join('\n')}</tbody></table></div>
${under}`
}

function htmlCell({ text, small, mark }: Cell): string {
  const mild = mark === undefined ? '' : ` class="${mark}"`
  return `<td${mild}>${htmlText(text)}${small === undefined ? '' : `<small>${htmlText(small)}</small>`}</td>`
}

/** Small tables, two beside each other where there is room. */
export const sideBySide = (tables: readonly Table[]): string[] =>
  tables.length === 0
    ? []
    : [
        `<div class="pairs-of-tables">${tables.map((table) => `<div>${htmlTable(table)}</div>`).join('\n')}</div>`,
      ]

export const section = (title: string, parts: readonly string[]): string =>
  parts.length === 0 ? '' : `<section>\n<h2>${htmlText(title)}</h2>\n${parts.join('\n')}\n</section>`

export const details = (summary: string, content: string): string =>
  content === '' ? '' : `<details><summary>${htmlText(summary)}</summary>\n${content}\n</details>`
