import type { Json, Unit } from '../jobs/index.ts'
import { digestOf } from '../jobs/index.ts'
import { complete, type StageHooks } from './complete.ts'
import { kindsWithDonors } from './donors.ts'
import type { Parts } from './parts.ts'
import type { StageProblem } from './plan.ts'
import { rejection, versionOf } from './sourceStage.ts'
import { type CutoutEntry, type SourceEntry, splitOf } from './sources/catalog.ts'
import { cutoutVersion, type IngestedCutout } from './sources/cutouts.ts'
import type { Found, FoundFile, SourceRejection } from './sources/find.ts'
import { groupsOf } from './sources/near.ts'
import type { Outputs, Payloads } from './stages.ts'
import { outputAs } from './work.ts'
import type { Workspace } from './workspace.ts'

/** A cut-out with what it was cut from. */
interface KeptCutout {
  readonly cutout: IngestedCutout
  readonly from: FoundFile | SourceEntry
}

/** Whether some recipe that can run, and is wanted, puts cut-outs into pictures. */
const wantsCutouts = (
  { recipes, tools }: Parts,
  { kinds, recipes: wanted }: Workspace['configuration'],
): boolean =>
  recipes.some(
    ({ kind, name, needs }) =>
      kindsWithDonors.has(kind) &&
      needs.every((job) => tools.has(job)) &&
      (wanted[name] ?? kinds[kind] ?? 1) > 0,
  )
/** Has the workers cut subjects out of photographs, and read those that come with alpha. */
export async function cutOutAll(
  workspace: Workspace,
  parts: Parts,
  { sources, stamps }: { readonly sources: readonly SourceEntry[]; readonly stamps: Found },
  hooks: StageHooks,
): Promise<{
  readonly entries: readonly CutoutEntry[]
  readonly rejections: readonly SourceRejection[]
  readonly problems: readonly StageProblem[]
}> {
  const { configuration } = workspace
  const rejections = [...stamps.rejections]
  if (!wantsCutouts(parts, configuration)) return { entries: [], rejections, problems: [] }
  const planned = new Map<
    string,
    { readonly payload: Payloads['cutouts']; readonly from: FoundFile | SourceEntry }
  >()
  for (const file of stamps.files) {
    const name = file.sidecar?.thing ?? parts.nounOfFile(file.name)
    if (name === undefined)
      rejections.push({
        name: file.name,
        reason: 'no-name',
        detail: `${file.name}: has no name in English and Chinese`,
      })
    else {
      const { path: _, ...rest } = file
      const { sha256, place } = file
      planned.set(digestOf(['cutout', cutoutVersion, sha256, place, file.name, configuration.size, name]), {
        payload: { file: rest, name },
        from: file,
      })
    }
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

  const kept: KeptCutout[] = []
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
  kept: readonly KeptCutout[],
  configuration: Workspace['configuration'],
): readonly CutoutEntry[] {
  const unique = [...new Map(kept.map((each) => [each.cutout.id, each])).values()]
  const stamps = unique.filter(({ from }) => !('split' in from)).map(({ cutout }) => cutout)
  const groups = groupsOf(stamps)
  return unique
    .map(({ cutout: { id, name, facts, picture }, from }): CutoutEntry => {
      const group = 'split' in from ? from.group : groups.get(id)!
      const split = 'split' in from ? from.split : splitOf(group, configuration)
      const known = facts === undefined ? {} : { facts }
      return { id, name, ...known, picture, licence: from.licence, origin: from.name, group, split }
    })
    .sort((a, b) => (a.id < b.id ? -1 : 1))
}
