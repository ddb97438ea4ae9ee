import type { TimeRow } from '../reading/view.ts'
import { type Kind, kinds, taxonomy } from '../taxonomy.ts'
import { type Funnel, type FunnelStep, type ModelRow, retention } from './funnel.ts'
import { count, document, duration, text } from './html.ts'
import type { Judging } from './judging.ts'

/** Pages of pairs that stand beside the report: how many pairs each kind shows. */
export type PairPages = ReadonlyMap<Kind, { readonly kept: number; readonly refused: number }>

/** The report's first page. */
export function reportPage(funnel: Funnel, pages: PairPages): string {
  const { overview, total } = funnel
  return document(
    `${overview.name}: dataset report`,
    `<header>
<h1>${text(overview.name)}</h1>
<p class="lead">${count(total.kept)} triplets from ${count(overview.sources)} sources</p>
</header>
<main>
${funnelSection(funnel)}
${kindsSection(funnel, pages)}
${sourcesSection(funnel)}
${modelsSection(funnel)}
${timesSection(funnel)}
${toolsSection(funnel)}
</main>`,
  )
}

const steps = ['planned', 'generated', 'measured', 'judged', 'reviewed', 'kept'] as const

const stepWords: { readonly [S in (typeof steps)[number]]: string } = {
  planned: 'drafts planned',
  generated: 'pairs generated',
  measured: 'within all measures, with words',
  judged: 'left by judges',
  reviewed: 'left by people',
  kept: 'kept: neither near-duplicates nor beyond the ratio',
}

function funnelSection({ total, overview: { files, sources, cutouts }, splits }: Funnel): string {
  const widest = Math.max(1, total.planned, total.generated)
  const bars = steps.map(
    (step) =>
      `<li><span class="bar" style="--share:${(total[step] / widest).toFixed(4)}"></span><b>${count(total[step])}</b> ${stepWords[step]}</li>`,
  )
  const sides = Object.entries(splits)
    .filter(([, side]) => side.sources > 0)
    .map(
      ([name, side]) =>
        `<li><b>${count(side.triplets)}</b> ${name} <i>from ${count(side.sources)} sources</i></li>`,
    )
  const ratio = retention(total)
  const rest = [
    ...(ratio === undefined ? [] : [`${ratio.toFixed(1)} : 1 generated to kept (the paper: 20 : 1)`]),
    `${count(total.scored)} scored by judges`,
    `${count(total.decided)} decided by people`,
    ...(total.waiting > 0 ? [`${count(total.waiting)} wait for what the selection requires`] : []),
    ...(total.open > 0 ? [`${count(total.open)} drafts not done yet`] : []),
    ...(total.failed > 0 ? [`${count(total.failed)} failed`] : []),
  ]
  return `<section>
<h2>Funnel</h2>
<ul class="funnel">
<li><span class="bar source" style="--share:1"></span><b>${count(files.found)}</b> files, <b>${count(sources)}</b> sources${cutouts > 0 ? `, <b>${count(cutouts)}</b> cut-outs` : ''}</li>
${bars.join('\n')}
</ul>
<p class="note">${rest.join(', ')}</p>
<ul class="chips">${sides.join('')}</ul>
</section>`
}

function kindsSection({ kinds: byKind }: Funnel, pages: PairPages): string {
  const rows = kinds.flatMap((kind) => {
    const step = byKind[kind]
    if (step === undefined) return []
    const reasons = step.reasons
      .slice(0, 6)
      .map(
        ({ stage, reason, count: n }) =>
          `<span class="tag" title="${stage}">${text(reason)} <b>${count(n)}</b></span>`,
      )
    const page = pages.get(kind)
    const links = [
      ...(page && page.kept > 0 ? [`<a href="${kind}-kept-1.html">${count(page.kept)} kept</a>`] : []),
      ...(page && page.refused > 0
        ? [`<a href="${kind}-refused-1.html">${count(page.refused)} not</a>`]
        : []),
    ]
    return [
      `<tr><th scope="row">${kind}<small>${text(taxonomy[kind].meaning)}</small></th>${cells(step)}<td>${links.join('<br>')}</td><td class="reasons">${reasons.join(' ')}</td></tr>`,
    ]
  })
  return `<section>
<h2>Kinds</h2>
<div class="scroll"><table>
<thead><tr><th>kind</th><th>kept</th><th>planned</th><th>generated</th><th>measured</th><th>judged</th><th>reviewed</th><th>ratio</th><th>failed</th><th>look</th><th>why not</th></tr></thead>
<tbody>${rows.join('\n')}</tbody>
</table></div>
</section>`
}

function cells(step: FunnelStep): string {
  const ratio = retention(step)
  const numbers = [step.planned, step.generated, step.measured, step.judged, step.reviewed]
  return `<td class="kept">${count(step.kept)}</td>${numbers.map((value) => `<td>${count(value)}</td>`).join('')}<td>${ratio === undefined ? '' : `${ratio.toFixed(1)}:1`}</td><td>${step.failed > 0 ? count(step.failed) : ''}</td>`
}

