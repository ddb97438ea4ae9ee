import {
  type Attribute,
  encodeModel,
  type Model,
  type ModelNode,
  type ModelTensor,
} from '../../onnx/index.ts'
import { type Constant, readConstants, type WeightsManifest } from './tfWeights.ts'

/** A graph model of TensorFlow.js: `model.json`. */
export interface TfModel {
  readonly modelTopology: { readonly node: readonly TfNode[] }
  readonly weightsManifest: WeightsManifest
}

interface TfNode {
  readonly name: string
  readonly op: string
  readonly input?: readonly string[]
  readonly attr?: Readonly<Record<string, TfAttribute>>
}

interface TfAttribute {
  readonly s?: string
  readonly b?: boolean
  readonly shape?: { readonly dim: readonly { readonly size: string }[] }
  readonly list?: { readonly i?: readonly string[]; readonly s?: readonly string[] }
}

/** A value of the graph: its name in ONNX, and whether its channels come first (pictures only). */
interface Value {
  readonly name: string
  readonly channelsFirst: boolean
  readonly rank: number
}

/**
 * Writes a TensorFlow.js graph model as ONNX, so that it runs in the same engine as everything else. Pictures are
 * carried with their channels first, as ONNX wants them; inputs and outputs keep TensorFlow's order, channels last.
 * @param wanted names of the nodes that become outputs, under the same names; only what they need is taken over
 */
export function convertTfModel(model: TfModel, weights: Uint8Array, wanted: readonly string[]): Uint8Array {
  const conversion = new Conversion(model, readConstants(model.weightsManifest, weights))
  return encodeModel(conversion.model(wanted))
}

class Conversion {
  readonly #nodes: ReadonlyMap<string, TfNode>
  readonly #constants: ReadonlyMap<string, Constant>
  readonly #values = new Map<string, Value>()
  readonly #emitted: ModelNode[] = []
  readonly #initializers = new Map<string, ModelTensor>()
  readonly #inputs: { name: string; dtype: 'f32'; shape: number[] }[] = []

  constructor({ modelTopology }: TfModel, constants: ReadonlyMap<string, Constant>) {
    this.#nodes = new Map(modelTopology.node.map((node) => [node.name, node]))
    this.#constants = constants
  }

  model(wanted: readonly string[]): Model {
    const outputs = wanted.map((name, i) => {
      const value = this.value(name)
      const output = `output${i}`
      this.#emitted.push(nodeOf('Identity', [this.channelsLast(value)], output))
      // ONNX Runtime finds the sizes itself, given how many there are.
      const shape = Array.from({ length: value.rank }, (_, axis) => `${output}.${axis}`)
      return { name: output, dtype: 'f32' as const, shape }
    })
    return {
      inputs: this.#inputs,
      outputs,
      initializers: [...this.#initializers.values()],
      nodes: this.#emitted,
      values: [],
      hostNodes: [],
    }
  }

  /** The value of a node, with all that it needs. */
  value(reference: string): Value {
    const name = reference.replace(/:0$/, '')
    const known = this.#values.get(name)
    if (known) return known
    const node = this.#nodes.get(name)
    if (!node) throw new Error(`the graph has no node '${name}'`)
    const rule = rules[node.op]
    if (!rule) throw new Error(`no rule for ${node.op} (node '${name}')`)
    const value = rule(this, node)
    this.#values.set(name, value)
    return value
  }

  input(name: string, shape: number[]): string {
    this.#inputs.push({ name, dtype: 'f32', shape })
    return name
  }

  /** Appends an ONNX node. @returns the name of what it makes */
  emit(op: string, inputs: readonly string[], attributes: Readonly<Record<string, Attribute>> = {}): string {
    const name = `${op}${this.#emitted.length}`
    this.#emitted.push(nodeOf(op, inputs, name, attributes))
    return name
  }

  channelsFirst(value: Value): string {
    return value.channelsFirst ? value.name : this.emit('Transpose', [value.name], { perm: [0, 3, 1, 2] })
  }

  channelsLast(value: Value): string {
    return value.channelsFirst ? this.emit('Transpose', [value.name], { perm: [0, 2, 3, 1] }) : value.name
  }

  constant(reference: string | undefined): Constant | undefined {
    return reference === undefined ? undefined : this.#constants.get(reference.replace(/:0$/, ''))
  }

  /** A constant that the rule must know. */
  known(node: TfNode, index: number): Constant {
    const found = this.constant(node.input?.[index])
    if (!found) throw new Error(`${node.op} '${node.name}': expected input ${index} to be a constant`)
    return found
  }

  floats(shape: readonly number[], data: Float32Array): string {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    return this.#initializer('f32', shape, bytes)
  }

  integers(data: readonly number[]): string {
    return this.#initializer('i64', [data.length], new Uint8Array(BigInt64Array.from(data, BigInt).buffer))
  }

  #initializer(dtype: 'f32' | 'i64', shape: readonly number[], bytes: Uint8Array): string {
    const name = `constant${this.#initializers.size}`
    this.#initializers.set(name, { name, dtype, shape, data: { bytes } })
    return name
  }
}

