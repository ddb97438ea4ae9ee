import { describe, expect, it } from 'vitest'
import { openKernel } from './kernel.ts'

describe('the kernel', () => {
  it('steps every number of its range, and none beyond', () => {
    const count = 8
    const { buffer, adamw } = openKernel(4 * count)
    const numbers = new Float32Array(buffer).subarray(0, 4 * count)
    for (let i = 0; i < numbers.length; i++) numbers[i] = ((i * 7) % 11) / 11 + 0.1
    const before = Float32Array.from(numbers)
    const at = (block: number, i: number) => 4 * (block * count + i)
    const factors = {
      rate: 0.01,
      keep: 0.9,
      beta1: 0.8,
      beta2: 0.7,
      correction: 1.5,
      epsilon: 0.2,
      scale: 0.5,
    }
    // The second half of each block.
    adamw({ weight: at(0, 4), end: at(0, 8), gradient: at(1, 4), mean: at(2, 4), square: at(3, 4) }, factors)
    for (let i = 0; i < count; i++) {
      const [w, g, m, s] = [0, 1, 2, 3].map((block) => before[block * count + i]!) as [
        number,
        number,
        number,
        number,
      ]
      const mean = 0.8 * m + 0.2 * g * 0.5
      const square = 0.7 * s + 0.3 * (g * 0.5) ** 2
      const moved = [0.9 * w - (0.01 * mean) / (Math.sqrt(square) * 1.5 + 0.2), g, mean, square]
      for (const [block, wanted] of (i < 4 ? [w, g, m, s] : moved).entries())
        expect(numbers[block * count + i]).toBeCloseTo(wanted, 6)
    }
  })

  it('sums squares in double precision', () => {
    const { buffer, sumOfSquares } = openKernel(1 << 16)
    const numbers = new Float32Array(buffer)
    numbers.fill(1, 4, 40_004)
    numbers[0] = 4096
    // In f32 the ones would be lost beside 2²⁴.
    expect(sumOfSquares(0, 4 * 40_004)).toBe(2 ** 24 + 40_000)
    expect(sumOfSquares(16, 4 * 40_004)).toBe(40_000)
    expect(sumOfSquares(16, 16)).toBe(0)
    numbers[7] = Number.NaN
    expect(sumOfSquares(0, 64)).toBe(Number.NaN)
  })
})

it('refuses in one line what memory does not have', () => {
  expect(() => openKernel(2 ** 32)).toThrow(
    "AdamW: cannot allocate 17.2 GB for weights, gradients and AdamW's moments; train a LoRA, or a smaller model",
  )
})
