import { printShape } from './dim.ts'
import { isFloat } from './dtype.ts'
import { reachable } from './program.ts'
import { isOp, type Tensor } from './tensor.ts'

/** Why no gradient goes through what gives whole numbers or truth values. */
export const isInteger = 'gives whole numbers, which have no gradient'

/** Ids of the nodes that depend on some of them. */
export function dependents(nodes: readonly Tensor[], some: ReadonlySet<number>): Set<number> {
  const found = new Set<number>()
  for (const node of nodes)
    if (some.has(node.id) || node.inputs.some((input) => found.has(input.id))) found.add(node.id)
  return found
}

/** Where a gradient ended, and why. */
export interface End {
  readonly input: Tensor
  readonly why: string
}

/** What to say where no gradient reaches `x`, which stands under `key` in `wrt`. */
export function noGradient(key: string, x: Tensor, nodes: readonly Tensor[], ends: readonly End[]): string {
  const name = `${label(x)} (${key} of wrt)`
  const after = dependents(nodes, new Set([x.id]))
  const met = ends.filter(({ input }) => after.has(input.id))
  const reasons = [
    ...new Set(met.flatMap(({ input, why }) => (isFloat(input.dtype) ? [why] : jumps(input, after, why)))),
  ]
  if (!isFloat(x.dtype))
    return `${name} is ${x.dtype}, and only floats have gradients${reasons.map((why) => `; ${why}`).join('')}`
  return reasons.length === 0
    ? `the loss does not depend on ${name}`
    : `no gradient reaches ${name}: ${reasons.join('; ')}`
}

/** What made whole numbers, and so the end of a gradient, of what depends on floats. */
function jumps(end: Tensor, after: ReadonlySet<number>, otherwise: string): string[] {
  const found = new Set<string>()
  for (const node of reachable([end])) {
    const from = node.inputs.filter((input) => after.has(input.id))
    if (!isFloat(node.dtype) && from.some((input) => isFloat(input.dtype)))
      found.add(`${node.op} ${isInteger}`)
  }
  return found.size > 0 ? [...found] : [otherwise]
}

function label(x: Tensor): string {
  if (isOp(x, 'parameter')) return `parameter '${x.params.path}'`
  return isOp(x, 'input') ? `input '${x.params.name}'` : `${x.op} ${x.dtype} ${printShape(x.shape)}`
}
