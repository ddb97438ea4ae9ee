import { describe, expect, it } from 'vitest'
import { roundToDtype } from './convert.ts'
import { numbersOf, tensorValue, valueOfBytes } from './value.ts'

const small = ['f16', 'bf16', 'f8e4m3', 'f8e5m2'] as const

/** Numbers of every size that the types know, with all of a double's bits. */
const numbers = Float64Array.from({ length: 20_000 }, (_, i) => {
  const power = 2 ** ((i % 300) - 150)
  return Math.sin(i) * power
})

describe.each(small)('%s', (dtype) => {
  const mantissa = { f16: 10, bf16: 7, f8e4m3: 3, f8e5m2: 2 }[dtype]

  it('encodes what the arithmetic of its definition gives', () => {
    const special = [
      0,
      -0,
      Infinity,
      -Infinity,
      Number.NaN,
      448,
      464,
      465,
      57344,
      61440,
      65504,
      65520,
      3.4e38,
    ]
    const all = [...numbers, ...special, ...special.map((x) => -x)]
    const found = numbersOf(tensorValue(dtype, [all.length], all))
    expect(all.filter((x, i) => !Object.is(found[i], roundToDtype(dtype, x)))).toEqual([])
  })

  it('rounds a double once, not to f32 first', () => {
    // Just above the middle of 1 and its neighbour: f32 would make it the middle, which goes to the even one, 1.
    const value = 1 + 2 ** -(mantissa + 1) + 2 ** -40
    const encoded = (x: number) => numbersOf(tensorValue(dtype, [1], [x]))[0]
    expect(encoded(value)).toBe(1 + 2 ** -mantissa)
    expect(encoded(-value)).toBe(-1 - 2 ** -mantissa)
    // Below the middle above the next one, which f32 would round up to the even one after it.
    const below = 1 + 3 * 2 ** -(mantissa + 1) - 2 ** -40
    expect(encoded(below)).toBe(1 + 2 ** -mantissa)
    expect(roundToDtype(dtype, below)).toBe(1 + 2 ** -mantissa)
  })

  it('decodes one element as among many', () => {
    const width = dtype.startsWith('f8') ? 1 : 2
    const count = 256 ** width
    const codes = Uint8Array.from({ length: count * width }, (_, i) =>
      width === 1 ? i : i % 2 ? i >> 9 : i >> 1,
    )
    const together = numbersOf(valueOfBytes(dtype, [count], codes))
    for (let i = 0; i < count; i += width === 1 ? 1 : 37) {
      const alone = numbersOf(valueOfBytes(dtype, [1], codes.slice(i * width, (i + 1) * width)))
      expect(alone[0]).toBe(together[i])
    }
  })
})
