import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import type { DType } from '../graph/index.ts'

/** TensorProto.DataType of onnx.proto3. */
const dataTypes: { readonly [D in DType]: number } = {
  f32: 1,
  u8: 2,
  i32: 6,
  i64: 7,
  bool: 9,
  f16: 10,
  f64: 11,
  bf16: 16,
  f8e4m3: 17,
  f8e5m2: 19,
}

/** A dimension of an input or output: a size, or a name for one. */
export type ModelDim = number | string

export interface ModelValueInfo {
  readonly name: string
  readonly dtype: DType
  readonly shape: readonly ModelDim[]
}

/** Bytes of a tensor inside the model, or their place in a file (or in a buffer given under a name). */
export type ModelData =
  | { readonly bytes: Uint8Array }
  | { readonly location: string; readonly offset: number; readonly byteLength: number }

export interface ModelTensor {
  readonly name: string
  readonly dtype: DType
  readonly shape: readonly number[]
  readonly data: ModelData
}

/** A number is an int; a float is written as `{ float }`. */
export type Attribute =
  | number
  | string
  | readonly number[]
  | { readonly float: number }
  | { readonly type: DType }

export interface ModelNode {
  readonly name: string
  readonly op: string
  /** '' for ONNX itself. */
  readonly domain: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: Readonly<Record<string, Attribute>>
}

/** An ONNX model as plain data, in order of execution. */
export interface Model {
  readonly inputs: readonly ModelValueInfo[]
  readonly outputs: readonly ModelValueInfo[]
  readonly initializers: readonly ModelTensor[]
  readonly nodes: readonly ModelNode[]
  /**
   * Shapes of values between nodes. ONNX Runtime loses track of open sizes at a Reshape; without these it plans
   * no reuse of memory, and for thousands of nodes takes seconds to find that out.
   */
  readonly values: readonly ModelValueInfo[]
  /** Names of nodes that only the CPU provider can run, which the others may not know of themselves. */
  readonly hostNodes: readonly string[]
}

/** IR version 10 is the one that came with opset 21. */
const irVersion = 10
const opsets: readonly (readonly [domain: string, version: number])[] = [
  ['', 21],
  ['com.microsoft', 1],
]

/** Writes a model in ONNX's protobuf format (field numbers of onnx.proto3). */
export function encodeModel(model: Model): Uint8Array {
  const writer = new BinaryWriter()
  writer.tag(1, WireType.Varint).int64(irVersion)
  writer.tag(2, WireType.LengthDelimited).string('pentimento')
  message(writer, 7, () => {
    for (const node of model.nodes) message(writer, 1, () => writeNode(writer, node))
    text(writer, 2, 'pentimento')
    for (const tensor of model.initializers) message(writer, 5, () => writeTensor(writer, tensor))
    for (const input of model.inputs) message(writer, 11, () => writeValueInfo(writer, input))
    for (const output of model.outputs) message(writer, 12, () => writeValueInfo(writer, output))
    for (const value of model.values) message(writer, 13, () => writeValueInfo(writer, value))
  })
  for (const [domain, version] of opsets)
    message(writer, 8, () => {
      text(writer, 1, domain)
      writer.tag(2, WireType.Varint).int64(version)
    })
  return writer.finish()
}

function message(writer: BinaryWriter, field: number, write: () => void): void {
  writer.tag(field, WireType.LengthDelimited).fork()
  write()
  writer.join()
}

function text(writer: BinaryWriter, field: number, value: string): void {
  writer.tag(field, WireType.LengthDelimited).string(value)
}

function packed(writer: BinaryWriter, field: number, values: readonly number[]): void {
  writer.tag(field, WireType.LengthDelimited).fork()
  for (const value of values) writer.int64(value)
  writer.join()
}

function writeNode(writer: BinaryWriter, node: ModelNode): void {
  for (const input of node.inputs) text(writer, 1, input)
  for (const output of node.outputs) text(writer, 2, output)
  text(writer, 3, node.name)
  text(writer, 4, node.op)
  for (const [name, value] of Object.entries(node.attributes))
    message(writer, 5, () => {
      text(writer, 1, name)
      const type = writeAttributeValue(writer, value)
      writer.tag(20, WireType.Varint).int32(type)
    })
  if (node.domain !== '') text(writer, 7, node.domain)
}

/** Returns the AttributeProto.AttributeType. */
function writeAttributeValue(writer: BinaryWriter, value: Attribute): number {
  if (typeof value === 'number') {
    writer.tag(3, WireType.Varint).int64(value)
    return 2
  }
  if (typeof value === 'string') {
    text(writer, 4, value)
    return 3
  }
  if ('float' in value) {
    writer.tag(2, WireType.Bit32).float(value.float)
    return 1
  }
  if ('type' in value) {
    writer.tag(3, WireType.Varint).int64(dataTypes[value.type])
    return 2
  }
  packed(writer, 8, value)
  return 7
}

function writeTensor(writer: BinaryWriter, { name, dtype, shape, data }: ModelTensor): void {
  packed(writer, 1, shape)
  writer.tag(2, WireType.Varint).int32(dataTypes[dtype])
  text(writer, 8, name)
  if ('bytes' in data) {
    writer.tag(9, WireType.LengthDelimited).bytes(data.bytes)
    return
  }
  const entries = { location: data.location, offset: data.offset, length: data.byteLength }
  for (const [key, value] of Object.entries(entries))
    message(writer, 13, () => {
      text(writer, 1, key)
      text(writer, 2, String(value))
    })
  writer.tag(14, WireType.Varint).int32(1)
}

function writeValueInfo(writer: BinaryWriter, { name, dtype, shape }: ModelValueInfo): void {
  text(writer, 1, name)
  message(writer, 2, () =>
    message(writer, 1, () => {
      writer.tag(1, WireType.Varint).int32(dataTypes[dtype])
      message(writer, 2, () => {
        for (const size of shape)
          message(writer, 1, () => {
            if (typeof size === 'number') writer.tag(1, WireType.Varint).int64(size)
            else text(writer, 2, size)
          })
      })
    }),
  )
}
