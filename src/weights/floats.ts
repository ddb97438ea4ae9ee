import { type DType, dtypes, isFloat, numbersOf, valueOfBytes } from '../graph/index.ts'
import { WeightsError } from './error.ts'

/** The types that hold real numbers. */
export type FloatDType = Extract<DType, 'f32' | 'f16' | 'bf16' | 'f64' | 'f8e4m3' | 'f8e5m2'>

export function isFloatDType(dtype: DType): dtype is FloatDType {
  return isFloat(dtype)
}

/**
 * Little-endian bytes of a float type as f32: exact for every type but f64, which is rounded to nearest even.
 * f32 shares the memory where it is aligned. Means what the graph language's `numbersOf` says, but made for
 * billions of values. @throws WeightsError when the bytes are no whole number of values
 */
export function toFloat32(bytes: Uint8Array, dtype: FloatDType): Float32Array {
  const width = dtypes[dtype].bytes
  if (bytes.byteLength % width !== 0)
    throw new WeightsError(
      'argument',
      `toFloat32: expected a multiple of ${width} bytes, got ${bytes.byteLength}, pass whole values`,
    )
  const { data } = valueOfBytes(dtype, [bytes.byteLength / width], bytes)
  if (data instanceof Float32Array) return data
  if (data instanceof Float64Array) return Float32Array.from(data)
  const codes = data as Uint16Array | Uint8Array
  const bits = new Uint32Array(codes.length)
  if (dtype === 'bf16') for (let i = 0; i < codes.length; i++) bits[i] = (codes[i] as number) << 16
  else if (dtype === 'f16') for (let i = 0; i < codes.length; i++) bits[i] = f16ToBits(codes[i] as number)
  else {
    const table = dtype === 'f8e4m3' ? tableE4M3() : tableE5M2()
    for (let i = 0; i < codes.length; i++) bits[i] = table[codes[i] as number] as number
  }
  return new Float32Array(bits.buffer)
}

/**
 * f32 values as little-endian bytes of a float type, rounded to nearest even; NaN stays NaN. What is too large
 * becomes infinity, or NaN in f8e4m3, which has no infinity. f32 shares the memory.
 */
export function fromFloat32(values: Float32Array, dtype: FloatDType): Uint8Array {
  if (dtype === 'f32') return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  if (dtype === 'f64') return new Uint8Array(Float64Array.from(values).buffer)
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length)
  if (dtype === 'bf16') {
    const codes = new Uint16Array(bits.length)
    for (let i = 0; i < bits.length; i++) codes[i] = bitsToBf16(bits[i] as number)
    return new Uint8Array(codes.buffer)
  }
  const format = smallFloat(dtype)
  const codes = format.bytes === 2 ? new Uint16Array(bits.length) : new Uint8Array(bits.length)
  for (let i = 0; i < bits.length; i++) codes[i] = bitsToSmall(bits[i] as number, values[i] as number, format)
  return new Uint8Array(codes.buffer)
}

/** 1 sign, 5 exponent (bias 15), 10 significand bits. Works on bits alone, so that NaN keeps its payload. */
function f16ToBits(code: number): number {
  const sign = (code & 0x8000) << 16
  const size = code & 0x7fff
  if (size >= 0x7c00) return sign | ((size << 13) + (224 << 23))
  if (size >= 0x0400) return sign | ((size << 13) + (112 << 23))
  if (size === 0) return sign
  // Subnormal: size · 2⁻²⁴. Shift its leading bit to where the implicit one is.
  const shift = Math.clz32(size) - 21
  return sign | (((size << shift) & 0x3ff) << 13) | ((113 - shift) << 23)
}

/** The f32 bits of each code of f8e4m3: the graph language's definition, but that NaN keeps its sign. */
function tableE4M3(): Uint32Array {
  const data = Uint8Array.from({ length: 128 }, (_, code) => code)
  const magnitudes = new Uint32Array(
    Float32Array.from(numbersOf({ dtype: 'f8e4m3', shape: [128], data })).buffer,
  )
  return Uint32Array.from([...magnitudes, ...magnitudes.map((bits) => bits | 0x80000000)])
}

/** The f32 bits of each code of f8e5m2, which is the upper byte of f16. */
function tableE5M2(): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, code) => f16ToBits(code << 8))
}

function bitsToBf16(bits: number): number {
  if ((bits & 0x7fffffff) <= 0x7f800000) return (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16
  const code = bits >>> 16
  return (code & 0x7f) === 0 ? code | 0x40 : code // a NaN must not lose all of its payload and become infinity
}

interface SmallFloat {
  readonly bytes: number
  readonly mantissa: number
  readonly bias: number
  /** The code of everything too large: infinity, or NaN. */
  readonly overflow: number
  readonly nan: number
}

function smallFloat(dtype: 'f16' | 'f8e4m3' | 'f8e5m2'): SmallFloat {
  const { bytes, mantissa, exponent } = dtypes[dtype]
  const layout = { bytes, mantissa, bias: 2 ** (exponent - 1) - 1 }
  const infinity = (2 ** exponent - 1) << mantissa
  // f8e4m3 ("fn") has no infinity: but for one NaN, its highest exponent is one of ordinary numbers.
  if (dtype === 'f8e4m3') return { ...layout, overflow: 0x7f, nan: 0x7f }
  return { ...layout, overflow: infinity, nan: infinity | (1 << (mantissa - 1)) }
}

function bitsToSmall(bits: number, value: number, format: SmallFloat): number {
  const { mantissa, bias, overflow, nan } = format
  const width = format.bytes * 8
  const sign = (bits >>> 31) << (width - 1)
  const size = bits & 0x7fffffff
  const drop = 23 - mantissa
  if (size > 0x7f800000) {
    const payload = (size >>> drop) & ((1 << mantissa) - 1)
    return sign | (payload === 0 ? nan : overflow | payload)
  }
  const rebased = size - ((127 - bias) << 23)
  if (rebased >= 1 << 23) {
    const code = (rebased + (1 << (drop - 1)) - 1 + ((rebased >>> drop) & 1)) >>> drop
    return sign | Math.min(code, overflow)
  }
  // Subnormal: a whole number of the smallest step; adding 2⁵² rounds a double to a whole number, ties to even.
  const steps = Math.abs(value) * 2 ** (bias - 1 + mantissa)
  return sign | (steps + 2 ** 52 - 2 ** 52)
}
