import type { Json, Sql, Unit } from '../jobs/index.ts'
import { digestOf } from '../jobs/index.ts'
import { allJobs, type Job } from '../tools/index.ts'
import { annotationJobs } from './annotations/annotate.ts'
import { complete, type RunHooks, type StageHooks } from './complete.ts'
import { cutOutAll } from './cutoutStage.ts'
import { DonorRing } from './donors.ts'
import { DatasetError } from './error.ts'
import type { PairStage } from './pairs/stage.ts'
import type { Parts } from './parts.ts'
import { type Plan, writePlan } from './plan.ts'
import { SoleProcess } from './soleProcess.ts'
import { ingestAll } from './sourceStage.ts'
import { type Catalog, catalogSources, type SourceEntry, splits } from './sources/catalog.ts'
import { type Found, findFiles, type SourceRejection } from './sources/find.ts'
import type { Payloads, Stage } from './stages.ts'
import { renewCaptioners } from './tables/captioners.ts'
import { knownDrafts, wantDrafts, wantPairs } from './tables/draftTable.ts'
import { readFact, writeFact } from './tables/facts.ts'
import { rememberedHashes } from './tables/fileHashes.ts'
import { outsideSources, replaceCatalog } from './tables/sourceTable.ts'
import { annotationKey, DraftPlanner, jobsOf } from './units.ts'
import { serversOf } from './work.ts'
import type { Workspace } from './workspace.ts'

/**
 * Runs a dataset from its files to captioned and judged pairs: finds the files, has the workers bring them to working
 * size, annotate them, cut subjects out, draft, measure and caption. It adds units and waits; somebody has to
 * work on them ({@link startWorking}). Judges are asked by {@link judgePairs}. What is done stays done: running it again does what is missing.
 * @throws DatasetError `cancelled` when stopped, with everything so far kept; `workspace` while another process runs it
 */
export async function runDataset(workspace: Workspace, parts: Parts, hooks: RunHooks): Promise<Plan> {
  const coordinator = await SoleProcess.take(workspace.jobs, 'coordinator')
  const failed = Promise.race([hooks.failed, coordinator.lost])
  failed.catch(() => undefined)
  try {
    const plan = await nextPlan(workspace.jobs.sql)
    return await runStages(workspace, parts, { ...hooks, failed, plan })
  } finally {
    await coordinator.leave()
  }
}

async function runStages(workspace: Workspace, parts: Parts, hooks: StageHooks): Promise<Plan> {
  const { configuration, folder, jobs } = workspace
  const hashes = rememberedHashes(jobs.sql)
  const found = await findFiles(folder, configuration.sources, hashes)
  const stamps = await findFiles(folder, configuration.cutouts, hashes)
  const ingested = await ingestAll(workspace, parts, found, hooks)
  const elsewhere = await outsideSources(jobs.sql)
  const { sources, outside, rejections } = catalogSources(ingested.files, configuration, elsewhere)
  if (sources.length === 0) throw nothingLeft(found, [...ingested.rejections, ...rejections])
  await replaceCatalog(jobs.sql, { sources, cutouts: [], outside })
  await complete(jobs, 'annotations', annotationUnits(sources, parts), hooks)
  const cutouts = await cutOutAll(workspace, parts, { sources, stamps }, hooks)
  const catalog = { sources, cutouts: cutouts.entries }
  await replaceCatalog(jobs.sql, catalog)

  const planner = new DraftPlanner({ configuration, ...parts }, donorRings(catalog))
  const planned = new Map<string, number>()
  const kindsOf = new Map(parts.recipes.map(({ name, kind }) => [name, kind]))
  const plan = (): Plan => ({
    version: 2,
    name: configuration.name,
    seed: configuration.seed,
    planned: [...planned]
      .map(([recipe, drafts]) => ({ recipe, kind: kindsOf.get(recipe)!, drafts }))
      .sort((a, b) => (a.recipe < b.recipe ? -1 : 1)),
    leftOut: planner.leftOut,
    found: { files: found.files.length, others: found.others },
    rejections: [...found.rejections, ...ingested.rejections, ...rejections],
    cutoutRejections: cutouts.rejections,
    problems: [...ingested.problems, ...cutouts.problems],
    tools: toolsOf(parts),
  })
  await complete(jobs, 'drafts', draftUnits(workspace, parts, { planner, sources, planned }), hooks, {
    // The numbers stand before the first draft is made, so that others may look.
    onAdded: async () => {
      await wantPairs(jobs.sql)
      await writePlan(jobs.sql, plan())
    },
  })
  await wantPairs(jobs.sql)
  await renewCaptioners(
    jobs.sql,
    parts.pairStages.flatMap(({ editions = [] }) => editions),
  )
  for (const name of pairStageNames) {
    const doing = parts.pairStages.filter((stage) => stage.name === name)
    if (doing.length > 0) await complete(jobs, name, pairUnits(workspace, name, doing), hooks)
  }
  return plan()
}

/**
 * Has the workers ask the configured judges about all pairs that they have not judged. No part of {@link runDataset}: it
 * may cost money.
 * @throws DatasetError `cancelled` when stopped, with everything so far kept
 */
