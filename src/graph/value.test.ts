import { expect, it } from 'vitest'
import { numbersOf, valueOfBytes } from './value.ts'

it('reads bytes that are not aligned, in a Buffer too, whose slice() is a view', () => {
  const bytes = new Uint8Array([0, ...new Uint8Array(Float32Array.of(1.5, -2).buffer)])
  for (const each of [bytes.subarray(1), Buffer.from(bytes.buffer, 1)])
    expect(Array.from(numbersOf(valueOfBytes('f32', [2], each)))).toEqual([1.5, -2])
})
