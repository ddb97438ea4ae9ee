import { describe, expect, it } from 'vitest'
import { kendall, pearson, ranks, spearman } from './correlation.ts'
import { normalQuantile, quantile, wilson } from './estimate.ts'
import { Draws } from './generator.ts'
import { quadraticKappa } from './kappa.ts'

const x = [8, 0, 1, 2, 1, 8, 9, 6, 0, 1, 3, 4, 6, 5, 2, 1, 7, 8, 0, 1, 4, 4, 9, 5, 4]
const y = [8, 1, 2, 0, 3, 10, 10, 8, 0, 0, 4, 5, 7, 8, 1, 4, 4, 5, 3, 4, 3, 1, 8, 2, 7]

describe('numbers of SciPy 1.17', () => {
  it('normal quantiles and Wilson intervals', () => {
    expect(normalQuantile(0.975)).toBeCloseTo(1.9599639845400536, 7)
    expect(normalQuantile(0.001)).toBeCloseTo(-3.0902323061678136, 7)
    expect(normalQuantile(0.3)).toBeCloseTo(-0.5244005127080409, 7)
    expect(wilson(7, 10)).toEqual({
      value: 0.7,
      low: expect.closeTo(0.39677814746114526, 6),
      high: expect.closeTo(0.892208732593699, 6),
      n: 10,
    })
    expect(wilson(0, 5)).toEqual({ value: 0, low: 0, high: expect.closeTo(0.43448246478317476, 6), n: 5 })
  })

  it('correlations with ties', () => {
    expect(pearson(x, y)).toBeCloseTo(0.7744207454922133, 12)
    expect(spearman(x, y)).toBeCloseTo(0.7563456966010297, 12)
    expect(kendall(x, y)).toBeCloseTo(0.6047368866350613, 12)
    expect(quadraticKappa(x, y)).toBeCloseTo(0.7682176587817346, 12)
  })
})

describe('correlations', () => {
  it('are undefined where one side does not vary, but for kappa', () => {
    const [flat, up] = [
      [3, 3, 3],
      [1, 2, 3],
    ]
    expect([pearson, spearman, kendall].map((each) => each(flat!, up!))).toEqual([
      undefined,
      undefined,
      undefined,
    ])
    expect(quadraticKappa(flat!, up!)).toBeCloseTo(0, 12)
    expect(quadraticKappa(flat!, flat!)).toBeUndefined()
  })

  it('are 1 and −1 at the ends', () => {
    const [up, down] = [
      [1, 2, 3, 4],
      [8, 6, 4, 2],
    ]
    for (const each of [pearson, spearman, kendall]) {
      expect(each(up!, up!)).toBeCloseTo(1, 12)
      expect(each(up!, down!)).toBeCloseTo(-1, 12)
    }
  })

  it('share ranks among equals', () => {
    expect([...ranks([5, 1, 5, 0])]).toEqual([3.5, 2, 3.5, 1])
  })
})

it('quantiles interpolate', () => {
  expect([0, 0.25, 0.5, 1].map((share) => quantile([1, 2, 4], share))).toEqual([1, 1.5, 2, 4])
})

it('draws are even, and the same for the same words', () => {
  const drawn = new Int32Array(20_000)
  new Draws('a', 1).fill(drawn, 10)
  const bins = new Array<number>(10).fill(0)
  for (const value of drawn) bins[value]!++
  expect(Math.min(...bins)).toBeGreaterThan(1850)
  expect(Math.max(...bins)).toBeLessThan(2150)
  const first = (word: number) => new Draws('a', word).below(1e9)
  expect(first(1)).toBe(first(1))
  expect(first(1)).not.toBe(first(2))
})
