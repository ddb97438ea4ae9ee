import {
  type Bindings,
  type Dim,
  evaluateDim,
  plainSymbol,
  printShape,
  SymbolicDim,
  sameDim,
  symbolsOf,
} from './dim.ts'
import { fail } from './error.ts'
import { isOp, type Tensor } from './tensor.ts'
import type { TensorValue } from './value.ts'

/** Outputs by name with everything they need: what can be printed, interpreted or lowered. */
export interface Program {
  /** Operands before results. */
  readonly nodes: readonly Tensor[]
  readonly inputs: ReadonlyMap<string, Tensor<'input'>>
  readonly parameters: ReadonlyMap<string, Tensor<'parameter'>>
  readonly outputs: ReadonlyMap<string, Tensor>
}

/**
 * Collects what outputs need, in an order of execution.
 * @throws GraphError if a name in a shape, a slice or a size is not a dimension of any input, so that nothing binds it.
 */
export function program(outputs: Readonly<Record<string, Tensor>>): Program {
  const nodes = reachable(Object.values(outputs))
  const inputs = new Map(nodes.filter((n) => isOp(n, 'input')).map((n) => [n.params.name, n]))
  const parameters = new Map(nodes.filter((n) => isOp(n, 'parameter')).map((n) => [n.params.path, n]))
  const bound = new Set([...inputs.values()].flatMap((input) => input.shape.map(plainSymbol)))
  for (const node of nodes)
    for (const name of symbolsIn(node))
      if (!bound.has(name))
        fail('shape', node.op, `nothing binds '${name}': give some input a dimension that is '${name}' alone`)
  return { nodes, inputs, parameters, outputs: new Map(Object.entries(outputs)) }
}

/** Names of sizes that a node needs: in its shape and its parameters, such as the bounds of a slice. */
export function symbolsIn({ shape, params }: Tensor): ReadonlySet<string> {
  const dims = [shape, ...(Object.values(params) as unknown[])]
    .flat()
    .filter((part) => part instanceof SymbolicDim)
  return dims.length === 0 ? none : new Set(dims.flatMap((size) => [...symbolsOf(size)]))
}

const none: ReadonlySet<string> = new Set()

/**
 * What shapes alone cannot tell before named sizes are known: whether slices stay inside their tensors, and whether
 * what is reduced has elements. The check throws a GraphError.
 */
export function sizeChecks(nodes: readonly Tensor[]): (bindings: Bindings) => void {
  const slices = nodes.filter((node) => isOp(node, 'slice')).flatMap(openSlices)
  const reductions = nodes.flatMap(openReductions)
  return (bindings) => {
    for (const { axis, dims } of slices) {
      const [start, end, length] = dims.map((d) => evaluateDim(d, bindings)) as [number, number, number]
      if (start > end || end > length)
        fail('shape', 'slice', `${start} to ${end} leaves axis ${axis} of length ${length}`)
    }
    for (const { op, axis, size } of reductions)
      if (evaluateDim(size, bindings) === 0)
        fail('shape', op, `expected elements along axis ${axis}, got none`)
  }
}

function openSlices({ inputs, params: { starts, ends } }: Tensor<'slice'>) {
  return inputs[0]!.shape
    .map((size, axis) => ({ axis, dims: [starts[axis]!, ends[axis]!, size] as const }))
    .filter(({ dims: [start, end, size] }) => !isInside(start, end, size))
}

/** Axes of named sizes that must have elements. */
function openReductions(node: Tensor) {
  const axes = isOp(node, 'argMax')
    ? [node.params.axis]
    : isOp(node, 'reduceMax') || isOp(node, 'reduceMean')
      ? node.params.axes
      : []
  return axes
    .map((axis) => ({ op: node.op, axis, size: node.inputs[0]!.shape[axis]! }))
    .filter(({ size }) => typeof size !== 'number')
}

/** Whether a slice of an axis is known to be inside it before anything runs. */
function isInside(start: Dim, end: Dim, size: Dim): boolean {
  if (start === 0 && sameDim(end, size)) return true
  return [start, end, size].every((d) => typeof d === 'number')
}

/** All nodes that some nodes need, themselves included, operands first. */
export function reachable(outputs: readonly Tensor[]): Tensor[] {
  const found = new Map<number, Tensor>()
  const pending = [...outputs]
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (found.has(node.id)) continue
    found.set(node.id, node)
    pending.push(...node.inputs)
  }
  return [...found.values()].sort((a, b) => a.id - b.id)
}

/**
 * Matches the shapes of given values with the declared ones and returns what the names stand for.
 * @throws GraphError naming the input, the wanted and the found shape or dtype.
 */
export function bindSymbols(
  inputs: ReadonlyMap<string, Tensor<'input'>>,
  given: (name: string) => Pick<TensorValue, 'dtype' | 'shape'>,
): Bindings {
  const bindings = new Map<string, number>()
  const refuse = (name: string, node: Tensor, found: string): never =>
    fail('shape', `input '${name}'`, `expected ${node.dtype} ${printShape(node.shape)}, got ${found}`)
  for (const [name, node] of inputs) {
    const { dtype, shape } = given(name)
    if (dtype !== node.dtype || shape.length !== node.shape.length)
      refuse(name, node, `${dtype} ${printShape(shape)}`)
    node.shape.forEach((size, axis) => {
      const symbol = plainSymbol(size)
      if (symbol !== undefined && !bindings.has(symbol)) bindings.set(symbol, shape[axis]!)
    })
  }
  for (const [name, node] of inputs) {
    const { dtype, shape } = given(name)
    const wrong = node.shape.some((size, axis) => evaluateDim(size, bindings) !== shape[axis])
    if (!wrong) continue
    const names = [...new Set(node.shape.flatMap((size) => [...symbolsOf(size)]))]
    const where = names.map((symbol) => `${symbol} = ${bindings.get(symbol)}`).join(', ')
    refuse(name, node, `${dtype} ${printShape(shape)}${where && ` where ${where}`}`)
  }
  return bindings
}
