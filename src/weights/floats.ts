import type { DType } from '../graph/index.ts'
import { WeightsError } from './error.ts'

/** The types that hold real numbers. */
export type FloatDType = Extract<DType, 'f32' | 'f16' | 'bf16' | 'f64' | 'f8e4m3' | 'f8e5m2'>

export function isFloatDType(dtype: DType): dtype is FloatDType {
  return dtype.startsWith('f') || dtype === 'bf16'
}

/**
 * Little-endian bytes of a float type as f32: exact for every type but f64, which is rounded to nearest even.
 * f32 shares the memory where it is aligned. @throws WeightsError when the bytes are no whole number of values
 */
export function toFloat32(bytes: Uint8Array, dtype: FloatDType): Float32Array {
  if (dtype === 'f32') return new Float32Array(...aligned(bytes, 4))
  if (dtype === 'f64') return Float32Array.from(new Float64Array(...aligned(bytes, 8)))
  if (dtype === 'f8e4m3' || dtype === 'f8e5m2') {
    const table = dtype === 'f8e4m3' ? tableE4M3() : tableE5M2()
    return new Float32Array(Uint32Array.from(bytes, (code) => table[code] as number).buffer)
  }
  const codes = new Uint16Array(...aligned(bytes, 2))
  const bits = new Uint32Array(codes.length)
  if (dtype === 'bf16') for (let i = 0; i < codes.length; i++) bits[i] = (codes[i] as number) << 16
  else for (let i = 0; i < codes.length; i++) bits[i] = f16ToBits(codes[i] as number)
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
  const format = smallFloats[dtype]
  const codes = format.bytes === 2 ? new Uint16Array(bits.length) : new Uint8Array(bits.length)
  for (let i = 0; i < bits.length; i++) codes[i] = bitsToSmall(bits[i] as number, values[i] as number, format)
  return new Uint8Array(codes.buffer)
}

/** The arguments of a typed-array view of bytes; copies where they are not aligned. */
function aligned(bytes: Uint8Array, size: number): [ArrayBufferLike, number, number] {
  if (bytes.byteLength % size !== 0)
    throw new WeightsError(
      'argument',
      `toFloat32: expected a multiple of ${size} bytes, got ${bytes.byteLength}, pass whole values`,
    )
  const length = bytes.byteLength / size
  return bytes.byteOffset % size === 0 ? [bytes.buffer, bytes.byteOffset, length] : [bytes.slice().buffer, 0, length]
}

const bitsOf = (value: number): number => new Uint32Array(Float32Array.of(value).buffer)[0] as number

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

/** f8e4m3 "fn": bias 7, no infinities, NaN only as ±0x7f; the largest number is 448. As f32 bits by code. */
function tableE4M3(): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, code) => {
    const sign = (code & 0x80) << 24
    const size = code & 0x7f
    if (size === 0x7f) return sign | 0x7fc00000
    if (size >= 8) return sign | ((size << 20) + (120 << 23))
    return sign | bitsOf(size * 2 ** -9)
  })
}

/** f8e5m2 is the upper byte of f16. As f32 bits by code. */
function tableE5M2(): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, code) => f16ToBits(code << 8))
}

function bitsToBf16(bits: number): number {
  if ((bits & 0x7fffffff) <= 0x7f800000) return (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16
  const code = bits >>> 16
  return (code & 0x7f) === 0 ? code | 0x40 : code // a NaN must not lose all of its payload and become infinity
}

interface SmallFloat {
  readonly bytes: 1 | 2
  readonly mantissa: number
  readonly bias: number
  /** The code of everything too large: infinity, or NaN. */
  readonly overflow: number
  readonly nan: number
}

const smallFloats: { readonly [D in 'f16' | 'f8e4m3' | 'f8e5m2']: SmallFloat } = {
  f16: { bytes: 2, mantissa: 10, bias: 15, overflow: 0x7c00, nan: 0x7e00 },
  f8e4m3: { bytes: 1, mantissa: 3, bias: 7, overflow: 0x7f, nan: 0x7f },
  f8e5m2: { bytes: 1, mantissa: 2, bias: 15, overflow: 0x7c, nan: 0x7e },
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
