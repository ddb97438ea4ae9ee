import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fusedMultiplyAdd } from './normal.ts'
import { TorchGenerator } from './torchGenerator.ts'

interface Golden {
  readonly engine: readonly { seed: number; u32: number[]; uniform24: number[]; uniform53: number[] }[]
  readonly rows: readonly {
    shape: number[]
    seed: number
    sha256: string
    first: number[]
    last8: number[]
  }[]
}

const folder = new URL('../../test/golden/rng/', import.meta.url)
const golden = JSON.parse(readFileSync(new URL('randn.json', folder), 'utf8')) as Golden
const sha256 = (values: Float32Array): string =>
  createHash('sha256').update(new Uint8Array(values.buffer)).digest('hex')

describe('the engine', () => {
  it.each(golden.engine)('gives the words and uniforms of seed $seed', ({ seed, u32, uniform24 }) => {
    const generator = new TorchGenerator(seed)
    expect(u32.map(() => generator.uint32())).toEqual(u32)
    expect([...new TorchGenerator(seed).rand(uniform24.length)]).toEqual(uniform24)
  })

  it('gives the published 10,000th word of seed 5489', () => {
    const generator = new TorchGenerator(5489)
    for (let i = 1; i < 10_000; i++) generator.uint32()
    expect(generator.uint32()).toBe(4123659995)
  })

  it('takes the low 32 bits of a large seed', () => {
    const word = (seed: number | bigint) => new TorchGenerator(seed).uint32()
    expect(word(2n ** 40n + 42n)).toBe(word(42))
    expect(word(2 ** 40 + 42)).toBe(word(42))
    expect(word(2n ** 64n - 1n)).toBe(word(0xffffffff))
  })

  it.each([-1, 0.5, Number.NaN, 2 ** 53, -1n, 2n ** 64n])('refuses seed %s', (seed) => {
    expect(() => new TorchGenerator(seed)).toThrow('seed: expected a whole number from 0 to 2^64 - 1')
  })
})

describe('randn', () => {
  it.each(golden.rows)(
    'is bit-equal for $shape, seed $seed',
    ({ shape, seed, sha256: expected, first, last8 }) => {
      const n = shape.reduce((product, size) => product * size, 1)
      const values = new TorchGenerator(seed).randn(n)
      expect([...values.subarray(0, first.length)]).toEqual(first)
      expect([...values.subarray(Math.max(0, n - 8))]).toEqual(last8)
      expect(sha256(values)).toBe(expected)
    },
  )

  it('keeps the sine half of a short call for the next one, through long calls', () => {
    const whole = [...new TorchGenerator(0).randn(7)]
    const parts = new TorchGenerator(0)
    expect([...parts.randn(3), ...parts.randn(0), ...parts.randn(4)]).toEqual(whole)
    const mixed = new TorchGenerator(0)
    mixed.randn(3)
    mixed.randn(16)
    expect(mixed.randn(1)[0]).toBe(whole[3])
  })

  it('has the moments of the normal distribution', () => {
    const values = new TorchGenerator(7).randn(1_000_000)
    const moment = (power: number) => values.reduce((sum, value) => sum + value ** power, 0) / values.length
    expect(moment(1)).toBeCloseTo(0, 2)
    expect(moment(2)).toBeCloseTo(1, 2)
    expect(moment(4)).toBeCloseTo(3, 1)
  })

  it.each([-1, 1.5, Number.NaN, Infinity])('refuses a count of %s', (n) => {
    expect(() => new TorchGenerator(0).randn(n)).toThrow('randn: expected a whole count')
  })
})

describe('fused multiply-add', () => {
  it('rounds once: equal to exact arithmetic on whole numbers', () => {
    const significand = fc.integer({ min: 2 ** 23, max: 2 ** 24 - 1 })
    const sign = fc.constantFrom(1, -1)
    fc.assert(
      fc.property(
        significand,
        significand,
        significand,
        sign,
        fc.integer({ min: 0, max: 60 }),
        (a, b, c, s, shift) => {
          expect(fusedMultiplyAdd(a, b, s * c * 2 ** shift)).toBe(exact(a, b, s * c, shift))
        },
      ),
      { numRuns: 20_000 },
    )
  })

  it('rounds once where two roundings go wrong', () => {
    // a·b lies a hair beside half a unit of c in the last place, by less than f64 can tell.
    for (const [a, b, c] of [
      [8388799, 8388417, 9420163],
      [8388786, 8388430, 8425017],
      [8388755, 8388461, 12374507],
      [8388784, 8388432, 9970783],
      [8388785, 8388431, 16337447],
    ] as const)
      for (const sign of [1, -1]) {
        const large = sign * c * 2 ** 47
        expect(fusedMultiplyAdd(sign * a, b, large)).toBe(exact(sign * a, b, sign * c, 47))
        expect(Math.fround(sign * a * b + large)).not.toBe(fusedMultiplyAdd(sign * a, b, large))
        expect(fusedMultiplyAdd(-sign * a, b, large)).toBe(exact(-sign * a, b, sign * c, 47))
      }
  })
})

/** a·b + c·2^shift in whole numbers without limit, then rounded to 24 significant bits, ties to even. */
function exact(a: number, b: number, c: number, shift: number): number {
  const sum = BigInt(a) * BigInt(b) + (BigInt(c) << BigInt(shift))
  if (sum === 0n) return 0
  const size = sum < 0n ? -sum : sum
  const drop = BigInt(Math.max(0, size.toString(2).length - 24))
  const kept = size >> drop
  const rest = (size - (kept << drop)) * 2n
  const unit = 1n << drop
  const up = rest > unit || (rest === unit && drop > 0n && kept % 2n === 1n)
  const rounded = Number((kept + (up ? 1n : 0n)) << drop)
  return sum < 0n ? -rounded : rounded
}
