import type { Json, Unit } from '../jobs/index.ts'
import { digestOf } from '../jobs/index.ts'
import type { Job } from '../tools/index.ts'
import { complete, type StageHooks } from './complete.ts'
import type { Parts } from './parts.ts'
import type { StageProblem } from './plan.ts'
import type { Ingested } from './sources/catalog.ts'
import type { Found, FoundFile, SourceRejection } from './sources/find.ts'
import { ingestVersion } from './sources/ingest.ts'
import type { Outputs, Payloads, Refused } from './stages.ts'
import { outputAs } from './work.ts'
import type { Workspace } from './workspace.ts'

interface IngestedAll {
  readonly files: readonly Ingested[]
  readonly rejections: readonly SourceRejection[]
  readonly problems: readonly StageProblem[]
}
/** Has the workers bring all files to working size. */
export async function ingestAll(
  workspace: Workspace,
  parts: Parts,
  found: Found,
  hooks: StageHooks,
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
        ...(file.sidecar === undefined ? [] : [file.sidecar]),
        ...(file.clips === undefined ? [] : [file.clips]),
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
    const { path: _, ...rest } = file
    const payload: Payloads['sources'] = { file: rest }
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
/** A rejection in words. */
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
/** Implementation and version of a tool; nothing where it is not there. */
export const versionOf = ({ tools }: Parts, job: Job): readonly string[] => {
  if (!tools.has(job)) return []
  const { implementation, version } = tools.get(job).facts
  return [implementation, version]
}
