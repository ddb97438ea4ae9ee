import type { JobStore, Json, Unit } from '../jobs/index.ts'
import { stopIfAborted } from './cancel.ts'
import { canonicalJson, digestOf } from './canonical.ts'
import { checks } from './checks/index.ts'
import { kindsWithDonors } from './donors.ts'
import { DatasetError } from './error.ts'
import type { Parts } from './parts.ts'
import { type Plan, type StageProblem, writePlan } from './plan.ts'
import {
  type Catalog,
  type CutoutEntry,
  catalogSources,
  type Ingested,
  type SourceEntry,
  splitOf,
} from './sources/catalog.ts'
import { cutoutVersion } from './sources/cutouts.ts'
import { type Found, type FoundFile, findFiles, type SourceRejection } from './sources/find.ts'
import { ingestVersion } from './sources/ingest.ts'
import { groupsOf } from './sources/near.ts'
import type { Outputs, Payloads, Refused, Stage } from './stages.ts'
import type { Kind } from './taxonomy.ts'
import type { Job } from './tools/tool.ts'
import { planUnits } from './units.ts'
import { isServer, outputAs } from './work.ts'
import type { Workspace } from './workspace.ts'

/** How far a stage is. */
export interface Progress {
  readonly stage: Stage
  readonly done: number
  readonly dead: number
  readonly total: number
}

/** How a run is watched and stopped. */
export interface RunHooks {
  readonly signal: AbortSignal
  readonly onProgress?: (progress: Progress) => void
  /** Called with the kinds of the triplets to make, by their keys, before the first is made. */
  readonly onPlan?: (kinds: ReadonlyMap<string, Kind>) => void
  /** Fails when the workers cannot go on. */
  readonly failed: Promise<never>
}

const pollMilliseconds = 200

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

/** Adds units and waits until each is done or dead. */
async function complete(
  jobs: JobStore,
  stage: Stage,
  units: readonly Unit[],
  { signal, failed, onProgress }: RunHooks,
): Promise<void> {
  for (let start = 0; start < units.length; start += 1000) {
    stopIfAborted(signal, 'stopped; what is done is kept, run it again to go on')
    await jobs.add(units.slice(start, start + 1000))
  }
  for (;;) {
    stopIfAborted(signal, 'stopped; what is done is kept, run it again to go on')
    const counts = await jobs.counts(stage)
    const left = counts.waiting + counts.active
    onProgress?.({
      stage,
      done: counts.done,
      dead: counts.dead + counts.cancelled,
      total: counts.done + counts.dead + counts.cancelled + left,
    })
    if (left === 0) return
    await Promise.race([pause(pollMilliseconds, signal), failed])
  }
}

const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((done) => {
    const end = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      done()
    }
    const timer = setTimeout(end, milliseconds)
    signal.addEventListener('abort', end)
    if (signal.aborted) end()
  })

const versionOf = ({ tools }: Parts, job: Job): readonly string[] => {
  if (!tools.has(job)) return []
  const { implementation, version } = tools.get(job).facts
  return [implementation, version]
}

interface IngestedAll {
  readonly files: readonly Ingested[]
  readonly rejections: readonly SourceRejection[]
  readonly problems: readonly StageProblem[]
}

async function ingestAll(
  workspace: Workspace,
  parts: Parts,
  found: Found,
  hooks: RunHooks,
): Promise<IngestedAll> {
  const { size, video, checks: limits } = workspace.configuration
  const byKey = new Map<string, FoundFile>()
  const rejections: SourceRejection[] = []
  for (const file of found.files) {
    const { name } = file
    if (file.type === 'video' && !parts.tools.has('video')) {
      rejections.push({
        name,
        reason: 'no-video-tool',
        detail: `${name}: no tool reads videos; 'pentimento tools list' tells of them`,
      })
      continue
    }
    const of = file.type === 'video' ? [video, versionOf(parts, 'video')] : []
    byKey.set(
      digestOf([
        'source',
        ingestVersion,
        file.sha256,
        name,
        size,
        limits.unsafe,
        versionOf(parts, 'safety'),
        ...of,
      ]),
      file,
    )
  }
  const units = [...byKey].map(([key, file]): Unit => {
    const payload: Payloads['sources'] = { file }
    return { key, queue: 'sources', payload: payload as unknown as Json }
  })
  await complete(workspace.jobs, 'sources', units, hooks)
  const files: Ingested[] = []
  const problems: StageProblem[] = []
  for await (const { key, state, output, reason = '' } of workspace.jobs.rows('sources')) {
    const file = byKey.get(key)
    if (file === undefined) continue
    if (state !== 'done') problems.push({ stage: 'sources', name: file.name, reason })
    else {
      const ended = outputAs<Outputs['sources']>(output)
      if ('rejected' in ended) rejections.push(rejection(file.name, ended))
      else files.push({ file, sources: ended.sources })
    }
  }
  return { files, rejections, problems }
}

