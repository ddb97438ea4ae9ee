import { decodeFloats, encodeFloats } from './convert.ts'
import { type DType, dtypes, isFloat, type TypedData } from './dtype.ts'
import { fail } from './error.ts'

/** A concrete tensor: row-major elements. Treat the data as read-only. */
export interface TensorValue {
  readonly dtype: DType
  readonly shape: readonly number[]
  readonly data: TypedData
}

/** Number of elements of a concrete shape. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}

/** An array of zeros that fits a dtype. */
export function allocate(dtype: DType, elements: number): TypedData {
  switch (dtype) {
    case 'f32':
      return new Float32Array(elements)
    case 'f64':
      return new Float64Array(elements)
    case 'f16':
    case 'bf16':
      return new Uint16Array(elements)
    case 'i32':
      return new Int32Array(elements)
    case 'i64':
      return new BigInt64Array(elements)
    case 'u8':
    case 'bool':
    case 'f8e4m3':
    case 'f8e5m2':
      return new Uint8Array(elements)
  }
}

/**
 * A tensor from numbers, rounded to the dtype (to nearest even for floats, towards zero for integers).
 * @throws GraphError when the count does not fit the shape.
 */
export function tensorValue(dtype: DType, shape: readonly number[], numbers: ArrayLike<number>): TensorValue {
  if (numbers.length !== elementCount(shape))
    fail(
      'shape',
      'tensorValue',
      `expected ${elementCount(shape)} numbers for [${shape}], got ${numbers.length}`,
    )
  if (isFloat(dtype)) return { dtype, shape, data: encodeFloats(dtype, numbers) }
  const data = allocate(dtype, numbers.length)
  for (let i = 0; i < numbers.length; i++) {
    const whole = Math.trunc(numbers[i]!)
    if (dtypes[dtype].kind === 'int' && !Number.isFinite(whole))
      fail('argument', 'tensorValue', `${numbers[i]} is no ${dtype}`)
    if (data instanceof BigInt64Array) data[i] = BigInt(whole)
    else data[i] = dtype === 'bool' ? Number(numbers[i] !== 0) : whole
  }
  return { dtype, shape, data }
}

/** The elements as numbers; exact but for i64 beyond 2^53. */
export function numbersOf(value: TensorValue): Float64Array {
  if (isFloat(value.dtype)) return decodeFloats(value.dtype, value.data)
  return Float64Array.from(value.data as ArrayLike<number | bigint>, Number)
}

/** The bytes of a value, row-major and little-endian, without a copy. */
export function bytesOf(value: TensorValue): Uint8Array {
  return new Uint8Array(value.data.buffer, value.data.byteOffset, value.data.byteLength)
}

/** A value over given bytes; copied only where they are not aligned to the dtype. */
export function valueOfBytes(dtype: DType, shape: readonly number[], bytes: Uint8Array): TensorValue {
  const width = dtypes[dtype].bytes
  const expected = elementCount(shape) * width
  if (bytes.byteLength !== expected)
    fail(
      'shape',
      'valueOfBytes',
      `expected ${expected} bytes for ${dtype} [${shape}], got ${bytes.byteLength}`,
    )
  // Not slice(): that of a Node Buffer is a view of the same place.
  const aligned = bytes.byteOffset % width === 0 ? bytes : new Uint8Array(bytes)
  const template = allocate(dtype, 0)
  const TypedArray = template.constructor as new (
    buffer: ArrayBufferLike,
    offset: number,
    length: number,
  ) => TypedData
  return { dtype, shape, data: new TypedArray(aligned.buffer, aligned.byteOffset, expected / width) }
}
