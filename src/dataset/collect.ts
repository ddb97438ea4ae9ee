import { colourDistance, hashDistance } from '../image/index.ts'
import { canonicalJson } from '../jobs/index.ts'
import type { PairSignature } from './pairs/pair.ts'
import { type Plan, readPlan } from './plan.ts'
import type { Outcome, TripletRecord, UnitTimes } from './record.ts'
import type { Catalog, CutoutEntry, SourceEntry, Split } from './sources/catalog.ts'
import { NearIndex } from './sources/near.ts'
import type { Kind } from './taxonomy.ts'
import type { PlannedUnit } from './units.ts'
import { outputAs } from './work.ts'
import type { Workspace } from './workspace.ts'

/** A triplet that is part of the dataset. */
export interface KeptTriplet extends PlannedUnit {
  /** Name of its {@link TripletRecord} in the file store. */
  readonly record: string
  readonly split: Split
  readonly times: UnitTimes
}

/** A unit that gave no triplet. */
export interface RejectedUnit extends PlannedUnit {
  readonly stage: 'draft' | 'checks' | 'duplicates'
  readonly check?: string
  readonly reason: string
  readonly values: Readonly<Record<string, number | string>>
  readonly preview?: string
  readonly times: UnitTimes
}

/** A unit whose tools failed again and again. */
export interface DeadUnit extends PlannedUnit {
  readonly reason: string
}

/** What the dataset is at this moment. */
export interface Collection {
  readonly plan: Plan
  readonly sources: ReadonlyMap<string, SourceEntry>
  readonly cutouts: ReadonlyMap<string, CutoutEntry>
  readonly kept: readonly KeptTriplet[]
  readonly rejected: readonly RejectedUnit[]
  readonly dead: readonly DeadUnit[]
  /** Units that have not been done yet. */
  readonly open: readonly PlannedUnit[]
}

/**
 * Reads what became of the units of the last run's plan, in the order of their keys, and drops pairs that look like one
 * before them: which ones are kept does not depend on who was done first.
 * @throws DatasetError `workspace` where nothing was run
 */
export async function collect(workspace: Workspace): Promise<Collection> {
  const plan = await readPlan(workspace.folder)
  const catalog = await readCatalog(workspace, plan)
  const planned = new Map(plan.units.map((unit) => [unit.key, unit]))
  const sources = new Map(catalog.sources.map((source) => [source.id, source]))
  const [kept, rejected, dead]: [KeptTriplet[], RejectedUnit[], DeadUnit[]] = [[], [], []]
  const pairs = new PairIndex(workspace)
  for await (const { key, state, output, reason = '' } of workspace.jobs.rows('triplets')) {
    const unit = planned.get(key)
    if (unit === undefined || state === 'waiting' || state === 'active') continue
    planned.delete(key)
    if (state !== 'done') dead.push({ ...unit, reason: state === 'cancelled' ? 'cancelled' : reason })
    else {
      const outcome = outputAs<Outcome>(output)
      if (outcome.state === 'rejected') {
        const { state: _, ...rest } = outcome
        rejected.push({ ...unit, ...rest })
      } else {
        const { record, times } = outcome
        const twin = await pairs.twinOf(unit, outcome)
        if (twin === undefined) kept.push({ ...unit, record, times, split: sources.get(unit.source)!.split })
        else
          rejected.push({
            ...unit,
            stage: 'duplicates',
            reason: 'near-duplicate',
            values: { of: twin },
            times,
          })
      }
    }
  }
  return {
    plan,
    sources,
    cutouts: new Map(catalog.cutouts.map((cutout) => [cutout.id, cutout])),
    kept,
    rejected,
    dead,
    open: [...planned.values()],
  }
}

async function readCatalog({ files }: Workspace, { catalog }: Plan): Promise<Catalog> {
  return JSON.parse(new TextDecoder().decode(await files.get(catalog))) as Catalog
}

/** A kept triplet's record. */
export async function readRecord({ files }: Pick<Workspace, 'files'>, name: string): Promise<TripletRecord> {
  return JSON.parse(new TextDecoder().decode(await files.get(name))) as TripletRecord
}

/**
 * Pairs alike: the same kind, near sources, in the same place a change that looks the same, colours too, and the same
 * edit in words: a photograph without its rain and without its haze may be the same picture, and are two edits.
 */
const alike = { change: 4, colours: 6, area: 0.8 } as const

interface NotedPair extends PairSignature {
  readonly hash: string
  readonly key: string
  readonly record: string
}

class PairIndex {
  readonly #files: Pick<Workspace, 'files'>
  readonly #byKind = new Map<Kind, NearIndex<NotedPair>>()

  constructor(files: Pick<Workspace, 'files'>) {
    this.#files = files
  }

  /** The key of a pair before that looks and means the same; without one, this pair is noted. */
  async twinOf(
    { key, kind }: PlannedUnit,
    { signature, record }: Extract<Outcome, { state: 'kept' }>,
  ): Promise<string | undefined> {
    const index = this.#byKind.get(kind) ?? new NearIndex()
    this.#byKind.set(kind, index)
    const near = index
      .near(signature.change, alike.change)
      .filter(
        (other) =>
          hashDistance(other.source, signature.source) <= alike.change &&
          colourDistance(other.colours, signature.colours) <= alike.colours &&
          sharedArea(other, signature) >= alike.area,
      )
    const edit = near.length === 0 ? '' : await this.#editOf(record)
    for (const other of near) if ((await this.#editOf(other.record)) === edit) return other.key
    index.add({ ...signature, hash: signature.change, key, record })
    return undefined
  }

  async #editOf(record: string): Promise<string> {
    return canonicalJson((await readRecord(this.#files, record)).facts)
  }
}

/** Intersection over union of where two pairs changed. */
function sharedArea({ area: a }: PairSignature, { area: b }: PairSignature): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
  const both = Math.max(0, width) * Math.max(0, height)
  return both / (a.width * a.height + b.width * b.height - both)
}
