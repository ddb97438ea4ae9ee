import { type DType, dtypes, type FloatDType, type TypedData } from './dtype.ts'

/** Float types narrower than f32: every value of theirs is one of f32. */
export type SmallFloat = Exclude<FloatDType, 'f32' | 'f64'>

function isSmallFloat(dtype: DType): dtype is SmallFloat {
  return dtypes[dtype].kind === 'float' && dtypes[dtype].mantissa < dtypes.f32.mantissa
}

/** Layout of a small float: sign, exponent, mantissa. */
interface Layout {
  readonly bits: number
  readonly mantissa: number
  readonly bias: number
  /** The code of everything too large: infinity, or NaN. */
  readonly overflow: number
  readonly nan: number
  /** Smallest steps in 1. */
  readonly steps: number
}

function layoutOf(dtype: SmallFloat): Layout {
  const { bytes, mantissa, exponent } = dtypes[dtype]
  const bias = 2 ** (exponent - 1) - 1
  const infinity = (2 ** exponent - 1) << mantissa
  // f8e4m3 ("fn") has no infinity: but for one NaN, its highest exponent is one of ordinary numbers.
  const finite = dtype === 'f8e4m3'
  // One literal, so that the loops below see one kind of object.
  return {
    bits: 8 * bytes,
    mantissa,
    bias,
    steps: 2 ** (bias - 1 + mantissa),
    overflow: finite ? 0x7f : infinity,
    nan: finite ? 0x7f : infinity | (1 << (mantissa - 1)),
  }
}

/** The elements of a small float type as f32, exactly; NaN keeps its sign, and its payload where the type has one. */
export function decodeSmall(dtype: SmallFloat, codes: Uint16Array | Uint8Array): Float32Array {
  const bits = new Uint32Array(codes.length)
  if (dtype === 'bf16') for (let i = 0; i < codes.length; i++) bits[i] = codes[i]! << 16
  else {
    const layout = layoutOf(dtype)
    if (layout.bits === 8 && codes.length > 256) {
      const table = Uint32Array.from({ length: 256 }, (_, code) => smallToBits(code, layout))
      for (let i = 0; i < codes.length; i++) bits[i] = table[codes[i]!]!
    } else for (let i = 0; i < codes.length; i++) bits[i] = smallToBits(codes[i]!, layout)
  }
  return new Float32Array(bits.buffer)
}

/** Works on bits alone, so that NaN keeps its payload. */
function smallToBits(code: number, { bits, mantissa, bias, overflow, nan }: Layout): number {
  const drop = 23 - mantissa
  const sign = (code >>> (bits - 1)) << 31
  const size = code & ((1 << (bits - 1)) - 1)
  // Infinity and NaN have f32's highest exponent; in f8e4m3 there is one NaN alone.
  if (size >= overflow) return sign | (overflow === nan ? 0x7fc00000 : 0x7f800000 | (size << drop))
  if (size >= 1 << mantissa) return sign | ((size << drop) + ((127 - bias) << 23))
  if (size === 0) return sign
  // Subnormal: size · 2^(1 − bias − mantissa). Shift its leading bit to where the implicit one is.
  const shift = Math.clz32(size) - (31 - mantissa)
  return sign | (((size << shift) & ((1 << mantissa) - 1)) << drop) | ((128 - bias - shift) << 23)
}

/**
 * f32 values as elements of a small float type, rounded to nearest even. What is too large becomes infinity, or NaN in
 * f8e4m3, which has no infinity; NaN stays NaN, with what the type can hold of its payload.
 */
export function encodeSmall(dtype: SmallFloat, values: Float32Array): Uint16Array | Uint8Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length)
  if (dtype === 'bf16') {
    const codes = new Uint16Array(bits.length)
    for (let i = 0; i < bits.length; i++) codes[i] = bitsToBf16(bits[i]!)
    return codes
  }
  const layout = layoutOf(dtype)
  const codes = layout.bits === 16 ? new Uint16Array(bits.length) : new Uint8Array(bits.length)
  for (let i = 0; i < bits.length; i++) codes[i] = bitsToSmall(bits[i]!, values[i]!, layout)
  return codes
}

