import type { Json, Session, Unit } from '../jobs/index.ts'
import { digestOf } from '../jobs/index.ts'
import { complete, type StageHooks } from './complete.ts'
import { kindsWithDonors } from './donors.ts'
import type { Parts } from './parts.ts'
import type { StageProblem } from './plan.ts'
import { mostListed, Rejections } from './rejections.ts'
import { rejection, versionOf } from './sourceStage.ts'
import { type SourceEntry, splitOf } from './sources/catalog.ts'
import { cutoutVersion } from './sources/cutouts.ts'
import { findFiles } from './sources/find.ts'
import type { Outputs, Payloads } from './stages.ts'
import { type NewCutout, replaceCutouts } from './tables/cutoutTable.ts'
import { rememberedHashes } from './tables/fileHashes.ts'
import { addFiles, filesOfUnits, type ListedFile, namesByContent } from './tables/fileTable.ts'
import { sourcePages, usedSources } from './tables/sourceTable.ts'
import { type EndedUnit, unitsByKey } from './tables/unitTable.ts'
import { outputAs } from './work.ts'
import type { Workspace } from './workspace.ts'

/** What became no cut-out. */
export interface CutoutFaults {
  readonly rejected: Rejections
  readonly problems: StageProblem[]
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
  hooks: StageHooks,
): Promise<CutoutFaults> {
  const { jobs, configuration } = workspace
  const { plan } = hooks
  const isWanted = wantsCutouts(parts, configuration)
  const listed = new Rejections()
  await complete(jobs, 'cutouts', cutoutUnits(workspace, parts, { listed, plan, isWanted }), hooks)
  let faults: CutoutFaults = { rejected: listed, problems: [] }
  await replaceCutouts(
    jobs.sql,
    (session) => {
      // The transaction may be repeated.
      faults = { rejected: listed.copy(), problems: [] }
      return newCutouts(session, workspace, { faults, plan, keyOf: isWanted ? photoKeys(parts) : undefined })
    },
    { plan, seed: configuration.seed, split: configuration.split },
  )
  return faults
}

/** The key of the unit that cuts a subject out of a photograph; undefined where no tools do. */
function photoKeys(parts: Parts): ((source: { readonly id: string }) => string) | undefined {
  const versions = (['matting', 'detector'] as const).map((job) => versionOf(parts, job))
  if (versions.some(({ length }) => length === 0)) return undefined
  return ({ id }) => digestOf(['cutout', cutoutVersion, id, versions])
}

async function* cutoutUnits(
  { jobs, folder, configuration }: Workspace,
  parts: Parts,
  {
    listed,
    plan,
    isWanted,
  }: { readonly listed: Rejections; readonly plan: number; readonly isWanted: boolean },
): AsyncGenerator<Unit> {
  const pages = findFiles(folder, configuration.cutouts, {
    hashes: rememberedHashes(jobs.sql),
    firstOf: (hashes) => namesByContent(jobs.sql, hashes, { purpose: 'cutout', plan }),
  })
  for await (const { files, rejections } of pages) {
    for (const each of rejections) listed.add(each)
    // Files are listed all the same, and told where they are wrong.
    if (!isWanted) continue
    const rows: { file: ListedFile; unit?: string }[] = []
    for (const { path: _, ...file } of files) {
      const name = file.sidecar?.thing ?? parts.nounOfFile(file.name)
      if (name === undefined) {
        listed.add(nameless(file))
        rows.push({ file })
        continue
      }
      const { sha256, place } = file
      const unit = digestOf(['cutout', cutoutVersion, sha256, place, file.name, configuration.size, name])
      rows.push({ file, unit })
      const payload: Payloads['cutouts'] = { file, name }
      yield { key: unit, queue: 'cutouts', payload: payload as unknown as Json }
    }
    await addFiles(jobs.sql, rows, { purpose: 'cutout', plan })
  }
  const keyOf = photoKeys(parts)
  if (keyOf === undefined || !isWanted) return
  for await (const page of sourcePages(jobs.sql))
    for (const { id, picture, type } of page) {
      if (type !== 'photo') continue
      const payload: Payloads['cutouts'] = { photo: { id, picture } }
      yield { key: keyOf({ id }), queue: 'cutouts', payload: payload as unknown as Json }
    }
}

const nameless = ({ name }: ListedFile) => ({
  name,
  reason: 'no-name',
  detail: `${name}: has no name in English and Chinese`,
})

/** Units that are read at a time. */
const unitsOfPage = 500

/** What the units of this plan gave, in the order of their keys. */
async function* newCutouts(
  session: Session,
  { jobs, configuration }: Workspace,
  {
    faults,
    plan,
    keyOf,
  }: {
    readonly faults: CutoutFaults
    readonly plan: number
    readonly keyOf: ReturnType<typeof photoKeys>
  },
): AsyncGenerator<readonly NewCutout[]> {
  const sql = { schema: jobs.sql.schema, query: session.query.bind(session) }
  for (let after = ''; ; ) {
    const rows = await sql.query<{ key: string; photo: string | null }>(
      `SELECT key, payload->'photo'->>'id' AS photo FROM ${sql.schema}.units
        WHERE queue = 'cutouts' AND key > $1 COLLATE "C" ORDER BY key LIMIT ${unitsOfPage}`,
      [after],
    )
    const keys = rows.map(({ key }) => key)
    const files = await filesOfUnits(sql, keys, { purpose: 'cutout', plan })
    const photos = await usedSources(
      sql,
      rows.flatMap(({ photo }) => photo ?? []),
    )
    const ended = await unitsByKey(sql, keys)
    const page: NewCutout[] = []
    for (const { key, photo } of rows) {
      const from = photo === null ? files.get(key) : photos.get(photo)
      // Units of earlier plans.
      if (from === undefined || (photo !== null && keyOf?.({ id: photo }) !== key)) continue
      const made = outcome(ended.get(key)!, from, faults)
      if (made !== undefined) page.push(cutoutOf(made, from, configuration))
    }
    yield page
    if (rows.length < unitsOfPage) return
    after = keys.at(-1)!
  }
}

type Made = Extract<Outputs['cutouts'], { cutout: unknown }>

/** The cut-out of a unit, or a fault more. */
function outcome(
  { state, output, reason }: EndedUnit,
  { name }: ListedFile | SourceEntry,
  { rejected, problems }: CutoutFaults,
): Made | undefined {
  if (state !== 'done') {
    if (problems.length < mostListed) problems.push({ stage: 'cutouts', name, reason })
    return undefined
  }
  const ended = outputAs<Outputs['cutouts']>(output)
  if (!('rejected' in ended)) return ended
  rejected.add(rejection(name, ended))
  return undefined
}

/** Cut-outs of a photograph are on its side; those of files get groups of their own once all are there. */
function cutoutOf(
  { cutout: { id, name, facts, picture, hash } }: Made,
  from: ListedFile | SourceEntry,
  configuration: Workspace['configuration'],
): NewCutout {
  const known = facts === undefined ? {} : { facts }
  const told = { id, name, ...known, picture, licence: from.licence, origin: from.name }
  if ('split' in from) return { entry: { ...told, group: from.group, split: from.split } }
  return { entry: { ...told, group: id, split: splitOf(id, configuration) }, hash }
}
