import { describe, expect, it } from 'vitest'
import type { TorchGenerator } from '../random/index.ts'
import { generatorAt } from './random.ts'
import { defaultShift, drawTime, type TimestepSampling } from './timesteps.ts'

const draws = (sampling: TimestepSampling, shift = defaultShift) => {
  const random = generatorAt(5, sampling)
  return Array.from({ length: 4000 }, () => drawTime(random, { sampling, shift })).sort((a, b) => a - b)
}
const median = (times: readonly number[]) => times[times.length / 2]!

describe('times of training', () => {
  it('lie between 0 and 1', () => {
    for (const sampling of ['uniform', 'sigmoid', 'shift'] as const) {
      const times = draws(sampling)
      expect(times[0]).toBeGreaterThan(0)
      expect(times.at(-1)).toBeLessThan(1)
    }
  })

  it('are neither end, whatever is drawn', () => {
    const drawn = (uniform: number, normal: number) => {
      const random = { rand: () => [uniform], randn: () => [normal] } as unknown as TorchGenerator
      return (['uniform', 'sigmoid', 'shift'] as const).map((sampling) =>
        Math.fround(drawTime(random, { sampling, shift: defaultShift })),
      )
    }
    // The least and the most that the generator gives: 24 bits, and √(−2·ln 2^−24).
    for (const time of [...drawn(0, -5.77), ...drawn(1 - 2 ** -24, 5.77)]) {
      expect(time).toBeGreaterThan(0)
      expect(time).toBeLessThan(1)
    }
  })

  it('have the quartiles of their distributions', () => {
    const uniform = draws('uniform')
    expect(uniform[1000]).toBeCloseTo(0.25, 1)
    // σ of the normal distribution's quartile, 0.6745.
    const sigmoid = draws('sigmoid')
    expect(sigmoid[1000]).toBeCloseTo(1 / (1 + Math.exp(0.6745)), 1)
    expect(median(sigmoid)).toBeCloseTo(0.5, 1)
    // s·½ / (1 + (s − 1)·½) = s / (1 + s)
    expect(median(draws('shift'))).toBeCloseTo(3.1582 / 4.1582, 1)
  })

  it('are those of sigmoid where the shift is 1', () => {
    const [a, b] = [generatorAt(1, 'x'), generatorAt(1, 'x')]
    expect(drawTime(a, { sampling: 'shift', shift: 1 })).toBe(drawTime(b, { sampling: 'sigmoid', shift: 1 }))
  })
})
