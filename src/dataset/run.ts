import type { Json, Sql, Unit } from '../jobs/index.ts'
import { digestOf } from '../jobs/index.ts'
import { allJobs, type Job } from '../tools/index.ts'
import { annotationJobs } from './annotations/annotate.ts'
import { complete, type RunHooks, type StageHooks } from './complete.ts'
import { cutOutAll } from './cutoutStage.ts'
import { DatasetError } from './error.ts'
import type { PairStage } from './pairs/stage.ts'
import type { Parts } from './parts.ts'
import { type Plan, writePlan } from './plan.ts'
import { countReasons, mostListed, type Rejections } from './rejections.ts'
import { SoleProcess } from './soleProcess.ts'
import { type FileCounts, ingestAll, noFaults } from './sourceStage.ts'
import type { SourceEntry } from './sources/catalog.ts'
import { checkPlaces } from './sources/find.ts'
import type { Payloads, Stage } from './stages.ts'
import { renewCaptioners } from './tables/captioners.ts'
import { wantDrafts, wantPairs } from './tables/draftTable.ts'
import { readFact, writeFact } from './tables/facts.ts'
import { forgetOtherFiles } from './tables/fileTable.ts'
import { readDonors, sourcePages } from './tables/sourceTable.ts'
import { annotationKey, DraftPlanner, jobsOf } from './units.ts'
import { serversOf } from './work.ts'
import type { Workspace } from './workspace.ts'

/**
 * Runs a dataset from its files to captioned and judged pairs: finds the files, has the workers bring them to working
 * size, annotate them, cut subjects out, draft, measure and caption. It adds units and waits; somebody has to
 * work on them ({@link startWorking}). Judges are asked by {@link judgePairs}. What is done stays done: running it
 * again does what is missing.
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
  await checkPlaces(folder, [...configuration.sources, ...configuration.cutouts])
  const sourceFaults = noFaults()
  const rejections = [sourceFaults.found, sourceFaults.unfit, sourceFaults.copies] as const
  const found = await ingestAll(workspace, parts, sourceFaults, hooks)
  if (found.sources === 0) throw nothingLeft(found, rejections)
  await complete(jobs, 'annotations', annotationUnits(sourcePages(jobs.sql), parts), hooks)
  const cutoutFaults = await cutOutAll(workspace, parts, hooks)
  await forgetOtherFiles(jobs.sql, hooks.plan)

  const planner = new DraftPlanner({ configuration, ...parts }, await readDonors(jobs.sql))
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
    found: { files: found.files, others: found.others },
    rejected: Object.fromEntries(
      [...countReasons(rejections)].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)),
    ),
    rejections: rejections.flatMap(({ first }) => first).slice(0, mostListed),
    cutoutRejections: cutoutFaults.rejected.first,
    problems: [...sourceFaults.problems, ...cutoutFaults.problems].slice(0, mostListed),
    tools: toolsOf(parts),
  })
  await complete(
    jobs,
    'drafts',
    draftUnits(workspace, parts, { planner, sources: sourcePages(jobs.sql), planned }),
    hooks,
    {
      // The counts are stored before the first draft is made, so that other processes can read them.
      onAdded: async () => {
        await wantPairs(jobs.sql)
        await writePlan(jobs.sql, plan())
      },
    },
  )
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

async function* annotationUnits(
  sources: AsyncIterable<readonly SourceEntry[]>,
  { tools }: Parts,
): AsyncGenerator<Unit> {
  const servers = serversOf(annotationJobs, tools)
  for await (const page of sources)
    for (const source of page) {
      const payload: Payloads['annotations'] = { source: source.id }
      yield {
        key: annotationKey(source, tools),
        queue: 'annotations',
        payload: payload as unknown as Json,
        tools: servers,
      }
    }
}

/**
 * Units of the drafts that are not there yet, one a source and recipe; a page of sources takes one look into the tables.
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
    readonly sources: AsyncIterable<readonly SourceEntry[]>
    readonly planned: Map<string, number>
  },
): AsyncGenerator<Unit> {
  const servers = new Map(recipes.map((recipe) => [recipe.name, serversOf(jobsOf(recipe, tools), tools)]))
  for await (const entries of sources) {
    const page = entries.map((source) => ({
      id: source.id,
      plans: planner.plan(source),
    }))
    const known = await wantDrafts(
      jobs.sql,
      page.map(({ id }) => id),
      () => page.flatMap(({ plans }) => plans.flatMap((plan) => plan.keys)),
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

function nothingLeft(
  { files: usable, others }: FileCounts,
  rejections: readonly [found: Rejections, ...Rejections[]],
): DatasetError {
  const told = [...countReasons(rejections)].map(([reason, count]) => `${count} ${reason}`).join(', ')
  const files = usable + rejections[0].count
  return new DatasetError(
    'source',
    files === 0
      ? `no pictures or videos in the places of the configuration (${others} other files); expected at least one`
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
