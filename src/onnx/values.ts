import type { Tensor as OrtTensor } from 'onnxruntime-node'
import {
  allocate,
  type DType,
  elementCount,
  numbersOf,
  type TensorValue,
  tensorValue,
} from '../graph/index.ts'
import { RuntimeError } from './error.ts'
import { crossing, type Target } from './target.ts'

type OrtType = OrtTensor.Type
type OrtTensorClass = typeof OrtTensor

const ortTypes: { readonly [D in DType]: OrtType | undefined } = {
  f32: 'float32',
  f64: 'float64',
  f16: 'float16',
  i32: 'int32',
  i64: 'int64',
  u8: 'uint8',
  bool: 'bool',
  bf16: undefined,
  f8e4m3: undefined,
  f8e5m2: undefined,
}

/** A value as ONNX Runtime takes it, over the same memory but for dtypes that cross as f32. */
export function toOrt(value: TensorValue, target: Target, OrtTensor: OrtTensorClass): OrtTensor {
  const crosses = crossing(value.dtype, target)
  const { data } = crosses === value.dtype ? value : tensorValue(crosses, value.shape, numbersOf(value))
  const type = ortTypes[crosses]
  if (type === undefined)
    throw new RuntimeError('internal', `internal: ${crosses} has no type in ONNX Runtime`)
  return new OrtTensor(type, data as OrtTensor.DataType, [...value.shape])
}

/** What ONNX Runtime gave back, as a value of the dtype that the graph says. */
export function fromOrt(tensor: OrtTensor, dtype: DType, target: Target): TensorValue {
  const { dims, data } = tensor
  const view = data as ArrayBufferView<ArrayBuffer>
  const crosses = crossing(dtype, target)
  const template = allocate(crosses, 0)
  // Where Node has Float16Array, f16 comes as one: the same bits under the name that this project gives them.
  const Data = template.constructor as new (
    buffer: ArrayBuffer,
    offset: number,
    length: number,
  ) => TensorValue['data']
  const values = new Data(view.buffer, view.byteOffset, elementCount(dims))
  const value: TensorValue = { dtype: crosses, shape: dims, data: values }
  return crosses === dtype ? value : tensorValue(dtype, dims, numbersOf(value))
}
