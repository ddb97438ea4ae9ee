import type { Json, Unit } from '../jobs/index.ts'
import { digestOf } from '../jobs/index.ts'
import type { Job } from '../tools/index.ts'
import { complete, type StageHooks } from './complete.ts'
import type { Parts } from './parts.ts'
import type { StageProblem } from './plan.ts'
import { mostListed, Rejections } from './rejections.ts'
import { dropCopies, findSides } from './sources/catalog.ts'
import { findFiles, type SourceRejection } from './sources/find.ts'
import { ingestVersion } from './sources/ingest.ts'
import type { Outputs, Payloads, Refused } from './stages.ts'
import { addCandidates, clearCandidates, type UnitSources } from './tables/candidateTable.ts'
import { rememberedHashes } from './tables/fileHashes.ts'
import { addFiles, filesOfUnits, type ListedFile, namesByContent, unitsOfFiles } from './tables/fileTable.ts'
import { replaceSources } from './tables/sourceTable.ts'
import { unitsByKey } from './tables/unitTable.ts'
import { outputAs } from './work.ts'
import type { Workspace } from './workspace.ts'

/** What became no source. */
export interface SourceFaults {
  /** Files that cannot be taken, as they are listed. */
  readonly found: Rejections
  /** Pictures that are not fit. */
  readonly unfit: Rejections
  /** Pictures of which a better copy is there. */
  readonly copies: Rejections
  readonly problems: StageProblem[]
}

/** Faults of a run that begins. */
export const noFaults = (): SourceFaults => ({
  found: new Rejections(),
  unfit: new Rejections(),
  copies: new Rejections(),
  problems: [],
})

/** How many files there are. */
export interface FileCounts {
  files: number
  /** With other endings. */
  others: number
}

/** Lists files, has the workers bring them to working size, and makes the good ones the sources of the dataset. */
export async function ingestAll(
  workspace: Workspace,
  parts: Parts,
  faults: SourceFaults,
  hooks: StageHooks,
): Promise<FileCounts & { readonly sources: number }> {
  const { jobs } = workspace
  const counts: FileCounts = { files: 0, others: 0 }
  await complete(jobs, 'sources', sourceUnits(workspace, parts, { faults, counts, plan: hooks.plan }), hooks)
  return { ...counts, sources: await catalogSources(workspace, faults, hooks.plan) }
}

/**
 * Makes what the units of a plan gave the sources of the dataset: without copies, each in a group and on a side. Memory
 * holds 64 bytes a source. @returns how many they are
 */
export async function catalogSources(
  workspace: Pick<Workspace, 'jobs' | 'configuration'>,
  faults: SourceFaults,
  plan: number,
): Promise<number> {
  const { sql } = workspace.jobs
  await addAllCandidates(workspace, faults, plan)
  const count = await dropCopies(sql, (copy) => faults.copies.add(copy))
  if (count > 0) await replaceSources(sql, { plan, sides: await findSides(sql, workspace.configuration) })
  await clearCandidates(sql)
  return count
}

/** The units of all files, which are kept in the table of files as they are found. */
async function* sourceUnits(
  { jobs, folder, configuration }: Workspace,
  parts: Parts,
  {
    faults,
    counts,
    plan,
  }: { readonly faults: SourceFaults; readonly counts: FileCounts; readonly plan: number },
): AsyncGenerator<Unit> {
  const keyOf = sourceKeys(configuration, parts)
  const pages = findFiles(folder, configuration.sources, {
    hashes: rememberedHashes(jobs.sql),
    firstOf: (hashes) => namesByContent(jobs.sql, hashes, { purpose: 'source', plan }),
  })
  for await (const { files, rejections, others } of pages) {
    counts.files += files.length
    counts.others += others
    for (const rejection of rejections) faults.found.add(rejection)
    const rows = files.map(({ path: _, ...file }) => {
      if (file.type === 'video' && !parts.tools.has('video')) {
        faults.unfit.add(noVideoTool(file))
        return { file }
      }
      return { file, unit: keyOf(file) }
    })
    await addFiles(jobs.sql, rows, { purpose: 'source', plan })
    for (const { file, unit } of rows) {
      const payload: Payloads['sources'] = { file }
      if (unit !== undefined) yield { key: unit, queue: 'sources', payload: payload as unknown as Json }
    }
  }
}

const noVideoTool = ({ name }: ListedFile): SourceRejection => ({
  name,
  reason: 'no-video-tool',
  detail: `${name}: no installed tool reads videos; 'pentimento tools list' lists the tools`,
})

/** Keys of the units that take files in: of everything that decides what comes of one. */
function sourceKeys(
  { size, video, checks: limits }: Workspace['configuration'],
  parts: Parts,
): (file: ListedFile) => string {
  const safety = versionOf(parts, 'safety')
  const ofVideo = [video, versionOf(parts, 'video')]
  return ({ sha256, sidecar, clips, name, type }) =>
    digestOf([
      'source',
      ingestVersion,
      sha256,
      ...(sidecar === undefined ? [] : [sidecar]),
      ...(clips === undefined ? [] : [clips]),
      name,
      size,
      limits.unsafe,
      safety,
      ...(type === 'video' ? ofVideo : []),
    ])
}

/** Makes candidates of what the units gave. */
async function addAllCandidates(
  { jobs }: Pick<Workspace, 'jobs'>,
  faults: SourceFaults,
  plan: number,
): Promise<void> {
  const { sql } = jobs
  await clearCandidates(sql)
  let next = 0
  for await (const keys of unitsOfFiles(sql, { purpose: 'source', plan })) {
    const files = await filesOfUnits(sql, keys, { purpose: 'source', plan })
    const ended = await unitsByKey(sql, keys)
    const made: UnitSources[] = []
    for (const unit of keys) {
      const file = files.get(unit)!
      const { state = 'missing', reason = '', output } = ended.get(unit) ?? {}
      if (state !== 'done') {
        if (faults.problems.length < mostListed)
          faults.problems.push({ stage: 'sources', name: file.name, reason })
        continue
      }
      const of = outputAs<Outputs['sources']>(output)
      if ('rejected' in of) faults.unfit.add(rejection(file.name, of))
      else made.push({ unit, file, sources: of.sources })
    }
    next = await addCandidates(sql, made, next)
  }
}

/** A rejection as a message. */
export function rejection(name: string, { rejected: { reason, values } }: Refused): SourceRejection {
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

/** Implementation and version of a tool; undefined if it is not installed. */
export const versionOf = ({ tools }: Parts, job: Job): readonly string[] => {
  if (!tools.has(job)) return []
  const { implementation, version } = tools.get(job).facts
  return [implementation, version]
}
