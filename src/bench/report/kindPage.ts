import type { CheckReport } from '../checks/check.ts'
import type { BenchResults, Judgement } from '../results.ts'
import { itemName, type SuiteItem } from '../suite/suite.ts'
import { itemScore, type ShownEdit, type ShownItem, type ShownPair } from './edits.ts'
import { page, text } from './html.ts'
import { languageNames } from './scoreTables.ts'
import { script } from './script.ts'

/** A picture of the report: its path beside the page, and its size; undefined where it could not be read. */
export interface ShownPicture {
  readonly path: string
  readonly width: number
  readonly height: number
}

/** Where the pages look for pictures: by the edit's name in the file store, and by the source's path. */
export interface ShownPictures {
  edited(name: string): ShownPicture | undefined
  source(path: string): ShownPicture | undefined
}

/** The file of a kind's page. */
export function kindFile(kind: string): string {
  return `kind-${kind.replaceAll(/[^\w.-]/g, '-')}.html`
}

/** All items of a kind with source and every system side by side, worst first. */
export function kindPage(
  results: BenchResults,
  kind: string,
  kinds: readonly string[],
  items: readonly ShownItem[],
  pictures: ShownPictures,
): string {
  const ordered = items
    .map((shown, place) => ({ shown, place, score: itemScore(shown) }))
    .sort((a, b) => (a.score ?? Infinity) - (b.score ?? Infinity) || a.place - b.place)
  const links = kinds.map((each) =>
    each === kind ? `<b>${text(each)}</b>` : `<a href="${kindFile(each)}">${text(each)}</a>`,
  )
  return page({
    title: `${kind}: ${results.suite.title}`,
    script,
    body: `<header>
<h1>${text(kind)}</h1>
<p class="lead">${items.length} items of ${text(results.suite.title)}</p>
<nav aria-label="Kinds"><a href="index.html">All numbers</a><span class="more">${links.join('')}</span></nav>
</header>
<main>
${filters(results, items)}
<div id="items">
${ordered.map(({ shown, place }) => article(shown, place, pictures)).join('\n')}
</div>
</main>`,
  })
}

function filters(results: BenchResults, items: readonly ShownItem[]): string {
  const select = (name: string, label: string, options: readonly (readonly [string, string])[]): string =>
    `<label>${label}<select name="${name}">${options.map(([value, words]) => `<option value="${text(value)}">${text(words)}</option>`).join('')}</select></label>`
  const found = new Set(items.map(({ item }) => item.language))
  const isJudged = results.judgements.length > 0
  return `<form id="filters" hidden>
${select('order', 'Order', [
  ['worst', 'worst first'],
  ['best', 'best first'],
  ...(isJudged ? [['apart', 'judges apart first'] as const] : []),
  ['spread', 'systems apart first'],
  ['suite', 'as in the suite'],
])}
${select('system', 'by', [['-1', 'all systems'], ...results.systems.map(({ name }, i) => [String(i), name] as const)])}
${select('only', 'Show', [
  ['all', 'all'],
  ['refused', 'refused'],
  ['answered', 'not refused'],
  ...(isJudged ? [['apart', 'judges or checks disagree'] as const] : []),
  ['spread', 'systems differ by 3 or more'],
])}
${select('language', 'Language', [['', 'both'], ...(['en', 'cn'] as const).filter((each) => found.has(each)).map((each) => [each, languageNames[each]] as const)])}
<output id="count" aria-live="polite"></output>
</form>`
}

function article({ item, edits, pairs }: ShownItem, place: number, pictures: ShownPictures): string {
  const each = (value: (edit: ShownEdit) => string): string => edits.map(value).join(' ')
  return `<article class="item" id="${text(anchor(item))}" data-place="${place}" data-language="${item.language}" data-scores="${each(({ score }) => score?.toFixed(2) ?? '-')}" data-refused="${each(({ edit }) => (edit.outcome === 'refused' ? '1' : '0'))}" data-apart="${each(({ apart }) => apart.toFixed(2))}">
<h3 lang="${item.language === 'cn' ? 'zh' : 'en'}">${text(item.instruction)}</h3>
<p class="note"><code>${text(itemName(item))}</code>${item.turn === undefined ? '' : ` turn ${item.turn.number} of ${text(item.turn.session)}`}</p>
<div class="sides">
<figure>${image(pictures.source(item.picture), 'Source picture')}<figcaption><h4>source</h4></figcaption></figure>
${(item.more ?? []).map((path, i) => `<figure>${image(pictures.source(path), `Picture ${i + 2}`)}<figcaption><h4>picture ${i + 2}</h4></figcaption></figure>`).join('')}
${edits.map((edit) => side(edit, item, pictures)).join('\n')}
</div>
${pairTable(pairs)}</article>`
}

/** What each judge preferred of every two systems. */
function pairTable(pairs: readonly ShownPair[]): string {
  if (pairs.length === 0) return ''
  const words = (verdict: string | undefined): string =>
    verdict === undefined ? 'not readable' : verdict === 'order' ? 'depends on the order' : verdict
  const rows = pairs.map(
    ({ judge, repeat, systems, verdict, reasoning }) =>
      `<tr><th scope="row">${text(systems.join(' − '))}</th><td>${text(repeat === 0 ? judge : `${judge}, repeat ${repeat}`)}</td><td>${text(words(verdict))}</td><td class="words">${reasoning.map((each) => text(each)).join('<br>')}</td></tr>`,
  )
  return `<details><summary>In pairs</summary><div class="scroll"><table class="numbers"><thead><tr><th>systems</th><th>judge</th><th>preferred</th><th>reasoning</th></tr></thead><tbody>${rows.join('')}</tbody></table></div></details>
`
}