function rejection(name: string, { rejected: { reason, values } }: Refused): SourceRejection {
  const { detail, ...rest } = values
  const told = Object.entries(rest).map(
    ([key, value]) => `${key} ${typeof value === 'number' ? Number(value.toPrecision(4)) : value}`,
  )
  return {
    name,
    reason,
    detail: detail === undefined ? [`${name}: ${reason}`, ...told].join(', ') : String(detail),
  }
}

/** Whether some recipe that can run puts cut-outs into pictures. */
const wantsCutouts = ({ recipes, tools }: Parts): boolean =>
  recipes.some(({ kind, needs }) => kindsWithDonors.has(kind) && needs.every((job) => tools.has(job)))

async function cutOutAll(
  workspace: Workspace,
  parts: Parts,
  { sources, stamps }: { readonly sources: readonly SourceEntry[]; readonly stamps: Found },
  hooks: RunHooks,
): Promise<{
  readonly entries: readonly CutoutEntry[]
  readonly rejections: readonly SourceRejection[]
  readonly problems: readonly StageProblem[]
}> {
  const { configuration } = workspace
  const rejections = [...stamps.rejections]
  if (!wantsCutouts(parts)) return { entries: [], rejections, problems: [] }
  const planned = new Map<
    string,
    { readonly payload: Payloads['cutouts']; readonly from: FoundFile | SourceEntry }
  >()
  for (const file of stamps.files) {
    const name = parts.nounOfFile(file.name)
    if (name === undefined)
      rejections.push({
        name: file.name,
        reason: 'no-name',
        detail: `${file.name}: has no name in English and Chinese`,
      })
    else
      planned.set(digestOf(['cutout', cutoutVersion, file.sha256, configuration.size, name]), {
        payload: { file, name },
        from: file,
      })
  }
  const versions = (['matting', 'detector'] as const).map((job) => versionOf(parts, job))
  if (versions.every(({ length }) => length > 0))
    for (const source of sources.filter(({ type }) => type === 'photo')) {
      const { id, picture } = source
      planned.set(digestOf(['cutout', cutoutVersion, id, versions]), {
        payload: { photo: { id, picture } },
        from: source,
      })
    }
  const units = [...planned].map(
    ([key, { payload }]): Unit => ({ key, queue: 'cutouts', payload: payload as unknown as Json }),
  )
  await complete(workspace.jobs, 'cutouts', units, hooks)

  const kept: {
    readonly cutout: Extract<Outputs['cutouts'], { cutout: unknown }>['cutout']
    readonly from: FoundFile | SourceEntry
  }[] = []
  const problems: StageProblem[] = []
  for await (const { key, state, output, reason = '' } of workspace.jobs.rows('cutouts')) {
    const from = planned.get(key)?.from
    if (from === undefined) continue
    if (state !== 'done') problems.push({ stage: 'cutouts', name: from.name, reason })
    else {
      const ended = outputAs<Outputs['cutouts']>(output)
      if ('rejected' in ended) rejections.push(rejection(from.name, ended))
      else kept.push({ cutout: ended.cutout, from })
    }
  }
  return { entries: cutoutEntries(kept, configuration), rejections, problems }
}

/** Cut-outs of a photograph are on its side; those of files by groups of their own. */
function cutoutEntries(
  kept: readonly {
    readonly cutout: {
      readonly id: string
      readonly hash: string
      readonly name: CutoutEntry['name']
      readonly picture: string
    }
    readonly from: FoundFile | SourceEntry
  }[],
  configuration: Workspace['configuration'],
): readonly CutoutEntry[] {
  const unique = [...new Map(kept.map((each) => [each.cutout.id, each])).values()]
  const stamps = unique.filter(({ from }) => !('split' in from)).map(({ cutout }) => cutout)
  const groups = groupsOf(stamps)
  return unique
    .map(({ cutout: { id, name, picture }, from }): CutoutEntry => {
      const group = 'split' in from ? from.group : groups.get(id)!
      const split = 'split' in from ? from.split : splitOf(group, configuration)
      return { id, name, picture, licence: from.licence, origin: from.name, group, split }
    })
    .sort((a, b) => (a.id < b.id ? -1 : 1))
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
