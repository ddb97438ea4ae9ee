import { numbersOf, type Op, type Program, plainSymbol, type Tensor, tensorValue } from '../graph/index.ts'
import {
  type AccuracyLevel,
  Emitter,
  type Rule,
  type RuleContext,
  type SymbolPlace,
  type Value,
} from './emitter.ts'
import type { Model, ModelData, ModelDim, ModelTensor, ModelValueInfo } from './proto.ts'
import { elementwise } from './rules/elementwise.ts'
import { movement } from './rules/movement.ts'
import { products } from './rules/products.ts'
import { rows } from './rules/rows.ts'
import { carrier, type Target } from './target.ts'

/** Names in a model: an output may be called as an input or a parameter is. */
export const inputName = (name: string): string => `input:${name}`
export const parameterName = (path: string): string => `parameter:${path}`
export const outputName = (name: string): string => `output:${name}`

/** Where a parameter's bytes are; undefined makes it an input, given at each run. */
export type ParameterPlace = (path: string) => ModelData | undefined

export interface LowerOptions {
  readonly target: Target
  readonly place: ParameterPlace
  readonly accuracyLevel: AccuracyLevel
}

const leaves: { readonly [O in 'input' | 'parameter' | 'constant' | 'size' | 'iota']: Rule<O> } = {
  // Written before the walk, as the model's inputs and initializers.
  input: ({ params }) => ({ name: inputName(params.name), dtype: params.dtype }),
  parameter: ({ params }) => ({ name: parameterName(params.path), dtype: params.dtype }),
  constant: ({ emitter, params: { value }, dtype }) =>
    emitter.constant(value.dtype === dtype ? value : tensorValue(dtype, value.shape, numbersOf(value))),
  size: ({ emitter, params: { dim }, dtype }) => emitter.cast(emitter.reshape(emitter.size(dim), []), dtype),
  iota: ({ emitter, params: { length }, dtype }) => {
    const count = dtype === 'u8' ? 'i32' : dtype
    const end = emitter.cast(emitter.reshape(emitter.size(length), []), count)
    const steps = emitter.emit('Range', [emitter.scalar(count, 0), end, emitter.scalar(count, 1)], count)
    return emitter.cast(steps, dtype)
  },
}

const rules: { readonly [O in Op]: Rule<O> } = {
  ...leaves,
  ...elementwise,
  ...products,
  ...rows,
  ...movement,
}

/** Ops that move stored elements as they are, so that widening can wait until something computes with them. */
const takesStored: ReadonlySet<Op> = new Set<Op>([
  'cast',
  'stopGradient',
  'reshape',
  'transpose',
  'broadcastTo',
  'slice',
  'gather',
  'after',
])

/** A prepared program as an ONNX model: opset 21 with the ops of `com.microsoft`. */
export function lower(program: Program, { target, place, accuracyLevel }: LowerOptions): Model {
  const inputs: ModelValueInfo[] = []
  const stored: ModelTensor[] = []
  for (const [name, node] of program.inputs) inputs.push(boundary(inputName(name), node))
  for (const [path, node] of program.parameters) {
    const data = place(path)
    if (data)
      stored.push({
        name: parameterName(path),
        dtype: node.dtype,
        shape: node.shape as readonly number[],
        data,
      })
    else inputs.push(boundary(parameterName(path), node))
  }
  const fed = new Map(inputs.map(({ name, dtype }) => [name, dtype]))
  const emitter = new Emitter(target, symbolPlaces(program))
  const values = new Map<number, Value>()
  for (const node of program.nodes) {
    emitter.startNode(node)
    const operands = node.inputs.map((input) => {
      const value = values.get(input.id)!
      return takesStored.has(node.op) ? value : emitter.carried(value)
    })
    const context = {
      node,
      params: node.params,
      dtype: takesStored.has(node.op) && operands[0] ? operands[0].dtype : carrier(node.dtype, target),
      emitter,
      accuracyLevel,
    } as RuleContext<Op>
    const value = (rules[node.op] as Rule<Op>)(context, operands)
    values.set(node.id, { ...value, dtype: fed.get(value.name) ?? value.dtype })
  }
  const outputs = [...program.outputs].map(([name, node]) => {
    const info = boundary(outputName(name), node)
    emitter.startNode(node)
    emitter.output(info.name, emitter.cast(values.get(node.id)!, info.dtype))
    return info
  })
  return {
    inputs,
    outputs,
    initializers: [...stored, ...emitter.initializers],
    nodes: emitter.nodes,
    hostNodes: emitter.hostNodes,
  }
}

/** As a tensor crosses into or out of a model: what ONNX Runtime cannot hand over crosses as f32. */
function boundary(name: string, { dtype, shape }: Tensor): ModelValueInfo {
  const dims = shape.map((size): ModelDim => (typeof size === 'number' ? size : size.text))
  return { name, dtype: crossing(dtype), shape: dims }
}

/** The dtype in which values of a dtype are given to a session and taken from it. */
export function crossing(dtype: Tensor['dtype']): Tensor['dtype'] {
  return dtype === 'bf16' || dtype === 'f8e4m3' || dtype === 'f8e5m2' ? 'f32' : dtype
}

function symbolPlaces({ inputs }: Program): Map<string, SymbolPlace> {
  const places = new Map<string, SymbolPlace>()
  for (const [name, { shape }] of inputs)
    shape.forEach((size, axis) => {
      const symbol = plainSymbol(size)
      if (symbol !== undefined && !places.has(symbol)) places.set(symbol, { value: inputName(name), axis })
    })
  return places
}
