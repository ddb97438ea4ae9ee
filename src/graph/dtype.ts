/**
 * Element types. `f8e4m3` and `f8e5m2` are storage only: a parameter may have them, and the one op that
 * takes them is `cast`.
 */
export type DType = 'f32' | 'f16' | 'bf16' | 'f64' | 'i32' | 'i64' | 'u8' | 'bool' | 'f8e4m3' | 'f8e5m2'

/** The types that hold real numbers. */
export type FloatDType = Extract<DType, 'f32' | 'f16' | 'bf16' | 'f64' | 'f8e4m3' | 'f8e5m2'>

interface DTypeInfo {
  readonly bytes: number
  readonly kind: 'float' | 'int' | 'bool'
  /** Explicit significand bits of a float: casting to a type with at least as many loses nothing. */
  readonly mantissa: number
  readonly exponent: number
}

export const dtypes: { readonly [D in DType]: DTypeInfo } = {
  f64: { bytes: 8, kind: 'float', mantissa: 52, exponent: 11 },
  f32: { bytes: 4, kind: 'float', mantissa: 23, exponent: 8 },
  f16: { bytes: 2, kind: 'float', mantissa: 10, exponent: 5 },
  bf16: { bytes: 2, kind: 'float', mantissa: 7, exponent: 8 },
  f8e4m3: { bytes: 1, kind: 'float', mantissa: 3, exponent: 4 },
  f8e5m2: { bytes: 1, kind: 'float', mantissa: 2, exponent: 5 },
  i64: { bytes: 8, kind: 'int', mantissa: 63, exponent: 0 },
  i32: { bytes: 4, kind: 'int', mantissa: 31, exponent: 0 },
  u8: { bytes: 1, kind: 'int', mantissa: 8, exponent: 0 },
  bool: { bytes: 1, kind: 'bool', mantissa: 1, exponent: 0 },
}

/** True for the floating-point types. */
export function isFloat(dtype: DType): dtype is FloatDType {
  return dtypes[dtype].kind === 'float'
}

/** Bytes that `elements` values of a type take. */
export function byteLength(dtype: DType, elements: number): number {
  return dtypes[dtype].bytes * elements
}

/** True when every value of `from` is a value of `to`, so that a cast there and back changes nothing. */
export function widens(from: DType, to: DType): boolean {
  const a = dtypes[from]
  const b = dtypes[to]
  if (from === to || a.kind === 'bool') return true
  if (a.kind === 'int') {
    if (b.kind === 'float') return a.mantissa <= b.mantissa + 1
    // u8 fits in every signed type; no signed type fits in u8.
    return b.kind === 'int' && to !== 'u8' && a.mantissa <= b.mantissa
  }
  return b.kind === 'float' && a.mantissa <= b.mantissa && a.exponent <= b.exponent
}

/** The array that holds a dtype's elements: f16, bf16 as their bits, bool as 0 and 1. */
export interface DataOf {
  f32: Float32Array
  f64: Float64Array
  f16: Uint16Array
  bf16: Uint16Array
  i32: Int32Array
  i64: BigInt64Array
  u8: Uint8Array
  bool: Uint8Array
  f8e4m3: Uint8Array
  f8e5m2: Uint8Array
}

/** An array of some dtype's elements. */
export type TypedData = DataOf[DType]
