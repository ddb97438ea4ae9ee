import { ops } from './op.ts'
import { after } from './ops.ts'
import type { Tensor } from './tensor.ts'

/** Gives the result and the operands that a gradient rule reads for a node. */
type ForwardValues = (node: Tensor, g: Tensor) => { y: Tensor; inputs: readonly Tensor[] }

/**
 * Serves gradient rules with values: those of a segment marked for recomputation are built a second time,
 * from copies of what enters the segment that wait for the first gradient to reach it. The forward pass
 * therefore need not keep them, and no two equal nodes can be merged back into one.
 */
export function recomputation(
  forward: readonly Tensor[],
  marked: ((segment: string) => boolean) | undefined,
): ForwardValues {
  if (!marked) return (node) => ({ y: node, inputs: node.inputs })
  const original = new Set(forward.map((node) => node.id))
  const copies = new Map<number, Tensor>()
  /** The gradient that reached each segment first. */
  const tokens = new Map<string, Tensor>()

  const inSegment = (node: Tensor, segment: string) => node.segment === segment && node.inputs.length > 0

  /** Operands are copied first, by a list of what is left to do: a segment may be a chain of any length. */
  const copyOf = (wanted: Tensor, segment: string): Tensor => {
    const entering = (node: Tensor) => (ops[node.op].fixed ? node : after(node, tokens.get(segment)!))
    const known = (node: Tensor) => (inSegment(node, segment) ? copies.get(node.id) : entering(node))
    const pending = [wanted]
    while (pending.length > 0) {
      const node = pending.at(-1)!
      const missing = known(node) ? [] : node.inputs.filter((input) => !known(input))
      if (missing.length > 0) {
        pending.push(...missing.reverse())
        continue
      }
      pending.pop()
      if (!known(node))
        copies.set(
          node.id,
          node.graph.node(
            node.op,
            node.params,
            node.inputs.map((input) => known(input)!),
          ),
        )
    }
    return known(wanted)!
  }

  return (node, g) => {
    const { segment } = node
    if (segment === undefined || !marked(segment) || !original.has(node.id))
      return { y: node, inputs: node.inputs }
    if (!tokens.has(segment)) tokens.set(segment, g)
    return { y: copyOf(node, segment), inputs: node.inputs.map((input) => copyOf(input, segment)) }
  }
}
