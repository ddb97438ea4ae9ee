import { expect, it } from 'vitest'
import { checkOptions, rateAt } from './options.ts'

it('keeps the rate fixed after a straight rise', () => {
  const options = checkOptions({ learningRate: 0.8, warmup: 4, steps: 10 })
  expect([1, 2, 4, 5, 10].map((step) => rateAt(step, options))).toEqual([0.2, 0.4, 0.8, 0.8, 0.8])
})

it('lets it fall straight to a share of itself where that is asked for', () => {
  const options = checkOptions({ learningRate: 0.8, warmup: 2, steps: 10, decayTo: 0.25 })
  const rates = [2, 6, 10, 12].map((step) => rateAt(step, options))
  for (const [i, rate] of [0.8, 0.5, 0.2, 0.2].entries()) expect(rates[i]).toBeCloseTo(rate, 12)
  expect(() => checkOptions({ decayTo: 1.5 })).toThrow('decayTo: expected a number from 0 to 1, got 1.5')
})
