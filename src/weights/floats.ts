import { decodeSmall, dtypes, encodeSmall, type FloatDType, isFloat, valueOfBytes } from '../graph/index.ts'
import { WeightsError } from './error.ts'

export type { FloatDType } from '../graph/index.ts'
export { isFloat as isFloatDType }

/**
 * Little-endian bytes of a float type as f32: exact for every type but f64, which is rounded to nearest even.
 * f32 shares the memory where it is aligned. @throws WeightsError when the bytes are no whole number of values
 */
export function toFloat32(bytes: Uint8Array, dtype: FloatDType): Float32Array {
  const width = dtypes[dtype].bytes
  if (bytes.byteLength % width !== 0)
    throw new WeightsError(
      'argument',
      `toFloat32: expected a multiple of ${width} bytes, got ${bytes.byteLength}, pass complete values`,
    )
  const { data } = valueOfBytes(dtype, [bytes.byteLength / width], bytes)
  if (dtype === 'f32') return data as Float32Array
  if (dtype === 'f64') return Float32Array.from(data as Float64Array)
  return decodeSmall(dtype, data as Uint16Array | Uint8Array)
}

/**
 * f32 values as little-endian bytes of a float type, rounded to nearest even; NaN stays NaN. What is too large
 * becomes infinity, or NaN in f8e4m3, which has no infinity. f32 shares the memory.
 */
export function fromFloat32(values: Float32Array, dtype: FloatDType): Uint8Array {
  if (dtype === 'f32') return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  if (dtype === 'f64') return new Uint8Array(Float64Array.from(values).buffer)
  const codes = encodeSmall(dtype, values)
  return new Uint8Array(codes.buffer)
}
