import type { UnitRow } from '../../jobs/index.ts'
import type { EditResult, SystemFacts } from '../results.ts'
import { itemName, type SuiteItem } from '../suite/suite.ts'
import type { BenchFacts, BenchWorkspace, ChosenItem } from '../workspace.ts'
import {
  type EditOutput,
  type EditSource,
  editKey,
  fromJson,
  givenSource,
  missingReason,
  queueOf,
} from './units.ts'

/** Facts about a unit. */
export type KnownUnit = Pick<UnitRow, 'state' | 'output' | 'reason'>

/** An item and a system. */
export interface TracedEdit {
  readonly item: SuiteItem
  readonly system: string
  /** What it starts from; undefined where the turn before has given nothing to start from yet. */
  readonly source?: EditSource
  readonly key?: string
  readonly unit?: KnownUnit
}

/** The units of a queue by their keys. */
export async function readUnits(
  { jobs }: Pick<BenchWorkspace, 'jobs'>,
  queue: string,
): Promise<ReadonlyMap<string, KnownUnit>> {
  const units = new Map<string, KnownUnit>()
  for await (const { key, state, output, reason } of jobs.rows(queue))
    units.set(key, {
      state,
      ...(output !== undefined && { output }),
      ...(reason !== undefined && { reason }),
    })
  return units
}

/**
 * Every item in the hands of a system, in the suite's order. With a system's own turns, a turn starts from what the
 * turn before gave; one that was refused leaves the picture as it was.
 */
export function traceEdits(
  items: readonly ChosenItem[],
  { choice, turns }: Pick<BenchFacts, 'choice' | 'turns'>,
  system: SystemFacts,
  units: ReadonlyMap<string, KnownUnit>,
): readonly TracedEdit[] {
  const traced = new Map<string, TracedEdit>()
  const turnName = ({ language, turn }: SuiteItem, number: number): string =>
    `${language} ${turn?.session} ${number}`
  const byTurn = new Map<string, TracedEdit>()
  const inTurn = turns === 'own' ? [...items].sort((a, b) => turnOf(a.item) - turnOf(b.item)) : items
  for (const chosen of inTurn) {
    const { item } = chosen
    const before = turns === 'own' ? byTurn.get(turnName(item, turnOf(item) - 1)) : undefined
    const source = before ? sourceAfter(before) : givenSource(chosen)
    const key = source && editKey(item, source, system, choice.seed)
    const unit = key === undefined ? undefined : units.get(key)
    const edit: TracedEdit = {
      item,
      system: system.name,
      ...(source && { source }),
      ...(key !== undefined && { key }),
      ...(unit && { unit }),
    }
    traced.set(itemName(item), edit)
    if (item.turn) byTurn.set(turnName(item, item.turn.number), edit)
  }
  return items.map(({ item }) => traced.get(itemName(item))!)
}

const turnOf = ({ turn }: SuiteItem): number => turn?.number ?? 1

function sourceAfter({ source, unit }: TracedEdit): EditSource | undefined {
  if (unit?.state !== 'done') return undefined
  const output = fromJson<EditOutput>(unit.output)
  return output.outcome === 'picture' ? { place: { file: output.picture }, hash: output.picture } : source
}

/** Every edit of all systems of a bench. */
export async function traceAll(
  workspace: BenchWorkspace,
  items: readonly ChosenItem[],
): Promise<readonly TracedEdit[]> {
  const all: TracedEdit[] = []
  for (const system of workspace.facts.systems) {
    const units = await readUnits(workspace, queueOf.edit(system.name))
    for (const edit of traceEdits(items, workspace.facts, system, units)) all.push(edit)
  }
  return all
}

/** An edit that gave a picture. */
export interface MadeEdit {
  readonly item: SuiteItem
  readonly system: string
  readonly source: EditSource
  /** Name of the picture in the file store. */
  readonly edited: string
}

/** The edits that gave a picture. */
export function madeEdits(edits: readonly TracedEdit[]): readonly MadeEdit[] {
  return edits.flatMap(({ item, system, source, unit }) => {
    if (source === undefined || unit?.state !== 'done') return []
    const output = fromJson<EditOutput>(unit.output)
    return output.outcome === 'picture' ? [{ item, system, source, edited: output.picture }] : []
  })
}

/** Edits of one item after another, so that its source is read and encoded once for all systems. */
export function inItemOrder(edits: readonly MadeEdit[]): readonly MadeEdit[] {
  const places = new Map<string, MadeEdit[]>()
  for (const edit of edits) {
    const name = itemName(edit.item)
    const group = places.get(name)
    if (group) group.push(edit)
    else places.set(name, [edit])
  }
  return [...places.values()].flat()
}

/** The outcome of an edit, for results. */
export function editResult({ item, system, source, unit }: TracedEdit): EditResult {
  const names = { system, item: itemName(item) }
  if (unit?.state === 'done') {
    const given = source && 'file' in source.place ? { input: source.place.file } : {}
    return { ...names, ...fromJson<EditOutput>(unit.output), ...given }
  }
  if (unit?.state === 'dead' && unit.reason !== missingReason)
    return { ...names, outcome: 'failed', reason: unit.reason ?? 'unknown' }
  return { ...names, outcome: 'missing' }
}
