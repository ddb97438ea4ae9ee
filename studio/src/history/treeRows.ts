import type { SessionNode } from '../shared/server.ts'

/** A line of the tree as it is drawn. */
export interface TreeRow {
  readonly node: SessionNode
  /** How far to the right: what goes on in one line stays below itself, what branches goes one to the right. */
  readonly depth: number
  /** Whether several pictures were made from it, which can be folded away. */
  readonly isBranching: boolean
  readonly isFolded: boolean
  /** Of a folded one, how many are hidden. */
  readonly hidden: number
}

/** The lines of a tree from top to bottom, without what was removed or is folded away. */
export function rowsOf(nodes: readonly SessionNode[], folded: ReadonlySet<string>): readonly TreeRow[] {
  const shown = nodes.filter(({ removed }) => !removed)
  const below = new Map<string | null, SessionNode[]>()
  for (const node of shown) below.set(node.parent, [...(below.get(node.parent) ?? []), node])
  const rows: TreeRow[] = []
  const open = (below.get(null) ?? []).map((node) => ({ node, depth: 0 })).reverse()
  for (let next = open.pop(); next; next = open.pop()) {
    const { node, depth } = next
    const made = below.get(node.id) ?? []
    const isBranching = made.length > 1
    const isFolded = isBranching && folded.has(node.id)
    rows.push({ node, depth, isBranching, isFolded, hidden: isFolded ? countBelow(node.id, below) : 0 })
    if (isFolded) continue
    const inner = isBranching ? depth + 1 : depth
    open.push(...made.map((each) => ({ node: each, depth: inner })).reverse())
  }
  return rows
}

function countBelow(id: string, below: ReadonlyMap<string | null, readonly SessionNode[]>): number {
  let count = 0
  const open = [...(below.get(id) ?? [])]
  for (let next = open.pop(); next; next = open.pop()) {
    count++
    open.push(...(below.get(next.id) ?? []))
  }
  return count
}

/** What was removed by itself, and not with something above it: newest first. */
export function removedTops(nodes: readonly SessionNode[]): readonly SessionNode[] {
  const removed = new Set(nodes.filter((node) => node.removed).map(({ id }) => id))
  return nodes
    .filter(({ id, parent }) => removed.has(id) && !(parent !== null && removed.has(parent)))
    .reverse()
}

/** The node to look at when one is removed: the one that it was made from, else one beside it. */
export function nextTo(nodes: readonly SessionNode[], id: string): SessionNode | undefined {
  const node = nodes.find((each) => each.id === id)
  const parent = nodes.find((each) => each.id === node?.parent)
  return parent ?? nodes.findLast((each) => each.id !== id && !each.removed && each.parent === null)
}
