import { join } from 'node:path'
import type { FileStore } from '../../jobs/index.ts'
import { writeWhole } from '../atomic.ts'
import { mapOrdered } from '../reading/ordered.ts'
import { combined } from '../selection/judgements.ts'
import type { Picked } from '../selection/pick.ts'
import type { taxonomy } from '../taxonomy.ts'
import { examplePicture } from './examples.ts'
import { count, document, text } from './html.ts'

/** Pairs a page: pictures load as they come into view. */
const pageRows = 60

/** Pictures that are made at a time. */
const ahead = 4

/**
 * Writes pages of pairs, `<name>-1.html` and so on, with their pictures beside them. Memory holds one page.
 * @returns how many pairs they show
 */
export async function writePairPages(
  files: Pick<FileStore, 'get'>,
  folder: string,
  {
    name,
    title,
    pairs,
  }: {
    readonly name: string
    readonly title: string
    readonly pairs: AsyncIterable<Picked> | Iterable<Picked>
  },
): Promise<number> {
  let [page, shown] = [1, 0]
  let figures: string[] = []
  const write = async (isLast: boolean): Promise<void> => {
    const links = [
      '<a href="index.html">report</a>',
      ...(page > 1 ? [`<a href="${name}-${page - 1}.html">back</a>`] : []),
      ...(isLast ? [] : [`<a href="${name}-${page + 1}.html">next</a>`]),
    ]
    const nav = `<nav class="note">${links.join(' · ')}</nav>`
    const body = `<header><h1>${text(title)}</h1><p class="lead">page ${page}; source on the left, target on the right</p>${nav}</header>
<main><div class="pairs wide">${figures.join('\n')}</div>${nav}</main>`
    await writeWhole(join(folder, `${name}-${page}.html`), document(`${title} ${page}`, body), 'export')
  }
  for await (const figure of mapOrdered(pairs, ahead, (picked) => figureOf(files, folder, picked))) {
    if (figures.length === pageRows) {
      await write(false)
      page++
      figures = []
    }
    figures.push(figure)
    shown++
  }
  if (shown > 0) await write(true)
  return shown
}

async function figureOf(files: Pick<FileStore, 'get'>, folder: string, picked: Picked): Promise<string> {
  const { dossier, selected } = picked
  const { pair } = dossier
  const name = `pictures/${pair.kind}/${pair.id}.jpg`
  let picture: string
  try {
    await writeWhole(join(folder, name), await examplePicture(files, picked), 'export')
    picture = `<a href="${name}"><img loading="lazy" width="804" height="400" alt="source and target" src="${name}"></a>`
  } catch (error) {
    const { code } = error as { code?: unknown }
    if (code !== 'file-missing' && code !== 'file-damaged') throw error
    picture = `<p class="why">its pictures are lost: ${text((error as Error).message)}</p>`
  }
  const words =
    selected.state === 'kept'
      ? selected.captions
          .slice(0, 2)
          .map(
            ({ en, cn, edited }) =>
              `<p lang="en">${text(en)}${edited ? ' <small>(edited)</small>' : ''}</p><p lang="zh">${text(cn)}</p>`,
          )
          .join('')
      : `<p class="why">${text(selected.reason)}${selected.state === 'waiting' ? ' (waiting)' : ''}</p><p class="values">${text(valuesText(selected.values))}</p>${dossier.captions
          .filter(({ purpose, abstained }) => purpose === 'instruction' && abstained === undefined)
          .slice(0, 2)
          .map(
            ({ text: words, language }) => `<p lang="${language === 'cn' ? 'zh' : 'en'}">${text(words)}</p>`,
          )
          .join('')}`
  return `<figure id="${pair.id}">${picture}<figcaption>${words}${judged(picked)}${decided(picked)}<details><summary>measures</summary>${measured(picked)}</details><small>${text(pair.recipe?.name ?? pair.origin)} <code>${pair.id.slice(0, 12)}</code>${pair.parent === undefined ? '' : ` retouched from <a href="#${pair.parent}"><code>${pair.parent.slice(0, 12)}</code></a>`}</small></figcaption></figure>`
}

function measured({ dossier: { measures } }: Picked): string {
  const rows = measures.map(
    ({ check, values }) => `<tr><th scope="row">${text(check)}</th><td>${text(valuesText(values))}</td></tr>`,
  )
  return `<table class="words">${rows.join('')}</table>`
}

function judged({ dossier: { judgements } }: Picked): string {
  return judgements
    .map(({ judge, state, scores, reasons }) => {
      const own = Object.entries(scores)
      if (state !== 'scored' || own.length === 0) return `<p class="values">${text(judge.name)}: ${state}</p>`
      const mean = combined(
        own.map(([, score]) => score),
        'mean',
      )
      const lines = own.map(
        ([question, score]) => `<li>${text(question)} <b>${score}</b> ${text(reasons[question] ?? '')}</li>`,
      )
      return `<details><summary>${text(judge.name)} <b>${mean.toFixed(1)}</b></summary><ul>${lines.join('')}</ul></details>`
    })
    .join('')
}

function decided({ dossier: { decisions } }: Picked): string {
  return decisions
    .map(({ reviewer, verdict, reason, note }) => {
      const more = [reason, note].filter((each) => each !== undefined).join(', ')
      return `<p class="values">${text(reviewer)}: <b>${verdict}</b> ${text(more)}</p>`
    })
    .join('')
}

/** Values in a line. */
function valuesText(values: Readonly<Record<string, number | string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${typeof value === 'number' ? Number(value.toPrecision(3)) : value}`)
    .join(', ')
}

/** What a page of a kind is called. */
export const kindTitle = (kind: keyof typeof taxonomy, state: string, shown: number): string =>
  `${kind}: ${count(shown)} ${state}`
