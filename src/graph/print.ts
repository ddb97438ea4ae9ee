import { printShape } from './dim.ts'
import type { OpParams } from './op.ts'
import type { Program } from './program.ts'
import type { Tensor } from './tensor.ts'
import { numbersOf, type TensorValue } from './value.ts'

/** A program as text, a line a node: `%3: f32[tokens, 64] = matmul(x, fc.weight) transposeB`. */
export function print({ nodes, inputs, parameters, outputs }: Program): string {
  const names = new Map<number, string>()
  for (const [name, node] of [...inputs, ...parameters]) names.set(node.id, name)
  const lines: string[] = []
  const declare = (kind: string, leaves: ReadonlyMap<string, Tensor>): void => {
    for (const [name, node] of leaves) lines.push(`${kind} ${name}: ${type(node)}`)
  }
  declare('input', inputs)
  declare('parameter', parameters)
  let segment: string | undefined
  for (const node of nodes) {
    if (names.has(node.id)) continue
    if (node.segment !== segment && node.segment !== undefined) lines.push(`segment ${node.segment}`)
    segment = node.segment
    names.set(node.id, `%${names.size - inputs.size - parameters.size}`)
    lines.push(`${segment === undefined ? '' : '  '}${line(node, (each) => names.get(each.id)!)}`)
  }
  const results = [...outputs].map(([name, node]) => `${name} = ${names.get(node.id)}`)
  lines.push(`return ${results.join(', ')}`)
  return lines.join('\n')
}

/** One node as text, a line as in {@link print}. */
export function printNode(node: Tensor): string {
  const nameOf = (each: Tensor) => leafName(each) ?? `%${each.id}`
  const kind = leafName(node) === undefined ? undefined : node.op
  return kind ? `${kind} ${nameOf(node)}: ${type(node)}` : line(node, nameOf)
}

function leafName({ op, params }: Tensor): string | undefined {
  if (op === 'input') return (params as OpParams['input']).name
  return op === 'parameter' ? (params as OpParams['parameter']).path : undefined
}

function line(node: Tensor, nameOf: (node: Tensor) => string): string {
  const operands = node.inputs.map(nameOf).join(', ')
  return `${nameOf(node)}: ${type(node)} = ${node.op}(${operands}) ${printParams(node.params)}`.trimEnd()
}

function type({ dtype, shape }: Tensor): string {
  return `${dtype}${printShape(shape)}`
}

/** Flags by name, the rest as `name=value`; what is false or empty is left out. */
function printParams(params: object): string {
  const parts = Object.entries(params).flatMap(([name, value]: [string, unknown]) => {
    if (value === false) return []
    if (value === true) return [name]
    if (Array.isArray(value)) return [`${name}=[${value.join(', ')}]`]
    return [`${name}=${isValue(value) ? printValue(value) : String(value)}`]
  })
  return parts.join(' ')
}

function isValue(value: unknown): value is TensorValue {
  return typeof value === 'object' && value !== null && 'data' in value
}

function printValue(value: TensorValue): string {
  const shown = numbersOf({ ...value, data: value.data.subarray(0, 8) as TensorValue['data'] })
  const numbers = Array.from(shown, (x) => Number(x.toPrecision(6))).join(', ')
  if (value.shape.length === 0) return numbers
  return `[${numbers}${value.data.length > 8 ? ', …' : ''}]`
}
