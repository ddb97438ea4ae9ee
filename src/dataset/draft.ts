import { encodeMask, encodeStored, type Picture } from '../image/index.ts'
import type { FileStore } from '../jobs/index.ts'
import { Random } from '../random/index.ts'
import { Rejection, type Toolbox, TrackedToolbox } from '../tools/index.ts'
import type { Annotation } from './annotations/annotation.ts'
import type { UnitDonors } from './donors.ts'
import { pairIdOf, pairSignatureOf } from './pairs/identify.ts'
import type { Pair } from './pairs/pair.ts'
import type { Draft, Recipe, Source } from './recipes/recipe.ts'
import type { SourceEntry } from './sources/catalog.ts'
import { jobsOf } from './units.ts'

/** The inputs of a draft. */
export interface DraftTask {
  readonly seed: number
  readonly recipe: Recipe
  readonly variant: number
  readonly entry: SourceEntry
  readonly source: Source
  readonly annotation: Annotation
  readonly donors: UnitDonors
}

/** Seconds that a draft took, in total and in each tool. */
export interface DraftTimes {
  readonly total: number
  readonly tools: { readonly [job: string]: { readonly calls: number; readonly seconds: number } }
}

/** The outcome of a draft. */
export type DraftOutcome =
  | { readonly state: 'drafted'; readonly pair: Pair; readonly times: DraftTimes }
  | {
      readonly state: 'rejected'
      readonly reason: string
      readonly values: Readonly<Record<string, number | string>>
      readonly times: DraftTimes
    }

/**
 * Makes one draft and stores its pictures; quality is judged in later stages. That a source is unsuitable
 * is an outcome; a tool that fails throws.
 */
export async function makeDraft(
  { seed, recipe, variant, entry, source, annotation, donors }: DraftTask,
  { files, tools: all }: { readonly files: FileStore; readonly tools: Toolbox },
): Promise<DraftOutcome> {
  const tools = new TrackedToolbox(all, jobsOf(recipe, all))
  const started = performance.now()
  const times = (): DraftTimes => ({
    total: (performance.now() - started) / 1000,
    tools: Object.fromEntries([...tools.uses].map(([job, { calls, seconds }]) => [job, { calls, seconds }])),
  })
  const random = new Random(seed, source.id, recipe.name, variant)
  let draft: Draft
  try {
    draft = await recipe.draft(source, { tools, donors, random, annotation })
  } catch (error) {
    if (!(error instanceof Rejection)) throw error
    return { state: 'rejected', reason: error.reason, values: error.values, times: times() }
  }
  const taken = [...(draft.donors ?? [])].sort()
  for (const id of taken)
    if (!donors.taken.has(id))
      throw new Error(`internal: ${recipe.name} uses a donor that it did not receive: ${id}`)
  const { source: before, target, region: mask } = draft
  if (before.width !== target.width || before.height !== target.height)
    return {
      state: 'rejected',
      reason: 'size',
      values: { source: `${before.width}x${before.height}`, target: `${target.width}x${target.height}` },
      times: times(),
    }
  const shown = { source: before, target, ...(mask !== undefined && { mask }) }
  const pair: Pair = {
    id: pairIdOf(shown),
    kind: recipe.kind,
    source: source.id,
    split: entry.split,
    origin: 'recipe',
    recipe: { name: recipe.name, version: recipe.version, variant },
    donors: taken,
    width: target.width,
    height: target.height,
    pictures: await store(draft, source, entry, files),
    facts: draft.facts,
    parameters: draft.parameters,
    tools: Object.fromEntries(
      [...tools.uses].map(
        ([
          job,
          {
            facts: { implementation, version },
          },
        ]) => [job, { implementation, version }],
      ),
    ),
    signature: pairSignatureOf(shown),
  }
  return { state: 'drafted', pair, times: times() }
}

/** Puts the pictures into the store; a side that is the source as it was is there already. */
async function store(
  { source, target, region }: Draft,
  opened: Source,
  entry: SourceEntry,
  files: FileStore,
): Promise<Pair['pictures']> {
  const named = async (picture: Picture): Promise<string> => {
    if (picture === opened.picture) return entry.picture
    const frame = opened.frames?.indexOf(picture) ?? -1
    return entry.frames?.[frame] ?? files.put(await encodeStored(picture))
  }
  const stored = { source: await named(source), target: await named(target) }
  return region === undefined ? stored : { ...stored, mask: await files.put(await encodeMask(region)) }
}
