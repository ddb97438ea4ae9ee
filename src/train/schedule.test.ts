import { expect, it } from 'vitest'
import { checkOptions } from './options.ts'
import { learningRateAt } from './schedule.ts'

it('keeps the rate constant after a straight rise', () => {
  const options = checkOptions({ learningRate: 0.8, warmup: 4, steps: 10 })
  expect([1, 2, 4, 5, 10].map((step) => learningRateAt(step, options))).toEqual([0.2, 0.4, 0.8, 0.8, 0.8])
})

it('lets it fall in a straight line to a share of itself', () => {
  const options = checkOptions({ learningRate: 0.8, warmup: 2, steps: 10, decayTo: 0.25 })
  const rates = [2, 6, 10, 12].map((step) => learningRateAt(step, options))
  for (const [i, rate] of [0.8, 0.5, 0.2, 0.2].entries()) expect(rates[i]).toBeCloseTo(rate, 12)
})

it('lets it fall along a cosine', () => {
  const options = checkOptions({ learningRate: 1, warmup: 0, steps: 12, decayTo: 0.1, decay: 'cosine' })
  const rates = [0, 4, 6, 12].map((step) => learningRateAt(step, options))
  // 1 − 0.9 · (1 − cos πu) / 2 at u = 0, 1/3, 1/2, 1.
  for (const [i, rate] of [1, 0.775, 0.55, 0.1].entries()) expect(rates[i]).toBeCloseTo(rate, 12)
})
