import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writeWhole } from '../atomic.ts'
import { openView } from '../reading/openView.ts'
import { type SelectionChoice, selectionOf } from '../selection/choice.ts'
import { type Picked, pickAll } from '../selection/pick.ts'
import { type Kind, kinds } from '../taxonomy.ts'
import type { Workspace } from '../workspace.ts'
import { ExampleCollector } from './examples.ts'
import { type Funnel, funnelOf } from './funnel.ts'
import { kindTitle, writePairPages } from './kindPages.ts'
import { type PairPages, reportPage } from './page.ts'

/** The files and the content of a written report. */
export interface Report {
  readonly html: string
  readonly json: string
  readonly funnel: Funnel
}

/** Options of a report. */
export interface ReportOptions {
  /** On top of the configuration's selection. */
  readonly selection?: SelectionChoice | undefined
  /** How many pairs a kind are shown that were kept, and that were not; `all`: every pair. */
  readonly kept?: number
  readonly refused?: number
  readonly all?: boolean | undefined
}

/** Counts the outcomes of a dataset's files, drafts and pairs, under its selection or another one. */
export async function readFunnel(workspace: Workspace, choice: SelectionChoice = {}): Promise<Funnel> {
  const view = await openView(workspace)
  const selection = selectionOf(workspace.configuration.selection, choice)
  return (await funnelOf(view, selection)).funnel
}

/**
 * Writes a report on the outcomes of a dataset's files, drafts and pairs: `report.json`, `index.html`, and pages of
 * pairs by kind with pictures beside them. It may be written while the dataset is still being made.
 */
export async function writeReport(
  workspace: Workspace,
  folder: string,
  { selection: choice = {}, kept = 48, refused = 48, all = false }: ReportOptions = {},
): Promise<Report> {
  const view = await openView(workspace)
  const selection = selectionOf(workspace.configuration.selection, choice)
  const { funnel, verdicts } = await funnelOf(view, selection)
  const collector = new ExampleCollector(all ? { kept: 0, refused: 0 } : { kept, refused })
  for (const kind of kinds) {
    const { generated = 0, kept: total = 0 } = funnel.kinds[kind] ?? {}
    const ofKind = { dossiers: () => view.dossiers({ kinds: [kind] }) }
    if (collector.hasEnough(kind, { kept: total, refused: generated - total })) continue
    for await (const picked of pickAll(ofKind, selection, verdicts)) {
      collector.add(picked)
      if (collector.hasEnough(kind, { kept: total, refused: generated - total })) break
    }
  }
  const { examples } = collector
  // An earlier report may have had more pages.
  await rm(join(folder, 'pictures'), { recursive: true, force: true })

  async function* everyPair(kind: Kind, state: 'kept' | 'refused'): AsyncGenerator<Picked> {
    const ofKind = { dossiers: () => view.dossiers({ kinds: [kind] }) }
    for await (const picked of pickAll(ofKind, selection, verdicts))
      if ((picked.selected.state === 'kept') === (state === 'kept')) yield picked
  }
  const pages = new Map<Kind, { kept: number; refused: number }>()
  for (const kind of kinds) {
    if (funnel.kinds[kind] === undefined) continue
    const write = (state: 'kept' | 'refused', word: string, total: number): Promise<number> =>
      writePairPages(workspace.files, folder, {
        name: `${kind}-${state}`,
        title: kindTitle(kind, word, total),
        pairs: all ? everyPair(kind, state) : examples.get(kind)![state],
      })
    const { generated, kept: total } = funnel.kinds[kind]
    pages.set(kind, {
      kept: await write('kept', 'kept', total),
      refused: await write('refused', 'not kept', generated - total),
    })
  }
  const [html, json] = [join(folder, 'index.html'), join(folder, 'report.json')]
  await writeWhole(json, `${JSON.stringify(funnel, null, 2)}\n`, 'export')
  await writeWhole(html, reportPage(funnel, pages satisfies PairPages), 'export')
  return { html, json, funnel }
}

export type { Funnel, FunnelStep, ModelRow, ReasonCount } from './funnel.ts'
export { retention } from './funnel.ts'
