import { encodeMask, encodeStored, type Picture } from '../image/index.ts'
import type { FileStore } from '../jobs/index.ts'
import { canonicalJson } from '../jobs/index.ts'
import { Random } from '../random/index.ts'
import { Rejection, type Toolbox, TrackedToolbox } from '../tools/index.ts'
import { annotate } from './annotations/annotate.ts'
import type { Captioner } from './captions/captioner.ts'
import { measureDraft } from './checks/index.ts'
import type { Configuration } from './configuration.ts'
import { type DonorPool, kindsWithDonors, SplitDonors } from './donors.ts'
import { pairSignatureOf } from './pairs/identify.ts'
import type { PictureCache } from './pictureCache.ts'
import type { Draft, Recipe, Source } from './recipes/recipe.ts'
import type { Outcome, TripletRecord, UnitTimes } from './record.ts'
import type { SourceEntry } from './sources/catalog.ts'
import { jobsOf } from './units.ts'

/** What a worker has at hand for every unit. */
export interface TripletContext {
  readonly configuration: Pick<Configuration, 'seed' | 'instructions'>
  readonly files: FileStore
  readonly pictures: PictureCache
  readonly tools: Toolbox
  readonly captioner: Captioner
}

/** One draft to be made, with its source and what it may take from. */
export interface TripletTask {
  readonly key: string
  readonly recipe: Recipe
  readonly variant: number
  readonly source: SourceEntry
  readonly pool: DonorPool
}

/**
 * Makes one triplet: draft → checks → captions → files. That a source is not fit, or a draft does not pass, is an
 * outcome; a tool that fails throws.
 */
export async function makeTriplet(task: TripletTask, context: TripletContext): Promise<Outcome> {
  const { key, recipe, variant, source } = task
  const { configuration, pictures } = context
  const tools = new TrackedToolbox(context.tools, jobsOf(recipe, context.tools))
  const donors = new SplitDonors(
    kindsWithDonors.has(recipe.kind) ? task.pool : undefined,
    source.group,
    pictures,
    (donor) => annotate(donor, context.tools),
  )
  const timer = new StageTimer(tools)
  const words = [configuration.seed, source.id, recipe.name, variant] as const
  const opened = await openSource(source, pictures)
  const annotation = await annotate(opened, context.tools)
  let draft: Draft
  try {
    const random = new Random(...words)
    draft = await timer.stage('draft', () => recipe.draft(opened, { tools, donors, random, annotation }))
  } catch (error) {
    if (!(error instanceof Rejection)) throw error
    const { reason, values } = error
    return { state: 'rejected', stage: 'draft', reason, values, times: timer.times }
  }
  for (const id of draft.donors ?? [])
    if (!donors.taken.has(id))
      throw new Error(`internal: ${recipe.name} names a donor it was not given: ${id}`)

  const measures = await timer.stage('checks', () => measureDraft(draft, tools))
  const checks = Object.fromEntries(measures.map(({ check, values }) => [check, values]))
  if (checks.intact?.whole === 0)
    return {
      state: 'rejected',
      stage: 'checks',
      check: 'intact',
      reason: 'size',
      values: checks.intact,
      times: timer.times,
    }
  const instructions = await timer.stage('captions', () =>
    context.captioner.caption({
      facts: draft.facts,
      random: new Random(...words, 'captions'),
      count: configuration.instructions,
    }),
  )
  const record: TripletRecord = {
    key,
    kind: recipe.kind,
    recipe: { name: recipe.name, version: recipe.version, variant },
    seed: configuration.seed,
    source: source.id,
    donors: [...(draft.donors ?? [])].sort(),
    width: draft.target.width,
    height: draft.target.height,
    pictures: await store(draft, opened, source, context.files),
    facts: draft.facts,
    parameters: draft.parameters,
    instructions,
    captioner: { name: context.captioner.name, version: context.captioner.version },
    tools: Object.fromEntries(
      [...tools.uses].map(([job, { facts }]) => [
        job,
        { implementation: facts.implementation, version: facts.version },
      ]),
    ),
    checks,
  }
  const name = await context.files.put(new TextEncoder().encode(canonicalJson(record)))
  return {
    state: 'kept',
    record: name,
    signature: pairSignatureOf(draft),
    times: timer.times,
  }
}

async function openSource(entry: SourceEntry, pictures: PictureCache): Promise<Source> {
  const picture = await pictures.picture(entry.picture)
  const { id, name, sidecar } = entry
  const source = { id, name, picture, ...(sidecar !== undefined && { sidecar }) }
  if (entry.frames === undefined) return source
  const frames: Picture[] = []
  for (const frame of entry.frames) frames.push(await pictures.picture(frame))
  return { ...source, frames }
}

/** Puts the pictures into the store; a side that is the source as it was is there already. */
async function store(
  { source, target, region }: Draft,
  opened: Source,
  entry: SourceEntry,
  files: FileStore,
): Promise<TripletRecord['pictures']> {
  const named = async (picture: Picture): Promise<string> => {
    if (picture === opened.picture) return entry.picture
    const frame = opened.frames?.indexOf(picture) ?? -1
    return entry.frames?.[frame] ?? files.put(await encodeStored(picture))
  }
  const stored = { source: await named(source), target: await named(target) }
  return region === undefined ? stored : { ...stored, mask: await files.put(await encodeMask(region)) }
}

/** Times the stages of a unit. They are told in rows, never in records, which are the same every time. */
class StageTimer {
  readonly #tools: TrackedToolbox
  readonly #started = performance.now()
  readonly #seconds = { draft: 0, checks: 0, captions: 0 }

  constructor(tools: TrackedToolbox) {
    this.#tools = tools
  }

  async stage<T>(name: 'draft' | 'checks' | 'captions', run: () => Promise<T> | T): Promise<T> {
    const start = performance.now()
    try {
      return await run()
    } finally {
      this.#seconds[name] += (performance.now() - start) / 1000
    }
  }

  get times(): UnitTimes {
    const tools = [...this.#tools.uses].map(([job, { calls, seconds }]) => [job, { calls, seconds }])
    return {
      ...this.#seconds,
      total: (performance.now() - this.#started) / 1000,
      tools: Object.fromEntries(tools) as UnitTimes['tools'],
    }
  }
}
