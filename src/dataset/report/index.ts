import { join } from 'node:path'
import { writeWhole } from '../atomic.ts'
import { collect } from '../collect.ts'
import type { Workspace } from '../workspace.ts'
import { examplesOf } from './examples.ts'
import { type Funnel, funnelOf } from './funnel.ts'
import { reportPage } from './page.ts'

/** What a report was written to, and what it tells. */
export interface Report {
  readonly html: string
  readonly json: string
  readonly funnel: Funnel
}

/**
 * Writes what became of a dataset's files and drafts, as JSON and as an HTML page with example pictures that needs no
 * other file. It may be written while the dataset is still being made.
 */
export async function writeReport(
  workspace: Workspace,
  folder: string,
  { kept = 12, rejected = 6 }: { readonly kept?: number; readonly rejected?: number } = {},
): Promise<Report> {
  const collection = await collect(workspace)
  const funnel = funnelOf(collection)
  const examples = await examplesOf(workspace, collection, { kept, rejected })
  const [html, json] = [join(folder, 'index.html'), join(folder, 'report.json')]
  await writeWhole(json, `${JSON.stringify(funnel, null, 2)}\n`, 'export')
  await writeWhole(html, reportPage(funnel, examples), 'export')
  return { html, json, funnel }
}

export type { Funnel, FunnelStep, ReasonCount, TimeRow } from './funnel.ts'
