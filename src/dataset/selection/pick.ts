import type { Dossier } from '../pairs/pair.ts'
import type { DatasetView } from '../reading/view.ts'
import { type Kind, kinds } from '../taxonomy.ts'
import { Candidates } from './candidates.ts'
import { select } from './select.ts'
import type { Criteria, Selected, Selection } from './selection.ts'

/** A pair with what the selection makes of it among all pairs. */
export interface Picked {
  readonly dossier: Dossier
  readonly selected: Selected
}

/** Properties that depend on all pairs: near-duplicates, retouched versions, the best of a kind. */
export interface SetVerdicts {
  /** Pairs that are kept in the end. */
  readonly kept: number
  /** The outcome of a pair that passed individually, among all pairs; undefined if it stays kept. */
  of(id: string, kind: Kind): Exclude<Selected, { readonly state: 'kept' }> | undefined
}

/**
 * Looks at all pairs once, a kind after another: memory holds the candidates of one kind, and of all kinds 8 bytes a
 * kept pair.
 * @param see called with each dossier and what the selection makes of it alone; what it returns is for `drop`
 * @param drop called for those that were kept alone and are not among the others
 */
export async function judgeSet(
  view: Pick<DatasetView, 'dossiers'>,
  selection: Selection,
  see: (picked: Picked) => number = () => 0,
  drop: (kind: Kind, tag: number, selected: Dropped) => void = () => {},
): Promise<SetVerdicts> {
  const dropped = new Map<string, { readonly reason: 'near-duplicate' | 'retouched'; readonly of: string }>()
  const kept = new Map<Kind, BigUint64Array>()
  const limits = new Map<Kind, number>()
  let total = 0
  for (const kind of kinds) {
    const candidates = new Candidates()
    let made = 0
    for await (const dossier of view.dossiers({ kinds: [kind] })) {
      made++
      const selected = select(dossier, selection)
      const tag = see({ dossier, selected })
      if (selected.state === 'kept') candidates.add(dossier.pair, { ...selected, tag })
    }
    const order: number[] = []
    for (const at of candidates.best()) {
      const child = candidates.childOf(candidates.ids[at]!)
      if (child === undefined) order.push(at)
      else dropped.set(candidates.ids[at]!, { reason: 'retouched', of: child })
    }
    const { duplicates, ratio } = selection[kind]
    const twins = duplicates === 'drop' ? candidates.twins(order) : new Map<number, number>()
    for (const [at, twin] of twins)
      dropped.set(candidates.ids[at]!, { reason: 'near-duplicate', of: candidates.ids[twin]! })
    const most = mostOf(ratio, made)
    const chosen = order.filter((at) => !twins.has(at)).slice(0, most)
    limits.set(kind, most)
    const isChosen = new Uint8Array(candidates.ids.length)
    for (const at of chosen) isChosen[at] = 1
    for (const [at, id] of candidates.ids.entries())
      if (isChosen[at] === 0) drop(kind, candidates.tag(at), droppedAs(dropped.get(id), most))
    kept.set(kind, BigUint64Array.from(chosen, (at) => prefix(candidates.ids[at]!)).sort())
    total += chosen.length
  }
  return {
    kept: total,
    of(id, kind) {
      const why = dropped.get(id)
      if (why === undefined && has(kept.get(kind)!, prefix(id))) return undefined
      return droppedAs(why, limits.get(kind)!)
    },
  }
}

type Dropped = Exclude<Selected, { readonly state: 'kept' }>

function droppedAs(
  why: { readonly reason: 'near-duplicate' | 'retouched'; readonly of: string } | undefined,
  most: number,
): Dropped {
  if (why === undefined)
    return { state: 'rejected', stage: 'ratio', reason: 'not-among-best', values: { most } }
  const { reason, of } = why
  return {
    state: 'rejected',
    stage: reason === 'retouched' ? 'decisions' : 'duplicates',
    reason,
    values: { of },
  }
}

/** All pairs in the order of their ids, each with what the selection makes of it. */
export async function* pickAll(
  view: Pick<DatasetView, 'dossiers'>,
  selection: Selection,
  verdicts: SetVerdicts,
): AsyncGenerator<Picked> {
  for await (const dossier of view.dossiers()) {
    const selected = select(dossier, selection)
    const { id, kind } = dossier.pair
    const changed = selected.state === 'kept' ? verdicts.of(id, kind) : undefined
    yield { dossier, selected: changed ?? selected }
  }
}

function mostOf({ most = Infinity, share }: Criteria['ratio'], made: number): number {
  return share === undefined ? most : Math.min(most, Math.max(1, Math.floor(share * made)))
}

/** The first 64 bits of an id; of ten million pairs two share them once in 300,000 datasets. */
const prefix = (id: string): bigint => BigInt(`0x${id.slice(0, 16)}`)

function has(sorted: BigUint64Array, value: bigint): boolean {
  let [from, to] = [0, sorted.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if (sorted[middle]! < value) from = middle + 1
    else to = middle
  }
  return sorted[from] === value
}