function bitsToBf16(bits: number): number {
  if ((bits & 0x7fffffff) <= 0x7f800000) return (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16
  const code = bits >>> 16
  return (code & 0x7f) === 0 ? code | 0x40 : code // a NaN must not lose all of its payload and become infinity
}

function bitsToSmall(bits: number, value: number, layout: Layout): number {
  const { mantissa, bias, overflow, nan } = layout
  const sign = (bits >>> 31) << (layout.bits - 1)
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
  return sign | (Math.abs(value) * layout.steps + 2 ** 52 - 2 ** 52)
}

/**
 * Numbers as f32 with what was cut off kept in the last bit ("round to odd"), so that rounding them once more, to at
 * least two bits less, gives what rounding once would have. Source: Boldo, Melquiond, "When double rounding is odd".
 */
function roundToOdd(numbers: ArrayLike<number>): Float32Array {
  const values = Float32Array.from(numbers)
  const bits = new Uint32Array(values.buffer)
  for (let i = 0; i < values.length; i++) {
    const [exact, rounded] = [numbers[i]!, values[i]!]
    // Whatever sign and payload a NaN had.
    if (Number.isNaN(exact)) bits[i] = 0x7fc00000
    else if (exact !== rounded && bits[i]! % 2 === 0) bits[i]! += Math.abs(rounded) > Math.abs(exact) ? -1 : 1
  }
  return values
}

/** Numbers as the elements of a float dtype, rounded to nearest even. */
export function encodeFloats(dtype: FloatDType, numbers: ArrayLike<number>): TypedData {
  if (dtype === 'f64') return Float64Array.from(numbers)
  return isSmallFloat(dtype) ? encodeSmall(dtype, roundToOdd(numbers)) : Float32Array.from(numbers)
}

/** The elements of a float dtype as numbers, exactly. */
export function decodeFloats(dtype: FloatDType, data: TypedData): Float64Array {
  return Float64Array.from(
    isSmallFloat(dtype)
      ? decodeSmall(dtype, data as Uint16Array | Uint8Array)
      : (data as Float32Array | Float64Array),
  )
}

/** To the nearest whole number, ties to even. */
export function roundHalfEven(x: number): number {
  const below = Math.floor(x)
  const rest = x - below
  if (rest !== 0.5) return rest < 0.5 ? below : below + 1
  return below % 2 === 0 ? below : below + 1
}

/** A number rounded to a float dtype: to nearest even, and to infinity (or NaN) beyond the largest. */
export function roundToDtype(dtype: DType, value: number): number {
  if (dtype === 'f32') return Math.fround(value)
  if (!isSmallFloat(dtype) || value === 0) return value
  const { mantissa, exponent } = dtypes[dtype]
  const least = 2 - 2 ** (exponent - 1)
  const magnitude = Math.abs(value)
  // The logarithm may be rounded up to the next whole number.
  let power = Math.max(Math.floor(Math.log2(magnitude)), least)
  if (2 ** power > magnitude && power > least) power--
  const step = 2 ** (power - mantissa)
  const rounded = roundHalfEven(magnitude / step) * step
  // Also where either is NaN.
  if (!(rounded <= largest(dtype))) return dtype === 'f8e4m3' ? Number.NaN : value * Number.POSITIVE_INFINITY
  return value < 0 ? -rounded : rounded
}

/** The largest finite value. */
function largest(dtype: SmallFloat): number {
  if (dtype === 'f8e4m3') return 448
  const { mantissa, exponent } = dtypes[dtype]
  return (2 - 2 ** -mantissa) * 2 ** (2 ** (exponent - 1) - 1)
}
