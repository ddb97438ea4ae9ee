import type { DType } from '../graph/index.ts'
import { type FloatDType, isFloatDType } from './floats.ts'

/**
 * Whether a piece of a tensor has a NaN or an infinity. It holds whole values and starts at a multiple of eight bytes in
 * memory. Types other than floats are always finite. Takes about a nanosecond a value.
 */
export function hasNonFinite(bytes: Uint8Array<ArrayBuffer>, dtype: DType | undefined): boolean {
  return dtype !== undefined && isFloatDType(dtype) && searches[dtype](bytes)
}

/** All ones in the exponent mean NaN or infinity; f8e4m3 has no infinity, and its NaN is all ones except the sign. */
const searches: { readonly [D in FloatDType]: (bytes: Uint8Array<ArrayBuffer>) => boolean } = {
  f64: (bytes) => {
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4)
    for (let i = 1; i < words.length; i += 2) if ((words[i]! & 0x7ff00000) === 0x7ff00000) return true
    return false
  },
  f32: (bytes) => {
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4)
    for (let i = 0; i < words.length; i++) if ((words[i]! & 0x7f800000) === 0x7f800000) return true
    return false
  },
  bf16: (bytes) => hasPattern16(bytes, 0x7f80),
  f16: (bytes) => hasPattern16(bytes, 0x7c00),
  f8e4m3: (bytes) => {
    for (let i = 0; i < bytes.length; i++) if ((bytes[i]! & 0x7f) === 0x7f) return true
    return false
  },
  f8e5m2: (bytes) => {
    for (let i = 0; i < bytes.length; i++) if ((bytes[i]! & 0x7c) === 0x7c) return true
    return false
  },
}

function hasPattern16(bytes: Uint8Array<ArrayBuffer>, exponent: number): boolean {
  const codes = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2)
  for (let i = 0; i < codes.length; i++) if ((codes[i]! & exponent) === exponent) return true
  return false
}
