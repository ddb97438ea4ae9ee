import { describe, expect, expectTypeOf, it } from 'vitest'
import { dataOf, hasDtype, numbersOf, type TensorValue, tensorValue, valueOfBytes } from './value.ts'

it('reads bytes that are not aligned, in a Buffer too, whose slice() is a view', () => {
  const bytes = new Uint8Array([0, ...new Uint8Array(Float32Array.of(1.5, -2).buffer)])
  for (const each of [bytes.subarray(1), Buffer.from(bytes.buffer, 1)])
    expect(Array.from(numbersOf(valueOfBytes('f32', [2], each)))).toEqual([1.5, -2])
})

describe('the data of a value', () => {
  const value = tensorValue('f32', [2], [1, 2])

  it('has the array of its dtype, by type too', () => {
    expectTypeOf(value.data).toEqualTypeOf<Float32Array>()
    expectTypeOf(tensorValue('i64', [1], [1]).data).toEqualTypeOf<BigInt64Array>()
    expectTypeOf(valueOfBytes('bf16', [1], new Uint8Array(2)).data).toEqualTypeOf<Uint16Array>()
    const unknown: TensorValue = value
    expectTypeOf(dataOf(unknown, 'f32')).toEqualTypeOf<Float32Array>()
    expect(dataOf(unknown, 'f32')).toBe(value.data)
    if (hasDtype(unknown, 'f32')) expectTypeOf(unknown.data).toEqualTypeOf<Float32Array>()
  })

  it('is refused where another dtype is expected', () => {
    expect(() => dataOf(value, 'f16')).toThrow('dataOf: expected f16, got f32 [2], at ')
    expect(hasDtype({ dtype: 'f32', shape: [2], data: new Float64Array(2) as never }, 'f32')).toBe(false)
  })
})