function nodeOf(
  op: string,
  inputs: readonly string[],
  output: string,
  attributes: Readonly<Record<string, Attribute>> = {},
): ModelNode {
  return { name: output, op, domain: '', inputs, outputs: [output], attributes }
}

type Rule = (graph: Conversion, node: TfNode) => Value

const picture = (name: string): Value => ({ name, channelsFirst: true, rank: 4 })
const plain = (name: string, rank: number): Value => ({ name, channelsFirst: false, rank })

/** The two in the middle of `[1, height, width, 1]`. */
const inner = (attribute: TfAttribute | undefined): number[] =>
  (attribute?.list?.i ?? ['1', '1', '1', '1']).slice(1, 3).map(Number)

const text = (base64: string): string => Buffer.from(base64, 'base64').toString('latin1')

/** TensorFlow's SAME puts the odd pixel after; so does SAME_UPPER. */
function padding({ attr }: TfNode): string {
  return text(attr?.padding?.s ?? '') === 'SAME' ? 'SAME_UPPER' : 'VALID'
}

/** Where an axis of channels-last is in channels-first. */
const axisFirst = [0, 2, 3, 1]

function unary(op: string, attributes: Readonly<Record<string, Attribute>> = {}): Rule {
  return (graph, node) => {
    const x = graph.value(node.input![0]!)
    return { ...x, name: graph.emit(op, [x.name], attributes) }
  }
}

function binary(op: string): Rule {
  return (graph, node) => {
    const values = node.input!.filter((name) => !graph.constant(name)).map((name) => graph.value(name))
    const pictures = values.some(({ channelsFirst }) => channelsFirst)
    const operands = node.input!.map((name) => {
      const constant = graph.constant(name)
      if (constant) return operandOf(graph, constant, pictures)
      return pictures ? graph.channelsFirst(graph.value(name)) : graph.value(name).name
    })
    const name = graph.emit(op, operands)
    return { name, channelsFirst: pictures, rank: Math.max(...values.map(({ rank }) => rank)) }
  }
}

/** A constant operand of a picture: its last axis is the channels, which precede height and width here. */
function operandOf(graph: Conversion, { shape, data }: Constant, pictures: boolean): string {
  if (!pictures) return graph.floats(shape, data)
  const [height = 1, width = 1, channels = 1] = [1, 1, 1, ...shape].slice(-3)
  const moved = new Float32Array(data.length)
  for (let c = 0; c < channels; c++)
    for (let i = 0; i < height * width; i++) moved[c * height * width + i] = data[i * channels + c]!
  return graph.floats([channels, height, width], moved)
}

/** What is done to the result in the same node, in order. */
const fusedOps = (node: TfNode): readonly string[] => (node.attr?.fused_ops?.list?.s ?? []).map(text)

function convolution(depthwise: boolean): Rule {
  return (graph, node) => {
    const x = graph.channelsFirst(graph.value(node.input![0]!))
    const { shape, data } = graph.known(node, 1)
    const [height, width, channels, more] = shape as [number, number, number, number]
    // [h, w, in, out] → [out, in, h, w]; depthwise [h, w, in, times] → [in·times, 1, h, w]
    const area = height * width
    const weight = new Float32Array(data.length)
    for (let i = 0; i < area; i++)
      for (let c = 0; c < channels; c++)
        for (let o = 0; o < more; o++) {
          const to = depthwise ? c * more + o : o * channels + c
          weight[to * area + i] = data[(i * channels + c) * more + o]!
        }
    const weightShape = depthwise ? [channels * more, 1, height, width] : [more, channels, height, width]
    const fused = fusedOps(node)
    const bias = fused.includes('BiasAdd') ? graph.known(node, 2) : undefined
    const inputs = [x, graph.floats(weightShape, weight)]
    if (bias) inputs.push(graph.floats(bias.shape, bias.data))
    const result = graph.emit('Conv', inputs, {
      auto_pad: padding(node),
      strides: inner(node.attr?.strides),
      dilations: inner(node.attr?.dilations),
      kernel_shape: [height, width],
      group: depthwise ? channels : 1,
    })
    return picture(activated(graph, node, result, fused.at(-1)))
  }
}

function activated(graph: Conversion, node: TfNode, x: string, name: string | undefined): string {
  switch (name) {
    case undefined:
    case 'BiasAdd':
      return x
    case 'Relu':
      return graph.emit('Relu', [x])
    case 'Relu6':
      return clipped(graph, x)
    case 'Prelu':
      return graph.emit('PRelu', [x, operandOf(graph, graph.known(node, 3), true)])
    default:
      throw new Error(`${node.op} '${node.name}': no rule for ${name}`)
  }
}

function clipped(graph: Conversion, x: string): string {
  return graph.emit('Clip', [x, graph.floats([], Float32Array.of(0)), graph.floats([], Float32Array.of(6))])
}

function pooling(op: string): Rule {
  return (graph, node) =>
    picture(
      graph.emit(op, [graph.channelsFirst(graph.value(node.input![0]!))], {
        auto_pad: padding(node),
        kernel_shape: inner(node.attr?.ksize),
        strides: inner(node.attr?.strides),
      }),
    )
}

