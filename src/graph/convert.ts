import type { DType, TypedData } from './dtype.ts'

/** Layout of a small float: sign, exponent, mantissa. */
interface Layout {
  readonly mantissa: number
  readonly bias: number
  /** The all-ones exponent: infinities and NaN (ieee), or ordinary numbers but for one NaN (f8e4m3fn). */
  readonly ieee: boolean
  readonly bits: number
}

const layouts: { readonly [D in 'f16' | 'bf16' | 'f8e4m3' | 'f8e5m2']: Layout } = {
  f16: { mantissa: 10, bias: 15, ieee: true, bits: 16 },
  bf16: { mantissa: 7, bias: 127, ieee: true, bits: 16 },
  f8e4m3: { mantissa: 3, bias: 7, ieee: false, bits: 8 },
  f8e5m2: { mantissa: 2, bias: 15, ieee: true, bits: 8 },
}

type SmallFloat = keyof typeof layouts

function isSmallFloat(dtype: DType): dtype is SmallFloat {
  return dtype in layouts
}

function decodeOne({ mantissa, bias, ieee, bits }: Layout, pattern: number): number {
  const sign = pattern >> (bits - 1) ? -1 : 1
  const exponentOnes = (1 << (bits - 1 - mantissa)) - 1
  const exponent = (pattern >> mantissa) & exponentOnes
  const fraction = pattern & ((1 << mantissa) - 1)
  if (exponent === exponentOnes && ieee) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  if (exponent === exponentOnes && fraction === (1 << mantissa) - 1) return Number.NaN
  if (exponent === 0) return sign * fraction * 2 ** (1 - bias - mantissa)
  return sign * (1 + fraction / (1 << mantissa)) * 2 ** (exponent - bias)
}

/** Every pattern's value: 65,536 at most, so decoding is one look-up. */
function decodeTable(layout: Layout): Float32Array {
  return Float32Array.from({ length: 1 << layout.bits }, (_, pattern) => decodeOne(layout, pattern))
}

/** To nearest, ties to even; what is too large becomes infinity, or NaN where the type has none. */
function encodeOne({ mantissa, bias, ieee, bits }: Layout, value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 1 << (bits - 1) : 0
  const exponentOnes = (1 << (bits - 1 - mantissa)) - 1
  const infinity = exponentOnes << mantissa
  const nan = ieee ? infinity | (1 << (mantissa - 1)) : infinity | ((1 << mantissa) - 1)
  if (Number.isNaN(value)) return nan
  const magnitude = Math.abs(value)
  const overflow = sign | (ieee ? infinity : nan)
  if (magnitude === Number.POSITIVE_INFINITY) return overflow
  if (magnitude === 0) return sign
  let exponent = Math.max(Math.floor(Math.log2(magnitude)), 1 - bias)
  if (2 ** exponent > magnitude && exponent > 1 - bias) exponent--
  const scaled = roundHalfEven(magnitude / 2 ** (exponent - mantissa))
  // Subnormals (scaled below one) and a carry into the next exponent both fall out of this sum.
  const pattern = scaled + ((exponent + bias - 1) << mantissa)
  if (ieee ? pattern >= infinity : pattern >= nan) return overflow
  return sign | pattern
}

/** To the nearest whole number, ties to even. */
export function roundHalfEven(x: number): number {
  const below = Math.floor(x)
  const rest = x - below
  if (rest !== 0.5) return rest < 0.5 ? below : below + 1
  return below % 2 === 0 ? below : below + 1
}

/** A number rounded to a float dtype and back. */
export function roundToDtype(dtype: DType, value: number): number {
  if (dtype === 'f32') return Math.fround(value)
  return isSmallFloat(dtype) ? decodeOne(layouts[dtype], encodeOne(layouts[dtype], value)) : value
}

/** Numbers as the elements of a float dtype, rounded to nearest even. */
export function encodeFloats(dtype: DType, numbers: ArrayLike<number>): TypedData {
  if (dtype === 'f64') return Float64Array.from(numbers)
  if (!isSmallFloat(dtype)) return Float32Array.from(numbers)
  const { bits } = layouts[dtype]
  const out = bits === 16 ? new Uint16Array(numbers.length) : new Uint8Array(numbers.length)
  for (let i = 0; i < numbers.length; i++) out[i] = encodeOne(layouts[dtype], numbers[i]!)
  return out
}

/** The elements of a float dtype as numbers, exactly. */
export function decodeFloats(dtype: DType, data: TypedData): Float64Array {
  if (!isSmallFloat(dtype)) return Float64Array.from(data as Float32Array | Float64Array)
  const table = decodeTable(layouts[dtype])
  return Float64Array.from(data as Uint16Array | Uint8Array, (pattern) => table[pattern]!)
}
