import { describe, expect, it } from 'vitest'
import { Budget, usd } from './budget.ts'

const costing = (cost?: number) => [async () => 'made', () => cost] as const

describe('a budget', () => {
  it('counts what calls did cost, and their estimate where nobody says', async () => {
    const budget = new Budget(1, 0.25)
    await budget.spend('a', 0.1, ...costing(0.2))
    await budget.spend('a', 0.1, ...costing())
    expect(budget.spent).toBeCloseTo(0.55, 12)
  })

  it('begins no call that could go beyond it', async () => {
    const budget = new Budget(1, 0.95)
    await expect(budget.spend('a', 0.1, ...costing(0.01))).rejects.toMatchObject({
      code: 'budget',
      message: expect.stringContaining('$0.95 of $1.00 are spent, and the next call may cost $0.10'),
    })
  })

  it('lets a call wait for those in flight, whose estimates are reserved', async () => {
    const budget = new Budget(1, 0)
    let end: () => void = () => undefined
    const order: string[] = []
    const first = budget.spend(
      'a',
      0.6,
      () => new Promise<void>((done) => (end = done)),
      () => 0.2,
    )
    const second = budget.spend(
      'a',
      0.6,
      async () => void order.push('second'),
      () => 0.2,
    )
    await Promise.resolve()
    expect(order).toEqual([])
    end()
    await Promise.all([first, second])
    expect(order).toEqual(['second'])
    expect(budget.spent).toBeCloseTo(0.4, 12)
  })

  it('makes no call whose price is not known, unless that is allowed or there is no limit', async () => {
    await expect(new Budget(1, 0).spend('flux', undefined, ...costing())).rejects.toMatchObject({
      code: 'budget',
      message:
        'budget: the price of flux is not known, so the limit of $1.00 cannot be guaranteed; name it under "price" in the configuration, or give --allow-unknown-price',
    })
    const allowed = new Budget(1, 0, true)
    await allowed.spend('flux', undefined, ...costing())
    expect(allowed.spent).toBe(0)
    await new Budget(undefined, 0).spend('flux', undefined, ...costing())
  })
})

describe('an amount', () => {
  it.each([
    [1.2, '$1.20'],
    [0.0123, '$0.0123'],
    [0, '$0.00'],
    [12.345, '$12.35'],
  ])('%f is %s', (amount, text) => {
    expect(usd(amount)).toBe(text)
  })
})
