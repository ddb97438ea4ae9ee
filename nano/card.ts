/*
 * Writes sizes and figures into models/nano/README.md, from the weights beside it and from perf/results/nano.json:
 *
 *   npm run perf -- nano --save && npx tsx --conditions=source nano/card.ts
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { embeddedModel, inspectWeights } from 'pentimento/edit'
import { writeFileWhole } from 'pentimento/files'

const results = fileURLToPath(new URL('../perf/results/nano.json', import.meta.url))
const card = join(embeddedModel(), 'README.md')

interface Results {
  readonly date: string
  readonly machine: { readonly cpu: string; readonly threads: number }
  readonly figures: Readonly<Record<string, number | string>>
}

async function sizes(): Promise<string> {
  const { parts } = await inspectWeights(embeddedModel())
  const rows = parts.map(
    ({ kind, parameters, bytes }) =>
      `| ${kind} | ${(parameters / 1e6).toFixed(1)} million | ${(bytes / 1e6).toFixed(1)} MB |`,
  )
  return ['| part | parameters | size |', '|---|---|---|', ...rows].join('\n')
}

function table({ date, machine, figures }: Results): string {
  const number = (name: string) => Number(figures[name])
  const percent = (name: string) => (figures[name] === undefined ? '' : `${Math.round(100 * number(name))} %`)
  const decibels = (name: string) => (figures[name] === undefined ? '' : number(name).toFixed(1))
  const kinds = Object.keys(figures).flatMap((name) => /^small\.([^./]+)\.count$/.exec(name)?.[1] ?? [])
  const rows = kinds.map((kind) => {
    const small = ['floor', 'psnr', 'ceiling'].map((name) => decibels(`small.${kind}.${name}`))
    const shares = ['share', 'shareEn', 'shareCn'].map((name) => percent(`small.${kind}.${name}`))
    const [name, count] = [kind === 'all' ? 'all' : `\`${kind}\``, figures[`small.${kind}.count`]]
    return `| ${[name, count, ...small, ...shares, percent(`large.${kind}.share`)].join(' | ')} |`
  })
  const alone = ['en', 'cn'].map((language) => decibels(`nothing.${language}.large`))
  return `| kind | edits | source, dB | nano, dB | ideal, dB | share | English | Chinese | share at full size |
|---|---|---|---|---|---|---|---|---|
${rows.join('\n')}

With an instruction to change nothing, the result is at ${alone[0]} dB (English) and ${alone[1]} dB (Chinese) from the photo; 60 means identical. An edit of a 1,024-pixel photograph takes ${figures.secondsPerEdit} s on ${machine.threads} cores of an ${machine.cpu} (${date}).`
}

/** The text with what stands between two marks replaced. */
function filled(text: string, name: string, content: string): string {
  const [start, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`]
  const [from, to] = [text.indexOf(start), text.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`${card}: expected the marks ${start} and ${end}`)
  return `${text.slice(0, from + start.length)}\n${content}\n${text.slice(to)}`
}

const figures = table(JSON.parse(readFileSync(results, 'utf8')) as Results)
const text = readFileSync(card, 'utf8')
await writeFileWhole(card, filled(filled(text, 'sizes', await sizes()), 'figures', figures))
console.log(card)
