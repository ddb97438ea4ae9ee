import { isOp, reachable, type Tensor } from 'pentimento/graph'

/** What each segment makes for others, by its name: values that another segment reads, and outputs. */
export function segmentOutputs(outputs: readonly Tensor[]): ReadonlyMap<string, readonly Tensor[]> {
  const made = new Map<string, Set<Tensor>>()
  const add = (node: Tensor): void => {
    if (node.segment === undefined || isOp(node, 'parameter') || isOp(node, 'constant')) return
    made.set(node.segment, (made.get(node.segment) ?? new Set()).add(node))
  }
  for (const node of reachable(outputs))
    for (const input of node.inputs) if (input.segment !== node.segment) add(input)
  for (const output of outputs) add(output)
  return new Map([...made].map(([name, tensors]) => [name, [...tensors]]))
}

/** The one value of a segment, or the one with this shape. */
export function madeBy(
  values: ReadonlyMap<string, readonly Tensor[]>,
  segment: string,
  shape?: readonly number[],
): Tensor {
  const all = values.get(segment) ?? []
  const found = shape ? all.filter((each) => String(each.shape) === String(shape)) : all
  if (found.length !== 1)
    throw new Error(
      `${segment}: expected one value [${shape ?? 'any'}], got ${all.map((each) => `[${each.shape}]`)}`,
    )
  return found[0]!
}