function sourcesSection({ overview }: Funnel): string {
  const { licences, rejected, details: files } = overview
  const reasons = Object.entries(rejected).map(
    ([reason, n]) => `<span class="tag">${text(reason)} <b>${count(n)}</b></span>`,
  )
  const rows = Object.entries(licences).map(
    ([licence, n]) => `<tr><th scope="row">${text(licence)}</th><td>${count(n)}</td></tr>`,
  )
  const details = files.map(({ detail }) => `<li>${text(detail)}</li>`)
  return `<section>
<h2>Sources</h2>
<div class="scroll"><table class="narrow"><thead><tr><th>licence</th><th>sources</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>
${reasons.length > 0 ? `<p>Not used: ${reasons.join(' ')}</p><details><summary>each file</summary><ul class="files">${details.join('')}</ul></details>` : ''}
</section>`
}

function timesSection({ overview: { times } }: Funnel): string {
  if (times.recipes.length === 0) return ''
  return `<section>
<h2>Time</h2>
<div class="columns">${timeTable('recipe', 'drafts', times.recipes)}${timeTable('tool', 'calls', times.tools)}</div>
</section>`
}

function modelsSection({ captioners, judges, judging, people }: Funnel): string {
  const row = ({
    name,
    version,
    model,
    pairs,
    calls,
    inputTokens,
    outputTokens,
    cost,
    seconds,
    refused,
    scores,
  }: ModelRow): string => {
    const told = Object.entries(scores ?? {}).map(([question, mean]) => `${question} ${mean.toFixed(1)}`)
    return `<tr><th scope="row">${text(name)}<small>${text([version, model].filter(Boolean).join(' '))}</small></th><td>${count(pairs)}</td><td>${count(calls)}</td><td>${count(inputTokens + outputTokens)}</td><td>${cost > 0 ? `${cost.toFixed(2)} USD` : ''}</td><td>${seconds > 0 ? duration(seconds) : ''}</td><td>${refused === undefined ? '' : count(refused)}</td><td class="reasons">${text(told.join(', '))}</td></tr>`
  }
  const rows = [...captioners, ...judges].map(row)
  return `<section>
<h2>Captions, judges, people</h2>
<div class="scroll"><table><thead><tr><th>model</th><th>pairs</th><th>calls</th><th>tokens</th><th>cost</th><th>time</th><th>no verdict</th><th>mean scores</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>
${people.decisions > 0 ? `<p>${count(people.decisions)} decisions by ${count(people.reviewers)} reviewers in ${duration(people.seconds)}.</p>` : ''}
${judgingTables(judging)}
</section>`
}

/** How far judges agree with each other and with people. */
function judgingTables({ agreement, calibration }: Judging): string {
  const agreements = agreement.map(
    ({ judges: [one, other], question, pairs, kappa, apart }) =>
      `<tr><th scope="row">${text(one)}, ${text(other)}</th><td>${text(question)}</td><td>${count(pairs)}</td><td>${kappa?.toFixed(2) ?? ''}</td><td>${apart.toFixed(1)}</td></tr>`,
  )
  const calibrations = calibration.map(
    ({ judge, question, accepted, rejected, best, ordered }) =>
      `<tr><th scope="row">${text(judge)}</th><td>${text(question)}</td><td>${ordered.toFixed(2)}</td><td>${best.least}</td><td>${count(best.accepted)} of ${count(accepted)}</td><td>${count(best.rejected)} of ${count(rejected)}</td></tr>`,
  )
  const table = (head: string, rows: readonly string[]): string =>
    rows.length === 0
      ? ''
      : `<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`
  return (
    table('<th>judges</th><th>question</th><th>pairs</th><th>κ</th><th>points apart</th>', agreements) +
    table(
      '<th>judge</th><th>question</th><th>in the order of people</th><th>best least score</th><th>keeps of the accepted</th><th>of the rejected</th>',
      calibrations,
    )
  )
}

function timeTable(title: string, unit: string, rows: readonly TimeRow[]): string {
  if (rows.length === 0) return ''
  const body = rows.map(({ name, units, seconds }) => {
    const each = seconds / Math.max(1, units)
    return `<tr><th scope="row">${text(name)}</th><td>${count(units)}</td><td>${duration(seconds)}</td><td>${each < 0.1 ? `${(1000 * each).toFixed(0)} ms` : `${each.toFixed(2)} s`}</td></tr>`
  })
  return `<div class="scroll"><table><thead><tr><th>${title}</th><th>${unit}</th><th>time</th><th>each</th></tr></thead><tbody>${body.join('')}</tbody></table></div>`
}

function toolsSection({ overview: { tools, seed, leftOut, failures }, unmeasured }: Funnel): string {
  const rows = Object.entries(tools).map(
    ([job, { implementation, version }]) =>
      `<tr><th scope="row">${text(job)}</th><td>${text(implementation)}</td><td>${text(version)}</td></tr>`,
  )
  const missing = leftOut.map(
    ({ recipe, missing: jobs }) => `<li>${text(recipe)}: no tool for ${text(jobs.join(', '))}</li>`,
  )
  const failed = failures.map(
    ({ name, reason, count: n }) => `<li>${text(name)} (${count(n)}): ${text(reason)}</li>`,
  )
  return `<section>
<h2>Tools</h2>
<p>Seed ${seed}.</p>
<div class="scroll"><table class="words"><thead><tr><th>job</th><th>tool</th><th>version</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>
${missing.length > 0 ? `<h3>Recipes left out</h3><ul>${missing.join('')}</ul>` : ''}
${unmeasured.length > 0 ? `<p class="note">Bounds that no pair was measured by: ${text(unmeasured.join(', '))}</p>` : ''}
${failed.length > 0 ? `<h3>Failures</h3><ul>${failed.join('')}</ul>` : ''}
</section>`
}