export async function judgePairs(workspace: Workspace, parts: Parts, hooks: RunHooks): Promise<void> {
  const coordinator = await SoleProcess.take(workspace.jobs, 'coordinator')
  const failed = Promise.race([hooks.failed, coordinator.lost])
  failed.catch(() => undefined)
  try {
    const plan = await nextPlan(workspace.jobs.sql)
    const name = 'judgements'
    const doing = parts.pairStages.filter((stage) => stage.name === name)
    if (doing.length > 0)
      await complete(workspace.jobs, name, pairUnits(workspace, name, doing), { ...hooks, failed, plan })
  } finally {
    await coordinator.leave()
  }
}

/** The number of a run's plan is greater than those before it. */
async function nextPlan(sql: Sql): Promise<number> {
  const number = ((await readFact<number>(sql, 'number of the plan')) ?? 0) + 1
  await writeFact(sql, 'number of the plan', number)
  return number
}

const pairStageNames = ['measures', 'captions'] as const satisfies readonly Stage[]

function annotationUnits(sources: readonly SourceEntry[], { tools }: Parts): Unit[] {
  const servers = serversOf(annotationJobs, tools)
  return sources.map((source) => {
    const payload: Payloads['annotations'] = { source: source.id }
    return {
      key: annotationKey(source, tools),
      queue: 'annotations',
      payload: payload as unknown as Json,
      tools: servers,
    }
  })
}

/** The donors of each split on rings. */
export function donorRings({ sources, cutouts }: Catalog): ConstructorParameters<typeof DraftPlanner>[1] {
  const rings = splits.map((split) => {
    const photos = sources.filter((entry) => entry.split === split && entry.type === 'photo')
    const own = cutouts.filter((entry) => entry.split === split)
    return [split, { cutouts: new DonorRing(own), photos: new DonorRing(photos) }] as const
  })
  return Object.fromEntries(rings) as ConstructorParameters<typeof DraftPlanner>[1]
}

/** Sources that are planned together: one look into the tables. */
const sourcesOfPage = 100

/**
 * Units of the drafts that are not there yet, one a source and recipe; the sources in their order.
 * @param planned is told how many drafts of each recipe are wanted
 */
export async function* draftUnits(
  { jobs }: Pick<Workspace, 'jobs'>,
  { recipes, tools }: Pick<Parts, 'recipes' | 'tools'>,
  {
    planner,
    sources,
    planned,
  }: {
    readonly planner: DraftPlanner
    readonly sources: readonly SourceEntry[]
    readonly planned: Map<string, number>
  },
): AsyncGenerator<Unit> {
  const servers = new Map(recipes.map((recipe) => [recipe.name, serversOf(jobsOf(recipe, tools), tools)]))
  for (let start = 0; start < sources.length; start += sourcesOfPage) {
    const page = sources.slice(start, start + sourcesOfPage).map((source) => ({
      id: source.id,
      plans: planner.plan(source),
    }))
    const keys = page.flatMap(({ plans }) => plans.flatMap((plan) => plan.keys))
    const known = await knownDrafts(jobs.sql, keys)
    await wantDrafts(
      jobs.sql,
      page.map(({ id }) => id),
      keys,
    )
    for (const { id, plans } of page)
      for (const { recipe, keys: own, cutouts, photos } of plans) {
        planned.set(recipe.name, (planned.get(recipe.name) ?? 0) + own.length)
        const drafts = own.map((key, variant) => [variant, key] as const).filter(([, key]) => !known.has(key))
        if (drafts.length === 0) continue
        const payload: Payloads['drafts'] = { source: id, recipe: recipe.name, drafts, cutouts, photos }
        yield {
          key: digestOf(['drafts', drafts.map(([, key]) => key)]),
          queue: 'drafts',
          payload: payload as unknown as Json,
          tools: servers.get(recipe.name) ?? [],
        }
      }
  }
}

/** Units of the pairs for which a stage has something to do. */
async function* pairUnits(
  { pairs }: Workspace,
  name: Stage,
  doing: readonly PairStage[],
): AsyncGenerator<Unit> {
  const servers = [...new Set(doing.flatMap(({ limits }) => Object.keys(limits)))].sort()
  for await (const dossier of pairs.dossiers()) {
    const keys = doing.map((stage) => stage.keyOf(dossier)).filter((key) => key !== undefined)
    if (keys.length === 0) continue
    const payload: Payloads['pairs'] = { pair: dossier.pair.id }
    yield {
      key: digestOf([name, dossier.pair.id, keys]),
      queue: name,
      payload: payload as unknown as Json,
      tools: servers,
    }
  }
}

function nothingLeft(found: Found, rejections: readonly SourceRejection[]): DatasetError {
  const counts = new Map<string, number>()
  for (const { reason } of [...found.rejections, ...rejections])
    counts.set(reason, (counts.get(reason) ?? 0) + 1)
  const told = [...counts].map(([reason, count]) => `${count} ${reason}`).join(', ')
  const files = found.files.length + found.rejections.length
  return new DatasetError(
    'source',
    files === 0
      ? `no pictures or videos in the places of the configuration (${found.others} other files); expected at least one`
      : `none of ${files} files can be used (${told}); 'pentimento dataset status' lists them`,
  )
}

/** Implementations and versions of all tools. */
function toolsOf({ tools }: Parts): Plan['tools'] {
  const there = [...allJobs].sort().filter((job: Job) => tools.has(job))
  return Object.fromEntries(
    there.map((job) => {
      const { implementation, version } = tools.get(job).facts
      return [job, { implementation, version }]
    }),
  )
}