/** The place of an item on its page. */
function anchor(item: SuiteItem): string {
  return `${item.language}-${item.key}`
}

function image(picture: ShownPicture | undefined, alternative: string): string {
  if (picture === undefined) return `<div class="none">${text(alternative)}: the picture cannot be read</div>`
  const { path, width, height } = picture
  return `<a href="${path}"><img loading="lazy" decoding="async" src="${path}" width="${width}" height="${height}" alt="${text(alternative)}"></a>`
}

function side(
  { system, edit, judgements, report }: ShownEdit,
  item: SuiteItem,
  pictures: ShownPictures,
): string {
  const heading = `<h4>${text(system)}</h4>`
  if (edit.outcome === 'picture')
    return `<figure>${image(pictures.edited(edit.picture), `Edit by ${system}: ${item.instruction}`)}<figcaption>${heading}${startedFrom(edit.input, pictures)}${scores(judgements)}${checks(report)}${reasoning(judgements)}</figcaption></figure>`
  const said =
    edit.outcome === 'refused'
      ? `<b>refused: ${text(edit.kind)}</b>${text([edit.reason, edit.text].filter(Boolean).join(': '))}`
      : edit.outcome === 'failed'
        ? `<b>failed</b>${text(edit.reason)}`
        : '<b>no edit</b>'
  return `<figure><div class="none">${said}</div><figcaption>${heading}</figcaption></figure>`
}

/** A later turn may start from what the system made of the turn before. */
function startedFrom(input: string | undefined, pictures: ShownPictures): string {
  if (input === undefined) return ''
  const picture = pictures.edited(input)
  const words = 'its own turn before'
  return `<p>started from ${picture === undefined ? words : `<a href="${picture.path}">${words}</a>`}</p>`
}

function scores(judgements: readonly Judgement[]): string {
  const lines = judgements.map(({ judge, repeat, sc, pq, calls }) => {
    const who = repeat === 0 ? judge : `${judge}, repeat ${repeat}`
    const one = (value: number | undefined, call: Judgement['calls']['sc']): string =>
      value === undefined ? (call?.problem ?? 'not judged') : String(value)
    const overall = sc === undefined || pq === undefined ? '' : `<b>O ${Math.sqrt(sc * pq).toFixed(1)}</b> `
    return `<li>${overall}SC ${text(one(sc, calls.sc))}, PQ ${text(one(pq, calls.pq))} <small>${text(who)}</small></li>`
  })
  return lines.length === 0 ? '' : `<ul class="found">${lines.join('')}</ul>`
}

const verdicts = { pass: '✓ passed', fail: '✗ failed', unknown: '? unknown' } as const

function checks(report: CheckReport | undefined): string {
  if (report === undefined) return ''
  const lines = report.results.map(
    ({ check, verdict, seen }) =>
      `<li class="${verdict}"><b>${verdicts[verdict]}</b> ${text(check)}: ${text(seen)}</li>`,
  )
  return `<ul class="found">${lines.join('')}</ul><p class="kept">${text(keptText(report.preservation))}</p>`
}

function keptText({ sizeKept, shift, zoom, kept, psnr, ssim, deltaE }: CheckReport['preservation']): string {
  const moved = shift !== undefined && Math.hypot(...shift) > 0.5
  return [
    ...(kept === undefined ? [] : [`${(100 * kept).toFixed(1)} % of the rest kept`]),
    ...(ssim === undefined ? [] : [`SSIM ${ssim.toFixed(3)}`]),
    ...(psnr === undefined || !Number.isFinite(psnr) ? [] : [`${psnr.toFixed(1)} dB`]),
    ...(deltaE === undefined ? [] : [`ΔE ${deltaE.toFixed(1)}`]),
    ...(moved ? [`shifted by ${shift.map((each) => each.toFixed(1)).join(', ')} px`] : []),
    ...(zoom !== undefined && Math.abs(zoom - 1) > 0.005 ? [`zoom ${zoom.toFixed(3)}`] : []),
    ...(sizeKept ? [] : ['another size']),
  ].join(', ')
}

function reasoning(judgements: readonly Judgement[]): string {
  const parts = judgements.flatMap(({ judge, repeat, calls }) =>
    (['sc', 'pq'] as const).flatMap((type) => {
      const call = calls[type]
      if (call === undefined) return []
      const words = call.reasoning ?? call.raw.at(-1) ?? ''
      const list = call.scores === undefined ? (call.problem ?? '') : `[${call.scores.join(', ')}]`
      const head = `${judge}${repeat === 0 ? '' : `, repeat ${repeat}`}, ${type.toUpperCase()} ${list}`
      return [`<p><b>${text(head)}</b>\n${text(words)}</p>`]
    }),
  )
  return parts.length === 0 ? '' : `<details><summary>Reasoning</summary>${parts.join('')}</details>`
}
