import { kinds, taxonomy } from '../taxonomy.ts'
import type { Example } from './examples.ts'
import type { Funnel, FunnelStep, TimeRow } from './funnel.ts'
import { styles } from './styles.ts'

/** The report as one HTML page that needs no other file. */
export function reportPage(funnel: Funnel, examples: readonly Example[]): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text(funnel.name)}: dataset report</title>
<style>${styles}</style>
<body>
<header>
<h1>${text(funnel.name)}</h1>
<p class="lead">${count(funnel.total.kept)} triplets from ${count(funnel.sources.used)} sources</p>
</header>
<main>
${funnelSection(funnel)}
${kindsSection(funnel)}
${examplesSection(funnel, examples)}
${sourcesSection(funnel)}
${timesSection(funnel)}
${toolsSection(funnel)}
</main>
</body>
</html>
`
}

function funnelSection({ total, sources, splits }: Funnel): string {
  const steps: readonly (readonly [string, number])[] = [
    ['drafts planned', total.planned],
    ['drafts made', total.drafted],
    ['checks passed', total.passed],
    ['kept', total.kept],
  ]
  const widest = Math.max(1, total.planned)
  const bars = steps.map(
    ([name, value]) =>
      `<li><span class="bar" style="--share:${(value / widest).toFixed(4)}"></span><b>${count(value)}</b> ${name}</li>`,
  )
  const sides = Object.entries(splits)
    .filter(([, side]) => side.sources > 0)
    .map(
      ([name, side]) =>
        `<li><b>${count(side.triplets)}</b> ${name} <i>from ${count(side.sources)} sources</i></li>`,
    )
  const rest = [
    ...(total.open > 0 ? [`${count(total.open)} not done yet`] : []),
    ...(total.failed > 0 ? [`${count(total.failed)} failed`] : []),
  ]
  return `<section>
<h2>Funnel</h2>
<ul class="funnel">
<li><span class="bar source" style="--share:1"></span><b>${count(sources.files)}</b> files, <b>${count(sources.used)}</b> sources${sources.cutouts > 0 ? `, <b>${count(sources.cutouts)}</b> cut-outs` : ''}</li>
${bars.join('\n')}
</ul>
${rest.length > 0 ? `<p class="note">${rest.join(', ')}</p>` : ''}
<ul class="chips">${sides.join('')}</ul>
</section>`
}

function kindsSection({ kinds: byKind }: Funnel): string {
  const rows = kinds.flatMap((kind) => {
    const step = byKind[kind]
    if (step === undefined) return []
    const reasons = step.reasons
      .slice(0, 5)
      .map(({ reason, count: n }) => `<span class="tag">${text(reason)} <b>${count(n)}</b></span>`)
    return [
      `<tr><th scope="row">${kind}<small>${text(taxonomy[kind].meaning)}</small></th>${cells(step)}<td class="reasons">${reasons.join(' ')}</td></tr>`,
    ]
  })
  return `<section>
