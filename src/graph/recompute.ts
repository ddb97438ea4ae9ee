import { ops } from './op.ts'
import { after } from './ops.ts'
import type { Tensor } from './tensor.ts'

/** The operands and the result that a gradient rule should read for a node. */
type Again = (node: Tensor, g: Tensor) => { y: Tensor; inputs: readonly Tensor[] }

/**
 * Serves gradient rules with values: those of a segment marked for recomputation are built a second time,
 * from copies of what enters the segment that wait for the first gradient to reach it. The forward pass
 * therefore need not keep them, and no two equal nodes can be merged back into one.
 */
export function recomputation(
  forward: readonly Tensor[],
  marked: ((segment: string) => boolean) | undefined,
): Again {
  if (!marked) return (node) => ({ y: node, inputs: node.inputs })
  const original = new Set(forward.map((node) => node.id))
  const copies = new Map<number, Tensor>()
  /** The gradient that reached each segment first. */
  const tokens = new Map<string, Tensor>()

  const copyOf = (node: Tensor, segment: string): Tensor => {
    const known = copies.get(node.id)
    if (known) return known
    let copy: Tensor
    if (node.segment === segment && node.inputs.length > 0) {
      const inputs = node.inputs.map((input) => copyOf(input, segment))
      copy = node.graph.node(node.op, node.params, inputs)
    } else copy = ops[node.op].fixed ? node : after(node, tokens.get(segment)!)
    if (node.segment === segment) copies.set(node.id, copy)
    return copy
  }

  return (node, g) => {
    const { segment } = node
    if (segment === undefined || !marked(segment) || !original.has(node.id))
      return { y: node, inputs: node.inputs }
    if (!tokens.has(segment)) tokens.set(segment, g)
    return { y: copyOf(node, segment), inputs: node.inputs.map((input) => copyOf(input, segment)) }
  }
}
