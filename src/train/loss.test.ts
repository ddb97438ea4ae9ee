import { describe, expect, it } from 'vitest'
import { Graph, grad, interpret, tensorValue } from '../graph/index.ts'
import { type Balance, balancedLoss } from './loss.ts'

/** The loss of two triplets at the times 0.5 and 1, and its gradient to their losses. */
function balanced(values: readonly [number, number], balance: Balance) {
  const graph = new Graph()
  const losses = graph.input('losses', 'f64', [2])
  const t = graph.input('t', 'f64', [2, 1, 1])
  const loss = balancedLoss(losses, t, balance)
  const [gradient] = grad(loss, [losses])
  const found = interpret(
    { loss, gradient: gradient! },
    {
      losses: tensorValue('f64', [2], values),
      t: tensorValue('f64', [2, 1, 1], [0.5, 1]),
    },
  )
  return { loss: Number(found.loss!.data[0]), gradient: Array.from(found.gradient!.data, Number) }
}

describe('the loss of a batch', () => {
  it('is the mean of its triplets as in the paper', () => {
    const { loss, gradient } = balanced([0.4, 0.1], 'mean')
    expect(loss).toBeCloseTo(0.25, 12)
    expect(gradient).toEqual([0.5, 0.5])
  })

  it('is the mean of their errors in decibels where small changes shall count', () => {
    const { loss, gradient } = balanced([0.4, 0.001], 'decibels')
    const decibels = (error: number) => 10 * Math.log10(error + 2.5e-4)
    // Of the velocity's error at 0.5 a quarter reaches the target.
    expect(loss).toBeCloseTo((decibels(0.1) + decibels(0.001)) / 2, 9)
    // The smaller error is as many times steeper, but for what is negligible.
    expect((gradient[1]! * 0.00125) / (gradient[0]! * 4 * 0.10025)).toBeCloseTo(1, 9)
  })
})
