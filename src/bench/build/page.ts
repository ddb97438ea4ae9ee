import type { Decision, DecisionLog } from './decisions.ts'
import { thumbnail } from './examine.ts'
import { waitsFor } from './propose.ts'

const text = (value: string): string =>
  value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

const style = `
:root { color-scheme: light dark; --line: #8884; --wait: #c60; }
body { font: 15px/1.45 system-ui, sans-serif; margin: 0 auto; max-width: 70rem; padding: 1rem; }
section { border-top: 1px solid var(--line); padding: .75rem 0; }
h2 { font-size: 1rem; margin: 0 0 .5rem; overflow-wrap: anywhere; }
ul { list-style: none; margin: 0; padding: 0; display: grid; gap: .5rem; }
li { display: flex; gap: .75rem; align-items: flex-start; flex-wrap: wrap; }
li > div { flex: 1 1 16rem; min-width: 0; overflow-wrap: anywhere; }
img { max-width: 10rem; max-height: 8rem; border-radius: 4px; }
img.whole { max-width: 100%; max-height: 20rem; display: block; margin-bottom: .5rem; }
code { opacity: .7; }
.waits { color: var(--wait); font-weight: 600; }
.quiet { opacity: .7; }
del { opacity: .6; }
`

/** The decisions as a page beside the crops, picture by picture; those that wait come first. It is private. */
export function reviewPage(log: DecisionLog): string {
  const rows = log.rows().filter(({ type }) => type !== 'examined')
  const pictures = [...new Set(rows.map(({ picture }) => picture))]
  const waiting = (picture: string): boolean =>
    rows.some((row) => row.picture === picture && waitsFor(log, row))
  const ordered = [...pictures.filter(waiting), ...pictures.filter((picture) => !waiting(picture))]
  const count = rows.filter((row) => waitsFor(log, row)).length
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Decisions of a build</title>
<style>${style}</style>
<h1>Decisions</h1>
<p>${rows.length} decisions on ${pictures.length} pictures; <span class="waits">${count} wait</span>. Fill in <code>decision</code> (accept, change, reject) and <code>value</code> in decisions.csv and give it by <code>--review</code>. This page shows private pictures: keep it to yourself.</p>
${ordered
  .map((picture) =>
    section(
      log,
      picture,
      rows.filter((row) => row.picture === picture),
    ),
  )
  .join('\n')}
</html>
`
}

function section(log: DecisionLog, picture: string, rows: readonly Decision[]): string {
  const file = rows.find((row) => row.private?.file !== undefined)?.private?.file ?? picture
  return `<section><h2>${text(file)}</h2><img class="whole" src="${thumbnail(picture)}" alt="" loading="lazy"><ul>${rows.map((row) => item(row, waitsFor(log, row))).join('')}</ul></section>`
}

function item(row: Decision, waits: boolean): string {
  const { crop, text: read, instruction } = row.private ?? {}
  const held = row.status === 'changed' ? (row.value ?? row.proposal) : row.proposal
  const old = instruction !== undefined && instruction !== held ? `<del>${text(instruction)}</del> ` : ''
  return `<li>${crop === undefined ? '' : `<img src="${text(crop)}" alt="" loading="lazy">`}<div>
<b>${text(row.what ?? row.type)}</b> ${old}${text(held)}${row.status === 'proposed' ? '' : ` <i>${row.status}</i>`}${waits ? ' <span class="waits">waits</span>' : ''}
<div class="quiet">${text(row.reason)}${read === undefined ? '' : `: “${text(read)}”`} <code>${row.id}</code></div></div></li>`
}
