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

/** What a tensor of ONNX Runtime is made of; unlike the tensor it can be sent to another thread. */
export interface TensorParts {
  readonly type: OrtType
  readonly data: TensorValue['data']
  readonly dims: readonly number[]
}

/** The parts of a value, in the same memory except for dtypes that are passed as f32. */
export function partsOfValue(value: TensorValue): TensorParts {
  const crosses = crossing(value.dtype)
  const { data } = crosses === value.dtype ? value : tensorValue(crosses, value.shape, numbersOf(value))
  const type = ortTypes[crosses]
  if (type === undefined)
    throw new RuntimeError('internal', `internal: ${crosses} has no type in ONNX Runtime`)
  return { type, data, dims: value.shape }
}

/** A value as a tensor of ONNX Runtime, in the same memory except for dtypes that are passed as f32. */
export function toOrt(value: TensorValue, OrtTensor: OrtTensorClass): OrtTensor {
  return tensorOf(partsOfValue(value), OrtTensor)
}

export function tensorOf({ type, data, dims }: TensorParts, OrtTensor: OrtTensorClass): OrtTensor {
  return new OrtTensor(type, data as OrtTensor.DataType, [...dims])
}

/** What ONNX Runtime gave back, as a value of the graph's dtype. */
export function fromOrt({ dims, data }: Pick<OrtTensor, 'dims' | 'data'>, dtype: DType): TensorValue {
  const crosses = crossing(dtype)
  const value: TensorValue = { dtype: crosses, shape: dims, data: data as TensorValue['data'] }
  return crosses === dtype ? value : tensorValue(dtype, dims, numbersOf(value))
}
