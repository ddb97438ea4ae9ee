import { printShape } from './dim.ts'
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
    const name = `%${names.size - inputs.size - parameters.size}`
    names.set(node.id, name)
    const operands = node.inputs.map((input) => names.get(input.id)!).join(', ')
    const text = `${node.op}(${operands}) ${printParams(node.params)}`.trimEnd()
    lines.push(`${segment === undefined ? '' : '  '}${name}: ${type(node)} = ${text}`)
  }
  const results = [...outputs].map(([name, node]) => `${name} = ${names.get(node.id)}`)
  lines.push(`return ${results.join(', ')}`)
  return lines.join('\n')
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