const prelu: Rule = (graph, node) => {
  const x = graph.channelsFirst(graph.value(node.input![0]!))
  return picture(graph.emit('PRelu', [x, operandOf(graph, graph.known(node, 1), true)]))
}

const mean: Rule = (graph, node) => {
  const x = graph.value(node.input![0]!)
  const axes = [...graph.known(node, 1).data].map((axis) => (x.channelsFirst ? axisFirst[axis]! : axis))
  const keep = node.attr?.keep_dims?.b === true
  if (x.channelsFirst && !keep) {
    if (axes.length !== 2 || !axes.includes(2) || !axes.includes(3))
      throw new Error(
        `Mean '${node.name}': expected a picture to keep its dimensions, or to lose height and width`,
      )
    return {
      name: graph.emit('ReduceMean', [x.name, graph.integers(axes)], { keepdims: 0 }),
      channelsFirst: false,
      rank: 2,
    }
  }
  return { ...x, name: graph.emit('ReduceMean', [x.name, graph.integers(axes)], { keepdims: keep ? 1 : 0 }) }
}

const resize: Rule = (graph, node) => {
  const x = graph.channelsFirst(graph.value(node.input![0]!))
  const sizes = [...graph.known(node, 1).data]
  const { align_corners: corners, half_pixel_centers: centres } = node.attr ?? {}
  const mode = corners?.b ? 'align_corners' : centres?.b ? 'half_pixel' : 'asymmetric'
  return picture(
    graph.emit('Resize', [x, '', '', graph.integers(sizes)], {
      mode: 'linear',
      coordinate_transformation_mode: mode,
      axes: [2, 3],
    }),
  )
}

const concat: Rule = (graph, node) => {
  const names = node.input!.slice(0, -1)
  const axis = graph.known(node, names.length).data[0]!
  const values = names.map((name) => graph.value(name))
  const pictures = values.some((value) => value.channelsFirst)
  const inputs = values.map((value) => (pictures ? graph.channelsFirst(value) : value.name))
  const at = pictures ? axisFirst[axis < 0 ? axis + 4 : axis]! : axis
  return { ...values[0]!, name: graph.emit('Concat', inputs, { axis: at }), channelsFirst: pictures }
}

const pad: Rule = (graph, node) => {
  const x = graph.channelsFirst(graph.value(node.input![0]!))
  const { data } = graph.known(node, 1)
  const order = [0, 3, 1, 2]
  const amounts = [...order.map((axis) => data[2 * axis]!), ...order.map((axis) => data[2 * axis + 1]!)]
  return picture(graph.emit('Pad', [x, graph.integers(amounts)]))
}

const reshape: Rule = (graph, node) => {
  const x = graph.channelsLast(graph.value(node.input![0]!))
  const shape = [...graph.known(node, 1).data]
  return plain(graph.emit('Reshape', [x, graph.integers(shape)]), shape.length)
}

const squeeze: Rule = (graph, node) => {
  const x = graph.channelsLast(graph.value(node.input![0]!))
  const axes = (node.attr?.squeeze_dims?.list?.i ?? []).map(Number)
  return plain(
    graph.emit('Squeeze', [x, graph.integers(axes)]),
    graph.value(node.input![0]!).rank - axes.length,
  )
}

const dense: Rule = (graph, node) => {
  const { shape, data } = graph.known(node, 1)
  const x = graph.emit('MatMul', [graph.value(node.input![0]!).name, graph.floats(shape, data)])
  const bias = graph.known(node, 2)
  const sum = graph.emit('Add', [x, graph.floats(bias.shape, bias.data)])
  return plain(activated(graph, node, sum, fusedOps(node).at(-1)), 2)
}

const placeholder: Rule = (graph, node) => {
  const dims = node.attr?.shape?.shape?.dim.map(({ size }) => Math.max(1, Number(size))) ?? []
  return plain(graph.input('input', dims), dims.length)
}

/** The ops that the packs' models are made of. */
const rules: Readonly<Record<string, Rule | undefined>> = {
  Placeholder: placeholder,
  Identity: (graph, node) => graph.value(node.input![0]!),
  _FusedConv2D: convolution(false),
  Conv2D: convolution(false),
  FusedDepthwiseConv2dNative: convolution(true),
  DepthwiseConv2dNative: convolution(true),
  MaxPool: pooling('MaxPool'),
  AvgPool: pooling('AveragePool'),
  Add: binary('Add'),
  AddV2: binary('Add'),
  Sub: binary('Sub'),
  Mul: binary('Mul'),
  Maximum: binary('Max'),
  Minimum: binary('Min'),
  Relu: unary('Relu'),
  Relu6: (graph, node) => {
    const x = graph.value(node.input![0]!)
    return { ...x, name: clipped(graph, x.name) }
  },
  Sigmoid: unary('Sigmoid'),
  Softmax: unary('Softmax', { axis: -1 }),
  Prelu: prelu,
  Mean: mean,
  ResizeBilinear: resize,
  ConcatV2: concat,
  Pad: pad,
  Reshape: reshape,
  Squeeze: squeeze,
  _FusedMatMul: dense,
}
