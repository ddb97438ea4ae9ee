import { describe, expect, it } from 'vitest'
import { BatchOrder } from './order.ts'

const square = { rows: 2, columns: 2 }
const wide = { rows: 2, columns: 4 }
const examples = [
  ...Array.from({ length: 5 }, (_, i) => ({ name: `square ${i}`, grid: square })),
  ...Array.from({ length: 3 }, (_, i) => ({ name: `wide ${i}`, grid: wide })),
]

describe('the order of batches', () => {
  it('fills each batch from one grid, and sees every example equally often in the long run', () => {
    const order = new BatchOrder(examples, { batch: 2, seed: 3 })
    const seen = new Map<number, number>()
    for (let i = 0; i < 2000; i++) {
      const batch = order.next()
      expect(new Set(batch.map((index) => examples[index]!.grid)).size).toBe(1)
      for (const index of batch) seen.set(index, (seen.get(index) ?? 0) + 1)
    }
    for (const index of examples.keys()) expect(seen.get(index)! / 4000).toBeCloseTo(1 / 8, 1)
    // Within a grid no example is more than a pass ahead of another.
    const squares = [0, 1, 2, 3, 4].map((index) => seen.get(index)!)
    expect(Math.max(...squares) - Math.min(...squares)).toBeLessThanOrEqual(1)
  })

  it('is the same from a place on as from the beginning, and another for another seed', () => {
    const whole = new BatchOrder(examples, { batch: 3, seed: 7 })
    const batches = Array.from({ length: 40 }, () => whole.next())
    const later = new BatchOrder(examples, { batch: 3, seed: 7, start: 25 })
    expect(Array.from({ length: 15 }, () => later.next())).toEqual(batches.slice(25))
    const other = new BatchOrder(examples, { batch: 3, seed: 8 })
    expect(Array.from({ length: 40 }, () => other.next())).not.toEqual(batches)
  })

  it('shows heavier examples more often, and those of weight 0 never', () => {
    const weighed = [3, 1, 0].map((weight, i) => ({ name: `${i}`, grid: square, weight }))
    const order = new BatchOrder(weighed, { batch: 4, seed: 1 })
    const seen = [0, 0, 0]
    for (let i = 0; i < 500; i++) for (const index of order.next()) seen[index]!++
    expect(seen[2]).toBe(0)
    expect(seen[0]! / seen[1]!).toBeCloseTo(3, 0)
  })

  it('refuses no examples, and weights that mean nothing', () => {
    expect(() => new BatchOrder([], { batch: 1, seed: 0 })).toThrow(
      'data: expected at least one triplet, got none',
    )
    const wrong = [{ name: 'row 3', grid: square, weight: -1 }]
    expect(() => new BatchOrder(wrong, { batch: 1, seed: 0 })).toThrow(
      'row 3: weight: expected a number of at least 0, got -1',
    )
  })
})
