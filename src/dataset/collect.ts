import type { Caption, Dossier } from './pairs/pair.ts'
import { readPlan } from './plan.ts'
import { type DatasetView, type DraftCounts, type Origin, type Overview, originOf } from './reading/view.ts'
import type { Outcome, TripletRecord } from './record.ts'
import type { Catalog } from './sources/catalog.ts'
import { outputAs } from './work.ts'
import type { Workspace } from './workspace.ts'

/**
 * Opens what a workspace holds, as the last run planned it. It may still be made.
 * @throws DatasetError `workspace` where nothing was run
 */
export async function openView(workspace: Workspace): Promise<DatasetView> {
  const plan = await readPlan(workspace.folder)
  const catalog = JSON.parse(new TextDecoder().decode(await workspace.files.get(plan.catalog))) as Catalog
  const units = new Map(plan.units.map((unit) => [unit.key, unit]))
  const sources = new Map(catalog.sources.map((source) => [source.id, source]))
  const cutouts = new Map(catalog.cutouts.map((cutout) => [cutout.id, cutout]))

  async function* dossiers({ kinds }: Parameters<DatasetView['dossiers']>[0] = {}): AsyncGenerator<Dossier> {
    for await (const { key, state, output } of workspace.jobs.rows('triplets')) {
      const unit = units.get(key)
      if (unit === undefined || state !== 'done' || !(kinds?.includes(unit.kind) ?? true)) continue
      const outcome = outputAs<Outcome>(output)
      if (outcome.state !== 'kept') continue
      const record = JSON.parse(
        new TextDecoder().decode(await workspace.files.get(outcome.record)),
      ) as TripletRecord
      yield dossierOf(record, outcome.signature, sources.get(record.source)!.split)
    }
  }

  return {
    dossiers,
    async get(id) {
      for await (const dossier of dossiers()) if (dossier.pair.id === id) return dossier
      return undefined
    },
    origins: (ids) => {
      const found = new Map<string, Origin>()
      for (const id of ids) {
        const [source, cutout] = [sources.get(id), cutouts.get(id)]
        if (source) found.set(id, originOf(source))
        else if (cutout) found.set(id, { id, name: cutout.origin, licence: cutout.licence })
      }
      return Promise.resolve(found)
    },
    async overview(): Promise<Overview> {
      const drafts = new Map<string, DraftCounts>()
      const times = new Map<string, { units: number; seconds: number }>()
      const tools = new Map<string, { units: number; seconds: number }>()
      const failures = new Map<string, number>()
      const bump = (recipe: string, change: (counts: DraftCounts) => DraftCounts): void =>
        void drafts.set(recipe, change(drafts.get(recipe)!))
      for (const { recipe, kind } of units.values()) {
        if (!drafts.has(recipe))
          drafts.set(recipe, { recipe, kind, planned: 0, drafted: 0, failed: 0, open: 0, refused: {} })
        bump(recipe, (counts) => ({ ...counts, planned: counts.planned + 1, open: counts.open + 1 }))
      }
      for await (const { key, state, output, reason = '' } of workspace.jobs.rows('triplets')) {
        const unit = units.get(key)
        if (unit === undefined || state === 'waiting' || state === 'active') continue
        bump(unit.recipe, (counts) => ({ ...counts, open: counts.open - 1 }))
        if (state !== 'done') {
          bump(unit.recipe, (counts) => ({ ...counts, failed: counts.failed + 1 }))
          const name = JSON.stringify([unit.recipe, state === 'cancelled' ? 'cancelled' : reason])
          failures.set(name, (failures.get(name) ?? 0) + 1)
          continue
        }
        const outcome = outputAs<Outcome>(output)
        add(times, unit.recipe, 1, outcome.times.total)
        for (const [job, { calls, seconds }] of Object.entries(outcome.times.tools))
          add(tools, job, calls, seconds)
        if (outcome.state === 'kept')
          bump(unit.recipe, (counts) => ({ ...counts, drafted: counts.drafted + 1 }))
        else
          bump(unit.recipe, (counts) => ({
            ...counts,
            refused: { ...counts.refused, [outcome.reason]: (counts.refused[outcome.reason] ?? 0) + 1 },
          }))
      }
      return {
        name: plan.name,
        seed: plan.seed,
        files: { found: plan.found.files + plan.rejections.length, others: plan.found.others },
        sources: sources.size,
        videos: catalog.sources.filter(({ type }) => type === 'video').length,
        cutouts: cutouts.size,
        splits: counted(catalog.sources.map(({ split }) => split)),
        licences: counted(catalog.sources.map(({ licence }) => licence)),
        rejected: counted(plan.rejections.map(({ reason }) => reason)),
        details: plan.rejections.map(({ name, detail }) => ({ name, detail })),
        drafts: [...drafts.values()].sort((a, b) => (a.recipe < b.recipe ? -1 : 1)),
        times: { recipes: rowsOf(times), tools: rowsOf(tools) },
        tools: plan.tools,
        captioner: plan.captioner,
        leftOut: plan.leftOut,
        failures: [
          ...[...failures].map(([row, count]) => {
            const [name, reason] = JSON.parse(row) as [string, string]
            return { name, reason, count }
          }),
          ...plan.problems.map(({ name, reason }) => ({ name, reason, count: 1 })),
        ],
      }
    },
  }
}

function dossierOf(
  { key, recipe, kind, facts, ...record }: TripletRecord,
  signature: Dossier['pair']['signature'],
  split: Dossier['pair']['split'],
): Dossier {
  const { source, donors, width, height, pictures, parameters, tools } = record
  const captions = record.instructions.flatMap(({ en, cn }, wording) =>
    Object.entries({ en, cn }).map(
      ([language, text]): Caption => ({
        id: `${key}/${wording}/${language}`,
        captioner: record.captioner,
        purpose: 'instruction',
        round: 0,
        wording,
        language: language as 'en' | 'cn',
        text,
        agreement: 1,
      }),
    ),
  )
  return {
    pair: {
      id: key,
      kind,
      source,
      split,
      origin: 'recipe',
      recipe,
      donors,
      width,
      height,
      pictures,
      facts,
      parameters,
      tools,
      signature,
    },
    measures: Object.entries(record.checks).map(([check, values]) => ({ check, version: 1, values })),
    captions,
    judgements: [],
    decisions: [],
  }
}

type Sums = Map<string, { units: number; seconds: number }>

function add(to: Sums, name: string, units: number, seconds: number): void {
  const known = to.get(name) ?? { units: 0, seconds: 0 }
  to.set(name, { units: known.units + units, seconds: known.seconds + seconds })
}

const rowsOf = (sums: Sums) =>
  [...sums].map(([name, row]) => ({ name, ...row })).sort((a, b) => b.seconds - a.seconds)

function counted(words: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>()
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  return Object.fromEntries([...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)))
}