<h2>Kinds</h2>
<div class="scroll"><table>
<thead><tr><th>kind</th><th>kept</th><th>planned</th><th>drafts</th><th>passed</th><th>failed</th><th>why not</th></tr></thead>
<tbody>${rows.join('\n')}</tbody>
</table></div>
</section>`
}

const cells = ({ planned, drafted, passed, kept, failed }: FunnelStep): string =>
  `<td class="kept">${count(kept)}</td>${[planned, drafted, passed].map((value) => `<td>${count(value)}</td>`).join('')}<td>${failed > 0 ? count(failed) : ''}</td>`

function examplesSection({ kinds: byKind }: Funnel, examples: readonly Example[]): string {
  const parts = kinds.flatMap((kind) => {
    const own = examples.filter((example) => example.kind === kind)
    if (byKind[kind] === undefined || own.length === 0) return []
    const kept = own.filter(({ rejected }) => rejected === undefined)
    const refused = own.filter(({ rejected }) => rejected !== undefined)
    return [
      `<h3>${kind}</h3>`,
      `<div class="pairs">${kept.map(figure).join('\n')}</div>`,
      ...(refused.length > 0
        ? [
            `<details><summary>${refused.length} of those not kept</summary><div class="pairs">${refused.map(figure).join('\n')}</div></details>`,
          ]
        : []),
    ]
  })
  return `<section>\n<h2>Examples</h2>\n<p class="note">Source on the left, target on the right.</p>\n${parts.join('\n')}\n</section>`
}

function figure({ jpeg, recipe, key, instruction, rejected }: Example): string {
  const picture = `data:image/jpeg;base64,${Buffer.from(jpeg).toString('base64')}`
  const words = instruction
    ? `<p lang="en">${text(instruction.en)}</p><p lang="zh">${text(instruction.cn)}</p>`
    : `<p class="why">${text(rejected?.reason ?? '')}</p><p class="values">${text(rejected?.values ?? '')}</p>`
  const alternative = instruction ? instruction.en : `not kept: ${rejected?.reason ?? ''}`
  return `<figure><img loading="lazy" alt="${text(alternative)}" src="${picture}"><figcaption>${words}<small>${text(recipe)} <code>${key.slice(0, 8)}</code></small></figcaption></figure>`
}

function sourcesSection({ sources, licences }: Funnel): string {
  const reasons = sources.rejected.map(
    ({ reason, count: n }) => `<span class="tag">${text(reason)} <b>${count(n)}</b></span>`,
  )
  const rows = Object.entries(licences).map(
    ([licence, n]) => `<tr><th scope="row">${text(licence)}</th><td>${count(n)}</td></tr>`,
  )
  const details = sources.details.map((line) => `<li>${text(line)}</li>`)
  return `<section>
<h2>Sources</h2>
<div class="scroll"><table class="narrow"><thead><tr><th>licence</th><th>sources</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>
${reasons.length > 0 ? `<p>Not used: ${reasons.join(' ')}</p><details><summary>each file</summary><ul class="files">${details.join('')}</ul></details>` : ''}
</section>`
}

function timesSection({ times }: Funnel): string {
  const { making, checking, pipeline } = times.seconds
  const all = Math.max(1e-9, making + checking + pipeline)
  const share = (seconds: number): string => `${((100 * seconds) / all).toFixed(1)} %`
  return `<section>
<h2>Time</h2>
<p>Recipes with their tools <b>${share(making)}</b>, checks <b>${share(checking)}</b>, reading, writing and bookkeeping <b>${share(pipeline)}</b> of ${duration(all)}.</p>
<div class="columns">${timeTable('recipe', 'drafts', times.recipes)}${timeTable('tool', 'calls', times.tools)}</div>
</section>`
}

function timeTable(title: string, unit: string, rows: readonly TimeRow[]): string {
  if (rows.length === 0) return ''
  const body = rows.map(
    ({ name, units, seconds, each }) =>
      `<tr><th scope="row">${text(name)}</th><td>${count(units)}</td><td>${duration(seconds)}</td><td>${each < 0.1 ? `${(1000 * each).toFixed(0)} ms` : `${each.toFixed(2)} s`}</td></tr>`,
  )
  return `<div class="scroll"><table><thead><tr><th>${title}</th><th>${unit}</th><th>time</th><th>each</th></tr></thead><tbody>${body.join('')}</tbody></table></div>`
}

function toolsSection({ tools, captioner, seed, leftOut, failures }: Funnel): string {
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
<p>Instructions by ${text(captioner.name)} ${text(captioner.version)}, seed ${seed}.</p>
<div class="scroll"><table class="words"><thead><tr><th>job</th><th>tool</th><th>version</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>
${missing.length > 0 ? `<h3>Recipes left out</h3><ul>${missing.join('')}</ul>` : ''}
${failed.length > 0 ? `<h3>Failures</h3><ul>${failed.join('')}</ul>` : ''}
</section>`
}

const count = (value: number): string => value.toLocaleString('en')

function duration(seconds: number): string {
  if (seconds < 99.5) return `${seconds.toFixed(seconds < 9.95 ? 1 : 0)} s`
  return seconds < 5940 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`
}

const signs: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Words as HTML. */
export const text = (words: string): string => words.replaceAll(/[&<>"]/g, (sign) => signs[sign]!)
