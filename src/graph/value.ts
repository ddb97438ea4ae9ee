import { decodeFloats, encodeFloats } from './convert.ts'
import { type DataOf, type DType, dtypes, isFloat, type TypedData } from './dtype.ts'
import { fail } from './error.ts'

/** A concrete tensor: row-major elements. Treat the data as read-only. */
export interface TensorValue<D extends DType = DType> {
  readonly dtype: D
  readonly shape: readonly number[]
  readonly data: DataOf[D]
}

/** Number of elements of a concrete shape. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}

interface ArrayOf<D extends DType> {
  new (length: number): DataOf[D]
  new (buffer: ArrayBufferLike, offset: number, length: number): DataOf[D]
}

/** The class of the data of each dtype; 16-bit and 8-bit floats are their codes. */
export const dataArrays: { readonly [D in DType]: ArrayOf<D> } = {
  f32: Float32Array,
  f64: Float64Array,
  f16: Uint16Array,
  bf16: Uint16Array,
  i32: Int32Array,
  i64: BigInt64Array,
  u8: Uint8Array,
  bool: Uint8Array,
  f8e4m3: Uint8Array,
  f8e5m2: Uint8Array,
}

/** An array of zeros that fits a dtype. */
export function allocate<D extends DType>(dtype: D, elements: number): DataOf[D] {
  return new dataArrays[dtype](elements)
}

/** Whether a value has a dtype, so that its data is of that dtype's array. */
export function hasDtype<D extends DType>(value: TensorValue, dtype: D): value is TensorValue<D> {
  return value.dtype === dtype && value.data instanceof dataArrays[dtype]
}

/** A value's elements where it must have a dtype. @throws GraphError when it has another */
export function dataOf<D extends DType>(value: TensorValue, dtype: D): DataOf[D] {
  if (hasDtype(value, dtype)) return value.data
  return fail('dtype', 'dataOf', `expected ${dtype}, got ${value.dtype} [${value.shape}]`)
}

/**
 * A tensor from numbers, rounded to the dtype (to nearest even for floats, towards zero for integers).
 * @throws GraphError when the count does not fit the shape.
 */
export function tensorValue<D extends DType>(
  dtype: D,
  shape: readonly number[],
  numbers: ArrayLike<number>,
): TensorValue<D> {
  if (numbers.length !== elementCount(shape))
    fail(
      'shape',
      'tensorValue',
      `expected ${elementCount(shape)} numbers for [${shape}], got ${numbers.length}`,
    )
  const data: TypedData = isFloat(dtype) ? encodeFloats(dtype, numbers) : encodeIntegers(dtype, numbers)
  return { dtype, shape, data: data as DataOf[D] }
}

function encodeIntegers(dtype: DType, numbers: ArrayLike<number>): TypedData {
  const data: TypedData = allocate(dtype, numbers.length)
  for (let i = 0; i < numbers.length; i++) {
    const whole = Math.trunc(numbers[i]!)
    if (dtypes[dtype].kind === 'int' && !Number.isFinite(whole))
      fail('argument', 'tensorValue', `${numbers[i]} is no ${dtype}`)
    if (data instanceof BigInt64Array) data[i] = BigInt(whole)
    else data[i] = dtype === 'bool' ? Number(numbers[i] !== 0) : whole
  }
  return data
}

/** The elements as numbers; exact except for i64 beyond 2^53. */
export function numbersOf(value: TensorValue): Float64Array {
  if (isFloat(value.dtype)) return decodeFloats(value.dtype, value.data)
  return Float64Array.from(value.data as ArrayLike<number | bigint>, Number)
}

/** The bytes of a value, row-major and little-endian, without a copy. */
export function bytesOf(value: TensorValue): Uint8Array {
  return new Uint8Array(value.data.buffer, value.data.byteOffset, value.data.byteLength)
}

/** A value over given bytes; copied only where they are not aligned to the dtype. */
export function valueOfBytes<D extends DType>(
  dtype: D,
  shape: readonly number[],
  bytes: Uint8Array,
): TensorValue<D> {
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
  const data = new dataArrays[dtype](aligned.buffer, aligned.byteOffset, expected / width)
  return { dtype, shape, data }
}
