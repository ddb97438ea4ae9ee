import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytesOf, numbersOf, tensorValue, valueOfBytes } from '../graph/index.ts'
import { TorchGenerator } from '../random/index.ts'
import { type FloatDType, fromFloat32, isFloatDType, toFloat32 } from './floats.ts'

/** The value of a code from the definition alone: (−1)^s · 2^(e−bias) · (1 + m/2^M), or a subnormal. */
function defined(code: number, exponentBits: number, mantissaBits: number, infinities: boolean): number {
  const bias = 2 ** (exponentBits - 1) - 1
  const sign = Math.floor(code / 2 ** (exponentBits + mantissaBits)) === 1 ? -1 : 1
  const exponent = Math.floor(code / 2 ** mantissaBits) % 2 ** exponentBits
  const mantissa = code % 2 ** mantissaBits
  const top = exponent === 2 ** exponentBits - 1
  if (top && infinities) return mantissa === 0 ? sign * Infinity : Number.NaN
  if (top && mantissa === 2 ** mantissaBits - 1) return Number.NaN
  if (exponent === 0) return sign * 2 ** (1 - bias) * (mantissa / 2 ** mantissaBits)
  return sign * 2 ** (exponent - bias) * (1 + mantissa / 2 ** mantissaBits)
}

const formats = [
  { dtype: 'bf16', exponent: 8, mantissa: 7, infinities: true },
  { dtype: 'f16', exponent: 5, mantissa: 10, infinities: true },
  { dtype: 'f8e5m2', exponent: 5, mantissa: 2, infinities: true },
  { dtype: 'f8e4m3', exponent: 4, mantissa: 3, infinities: false },
] as const

function allCodes(width: number): Uint8Array {
  const codes = Array.from({ length: 2 ** width }, (_, code) => code)
  return width === 8 ? Uint8Array.from(codes) : new Uint8Array(Uint16Array.from(codes).buffer)
}

describe.each(formats)('$dtype', ({ dtype, exponent, mantissa, infinities }) => {
  const width = 1 + exponent + mantissa
  const bytes = allCodes(width)
  const values = toFloat32(bytes, dtype)

  it('decodes every code by its definition', () => {
    const wrong = [...values].filter(
      (value, code) => !Object.is(value, defined(code, exponent, mantissa, infinities)),
    )
    expect(wrong).toEqual([])
    expect(values.length).toBe(2 ** width)
  })

  it('agrees with the graph language, which defines the types slowly', () => {
    expect(values).toEqual(Float32Array.from(numbersOf(valueOfBytes(dtype, [2 ** width], bytes))))
    const noise = new TorchGenerator(1).randn(20_000).map((value, i) => value * 2 ** ((i % 80) - 40))
    expect(fromFloat32(noise, dtype)).toEqual(bytesOf(tensorValue(dtype, [noise.length], noise)))
  })

  it('encodes every decoded code to itself', () => {
    const back = fromFloat32(values, dtype)
    expect(Buffer.compare(back, bytes)).toBe(0)
  })

  it('rounds to nearest, ties to even, by comparing with both neighbours', () => {
    const positive = [...values].slice(0, 2 ** (width - 1)).filter(Number.isFinite)
    const gaps = positive.slice(1).map((high, i) => ({ low: positive[i] as number, high, code: i }))
    const step = Math.max(1, Math.floor(gaps.length / 4096))
    const samples = gaps.filter((_, i) => i % step === 0 || i < 64 || i > gaps.length - 64)
    for (const { low, high, code } of samples) {
      const middle = (low + high) / 2
      const up = nextFloat(middle, 1)
      const down = nextFloat(middle, -1)
      const encoded = (value: number): number => codeOf(Float32Array.of(value), dtype)
      if (Math.fround(middle) === middle) expect(encoded(middle)).toBe(code % 2 === 0 ? code : code + 1)
      if (up > middle && up < high) expect(encoded(up)).toBe(code + 1)
      if (down < middle && down > low) expect(encoded(down)).toBe(code)
    }
  })

  it('keeps the sign of zero, and NaN', () => {
    const back = toFloat32(fromFloat32(Float32Array.of(0, -0, Number.NaN), dtype), dtype)
    expect([...back]).toEqual([0, -0, Number.NaN])
  })
})

function codeOf(value: Float32Array, dtype: FloatDType): number {
  const bytes = fromFloat32(value, dtype)
  return bytes.byteLength === 1 ? (bytes[0] as number) : (bytes[0] as number) + 256 * (bytes[1] as number)
}

/** The f32 next to a non-negative number in a direction. */
function nextFloat(value: number, direction: 1 | -1): number {
  const single = Float32Array.of(value)
  const bits = new Uint32Array(single.buffer)
  const rounded = single[0] as number
  if (direction > 0 ? rounded <= value : rounded >= value) bits[0] = (bits[0] as number) + direction
  return single[0] as number
}

describe('beyond the range', () => {
  it.each([
    ['f16', 65519.99, 0x7bff],
    ['f16', 65520, 0x7c00],
    ['f16', -1e9, 0xfc00],
    ['f16', Infinity, 0x7c00],
    ['bf16', 3.4028235e38, 0x7f80],
    ['bf16', -Infinity, 0xff80],
    ['f8e4m3', 448, 0x7e],
    ['f8e4m3', 464, 0x7e],
    ['f8e4m3', 464.1, 0x7f],
    ['f8e4m3', -Infinity, 0xff],
    ['f8e5m2', 57344, 0x7b],
    ['f8e5m2', 61439, 0x7b],
    ['f8e5m2', 61440, 0x7c],
    ['f16', 2 ** -25, 0],
    ['f16', 2 ** -25 * 1.0001, 1],
    ['f16', 2 ** -149, 0],
  ] as const)('%s %d', (dtype, value, code) => {
    expect(codeOf(Float32Array.of(value), dtype)).toBe(code)
  })

  it('keeps a signalling NaN whose payload lies in the dropped bits a NaN', () => {
    const value = new Float32Array(Uint32Array.of(0x7f800001).buffer)
    for (const dtype of ['bf16', 'f16', 'f8e4m3', 'f8e5m2'] as const)
      expect(toFloat32(fromFloat32(value, dtype), dtype)[0]).toBeNaN()
  })
})

describe('f32 and f64', () => {
  it('are exact both ways', () => {
    fc.assert(
      fc.property(fc.float32Array(), (values) => {
        for (const dtype of ['f32', 'f64'] as const)
          expect([...toFloat32(fromFloat32(values, dtype), dtype)]).toEqual([...values])
      }),
    )
  })

  it('read bytes that are not aligned', () => {
    const padded = new Uint8Array(9)
    padded.set(fromFloat32(Float32Array.of(1.5, -2), 'f32'), 1)
    expect([...toFloat32(padded.subarray(1), 'f32')]).toEqual([1.5, -2])
  })

  it('refuse half a value', () => {
    expect(() => toFloat32(new Uint8Array(3), 'bf16')).toThrow('multiple of 2 bytes, got 3')
  })

  it('are the float types', () => {
    expect((['f32', 'bf16', 'f8e5m2', 'u8', 'bool', 'i64'] as const).map(isFloatDType)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ])
  })
})
