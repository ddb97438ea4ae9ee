import type { Tensor as OrtTensor } from 'onnxruntime-node'
import { type DType, numbersOf, type TensorValue, tensorValue } from '../graph/index.ts'
import { RuntimeError } from './error.ts'
import { crossing } from './target.ts'

type OrtType = OrtTensor.Type
type OrtTensorClass = typeof OrtTensor

const ortTypes: { readonly [D in DType]: OrtType | undefined } = {
  f32: 'float32',
  f64: 'float64',
  i32: 'int32',
  i64: 'int64',
  u8: 'uint8',
  bool: 'bool',
  f16: undefined,
  bf16: undefined,
  f8e4m3: undefined,
  f8e5m2: undefined,
}

/** A value as a tensor of ONNX Runtime, in the same memory except for dtypes that are passed as f32. */
export function toOrt(value: TensorValue, OrtTensor: OrtTensorClass): OrtTensor {
  const crosses = crossing(value.dtype)
  const { data } = crosses === value.dtype ? value : tensorValue(crosses, value.shape, numbersOf(value))
  const type = ortTypes[crosses]
  if (type === undefined)
    throw new RuntimeError('internal', `internal: ${crosses} has no type in ONNX Runtime`)
  return new OrtTensor(type, data as OrtTensor.DataType, [...value.shape])
}

/** What ONNX Runtime gave back, as a value of the graph's dtype. */
export function fromOrt(tensor: OrtTensor, dtype: DType): TensorValue {
  const { dims, data } = tensor
  const crosses = crossing(dtype)
  const value: TensorValue = { dtype: crosses, shape: dims, data: data as TensorValue['data'] }
  return crosses === dtype ? value : tensorValue(dtype, dims, numbersOf(value))
}
