import type { Json, Unit } from '../jobs/index.ts'
import { canonicalJson } from '../jobs/index.ts'
import type { Job } from '../tools/index.ts'
import { checks } from './checks/index.ts'
import { complete, type RunHooks } from './complete.ts'
import { cutOutAll } from './cutoutStage.ts'
import { DatasetError } from './error.ts'
import type { Parts } from './parts.ts'
import { type Plan, writePlan } from './plan.ts'
import { ingestAll } from './sourceStage.ts'
import { type Catalog, catalogSources } from './sources/catalog.ts'
import { type Found, findFiles, type SourceRejection } from './sources/find.ts'
import type { Payloads } from './stages.ts'
import { planUnits } from './units.ts'
import { isServer } from './work.ts'
import type { Workspace } from './workspace.ts'

/**
 * Runs a dataset from its files to triplets: finds the files, has the workers bring them to working size, cut subjects
 * out and make every planned triplet. It adds units and waits; somebody has to work on them ({@link startWorking}).
 * What is done stays done: running it again does what is missing.
 * @throws DatasetError `cancelled` when stopped, with everything so far kept
 */
export async function runDataset(workspace: Workspace, parts: Parts, hooks: RunHooks): Promise<Plan> {
  const { configuration, folder, files } = workspace
  const found = await findFiles(folder, configuration.sources)
  const stamps = await findFiles(folder, configuration.cutouts)
  const ingested = await ingestAll(workspace, parts, found, hooks)
  const { sources, rejections } = catalogSources(ingested.files, configuration)
  if (sources.length === 0) throw nothingLeft(found, [...ingested.rejections, ...rejections])

  const cutouts = await cutOutAll(workspace, parts, { sources, stamps }, hooks)
  const catalog: Catalog = { sources, cutouts: cutouts.entries }
  const catalogName = await files.put(new TextEncoder().encode(canonicalJson(catalog)))
  const { units, leftOut } = planUnits(catalog, { configuration, ...parts })
  const plan: Plan = {
    version: 1,
    name: configuration.name,
    seed: configuration.seed,
    catalog: catalogName,
    units,
    leftOut,
    found: { files: found.files.length, others: found.others },
    rejections: [...found.rejections, ...ingested.rejections, ...rejections],
    cutoutRejections: cutouts.rejections,
    problems: [...ingested.problems, ...cutouts.problems],
    tools: toolsOf(parts),
    captioner: { name: parts.captioner.name, version: parts.captioner.version },
  }
  await writePlan(folder, plan)
  hooks.onPlan?.(new Map(units.map(({ key, kind }) => [key, kind])))
  await complete(workspace.jobs, 'triplets', tripletUnits(plan, parts), hooks)
  return plan
}

function tripletUnits({ units, catalog }: Plan, { recipes, tools }: Parts): Unit[] {
  const servers = new Map(
    recipes.map(({ name, needs }) => [
      name,
      needs
        .filter((job) => tools.has(job))
        .map((job) => tools.get(job).facts)
        .filter(isServer)
        .map(({ implementation }) => implementation),
    ]),
  )
  return units.map(({ key, source, recipe, variant }) => {
    const payload: Payloads['triplets'] = { catalog, source, recipe, variant }
    return { key, queue: 'triplets', payload: payload as unknown as Json, tools: servers.get(recipe) ?? [] }
  })
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

/** Implementations and versions of all tools that recipes or checks may use. */
function toolsOf(parts: Parts): Plan['tools'] {
  const jobs = new Set<Job>([
    ...parts.recipes.flatMap(({ needs }) => needs),
    ...checks.flatMap(({ needs }) => needs),
    'video',
    'safety',
    'matting',
    'detector',
  ])
  const there = [...jobs].sort().filter((job) => parts.tools.has(job))
  return Object.fromEntries(
    there.map((job) => {
      const { implementation, version } = parts.tools.get(job).facts
      return [job, { implementation, version }]
    }),
  )
}
