import { encodeStored, onGround } from '../../image/index.ts'
import type { ActiveUnit, Json } from '../../jobs/index.ts'
import type { Budget } from '../../judges/index.ts'
import { BenchError } from '../error.ts'
import type { Suite } from '../suite/suite.ts'
import type { System } from '../systems/system.ts'
import type { ChosenItem } from '../workspace.ts'
import type { Pictures } from './pictures.ts'
import { type QueueContext, runQueue } from './queue.ts'
import { type KnownUnit, readUnits, type TracedEdit, traceEdits } from './trace.ts'
import {
  asJson,
  type EditOutput,
  type EditPayload,
  fromJson,
  MissingPicture,
  missingReason,
  queueOf,
} from './units.ts'

/** The context of edits. */
export interface EditContext extends QueueContext {
  readonly suite: Pick<Suite, 'read'>
  readonly pictures: Pictures
  readonly budget: Budget
}

/** Makes the edits of one system that are not there yet. @returns the reason where it was stopped */
export async function runEdits(
  context: EditContext,
  system: System,
  items: readonly ChosenItem[],
): Promise<string | undefined> {
  const { workspace } = context
  const facts = workspace.facts.systems.find(({ name }) => name === system.name)
  if (facts === undefined) throw new Error(`internal: ${system.name} is not a system of the bench`)
  // Units are known by the system's identity: those of one would be taken for the other's, and never come.
  const twin = workspace.facts.systems.find(
    ({ name, identity }) => name !== facts.name && identity === facts.identity,
  )
  if (twin)
    throw new BenchError(
      'system',
      `${facts.name}: identical to ${twin.name}, which is already in the bench; leave one out`,
    )
  const queue = queueOf.edit(system.name)
  const trace = async (): Promise<readonly TracedEdit[]> =>
    traceEdits(items, workspace.facts, facts, await readUnits(workspace, queue))
  await bringBack(context, queue, await trace())
  // Each turn of a session waits for the one before.
  for (;;) {
    const edits = await trace()
    if (!edits.some(({ key, unit }) => key !== undefined && !hasEnded(unit))) return undefined
    const units = edits.flatMap(({ item, source, key }) => {
      if (source === undefined || key === undefined) return []
      const { checks: _, ...asked } = item
      const payload: EditPayload = { item: asked, source: source.place, seed: workspace.facts.choice.seed }
      return [{ key, queue, payload: asJson(payload), tools: [queue] }]
    })
    const stopped = await runQueue(context, {
      queue,
      units,
      make: (unit) => makeEdit(context, system, unit),
      concurrency: system.concurrency,
      // Local systems are slow; those on servers should not wait for the database.
      ahead: system.concurrency > 1 ? system.concurrency : 0,
    })
    if (stopped !== undefined) return stopped
  }
}

/** Units wait again that had no picture in a folder, and failed ones where that is wanted. */
async function bringBack(
  { workspace, retryFailed }: EditContext,
  queue: string,
  edits: readonly TracedEdit[],
): Promise<void> {
  const keys = edits.flatMap(({ key, unit }) =>
    key !== undefined && unit?.state === 'dead' && (retryFailed || unit.reason === missingReason)
      ? [key]
      : [],
  )
  if (keys.length > 0) await workspace.jobs.retry(queue, { state: 'dead', keys })
}

const hasEnded = (unit: KnownUnit | undefined): boolean => unit?.state === 'done' || unit?.state === 'dead'

async function makeEdit(
  { pictures, budget, workspace }: EditContext,
  system: System,
  { payload, signal }: ActiveUnit,
): Promise<Json> {
  const { item, source, seed } = fromJson<EditPayload>(payload)
  // Without their files, which a system that changes a copy would pass on.
  const places = [source, ...(item.more ?? []).map((path) => ({ path }))]
  const [picture, ...more] = await Promise.all(
    places.map(async (place) => {
      const { width, height, data } = await pictures.of(place)
      return { width, height, data }
    }),
  )
  if (picture === undefined) throw new Error('internal: an edit without a picture')
  const made = await budget.spend(
    system.name,
    system.estimate ? system.estimate(item, picture, more) : 0,
    () => system.edit(item, picture, { seed, signal, ...(more.length > 0 && { more }) }),
    (outcome) => ('usage' in outcome ? outcome.usage?.cost : undefined),
  )
  if (made.type === 'missing') throw new MissingPicture()
  if (made.type === 'refused') {
    const { type: _, ...told } = made
    return asJson({ outcome: 'refused', ...told })
  }
  const { type: _, picture: edited, ...told } = made
  const flat = onGround(edited, edited.alpha)
  const output: EditOutput = {
    outcome: 'picture',
    picture: await workspace.files.put(await encodeStored(flat)),
    width: edited.width,
    height: edited.height,
    ...told,
  }
  return asJson(output)
}
