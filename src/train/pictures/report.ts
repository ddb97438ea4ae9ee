import type { StepMetrics } from '../loop.ts'

/** What the report of a run shows. */
export interface TrainingReport {
  readonly title: string
  /** Names and values of the options. */
  readonly settings: readonly (readonly [string, string])[]
  readonly metrics: readonly StepMetrics[]
  readonly samples: readonly ReportSample[]
  /** Why the run stopped, where it did before its end. */
  readonly stopped?: string | undefined
}

/** A grid of sample edits. */
export interface ReportSample {
  readonly step: number
  /** An address that needs no other file: `data:image/png;base64,…`. */
  readonly image: string
}

/** A page that needs no other file: the loss curve, the settings, the sample edits, newest first. */
export function reportHtml({ title, settings, metrics, samples, stopped }: TrainingReport): string {
  const last = metrics.at(-1)
  const facts = last
    ? `<p>Step ${last.step} of ${last.steps}, mean loss ${last.smoothedLoss.toPrecision(4)}, ${last.samplesPerSecond.toPrecision(3)} triplets a second.</p>`
    : '<p>No step was taken yet.</p>'
  const rows = settings
    .map(([name, value]) => `<tr><th>${escaped(name)}</th><td>${escaped(value)}</td></tr>`)
    .join('\n')
  const grids = [...samples]
    .sort((a, b) => b.step - a.step)
    .map(({ step, image }) => `<h3>Step ${step}</h3>\n<img alt="edits at step ${step}" src="${image}">`)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222; background: #fff; }
svg { width: 100%; height: auto; }
img { max-width: 100%; }
th { text-align: left; font-weight: normal; color: #555; padding-right: 2rem; vertical-align: top; }
.stopped { background: #fde8e8; padding: 0.5rem 1rem; }
</style>
</head>
<body>
<h1>${escaped(title)}</h1>
${stopped === undefined ? '' : `<p class="stopped">${escaped(stopped)}</p>\n`}${facts}
<h2>Loss</h2>
${lossCurve(metrics)}
<h2>Edits</h2>
${grids.length > 0 ? `<p>From left to right: source, edit, target.</p>\n${grids.join('\n')}` : '<p>No samples were made.</p>'}
<h2>Settings</h2>
<table>
${rows}
</table>
</body>
</html>
`
}

const box = { width: 900, height: 300, left: 60, bottom: 30, top: 10 } as const
/** More points than this are thinned out: a curve has no more pixels. */
const mostPoints = 900

/** The loss of each step as dots, its running mean as a line, that of held-out triplets as large dots; logarithmic. */
function lossCurve(metrics: readonly StepMetrics[]): string {
  const seen = metrics.filter(({ loss }) => loss > 0 && Number.isFinite(loss))
  if (seen.length === 0) return '<p>Nothing to draw yet.</p>'
  const stride = Math.ceil(seen.length / mostPoints)
  const points = seen.filter((_, i) => i % stride === 0 || i === seen.length - 1)
  const heldOut = seen.flatMap(({ step, heldOutLoss = 0 }) =>
    heldOutLoss > 0 ? [{ step, heldOutLoss }] : [],
  )
  const values = points.flatMap(({ loss, smoothedLoss }) => [loss, smoothedLoss])
  const logs = [...values, ...heldOut.map(({ heldOutLoss }) => heldOutLoss)].map(Math.log10)
  const [low, high] = [Math.min(...logs), Math.max(...logs)]
  const lastStep = points.at(-1)!.step
  const x = (step: number) =>
    box.left +
    ((box.width - box.left - 10) * (step - points[0]!.step)) / Math.max(1, lastStep - points[0]!.step)
  const y = (loss: number) => {
    const share = high > low ? (Math.log10(loss) - low) / (high - low) : 0.5
    return box.height - box.bottom - share * (box.height - box.bottom - box.top)
  }
  const at = (step: number, loss: number) => `${x(step).toFixed(1)},${y(loss).toFixed(1)}`
  const dots = points.map(({ step, loss }) => {
    const [cx, cy] = at(step, loss).split(',')
    return `<circle cx="${cx}" cy="${cy}" r="1.5" fill="#9bb8d8"/>`
  })
  const evaluated = heldOut.map(({ step, heldOutLoss }) => {
    const [cx, cy] = at(step, heldOutLoss).split(',')
    return `<circle cx="${cx}" cy="${cy}" r="4" fill="#c8641e"><title>held out, step ${step}: ${heldOutLoss.toPrecision(4)}</title></circle>`
  })
  const line = points.map(({ step, smoothedLoss }) => at(step, smoothedLoss)).join(' ')
  const marks = [low, (low + high) / 2, high].map((log) => {
    const value = 10 ** log
    return `<text x="${box.left - 8}" y="${(y(value) + 4).toFixed(1)}" text-anchor="end">${value.toPrecision(3)}</text>`
  })
  return `<svg viewBox="0 0 ${box.width} ${box.height}" font-size="12" fill="#555" role="img" aria-label="loss by step">
<rect x="${box.left}" y="${box.top}" width="${box.width - box.left - 10}" height="${box.height - box.bottom - box.top}" fill="none" stroke="#ddd"/>
${dots.join('')}
<polyline points="${line}" fill="none" stroke="#1f5fa8" stroke-width="2"/>
${evaluated.join('')}
${marks.join('')}
<text x="${box.left}" y="${box.height - 8}">step ${points[0]!.step}</text>
<text x="${box.width - 10}" y="${box.height - 8}" text-anchor="end">step ${lastStep}</text>
</svg>`
}

function escaped(text: string): string {
  const signs: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
  return text.replaceAll(/[&<>"]/g, (sign) => signs[sign]!)
}
