import {
  type DType,
  isOp,
  numbersOf,
  type Op,
  ops,
  type Program,
  plainSymbol,
  sameDim,
  sameShape,
  type Tensor,
  tensorValue,
} from '../graph/index.ts'
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
import { addsBias, products } from './rules/products.ts'
import { rows } from './rules/rows.ts'
import { carrier, crossing, moves, type Target } from './target.ts'

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
  const crossed = new Map(inputs.map(({ name, dtype }) => [name, dtype]))
  const emitter = new Emitter(target, symbolPlaces(program))
  const values = new Map<number, Value>()
  const infos: ModelValueInfo[] = []
  const biases = foldedBiases(program)
  for (const node of program.nodes) {
    if (biases.products.has(node.id)) continue
    emitter.startNode(node)
    const { op, params, inputs: operands, bias } = biases.sums.get(node.id) ?? { ...node, bias: undefined }
    const given = [...operands, ...(bias ? [bias] : [])].map((input) => {
      const value = values.get(input.id)!
      // What only moves does so as it is stored; it is widened when something computes with it.
      return ops[op].moves && moves(value.dtype, target)
        ? value
        : emitter.cast(value, carrier(input.dtype, target))
    })
    const context = {
      node,
      params,
      operands,
      emitter,
      accuracyLevel,
      dtype: resultDtype(node, given, target),
    }
    const value = (rules[op] as Rule<Op>)(context as RuleContext<Op>, given)
    values.set(node.id, { ...value, dtype: crossed.get(value.name) ?? value.dtype })
    const isNew = operands.length > 0 && given.every(({ name }) => name !== value.name)
    if (isNew) infos.push({ name: value.name, dtype: value.dtype, shape: dims(node) })
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
    nodes: emitter.finished(),
    hostNodes: emitter.hostNodes,
    values: infos.filter(({ name }) => !emitter.isOutput(name)),
  }
}

/** As a tensor crosses into or out of a model: what ONNX Runtime cannot hand over crosses as f32. */
function boundary(name: string, { dtype, shape }: Tensor): ModelValueInfo {
  return { name, dtype: crossing(dtype), shape: dims({ shape }) }
}

function dims({ shape }: Pick<Tensor, 'shape'>): ModelDim[] {
  return shape.map((size) => (typeof size === 'number' ? size : size.text))
}

/** Moved elements stay as they are stored; computed ones are in their carrier. */
function resultDtype({ op, dtype }: Tensor, [first]: readonly Value[], target: Target): DType {
  return ops[op].moves && first ? first.dtype : carrier(dtype, target)
}

/** A sum written as the product that it ends, which adds the bias itself. */
interface BiasedProduct extends Pick<Tensor, 'op' | 'params' | 'inputs'> {
  readonly bias: Tensor
}

/**
 * Sums of a product and a bias [out] whose kernel adds the bias while it writes: a pass over the result less.
 * The product must serve nothing else.
 */
function foldedBiases({ nodes, outputs }: Program): {
  readonly products: ReadonlySet<number>
  readonly sums: ReadonlyMap<number, BiasedProduct>
} {
  const uses = new Map<number, number>()
  for (const { id } of [...nodes.flatMap(({ inputs }) => inputs), ...outputs.values()])
    uses.set(id, (uses.get(id) ?? 0) + 1)
  const products = new Set<number>()
  const sums = new Map<number, BiasedProduct>()
  for (const sum of nodes) {
    if (!isOp(sum, 'add')) continue
    const product = sum.inputs.find(({ id, op }) => addsBias.has(op) && uses.get(id) === 1)
    const bias = sum.inputs.find((input) => input !== product)
    if (!product || !bias || bias.shape.length !== 1 || !sameShape(sum.shape, product.shape)) continue
    if (!sameDim(bias.shape[0]!, product.shape.at(-1)!)) continue
    products.add(product.id)
    sums.set(sum.id, { op: product.op, params: product.params, inputs: product.inputs, bias })
  }
  return { products, sums }
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
